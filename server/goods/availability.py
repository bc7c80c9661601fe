"""Whether a thing can be bought, in the words of markup, feeds and vendors.

The table holds the values of closed vocabularies; what a shop writes for people in its own
language is read by `server.shop_page.words`.
"""

from collections.abc import Iterable
from typing import Final, Literal

Availability = Literal["in_stock", "out_of_stock", "preorder"]

_LONGEST: Final = 120
# Letters and digits only, lower case: "In stock", "in_stock" and "https://schema.org/InStock"
# are one word here. All members of https://schema.org/ItemAvailability are in the table, and
# all of https://support.google.com/merchants/answer/6324448.
_WORDS: Final[dict[str, Availability]] = {
    **dict.fromkeys(
        ("instock", "onlineonly", "instoreonly", "limitedavailability", "limitedstock",
         "lowstock", "available", "availablefororder", "true", "yes", "1"),
        "in_stock",
    ),
    **dict.fromkeys(
        ("outofstock", "oos", "soldout", "discontinued", "reserved", "unavailable",
         "notavailable", "false", "no", "0"),
        "out_of_stock",
    ),
    **dict.fromkeys(
        ("preorder", "presale", "backorder", "madetoorder", "preorderonly"), "preorder"
    ),
}  # fmt: skip


def read_availability(value: object) -> Availability | None:
    """Read a truth value or a word of a closed vocabulary, also as an address of schema.org.

    Returns:
        The availability; None for a word that is not in the table.
    """
    if isinstance(value, bool | int):
        value = str(int(value))
    if not isinstance(value, str) or len(value) > _LONGEST:
        return None
    name = value.strip().rstrip("/").replace("#", "/").replace(":", "/").rpartition("/")[2]
    return _WORDS.get("".join(c for c in name.lower() if c.isalnum()))


def best_availability(states: Iterable[Availability | None]) -> Availability | None:
    """Return that of a product of its variants: one size sold out does not sell it out."""
    known = set(states)
    order: tuple[Availability, ...] = ("in_stock", "preorder", "out_of_stock")
    return next((state for state in order if state in known), None)
