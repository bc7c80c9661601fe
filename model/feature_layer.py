"""A layer over the embedder's features, for pictures on which no garment is beyond doubt."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from model.embedder import Embedder
from model.garment import Garment
from model.graph import Graph
from model.weights_description import LoneProductFile, VerifierFile


class FeatureLayer:
    """Runs the layer; safe to share between threads.

    Attributes:
        fingerprint: Identifies it.
    """

    def __init__(
        self,
        embedder: Embedder,
        entry: VerifierFile | LoneProductFile,
        folder: Path,
        outputs: dict[str, tuple[str, int]],
    ) -> None:
        """Verify and load it.

        Args:
            embedder: The one whose features it learnt from.
            entry: Its description.
            folder: The folder of its file.
            outputs: Element type and number of dimensions of its only output, by name.

        Raises:
            WeightsError: The file is missing, altered or of another shape.
        """
        self.fingerprint = entry.fingerprint
        self._entry = entry
        self._graph = Graph(
            folder,
            entry,
            inputs={entry.input: (None, embedder.feature_dimensions)},
            outputs=outputs,
            threads=1,
        )

    def is_needless(self, finds: Sequence[Garment]) -> bool:
        """Return whether a garment among the finds is beyond doubt: the picture is one of clothes.

        Shoes, bags and other wearables make no picture one of clothes, however sure they are.
        """
        sure = (find.score for find in finds if find.category.is_garment)
        return max(sure, default=0.0) >= self._entry.trusted_score

    def __call__(self, features: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return what it says of features, ``N x feature_dimensions``."""
        (found,) = self._graph.run({self._entry.input: features})
        return np.asarray(found, np.float32)
