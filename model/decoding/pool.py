"""A pool of child processes that decode strangers' pictures.

A decoder is a large piece of C code that runs on whatever a stranger sends. Here it runs in a
process that has limits of time and memory: a file that breaks a limit, or the decoder, costs
the one picture, and the next one gets a fresh child.
"""

import atexit
import threading
import time
from collections import Counter, OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from model.decoding.processes import Child, ChildGoneError, Nursery
from model.errors import PictureError
from model.picture import MAX_BYTES, MAX_PIXELS, check_file

# Pictures that are decoded at once.
PLACES: Final = 4
# Of these for one source, such as a shop.
PLACES_PER_SOURCE: Final = 1
# Of these for all sources together, so that one place stays free for the user's own pictures.
PLACES_OF_SOURCES: Final = 3
# Processor seconds for one picture; 50 megapixels of PNG take one.
CPU_SECONDS: Final = 3.0
# Seconds that a picture waits for a place.
WAIT_SECONDS: Final = 5.0
# A source whose pictures ended this many children within the time is refused for as long again.
FAULTS: Final = 2
FAULT_SECONDS: Final = 60.0

_SOURCES_KEPT: Final = 1024


class DecoderPool:
    """Decodes pictures in child processes; safe to share between threads.

    Nothing is started before the first picture, or `start`.

    Args:
        cpu_seconds: Processor seconds that a picture may take.
    """

    def __init__(self, cpu_seconds: float = CPU_SECONDS) -> None:
        self._cpu_seconds = cpu_seconds
        self._changed = threading.Condition()
        self._busy = 0
        self._busy_by_source: Counter[str] = Counter()
        self._faults: OrderedDict[str, tuple[int, float]] = OrderedDict()
        self._idle: list[Child] = []
        self._closed = False
        self._nursery_lock = threading.Lock()
        self._nursery: Nursery | None = None

    def start(self) -> None:
        """Start a child, so that the first picture need not wait for it."""
        with suppress(OSError):
            self._put_back(self._new_child())

    def decode(
        self,
        data: bytes,
        *,
        max_pixels: int = MAX_PIXELS,
        max_bytes: int = MAX_BYTES,
        max_side: int | None = None,
        source: str | None = None,
    ) -> NDArray[np.uint8]:
        """Decode a picture file as `model.picture.decode_picture` does, in a child process.

        Args:
            data: The whole file.
            max_pixels: Most pixels (width x height) that are decoded.
            max_bytes: Most bytes that are accepted.
            max_side: If given, a picture with a longer side is scaled down to it.
            source: Whoever made the file, such as a shop's host. All pictures of one source
                share a quarter of the places, and all sources leave one free. None, for a
                picture of the user's own, takes any place.

        Returns:
            ``H x W x 3`` uint8 RGB, contiguous and writable.

        Raises:
            PictureTooLargeError: More bytes or pixels than allowed.
            UnsupportedPictureError: The file is of another type.
            PictureError: The file cannot be read, or not within the limits; or no place
                became free.
        """
        check_file(data, max_pixels=max_pixels, max_bytes=max_bytes)
        with self._place(source):
            for _ in range(PLACES + 1):
                child = self._take_child()
                try:
                    rgb = child.decode(data, max_pixels, max_side)
                except ChildGoneError:
                    # Something else ended it while it waited, so another one reads the file.
                    child.close()
                    continue
                except PictureError:
                    self._put_back(child)
                    raise
                except (EOFError, OSError) as error:
                    child.kill()
                    self._blame(source)
                    raise PictureError(
                        "The picture takes too long or too much memory to read.",
                        hint="Save it again as a plain JPEG or PNG.",
                    ) from error
                except BaseException:
                    child.kill()
                    raise
                self._put_back(child)
                return rgb
        raise PictureError("The processes that read pictures keep ending.", hint="Try again soon.")

    @property
    def busy(self) -> int:
        """Number of pictures that are being decoded."""
        return self._busy

    def children(self) -> list[int]:
        """Return the process ids of the children that have nothing to do."""
        with self._changed:
            return [child.pid for child in self._idle]

    def close(self) -> None:
        """End the processes; what is being decoded fails."""
        with self._changed:
            self._closed = True
            idle, self._idle = self._idle, []
            self._changed.notify_all()
        for child in idle:
            child.close()
        with self._nursery_lock:
            if self._nursery is not None:
                self._nursery.close()
                self._nursery = None

    @contextmanager
    def _place(self, source: str | None) -> Iterator[None]:
        """Hold a place while decoding.

        Raises:
            PictureError: None became free in time, or the source is refused.
        """
        ends = time.monotonic() + WAIT_SECONDS
        with self._changed:
            while True:
                if self._closed:
                    raise PictureError("The program is stopping.")
                if source is not None and self._is_refused(source):
                    raise PictureError("Other pictures from there could not be read.")
                if self._has_room(source):
                    break
                left = ends - time.monotonic()
                if left <= 0:
                    raise PictureError("Too many pictures are being read.", hint="Try again soon.")
                self._changed.wait(left)
            self._busy += 1
            if source is not None:
                self._busy_by_source[source] += 1
        try:
            yield
        finally:
            with self._changed:
                self._busy -= 1
                if source is not None:
                    self._busy_by_source[source] -= 1
                    if not self._busy_by_source[source]:
                        del self._busy_by_source[source]
                self._changed.notify_all()

    def _has_room(self, source: str | None) -> bool:
        if source is None:
            return self._busy < PLACES
        return (
            self._busy < PLACES
            and self._busy_by_source.total() < PLACES_OF_SOURCES
            and self._busy_by_source[source] < PLACES_PER_SOURCE
        )

    def _is_refused(self, source: str) -> bool:
        count, last = self._faults.get(source, (0, 0.0))
        return count >= FAULTS and time.monotonic() - last < FAULT_SECONDS

    def _blame(self, source: str | None) -> None:
        """Remember that a picture of a source ended a child."""
        if source is None:
            return
        now = time.monotonic()
        with self._changed:
            count, last = self._faults.pop(source, (0, 0.0))
            self._faults[source] = (count + 1 if now - last < FAULT_SECONDS else 1, now)
            if len(self._faults) > _SOURCES_KEPT:
                self._faults.popitem(last=False)
            self._changed.notify_all()

    def _take_child(self) -> Child:
        """Return an idle child that is still alive, or a new one.

        Raises:
            PictureError: None can be started.
        """
        while True:
            with self._changed:
                child = self._idle.pop() if self._idle else None
            if child is None:
                break
            if child.is_alive():
                return child
            child.close()
        try:
            return self._new_child()
        except (EOFError, OSError) as error:
            raise PictureError("No process to read pictures can be started.") from error

    def _new_child(self) -> Child:
        """Fork a child; raises OSError or EOFError."""
        with self._nursery_lock:
            if self._closed:
                raise EOFError
            if self._nursery is None or not self._nursery.is_alive():
                if self._nursery is not None:
                    self._nursery.close()
                self._nursery = Nursery(self._cpu_seconds)
            connection = self._nursery.fork()
        return Child(connection)

    def _put_back(self, child: Child) -> None:
        with self._changed:
            if not self._closed and not child.has_ended:
                self._idle.append(child)
                return
        child.close()


@cache
def shared_pool() -> DecoderPool:
    """Return the pool of this process, which ends with it."""
    pool = DecoderPool()
    atexit.register(pool.close)
    return pool
