"""Conversion of DeepFashion2, as its authors distribute it, to one COCO file.

A split is a folder with `image/000001.jpg` and `annos/000001.json`. The latter
holds `source`, `pair_id` and `item1`, `item2`, ... with `category_id`, `style`,
`bounding_box` (x0, y0, x1, y1), `segmentation` (polygons), `landmarks` (x, y and
visibility), `scale`, `occlusion`, `zoom_in` and `viewpoint`; see
https://github.com/switchablenorms/DeepFashion2.

Conversion writes one line per photo to `TARGET.part` and resumes after its last
line when it is started again; only one photo is held in memory at a time.
"""

import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Any

from PIL import Image, UnidentifiedImageError

from model.categories import CATEGORIES

_KEPT = ("style", "scale", "occlusion", "zoom_in", "viewpoint", "landmarks")
_KNOWN = {category.id for category in CATEGORIES}

# Called with the name of a file and its fault.
Report = Callable[[str, str], None]


def convert(
    source: Path, target: Path, report: Report, step: Callable[[int, int], None] | None = None
) -> int:
    """Convert the split in `source` to the COCO file `target`; return its photos.

    `file_name`s are relative to the target's folder. `step` is called with the number of
    photos done and their total. Broken photos are reported and left out.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(target.name + ".part")
    names = sorted(path.stem for path in (source / "annos").glob("*.json"))
    done = _last_name(part)
    with part.open("a") as lines:
        for number, name in enumerate(names, 1):
            if done is not None and name <= done:
                continue
            record = _record(source, name, target.parent, report)
            lines.write(json.dumps({"name": name, **record}) + "\n")
            if step is not None:
                step(number, len(names))
    draft = target.with_name(target.name + ".new")
    with draft.open("w") as file:
        count = _assemble(part, file)
    draft.replace(target)
    part.unlink()
    return count


def _last_name(part: Path) -> str | None:
    """Return the last photo that was converted, and drop a half-written line."""
    if not part.exists():
        return None
    last, whole = None, 0
    with part.open("rb+") as file:
        for line in file:
            if not line.endswith(b"\n"):
                break
            last, whole = line, whole + len(line)
        file.truncate(whole)
    return None if last is None else str(json.loads(last)["name"])


def _record(source: Path, name: str, home: Path, report: Report) -> dict[str, Any]:
    """Return `image` and `annotations` of one photo; without `image` if it is broken."""
    annotation, picture = source / "annos" / f"{name}.json", source / "image" / f"{name}.jpg"
    try:
        content = json.loads(annotation.read_text())
        with Image.open(picture) as image:
            width, height = image.size
    except FileNotFoundError as error:
        report(str(error.filename), "is missing")
        return {}
    except (OSError, UnidentifiedImageError, Image.DecompressionBombError):
        report(str(picture), "is not a picture that can be read")
        return {}
    except ValueError:
        report(str(annotation), "is not JSON")
        return {}
    if not isinstance(content, dict):
        report(str(annotation), "holds no items")
        return {}
    found = []
    for key, item in sorted(content.items()):
        if not key.startswith("item"):
            continue
        try:
            found.append(_annotation(item, width, height))
        except (KeyError, TypeError, ValueError) as error:
            report(str(annotation), f"{key}: {error}")
    return {
        "image": {
            "file_name": os.path.relpath(picture, home),
            "width": width,
            "height": height,
            "source": content.get("source"),
            "pair_id": content.get("pair_id"),
        },
        "annotations": found,
    }


def _annotation(item: Any, width: int, height: int) -> dict[str, Any]:
    if not item:
        raise ValueError("is empty")
    category = item["category_id"]
    if category not in _KNOWN:
        raise ValueError(f"has the unknown category {category!r}")
    polygons = [
        [float(v) for v in polygon]
        for polygon in item["segmentation"]
        if len(polygon) >= 6 and len(polygon) % 2 == 0
    ]
    if not polygons:
        raise ValueError("has no polygon of three points or more")
    x0, y0, x1, y1 = (float(v) for v in item["bounding_box"])
    x0, x1 = max(0.0, min(x0, x1)), min(float(width), max(x0, x1))
    y0, y1 = max(0.0, min(y0, y1)), min(float(height), max(y0, y1))
    if x1 - x0 < 1 or y1 - y0 < 1:
        raise ValueError("has its box outside the picture")
    return {
        "category_id": category,
        "bbox": [x0, y0, x1 - x0, y1 - y0],
        "segmentation": polygons,
        "area": sum(map(_area, polygons)),
        "iscrowd": 0,
        **{key: item[key] for key in _KEPT if key in item},
    }


def _area(polygon: list[float]) -> float:
    xs, ys = polygon[0::2], polygon[1::2]
    pairs = zip(xs, ys, xs[1:] + xs[:1], ys[1:] + ys[:1], strict=True)
    return abs(sum(x * next_y - next_x * y for x, y, next_x, next_y in pairs)) / 2


def _lines(part: Path) -> Iterator[dict[str, Any]]:
    with part.open() as lines:
        for line in lines:
            record = json.loads(line)
            if "image" in record:
                yield record


def _assemble(part: Path, file: IO[str]) -> int:
    categories = [{"id": c.id, "name": c.name} for c in CATEGORIES]
    file.write('{"categories": ' + json.dumps(categories) + ',\n"images": [')
    count = 0
    for count, record in enumerate(_lines(part), 1):
        file.write(",\n" if count > 1 else "\n")
        file.write(json.dumps({"id": count, **record["image"]}))
    file.write('],\n"annotations": [')
    number = 0
    for image, record in enumerate(_lines(part), 1):
        for annotation in record["annotations"]:
            number += 1
            file.write(",\n" if number > 1 else "\n")
            file.write(json.dumps({"id": number, "image_id": image, **annotation}))
    file.write("]}\n")
    return count
