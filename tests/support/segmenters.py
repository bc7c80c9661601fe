"""A segmenter whose findings and timing a test controls, for tests of what surrounds it."""

import threading
from dataclasses import replace

import cv2
import numpy as np
from numpy.typing import NDArray

from model.categories import Category, category_by_name
from model.garment import Garment
from tests.support.pictures import TOP, TROUSERS


class ScriptedSegmenter:
    """Finds the same rectangles in every picture, and counts how often it was asked.

    Attributes:
        fingerprint: Of the weights that it pretends to have.
        boxes: Category name and ``(x, y, width, height)`` of what it finds.
        pictures: What it was given.
        gate: While it is closed (``clear``), nothing is answered.
        begun: Released once for each picture that it begins with.
    """

    def __init__(self, *boxes: tuple[str, tuple[int, int, int, int]]) -> None:
        self.fingerprint = "scripted"
        self.boxes = boxes or (
            ("long sleeve top", (20, 10, 60, 70)),
            ("trousers", (25, 80, 50, 100)),
        )
        self.pictures: list[NDArray[np.uint8]] = []
        self.min_scores: list[float | None] = []
        self.gate = threading.Event()
        self.gate.set()
        self.begun = threading.Semaphore(0)
        self.fault: Exception | None = None

    def segment(self, picture: NDArray[np.uint8], min_score: float | None = None) -> list[Garment]:
        """Find the rectangles."""
        self.pictures.append(picture)
        self.min_scores.append(min_score)
        self.begun.release()
        self.gate.wait()
        if self.fault is not None:
            raise self.fault
        return [
            _rectangle(picture, category_by_name(name), box, 0.9 - 0.1 * place)
            for place, (name, box) in enumerate(self.boxes)
        ]


class ColourSegmenter:
    """Finds the tops and trousers of `tests.support.pictures.outfit`, by their colours.

    Attributes:
        fingerprint: Of the weights that it pretends to have.
        pictures: What it was given.
        gate: While it is closed (``clear``), nothing is answered.
        rivals: Other categories that everything is found as.
    """

    def __init__(self) -> None:
        self.fingerprint = "colours"
        self.rivals: tuple[Category, ...] = ()
        self.pictures: list[NDArray[np.uint8]] = []
        self.gate = threading.Event()
        self.gate.set()

    def segment(self, picture: NDArray[np.uint8], min_score: float | None = None) -> list[Garment]:
        """Find what has these colours, tops first, from left to right."""
        self.pictures.append(picture)
        self.gate.wait()
        found: list[Garment] = []
        for name, colour in (("long sleeve top", TOP), ("trousers", TROUSERS)):
            of_colour = (np.abs(picture.astype(int) - colour).max(axis=2) < 40).astype(np.uint8)
            _, _, stats, _ = cv2.connectedComponentsWithStats(of_colour)
            for x, y, width, height, _ in sorted(stats[1:].tolist()):
                box = (int(x), int(y), int(width), int(height))
                garment = _rectangle(picture, category_by_name(name), box, 0.9)
                found.append(replace(garment, rivals=self.rivals))
        return found


def _rectangle(
    picture: NDArray[np.uint8], category: Category, box: tuple[int, int, int, int], score: float
) -> Garment:
    x, y, width, height = box
    mask = np.zeros(picture.shape[:2], dtype=np.bool_)
    mask[y : y + height, x : x + width] = True
    right, bottom = x + width - 1, y + height - 1
    ring = [[x, y], [right, y], [right, bottom], [x, bottom]]
    return Garment(
        category=category,
        score=score,
        box=(float(x), float(y), float(width), float(height)),
        mask=mask,
        polygons=[[[float(a), float(b)] for a, b in ring]],
    )
