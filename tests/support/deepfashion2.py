"""A split of DeepFashion2, drawn, in its authors' format."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from model.categories import category_by_id
from model.training.conversion.deepfashion2 import convert

WIDTH, HEIGHT = 120, 180

# Category, style, and left, top, right, bottom.
Item = tuple[int, int, tuple[int, int, int, int]]


def cloth(pair: int, style: int, width: int, height: int) -> Any:
    """Draw the cloth that belongs to a pair and a style: stripes of its own colours."""
    random = np.random.default_rng([pair, style])
    colours = random.integers(0, 200, (2, 3))
    step = int(random.integers(3, 12))
    stripes = (np.arange(height) // step) % 2
    return np.repeat(colours[stripes][:, None], width, axis=1).astype(np.uint8)


def write_photo(
    split: Path, number: int, source: str, pair: int, items: Iterable[Item], **facts: int
) -> None:
    """Write a photo and its annotation; items of style 0 get a cloth of their own."""
    (split / "image").mkdir(parents=True, exist_ok=True)
    (split / "annos").mkdir(exist_ok=True)
    picture = np.full((HEIGHT, WIDTH, 3), 255 if source == "shop" else 190, np.uint8)
    content: dict[str, Any] = {"source": source, "pair_id": pair}
    for index, (category, style, (left, top, right, bottom)) in enumerate(items, 1):
        own = style or 1000 + number
        picture[top:bottom, left:right] = cloth(pair, own, right - left, bottom - top)
        content[f"item{index}"] = {
            "category_id": category,
            "category_name": category_by_id(category).name,
            "style": style,
            "bounding_box": [left, top, right, bottom],
            "segmentation": [[left, top, right, top, right, bottom, left, bottom]],
            "landmarks": [left, top, 2],
            "scale": 2,
            "occlusion": 1,
            "zoom_in": 1,
            "viewpoint": 2,
            **facts,
        }
    cv2.imwrite(str(split / "image" / f"{number:06}.jpg"), picture)
    (split / "annos" / f"{number:06}.json").write_text(json.dumps(content))


def convert_made(split: Path) -> Path:
    """Convert a split without faults; return the file of annotations."""
    target = split / "data" / "deepfashion2" / "validation.json"

    def fail(name: str, fault: str) -> None:
        raise AssertionError(f"{name} {fault}")

    convert(split, target, fail)
    return target
