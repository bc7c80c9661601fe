"""Photos of one lying or hanging garment (clothing-dataset, CC0), as records.

The data set has a shop's label and a mask. Labels that say nothing about the sleeve
are sorted by eye in `labels/single.json`; photos that nobody sorted are left out.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from model.categories import category_by_name

_CATEGORY_OF_LABEL = {
    "T-Shirt": "short sleeve top",
    "Polo": "short sleeve top",
    "Longsleeve": "long sleeve top",
    "Hoodie": "long sleeve top",
    "Undershirt": "vest",
    "Outwear": "long sleeve outwear",
    "Blazer": "long sleeve outwear",
    "Shorts": "shorts",
    "Pants": "trousers",
    "Skirt": "skirt",
}

# `{category name: [photo id, ...]}`; the name "" leaves a photo out.
SORTED_BY_EYE = Path(__file__).parents[1] / "labels" / "single.json"


def load_single(folder: Path, sorted_by_eye: Path = SORTED_BY_EYE) -> Iterator[dict[str, Any]]:
    """Yield a record for each photo with a known category and a usable mask."""
    by_eye: dict[str, str] = {}
    if sorted_by_eye.exists():
        for name, photos in json.loads(sorted_by_eye.read_text()).items():
            by_eye.update(dict.fromkeys(photos, name))
    for number, entry in enumerate(json.loads((folder / "index.json").read_text())):
        photo = entry["image"]
        name = by_eye.get(photo, _CATEGORY_OF_LABEL.get(entry["label"], ""))
        if not name:
            continue
        path = folder / "masks" / f"{photo}.png"
        mask = cv2.imread(str(path), cv2.IMREAD_GRAYSCALE) if path.exists() else None
        if mask is None:
            continue
        polygons = _outlines(mask)
        if not polygons:
            continue
        points = np.concatenate([np.reshape(p, (-1, 2)) for p in polygons])
        x0, y0 = points.min(axis=0)
        x1, y1 = points.max(axis=0)
        yield {
            "file_name": str(folder / "images" / f"{photo}.jpg"),
            "height": mask.shape[0],
            "width": mask.shape[1],
            "image_id": number,
            "annotations": [
                {
                    "bbox": [float(x0), float(y0), float(x1 - x0), float(y1 - y0)],
                    "bbox_mode": 1,  # BoxMode.XYWH_ABS
                    "segmentation": polygons,
                    "category_id": category_by_name(name).id - 1,
                    "iscrowd": 0,
                }
            ],
            "ignored": [],
        }


def _outlines(mask: np.ndarray[Any, Any]) -> list[list[float]]:
    """Return the outlines of a mask's larger parts as flat x, y lists."""
    found, _ = cv2.findContours(
        (mask > 0).astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_TC89_L1
    )
    areas = [cv2.contourArea(outline) for outline in found]
    smallest = 0.02 * mask.size
    return [
        outline.reshape(-1).astype(float).tolist()
        for outline, area in zip(found, areas, strict=True)
        if area > smallest and len(outline) > 3
    ]
