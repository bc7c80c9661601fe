"""Crops to vectors whose cosine says how alike two garments look.

A network learnt on a million pictures of all things describes a crop; a layer learnt on garments
keeps of that what tells one garment from another. What else a picture shows is in the features
before that layer alone.
"""

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
        feature_dimensions: Length of what `features` returns.
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
        self.feature_dimensions = entry.features or entry.dimensions
        self._size = entry.size
        self._lengths = {"embedding": entry.dimensions}
        if entry.features is not None:
            self._lengths["features"] = entry.features
        self._graph = Graph(
            description.embedder_folder,
            entry,
            inputs={entry.input: (None, 3, entry.size, entry.size)},
            outputs=dict.fromkeys(self._lengths, ("float32", 2)),
            threads=threads,
        )
        # Run once, so that a wrong length is noticed now and not at the first crop.
        self._input_name = entry.input
        plain = np.zeros((1, 3, entry.size, entry.size), np.float32)
        found = self._graph.run({entry.input: plain})
        for (name, length), each in zip(self._lengths.items(), found, strict=True):
            if each.shape != (1, length):
                raise unusable(
                    description.embedder_folder,
                    f"{entry.file} gives {each.shape[1:]} as '{name}' instead of the "
                    f"{length} dimensions that weights.json lists.",
                )

    def embed(self, crops: Sequence[NDArray[np.uint8]]) -> NDArray[np.float32]:
        """Return a unit vector for each crop.

        Args:
            crops: ``h x w x 3`` uint8 RGB, the garment on white, of any sizes. Crops that
                are not square are padded with white.

        Returns:
            ``N x dimensions`` float32, each row of length 1.
        """
        return self._outputs(crops)[0]

    def features(self, crops: Sequence[NDArray[np.uint8]]) -> NDArray[np.float32]:
        """Return what the network sees in each picture before it is looked at as a garment.

        Args:
            crops: As for `embed`; any pictures.

        Returns:
            ``N x feature_dimensions`` float32, each row of length 1; the vectors themselves where
            the weights have no features beside them.
        """
        return self._outputs(crops)[-1]

    def _outputs(self, crops: Sequence[NDArray[np.uint8]]) -> list[NDArray[np.float32]]:
        """Return the outputs of the graph for all crops: vectors, then features if it has them."""
        runs = [[np.zeros((0, n), np.float32)] for n in self._lengths.values()]
        for start in range(0, len(crops), BATCH):
            batch = np.stack([self._input(crop) for crop in crops[start : start + BATCH]])
            for kept, found in zip(runs, self._graph.run({self._input_name: batch}), strict=True):
                kept.append(np.asarray(found, np.float32))
        return [np.concatenate(kept) for kept in runs]

    def _input(self, crop: NDArray[np.uint8]) -> NDArray[np.float32]:
        square = squared(crop)
        shrinks = square.shape[0] > self._size
        scaled = cv2.resize(
            square,
            (self._size, self._size),
            interpolation=cv2.INTER_AREA if shrinks else cv2.INTER_CUBIC,
        )
        return np.asarray(scaled.transpose(2, 0, 1), dtype=np.float32)
