"""The pattern of a garment's cloth: striped, checked, dotted and so on.

A small network looks at the cut-out. A pattern is named only where that is nearly always
right: each has its own threshold, measured on garments that were labelled by eye (see
docs/words.md). Where none is named, the cloth may be plain or the network unsure.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Final, Self

import cv2
import numpy as np
from numpy.typing import NDArray
from pydantic import Field, model_validator

from model.graph import Graph
from model.pattern_names import OTHER, PATTERNS
from model.weights_description import (
    NAME,
    SHIPPED,
    GraphFile,
    read_weights_json,
    unusable,
    validated,
)

# Width of the border along the outline that is ignored, as a share of the crop's size.
_EDGE: Final = 0.03


class PatternsFile(GraphFile):
    """The network's input, and the meaning of its outputs."""

    # Width and height of a crop in pixels.
    size: int = Field(ge=32, le=1024)
    # The pattern that each output is for.
    words: tuple[str, ...]
    # The least probability at which each pattern is named; one that is missing never is.
    thresholds: dict[str, float]

    @model_validator(mode="after")
    def _known(self) -> Self:
        if sorted(self.words) != sorted(PATTERNS):
            raise ValueError(f"expected the patterns {list(PATTERNS)}, not {list(self.words)}")
        unknown = sorted(self.thresholds.keys() - set(PATTERNS))
        if unknown:
            raise ValueError(f"thresholds for {unknown}, which are no patterns")
        return self


class Patterns:
    """Names patterns; safe to share between threads.

    Attributes:
        fingerprint: Identifies the weights in force.
    """

    def __init__(self, *, threads: int = 1, folder: Path = SHIPPED) -> None:
        """Verify and load the network that ships.

        Args:
            threads: Threads that one call may use.
            folder: The folder of weights.json and the file that it lists.

        Raises:
            WeightsError: They are missing, altered or of another shape.
        """
        self._entry = _read(folder)
        self.fingerprint = self._entry.fingerprint
        self._graph = Graph(
            folder,
            self._entry,
            inputs={self._entry.input: (None, 4, self._entry.size, self._entry.size)},
            outputs={"probabilities": ("float32", 2)},
            threads=threads,
        )

    def name(self, crop: NDArray[np.uint8]) -> str | None:
        """Name the pattern of a cut-out, ``h x w x 4`` uint8 RGBA; None where unsure."""
        if not (crop[:, :, 3] > 127).any():
            return None
        scores = self.probabilities([crop])[0]
        best = int(scores.argmax())
        word = self._entry.words[best]
        threshold = self._entry.thresholds.get(word)
        if word == OTHER or threshold is None or scores[best] < threshold:
            return None
        return word

    def probabilities(self, crops: Sequence[NDArray[np.uint8]]) -> NDArray[np.float32]:
        """Return the probability of each pattern for each RGBA crop, ``N x 8`` float32."""
        batch = np.stack([as_input(crop, self._entry.size) for crop in crops])
        (found,) = self._graph.run({self._entry.input: batch})
        return np.asarray(found, dtype=np.float32)


def as_input(crop: NDArray[np.uint8], size: int) -> NDArray[np.float32]:
    """Convert an RGBA crop to the network's input, ``4 x size x size`` float32.

    RGB is 0 to 255, with the garment's mean colour around it, so that its outline is no edge;
    the fourth plane is 1 on the cloth to look at, well inside the outline.
    """
    height, width = crop.shape[:2]
    scale = size / max(height, width)
    inner = (max(1, round(width * scale)), max(1, round(height * scale)))
    scaled = cv2.resize(
        crop, inner, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    )
    solid = (scaled[:, :, 3] > 127).astype(np.uint8)
    mean = np.round(cv2.mean(scaled, solid)[:3]).astype(np.uint8)
    scaled[solid == 0] = (*mean, 0)
    canvas = np.full((size, size, 4), (*mean, 0), dtype=np.uint8)
    top, left = (size - inner[1]) // 2, (size - inner[0]) // 2
    canvas[top : top + inner[1], left : left + inner[0]] = scaled
    cloth = np.zeros((size, size), dtype=np.uint8)
    cloth[top : top + inner[1], left : left + inner[0]] = solid
    edge = 2 * int(_EDGE * size) + 1
    well_inside = cv2.erode(cloth, np.ones((edge, edge), np.uint8), borderValue=0)
    enough = well_inside.sum() >= 0.2 * cloth.sum()
    canvas[:, :, 3] = well_inside if enough else cloth
    return np.ascontiguousarray(canvas.transpose(2, 0, 1), dtype=np.float32)


def _read(folder: Path) -> PatternsFile:
    content = read_weights_json(folder)
    if "patterns" not in content:
        raise unusable(folder, f"{folder / NAME} lists no network for patterns.")
    return validated(PatternsFile, content["patterns"], folder, "patterns")
