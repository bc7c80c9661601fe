"""Small pictures of offers, proxied so that shops do not learn who sees the list.

Only pictures that this server found itself are proxied: their addresses are signed with a key
in the state folder, so that a web page cannot make the server download other addresses.
"""

import hashlib
import hmac
import logging
import os
import secrets
import threading
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar
from urllib.parse import urlencode

from model.decoding.pool import shared_pool
from model.errors import PictureError, WhereToBuyError
from server.catalog.store import CatalogStore
from server.fetch.errors import FetchError
from server.fetch.fetcher import Fetcher
from server.goods.links import host_of
from server.goods.thumbnail import make_thumbnail

if TYPE_CHECKING:  # signing an address does not need the networks' runtime
    from server.offers.pictures.compare import Comparer

PATH = "/api/v1/thumbnails"
KEY_BYTES = 32
DOWNLOADS = 4
DOWNLOAD_SECONDS = 4.0
_MAX_PIXELS = 25_000_000

_log = logging.getLogger(__name__)


class ThumbnailNotAllowedError(WhereToBuyError):
    """The address was not signed by this server."""

    code: ClassVar[str] = "bad-signature"

    def __init__(self) -> None:
        super().__init__(
            "This picture's address was not made by this server.",
            hint="Search again; pictures are passed on only for offers that were found.",
        )


class ThumbnailNotFoundError(WhereToBuyError):
    """The picture is not available."""

    code: ClassVar[str] = "thumbnail-not-found"


class ThumbnailsBusyError(WhereToBuyError):
    """Too many pictures are being downloaded."""

    code: ClassVar[str] = "thumbnails-busy"

    def __init__(self) -> None:
        super().__init__("Too many pictures are being downloaded.", hint="Try again shortly.")
        # Whole seconds.
        self.retry_after = 2


class Thumbnails:
    """Signs addresses of pictures, and returns the thumbnails for signed ones."""

    def __init__(
        self, key_file: Path, store: CatalogStore, comparer: "Comparer", fetcher: Fetcher
    ) -> None:
        self._key = _key(key_file)
        self._store = store
        self._comparer = comparer
        self._fetcher = fetcher
        self._room = threading.BoundedSemaphore(DOWNLOADS)

    def address(self, picture_url: str) -> str:
        """Return the path of a picture's thumbnail on this server."""
        return f"{PATH}?{urlencode({'u': picture_url, 's': self._sign(picture_url)})}"

    def get(self, picture_url: str, signature: str) -> bytes:
        """Return a thumbnail (JPEG): cached, stored with the catalogue, or downloaded now.

        Raises:
            ThumbnailNotAllowedError: The signature is not this server's.
            ThumbnailNotFoundError: The shop does not serve the picture.
            ThumbnailsBusyError: Too many are being downloaded.
        """
        expected = self._sign(picture_url)
        if not hmac.compare_digest(expected.encode(), signature.encode("utf-8", "replace")):
            raise ThumbnailNotAllowedError
        return self.kept(picture_url) or self._download(picture_url)

    def kept(self, picture_url: str) -> bytes | None:
        """Return a thumbnail (JPEG) that needs no download; None where there is none."""
        return self._comparer.thumbnail(picture_url) or self._store.thumbnail(picture_url)

    def of(self, picture_url: str | None) -> bytes | None:
        """Return the thumbnail (JPEG) of a picture, downloaded where that is needed.

        None where there is none to be had now.
        """
        try:
            return (self.kept(picture_url) or self._download(picture_url)) if picture_url else None
        except (ThumbnailNotFoundError, ThumbnailsBusyError) as error:
            _log.info("The picture of an offer is not kept: %s", error)
            return None

    def _download(self, picture_url: str) -> bytes:
        if not picture_url.lower().startswith(("http://", "https://")):
            raise ThumbnailNotFoundError("This picture is not kept any more.")
        if not self._room.acquire(timeout=DOWNLOAD_SECONDS):
            raise ThumbnailsBusyError
        try:
            data = self._fetcher.picture(picture_url, seconds=DOWNLOAD_SECONDS).data
        except FetchError as error:
            raise _not_given() from error
        finally:
            self._room.release()
        try:
            # Outside of the room: a shop whose pictures are slow to decode waits for itself.
            pixels = shared_pool().decode(data, max_pixels=_MAX_PIXELS, source=host_of(picture_url))
        except PictureError as error:
            raise _not_given() from error
        thumbnail = make_thumbnail(pixels)
        self._comparer.keep_thumbnail(picture_url, thumbnail)
        return thumbnail

    def _sign(self, picture_url: str) -> str:
        text = picture_url.encode("utf-8", "surrogatepass")
        return hmac.new(self._key, text, hashlib.sha256).hexdigest()


def _not_given() -> ThumbnailNotFoundError:
    return ThumbnailNotFoundError("The shop did not give this picture.")


def _key(path: Path) -> bytes:
    """Read the key, or create one that only this user can read.

    On a disk that is full or read-only there is a key too: until the next start.
    """
    fresh = secrets.token_bytes(KEY_BYTES)
    try:
        key = path.read_bytes() if path.is_file() else b""
        return key if len(key) == KEY_BYTES else _kept(path, fresh)
    except OSError as error:
        _log.warning("The key of the thumbnails is not kept: %s", error)
        return fresh


def _kept(path: Path, fresh: bytes) -> bytes:
    """Write a key, and return the one that is valid then."""
    path.parent.mkdir(parents=True, exist_ok=True)
    # Write a temporary file and link it into place: two processes that start together end up
    # with one key, and neither ever reads half of it.
    beside = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(fresh)
        try:
            os.link(beside, path)
        except FileExistsError:
            key = path.read_bytes()
            if len(key) == KEY_BYTES:
                return key
            beside.replace(path)  # damaged; old addresses become invalid, which is harmless
    finally:
        beside.unlink(missing_ok=True)
    return fresh
