"""Photos in the form that the network takes."""

from pathlib import Path

import cv2
import numpy as np
import torch
from torch import Tensor

from model.photometry import Picture


def scaled(picture: Picture, short_side: int, max_side: int) -> tuple[Tensor, float]:
    """Scale a BGR picture so that its shorter side is `short_side`.

    The longer side never exceeds `max_side`. Returns [3, h, w] float32 and the
    factor from the picture's pixels to the result's.
    """
    height, width = picture.shape[:2]
    factor = min(short_side / min(height, width), max_side / max(height, width))
    size = (max(1, round(width * factor)), max(1, round(height * factor)))
    way = cv2.INTER_AREA if factor < 1 else cv2.INTER_LINEAR
    small = cv2.resize(picture, size, interpolation=way)
    planes = np.ascontiguousarray(small.transpose(2, 0, 1)).astype(np.float32)
    return torch.from_numpy(planes), factor


def read_scaled(path: Path, short_side: int, max_side: int) -> tuple[Tensor, float]:
    """Read a photo and scale it."""
    picture = cv2.imread(str(path), cv2.IMREAD_COLOR)
    if picture is None:
        raise ValueError(f"{path} is not a picture that can be read")
    return scaled(picture, short_side, max_side)  # type: ignore[arg-type]
