"""Pictures to garments: the Mask R-CNN that `weights.json` describes, run by onnxruntime."""

from pathlib import Path
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from model.categories import category_by_name
from model.garment import Garment
from model.graph import Graph
from model.masks import Box, clean, extent, keep_distinct, paste
from model.outlines import outline
from model.weights_description import SEGMENTER_OUTPUTS, load_description

# Pixels; anything smaller can neither be seen nor clicked.
SMALLEST_AREA: Final = 25
# Least width and height of a box in pixels.
_SMALLEST_BOX: Final = 1.0
# The network halves its input five times.
_SMALLEST_SIDE: Final = 32


class Segmenter:
    """Finds garments; safe to share between threads.

    Attributes:
        fingerprint: Identifies the weights in force.
        score_threshold: Their own least score, 0 to 1.
    """

    def __init__(self, weights_dir: Path | None = None, *, threads: int = 2) -> None:
        """Verify and load the weights.

        Args:
            weights_dir: Folder with weights.json; None for the shipped weights.
            threads: Threads that one picture may use.

        Raises:
            WeightsError: They are missing, altered or of another shape.
        """
        description = load_description(weights_dir)
        entry = description.segmenter
        self.fingerprint = entry.fingerprint
        self.score_threshold = entry.score_threshold
        self._categories = tuple(category_by_name(name) for name in entry.categories)
        self._least_scores = entry.least_scores
        self._short_side = entry.short_side
        self._max_side = entry.max_side
        self._mask_margin = entry.mask_margin
        self._entry = entry
        self._graph = Graph(
            description.folder,
            entry,
            inputs=entry.shapes,
            outputs=SEGMENTER_OUTPUTS,
            threads=threads,
        )

    def segment(self, picture: NDArray[np.uint8], min_score: float | None = None) -> list[Garment]:
        """Find the garments in a picture, best score first.

        Several detections of one garment count once; five dresses side by side are five.

        Args:
            picture: ``H x W x 3`` uint8 RGB.
            min_score: Detections below are left out; None for ``score_threshold``. Those of a
                category that the weights trust less need more.
        """
        height, width = picture.shape[:2]
        threshold = self.score_threshold if min_score is None else min_score
        boxes, scores, classes, masks = self._graph.run(
            self._entry.asked(self._input(picture), threshold)
        )
        # Graphs from elsewhere may lack the score input, and need not sort by score.
        least = np.maximum(self._least_scores[np.asarray(classes, np.int64)], threshold)
        chosen = np.flatnonzero(np.asarray(scores, np.float32) >= least)
        chosen = chosen[np.argsort(-np.asarray(scores, np.float32)[chosen], kind="stable")]
        factors = np.array([width, height, width, height]) / self._scaled_size(height, width)
        found: list[Garment] = []
        for index in chosen:
            box = _grown(np.asarray(boxes[index], np.float64) * factors, self._mask_margin)
            if box is None:
                continue
            mask = clean(paste(np.asarray(masks[index], np.float32), box, picture))
            if np.count_nonzero(mask) < SMALLEST_AREA:
                continue
            polygons = outline(mask)
            if not polygons:
                continue
            # The box comes from the mask: the predicted one may cut off a hem.
            left, top, right, bottom = map(float, extent(mask))
            found.append(
                Garment(
                    category=self._categories[int(classes[index])],
                    score=float(scores[index]),
                    box=(left, top, right - left, bottom - top),
                    mask=mask,
                    polygons=polygons,
                )
            )
        return keep_distinct(found)

    def _size(self, height: int, width: int) -> tuple[int, int]:
        """Return the height and width at which the network sees a picture."""
        factor = min(self._short_side / min(height, width), self._max_side / max(height, width))
        return (
            max(_SMALLEST_SIDE, round(height * factor)),
            max(_SMALLEST_SIDE, round(width * factor)),
        )

    def _scaled_size(self, height: int, width: int) -> NDArray[np.float64]:
        scaled_height, scaled_width = self._size(height, width)
        return np.array([scaled_width, scaled_height, scaled_width, scaled_height], np.float64)

    def _input(self, picture: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Scale a picture to the network's size: ``3 x h x w`` float32 BGR, 0 to 255."""
        height, width = self._size(*picture.shape[:2])
        shrinks = height * width < picture.shape[0] * picture.shape[1]
        interpolation = cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR
        scaled = cv2.resize(picture, (width, height), interpolation=interpolation)
        return np.ascontiguousarray(scaled[:, :, ::-1].transpose(2, 0, 1), dtype=np.float32)


def _grown(corners: NDArray[np.float64], margin: float) -> Box | None:
    """Return the box that a mask covers, which may reach outside the picture.

    None for a box without area.
    """
    left, top, right, bottom = corners.tolist()
    across, down = margin * (right - left), margin * (bottom - top)
    if right - left < _SMALLEST_BOX or bottom - top < _SMALLEST_BOX:
        return None
    return left - across, top - down, right + across, bottom + down
