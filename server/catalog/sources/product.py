"""A product as its shop describes it, which every source of products yields."""

from dataclasses import dataclass

from model.errors import WhereToBuyError
from server.goods.availability import Availability
from server.goods.condition import Condition
from server.goods.money import Money


class SourceError(WhereToBuyError):
    """A source cannot be read at all."""

    code = "unreadable-feed"


class BrokenItemError(WhereToBuyError):
    """One item cannot be used; the rest of the source can."""

    code = "broken-item"


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
