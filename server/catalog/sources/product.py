"""A product as its shop describes it, which every source of products yields."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from model.errors import WhereToBuyError
from server.goods.availability import Availability
from server.goods.condition import Condition
from server.goods.money import Money


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
    unread: tuple[tuple[str, str], ...] = ()
    repair: str = ""
