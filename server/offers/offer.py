"""An offer at each stage of a search, what a search starts from, and the events it yields.

A provider finds an `Offer`. Comparing its picture with the garment makes it a `ComparedOffer`,
ranking makes that a `RankedOffer`, and only ranked offers are shown.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from model.categories import Category, Kind
from model.colours import Colour
from model.likeness import similarity
from server.catalog.preparing import Preparing
from server.goods.asked import NOTHING, Asked
from server.goods.availability import Availability
from server.goods.condition import Condition
from server.goods.gender import Gender
from server.goods.money import Money
from server.goods.names import branded_title
from server.goods.search_text import search_texts
from server.goods.wanted import ANYTHING, Wanted
from server.offers.errors import CannotCompareError, ProviderError
from server.offers.sent import Receipt

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
        sizes: As its shop writes them; empty if they are unknown.
        also_in: Further sizes in which its shop has the same colour of it.
        gender: Whom it is made for; None if unknown.
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
    sizes: tuple[str, ...] = ()
    also_in: tuple[str, ...] = ()
    gender: Gender | None = None
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


# Least cosine of two pictures' vectors, and likeness of their colours, from which they show one
# thing; `server.offers.joining.same_product` has the figures behind them.
NEARLY_EQUAL = 0.94
SAME_COLOURS = 0.95


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
        against: Why the user's filters would leave it out, where it is marked instead (see
            `server.offers.order.choice`).
    """

    compared: ComparedOffer
    similarity: float | None
    score: float
    why: tuple[str, ...] = ()
    against: str | None = None

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
    """A provider whose offers, or some of them, are missing.

    Attributes:
        provider: Its name.
        reason: Why, in plain English.
        code: That of the `ProviderError`.
        details: What the reason names besides the provider, for words in another language.
    """

    provider: str
    reason: str
    code: str = ProviderError.code
    details: tuple[str, ...] = ()

    @classmethod
    def of(cls, provider: str, error: ProviderError) -> "FailedEvent":
        """Return what the user is told of an error."""
        return cls(provider, str(error), error.code, error.details)


@dataclass(frozen=True, slots=True)
class DoneEvent:
    """The end of a search: the ids of all its offers, best first.

    Attributes:
        order: The ids.
        left_out: How many offers the user's filters remove, by reason (see
            `server.offers.order.choice`).
        answered: Names of the providers that have products, were asked and answered in time.
        receipt: What was sent for it; None if that was not noted.
        preparing: How many of the catalogue's products wait for their new vector; None if none
            does, or the catalogue was not asked.
    """

    order: tuple[str, ...]
    left_out: Mapping[str, int] = field(default_factory=dict)
    answered: tuple[str, ...] = field(default=(), compare=False)
    receipt: Receipt | None = field(default=None, compare=False)
    preparing: Preparing | None = field(default=None, compare=False)


Event = OffersEvent | FailedEvent | DoneEvent


@dataclass(frozen=True, slots=True)
class SearchContext:
    """Whom the search is for: ISO codes, the seconds that a provider may take, and filters.

    Filters are for sources that can find more of what is wanted; all offers are filtered later
    (`server.offers.order.choice`).
    """

    country: str = "US"
    language: str = "en"
    currency: str = "USD"
    seconds: float = 6.0
    wanted: Wanted = ANYTHING


@dataclass(frozen=True, slots=True, eq=False)
class GarmentQuery:
    """The garment to search for.

    Attributes:
        look_id: The look it is in.
        number: Its number there, from 1.
        category: One of the categories of `model.categories`; None for what is none of them.
        search_text: What to type into a shop's search, by language tag; empty without a category.
        jpeg: The garment on white, as it may be sent out: without any metadata of the photo.
        vector: Its unit vector, float32; None where there is no model to make it.
        picture_url: The whole picture's public http(s) address; None if it has none.
        colours: Its colours, largest share first; those that were asked for, where any were.
        asked: What was asked for beyond what the picture shows; the fields above say so already.
        rivals: Categories that it may be as well, where its own is in doubt.
        no_vector: Why there is no vector and what to do, where there is none.
    """

    look_id: str
    number: int
    category: Category | None
    search_text: dict[str, str]
    jpeg: bytes = field(repr=False)
    vector: NDArray[np.float32] | None = field(repr=False)
    picture_url: str | None = None
    colours: tuple[Colour, ...] = ()
    asked: Asked = NOTHING
    rivals: tuple[Category, ...] = ()
    no_vector: str = ""

    @property
    def kind(self) -> Kind | None:
        """The part of an outfit that it is; None if any kind of offer will do."""
        return self.category.kind if self.category else None

    @property
    def categories(self) -> tuple[Category, ...]:
        """Its category and those that it may be as well; none if any kind of offer will do."""
        return (self.category, *self.rivals) if self.category else ()

    def vector_for(self, title: str) -> NDArray[np.float32]:
        """Return the vector, which the provider of this title needs.

        Raises:
            CannotCompareError: There is none.
        """
        if self.vector is None:
            raise CannotCompareError(title, self.no_vector)
        return self.vector

    @property
    def has_words(self) -> bool:
        """Whether it can be searched by words, and not by its picture alone."""
        return bool(self.search_text)

    def words(self, language: str) -> str:
        """Return search words in a language; falls back to English, and to none at all."""
        return self.search_text.get(language) or self.search_text.get("en", "")

    def broader(self) -> "GarmentQuery | None":
        """Return a query by the category's words alone; None if there were no others.

        Each word narrows a search: colour and pattern are the ones that it can do without,
        unless they were asked for.
        """
        if self.category is None or self.asked:
            return None
        texts = search_texts((), self.category)
        if all(texts.get(tag) == text for tag, text in self.search_text.items()):
            return None
        return replace(self, search_text=texts)


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
