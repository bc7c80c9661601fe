"""Labels for photos that have only tags, made by an earlier model.

A tag says that there is a garment, but not where. A find is kept where a tag agrees
with it; if a tag allows only one category of the kind, the tag decides; finds that fit
no tag, or that are not sure enough, become ignored regions. A photo on which a tagged
garment is not found at all is left out: it would teach that the garment is background.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from model.categories import CATEGORIES, Kind, category_by_name
from model.training.detecting.detectors import Array, Detections, Detector, as_served

_TOPS = {"short sleeve top", "long sleeve top", "vest", "sling"}
_OUTWEAR = {"short sleeve outwear", "long sleeve outwear"}
_DRESSES = {c.name for c in CATEGORIES if c.kind is Kind.DRESS}

_ALLOWED: dict[str, set[str]] = {
    "t-shirt": {"short sleeve top", "long sleeve top"},
    "top": _TOPS,
    "blouse": {"short sleeve top", "long sleeve top"},
    "shirt": {"short sleeve top", "long sleeve top"},
    "sweater": {"long sleeve top"},
    "sweatshirt": {"long sleeve top"},
    "jumper": {"long sleeve top"},
    "hoodie": {"long sleeve top", "long sleeve outwear"},
    "cardigan": {"long sleeve top", "long sleeve outwear"},
    "jacket": _OUTWEAR,
    "coat": _OUTWEAR,
    "blazer": _OUTWEAR,
    "cape": _OUTWEAR,
    "vest": {"vest"},
    "pants": {"trousers"},
    "jeans": {"trousers"},
    "leggings": {"trousers"},
    "shorts": {"shorts"},
    "skirt": {"skirt"},
    "dress": _DRESSES,
}
_UNCLEAR = {"romper", "suit", "bodysuit", "bra", "null"}
_SURE = 0.6
# A tag without a confident find takes the best find above this score.
_PROMPTED = 0.25
# Lower scores count as not found; from here on a find without an agreeing tag is ignored.
DOUBTFUL = 0.12

# Masks on which several views agree less are guesses: only their boxes are learnt.
SURE_MASK = 0.88

DRESSES_BY_EYE = Path(__file__).parents[1] / "labels" / "street_dresses.json"


@dataclass(frozen=True)
class PseudoLabel:
    """A garment (category from 0) or an ignored place (-1) on a photo."""

    category: int
    mask: Array  # [height, width] bool
    rough: bool = False  # the mask is a guess: good for a box, not to learn masks from


def label(
    found: Detections, tags: set[str], dress: str | None
) -> tuple[list[int], list[int]] | None:
    """Choose among the finds by the tags.

    Returns a category (from 0) or -1 for "ignored" for each find that is kept, and
    the finds' indices; `None` if the photo is not to be used. `dress` is the category
    of the photo's dress if somebody has looked.
    """
    wanted = [_ALLOWED[tag] for tag in sorted(tags) if tag in _ALLOWED]
    if not wanted or tags & (_UNCLEAR - {"null"}):
        return None
    allowed = set().union(*wanted)
    names = [_fitting(CATEGORIES[c].name, allowed, dress) for c in found.categories]
    sure = [s >= _SURE and n is not None for s, n in zip(found.scores, names, strict=True)]
    for options in wanted:
        if any(s and n in options for s, n in zip(sure, names, strict=True)):
            continue
        candidates = [
            i for i, n in enumerate(names) if n in options and found.scores[i] >= _PROMPTED
        ]
        if not candidates:
            return None
        sure[candidates[0]] = True
    categories, kept = [], []
    for index, name in enumerate(names):
        if sure[index] and name is not None:
            categories.append(category_by_name(name).id - 1)
            kept.append(index)
        elif found.scores[index] >= DOUBTFUL:
            categories.append(-1)
            kept.append(index)
    return categories, kept


def _fitting(name: str, allowed: set[str], dress: str | None) -> str | None:
    kind = category_by_name(name).kind
    if kind is Kind.DRESS and dress is not None:
        return dress
    if name in allowed:
        return name
    same_kind = {n for n in allowed if category_by_name(n).kind is kind}
    return same_kind.pop() if len(same_kind) == 1 else None


def pseudo_labels(
    folder: Path, detector: Detector, dresses: Path = DRESSES_BY_EYE
) -> Iterator[tuple[str, tuple[int, int], list[PseudoLabel]]]:
    """Yield file name, height and width, and the labels of each usable photo."""
    by_eye: dict[str, str] = {}
    if dresses.exists():
        for name, photos in json.loads(dresses.read_text()).items():
            by_eye.update(dict.fromkeys(photos, name))
    for photo, tags in sorted(json.loads((folder / "tags.json").read_text()).items()):
        path = folder / "photos" / photo
        picture = cv2.imread(str(path), cv2.IMREAD_COLOR)
        if picture is None:
            continue
        found = as_served(detector(np.asarray(picture, np.uint8)), DOUBTFUL)
        chosen = label(found, set(tags), by_eye.get(photo))
        if chosen is None:
            continue
        sure = np.ones(len(found), bool)
        if found.agreement is not None:
            sure = found.agreement >= SURE_MASK
        regions = [
            PseudoLabel(category, found.masks[index], rough=not sure[index])
            for category, index in zip(*chosen, strict=True)
        ]
        yield str(path.resolve()), picture.shape[:2], regions


def write_coco(photos: Iterator[Any], target: Path) -> int:
    """Write what `pseudo_labels` yields as a COCO file; return the number of photos."""
    images: list[Any] = []
    annotations: list[Any] = []
    ignored: list[Any] = []
    for file_name, (height, width), regions in photos:
        number = len(images) + 1
        images.append({"id": number, "file_name": file_name, "height": height, "width": width})
        for region in regions:
            polygons = _outlines(region.mask)
            if not polygons:
                continue
            points = np.concatenate([np.reshape(p, (-1, 2)) for p in polygons])
            low, high = points.min(axis=0), points.max(axis=0)
            entry = {
                "id": len(annotations) + len(ignored) + 1,
                "image_id": number,
                "segmentation": polygons,
                "bbox": [*low.tolist(), *(high - low).tolist()],
                "area": int(region.mask.sum()),
                "iscrowd": 0,
            }
            if region.category < 0:
                ignored.append(entry)
                continue
            entry["category_id"] = region.category + 1
            annotations.append({**entry, "rough": True} if region.rough else entry)
    target.parent.mkdir(parents=True, exist_ok=True)
    content = {
        "categories": [{"id": c.id, "name": c.name} for c in CATEGORIES],
        "images": images,
        "annotations": annotations,
        "ignored_regions": ignored,
    }
    target.write_text(json.dumps(content))
    return len(images)


def _outlines(mask: Array) -> list[list[float]]:
    found, _ = cv2.findContours(mask.astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_TC89_L1)
    smallest = 0.02 * float(mask.sum())
    return [
        outline.reshape(-1).astype(float).tolist()
        for outline in found
        if len(outline) > 3 and cv2.contourArea(outline) > smallest
    ]
