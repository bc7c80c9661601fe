"""The colours of a garment, named as shops name them.

Cloth of one dye shows many colours: in light, in folds, in shade. So pixels are first grouped
into dyes, by a distance that tolerates changes of light, and only then named.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Final, TypeVar

import cv2
import numpy as np
from numpy.typing import NDArray

from model.palette import SHADES

MOST_COLOURS: Final = 3
# The smallest share of the garment that counts: less is a button, a seam, a print's detail.
SMALLEST_SHARE: Final = 0.12
_SAMPLES: Final = 4096
# The share of the garment's size that is left out along its edge, where skin, hair and background
# get in.
_EDGE: Final = 0.04

# Pixels this close in CIELAB are always of one dye.
_CELL: Final = np.array([9.0, 7.0, 7.0], dtype=np.float32)
# The distance up to which two groups of pixels are one dye; see `_distances`.
_ONE_DYE: Final = 11.0
# The weight of a difference in lightness there: most of it comes from folds.
_LIGHT: Final = 0.33
_SMALLEST_DYE: Final = 0.02
# The most cells kept of a busy print; joining takes time with the cube of it.
_MOST_CELLS: Final = 160
# The CIELAB lightness from which shade hides a colour. Below it, gloss does.
_PALE: Final = 65.0


@dataclass(frozen=True, slots=True)
class Colour:
    """A colour and the part of a garment that has it.

    Attributes:
        name: One of the palette.
        hex: ``#rrggbb``, of the cloth where it is neither in shade nor glossy.
        share: The part of the garment that has it, 0 to 1.
    """

    name: str
    hex: str
    share: float


def _lab(rgb: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Convert ``N x 3`` uint8 sRGB to CIELAB (D65): L 0 to 100, a and b about -100 to 100."""
    scaled = (rgb.astype(np.float32) / 255.0)[None]
    return np.asarray(cv2.cvtColor(scaled, cv2.COLOR_RGB2LAB)[0], dtype=np.float32)


@cache
def _shades() -> tuple[list[str], NDArray[np.float32]]:
    """Return the shades' names and CIELAB; the first conversion builds OpenCV's tables."""
    names = [name for name, codes in SHADES.items() for _ in codes]
    codes = [list(bytes.fromhex(code[1:])) for codes in SHADES.values() for code in codes]
    return names, _lab(np.array(codes, dtype=np.uint8))


# Lightness counts less than hue: exposure changes it, dye does not.
_WEIGHTS: Final = np.array([0.7, 1.0, 1.0], dtype=np.float32)


def main_colours(rgba: NDArray[np.uint8]) -> tuple[Colour, ...]:
    """Name the colours of a cut-out, largest share first, at most three.

    Args:
        rgba: ``h x w x 4`` uint8, transparent around the garment.

    Returns:
        Nothing for a cut-out without opaque pixels.
    """
    pixels = _inner_pixels(rgba)
    if len(pixels) == 0:
        return ()
    lab = _lab(pixels)
    shares: dict[str, float] = {}
    codes: dict[str, str] = {}
    for dye in _dyes(lab):
        share = float(dye.mean())
        if shares and share < _SMALLEST_DYE:
            break
        rgb = _plainly_lit(pixels[dye], lab[dye])
        name = colour_name(rgb)
        shares[name] = shares.get(name, 0.0) + share
        codes.setdefault(name, "#{:02x}{:02x}{:02x}".format(*rgb.tolist()))
    found = [Colour(name, codes[name], share) for name, share in shares.items()]
    found.sort(key=lambda colour: -colour.share)
    large = [colour for colour in found if colour.share >= SMALLEST_SHARE]
    return tuple((large or found)[:MOST_COLOURS])


def colour_name(rgb: NDArray[np.uint8]) -> str:
    """Name a colour, 3 uint8 sRGB, by the nearest shade of the palette."""
    names, shades = _shades()
    differences = (_lab(rgb[None]) - shades) * _WEIGHTS
    return names[int((differences**2).sum(axis=1).argmin())]


def _inner_pixels(rgba: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Sample about 4,096 pixels well inside the garment, ``N x 3`` uint8."""
    solid = (rgba[:, :, 3] > 127).astype(np.uint8)
    size = 2 * int(_EDGE * min(solid.shape)) + 1
    inner = cv2.erode(solid, np.ones((size, size), np.uint8), borderValue=0)
    if np.count_nonzero(inner) < 0.2 * np.count_nonzero(solid):
        inner = solid
    places = np.flatnonzero(inner)
    step = max(1, len(places) // _SAMPLES)
    return np.ascontiguousarray(rgba.reshape(-1, 4)[places[::step], :3])


def _dyes(lab: NDArray[np.float32]) -> Iterator[NDArray[np.bool_]]:
    """Group pixels into dyes; yield a mask of the pixels of each, the largest dye first.

    Cells of CIELAB are joined, nearest first, until no two are within `_ONE_DYE`.
    """
    cells = np.floor(lab / _CELL).astype(np.int64) + 64
    keys = (cells[:, 0] * 256 + cells[:, 1]) * 256 + cells[:, 2]
    cell_of = _fullest(keys, lab)
    weights = np.bincount(cell_of).astype(np.float64)
    number = len(weights)
    centres = np.stack(
        [np.bincount(cell_of, lab[:, axis], number) / weights for axis in range(3)], axis=1
    )
    distances = _distances(centres[:, None], centres[None])
    np.fill_diagonal(distances, np.inf)
    dye_of = _joined(centres, weights, distances)
    of_pixel = dye_of[cell_of]
    dyes = np.flatnonzero(dye_of == np.arange(number))
    for dye in dyes[np.argsort(-weights[dyes], kind="stable")]:
        yield of_pixel == dye


def _joined(
    centres: NDArray[np.float64], weights: NDArray[np.float64], distances: NDArray[np.float64]
) -> NDArray[np.int64]:
    """Join cells, nearest first, and return the number of the cell that each belongs to.

    Single numbers are Python's here: for each join, numpy would take twice as long.

    Args:
        centres: ``N x 3`` CIELAB.
        weights: Pixels of each cell, ``N``; those of a joined cell are added to the other's.
        distances: Between the cells, ``N x N``; infinite from each to itself. It is used up.
    """
    number = len(weights)
    into = list(range(number))
    heavy: list[float] = weights.tolist()
    lights, a, b = centres[:, 0] + 16, centres[:, 1].copy(), centres[:, 2].copy()
    places: list[list[float]] = centres.tolist()
    # Added to distances, so that they are infinite to what is no dye of its own any more.
    gone = np.zeros(number)
    while True:
        one, other = divmod(int(distances.argmin()), number)
        if distances[one, other] > _ONE_DYE:
            break
        if heavy[other] > heavy[one]:
            one, other = other, one
        first, second = heavy[one], heavy[other]
        heavy[one] = both = first + second
        place = places[one] = [
            (x * first + y * second) / both for x, y in zip(places[one], places[other], strict=True)
        ]
        light = place[0] + 16
        lights[one], a[one], b[one] = light, place[1], place[2]
        into[other], gone[other] = one, np.inf
        distances[other] = distances[:, other] = np.inf
        row = _apart((light, place[1], place[2]), (lights, a, b))
        row += gone
        row[one] = np.inf
        distances[one] = distances[:, one] = row
    weights[:] = heavy
    # A cell that others were joined with may itself have been joined later.
    for cell in range(number):
        end = cell
        while into[end] != end:
            end = into[end]
        into[cell] = end
    return np.array(into, dtype=np.int64)


def _fullest(keys: NDArray[np.int64], lab: NDArray[np.float32]) -> NDArray[np.int64]:
    """Give the cells numbers; move the pixels of all but the fullest to the nearest of those."""
    _, first, cell_of, counts = np.unique(
        keys, return_index=True, return_inverse=True, return_counts=True
    )
    if len(counts) <= _MOST_CELLS:
        return cell_of.astype(np.int64)
    kept = np.argsort(-counts, kind="stable")[:_MOST_CELLS]
    apart = ((lab[first][:, None] - lab[first[kept]][None]) ** 2).sum(axis=2)
    return np.asarray(apart.argmin(axis=1)[cell_of], dtype=np.int64)


def _distances(one: NDArray[np.float64], others: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return how far the dyes of colours are from others'; CIELAB, ``... x 3`` and ``N x 3``.

    Less light on the same cloth scales its linear RGB, and thereby a, b and L + 16 by the
    same factor (CIELAB's cube root). So the lighter colour is dimmed to the darker first.
    """
    return _apart(
        (one[..., 0] + 16, one[..., 1], one[..., 2]),
        (others[..., 0] + 16, others[..., 1], others[..., 2]),
    )


_Number = TypeVar("_Number", float, NDArray[np.float64])


def _apart(
    one: tuple[_Number, _Number, _Number],
    others: tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]],
) -> NDArray[np.float64]:
    """Return the same of L + 16, a and b."""
    (light, one_a, one_b), (lights, others_a, others_b) = one, others
    dimmer = np.minimum(light, lights)
    nearer, further = dimmer / light, dimmer / lights
    a = one_a * nearer - others_a * further
    b = one_b * nearer - others_b * further
    squares = a**2 + b**2 + (_LIGHT * (lights - light)) ** 2
    return np.asarray(np.sqrt(squares))


def _plainly_lit(pixels: NDArray[np.uint8], lab: NDArray[np.float32]) -> NDArray[np.uint8]:
    """Average a dye's pixels without the darkest and the brightest, 3 uint8."""
    lightness = lab[:, 0]
    rising = np.sort(lightness).astype(np.float64)
    band = (0.45, 0.95) if _quantile(rising, 0.5) >= _PALE else (0.25, 0.85)
    low, high = (_quantile(rising, part) for part in band)
    plain = pixels[(lightness >= low) & (lightness <= high)]
    return np.asarray((plain if len(plain) else pixels).mean(axis=0).round(), dtype=np.uint8)


def _quantile(rising: NDArray[np.float64], part: float) -> float:
    """Return what `numpy.quantile` would, in a tenth of the time, of values in rising order."""
    place = (len(rising) - 1) * part
    before = int(place)
    low, high = rising[before], rising[min(before + 1, len(rising) - 1)]
    return float(low + (high - low) * (place - before))
