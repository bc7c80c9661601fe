"""Read and decode the pictures of a feed's products, from the network or from files."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import numpy as np
from numpy.typing import NDArray

from model.categories import Kind
from model.decoding.pool import shared_pool
from model.errors import PictureError, WhereToBuyError
from model.picture import scaled_down
from server.catalog.dead_hosts import FAILURES_IN_A_ROW, DeadHosts, is_host_failure
from server.fetch.errors import FetchError
from server.fetch.fetcher import PICTURE_BYTES, Fetcher
from server.goods.links import host_of
from server.goods.thumbnail import make_thumbnail

# Pixels of the largest picture that is decoded; four are decoded at the same time.
MAX_PIXELS = 25_000_000
# Longest side in pixels of a picture that waits to be embedded; the networks need less.
MAX_SIDE = 1024


class ProductPictureError(WhereToBuyError):
    """A product's picture cannot be used; the product is kept without it.

    Args:
        message: What is wrong with it.
        hint: What to do about it.
        reason: What is wrong, in words that are the same for all pictures with this fault; the
            message by default.
    """

    code = "no-product-picture"

    def __init__(self, message: str, *, hint: str = "", reason: str = "") -> None:
        super().__init__(message, hint=hint)
        self.reason = reason or message.rstrip(".")


@dataclass(frozen=True, slots=True)
class PictureSource:
    """Where the pictures of one feed may come from.

    Attributes:
        fetcher: Downloads those with an address.
        folder: The folder of a feed that is a local file, which relative paths start from;
            None for a feed from the network, which may name no local file.
        name: Stands for the folder in the address of a picture.
        hosts: Which hosts failed too often to be asked again.
    """

    fetcher: Fetcher
    folder: Path | None
    name: str
    hosts: DeadHosts = field(default_factory=DeadHosts)

    @classmethod
    def of(cls, fetcher: Fetcher, source: str, folder: Path | None) -> "PictureSource":
        """Return the picture source of a feed."""
        return cls(fetcher, folder, hashlib.sha256(source.encode()).hexdigest()[:16])

    @classmethod
    def of_shop(cls, fetcher: Fetcher, source: str) -> "PictureSource":
        """Return the picture source of a shop, given the name it is kept under."""
        return cls.of(fetcher, source, None if _is_address(source) else Path(source).parent)

    def address(self, picture: str) -> str:
        """Return the address that a picture is stored under, which names no local folder."""
        if _is_address(picture) or self.folder is None:
            return picture
        return f"feed-file:{self.name}/{picture}"

    def named(self, address: str) -> str:
        """Return a picture as its feed names it, given the address it is stored under."""
        return address.removeprefix(f"feed-file:{self.name}/")

    def read(self, picture: str) -> NDArray[np.uint8]:
        """Return the decoded picture, RGB uint8 ``[H, W, 3]``.

        Raises:
            ProductPictureError: It cannot be downloaded, read or decoded, or is a local file
                outside the feed's folder.
        """
        try:
            data = self._fetch(picture) if _is_address(picture) else self._file(picture)
            source = host_of(picture) if _is_address(picture) else None
            return shared_pool().decode(data, max_pixels=MAX_PIXELS, source=source)
        except (FetchError, PictureError) as error:
            raise ProductPictureError(str(error), hint=error.hint) from error

    def _fetch(self, picture: str) -> bytes:
        host = host_of(picture) or ""
        if self.hosts.is_dead(host):
            raise ProductPictureError(
                f"The host {host} failed {FAILURES_IN_A_ROW} times in a row and is not asked again."
            )
        try:
            data = self.fetcher.picture(picture).data
        except FetchError as error:
            self.hosts.note(host, failed=is_host_failure(error))
            raise
        self.hosts.note(host, failed=False)
        return data

    def _file(self, picture: str) -> bytes:
        if self.folder is None or ":" in picture.partition("/")[0]:
            raise ProductPictureError("The picture has no address to download it from.")
        try:
            folder = self.folder.resolve()
            path = (folder / picture).resolve()
            # A feed that came by mail must not show files from elsewhere on this machine.
            if not path.is_relative_to(folder) or not path.is_file():
                raise ProductPictureError(
                    f"No file {picture} lies in the feed's folder.",
                    reason="no such file in the feed's folder",
                )
            with path.open("rb") as file:
                data = file.read(PICTURE_BYTES + 1)
        except (OSError, ValueError, RuntimeError) as error:  # no access, a null byte, a loop
            raise ProductPictureError(
                f"The file {picture} cannot be read.", reason="a file that cannot be read"
            ) from error
        if len(data) > PICTURE_BYTES:
            raise ProductPictureError(
                f"The file {picture} is too large.", reason="a file that is too large"
            )
        return data


@dataclass(frozen=True, slots=True, eq=False)
class LoadedPicture:
    """A decoded picture, RGB uint8, at most `MAX_SIDE` pixels a side, and its JPEG thumbnail."""

    pixels: NDArray[np.uint8]
    thumbnail: bytes

    @classmethod
    def read(cls, source: PictureSource, picture: str) -> "LoadedPicture":
        """Read a picture; raises `ProductPictureError` as `PictureSource.read` does."""
        pixels = scaled_down(source.read(picture), MAX_SIDE)
        return cls(pixels, make_thumbnail(pixels))


def picture_fingerprint(
    address: str, kinds: Iterable[Kind] | None, segmenter: str, suffix: str
) -> str:
    """Return a hash of everything that decides a product's vector and kind, at most 64 characters.

    Equal fingerprints mean an equal result: the picture's address, the kinds that the words
    allow and both networks are the same.
    """
    words = "?" if kinds is None else ",".join(sorted(kinds))
    text = "\n".join((_VERSION, address, words, segmenter))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:40] + suffix


# Raise this when vectors are made differently in a way that no other part of the hash shows.
_VERSION = "2"


def _is_address(picture: str) -> bool:
    try:
        return urlsplit(picture).scheme.lower() in {"http", "https"}
    except ValueError:
        return False
