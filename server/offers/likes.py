"""An offer taken for what is wanted: its own picture becomes a look."""

import logging
from collections.abc import Callable

from model.categories import Category
from model.errors import PictureError
from server.fetch.errors import FetchError
from server.looks.download import LookDownload
from server.looks.editing import LookEditor
from server.looks.look import Look, LookGarment
from server.looks.service import LookService
from server.offers.offer import Offer
from server.offers.pictures.thumbnails import ThumbnailNotFoundError, Thumbnails

_log = logging.getLogger(__name__)


class Likes:
    """Makes looks of offers' pictures; safe to share between threads."""

    def __init__(
        self,
        looks: LookService,
        edits: LookEditor,
        downloads: LookDownload,
        thumbnails: Thumbnails,
    ) -> None:
        self._looks = looks
        self._edits = edits
        self._downloads = downloads
        self._thumbnails = thumbnails

    def look(
        self, offer: Offer, garment: LookGarment, *, is_gone: Callable[[], bool] = lambda: False
    ) -> tuple[Look, int]:
        """Return the look of an offer's picture, and the number of what is offered in it.

        Args:
            offer: Found for the garment.
            garment: Tells which of several garments in the picture is meant.
            is_gone: As in `LookService.create`.

        Raises:
            ThumbnailNotFoundError: The offer has no picture, or its shop does not give it.
            QueueFullError: Too many pictures wait.
        """
        look = self._of_picture(offer, is_gone)
        meant = _meant(look, garment.category)
        if meant is None:
            look = self._edits.frame(look, (0, 0, look.width, look.height))
            meant = look.garments[-1]
        return look, meant.number

    def _of_picture(self, offer: Offer, is_gone: Callable[[], bool]) -> Look:
        url = offer.picture_url
        if url is None:
            raise ThumbnailNotFoundError("This offer has no picture.")
        refused: FetchError | PictureError | None = None
        if url.lower().startswith(("http://", "https://")):
            try:
                return self._downloads.create(url, offer.link, is_gone=is_gone)
            except (FetchError, PictureError) as error:
                _log.info("An offer's picture cannot be had again: %s", error)
                refused = error
        # Smaller, but of the same thing.
        kept = self._thumbnails.kept(url)
        if kept is None:
            raise ThumbnailNotFoundError("The shop did not give this picture.") from refused
        return self._looks.create(kept, page_url=offer.link, is_gone=is_gone)


def _meant(look: Look, category: Category | None) -> LookGarment | None:
    """Return the garment of the category, or else of its kind; the largest of several."""

    def fits(each: LookGarment) -> tuple[bool, bool, float]:
        same = category is not None and each.category == category
        alike = category is not None and each.kind == category.kind
        return same, alike, each.box[2] * each.box[3]

    return max(look.garments, key=fits, default=None)
