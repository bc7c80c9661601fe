"""How many products still wait for the vector of the embedder in force.

After a change of weights no picture finds a product until it has its new vector, unless the old
weights are there to search its old one (`server.catalog.old_vectors`). Whoever finds nothing has
to hear of it.
"""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import func, select

from server.catalog.index.hit import fingerprint_suffix
from server.catalog.version import shops_version
from server.storage.database import Database
from server.storage.tables import ProductRow

# Counting takes at most this part of the time, however large the catalogue is.
_COUNTING_SHARE = 0.05
_LEAST_SECONDS = 1.0
_DIGITS = len(fingerprint_suffix("0" * 64)) - 1
# How the name of the embedder is written in a fingerprint, and which products count.
_NAME = func.substr(ProductRow.fingerprint, func.length(ProductRow.fingerprint) - (_DIGITS - 1))
_THERE = (
    ProductRow.vector.is_not(None),
    ProductRow.kind.is_not(None),
    ProductRow.gone_at.is_(None),
)


@dataclass(frozen=True, slots=True)
class Waiting:
    """Products that wait for their new vector; those that are gone from their shops do not count.

    Attributes:
        left: Products whose vector another embedder made.
        hidden: Those of them that no picture finds until then.
        total: Products with a vector of any embedder.
    """

    left: int
    hidden: int
    total: int


@dataclass(frozen=True, slots=True)
class Preparing:
    """How far making the vectors anew is.

    Attributes:
        waiting: What is left.
        is_going: Whether it is under way or about to begin. Otherwise the pictures of what is left
            could not be had, and are tried again later.
        seconds_left: About how long it will take; None if that is not known.
    """

    waiting: Waiting
    is_going: bool
    seconds_left: float | None = None


def count_waiting(
    database: Database,
    embedder: str,
    answers: Callable[[str], bool],
    shop_id: int | None = None,
) -> Waiting | None:
    """Count the products that wait; None if there is none.

    Args:
        database: Where the products are.
        embedder: Fingerprint of the embedder in force.
        answers: Whether the embedder whose fingerprint begins so is there to search old vectors.
        shop_id: The shop; None for all.
    """
    of_shop = [] if shop_id is None else [ProductRow.shop_id == shop_id]
    wanted = select(_NAME, func.count()).where(*_THERE, *of_shop).group_by(_NAME)
    with database.session(read_only=True) as session:
        counts: dict[str, int] = {row[0]: row[1] for row in session.execute(wanted)}
    total = sum(counts.values())
    counts.pop(fingerprint_suffix(embedder)[1:], None)
    if not counts:
        return None
    hidden = sum(count for name, count in counts.items() if not answers(name))
    return Waiting(sum(counts.values()), hidden, total)


def count_hidden(
    database: Database, embedder: str, answers: Callable[[str], bool]
) -> dict[int, int]:
    """Count the products of each shop that no picture finds for now; arguments as above."""
    wanted = select(ProductRow.shop_id, _NAME, func.count()).where(*_THERE)
    with database.session(read_only=True) as session:
        found = session.execute(wanted.group_by(ProductRow.shop_id, _NAME)).all()
    hidden: dict[int, int] = {}
    for shop, name, count in found:
        if name != fingerprint_suffix(embedder)[1:] and not answers(name):
            hidden[shop] = hidden.get(shop, 0) + count
    return hidden


class Preparation:
    """Says how far it is; safe to share between threads.

    Args:
        database: Where the products are.
        embedder: Fingerprint of the embedder in force.
        answers: As for `count_waiting`.
    """

    def __init__(self, database: Database, embedder: str, answers: Callable[[str], bool]) -> None:
        self._database = database
        self._embedder = embedder
        self._answers = answers
        self._lock = threading.Lock()
        # Of the last count.
        self._version: object = None
        self._waiting: Waiting | None = None
        self._until = 0.0
        # Of the run.
        self._is_going = True
        self._began: float | None = None
        self._tried = self._to_try = 0

    def begin(self) -> None:
        """Note that a run begins."""
        with self._lock:
            self._is_going, self._began, self._tried = True, time.monotonic(), 0
            counted = self._count()
            self._to_try = counted.left if counted else 0

    def tried(self, products: int) -> None:
        """Note that so many more products were tried."""
        with self._lock:
            self._tried += products

    def end(self) -> None:
        """Note that the run has tried whatever is left."""
        with self._lock:
            self._is_going, self._began, self._until = False, None, 0.0

    def now(self) -> Preparing | None:
        """Return how far it is; None if nothing waits."""
        version = shops_version(self._database)
        with self._lock:
            # Making vectors anew changes the version only now and then: what waits is counted in
            # between. Where nothing does, only who changes the version can change that.
            is_late = self._waiting is not None and time.monotonic() >= self._until
            if version != self._version or is_late:
                self._version = version
                self._count()
            if self._waiting is None:
                return None
            return Preparing(self._waiting, self._is_going, self._seconds_left())

    def hidden(self) -> dict[int, int]:
        """Return how many products of each shop no picture finds for now."""
        now = self.now()
        if now is None or not now.waiting.hidden:
            return {}
        return count_hidden(self._database, self._embedder, self._answers)

    def _count(self) -> Waiting | None:
        began = time.monotonic()
        self._waiting = count_waiting(self._database, self._embedder, self._answers)
        now = time.monotonic()
        self._until = now + max(_LEAST_SECONDS, (now - began) / _COUNTING_SHARE)
        return self._waiting

    def _seconds_left(self) -> float | None:
        if self._began is None or not self._tried:
            return None
        left = max(0, self._to_try - self._tried)
        return left * (time.monotonic() - self._began) / self._tried
