"""What the embedder's network says about the finds on a picture that shows no garment for sure."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from model.embedder import Embedder
from model.garment import Garment
from model.lone_product import LoneProducts
from model.verifier import Verifier
from model.weights_description import load_description


class SecondLook:
    """A wearable shown alone is named; what is no garment is dropped. Safe to share.

    Attributes:
        fingerprint: Identifies the layers in force.
    """

    def __init__(self, verifier: Verifier | None, products: LoneProducts | None) -> None:
        """Use what a set of weights has of both."""
        self._verifier = verifier
        self._products = products
        self.fingerprint = "".join(part.fingerprint for part in (verifier, products) if part)

    @classmethod
    def of_weights(cls, embedder: Embedder, weights_dir: Path | None = None) -> "SecondLook | None":
        """Load what a set of weights has; None where it has neither layer.

        Args:
            embedder: That of the same weights.
            weights_dir: Folder with weights.json; None for the shipped weights.

        Raises:
            WeightsError: A layer cannot be loaded.
        """
        description = load_description(weights_dir)
        entry = description.lone_products
        products = LoneProducts(embedder, entry, description.folder) if entry else None
        verifier = Verifier.of_weights(embedder, weights_dir)
        return cls(verifier, products) if verifier or products else None

    def revised(self, picture: NDArray[np.uint8], finds: Sequence[Garment]) -> list[Garment]:
        """Return what a picture shows by the finds on it and by a second look.

        Args:
            picture: ``H x W x 3`` uint8 RGB.
            finds: What the segmenter found on it.
        """
        product = self._products.shown(picture, finds) if self._products else None
        if product is not None:
            return [product]
        return self._verifier.verified(picture, finds) if self._verifier else list(finds)
