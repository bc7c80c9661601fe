"""Crops to vectors whose cosine says how alike two garments look."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from model.crops import squared
from model.graph import Graph
from model.weights_description import load_description, unusable

# Crops per run of the network: more take memory and save no time.
BATCH: Final = 8


class Embedder:
    """Embeds crops; safe to share between threads.

    Attributes:
        fingerprint: Identifies the weights in force; vectors of others cannot be compared.
        dimensions: Length of a vector.
    """

    def __init__(self, weights_dir: Path | None = None, *, threads: int = 1) -> None:
        """Verify and load the weights.

        Args:
            weights_dir: Folder with weights.json; None for the shipped weights.
            threads: Threads that one call may use.

        Raises:
            WeightsError: They are missing, altered or of another shape.
        """
        description = load_description(weights_dir)
        entry = description.embedder
        self.fingerprint = entry.fingerprint
        self.dimensions = entry.dimensions
        self._size = entry.size
        self._graph = Graph(
            description.embedder_folder,
            entry,
            inputs={entry.input: (None, 3, entry.size, entry.size)},
            outputs={"embedding": ("float32", 2)},
            threads=threads,
        )
        # Run once, so that a wrong length is noticed now and not at the first crop.
        self._input_name = entry.input
        plain = np.zeros((1, 3, entry.size, entry.size), np.float32)
        (found,) = self._graph.run({entry.input: plain})
        if found.shape != (1, self.dimensions):
            raise unusable(
                description.embedder_folder,
                f"{entry.file} gives vectors {found.shape[1:]} instead of the "
                f"{self.dimensions} dimensions that weights.json lists.",
            )

    def embed(self, crops: Sequence[NDArray[np.uint8]]) -> NDArray[np.float32]:
        """Return a unit vector for each crop.

        Args:
            crops: ``h x w x 3`` uint8 RGB, the garment on white, of any sizes. Crops that
                are not square are padded with white.

        Returns:
            ``N x dimensions`` float32, each row of length 1.
        """
        vectors = np.empty((len(crops), self.dimensions), dtype=np.float32)
        for start in range(0, len(crops), BATCH):
            batch = np.stack([self._input(crop) for crop in crops[start : start + BATCH]])
            (found,) = self._graph.run({self._input_name: batch})
            vectors[start : start + BATCH] = found
        return vectors

    def _input(self, crop: NDArray[np.uint8]) -> NDArray[np.float32]:
        square = squared(crop)
        shrinks = square.shape[0] > self._size
        scaled = cv2.resize(
            square,
            (self._size, self._size),
            interpolation=cv2.INTER_AREA if shrinks else cv2.INTER_CUBIC,
        )
        return np.asarray(scaled.transpose(2, 0, 1), dtype=np.float32)
