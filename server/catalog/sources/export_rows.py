"""What the product exports of shop systems have in common: tables, and a few of their facts."""

from collections.abc import Iterable, Iterator, Sequence

from server.catalog.sources.product import BrokenItemError
from server.goods.gender import Gender, read_gender

# What shops call the options and attributes that are a product's colour and size.
COLOUR_NAMES = frozenset(
    {"color", "colour", "farbe", "couleur", "colore", "kleur", "cor", "색상", "カラー"}
)
SIZE_NAMES = frozenset({
    "size", "größe", "grösse", "groesse", "taille", "talla", "taglia", "maat", "tamanho",
    "storlek", "størrelse", "사이즈", "サイズ",
})  # fmt: skip

# How Shopify and WordPress call what a shop does not sell, or not yet.
NOT_FOR_SALE = frozenset({"draft", "archived", "unlisted", "pending", "private", "trash"})

# The rows of a table below its header, as they are read.
Records = Iterable[Sequence[str] | BrokenItemError]


def named_values(
    records: Records, columns: Sequence[str]
) -> Iterator[dict[str, str] | BrokenItemError]:
    """Yield each row's values by their columns' names; of two columns of one name, the first."""
    for record in records:
        if isinstance(record, BrokenItemError):
            yield record
            continue
        values: dict[str, str] = {}
        for name, value in zip(columns, record, strict=False):
            values.setdefault(name, value.strip())
        yield values


def not_for_sale(item: str, name: str) -> BrokenItemError:
    """Return the fault of an item that its shop does not sell.

    Args:
        item: What the item is told from others by.
        name: How to name it in a report.
    """
    return BrokenItemError(
        f"Item {item} is not for sale.",
        reason="a draft, archived or not published",
        example=f"“{name}”",
    )


def period(starts: str, ends: str) -> str:
    """Return the time of a sale as Google writes it; empty unless both ends are known."""
    return f"{starts}/{ends}" if starts and ends else ""


def stock_word(flag: str) -> str:
    """Return Google's word for a flag that is 1 or 0; empty for anything else."""
    return {"1": "in_stock", "0": "out_of_stock"}.get(flag, "")


def gender_of_tags(tags: object) -> Gender | None:
    """Return the one gender that a shop's tags name, a list or a text with commas."""
    words = tags.split(",") if isinstance(tags, str) else tags if isinstance(tags, list) else []
    tails = [str(word).rpartition(":")[2].rpartition("_")[2].strip() for word in words[:100]]
    # As a tag, "M" is a size and "all" a collection.
    plain = [tail for tail in tails if len(tail) > 1 and tail.casefold() != "all"]
    found = {gender for gender in map(read_gender, plain) if gender is not None}
    return found.pop() if len(found) == 1 else None
