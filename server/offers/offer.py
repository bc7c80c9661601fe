"""An offer, and what a search for offers starts from."""

import hashlib
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from model.categories import Category, Kind
from model.colours import Colour
from server.goods.availability import Availability
from server.goods.condition import Condition
from server.goods.money import Money

OfferType = Literal["product", "search"]


@dataclass(frozen=True, slots=True, eq=False)
class Seen:
    """What an offer's picture shows, to tell whether two are of one product.

    Attributes:
        vector: Unit vector, float16: kept for many offers.
        colours: As `model.likeness.pack_colours` gives them.
    """

    vector: NDArray[np.float16] = field(repr=False)
    colours: bytes = field(repr=False)


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
    """Something on sale, or (``type`` "search") a page that looks for it.

    Attributes:
        id: At most 64 characters; the same thing of the same provider has the same id.
        provider: The name of the provider that found it.
        title: Plain text on one line.
        link: http or https, to be opened by the user.
        condition: New, or not; None where nobody says.
        shipping: What sending it to the user costs at least, where known; 0 is free.
        gtin: Its global trade item number, checked (see `server.goods.gtin`).
        sellers: Further sellers of the same product (see `server.offers.joining.same_product`).
        picture_url: Address of its picture, or of its stored thumbnail; not for the page.
        cosine: Of its picture's vector with the crop's, -1 to 1; None until compared.
        seen: What its picture shows; None until compared, and no longer than the search.
        colour_likeness: Of its picture's colours with the crop's, 0 to 1; None until compared.
        kind: What it is, where known.
        colours: Of the palette of `model.colours`: what the shop says, else what was seen in
            its picture; those that matter, largest share first.
        partner: Its shop is a partner of whoever runs this server.
        similarity: Of shape and colour, 0 to 1 (see `model.likeness`).
        score: What the list is sorted by, falling.
        why: Reasons to show, the weightiest first.
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
    sellers: tuple[Seller, ...] = ()
    picture_url: str | None = None
    cosine: float | None = None
    seen: Seen | None = field(default=None, repr=False, compare=False)
    colour_likeness: float | None = None
    kind: Kind | None = None
    colours: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    partner: bool = False
    similarity: float | None = None
    score: float = 0.0
    why: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SearchContext:
    """For whom is searched: ISO codes, and the seconds that a provider may take."""

    country: str = "US"
    language: str = "en"
    currency: str = "USD"
    seconds: float = 6.0


@dataclass(frozen=True, slots=True, eq=False)
class GarmentQuery:
    """The garment that is looked for.

    Attributes:
        look_id: The look it is in.
        number: Its number there.
        category: One of the 13 categories.
        search_text: What to type into a shop's search, by language ("en", "ko").
        jpeg: The garment on white as it may be sent away, without any metadata of the photo.
        vector: Its unit vector, float32.
        colours: Its colours, largest share first.
        picture_url: The whole picture's public http(s) address, None where it has none.
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
        """Give search words in a language, English where it is none of ours."""
        return self.search_text.get(language) or self.search_text["en"]


def offer_id(provider: str, *parts: str) -> str:
    """Give a stable id for what a provider knows under a long or strange one."""
    text = "\n".join(parts)
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
    return f"{provider}-{digest[:20]}"
