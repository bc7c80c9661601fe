"""How often a model shows a garment on pictures that have none."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import cv2
import numpy as np

from model.categories import CATEGORIES
from model.garment import Garment
from model.photometry import Picture
from model.second_look import SecondLook
from model.training.data.datasets import Record
from model.training.detecting.detectors import Detections, Detector, as_served
from model.training.measuring.drawn_garments import draw_garments

# A score that a person takes for certain.
SURE = 0.7
# Pixels: the longer side of a picture on the contact sheet, and pictures in a row.
_THUMBNAIL = 240
_COLUMNS = 6


@dataclass
class FalseAlarms:
    """What was found on pictures that show no garment."""

    pictures: int = 0
    # The best score of each picture that shows something, by file name.
    best: dict[str, float] = field(default_factory=dict)
    # The same pictures with what was found drawn on them.
    drawn: dict[str, Picture] = field(default_factory=dict)

    def share(self, score: float) -> float:
        """Return the share of pictures, 0 to 1, that show a garment of at least `score`."""
        return sum(best >= score for best in self.best.values()) / max(self.pictures, 1)

    def sheet(self) -> Picture:
        """Return a contact sheet of the pictures that show something, surest first."""
        ordered = sorted(self.best, key=lambda name: -self.best[name])
        cells = [_cell(self.drawn[name]) for name in ordered]
        cells += [_cell(np.zeros((1, 1, 3), np.uint8))] * (-len(cells) % _COLUMNS or 0)
        rows = [np.hstack(cells[i : i + _COLUMNS]) for i in range(0, len(cells), _COLUMNS)]
        return np.vstack(rows) if rows else np.zeros((1, 1, 3), np.uint8)


def count_false_alarms(
    detector: Detector, photos: Iterable[tuple[Record, Picture]], served_score: float
) -> FalseAlarms:
    """Run a detector over pictures without garments.

    Raises:
        ValueError: A picture is annotated with a garment.
    """
    result = FalseAlarms()
    for record, picture in photos:
        if record["annotations"]:
            raise ValueError(f"{record['file_name']} is annotated with a garment")
        result.pictures += 1
        found = as_served(detector(picture), served_score)
        if len(found):
            name = Path(record["file_name"]).name
            result.best[name] = float(found.scores.max())
            result.drawn[name] = draw_garments(picture, found)
    return result


def as_a_server(detector: Detector, second_look: SecondLook, served_score: float) -> Detector:
    """Return a detector that finds what is shown after a second look."""

    def detect(picture: Picture) -> Detections:
        found = as_served(detector(picture), served_score)
        finds = [
            Garment(CATEGORIES[category], float(score), (x0, y0, x1 - x0, y1 - y0), mask, [])
            for category, score, (x0, y0, x1, y1), mask in zip(
                found.categories, found.scores, found.boxes, found.masks, strict=True
            )
        ]
        shown = second_look.revised(picture, finds)
        boxes = [(x, y, x + width, y + height) for x, y, width, height in (g.box for g in shown)]
        return Detections(
            np.array(boxes, float).reshape(-1, 4),
            np.array([garment.score for garment in shown], float),
            np.array([garment.category.id - 1 for garment in shown], int),
            np.array([garment.mask for garment in shown], bool).reshape(-1, *picture.shape[:2]),
        )

    return detect


def _cell(picture: Picture) -> Picture:
    cell = np.full((_THUMBNAIL, _THUMBNAIL, 3), 255, np.uint8)
    height, width = picture.shape[:2]
    factor = _THUMBNAIL / max(height, width)
    size = (max(1, round(width * factor)), max(1, round(height * factor)))
    small = cv2.resize(picture, size, interpolation=cv2.INTER_AREA)
    cell[: size[1], : size[0]] = small
    return cell
