"""Measure a model by COCO's figures, and by what a person would notice."""

from collections.abc import Iterable
from typing import Any

import cv2
import numpy as np

from model.categories import CATEGORIES
from model.photometry import Picture
from model.training.data.datasets import Record
from model.training.data.subsets import subsets_of
from model.training.detecting.detectors import Array, Detections, Detector, as_served, overlaps
from model.training.measuring.boundaries import boundary_iou, outline_distance
from model.training.measuring.coco_figures import KINDS, CocoFigures, headline
from model.training.measuring.intervals import Interval, average_precisions, photo_draws, ratios

# Mask IoU above which an annotated garment counts as found.
_FOUND = 0.5


def read_photos(records: Iterable[Record]) -> Iterable[tuple[Record, Picture]]:
    """Yield each record with its photo."""
    for record in records:
        picture = cv2.imread(record["file_name"], cv2.IMREAD_COLOR)
        if picture is None:
            raise ValueError(f"{record['file_name']} is not a picture that can be read")
        yield record, picture  # type: ignore[misc]


def draw(polygons: list[Any], height: int, width: int) -> Array:
    """Return the mask [height, width] of a region's outlines."""
    mask = np.zeros((height, width), np.uint8)
    for polygon in polygons:
        cv2.fillPoly(mask, [np.round(np.reshape(polygon, (-1, 2))).astype(np.int32)], (1,))
    return mask.astype(bool)


def truth_masks(record: Record) -> Array:
    """Return the masks [N, height, width] of a record's garments."""
    height, width = record["height"], record["width"]
    masks = [draw(a["segmentation"], height, width) for a in record["annotations"]]
    return np.array(masks, dtype=bool).reshape(-1, height, width)


class Measurement:
    """Collects a model's finds on photos, and sums them up."""

    def __init__(self, served_score: float, *, served_only: bool = False) -> None:
        self.served_score = served_score
        self.served_only = served_only
        self.coco = CocoFigures()
        self.confusion = np.zeros((len(CATEGORIES) + 1, len(CATEGORIES) + 1), int)
        # Of each photo: annotated, found, found with the right category, false.
        self._counts: list[tuple[int, int, int, int]] = []
        # Of each found garment: Boundary IoU, and how far its outline is off.
        self._outlines: list[tuple[float, float]] = []
        # Of each find that is served: its score, and whether it is a garment of its category.
        self.believed: list[tuple[float, bool]] = []

    @property
    def photos(self) -> int:
        """Return the number of photos."""
        return len(self._counts)

    def add(self, record: Record, detections: Detections) -> None:
        """Add the finds on one photo."""
        masks = truth_masks(record)
        if not self.served_only:
            self.coco.add(record, detections)
        served = as_served(detections, self.served_score)
        categories = [a["category_id"] for a in record["annotations"]]
        self._add_as_served(record, masks, categories, served)

    def join(self, other: "Measurement") -> None:
        """Add what another measurement collected on other photos."""
        self.coco.join(other.coco)
        self.confusion += other.confusion
        self._counts += other._counts
        self._outlines += other._outlines
        self.believed += other.believed

    def _add_as_served(
        self, record: Record, masks: Array, categories: list[int], served: Detections
    ) -> None:
        nothing = len(CATEGORIES)
        right = false = 0
        taken: set[int] = set()
        shared = overlaps(served.masks, masks)
        for index in range(len(served)):
            free = [t for t in range(len(masks)) if t not in taken and shared[index, t] > _FOUND]
            category = int(served.categories[index])
            if free:
                best = max(free, key=lambda t: float(shared[index, t]))
                taken.add(best)
                right += category == categories[best]
                self.confusion[categories[best], category] += 1
                pair = served.masks[index], masks[best]
                self._outlines.append((boundary_iou(*pair), outline_distance(*pair)))
                self._believe(served, index, category == categories[best])
            elif not _is_ignored(record, served.masks[index]):
                false += 1
                self.confusion[nothing, category] += 1
                self._believe(served, index, False)
        for index, category in enumerate(categories):
            if index not in taken:
                self.confusion[category, nothing] += 1
        self._counts.append((len(masks), len(taken), right, false))

    def _believe(self, served: Detections, index: int, is_right: bool) -> None:
        self.believed.append((float(served.scores[index]), is_right))

    def summary(self, draws: int = 0) -> dict[str, Any]:
        """Return all figures as shares, 0 to 1.

        With `draws`, also `intervals`: the 95 % interval of each headline figure from so
        many draws of the photos, as `[low, high]`.
        """
        evaluations = {} if self.served_only else {k: self.coco.evaluation(k) for k in KINDS}
        annotated, found, right, false = (int(v) for v in self._table().sum(axis=0))
        summary: dict[str, Any] = {
            "photos": self.photos,
            "garments": annotated,
            **{kind: self.coco.figures(kind, e) for kind, e in evaluations.items()},
            "served": {
                "score": self.served_score,
                "recall": found / max(annotated, 1),
                "category_right": right / max(found, 1),
                "false_per_photo": false / max(self.photos, 1),
                **self._outline_figures(),
            },
        }
        subsets = self._subsets()
        if subsets:
            summary["subsets"] = subsets
        if draws and self.photos:
            summary["intervals"] = self._intervals(evaluations, draws)
        return summary

    def curves(self) -> Array:
        """Return precision [recall 0 to 1 in 101 steps, category] at mask IoU 0.5."""
        return self.coco.curves()

    def _outline_figures(self) -> dict[str, float | None]:
        """Return the mean Boundary IoU and distance of outlines; None where none was found."""
        both = np.array(self._outlines, float).reshape(-1, 2)
        bands, distances = both.mean(axis=0).tolist() if len(both) else (None, None)
        return {"boundary_iou": bands, "outline_distance": distances}

    def _table(self) -> Array:
        return np.array(self._counts, int).reshape(-1, 4)

    def _subsets(self) -> dict[str, Any]:
        """Return the figures of DeepFashion2's subsets, if its facts are known."""
        figures = {}
        for subset in subsets_of(self.coco.truth):
            garments = sum(map(subset.holds, self.coco.truth))
            by_kind = {k: headline(self.coco.evaluation(k, subset.holds)) for k in KINDS}
            figures[subset.name] = {"garments": garments, **by_kind}
        return figures

    def _intervals(self, evaluations: dict[str, Any], draws: int) -> dict[str, Any]:
        weights = photo_draws(self.photos, draws)
        annotated, found, right, false = self._table().T
        values = {
            "recall": ratios(found, annotated, weights),
            "category_right": ratios(right, found, weights),
            "false_per_photo": ratios(false, np.ones_like(false), weights),
        }
        for kind, evaluation in evaluations.items():
            # The same draws for both kinds.
            weights = photo_draws(len(evaluation.params.imgIds), draws)
            values[f"{kind} AP"] = average_precisions(evaluation, weights)
            values[f"{kind} AP50"] = average_precisions(evaluation, weights, 0)
            values[f"{kind} AP75"] = average_precisions(evaluation, weights, 5)
        intervals = {name: Interval.of(found) for name, found in values.items()}
        return {name: [i.low, i.high] for name, i in intervals.items() if not np.isnan(i.low)}


def measure(
    detector: Detector,
    photos: Iterable[tuple[Record, Picture]],
    served_score: float,
    *,
    served_only: bool = False,
) -> Measurement:
    """Run a detector over photos; `served_only` leaves out COCO's figures."""
    measurement = Measurement(served_score, served_only=served_only)
    for record, picture in photos:
        measurement.add(record, detector(picture))
    return measurement


def _is_ignored(record: Record, mask: Array) -> bool:
    height, width = record["height"], record["width"]
    for polygons in record["ignored"]:
        covered = (draw(polygons, height, width) & mask).sum()
        if covered > 0.5 * mask.sum():
            return True
    return False
