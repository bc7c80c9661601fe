"""Locks: a shop is read by one program at a time, be it the server or the command line."""

import fcntl
import hashlib
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from model.errors import WhereToBuyError

_FOLDER = "importing"


class ShopBusyError(WhereToBuyError):
    """A shop's products are being read already."""

    code = "shop-busy"

    def __init__(self) -> None:
        super().__init__(
            "This shop's products are being read already.",
            hint="Wait until that is done, or stop it first.",
        )


class ShopLocks:
    """One lock for each shop; a program that ends, however it ends, lets go of its own.

    Args:
        folder: Where the files are that are locked; None to keep only threads apart.
    """

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder / _FOLDER if folder is not None else None
        self._guard = threading.Lock()
        self._held: set[str] = set()

    @contextmanager
    def hold(self, source: str) -> Iterator[None]:
        """Hold the lock of a shop, given its source.

        Raises:
            ShopBusyError: Somebody else holds it.
        """
        with self._guard:
            if source in self._held:
                raise ShopBusyError
            self._held.add(source)
        try:
            if self._folder is None:
                yield
                return
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            path = self._folder / hashlib.sha256(source.encode()).hexdigest()[:32]
            with path.open("w") as file:
                try:
                    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except BlockingIOError:
                    raise ShopBusyError from None
                yield
        finally:
            with self._guard:
                self._held.discard(source)
