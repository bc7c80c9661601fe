"""A product as its shop describes it, which every source of products yields."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from model.errors import WhereToBuyError
from server.goods.availability import Availability
from server.goods.condition import Condition
from server.goods.gender import Gender
from server.goods.money import Money
from server.goods.sale import Sale


class SourceError(WhereToBuyError):
    """A source cannot be read at all."""

    code = "unreadable-feed"


class BrokenItemError(WhereToBuyError):
    """One item cannot be used; the rest of the source can.

    Args:
        message: What is wrong with which item.
        reason: What is wrong, in words that are the same for all items with this fault; the
            message by default.
        example: How to name the item in a report.
    """

    code = "broken-item"

    def __init__(self, message: str, *, reason: str = "", example: str = "") -> None:
        super().__init__(message)
        self.reason = reason or message.rstrip(".")
        self.example = example


class PageFailureError(BrokenItemError):
    """A product's page cannot be read now, which says nothing of the product.

    Args:
        message: What is wrong with which page.
        reason: As for `BrokenItemError`.
        example: As for `BrokenItemError`.
        key: The product's key.
    """

    code = "unreadable-shop-page"

    def __init__(self, message: str, *, reason: str, example: str, key: str) -> None:
        super().__init__(message, reason=reason, example=example)
        self.key = key


@dataclass(frozen=True, slots=True)
class Row:
    """One entry of a feed, before its values are read.

    Attributes:
        fields: Google's names of the fields to their values in the entry's order
            (`server.catalog.sources.field_names`).
        repair: What had to be repaired so that it could be read, if anything.
    """

    fields: Mapping[str, Sequence[str]]
    repair: str = ""


@dataclass(frozen=True, slots=True)
class Shipping:
    """What it costs to ship a product to a country (ISO 3166); None for wherever it is sold."""

    country: str | None
    price: Money


@dataclass(frozen=True, slots=True)
class Unchanged:
    """A product that is as it was when its source was read last, by its key."""

    key: str


@dataclass(frozen=True, slots=True)
class SourceProduct:
    """One product, with clean values.

    Attributes:
        key: The shop's own id, unique within the source.
        group_key: Shared by all colours and sizes of one style; None if unknown.
        title: Plain text on one line.
        link: The page that sells it, http or https.
        picture: The main picture as the source names it: an address or, for a local file,
            perhaps a path; None if there is none.
        types: The shop's categories, the most trusted first.
        price: What it costs now.
        list_price: What it cost before, if it is on sale.
        availability: Whether it can be bought; None if unknown.
        condition: Whether it is new; None if unknown.
        gtin: Its global trade item number with a right check digit (`server.goods.gtin`).
        size: As the shop writes it: "M", "38", or all sizes of one page, "S, M, L".
        gender: Whom it is made for; None if unknown.
        pictures: Addresses of more pictures.
        shipping: What it costs to ship, where the source says so.
        sale: The price on sale, where the source says when it holds; `price` and `list_price`
            are as of the reading.
        page_version: The version of its page, as the shop's sitemap names it.
        unread: Names and texts of the fields whose values cannot be read.
        repair: What had to be repaired in its entry, if anything.
    """

    key: str
    title: str
    link: str
    picture: str | None
    group_key: str | None = None
    types: tuple[str, ...] = ()
    brand: str | None = None
    colour: str | None = None
    price: Money | None = None
    list_price: Money | None = None
    availability: Availability | None = None
    condition: Condition | None = None
    gtin: str | None = None
    size: str | None = None
    gender: Gender | None = None
    pictures: tuple[str, ...] = ()
    shipping: tuple[Shipping, ...] = ()
    sale: Sale | None = None
    page_version: str | None = None
    unread: tuple[tuple[str, str], ...] = ()
    repair: str = ""
