"""Small pictures of things on sale."""

import hashlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

# Longest side in pixels: twice what a panel shows, for dense screens.
MAX_SIDE = 320
MEDIA_TYPE = "image/jpeg"
_QUALITY = 82


def make_thumbnail(picture: "NDArray[np.uint8]") -> bytes:
    """Encode ``H x W x 3`` uint8 RGB as a JPEG of at most `MAX_SIDE` pixels a side."""
    from model.picture import encode_jpeg, scaled_down  # noqa: PLC0415 - slow; keys need none

    return encode_jpeg(scaled_down(picture, MAX_SIDE), quality=_QUALITY)


def address_key(url: str) -> str:
    """Return the key of the thumbnail of the picture at an address."""
    return hashlib.sha256(url.encode("utf-8", "surrogatepass")).hexdigest()
