"""What the embedded index filters by: a few numbers a product, and which products fit."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Self

import numpy as np
from numpy.typing import NDArray

from server.catalog.index.values import values_of
from server.goods.wanted import PriceRange, Wanted, sizes_in

# A number stands for each text; see `Codes`.
COLUMNS: Final[Mapping[str, np.dtype[Any]]] = {
    "shop": np.dtype(np.int32),
    "seller": np.dtype(np.int32),
    "price": np.dtype(np.float64),
    "sale": np.dtype(np.float64),
    "currency": np.dtype(np.int16),
    "availability": np.dtype(np.int16),
    "condition": np.dtype(np.int16),
    "brand": np.dtype(np.int32),
    "sizes": np.dtype(np.int32),
    "gender": np.dtype(np.int16),
    "categories": np.dtype(np.int16),
}
Mask = NDArray[np.bool_]
# Columns whose values are kept as they are.
_NUMBERS: Final = frozenset({"shop", "price", "sale"})
# Prices are compared as binary fractions; the exact filter comes after.
ROUNDING: Final = 1e-9


@dataclass(frozen=True, slots=True, eq=False)
class Facets:
    """The facets of N products.

    Attributes:
        columns: One for each of `COLUMNS`, ``[N]``.
    """

    columns: Mapping[str, NDArray[Any]]

    @classmethod
    def of(cls, rows: Sequence[tuple[Any, ...]]) -> Self:
        """Take the facets of each product, in the order of `COLUMNS`."""
        columns = list(zip(*rows, strict=True)) or [()] * len(COLUMNS)
        return cls(
            {
                name: np.array(values, kind)
                for (name, kind), values in zip(COLUMNS.items(), columns, strict=True)
            }
        )

    @classmethod
    def joined(cls, parts: Sequence["Facets"]) -> Self:
        """Return the facets of several parts, one after the other."""
        return cls(
            {name: np.concatenate([part.columns[name] for part in parts]) for name in COLUMNS}
        )

    def __len__(self) -> int:
        """Return the number of products."""
        return len(self.columns["shop"])

    def taken(self, rows: NDArray[np.int64]) -> "Facets":
        """Return those of some products."""
        return Facets({name: column[rows] for name, column in self.columns.items()})

    def copied(self) -> "Facets":
        """Return a copy that can be changed."""
        return Facets({name: column.copy() for name, column in self.columns.items()})

    def put(self, rows: NDArray[np.int64], other: "Facets") -> None:
        """Change those of some products."""
        for name, column in self.columns.items():
            column[rows] = other.columns[name]

    def differ(self, other: "Facets") -> Mask:
        """Return which of the same products have other facets, ``[N]``."""
        differ = np.zeros(len(self), np.bool_)
        for name, mine in self.columns.items():
            theirs = other.columns[name]
            unlike = mine != theirs
            if mine.dtype.kind == "f":
                unlike &= ~(np.isnan(mine) & np.isnan(theirs))
            differ |= unlike
        return differ


class Codes:
    """Numbers the values of a column, from 0, in the order in which they come."""

    def __init__(self, values: Iterable[object] = ()) -> None:
        self._codes: dict[object, int] = {value: code for code, value in enumerate(values)}

    def code(self, value: object) -> int:
        """Return a value's number, a new one for a new value."""
        return self._codes.setdefault(value, len(self._codes))

    def values(self) -> list[Any]:
        """Return every value, in the order of their numbers."""
        return list(self._codes)

    def table(self, which: Callable[[Any], bool]) -> Mask:
        """Return for each number whether its value is one of those that are meant."""
        # In a list: another thread may be adding values.
        return np.fromiter(map(which, self.values()), np.bool_)


# Whether each of some products is wanted, ``[N]``.
Fits = Callable[[Facets], Mask]


class FacetReader:
    """Turns rows into facets, and filters into masks over them.

    Args:
        values: Of each column that has numbers for them, in the order of the numbers.
    """

    def __init__(self, values: Mapping[str, Iterable[object]] | None = None) -> None:
        known = values or {}
        self.codes = {name: Codes(known.get(name, ())) for name in COLUMNS if name not in _NUMBERS}

    def read(self, row: Any, shop: str) -> tuple[Any, ...]:
        """Return the facets of a product's row, in the order of `COLUMNS`."""
        codes, values = self.codes, values_of(row, shop)
        return (
            row.shop_id,
            codes["seller"].code(values.seller),
            np.nan if values.price is None else values.price,
            np.nan if values.sale is None else values.sale,
            codes["currency"].code(values.currency),
            codes["availability"].code(values.availability),
            codes["condition"].code(values.condition),
            codes["brand"].code(values.brand),
            codes["sizes"].code(values.sizes),
            codes["gender"].code(values.gender),
            codes["categories"].code(values.categories),
        )

    def fits(self, wanted: Wanted, partners: frozenset[int]) -> Fits:
        """Return what says which of some products are wanted.

        Args:
            wanted: What they have to be.
            partners: The shops that are partners.
        """
        tests: list[Fits] = []
        for name, values in (
            ("currency", wanted.currencies),
            ("availability", wanted.availability),
            ("condition", wanted.conditions),
            ("gender", wanted.genders),
            ("brand", frozenset(brand.casefold() for brand in wanted.brands)),
        ):
            if values:
                tests.append(self._where(name, values.__contains__))
        if wanted.shops:
            tests.append(self._with("seller", wanted.shops))
        if wanted.blocked:
            blocked = self._with("seller", wanted.blocked)
            tests.append(lambda facets: ~blocked(facets))
        if wanted.sizes:
            tests.append(self._with("sizes", frozenset().union(*map(sizes_in, wanted.sizes))))
        if wanted.category is not None:
            category = wanted.category
            tests.append(self._where("categories", lambda each: each is None or category in each))
        if wanted.partner is not None:
            shops, partner = list(partners), wanted.partner
            tests.append(lambda facets: np.isin(facets.columns["shop"], shops) == partner)
        if wanted.prices:
            tests.append(self._in_ranges(wanted.prices))

        def fits(facets: Facets) -> Mask:
            found = np.ones(len(facets), np.bool_)
            for test in tests:
                found &= test(facets)
            return found

        return fits

    def _where(self, name: str, which: Callable[[Any], bool]) -> Fits:
        table = self.codes[name].table(which)
        return lambda facets: table.take(facets.columns[name])

    def _with(self, name: str, values: frozenset[str]) -> Fits:
        """Return the test whether a column's set has one of some values."""
        return self._where(name, lambda each: bool(each) and not values.isdisjoint(each))

    def _in_ranges(self, ranges: Iterable[PriceRange]) -> Fits:
        tests = [
            (self._where("currency", frozenset({each.currency}).__contains__), each)
            for each in ranges
        ]

        def fits(facets: Facets) -> Mask:
            found = np.zeros(len(facets), np.bool_)
            for in_currency, each in tests:
                price, sale = facets.columns["price"], facets.columns["sale"]
                found |= in_currency(facets) & (_between(price, each) | _between(sale, each))
            return found

        return fits


def _between(prices: NDArray[np.float64], wanted: PriceRange) -> Mask:
    """Return which prices are in a range; those that are unknown are in a range without ends."""
    fits = np.ones(len(prices), np.bool_)
    if wanted.low is not None:
        fits &= prices >= wanted.low * (1 - ROUNDING)
    if wanted.high is not None:
        fits &= prices <= wanted.high * (1 + ROUNDING)
    return fits
