"""The photos that the test is made on, and where their garments truly are."""

import io
import json
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from model.categories import CATEGORIES, Kind, category_by_id

Mask = NDArray[np.bool_]
# As COCO has it.
Annotation = dict[str, Any]
# (x, y) along the outline of the suit in skimage's picture of an astronaut, collar and all.
_SUIT = """116 192 100 213 64 246 45 285 30 355 21 432 26 480 44 512 278 512 281 455 296 415 322 384
361 353 355 300 340 262 300 236 303 226 290 205 262 180 232 188 190 178 176 150 140 158 120 178"""


@dataclass(frozen=True)
class Subject:
    """One photo with the garments that have to be found on it.

    Attributes:
        name: For messages and file names.
        photo: The file's bytes, JPEG.
        masks: What has to be found, by what to call it; each ``H x W``.
    """

    name: str
    photo: bytes
    masks: dict[str, Mask]


def street_subjects(data_dir: Path) -> list[Subject]:
    """Return all photos of the validation set that have an upper garment and a bottom.

    The bottom is the largest trousers or skirt. The upper garment is the outermost one: the
    largest outwear; where there is none, the largest top; where there is none, the largest
    dress (what lies under a coat is mostly hidden by it). Photos are taken in the order of
    their ids, whatever the model makes of them.
    """
    folder = data_dir / "street"
    labels = json.loads((folder / "val.json").read_text(encoding="utf-8"))
    garments = defaultdict(list)
    for annotation in labels["annotations"]:
        garments[annotation["image_id"]].append(annotation)
    subjects: list[Subject] = []
    for image in sorted(labels["images"], key=lambda image: int(image["id"])):
        found = garments[image["id"]]
        bottom = _largest(found, {"trousers", "skirt"})
        upper = (
            _largest(found, _names(Kind.OUTWEAR))
            or _largest(found, _names(Kind.TOP))
            or _largest(found, _names(Kind.DRESS))
        )
        if bottom is None or upper is None:
            continue
        size = image["height"], image["width"]
        masks = {
            f"{category_by_id(garment['category_id']).name} ({role})": _mask(garment, size)
            for garment, role in ((upper, "outermost upper garment"), (bottom, "bottom"))
        }
        path = folder / image["file_name"]
        subjects.append(Subject(f"street-{image['id']:04}", path.read_bytes(), masks))
    return subjects


def astronaut() -> Subject:
    """Return the one photo of a person that a package ships, for machines without the data."""
    from skimage import data  # noqa: PLC0415 - slow, and only needed here

    pixels = np.asarray(data.astronaut())  # type: ignore[no-untyped-call]
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "JPEG", quality=95)
    outline = np.array(_SUIT.split(), dtype=np.int32).reshape(-1, 2)
    mask = np.zeros(pixels.shape[:2], np.uint8)
    cv2.fillPoly(mask, [outline], 1)
    return Subject("astronaut", buffer.getvalue(), {"suit": mask.astype(bool)})


def iou(one: Mask, other: Mask) -> float:
    """Return intersection over union."""
    union = int(np.count_nonzero(one | other))
    return int(np.count_nonzero(one & other)) / union if union else 0.0


def _names(kind: Kind) -> set[str]:
    return {category.name for category in CATEGORIES if category.kind == kind}


def _largest(annotations: list[Annotation], names: set[str]) -> Annotation | None:
    fitting = [a for a in annotations if category_by_id(a["category_id"]).name in names]
    return max(fitting, key=lambda annotation: float(annotation["area"]), default=None)


def _mask(annotation: Annotation, size: tuple[int, int]) -> Mask:
    mask = np.zeros(size, np.uint8)
    for ring in annotation["segmentation"]:
        cv2.fillPoly(mask, [np.array(ring).reshape(-1, 2).round().astype(np.int32)], 1)
    return mask.astype(bool)
