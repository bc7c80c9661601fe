"""A file that only takes up room, so that there is some left to delete with when a disk is full.

SQLite writes what it deletes to its log first. On a full disk that fails, and nobody could
make room by deleting.
"""

import logging
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

# More than the largest look takes, whose pages go through SQLite's log when it is deleted.
RESERVE_BYTES = 8 * 2**20
# How much must stay free beside it: a nearly full disk is not made fuller.
_LEFT_FREE = 2 * RESERVE_BYTES

_log = logging.getLogger(__name__)


class Reserve:
    """Room on the disk of a database."""

    def __init__(self, file: Path) -> None:
        """Take the path of the reserve; nothing is created yet."""
        self._file = file

    def keep(self) -> None:
        """Create the reserve file unless it exists or the disk has no room for it."""
        with suppress(OSError):
            if self._file.exists() or not self._has_room():
                return
            try:
                # Random, because a file system may store zeros in no room at all.
                self._file.touch(mode=0o600)  # or others could take the room away
                self._file.write_bytes(os.urandom(RESERVE_BYTES))
            except OSError:
                self._file.unlink(missing_ok=True)

    def release(self) -> None:
        """Give the room up."""
        with suppress(OSError):
            self._file.unlink()
            _log.warning("The disk is full: the reserve %s is used to go on", self._file)

    @contextmanager
    def released(self) -> Iterator[None]:
        """Give the room up for as long as the block runs."""
        self.release()
        try:
            yield
        finally:
            self.keep()

    def _has_room(self) -> bool:
        return shutil.disk_usage(self._file.parent).free > RESERVE_BYTES + _LEFT_FREE
