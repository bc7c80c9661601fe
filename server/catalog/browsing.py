"""Look through the catalogue: products by words, by shop and by whether they can be found."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from server.catalog.store import CatalogStore, StoredProduct
from server.goods.safe_text import clean_text
from server.storage.database import Database
from server.storage.tables import ProductRow, ShopRow

State = Literal["searchable", "left_out", "gone"]

_LONGEST_WORDS = 200
_MOST_WORDS = 10
_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Chosen:
    """Which products to look at; None is any.

    Attributes:
        words: All of them are in its title, brand, colour, size, or are its number.
        shop_id: Of one shop.
        state: Found by pictures, not found, or gone from their shop. None is all but the gone.
        reason: Why they are not found; one of `server.catalog.report.LeftOut`, in lower case.
    """

    words: str | None = None
    shop_id: int | None = None
    state: State | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Stats:
    """How many products there are.

    Attributes:
        shops: Shops.
        products: Products that are there.
        searchable: Those of them that a picture finds.
        gone: Products that their shops no longer have.
        kinds: Searchable products by kind.
        left_out: Products that no picture finds, by reason.
        without_price: Products without a price.
    """

    shops: int
    products: int
    searchable: int
    gone: int
    kinds: dict[str, int]
    left_out: dict[str, int]
    without_price: int


class CatalogBrowser:
    """Reads what is in the catalogue; safe to share between threads."""

    def __init__(self, database: Database, store: CatalogStore) -> None:
        self._database = database
        self._store = store

    def count(self, chosen: Chosen) -> int:
        """Return how many products there are."""
        with self._database.session(read_only=True) as session:
            found = session.scalar(_where(select(func.count(ProductRow.id)), chosen))
            return found or 0

    def products(self, chosen: Chosen, limit: int, offset: int = 0) -> list[StoredProduct]:
        """Return products in the order in which they came into the catalogue."""
        with self._database.session(read_only=True) as session:
            wanted = _where(select(ProductRow.id), chosen).order_by(ProductRow.id)
            ids = session.scalars(wanted.limit(limit).offset(offset)).all()
        return self._store.products(ids)

    def every(self, chosen: Chosen) -> Iterator[StoredProduct]:
        """Yield all products, some hundreds in memory at a time."""
        last = 0
        while True:
            with self._database.session(read_only=True) as session:
                wanted = _where(select(ProductRow.id), chosen).where(ProductRow.id > last)
                ids = session.scalars(wanted.order_by(ProductRow.id).limit(_AT_ONCE)).all()
            if not ids:
                return
            yield from self._store.products(ids)
            last = ids[-1]

    def stats(self, shop_id: int | None = None) -> Stats:
        """Count what there is, in one shop or in all."""
        there = [ProductRow.gone_at.is_(None)]
        of_shop = [] if shop_id is None else [ProductRow.shop_id == shop_id]
        with self._database.session(read_only=True) as session:

            def count(*conditions: ColumnElement[bool]) -> int:
                wanted = select(func.count(ProductRow.id)).where(*of_shop, *conditions)
                return session.scalar(wanted) or 0

            def groups(
                column: InstrumentedAttribute[str | None], *conditions: ColumnElement[bool]
            ) -> dict[str, int]:
                wanted = select(column, func.count(ProductRow.id)).where(
                    *of_shop, *there, *conditions
                )
                found = [(name, n) for name, n in session.execute(wanted.group_by(column)) if name]
                return dict(sorted(found, key=lambda each: -each[1]))

            return Stats(
                shops=1 if shop_id else session.scalar(select(func.count(ShopRow.id))) or 0,
                products=count(*there),
                searchable=count(*there, _searchable()),
                gone=count(ProductRow.gone_at.is_not(None)),
                kinds=groups(ProductRow.kind, _searchable()),
                left_out=groups(ProductRow.left_out),
                without_price=count(*there, ProductRow.price.is_(None)),
            )


def _searchable() -> ColumnElement[bool]:
    return ProductRow.kind.is_not(None) & ProductRow.vector.is_not(None)


def _where(wanted: Select[int], chosen: Chosen) -> Select[int]:
    gone = ProductRow.gone_at.is_not(None) if chosen.state == "gone" else None
    wanted = wanted.where(ProductRow.gone_at.is_(None) if gone is None else gone)
    if chosen.state == "searchable":
        wanted = wanted.where(_searchable())
    elif chosen.state == "left_out":
        wanted = wanted.where(~_searchable())
    if chosen.shop_id is not None:
        wanted = wanted.where(ProductRow.shop_id == chosen.shop_id)
    if chosen.reason is not None:
        wanted = wanted.where(ProductRow.left_out == chosen.reason)
    words = (clean_text(chosen.words, _LONGEST_WORDS) or "").split()[:_MOST_WORDS]
    for word in words:
        wanted = wanted.where(_has(word))
    return wanted


def _has(word: str) -> ColumnElement[bool]:
    """Return the condition that a product has a word, in any of its texts."""
    # The database may know capitals of ASCII only.
    forms = dict.fromkeys((word, word.lower(), word.upper(), word.capitalize()))
    texts = (ProductRow.title, ProductRow.brand, ProductRow.colour)
    return or_(
        *(text.icontains(form, autoescape=True) for text in texts for form in forms),
        ProductRow.gtin == word,
        ProductRow.key == word,
        ProductRow.size == word,
    )
