"""Shoes, bags and glasses that are shown alone on a plain background, as shops show their goods.

The segmenter knows them on people: a backpack on white is a coat to it, and a shoe is nothing.
The embedder's network has learnt ImageNet's thousand classes, loafers, purses, backpacks and
sunglasses among them. So where no garment is beyond doubt and the background is plain, the last
layer of that network says what is shown, and the background says where it ends.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from model.categories import category_by_name
from model.embedder import Embedder
from model.feature_layer import FeatureLayer
from model.garment import Garment
from model.masks import extent
from model.outlines import outline
from model.plain_background import shown_box, shown_mask
from model.weights_description import LoneProductFile

# A product fills this much of the part of the picture that is no background; dust does not.
_LEAST_FILL: Final = 0.1


class LoneProducts:
    """Names wearables that are shown alone; safe to share between threads.

    Attributes:
        fingerprint: Identifies the layer in force.
    """

    def __init__(self, embedder: Embedder, entry: LoneProductFile, folder: Path) -> None:
        """Verify and load the layer.

        Args:
            embedder: The one whose network it ends.
            entry: Its description.
            folder: The folder of its file.

        Raises:
            WeightsError: The file is missing, altered or of another shape.
        """
        self._embedder = embedder
        self._categories = tuple(category_by_name(name) for name in entry.categories)
        self._layer = FeatureLayer(embedder, entry, folder, {"probabilities": ("float32", 2)})
        self.fingerprint = self._layer.fingerprint

    def shown(self, picture: NDArray[np.uint8], finds: Sequence[Garment]) -> Garment | None:
        """Return the one product that a picture shows alone; None if it shows none.

        Args:
            picture: ``H x W x 3`` uint8 RGB.
            finds: What was found on it otherwise. If a garment among them is beyond doubt, the
                picture is one of clothes.
        """
        if self._layer.is_needless(finds):
            return None
        box = shown_box(picture)
        if box is None:
            return None
        left, top, right, bottom = box
        features = self._embedder.features([picture[top:bottom, left:right]])
        (probabilities,) = self._layer(features)
        best = int(np.argmax(probabilities))
        # The last one stands for everything else.
        if best >= len(self._categories):
            return None
        mask = shown_mask(picture)
        if np.count_nonzero(mask) < _LEAST_FILL * (right - left) * (bottom - top):
            return None
        x0, y0, x1, y1 = map(float, extent(mask))
        score = float(probabilities[best])
        where = (x0, y0, x1 - x0, y1 - y0)
        return Garment(self._categories[best], score, where, mask, outline(mask))
