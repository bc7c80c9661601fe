"""The last step for a mask: moving its soft edge onto the picture's own edges.

The network gives 28 x 28 probabilities for each garment; where the edge runs between them
can only be guessed without the picture. The guided filter (He et al. 2013, "Guided Image
Filtering") fits the probabilities to the picture's colours, linearly in small windows;
evaluated at the picture's size, the fit has the picture's edges (He and Sun 2015, "Fast
Guided Filter"). Windows are measured in the mask's own cells here, so that a garment costs
the same whatever its size.
"""

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

# Samples of the fit per cell of the mask, in each direction.
_FINER: Final = 2
# Radius of a window in samples.
_REACH: Final = 3
# Variance of colours (0 to 1) far below which a window counts as plain.
_PLAIN: Final = 1e-3
# Variance of a mask (0 to 1) below which a window holds none of its edges.
_SURE: Final = 1e-6
# Pixels up to which edges are followed at full size; larger parts are shrunk first.
_LARGEST: Final = 600_000

Floats = NDArray[np.float32]
Affine = NDArray[np.float64]


def along_edges(mask: Floats, picture: NDArray[np.uint8], to_cells: Affine) -> Floats:
    """Scale a mask to a part of a picture, with edges that follow the picture's.

    Args:
        mask: ``m x m`` float32, 0 to 1.
        picture: ``height x width x 3`` uint8, the part; the order of channels does not
            matter.
        to_cells: ``2 x 3`` affine map, scale and shift only, from positions in the part to
            positions in the mask, both in samples counted from 0.

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
    # The fit's samples lie at the centres of equal parts of the cells.
    to_fit = _then(to_cells, _inverse(_resized(mask.shape, (side, side))))
    soft = np.asarray(cv2.resize(mask, (side, side), interpolation=cv2.INTER_CUBIC), np.float32)
    slopes = cv2.warpAffine(
        _fit(soft, _sampled_colours(picture, to_fit, side)),
        to_fit,
        (width, height),
        flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
        borderMode=cv2.BORDER_REPLICATE,
    )
    drawn = np.asarray(slopes[..., 3], np.float32)
    for colour in range(3):
        drawn = drawn + slopes[..., colour] * (picture[..., colour] * np.float32(1 / 255))
    return drawn


def _sampled_colours(picture: NDArray[np.uint8], to_fit: Affine, side: int) -> Floats:
    """Return the colours, 0 to 1, at the fit's samples: ``side x side x 3``.

    The pixels that a sample covers are averaged first, or noise would pass for edges.
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
    """Fit a mask to colours, linearly in the window around each sample.

    Returns:
        Same size as the mask, four values per sample: a factor for each of the three colours,
        and an offset.
    """
    mean, average = _window_mean(colours), _window_mean(mask)
    together = _window_mean(colours * mask[..., None]) - mean * average[..., None]
    spread = np.empty((*mask.shape, 3, 3), np.float32)
    for one in range(3):
        products = _window_mean(colours * colours[..., one : one + 1])
        spread[..., one, :] = products - mean * mean[..., one : one + 1]
    spread += _PLAIN * np.eye(3, dtype=np.float32)
    slopes = _solved(spread, together)
    offset = average - (slopes * mean).sum(axis=-1)
    fitted = _window_mean(np.dstack([slopes, offset]))
    # Where colours explain nothing, windows would only blur the mask, so it is kept there.
    varies = np.maximum(_window_mean(mask * mask) - average * average, _SURE)
    explained = _window_mean(np.clip((slopes * together).sum(axis=-1) / varies, 0, 1))
    fitted[..., 3] += (1 - explained) * (mask - _window_mean(average))
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


def _window_mean(values: Floats) -> Floats:
    side = 2 * _REACH + 1
    return np.asarray(cv2.blur(values, (side, side)), np.float32)


def _resized(size: tuple[int, ...], to: tuple[int, ...]) -> Affine:
    """Return the map from positions after a resize `to` (width, height) to those before it.

    `size` is the (height, width) before. Samples lie at the centres of their pixels.
    """
    across, down = size[1] / to[0], size[0] / to[1]
    return np.array([[across, 0, (across - 1) / 2], [0, down, (down - 1) / 2]])


def _then(first: Affine, second: Affine) -> Affine:
    """Return the map that applies ``first``, then ``second``; both are ``2 x 3``."""
    return np.asarray((_square(second) @ _square(first))[:2], np.float64)


def _inverse(affine: Affine) -> Affine:
    return np.asarray(np.linalg.inv(_square(affine))[:2], np.float64)


def _square(affine: Affine) -> Affine:
    return np.vstack([affine, [0.0, 0.0, 1.0]])
