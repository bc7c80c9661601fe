"""COCO's figures for finds and annotations that were collected photo by photo."""

import contextlib
import io
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from pycocotools import mask as coco_mask
from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval

from model.categories import CATEGORIES
from model.training.data.datasets import GARMENT_FACTS, Record
from model.training.detecting.detectors import Array, Detections

AP_NAMES = ("AP", "AP50", "AP75", "APs", "APm", "APl")
KINDS = {"mask": "segm", "box": "bbox"}

# Tells of an annotation whether it counts; the others are neither right nor wrong to find.
Chosen = Callable[[Mapping[str, Any]], bool]


# IoU [finds, annotations] by image and category.
_Overlaps = dict[tuple[int, int], Any]


class _Evaluation(COCOeval):  # type: ignore[misc]
    """COCO's evaluation, with annotations that are ignored though they are no crowd.

    What overlaps what is the same in every subset, and takes most of the time, so it is kept.
    """

    def __init__(self, truth: COCO, found: COCO, kind: str, overlaps: _Overlaps) -> None:
        super().__init__(truth, found, KINDS[kind])
        self._overlaps = overlaps

    def computeIoU(self, image: int, category: int) -> Any:  # noqa: N802 (COCO's name)
        """Return the IoU of the finds with the annotations; COCO's evaluation calls this."""
        key = image, category
        if key not in self._overlaps:
            self._overlaps[key] = super().computeIoU(image, category)
        return self._overlaps[key]

    def _prepare(self) -> None:
        super()._prepare()
        for annotations in self._gts.values():
            for annotation in annotations:
                annotation["ignore"] |= annotation["outside"]


class CocoFigures:
    """Annotations and finds in COCO's form, with the data set's own image ids."""

    def __init__(self) -> None:
        self.images: list[dict[str, Any]] = []
        self.truth: list[dict[str, Any]] = []
        self.results: list[dict[str, Any]] = []
        self._overlaps: dict[str, _Overlaps] = {}

    def add(self, record: Record, detections: Detections) -> None:
        """Add what is annotated and found on one photo."""
        self.add_truth(record)
        for index in range(len(detections)):
            x0, y0, x1, y1 = (float(v) for v in detections.boxes[index])
            self.results.append(
                {
                    "image_id": record["image_id"],
                    "category_id": int(detections.categories[index]) + 1,
                    "score": float(detections.scores[index]),
                    "bbox": [x0, y0, x1 - x0, y1 - y0],
                    "segmentation": encoded(detections.masks[index]),
                }
            )

    def add_truth(self, record: Record) -> None:
        """Add what is annotated on one photo."""
        self._overlaps.clear()
        size = {"height": record["height"], "width": record["width"]}
        self.images.append({"id": record["image_id"], **size})
        for annotation in record["annotations"]:
            code = outlined(annotation["segmentation"], record["height"], record["width"])
            self.truth.append(
                {
                    "id": len(self.truth) + 1,
                    "image_id": record["image_id"],
                    "category_id": annotation["category_id"] + 1,
                    "segmentation": code,
                    "area": float(coco_mask.area(code)),
                    "bbox": list(annotation["bbox"]),
                    "iscrowd": 0,
                    **{key: annotation[key] for key in GARMENT_FACTS if key in annotation},
                }
            )

    def join(self, other: "CocoFigures") -> None:
        """Add all that another collection holds, of other photos."""
        self._overlaps.clear()
        self.images += other.images
        for annotation in other.truth:
            self.truth.append({**annotation, "id": len(self.truth) + 1})
        self.results += other.results

    def evaluation(self, kind: str, chosen: Chosen | None = None) -> Any:
        """Return COCO's evaluation of `mask` or `box`.

        With `chosen`, only those annotations count, and only photos that have one: a find
        on any other annotated garment is neither right nor wrong.
        """
        truth = [{**t, "outside": not (chosen is None or chosen(t))} for t in self.truth]
        shown = {t["image_id"] for t in truth if not t["outside"]}
        images = [i for i in self.images if chosen is None or i["id"] in shown]
        ids = {image["id"] for image in images}
        results = [{**r} for r in self.results if r["image_id"] in ids]
        with contextlib.redirect_stdout(io.StringIO()):
            annotated = _indexed(images, [t for t in truth if t["image_id"] in ids])
            found = annotated.loadRes(results) if results else _indexed(images, [])
            kept = self._overlaps.setdefault(kind, {})
            evaluation = _Evaluation(annotated, found, kind, kept)
            evaluation.evaluate()
            evaluation.accumulate()
            evaluation.summarize()
        return evaluation

    def figures(self, kind: str, evaluation: Any | None = None) -> dict[str, Any]:
        """Return AP and its kin, 0 to 1 or None for what does not occur, by category too."""
        evaluation = self.evaluation(kind) if evaluation is None else evaluation
        precision = evaluation.eval["precision"]  # [IoU, recall, category, area, count]
        per_category = {}
        for index, category in enumerate(CATEGORIES):
            count = sum(t["category_id"] == category.id for t in self.truth)
            if count:
                part = precision[:, :, index, 0, 2]
                per_category[category.name] = {
                    "garments": count,
                    "AP": float(part.mean()),
                    "AP50": float(part[0].mean()),
                    "AP75": float(part[5].mean()),
                }
        return {**headline(evaluation), "categories": per_category}

    def curves(self) -> Array:
        """Return precision [recall 0 to 1 in 101 steps, category] at mask IoU 0.5."""
        return np.asarray(self.evaluation("mask").eval["precision"][0, :, :, 0, 2])


def headline(evaluation: Any) -> dict[str, float | None]:
    """Return AP and its kin over all categories, None for what does not occur."""
    return {
        # COCO reports -1 for what does not occur.
        name: None if value < 0 else float(value)
        for name, value in zip(AP_NAMES, evaluation.stats, strict=False)
    }


def outlined(polygons: list[list[float]], height: int, width: int) -> dict[str, Any]:
    """Return the run-length code of outlines, drawn as COCO draws those of annotation files."""
    areas = [np.asarray(polygon, float).tolist() for polygon in polygons if len(polygon) >= 6]
    if not areas:
        return encoded(np.zeros((height, width), bool))
    code = coco_mask.merge(coco_mask.frPyObjects(areas, height, width))
    return {"size": list(code["size"]), "counts": code["counts"].decode()}


def encoded(mask: Array) -> dict[str, Any]:
    """Return the run-length code of a mask [height, width], in the form that JSON takes."""
    code = coco_mask.encode(np.asfortranarray(mask.astype(np.uint8)))
    return {"size": list(code["size"]), "counts": code["counts"].decode()}


def _indexed(images: list[dict[str, Any]], annotations: list[dict[str, Any]]) -> COCO:
    content = COCO()
    content.dataset = {
        "images": images,
        "annotations": annotations,
        "categories": [{"id": c.id, "name": c.name} for c in CATEGORIES],
    }
    content.createIndex()
    return content
