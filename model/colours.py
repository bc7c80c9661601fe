"""The colours of a garment, named as shops name them."""

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

MOST_COLOURS: Final = 3
SMALLEST_SHARE: Final = 0.12
"""Of the garment: less is a button, a seam, a shadow."""
_SAMPLES: Final = 4096
_EDGE: Final = 0.04
"""Of the garment's size, left out along its edge: skin, hair and background get in there."""


@dataclass(frozen=True, slots=True)
class Colour:
    """A colour and the part of a garment that has it.

    Attributes:
        name: English, one of the palette.
        name_ko: The same in Korean.
        hex: ``#rrggbb``, the mean of the pixels that have it.
        share: Of the garment, 0 to 1.
    """

    name: str
    name_ko: str
    hex: str
    share: float


_NAMES: Final = {
    "black": "블랙", "charcoal": "차콜", "grey": "그레이", "light grey": "라이트 그레이",
    "white": "화이트", "ivory": "아이보리", "beige": "베이지", "camel": "카멜",
    "brown": "브라운", "dark brown": "다크 브라운", "khaki": "카키", "olive": "올리브",
    "green": "그린", "dark green": "다크 그린", "mint": "민트", "teal": "청록",
    "light blue": "라이트 블루", "blue": "블루", "navy": "네이비", "denim blue": "데님 블루",
    "purple": "퍼플", "lavender": "라벤더", "pink": "핑크", "hot pink": "핫핑크",
    "coral": "코랄",
    "red": "레드", "burgundy": "버건디", "orange": "오렌지", "yellow": "옐로우",
    "mustard": "머스터드",
}  # fmt: skip

_SHADES: Final = (
    ("black", "#0a0a0b"), ("black", "#1b1b1e"), ("black", "#2a292b"), ("charcoal", "#3d3d40"),
    ("charcoal", "#4c4c50"), ("grey", "#6b6b6e"), ("grey", "#8b8b8d"),
    ("light grey", "#b0b0b2"), ("light grey", "#c9c9cb"), ("white", "#e4e4e6"),
    ("white", "#f8f8f8"), ("ivory", "#f2ead6"), ("ivory", "#e6dcc4"), ("beige", "#d3c0a0"),
    ("beige", "#c2ab8a"), ("camel", "#b88a55"), ("camel", "#a67645"), ("brown", "#7d5233"),
    ("brown", "#634023"), ("brown", "#8f6a50"), ("dark brown", "#402a1c"),
    ("dark brown", "#33241d"), ("khaki", "#9a8f68"), ("khaki", "#83784f"),
    ("olive", "#5f6136"), ("olive", "#484a2a"), ("green", "#3f9c48"), ("green", "#2f7d3a"),
    ("green", "#6fae3c"), ("green", "#9cc44a"), ("dark green", "#1f4a2c"),
    ("dark green", "#23382b"), ("mint", "#a9dcc3"), ("mint", "#7fcdb0"), ("teal", "#1f7d7d"),
    ("teal", "#14595c"), ("light blue", "#a9c9e6"), ("light blue", "#7fb2dd"),
    ("light blue", "#c4d8ea"), ("blue", "#2a6fc4"), ("blue", "#1d4fa3"), ("blue", "#3b8bd8"),
    ("blue", "#2b3f9c"), ("navy", "#1f2a48"), ("navy", "#162036"), ("navy", "#27355a"),
    ("denim blue", "#5c7596"), ("denim blue", "#47607f"), ("denim blue", "#7b90ab"),
    ("purple", "#6a3a8c"),
    ("purple", "#40308a"),
    ("purple", "#6e6490"), ("purple", "#4b2a63"), ("purple", "#84489c"),
    ("lavender", "#b9a3d6"), ("lavender", "#9f8fc4"), ("pink", "#f0b6c4"), ("pink", "#e394ab"),
    ("pink", "#f5d0d6"), ("hot pink", "#dc3a86"), ("hot pink", "#c42a6c"), ("coral", "#e8838c"),
    ("coral", "#ec7a74"),
    ("coral", "#f69c95"),
    ("coral", "#dd6f76"),
    ("red", "#c8202e"),
    ("red", "#a81c26"), ("red", "#e0443e"), ("burgundy", "#6b1a2a"), ("burgundy", "#4c1722"),
    ("orange", "#e8762a"),
    ("orange", "#e2a45a"), ("orange", "#d95f1e"), ("orange", "#f09a4a"), ("yellow", "#f3d33a"),
    ("yellow", "#f5e27a"), ("yellow", "#e6c82a"), ("mustard", "#c79a2a"), ("mustard", "#a87f24"),
)  # fmt: skip
"""Shades by which a pixel gets its name: cloth is lit, folded and worn."""


def _lab(rgb: NDArray[np.uint8]) -> NDArray[np.float32]:
    """CIELAB (D65) of ``N x 3`` uint8 sRGB: L 0 to 100, a and b about -100 to 100."""
    scaled = (rgb.astype(np.float32) / 255.0)[None]
    return np.asarray(cv2.cvtColor(scaled, cv2.COLOR_RGB2LAB)[0], dtype=np.float32)


_SHADE_NAMES: Final = [name for name, _ in _SHADES]
_SHADE_LAB: Final = _lab(
    np.array([list(bytes.fromhex(code[1:])) for _, code in _SHADES], dtype=np.uint8)
)
_WEIGHTS: Final = np.array([0.7, 1.0, 1.0], dtype=np.float32)
"""Lightness counts less than hue: folds change it, dye does not."""


def main_colours(rgba: NDArray[np.uint8]) -> tuple[Colour, ...]:
    """Name the colours of a cut-out, largest share first, at most three.

    Args:
        rgba: ``h x w x 4`` uint8, transparent beside the garment.

    Returns:
        Empty where the cut-out shows nothing.
    """
    pixels = _inner_pixels(rgba)
    if len(pixels) == 0:
        return ()
    lab = _lab(pixels)
    distances = (((lab[:, None, :] - _SHADE_LAB[None]) * _WEIGHTS) ** 2).sum(axis=2)
    nearest = distances.argmin(axis=1)
    names = np.array(_SHADE_NAMES)[nearest]
    found = []
    for name in dict.fromkeys(_SHADE_NAMES):
        chosen = names == name
        share = float(chosen.mean())
        if share > 0:
            mean = pixels[chosen].mean(axis=0).round().astype(int)
            code = "#{:02x}{:02x}{:02x}".format(*mean)
            found.append(Colour(name, _NAMES[name], code, share))
    found.sort(key=lambda colour: -colour.share)
    large = [colour for colour in found if colour.share >= SMALLEST_SHARE]
    return tuple((large or found)[:MOST_COLOURS])


def _inner_pixels(rgba: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Give at most 4,096 pixels well inside the garment, ``N x 3`` uint8."""
    solid = (rgba[:, :, 3] > 127).astype(np.uint8)
    size = 2 * int(_EDGE * min(solid.shape)) + 1
    inner = cv2.erode(solid, np.ones((size, size), np.uint8), borderValue=0)
    if np.count_nonzero(inner) < 0.2 * np.count_nonzero(solid):
        inner = solid
    pixels = rgba[:, :, :3][inner.astype(np.bool_)]
    step = max(1, len(pixels) // _SAMPLES)
    return np.ascontiguousarray(pixels[::step])
