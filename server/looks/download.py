"""Looks of pictures at an address."""

import threading
from collections.abc import Callable

from model.errors import WhereToBuyError
from server.fetch.errors import NotAPictureError
from server.fetch.fetcher import Fetcher
from server.looks.errors import QueueFullError
from server.looks.look import Look
from server.looks.service import LookService
from server.metrics import Metrics

_RETRY_SECONDS = 5


class LookDownload:
    """Downloads pictures, a few at a time, and passes them on to be analysed.

    Without that limit slow sites could keep every thread of the server waiting.
    """

    def __init__(
        self, fetcher: Fetcher, looks: LookService, metrics: Metrics, *, at_once: int
    ) -> None:
        """Download at most ``at_once`` pictures at the same time."""
        self._fetcher = fetcher
        self._looks = looks
        self._metrics = metrics
        self._places = threading.BoundedSemaphore(at_once)

    def create(
        self,
        image_url: str,
        page_url: str | None,
        *,
        may_be_page: bool = False,
        is_gone: Callable[[], bool] = lambda: False,
    ) -> Look:
        """Return the look of the picture at ``image_url``; ``is_gone`` as in `LookService.create`.

        Args:
            image_url: The picture's address.
            page_url: That of the page that shows it.
            may_be_page: Whether ``image_url`` may be a page's; then the picture is meant that the
                page names as its own.
            is_gone: Whether nobody waits any more.

        Raises:
            NotAPictureError: Neither a picture is there, nor a page that names one.
            FetchError: It cannot or must not be downloaded.
            PictureError: It cannot be decoded.
            QueueFullError: Too many pictures are being downloaded, or are waiting.
        """
        if not self._places.acquire(blocking=False):
            self._metrics.fetches.labels("refused").inc()
            raise QueueFullError(_RETRY_SECONDS)
        try:
            with self._metrics.stage("download"):
                try:
                    fetched = self._fetcher.picture(image_url)
                except NotAPictureError:
                    own = self._named_by_page(image_url) if may_be_page else None
                    if own is None:
                        raise
                    fetched = self._fetcher.picture(own)
                    image_url, page_url = own, page_url or image_url
        except WhereToBuyError as error:
            self._metrics.fetches.labels(error.code).inc()
            raise
        finally:
            self._places.release()
        self._metrics.fetches.labels("ok").inc()
        return self._looks.create(
            fetched.data, image_url=image_url, page_url=page_url, is_gone=is_gone
        )

    def _named_by_page(self, address: str) -> str | None:
        page = self._fetcher.page(address)
        from server.shop_page.own_picture import own_picture  # noqa: PLC0415 - slow; not at a start

        charset = f"; charset={page.charset}" if page.charset else ""
        return own_picture(page.data, page.url, content_type=page.media_type + charset)
