"""The photos that a command line names: files, folders of photos, addresses."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol
from urllib.parse import unquote, urlsplit

from model.errors import PictureError
from model.picture import MAX_BYTES

_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*://", re.IGNORECASE)
# Names of photos in a folder; a file that is named itself is always read.
SUFFIXES = frozenset({".jpg", ".jpeg", ".jpe", ".jfif", ".png", ".webp", ".gif", ".avif"})


class NoPhotoError(PictureError):
    """There is no photo in a file, in a folder or at an address."""

    code = "no-photo"


class Downloaded(Protocol):
    """The result of a download."""

    @property
    def data(self) -> bytes:
        """The body."""


class PictureFetcher(Protocol):
    """The part of `server.fetch.fetcher.Fetcher` that is needed here."""

    def picture(self, url: str, /) -> Downloaded:
        """Download a picture."""


@dataclass(frozen=True, slots=True)
class Source:
    """One photo.

    Attributes:
        label: What the user called it.
        file: Its file name.
        path: Its path; None for an address.
        url: Its address; None for a file, and for an address of an unknown kind.
    """

    label: str
    file: str
    path: Path | None = None
    url: str | None = None

    def read(self, fetcher: PictureFetcher | None) -> bytes:
        """Return the file's bytes (at most one more than may be decoded).

        Raises:
            NoPhotoError: The file cannot be read.
            FetchError: The address cannot or must not be downloaded.
        """
        if self.path is None and self.url is None:
            raise NoPhotoError(
                "This address is of no kind that can be downloaded.",
                hint="Addresses start with http:// or https://.",
            )
        if self.path is None:
            if fetcher is None or self.url is None:
                raise NoPhotoError(f"{self.label} is no file.")
            return fetcher.picture(self.url).data
        try:
            if self.path.is_dir():
                raise NoPhotoError(
                    "The folder holds no photos.",
                    hint=f"Photos are files that end in {', '.join(sorted(SUFFIXES))}.",
                )
            with self.path.open("rb") as file:
                return file.read(MAX_BYTES + 1)
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or str(error)
            raise NoPhotoError(f"The file cannot be read: {reason}.") from error


def is_address(name: str) -> bool:
    """Return whether an argument is an address that can be downloaded, not a path."""
    return name.lower().startswith(("http://", "https://"))


def _is_other_address(name: str) -> bool:
    # A path could look like that too, though hardly anybody has one.
    return bool(_SCHEME.match(name)) and not Path(name).exists()


def sources(names: Sequence[str]) -> Iterator[Source]:
    """Yield the photos that the arguments name; those of a folder in order of their names.

    Folders inside a folder are ignored. An empty folder is yielded itself, so that reading it
    reports what is wrong.
    """
    for name in names:
        if is_address(name):
            yield Source(label=name, file=_file_of(name), url=name)
            continue
        if _is_other_address(name):
            yield Source(label=name, file=_file_of(name))
            continue
        path = Path(name)
        photos = _photos(path) if path.is_dir() else []
        if photos:
            yield from (Source(label=str(photo), file=photo.name, path=photo) for photo in photos)
        else:
            yield Source(label=name, file=path.name or name, path=path)


def _photos(folder: Path) -> list[Path]:
    return sorted(
        path
        for path in folder.iterdir()
        if path.suffix.lower() in SUFFIXES and not path.name.startswith(".") and path.is_file()
    )


def _file_of(url: str) -> str:
    try:
        parts = urlsplit(url)
    except ValueError:  # the download will report it
        return "photo"
    name = unquote(parts.path).rstrip("/").rpartition("/")[2]
    return name or parts.hostname or "photo"
