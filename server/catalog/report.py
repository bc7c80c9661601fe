"""The report of an import: what it did, and what it left out and why."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeVar

from server.catalog.sources.product import SourceError

PROBLEMS_KEPT = 1000
# Beside the first: prices are unreadable for different reasons.
OTHER_EXAMPLES = 2
K = TypeVar("K", bound=str)


class LeftOut(StrEnum):
    """Why a product is kept but cannot be found, in words for the user."""

    NO_GARMENT_BY_CATEGORY = "no garment by its category"
    NO_GARMENT_BY_TITLE = "no garment by its title"
    NO_PICTURE = "no picture"
    UNUSABLE_PICTURE = "no picture that can be used"
    UNRECOGNISED = "neither its words nor its picture say what it is"


@dataclass(slots=True)
class Group:
    """Products with one thing in common: how many they are, and one of them.

    Attributes:
        count: How many they are.
        example: The first of them.
        others: A few more that are not like the first; only where values differ.
    """

    count: int
    example: str
    others: list[str] = field(default_factory=list)


@dataclass(slots=True)
class ImportReport:
    """The result of an import.

    Attributes:
        shop: The shop's name.
        added: Products that are new.
        updated: Products that changed.
        unchanged: Products that are as before.
        removed: Products that the shop no longer has, which are marked as gone.
        kept_back: Products that are not there any more, but so many that they are kept: half of
            the shop or more.
        embedded: Pictures that were embedded.
        broken: Items that cannot be used.
        complete: Whether the feed was read to its end.
        as_before: Whether the source says that it did not change, so that it was not read.
        problems: One line for each item with a problem, the first `PROBLEMS_KEPT`.
        faults: The items that cannot be used, by what is wrong with them.
        repaired: Items that were read after a repair, by what was wrong with them.
        left_out: Products that are kept but cannot be found, by reason.
        pictures: Products whose picture cannot be used, by what is wrong with it.
        unread: Values that cannot be read, by the name of the field.
        without_currency: Prices that are a bare number.
    """

    shop: str
    added: int = 0
    updated: int = 0
    unchanged: int = 0
    removed: int = 0
    kept_back: int = 0
    embedded: int = 0
    broken: int = 0
    complete: bool = False
    as_before: bool = False
    problems: list[str] = field(default_factory=list)
    faults: dict[str, Group] = field(default_factory=dict)
    repaired: dict[str, Group] = field(default_factory=dict)
    left_out: dict[LeftOut, Group] = field(default_factory=dict)
    pictures: dict[str, Group] = field(default_factory=dict)
    unread: dict[str, Group] = field(default_factory=dict)
    without_currency: int = 0

    @property
    def products(self) -> int:
        """The number of usable products in the feed."""
        return self.added + self.updated + self.unchanged

    def problem(self, line: str) -> None:
        """Record a problem with one item."""
        if len(self.problems) < PROBLEMS_KEPT:
            self.problems.append(line)

    def break_item(self, reason: str, example: str) -> None:
        """Count an item that cannot be used; the first of a reason is its example."""
        self.broken += 1
        _count(self.faults, reason, example)

    def repair(self, fault: str, example: str) -> None:
        """Count an item that was repaired; the first with a fault is its example."""
        _count(self.repaired, fault, example)

    def miss_picture(self, reason: str, example: str) -> None:
        """Count a picture that cannot be used; the first of a reason is its example."""
        _count(self.pictures, reason, example)

    def leave_out(self, reason: LeftOut, example: str) -> None:
        """Count a product that cannot be found; the first of a reason is its example."""
        _count(self.left_out, reason, example)

    def miss(self, field_name: str, example: str) -> None:
        """Count a value that cannot be read; the first ones of a field are its examples."""
        _count(self.unread, field_name, example)
        group = self.unread[field_name]
        if group.count > 1 and len(group.others) < OTHER_EXAMPLES:
            group.others.append(example)

    def shrank_text(self) -> str:
        """Return what to say of a shop that lost half of its products or more."""
        return (
            f"{self.kept_back:,} products are not there any more, half of the shop or more. That "
            "may be a fault of the shop's, so they are kept. If it is right, say so: "
            f"where-to-buy catalog refresh “{self.shop}” --accept-smaller"
        )

    def summary(self) -> list[str]:
        """Return what was left out of the search and of products, a line for each reason."""
        lines = [self.shrank_text()] if self.kept_back else []
        if self.faults:
            lines.append(f"{self.broken:,} items are left out:")
            lines += _lines(self.faults.items())
        if self.repaired:
            lines.append("Items that were read after a repair:")
            lines += _lines(self.repaired.items())
        if self.left_out:
            total = sum(group.count for group in self.left_out.values())
            lines.append(f"{total:,} of {self.products:,} products cannot be found by a search:")
            lines += _lines(self.left_out.items())
        if self.pictures:
            lines.append("Pictures that cannot be used:")
            lines += _lines(self.pictures.items())
        if self.unread:
            lines.append("Values that cannot be read, and are left out:")
            lines += _lines(self.unread.items())
        if self.without_currency:
            lines.append(
                f"Prices without a currency: {self.without_currency:,}. If you know it, import "
                "again with it, for example: --currency EUR"
            )
        return lines


class BrokenOffError(SourceError):
    """A source could not be read to its end; ``report`` says what was done before."""

    def __init__(self, cause: SourceError, report: ImportReport) -> None:
        super().__init__(str(cause), hint=cause.hint)
        self.report = report


def _count(groups: dict[K, Group], name: K, example: str) -> None:
    groups.setdefault(name, Group(0, example)).count += 1


def _lines(groups: Iterable[tuple[str, Group]]) -> list[str]:
    """Return a line for each group, the largest first."""
    ordered = sorted(groups, key=lambda item: -item[1].count)
    return [
        f"  {group.count:,}: {name}, e.g. {', '.join([group.example, *group.others])}"
        for name, group in ordered
    ]
