"""An offer at each stage of a search, what a search starts from, and the events it yields.

A provider finds an `Offer`. Comparing its picture with the garment makes it a `ComparedOffer`,
ranking makes that a `RankedOffer`, and only ranked offers are shown.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from model.categories import Category, Kind
from model.colours import Colour
from model.likeness import similarity
from server.goods.availability import Availability
from server.goods.condition import Condition
from server.goods.money import Money
from server.goods.names import branded_title

OfferType = Literal["product", "search"]


@dataclass(frozen=True, slots=True)
class Seller:
    """Another shop that sells the same product; ``id`` is that of the offer it came with."""

    id: str
    provider: str
    link: str
    shop: str | None = None
    price: Money | None = None
    availability: Availability | None = None


@dataclass(frozen=True, slots=True)
class Offer:
    """Something on sale, or (``type`` "search") a page that searches for it, as it was found.

    Attributes:
        id: At most 64 characters; the same item of the same provider always has the same id.
        provider: The name of the provider that found it.
        title: Plain text on one line.
        link: http or https, for the user to open.
        condition: New or not; None if unknown.
        shipping: The lowest cost of shipping it to the user, if known; 0 is free.
        gtin: Its global trade item number, checked (see `server.goods.gtin`).
        brand: Its maker's name, if known apart from the title; shown in front of that.
        sellers: Further sellers of the same product (see `server.offers.joining.same_product`).
        picture_url: Address of its picture or of its stored thumbnail; never sent to the page.
        kind: Its part of an outfit, if known.
        colours: Names from the palette of `model.colours`: those that the shop states, or else
            the main ones in its picture; largest share first.
        types: The shop's own categories, if it states any.
        partner: Whether its shop is a partner of this server's operator.
    """

    id: str
    provider: str
    title: str
    link: str
    type: OfferType = "product"
    shop: str | None = None
    price: Money | None = None
    list_price: Money | None = None
    availability: Availability | None = None
    condition: Condition | None = None
    shipping: Money | None = None
    gtin: str | None = None
    brand: str | None = None
    sellers: tuple[Seller, ...] = ()
    picture_url: str | None = None
    kind: Kind | None = None
    colours: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    partner: bool = False

    @property
    def shown_title(self) -> str:
        """The title behind the brand, unless it names the brand or the brand is the shop's own."""
        own = (self.brand or "").casefold() == (self.shop or "").casefold()
        return self.title if own else branded_title(self.title, self.brand)


@dataclass(frozen=True, slots=True)
class PictureMatch:
    """How an offer's picture compares with the garment, and its features.

    The features are kept only while the search runs, to tell whether two offers are of one
    product; they take no part in comparisons by ``==``.

    Attributes:
        cosine: Between the vectors of the picture and the crop, -1 to 1.
        colour_likeness: Between the colours of the picture and the crop, 0 to 1.
        vector: Unit vector of the picture; float16, because many are kept.
        colours: Colours of the picture, as packed by `model.likeness.pack_colours`.
    """

    cosine: float
    colour_likeness: float
    vector: NDArray[np.float16] = field(repr=False, compare=False)
    colours: bytes = field(repr=False, compare=False)

    @property
    def similarity(self) -> float:
        """Similarity in shape and colour, 0 to 1 (see `model.likeness`)."""
        return float(similarity(self.cosine, self.colour_likeness))


@dataclass(frozen=True, slots=True)
class ComparedOffer:
    """An offer whose picture was compared; ``match`` is None if that was not possible."""

    offer: Offer
    match: PictureMatch | None = None

    @property
    def similarity(self) -> float | None:
        """Similarity to the garment, 0 to 1, to 4 decimal places; None if unknown."""
        return None if self.match is None else round(self.match.similarity, 4)


@dataclass(frozen=True, slots=True)
class RankedOffer:
    """An offer with its place in the list.

    Attributes:
        compared: The offer and the comparison it was ranked by.
        similarity: To the garment, 0 to 1; None if the picture was not compared.
        score: The list is sorted by it, highest first.
        why: Reasons to show, the most important first.
    """

    compared: ComparedOffer
    similarity: float | None
    score: float
    why: tuple[str, ...] = ()

    @property
    def offer(self) -> Offer:
        """The offer as it is shown."""
        return self.compared.offer


@dataclass(frozen=True, slots=True)
class OffersEvent:
    """Offers of one provider, best first; a provider may have several such events."""

    provider: str
    offers: tuple[RankedOffer, ...]


@dataclass(frozen=True, slots=True)
class FailedEvent:
    """A provider whose offers, or some of them, are missing, and the reason in plain words."""

    provider: str
    reason: str


@dataclass(frozen=True, slots=True)
class DoneEvent:
    """The end of a search: the ids of all its offers, best first.

    ``left_out`` counts the offers that the user's filters remove, by reason (see
    `server.offers.order.choice`).
    """

    order: tuple[str, ...]
    left_out: Mapping[str, int] = field(default_factory=dict)


Event = OffersEvent | FailedEvent | DoneEvent


@dataclass(frozen=True, slots=True)
class SearchContext:
    """Whom the search is for: ISO codes, and the seconds that a provider may take."""

    country: str = "US"
    language: str = "en"
    currency: str = "USD"
    seconds: float = 6.0


@dataclass(frozen=True, slots=True, eq=False)
class GarmentQuery:
    """The garment to search for.

    Attributes:
        look_id: The look it is in.
        number: Its number there, from 1.
        category: One of the categories of `model.categories`.
        search_text: What to type into a shop's search, by language tag.
        jpeg: The garment on white, as it may be sent out: without any metadata of the photo.
        vector: Its unit vector, float32.
        picture_url: The whole picture's public http(s) address; None if it has none.
        colours: Its colours, largest share first.
    """

    look_id: str
    number: int
    category: Category
    search_text: dict[str, str]
    jpeg: bytes = field(repr=False)
    vector: NDArray[np.float32] = field(repr=False)
    picture_url: str | None = None
    colours: tuple[Colour, ...] = ()

    @property
    def kind(self) -> Kind:
        """The part of an outfit that it is."""
        return self.category.kind

    def words(self, language: str) -> str:
        """Return search words in a language; falls back to English."""
        return self.search_text.get(language) or self.search_text["en"]


def offer_id(provider: str, *parts: str) -> str:
    """Return a stable id for an item whose own identifier is long or unusual."""
    text = "\n".join(parts)
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
    return f"{provider}-{digest[:20]}"


def one_each(offers: Iterable[Offer | None], limit: int) -> list[Offer]:
    """Return the first ``limit`` offers without None and without repeated ids."""
    kept: dict[str, Offer] = {}
    for offer in offers:
        if offer is not None:
            kept.setdefault(offer.id, offer)
        if len(kept) >= limit:
            break
    return list(kept.values())


def seller_of(offer: Offer) -> Seller:
    """Return an offer as a further seller of its product."""
    return Seller(
        id=offer.id,
        provider=offer.provider,
        link=offer.link,
        shop=offer.shop,
        price=offer.price,
        availability=offer.availability,
    )
