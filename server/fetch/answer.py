"""Reading what a site answers, within limits of bytes and time."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import BinaryIO

import requests
from requests.utils import get_encoding_from_headers
from urllib3.exceptions import HTTPError

from model.picture import media_type
from server.fetch.deadline import Deadline
from server.fetch.errors import FetchError, FetchTooLargeError, NotAPictureError

UPLOAD_INSTEAD = "Upload the picture instead of its address."

_CHUNK = 64 * 1024
# Enough to recognise every type of picture.
_MAGIC_BYTES = 512


@dataclass(frozen=True, slots=True)
class Fetched:
    """A finished download.

    Attributes:
        data: The body, decompressed.
        media_type: For a picture, by its bytes; otherwise as the server claims, lower case,
            without parameters, empty if it claims nothing.
        url: The final address, after redirects.
        charset: As the server claims, or None.
        status: Status of the answer; other than 2xx only from `Fetcher.exchange`.
        retry_after: The header of that name as it was sent, or None.
        headers: All headers of the answer; names in lower case.
    """

    data: bytes
    media_type: str
    url: str
    charset: str | None = None
    status: int = 200
    retry_after: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)


def read_into(
    deadline: Deadline, response: requests.Response, max_bytes: int, into: BinaryIO
) -> Fetched:
    """Read the body into a file; the answer is without data.

    Raises:
        FetchError: As for `read`.
    """
    count = 0

    def take(chunk: bytes) -> bool:
        nonlocal count
        count += len(chunk)
        if count > max_bytes:
            raise _too_large(max_bytes)
        into.write(chunk)
        return True

    _read_pieces(deadline, response, max_bytes, take, cut=False)
    return _fetched(response, b"", picture=False)


def read(
    deadline: Deadline,
    response: requests.Response,
    max_bytes: int,
    *,
    picture: bool = False,
    cut: bool = False,
) -> Fetched:
    """Read the body.

    Args:
        deadline: When it has to be there.
        response: The answer, of which nothing was read.
        max_bytes: The most bytes to take, after decompression.
        picture: Whether it has to be a picture; one that is none is not read to its end.
        cut: Whether to leave what is beyond ``max_bytes`` instead of refusing all of it.

    Raises:
        NotAPictureError: It is no picture, and has to be one.
        FetchTooLargeError: It is larger, or is announced to be.
        FetchError: It breaks off, or takes too long.
    """
    data = bytearray()
    unchecked = picture

    def take(chunk: bytes) -> bool:
        nonlocal unchecked
        data.extend(chunk)
        if len(data) >= max_bytes and cut:
            del data[max_bytes:]
            return False
        if len(data) > max_bytes:
            raise _too_large(max_bytes)
        if unchecked and len(data) >= _MAGIC_BYTES:
            _picture_type(data)
            unchecked = False
        return True

    _read_pieces(deadline, response, max_bytes, take, cut=cut)
    return _fetched(response, bytes(data), picture=picture)


def _read_pieces(
    deadline: Deadline,
    response: requests.Response,
    max_bytes: int,
    take: Callable[[bytes], bool],
    *,
    cut: bool,
) -> None:
    """Hand each piece of the body to a function, until it has enough.

    Raises:
        FetchTooLargeError: The body is announced to be too large.
        FetchError: It breaks off, or takes too long.
    """
    announced = response.headers.get("Content-Length", "")
    if announced.isdecimal() and int(announced) > max_bytes and not cut:
        raise _too_large(max_bytes)
    try:
        # `read1` returns what has arrived; other methods wait for a full chunk.
        while chunk := response.raw.read1(_CHUNK, decode_content=True):
            if not take(chunk):
                break
            deadline.remaining()
    except (requests.RequestException, HTTPError, OSError, ValueError) as error:
        raise failure(deadline, error) from error
    # If there is no length, a connection that was cut looks like the end of the body.
    deadline.remaining()


def _fetched(response: requests.Response, data: bytes, *, picture: bool) -> Fetched:
    claimed = response.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    return Fetched(
        data=data,
        media_type=_picture_type(data) if picture else claimed,
        url=response.url,
        charset=get_encoding_from_headers(response.headers)
        if "charset" in response.headers.get("Content-Type", "").lower()
        else None,
        status=response.status_code,
        retry_after=response.headers.get("Retry-After"),
        headers={name.lower(): value for name, value in response.headers.items()},
    )


def _picture_type(data: bytes | bytearray) -> str:
    found = media_type(bytes(data[:_MAGIC_BYTES]))
    if found is None:
        raise NotAPictureError(
            "What lies at the address is not a JPEG, PNG, WebP, GIF or AVIF picture.",
            hint=UPLOAD_INSTEAD,
        )
    return found


def _too_large(max_bytes: int) -> FetchTooLargeError:
    return FetchTooLargeError(
        f"What lies at the address is larger than {max_bytes / 2**20:g} MiB.",
        hint="Use a smaller version of it.",
    )


def failure(deadline: Deadline, error: Exception) -> FetchError:
    """Return what to raise for an error of the network: the time is up, or the site is to blame."""
    if deadline.passed or isinstance(error, requests.Timeout):
        return deadline.error()
    if isinstance(error, requests.exceptions.SSLError):
        return FetchError("The site's certificate is not valid.", hint=UPLOAD_INSTEAD)
    return FetchError("The site broke off, or answered nonsense.", hint=UPLOAD_INSTEAD)
