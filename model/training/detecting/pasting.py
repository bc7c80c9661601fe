"""The two ways in which a network's 28 x 28 masks come into the photo.

`served` is what the server does: edges follow the picture's own, and a mask in doubt is drawn
generously. `detectron2` is bilinear scaling and a threshold of one half, as in Detectron2 and
in all published figures; only it compares models by what the network itself knows.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from detectron2.layers import paste_masks_in_image

from model.masks import Box, paste
from model.photometry import Picture

Mask = np.ndarray[Any, np.dtype[Any]]

# Takes a mask [m, m] of probabilities, its box and the photo; returns [height, width] bool.
Paste = Callable[[Mask, Box, Picture], Mask]

_THRESHOLD = 0.5


def _served(mask: Mask, box: Box, picture: Picture) -> Mask:
    return paste(np.asarray(mask, np.float32), box, picture)


def _as_detectron2(mask: Mask, box: Box, picture: Picture) -> Mask:
    (pasted,) = paste_masks_in_image(
        torch.from_numpy(np.asarray(mask, np.float32))[None],
        torch.tensor([box], dtype=torch.float32),
        picture.shape[:2],
        _THRESHOLD,
    )
    return np.asarray(pasted.numpy())


PASTES: dict[str, Paste] = {"served": _served, "detectron2": _as_detectron2}
