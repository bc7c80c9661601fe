"""From the bytes of a picture to a kept look: each picture is analysed once, in a queue."""

import logging
import time
from collections.abc import Callable
from typing import TypeVar, cast

from model.memory import trim_memory
from model.picture import encode_jpeg
from server.looks.corrections import CorrectionStore
from server.looks.errors import ClientGoneError, QueueFullError, StoppedError
from server.looks.flights import Flight, Flights
from server.looks.keeping import LookKeeper
from server.looks.look import Look
from server.looks.pipeline import AnalysedPicture, LookPipeline
from server.looks.settling import settled
from server.looks.work_queue import WorkQueue
from server.metrics import Metrics
from server.storage.errors import DatabaseError

# Of the JPEG that is kept: crops are cut from it.
_QUALITY = 92
# Of pixels: after larger pictures, what they needed is given back to the system. No screenshot or
# picture of a shop has as many.
_LARGE_BYTES = 48 * 2**20

# Threads that decode, or analyse as well, while another one analyses, so that a picture that is
# slow to decode does not hold up those behind it. With that one they leave one place of the pool
# for shops' pictures.
_PREPARING = 2

_log = logging.getLogger(__name__)

Done = TypeVar("Done")


class LookMaker:
    """Makes looks and has them kept; safe to share between threads.

    The same bytes under the same weights are the same look: they are analysed once, even
    when several requests bring them at the same time. Different pictures wait in a queue.
    """

    def __init__(
        self,
        pipeline: LookPipeline,
        keeper: LookKeeper,
        corrections: CorrectionStore,
        queue_size: int,
        metrics: Metrics,
    ) -> None:
        self._pipeline = pipeline
        self._keeper = keeper
        self._corrections = corrections
        self._metrics = metrics
        self._queue: WorkQueue[AnalysedPicture | None] = WorkQueue(queue_size, preparing=_PREPARING)
        self._flights = Flights()

    @property
    def waiting(self) -> int:
        """Number of pictures that wait for their analysis."""
        return self._queue.waiting

    @property
    def longest_running(self) -> float:
        """Seconds for which the picture that is analysed longest has been so."""
        return self._queue.longest_running

    def make(
        self,
        data: bytes,
        image_url: str | None,
        page_url: str | None,
        is_gone: Callable[[], bool],
    ) -> tuple[Look, bool]:
        """Return the look of a picture file, and whether this call is the one that tells of it.

        Of several that ask for one picture at the same time, only that which had it analysed does.

        Raises:
            PictureError: The file cannot be read (or one of its subclasses).
            QueueFullError: Too many pictures wait.
            ClientGoneError: Nobody waits for it any more.
        """
        look_id = self._pipeline.look_id(data)
        landed = self._flights.landed
        look = self._known(look_id)
        mine = True
        if look is None:
            flight, mine = self._flights.join(look_id, is_gone)
            if mine:
                self._flights.run(
                    flight,
                    lambda: (
                        self._landed_since(landed, look_id)
                        or self._made(flight, data, image_url, page_url)
                    ),
                )
            try:
                look = flight.result.result()
            except ClientGoneError:
                if mine or is_gone():
                    raise
                # Those who waited before had all gone; this one is still here.
                return self.make(data, image_url, page_url, is_gone)
            self._metrics.looks.labels("new" if mine else "known").inc()
        else:
            self._metrics.looks.labels("known").inc()
        return look, mine

    def in_turn(self, job: Callable[[], Done]) -> Done:
        """Do something with the models, in the queue in which pictures wait, and return its result.

        Raises:
            QueueFullError: Too many pictures wait.
        """
        done: list[Done] = []

        def work() -> None:
            with self._pipeline.turn():
                done.append(job())

        self._queue.submit(work).result()
        return done[0]

    def close(self) -> None:
        """Turn away the pictures that wait; those that are being analysed are kept."""
        self._queue.close()

    def _known(self, look_id: str) -> Look | None:
        """Return a kept look, or None if it is not kept or cannot be read."""
        try:
            return self._keeper.find(look_id)
        except DatabaseError as error:
            _log.warning("A picture is analysed that may be known: %s", error)
            return None

    def _landed_since(self, landed: int, look_id: str) -> Look | None:
        """Return a look that another flight made since so many had landed."""
        return self._known(look_id) if self._flights.landed != landed else None

    def _made(
        self, flight: Flight, data: bytes, image_url: str | None, page_url: str | None
    ) -> Look:
        try:
            analysis = self._queue.submit(lambda: self._analyse(flight, data, image_url, page_url))
        except QueueFullError:
            self._metrics.looks.labels("refused").inc()
            raise
        try:
            analysed = cast("AnalysedPicture", analysis.result())
        except (StoppedError, ClientGoneError):
            raise
        except Exception:
            self._metrics.looks.labels("failed").inc()
            raise
        look = self._settled(analysed)
        # The model goes on with the next picture meanwhile.
        with self._metrics.stage("encode"):
            jpeg = encode_jpeg(analysed.picture, quality=_QUALITY)
        is_large = analysed.picture.nbytes > _LARGE_BYTES
        del analysis, analysed
        if is_large:
            trim_memory()
        with self._metrics.stage("keep"):
            return self._keeper.keep(look, jpeg)

    def _settled(self, analysed: AnalysedPicture) -> Look:
        """Return the look without garments that were corrected before, if those are known."""
        try:
            return settled(analysed, self._corrections)
        except DatabaseError as error:
            _log.warning("What was said about a picture is not known now: %s", error)
            return analysed.look

    def _analyse(
        self, flight: Flight, data: bytes, image_url: str | None, page_url: str | None
    ) -> AnalysedPicture:
        began = time.perf_counter()
        analysed = self._pipeline.analyse(
            data, image_url=image_url, page_url=page_url, check=flight.check
        )
        self._metrics.analysis_seconds.observe(time.perf_counter() - began)
        return analysed
