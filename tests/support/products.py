"""Products added to a database without a feed."""

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import select

from server.catalog.index.hit import fingerprint_suffix
from server.storage.database import Database
from server.storage.tables import ProductRow, ShopRow, now

# The fingerprint of an embedder.
EMBEDDER = "0123456789abcdef"


def put_shop(database: Database, name: str = "Corner", *, partner: bool = False) -> int:
    """Add a shop without products, and return its id."""
    with database.session() as session:
        shop = ShopRow(name=name, source=f"https://{name}.example/feed", partner=partner)
        session.add(shop)
        session.flush()
        return shop.id


def put_product(
    database: Database,
    shop_id: int,
    key: str,
    vector: NDArray[np.float32] | None,
    *,
    kind: str | None = "top",
    embedder: str = EMBEDDER,
    **columns: object,
) -> int:
    """Add a product, let indexes know, and return its id."""
    values: dict[str, object] = {
        "title": f"Product {key}",
        "link": f"https://shop.example/p/{key}",
        "availability": "in_stock",
        "price": "49.00",
        "currency": "USD",
    }
    with database.session() as session:
        row = ProductRow(
            shop_id=shop_id,
            key=key,
            kind=kind,
            vector=None if vector is None else vector.astype("<f4").tobytes(),
            fingerprint="f" * 40 + fingerprint_suffix(embedder),
            **(values | columns),
        )
        session.add(row)
        shop = session.get(ShopRow, shop_id)
        assert shop is not None
        shop.imported_at = now()
        session.flush()
        return row.id


def change_product(database: Database, product_id: int, **columns: object) -> None:
    """Change a product's row, and let indexes know."""
    with database.session() as session:
        row = session.get(ProductRow, product_id)
        assert row is not None
        for name, value in columns.items():
            setattr(row, name, value)
        shop = session.get(ShopRow, row.shop_id)
        assert shop is not None
        shop.imported_at = now()


def rename_shop(database: Database, name: str, new_name: str, *, partner: bool) -> None:
    """Give a shop another name."""
    with database.session() as session:
        shop = session.scalars(select(ShopRow).where(ShopRow.name == name)).one()
        shop.name, shop.partner = new_name, partner
