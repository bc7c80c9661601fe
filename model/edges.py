"""The last step of a mask: its soft edge drawn along the picture's own edges.

The network gives 28 x 28 probabilities a garment; between them an edge can only be guessed,
unless one looks at the picture. The guided filter (He et al. 2013, "Guided Image Filtering")
fits the probabilities by the picture's colours, linearly in small windows; read off at the
picture's size, the fit has the picture's edges (He and Sun 2015, "Fast Guided Filter"). Here
windows are measured in the mask's own cells: a garment costs the same whatever its size.
"""

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

# Samples of the fit for each cell of the mask, across and down.
_FINER: Final = 2
# Samples that a window reaches to each side.
_REACH: Final = 3
# Variance of colours, of 0 to 1, far below which a window counts as plain.
_PLAIN: Final = 1e-3
# Variance of a mask, of 0 to 1, below which a window has no edge of it.
_SURE: Final = 1e-6
# Pixels up to which edges are followed one by one; in larger parts every few of them.
_LARGEST: Final = 600_000

Floats = NDArray[np.float32]
Affine = NDArray[np.float64]


def along_edges(mask: Floats, picture: NDArray[np.uint8], to_cells: Affine) -> Floats:
    """Bring a mask to a part of a picture, its edges along the picture's.

    Args:
        mask: ``m x m`` float32, 0 to 1.
        picture: ``height x width x 3`` uint8, the part; the order of its colours is all one.
        to_cells: ``2 x 3``, from places in the part to places in the mask, both in samples of
            which the first is at 0. It scales and shifts.

    Returns:
        ``height x width`` float32, about 0 to 1.
    """
    height, width = picture.shape[:2]
    if height * width > _LARGEST:
        factor = float(np.sqrt(_LARGEST / (height * width)))
        size = max(1, int(width * factor)), max(1, int(height * factor))
        small = np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), np.uint8)
        drawn = along_edges(mask, small, _then(_resized((height, width), size), to_cells))
        return np.asarray(cv2.resize(drawn, (width, height)), np.float32)

    side = mask.shape[0] * _FINER
    # Samples of the fit lie at the centres of the parts into which they divide the cells.
    to_fit = _then(to_cells, _inverse(_resized(mask.shape, (side, side))))
    soft = np.asarray(cv2.resize(mask, (side, side), interpolation=cv2.INTER_CUBIC), np.float32)
    slopes = cv2.warpAffine(
        _fit(soft, _seen(picture, to_fit, side)),
        to_fit,
        (width, height),
        flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
        borderMode=cv2.BORDER_REPLICATE,
    )
    drawn = np.asarray(slopes[..., 3], np.float32)
    for colour in range(3):
        drawn = drawn + slopes[..., colour] * (picture[..., colour] * np.float32(1 / 255))
    return drawn


def _seen(picture: NDArray[np.uint8], to_fit: Affine, side: int) -> Floats:
    """Give the colours, 0 to 1, where the fit has its samples: ``side x side x 3``.

    What a sample stands for is averaged first, or noise would pass for edges.
    """
    height, width = picture.shape[:2]
    factors = min(1.0, to_fit[0, 0]), min(1.0, to_fit[1, 1])
    small = max(1, round(width * factors[0])), max(1, round(height * factors[1]))
    thinned = cv2.resize(picture, small, interpolation=cv2.INTER_AREA)
    to_small = _inverse(_resized((height, width), small))
    colours = cv2.warpAffine(
        thinned,
        _then(_inverse(to_fit), to_small),
        (side, side),
        flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
        borderMode=cv2.BORDER_REPLICATE,
    )
    return colours.astype(np.float32) * np.float32(1 / 255)


def _fit(mask: Floats, colours: Floats) -> Floats:
    """Fit a mask by colours, linearly in the windows around each place.

    Returns:
        As large as the mask, four values a place: what the three colours are to be multiplied
        with, and what is to be added.
    """
    mean, average = _around(colours), _around(mask)
    together = _around(colours * mask[..., None]) - mean * average[..., None]
    spread = np.empty((*mask.shape, 3, 3), np.float32)
    for one in range(3):
        products = _around(colours * colours[..., one : one + 1])
        spread[..., one, :] = products - mean * mean[..., one : one + 1]
    spread += _PLAIN * np.eye(3, dtype=np.float32)
    slopes = _solved(spread, together)
    offset = average - (slopes * mean).sum(axis=-1)
    fitted = _around(np.dstack([slopes, offset]))
    # Where the colours say nothing, windows would only wash the mask out: there it stays.
    varies = np.maximum(_around(mask * mask) - average * average, _SURE)
    told = _around(np.clip((slopes * together).sum(axis=-1) / varies, 0, 1))
    fitted[..., 3] += (1 - told) * (mask - _around(average))
    return fitted


def _solved(matrices: Floats, vectors: Floats) -> Floats:
    """Solve symmetric 3 x 3 systems by their adjugates; LAPACK takes ten times as long."""
    xx, xy, xz = (matrices[..., 0, column] for column in range(3))
    yy, yz, zz = matrices[..., 1, 1], matrices[..., 1, 2], matrices[..., 2, 2]
    x, y, z = (vectors[..., row] for row in range(3))
    first, second, third = yy * zz - yz * yz, xz * yz - xy * zz, xy * yz - xz * yy
    fourth, fifth, sixth = xx * zz - xz * xz, xy * xz - xx * yz, xx * yy - xy * xy
    solved = [
        first * x + second * y + third * z,
        second * x + fourth * y + fifth * z,
        third * x + fifth * y + sixth * z,
    ]
    determinant = xx * first + xy * second + xz * third
    return np.stack(solved, axis=-1) / determinant[..., None]


def _around(values: Floats) -> Floats:
    side = 2 * _REACH + 1
    return np.asarray(cv2.blur(values, (side, side)), np.float32)


def _resized(size: tuple[int, ...], to: tuple[int, ...]) -> Affine:
    """Give the map from places after a resize `to` (width, height) to those before it.

    `size` is the (height, width) before. Samples lie at the centres of what they stand for.
    """
    across, down = size[1] / to[0], size[0] / to[1]
    return np.array([[across, 0, (across - 1) / 2], [0, down, (down - 1) / 2]])


def _then(first: Affine, second: Affine) -> Affine:
    """Give the map that is one after the other, both ``2 x 3``."""
    return np.asarray((_square(second) @ _square(first))[:2], np.float64)


def _inverse(affine: Affine) -> Affine:
    return np.asarray(np.linalg.inv(_square(affine))[:2], np.float64)


def _square(affine: Affine) -> Affine:
    return np.vstack([affine, [0.0, 0.0, 1.0]])
