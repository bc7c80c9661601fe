"""Look through the catalogue: products by words, by shop and by whether they can be found."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import ColumnElement, Select, func, literal, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from server.catalog.store import CatalogStore, StoredProduct
from server.catalog.version import shops_version
from server.goods.gender import Gender, read_gender
from server.goods.safe_text import clean_text
from server.goods.wanted import ANYTHING, Wanted, sizes_of
from server.storage.database import Database
from server.storage.tables import ProductRow, ShopRow

State = Literal["searchable", "left_out", "gone"]

_LONGEST_WORDS = 200
_MOST_WORDS = 10
_AT_ONCE = 500
# Choices of one sort: a longer menu is no help. Texts that are looked at for them.
_MOST_CHOICES = 24
_MOST_TEXTS = 1000


@dataclass(frozen=True, slots=True)
class Chosen:
    """Which products to look at; None is any.

    Attributes:
        words: All of them are in its title, brand, colour, size, or are its number.
        shop_id: Of one shop.
        state: Found by pictures, not found, or gone from their shop. None is all but the gone.
        reason: Why they are not found; one of `server.catalog.report.LeftOut`, in lower case.
        wanted: Of this, brands, sizes, availability and for whom.
    """

    words: str | None = None
    shop_id: int | None = None
    state: State | None = None
    reason: str | None = None
    wanted: Wanted = ANYTHING


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


@dataclass(frozen=True, slots=True)
class Choices:
    """What the products that are there can be chosen by; what most of them have is first.

    Attributes:
        brands: Brands, each as it is written most.
        sizes: Sizes, likewise.
        genders: Whom they are made for; None where some do not say.
    """

    brands: list[str]
    sizes: list[str]
    genders: list[Gender | None]


class CatalogBrowser:
    """Reads what is in the catalogue; safe to share between threads."""

    def __init__(self, database: Database, store: CatalogStore) -> None:
        self._database = database
        self._store = store
        self._choices: tuple[object, Choices] | None = None

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

    def choices(self) -> Choices:
        """Return what products can be chosen by: counted once after each import."""
        version, known = shops_version(self._database), self._choices
        if known is None or known[0] != version:
            known = self._choices = version, self._counted()
        return known[1]

    def _counted(self) -> Choices:
        with self._database.session(read_only=True) as session:
            brands = _texts(session, ProductRow.brand)
            sizes = _texts(session, ProductRow.size)
            genders = session.scalars(
                select(ProductRow.gender).where(ProductRow.gone_at.is_(None)).distinct()
            ).all()
        each_size = [(size, count) for text, count in sizes for size in sizes_of(text)]
        return Choices(_most(brands), _most(each_size), [read_gender(each) for each in genders])

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
    wanted = wanted.where(*_fits(chosen.wanted))
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


def _fits(wanted: Wanted) -> Iterator[ColumnElement[bool]]:
    """Yield the conditions of filters; the database makes capitals and small letters alike."""
    if wanted.brands:
        yield func.lower(ProductRow.brand).in_([func.lower(brand) for brand in wanted.brands])
    if wanted.sizes:
        # As ",S,M,L,".
        listed: ColumnElement[Any] = func.coalesce(ProductRow.size, "")
        for before, after in ((";", ","), ("|", ","), (", ", ","), (" ,", ",")):
            listed = func.replace(listed, before, after)
        listed = literal(",") + listed + ","
        yield or_(*(listed.icontains(f",{size},", autoescape=True) for size in wanted.sizes))
    if wanted.availability:
        yield ProductRow.availability.in_(wanted.availability)
    if wanted.genders:
        said = [gender for gender in wanted.genders if gender is not None]
        fits = ProductRow.gender.in_(said)
        yield fits | ProductRow.gender.is_(None) if None in wanted.genders else fits


def _texts(session: Session, column: InstrumentedAttribute[str | None]) -> list[tuple[str, int]]:
    """Return the texts that most products have in a column, and how many have each."""
    count = func.count(ProductRow.id)
    wanted = select(column, count).where(ProductRow.gone_at.is_(None), column.is_not(None))
    found = session.execute(wanted.group_by(column).order_by(count.desc()).limit(_MOST_TEXTS))
    return [(text, number) for text, number in found if text]


def _most(counted: Iterable[tuple[str, int]]) -> list[str]:
    """Return the most frequent texts, once however they are written."""
    counts: Counter[str] = Counter()
    written: dict[str, str] = {}
    for text, count in counted:
        counts[text.casefold()] += count
        written.setdefault(text.casefold(), text)
    return [written[key] for key, _ in counts.most_common(_MOST_CHOICES)]
