"""How well the outline of a find follows the true one.

Mask IoU hardly notices a ragged edge of something large. Two figures do: Boundary IoU (Cheng et
al., "Boundary IoU: Improving Object-Centric Image Segmentation Evaluation", CVPR 2021), and how far
the outlines are apart.
"""

from typing import Final

import cv2
import numpy as np

from model.training.detecting.detectors import Array

# Of the picture's diagonal: the width of the band along an outline, as in the paper.
_BAND: Final = 0.02


def boundary_iou(mask: Array, truth: Array) -> float:
    """Return the IoU of the bands along the inside of two outlines, 0 to 1.

    Args:
        mask: ``H x W`` bool, of the whole picture.
        truth: Likewise.
    """
    reach = max(1, round(_BAND * float(np.hypot(*mask.shape))))
    mask, truth = _around(mask, truth)
    one, other = _band(mask, reach), _band(truth, reach)
    union = np.count_nonzero(one | other)
    return float(np.count_nonzero(one & other) / union) if union else 1.0


def outline_distance(mask: Array, truth: Array) -> float:
    """Return how far two outlines are apart on average, as a share of the true region's size.

    The mean over both ways, from each point of one to the nearest of the other; size is the
    square root of the area. Masks as for `boundary_iou`, neither empty.
    """
    size = float(np.sqrt(np.count_nonzero(truth)))
    mask, truth = _around(mask, truth)
    one, other = _band(mask, 1), _band(truth, 1)
    ways = [_distances(other)[one], _distances(one)[other]]
    return float(np.mean([way.mean() for way in ways])) / size


def _around(mask: Array, truth: Array) -> tuple[Array, Array]:
    """Return both masks where either of them is, with a margin that is neither."""
    either = mask | truth
    rows, columns = np.flatnonzero(either.any(axis=1)), np.flatnonzero(either.any(axis=0))
    if not rows.size:
        return mask[:0], truth[:0]
    part = np.s_[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    return np.pad(mask[part], 1), np.pad(truth[part], 1)


def _band(mask: Array, reach: int) -> Array:
    """Return the pixels of a mask that are at most `reach` from its outside."""
    if not mask.size:
        return mask
    inside = cv2.erode(mask.astype(np.uint8), np.ones((3, 3), np.uint8), iterations=reach)
    return np.asarray(mask & (inside == 0))


def _distances(outline: Array) -> Array:
    """Return the distance of each pixel to the nearest of an outline."""
    return np.asarray(cv2.distanceTransform((~outline).astype(np.uint8), cv2.DIST_L2, 5))
