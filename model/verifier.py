"""Tells garments from what only looks like one, such as a mug that was taken for shorts.

The segmenter has seen people and clothes, and little else. The embedder's features come from
ImageNet, which knows mugs and owls. A linear layer over them says how likely a find is a garment,
by the part of the picture around it.

A look of the embedder takes a seventh of the time of the segmenter. So where one find is beyond
doubt, as on nine of ten street photos, the picture is taken as one of clothes, and nothing on it is
judged.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from model.embedder import Embedder
from model.feature_layer import FeatureLayer
from model.garment import Garment
from model.weights_description import VerifierFile, load_description

# The side of what is looked at, in longer sides of the find's box.
_AROUND: Final = 1.3


class Verifier:
    """Drops finds that are no garments; safe to share between threads.

    Attributes:
        fingerprint: Identifies the layer in force.
    """

    def __init__(self, embedder: Embedder, entry: VerifierFile, folder: Path) -> None:
        """Verify and load the layer.

        Args:
            embedder: The one whose features it learnt from.
            entry: Its description.
            folder: The folder of its file.

        Raises:
            WeightsError: The file is missing, altered or of another shape.
        """
        self._embedder = embedder
        self._least = entry.least
        self._layer = FeatureLayer(embedder, entry, folder, {"probability": ("float32", 1)})
        self.fingerprint = self._layer.fingerprint

    @classmethod
    def of_weights(cls, embedder: Embedder, weights_dir: Path | None = None) -> "Verifier | None":
        """Load the verifier of a set of weights; None where the set has none.

        Args:
            embedder: That of the same weights.
            weights_dir: Folder with weights.json; None for the shipped weights.

        Raises:
            WeightsError: It cannot be loaded.
        """
        description = load_description(weights_dir)
        if description.verifier is None:
            return None
        return cls(embedder, description.verifier, description.folder)

    def verified(self, picture: NDArray[np.uint8], finds: Sequence[Garment]) -> list[Garment]:
        """Return the finds on a picture without those that are no garments, in the same order.

        Shoes, bags and other wearables are judged by the same layer: it has learnt what people and
        their clothes look like, and around what is worn there is some of that.

        Args:
            picture: ``H x W x 3`` uint8 RGB.
            finds: What the segmenter found on it.
        """
        if self._layer.is_needless(finds):
            return list(finds)
        likely = self.probabilities(picture, finds) >= self._least
        return [find for find, passes in zip(finds, likely, strict=True) if passes]

    def probabilities(
        self, picture: NDArray[np.uint8], finds: Sequence[Garment]
    ) -> NDArray[np.float32]:
        """Return how likely each find is a garment, ``N`` float32, 0 to 1."""
        if not finds:
            return np.zeros(0, np.float32)
        return self._layer(features(picture, finds, self._embedder))


def features(
    picture: NDArray[np.uint8], finds: Sequence[Garment], embedder: Embedder
) -> NDArray[np.float32]:
    """Return the features of each find and what is around it, ``N x feature_dimensions``."""
    return embedder.features([around(picture, find.box) for find in finds])


def around(picture: NDArray[np.uint8], box: tuple[float, float, float, float]) -> NDArray[np.uint8]:
    """Return the square part of a picture around a box, moved inside it where it would stick out.

    It is no square where the picture is too small for one.

    Args:
        picture: ``H x W x 3`` uint8.
        box: ``(x, y, width, height)`` in pixels.
    """
    height, width = picture.shape[:2]
    x, y, box_width, box_height = box
    side = _AROUND * max(box_width, box_height)
    left, right = _span(x + box_width / 2, side, width)
    top, bottom = _span(y + box_height / 2, side, height)
    return picture[top:bottom, left:right]


def _span(middle: float, side: float, length: int) -> tuple[int, int]:
    """Return the beginning and end of a stretch of ``side`` pixels around ``middle``."""
    if side >= length:
        return 0, length
    begin = min(max(0.0, middle - side / 2), length - side)
    return int(begin), int(np.ceil(begin + side))
