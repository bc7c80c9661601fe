"""Pictures drawn for tests; none is a photo of anybody."""

import io

import numpy as np
from numpy.typing import NDArray
from PIL import Image

TOP = (31, 42, 68)
TROUSERS = (190, 160, 110)


def outfit(seed: int = 0, *, width: int = 100, height: int = 200) -> NDArray[np.uint8]:
    """Draw a navy rectangle above a beige one, on a grey that depends on ``seed``."""
    rgb = np.full((height, width, 3), 200 + seed % 56, dtype=np.uint8)
    rgb[10:80, 20:80] = TOP
    rgb[80:180, 25:75] = TROUSERS
    return rgb


def picture_file(rgb: NDArray[np.uint8], kind: str = "PNG") -> bytes:
    """Encode a picture (PNG is lossless)."""
    file = io.BytesIO()
    Image.fromarray(rgb).save(file, kind)
    return file.getvalue()
