"""The user's filters as sources of offers take them, before anything is found."""

from collections.abc import Iterable
from fractions import Fraction

from server.goods.condition import Condition
from server.goods.currencies import MINOR_UNITS
from server.goods.gender import suiting
from server.goods.links import shop_key
from server.goods.wanted import PriceRange, Wanted
from server.offers.order.choice import Choice


def wanted_by(choice: Choice) -> Wanted:
    """Return what a choice leaves in, as far as a source can tell.

    A source may find a little more: prices are compared exactly, and converted, only later.
    """
    asked = choice.asked
    conditions: frozenset[Condition | None] = frozenset()
    if choice.condition == "new":
        conditions = frozenset({"new", None})
    elif choice.condition == "used":
        conditions = frozenset({"used", "refurbished"})
    return Wanted(
        prices=tuple(_ranges(choice)),
        conditions=conditions,
        blocked=frozenset(choice.block),
        shops=frozenset(map(shop_key, asked.shops)),
        brands=frozenset(asked.brands),
        sizes=frozenset(asked.sizes),
        genders=suiting(asked.gender),
        availability=frozenset({asked.availability}) if asked.availability else frozenset(),
    )


def _ranges(choice: Choice) -> Iterable[PriceRange]:
    """Yield the range of prices in each currency that can be compared."""
    low, high = choice.min_price, choice.max_price
    if low is None and high is None:
        return
    yield PriceRange(
        choice.currency,
        None if low is None else float(low),
        None if high is None else float(high),
    )
    units = choice.rates.units if choice.rates else {}
    if choice.currency not in units or choice.currency not in MINOR_UNITS:
        return
    # A converted price is rounded to the minor unit: half of it more or less may fit.
    half = Fraction(1, 2 * 10 ** MINOR_UNITS[choice.currency])
    for currency, theirs in sorted(units.items()):
        if currency != choice.currency:
            rate = Fraction(theirs) / Fraction(units[choice.currency])
            yield PriceRange(
                currency,
                None if low is None else float((Fraction(low) - half) * rate),
                None if high is None else float((Fraction(high) + half) * rate),
            )
