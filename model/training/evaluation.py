"""Measure a model by COCO's figures, and by what a person would notice."""

import contextlib
import io
from collections.abc import Iterable
from typing import Any

import cv2
import numpy as np
from pycocotools import mask as coco_mask
from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval

from model.categories import CATEGORIES
from model.training.datasets import Record
from model.training.detectors import Array, Detections, Detector, as_served, overlaps
from model.training.photometry import Picture

_AP_NAMES = ("AP", "AP50", "AP75", "APs", "APm", "APl")
_KINDS = {"mask": "segm", "box": "bbox"}
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
        self.photos = 0
        self.annotated = 0
        self.found = 0
        self.right = 0
        self.false = 0
        self.confusion = np.zeros((len(CATEGORIES) + 1, len(CATEGORIES) + 1), int)
        self._truth: list[dict[str, Any]] = []
        self._results: list[dict[str, Any]] = []
        self._images: list[dict[str, Any]] = []

    def add(self, record: Record, detections: Detections) -> None:
        """Add the finds on one photo."""
        self.photos += 1
        masks = truth_masks(record)
        if not self.served_only:
            self._add_for_coco(record, masks, detections)
        served = as_served(detections, self.served_score)
        categories = [a["category_id"] for a in record["annotations"]]
        self._add_as_served(record, masks, categories, served)

    def _add_for_coco(self, record: Record, masks: Array, detections: Detections) -> None:
        number = self.photos
        size = {"height": record["height"], "width": record["width"]}
        self._images.append({"id": number, **size})
        for annotation, mask in zip(record["annotations"], masks, strict=True):
            code = _encode(mask)
            self._truth.append(
                {
                    "id": len(self._truth) + 1,
                    "image_id": number,
                    "category_id": annotation["category_id"] + 1,
                    "segmentation": code,
                    "area": float(coco_mask.area(code)),
                    "bbox": list(annotation["bbox"]),
                    "iscrowd": 0,
                }
            )
        for index in range(len(detections)):
            x0, y0, x1, y1 = (float(v) for v in detections.boxes[index])
            self._results.append(
                {
                    "image_id": number,
                    "category_id": int(detections.categories[index]) + 1,
                    "score": float(detections.scores[index]),
                    "bbox": [x0, y0, x1 - x0, y1 - y0],
                    "segmentation": _encode(detections.masks[index]),
                }
            )

    def _add_as_served(
        self, record: Record, masks: Array, categories: list[int], served: Detections
    ) -> None:
        nothing = len(CATEGORIES)
        self.annotated += len(masks)
        taken: set[int] = set()
        shared = overlaps(served.masks, masks)
        for index in range(len(served)):
            free = [t for t in range(len(masks)) if t not in taken and shared[index, t] > _FOUND]
            category = int(served.categories[index])
            if free:
                best = max(free, key=lambda t: float(shared[index, t]))
                taken.add(best)
                self.found += 1
                self.right += category == categories[best]
                self.confusion[categories[best], category] += 1
            elif not _is_ignored(record, served.masks[index]):
                self.false += 1
                self.confusion[nothing, category] += 1
        for index, category in enumerate(categories):
            if index not in taken:
                self.confusion[category, nothing] += 1

    def summary(self) -> dict[str, Any]:
        """Return all figures as shares, 0 to 1."""
        precision = {} if self.served_only else {k: self._coco(v) for k, v in _KINDS.items()}
        return {
            "photos": self.photos,
            "garments": self.annotated,
            **precision,
            "served": {
                "score": self.served_score,
                "recall": self.found / max(self.annotated, 1),
                "category_right": self.right / max(self.found, 1),
                "false_per_photo": self.false / max(self.photos, 1),
            },
        }

    def curves(self) -> Array:
        """Return precision [recall 0 to 1 in 101 steps, category] at mask IoU 0.5."""
        return np.asarray(self._evaluate("segm").eval["precision"][0, :, :, 0, 2])

    def _evaluate(self, kind: str) -> Any:
        truth = COCO()
        truth.dataset = {
            "images": self._images,
            "annotations": self._truth,
            "categories": [{"id": c.id, "name": c.name} for c in CATEGORIES],
        }
        with contextlib.redirect_stdout(io.StringIO()):
            truth.createIndex()
            results = truth.loadRes(self._results) if self._results else COCO()
            if not self._results:
                results.dataset = {**truth.dataset, "annotations": []}
                results.createIndex()
            evaluation = COCOeval(truth, results, kind)
            evaluation.evaluate()
            evaluation.accumulate()
            evaluation.summarize()
        return evaluation

    def _coco(self, kind: str) -> dict[str, Any]:
        evaluation = self._evaluate(kind)
        precision = evaluation.eval["precision"]  # [IoU, recall, category, area, count]
        per_category = {}
        for index, category in enumerate(CATEGORIES):
            count = sum(t["category_id"] == category.id for t in self._truth)
            if count:
                part = precision[:, :, index, 0, 2]
                per_category[category.name] = {
                    "garments": count,
                    "AP": float(part.mean()),
                    "AP50": float(part[0].mean()),
                    "AP75": float(part[5].mean()),
                }
        figures = {
            # COCO reports -1 for what does not occur.
            name: None if value < 0 else float(value)
            for name, value in zip(_AP_NAMES, evaluation.stats, strict=False)
        }
        return {**figures, "categories": per_category}


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


def _encode(mask: Array) -> Any:
    return coco_mask.encode(np.asfortranarray(mask.astype(np.uint8)))
