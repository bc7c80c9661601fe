"""Which version of the catalogue there is: it changes with every import and removal."""

from sqlalchemy import select

from server.storage.database import Database
from server.storage.tables import ShopRow

# A row a shop, its id first.
Version = tuple[tuple[object, ...], ...]
_SHOPS = select(*(ShopRow.__table__.c[name] for name in ("id", "imported_at", "name", "partner")))
_SHOPS = _SHOPS.order_by(ShopRow.__table__.c.id)


def shops_version(database: Database) -> Version:
    """Return what changes with every import and removal, and what indexes keep of each shop."""
    with database.session(read_only=True) as session:
        # Not through the session, which takes twice as long; each search asks.
        return tuple(map(tuple, session.connection().execute(_SHOPS)))
