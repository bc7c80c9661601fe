"""Annotations from other programs, written as a file that training reads."""

import json
import math
import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError

from model.categories import CATEGORIES, GARMENTS
from model.training.conversion.annotation_formats.coco import is_coco, read_coco
from model.training.conversion.annotation_formats.cvat import read_cvat
from model.training.conversion.annotation_formats.labelme import is_labelme, read_labelme
from model.training.conversion.annotation_formats.photo import (
    AnnotatedPhoto,
    AnnotationsError,
    Outline,
    Report,
    Shape,
)
from model.training.data.datasets import wearables_file

# What a label is mapped to that says: neither garment nor background.
IGNORE = "ignore"
_UPRIGHT = "upright"
_ORIENTATION = 0x0112
# Pixels; a smaller outline is a slip of the mouse.
_LEAST_AREA = 9.0
_IDS = {category.name: category.id for category in CATEGORIES}


@dataclass
class Imported:
    """What became of annotations."""

    photos: int = 0
    garments: int = 0
    # Photos without any shape, left out unless they were wanted.
    empty: int = 0
    by_category: dict[str, int] = field(default_factory=dict)


def read_annotations(source: Path, photos: Path | None, report: Report) -> list[AnnotatedPhoto]:
    """Read annotations of whatever format, recognised by what is in them.

    Args:
        source: A folder of labelme's files, CVAT's `annotations.xml`, a folder with one, or a
            COCO file.
        photos: Where the photos are, if not where the format says.
        report: Called with each file that something is wrong with.

    Raises:
        AnnotationsError: They are in none of these formats.
    """
    if source.is_dir() and (source / "annotations.xml").exists():
        source /= "annotations.xml"
    if source.is_dir():
        found = list(read_labelme(source, report))
    elif source.suffix.lower() == ".xml":
        found = list(read_cvat(source, photos, report))
    else:
        found = _read_json(source, photos, report)
    if not found:
        raise AnnotationsError(
            f"{source} holds no annotations that can be read.",
            hint="Name a folder of labelme's files, CVAT's annotations.xml or a COCO file.",
        )
    return found


def _read_json(source: Path, photos: Path | None, report: Report) -> list[AnnotatedPhoto]:
    try:
        content = json.loads(source.read_bytes())
    except ValueError as error:
        raise AnnotationsError(
            f"{source} is not JSON: {error}.",
            hint="Unpack a ZIP file first, and name the annotations.xml or COCO file in it.",
        ) from error
    if is_labelme(content):
        raise AnnotationsError(
            f"{source} is of one photo.", hint=f"Name its folder: {source.parent}."
        )
    return list(read_coco(source, content, photos, report)) if is_coco(content) else []


def categories_of(labels: Iterable[str], mapping: Mapping[str, str]) -> dict[str, int | None]:
    """Return the category id of each label; 0 for what is ignored, None for what is left out.

    Raises:
        AnnotationsError: A label is no category and is not mapped to one.
    """
    labels = set(labels)
    names = {label: mapping.get(label, label) for label in labels}
    unknown = sorted(n for n, name in names.items() if name not in {*_IDS, IGNORE, ""})
    if unknown:
        listed = ", ".join(map(repr, unknown))
        raise AnnotationsError(
            f"No category is called {listed}.",
            hint=f"Say what each is, with --map '{unknown[0]}=CATEGORY', --map "
            f"'{unknown[0]}={IGNORE}' for what is neither garment nor background, or --map "
            f"'{unknown[0]}=' to leave it out. Categories: {', '.join(_IDS)}.",
        )
    special: dict[str, int | None] = {IGNORE: 0, "": None}
    return {label: special.get(name, _IDS.get(name)) for label, name in names.items()}


def write_training_file(
    photos: Iterable[AnnotatedPhoto],
    target: Path,
    categories: Mapping[str, int | None],
    report: Report,
    *,
    keep_empty: bool = False,
    partial: bool = False,
) -> Imported:
    """Write a COCO file whose `file_name`s are relative to its folder.

    Shoes, bags and so on go into `wearables_NAME` beside it, where a network of garments alone does
    not meet them. Photos stay where they are. Of one that says it has to be turned (EXIF), an
    upright copy without that note is put beside the target, because programs disagree on turning.

    Args:
        photos: What was read.
        target: The file, `SOURCE/train.json` in the folder of data.
        categories: What `categories_of` returns.
        report: Called with each file that something is wrong with.
        keep_empty: Take photos without any shape as photos that show no garment.
        partial: There are garments on the photos that nobody outlined.
    """
    content: dict[str, list[Any]] = {"images": [], "annotations": [], "ignored_regions": []}
    worn: list[Any] = []
    imported = Imported()
    for photo in photos:
        if not (photo.shapes or photo.reviewed or keep_empty):
            imported.empty += 1
            continue
        path = _checked(photo, target.parent, report)
        if path is None:
            continue
        imported.photos += 1
        number = imported.photos
        content["images"].append(
            {
                "id": number,
                "file_name": os.path.relpath(path, target.parent),
                "width": photo.width,
                "height": photo.height,
                **({"partial": True} if partial or photo.partial else {}),
            }
        )
        for shape in _joined(photo.shapes):
            category = 0 if shape.ignored else categories[shape.label]
            if category is None:
                continue
            outlines = list(_sound(shape.outlines, photo, report))
            if not outlines:
                continue
            if category == 0:
                region = {"id": len(content["ignored_regions"]) + 1, "image_id": number}
                content["ignored_regions"].append({**region, "segmentation": outlines})
                continue
            rows = content["annotations"] if category <= len(GARMENTS) else worn
            annotation = {"id": len(rows) + 1, "image_id": number, "category_id": category}
            rows.append({**annotation, **_measured(outlines, rough=shape.rough)})
            name = CATEGORIES[category - 1].name
            imported.by_category[name] = imported.by_category.get(name, 0) + 1
    imported.garments = len(content["annotations"]) + len(worn)
    if not imported.photos:
        raise AnnotationsError(
            "No photo is left, and nothing was written.",
            hint="The lines above say why; --photos says where the photos are.",
        )
    _write(target, content)
    if worn:
        _write(wearables_file(target), {"images": content["images"], "annotations": worn})
    return imported


def _write(target: Path, content: Mapping[str, Any]) -> None:
    """Write a COCO file; it is there when it is complete."""
    target.parent.mkdir(parents=True, exist_ok=True)
    named = [{"id": category.id, "name": category.name} for category in CATEGORIES]
    draft = target.with_name(target.name + ".new")
    draft.write_text(json.dumps({"categories": named, **content}, allow_nan=False) + "\n")
    draft.replace(target)


def _checked(photo: AnnotatedPhoto, home: Path, report: Report) -> Path | None:
    """Return the photo's file, or its upright copy; None if it cannot be used."""
    try:
        with Image.open(photo.path) as image:
            turned = image.getexif().get(_ORIENTATION, 1) != 1
            upright = ImageOps.exif_transpose(image)
            upright.load()
            stored = image.size
    except FileNotFoundError:
        report(str(photo.path), "is missing")
        return None
    except (OSError, ValueError, UnidentifiedImageError, Image.DecompressionBombError) as error:
        report(str(photo.path), f"is not a picture that can be read: {error}")
        return None
    size = photo.width, photo.height
    if size == (0, 0):
        size = photo.width, photo.height = upright.size
    if size not in (upright.size, stored):
        report(
            str(photo.path),
            f"has {upright.size[0]} x {upright.size[1]} pixels, the annotations are of "
            f"{size[0]} x {size[1]}",
        )
        return None
    if not turned:
        return photo.path
    # Where both sizes are the same the annotations are of what people see.
    with Image.open(photo.path) as image:
        shown = upright if size == upright.size else image
        copy = home / _UPRIGHT / f"{photo.path.stem}-{_digest(photo.path)}.jpg"
        copy.parent.mkdir(parents=True, exist_ok=True)
        pixels = Image.fromarray(np.asarray(shown.convert("RGB")))
        pixels.save(copy, "JPEG", quality=95)
    return copy


def _digest(path: Path) -> str:
    """Return digits that tell photos of one name in different folders apart."""
    return f"{sum(ord(c) * 31**n for n, c in enumerate(str(path.parent))) % 16**6:06x}"


def _joined(shapes: Iterable[Shape]) -> Iterator[Shape]:
    """Yield garments: shapes of one label and one group are one."""
    groups: dict[tuple[str, str], Shape] = {}
    alone = []
    for shape in shapes:
        if shape.group is None:
            alone.append(shape)
            continue
        whole = groups.setdefault((shape.label, shape.group), Shape(shape.label, []))
        whole.outlines += shape.outlines
        whole.rough |= shape.rough
    yield from alone
    yield from groups.values()


def _sound(outlines: Iterable[Outline], photo: AnnotatedPhoto, report: Report) -> Iterator[Outline]:
    """Yield outlines cut off at the picture's edges, without those that outline nothing."""
    for outline in outlines:
        if len(outline) < 6 or len(outline) % 2 or not all(map(math.isfinite, outline)):
            report(str(photo.path), "an outline has fewer than three points")
            continue
        points = np.reshape(outline, (-1, 2)).clip(0, (photo.width, photo.height))
        if cv2.contourArea(points.astype(np.float32)) < _LEAST_AREA:
            report(str(photo.path), "an outline is empty, or outside the picture")
            continue
        yield points.round(2).reshape(-1).tolist()


def _measured(outlines: list[Outline], *, rough: bool) -> dict[str, Any]:
    points = np.concatenate([np.reshape(outline, (-1, 2)) for outline in outlines])
    (left, top), (right, bottom) = points.min(axis=0).tolist(), points.max(axis=0).tolist()
    areas = [cv2.contourArea(np.reshape(o, (-1, 2)).astype(np.float32)) for o in outlines]
    return {
        "segmentation": outlines,
        "bbox": [left, top, right - left, bottom - top],
        "area": float(sum(areas)),
        "iscrowd": 0,
        **({"rough": True} if rough else {}),
    }
