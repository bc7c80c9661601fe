"""The table of the index in PostgreSQL, what is wanted as a condition on it, and how it is filled.

The table is made for one embedder: it is named after it, as its vectors have its length.
"""

import hashlib
import re
from collections.abc import Iterable, Iterator
from typing import Any, Final

import numpy as np
from pgvector import HalfVector
from pgvector.psycopg import register_vector
from pgvector.sqlalchemy import HALFVEC
from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    DateTime,
    Float,
    ForeignKey,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    and_,
    bindparam,
    delete,
    or_,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session

from server.catalog.index.facets import ROUNDING
from server.catalog.index.values import digest, values_of
from server.goods.wanted import PriceRange, Wanted, sizes_in
from server.storage.tables import ProductRow, ShopRow

_HEXADECIMAL: Final = re.compile(r"[0-9a-f]{1,16}")
# Columns that follow from a row alone; the others are its vector, and what says when it changes.
_VALUES: Final = (
    "seller", "price", "sale", "currency", "availability", "condition", "brand", "sizes",
    "gender", "categories",
)  # fmt: skip


class IndexTable:
    """The tables of one embedder's index.

    Args:
        suffix: Of the embedder (`server.catalog.index.hit.fingerprint_suffix`).
        dimensions: Length of a vector.
    """

    def __init__(self, suffix: str, dimensions: int) -> None:
        name = suffix.removeprefix(":")
        if not _HEXADECIMAL.fullmatch(name):
            name = hashlib.sha256(name.encode()).hexdigest()[:16]
        self.name = f"product_index_{name}"
        metadata = MetaData()
        # The tables that are referred to, as far as that needs.
        Table("products", metadata, Column("id", Integer, primary_key=True))
        Table("shops", metadata, Column("id", Integer, primary_key=True))
        of_product = ForeignKey("products.id", ondelete="CASCADE")
        self.rows = Table(
            self.name,
            metadata,
            Column("product_id", Integer, of_product, primary_key=True, autoincrement=False),
            Column("shop_id", Integer, nullable=False, index=True),
            Column("kind", Text, nullable=False, index=True),
            # What changes with the vector, and what with the values.
            Column("picture_mark", BigInteger, nullable=False),
            Column("values_mark", BigInteger, nullable=False),
            Column("seller", ARRAY(Text), nullable=False),
            Column("price", Float(53)),
            Column("sale", Float(53)),
            Column("currency", Text),
            Column("availability", Text),
            Column("condition", Text),
            Column("brand", Text, nullable=False, index=True),
            Column("sizes", ARRAY(Text), nullable=False),
            Column("gender", Text),
            Column("categories", ARRAY(Text)),
            Column("colours", LargeBinary, nullable=False),
            Column("vector", HALFVEC(dimensions), nullable=False),
        )
        # Which version of each shop the rows are of.
        self.shops = Table(
            f"{self.name}_shops",
            metadata,
            Column(
                "shop_id",
                Integer,
                ForeignKey("shops.id", ondelete="CASCADE"),
                primary_key=True,
                autoincrement=False,
            ),
            Column("imported_at", DateTime(timezone=True), nullable=False),
            Column("name", Text, nullable=False),
        )
        self.metadata = metadata

    def hnsw(self, kind: str) -> str:
        """Return the name of the index over the vectors of a kind."""
        return f"{self.name}_{kind}"

    def fits(self, wanted: Wanted) -> ColumnElement[bool]:
        """Return the condition that a product is wanted."""
        c = self.rows.c
        conditions: list[ColumnElement[bool]] = []
        for column, values in (
            (c.currency, wanted.currencies),
            (c.availability, wanted.availability),
            (c.condition, wanted.conditions),
            (c.gender, wanted.genders),
            (c.brand, frozenset(brand.casefold() for brand in wanted.brands)),
        ):
            if values:
                conditions.append(_among(column, values))
        if wanted.shops:
            conditions.append(c.seller.overlap(sorted(wanted.shops)))
        if wanted.blocked:
            conditions.append(~c.seller.overlap(sorted(wanted.blocked)))
        if wanted.sizes:
            conditions.append(c.sizes.overlap(sorted(set().union(*map(sizes_in, wanted.sizes)))))
        if wanted.category is not None:
            conditions.append(or_(c.categories.is_(None), c.categories.contains([wanted.category])))
        if wanted.partner is not None:
            partners = select(ShopRow.id).where(ShopRow.partner)
            conditions.append(c.shop_id.in_(partners).is_(wanted.partner))
        if wanted.prices:
            conditions.append(or_(*map(self._in_range, wanted.prices)))
        return and_(True, *conditions)

    def _in_range(self, each: PriceRange) -> ColumnElement[bool]:
        """Return the condition that a price is in a range."""
        c = self.rows.c
        low = None if each.low is None else each.low * (1 - ROUNDING)
        high = None if each.high is None else each.high * (1 + ROUNDING)

        def between(column: ColumnElement[Any]) -> ColumnElement[bool]:
            ends = [column >= low] if low is not None else []
            return and_(True, *ends, *([column <= high] if high is not None else []))

        return and_(c.currency == each.currency, or_(between(c.price), between(c.sale)))

    def change(self, session: Session, products: Iterable[tuple[Any, str, int, int]]) -> None:
        """Write the values of products whose vectors are as they were.

        Args:
            session: A session that writes.
            products: Rows with `server.catalog.index.values.COLUMNS`, the names of their shops,
                and their two marks.
        """
        changes = [
            {"of": row.id, "values_mark": mark} | _values(row, shop)
            for row, shop, _, mark in products
        ]
        if changes:
            statement = update(self.rows).where(self.rows.c.product_id == bindparam("of"))
            session.connection().execute(statement, changes)

    def remove(self, session: Session, products: Iterable[int]) -> None:
        """Remove products."""
        session.execute(delete(self.rows).where(self.rows.c.product_id.in_(list(products))))

    def add(
        self, session: Session, products: dict[int, tuple[Any, str, int, int]], some: int
    ) -> None:
        """Copy products into the table, some at a time.

        Args:
            session: A session that writes.
            products: As for `change`, by their ids.
            some: How many at a time.
        """
        connection: Any = session.connection().connection.driver_connection
        register_vector(connection)
        names = [column.name for column in self.rows.columns]
        types = [_TYPES.get(str(column.type).partition("(")[0], "text") for column in self.rows.c]
        types = ["text[]" if isinstance(c.type, ARRAY) else t
                 for c, t in zip(self.rows.c, types, strict=True)]  # fmt: skip
        ids = list(products)
        for start in range(0, len(ids), some):
            # All of them before the copying: a connection does one thing at a time.
            part = list(_vectors(session, ids[start : start + some]))
            with connection.cursor() as cursor, cursor.copy(
                f"COPY {self.name} ({', '.join(names)}) FROM STDIN WITH (FORMAT BINARY)"
            ) as copy:  # fmt: skip
                copy.set_types(types)
                for product, vector in part:
                    row, shop, picture, mark = products[product]
                    given = _values(row, shop) | {
                        "product_id": product,
                        "shop_id": row.shop_id,
                        "kind": row.kind,
                        "picture_mark": picture,
                        "values_mark": mark,
                        "colours": row.colours or b"",
                        "vector": HalfVector(vector),
                    }
                    copy.write_row([given[name] for name in names])


# PostgreSQL's names of the types of columns, where values are sent as bytes.
_TYPES: Final = {
    "INTEGER": "int4",
    "BIGINT": "int8",
    "FLOAT": "float8",
    "BLOB": "bytea",
    "HALFVEC": "halfvec",
}


def marks(row: Any, shop: str) -> tuple[int, int]:
    """Return what changes with a product's vector, and what with its values."""
    return (
        digest(row.fingerprint, row.kind, row.colours),
        digest(*(str(value) for value in sorted(_values(row, shop).items()))),
    )


def _values(row: Any, shop: str) -> dict[str, Any]:
    values = values_of(row, shop)
    found = {name: getattr(values, name) for name in _VALUES}
    return {
        name: sorted(value) if isinstance(value, frozenset) else value
        for name, value in found.items()
    }


def _vectors(session: Session, ids: list[int]) -> Iterator[tuple[int, Any]]:
    statement = select(ProductRow.id, ProductRow.vector).where(ProductRow.id.in_(ids))
    for row in session.execute(statement.order_by(ProductRow.id)).all():
        yield row.id, np.frombuffer(row.vector, "<f4")


def _among(column: ColumnElement[Any], values: Iterable[str | None]) -> ColumnElement[bool]:
    """Return the condition that a column has one of some values, which may be none."""
    named = [value for value in values if value is not None]
    return or_(column.in_(named), column.is_(None)) if None in set(values) else column.in_(named)
