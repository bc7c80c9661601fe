"""What an import did, and what it left out of the search."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum

PROBLEMS_KEPT = 1000


class LeftOut(StrEnum):
    """Why a product is kept but cannot be found, in words for the user."""

    NO_GARMENT_BY_CATEGORY = "no garment by its category"
    NO_GARMENT_BY_TITLE = "no garment by its title"
    NO_PICTURE = "no picture"
    UNUSABLE_PICTURE = "no picture that can be used"
    UNRECOGNISED = "neither its words nor its picture say what it is"


@dataclass(slots=True)
class Group:
    """Products with one thing in common: how many they are, and one of them."""

    count: int
    example: str


@dataclass(slots=True)
class ImportReport:
    """What an import did.

    Attributes:
        shop: The shop's name.
        added: Products that are new.
        updated: Products that changed.
        unchanged: Products that are as before.
        removed: Products that the feed no longer has.
        embedded: Pictures that were looked at.
        broken: Items that cannot be used.
        complete: Whether the feed was read to its end.
        problems: One line for each item with a problem, the first `PROBLEMS_KEPT`.
        left_out: Products that are kept but cannot be found, by reason.
        unread: Values that a product has to do without, by the feed's name of the field.
    """

    shop: str
    added: int = 0
    updated: int = 0
    unchanged: int = 0
    removed: int = 0
    embedded: int = 0
    broken: int = 0
    complete: bool = False
    problems: list[str] = field(default_factory=list)
    left_out: dict[LeftOut, Group] = field(default_factory=dict)
    unread: dict[str, Group] = field(default_factory=dict)

    @property
    def products(self) -> int:
        """How many usable products the feed had."""
        return self.added + self.updated + self.unchanged

    def problem(self, line: str) -> None:
        """Note a problem with one item."""
        if len(self.problems) < PROBLEMS_KEPT:
            self.problems.append(line)

    def leave_out(self, reason: LeftOut, example: str) -> None:
        """Count a product that cannot be found; the first of a reason is its example."""
        self.left_out.setdefault(reason, Group(0, example)).count += 1

    def miss(self, field_name: str, example: str) -> None:
        """Count a value that cannot be read; the first of a field is its example."""
        self.unread.setdefault(field_name, Group(0, example)).count += 1

    def summary(self) -> list[str]:
        """Return what was left out of the search and of products, a line for each reason."""
        lines = []
        if self.left_out:
            total = sum(group.count for group in self.left_out.values())
            lines.append(f"{total:,} of {self.products:,} products cannot be found by a search:")
            lines += _lines(self.left_out.items())
        if self.unread:
            lines.append("Values that cannot be read, and are left out:")
            lines += _lines(self.unread.items())
        return lines


def _lines(groups: Iterable[tuple[str, Group]]) -> list[str]:
    """Return a line for each group, the largest first."""
    ordered = sorted(groups, key=lambda item: -item[1].count)
    return [f"  {group.count:,}: {name}, e.g. {group.example}" for name, group in ordered]
