"""What every product index answers, and the interface of all of them."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import func, select

from model.categories import Kind
from model.colours import Colour
from model.likeness import similarity
from server.catalog.index.values import usable
from server.goods.wanted import ANYTHING, Wanted
from server.storage.database import Database
from server.storage.tables import ProductRow

_KINDS = [kind.value for kind in Kind]
_log = logging.getLogger(__name__)
Vectors = NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class Hit:
    """How similar a product is to the query.

    Attributes:
        product_id: Its row id.
        cosine: Between its vector and the query's, -1 to 1.
        colour: Likeness of its colours to the query's, 0 to 1.
        vector: Its vector, float16.
        colours: Colours of its picture, as packed by `model.likeness.pack_colours`.
    """

    product_id: int
    cosine: float
    colour: float
    vector: NDArray[np.float16]
    colours: bytes

    @property
    def similarity(self) -> float:
        """In shape and colour, 0 to 1 (see `model.likeness`)."""
        return float(similarity(self.cosine, self.colour))


class ProductIndex(Protocol):
    """Finds products by similarity; safe to share between threads.

    Imports and removals by any process are noticed at the next search.
    """

    def search(
        self,
        vector: Vectors,
        colours: Sequence[Colour],
        kind: Kind | None,
        limit: int,
        wanted: Wanted = ANYTHING,
    ) -> list[Hit]:
        """Return the most similar products of a kind, or of any, best first.

        Args:
            vector: A unit vector, float32 ``[D]``.
            colours: Colours of the garment that is searched for.
            kind: The kind of product to return; None for any.
            limit: The most products to return, 1 or more.
            wanted: What else the products have to be.
        """

    def version(self) -> object:
        """Return a value that changes with every import and removal."""


def fingerprint_suffix(embedder: str) -> str:
    """Return how the fingerprint of each product that an embedder embedded ends."""
    return f":{embedder[:16]}"


def log_unfindable(database: Database, dimensions: int, suffix: str) -> None:
    """Log how many products no search finds, or hardly any, because of how they were embedded.

    Args:
        database: Where the products are.
        dimensions: Length of a vector.
        suffix: Of the embedder in force.
    """
    with database.session(read_only=True) as session:
        count = select(func.count()).select_from(ProductRow)
        here = usable(_KINDS, dimensions, suffix)
        colourless = session.scalar(count.where(*here, ProductRow.colours.is_(None)))
        stale = session.scalar(
            count.where(
                ProductRow.vector.is_not(None), ProductRow.fingerprint.endswith(suffix).is_(False)
            )
        )
    if stale:
        _log.warning(
            "%d products were embedded with other weights, which find them as long as they are "
            "there; the server embeds them again, and so does importing their feeds",
            stale,
        )
    if colourless:
        _log.warning(
            "The colours of %d products were never looked at, which puts them behind "
            "others; import their feeds again",
            colourless,
        )
