"""Garments to learn from, each with the name of what it is and of its style.

Of a garment that was photographed once, the changed views are all there is to learn from. Of a
product with several photos, the other photos show what no program draws: its back, its folds, on
another person.
"""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import cv2
import numpy as np

from model.categories import CATEGORIES
from model.garment import Garment
from model.photometry import Picture
from model.segmenter import Segmenter
from model.training.data.datasets import Record, style_of
from model.training.embedding.sightings import GROUPS, Sighting, grouped_sightings
from model.training.measuring.evaluation import draw

# Mask IoU from which a find is the annotated garment.
_FITS: Final = 0.5


@dataclass(frozen=True)
class Lesson:
    """A garment on a photo.

    Attributes:
        sighting: Where it is; its `garment` is the same for the same thing on other photos.
        style: The same for one style in several colours.
        found: It is outlined as the segmenter finds it, not as it was annotated.
    """

    sighting: Sighting
    style: str
    found: bool = False


def is_put_aside(style: str) -> bool:
    """Return whether a product's style is never learnt from: one of two, by its name.

    The benchmark of the order of offers reports the same ones as "held out".
    """
    return hashlib.sha256(style.encode()).digest()[0] % 2 == 1


def lessons_of(records: Iterable[Record]) -> Iterator[Lesson]:
    """Yield the annotated garments of photos.

    One that is alone on a photo named `STYLE-colour_view.jpg` is that product. The views of a
    style in a `groups.json` beside the photos' folder are one product; every other garment is one
    for itself.
    """
    grouped: dict[Path, dict[tuple[str, tuple[float, ...]], Sighting]] = {}
    for record in records:
        path = Path(record["file_name"])
        source = path.parent.parent
        if source not in grouped:
            there = grouped_sightings(source) if (source / GROUPS).exists() else ()
            grouped[source] = {(each.file_name, each.box): each for each in there}
        named = len(record["annotations"]) == 1 and _is_product(path)
        for number, annotation in enumerate(record["annotations"]):
            x, y, width, height = (float(v) for v in annotation["bbox"])
            box = (x, y, width, height)
            name = _product(path) if named else f"{path.stem}/{annotation['category_id']}/{number}"
            style = style_of(path.name) if named else name
            view = grouped[source].get((record["file_name"], box))
            if view is not None:
                name = style = view.garment
            yield Lesson(
                Sighting(
                    file_name=record["file_name"],
                    box=box,
                    polygons=tuple(annotation["segmentation"]),
                    garment=f"{source.name}/{name}",
                    category=annotation["category_id"],
                    side=path.stem,
                ),
                f"{source.name}/{style}",
            )


def found_again(lessons: Sequence[Lesson], segmenter: Segmenter) -> Iterator[Lesson]:
    """Yield those of the annotated garments that the segmenter finds, outlined by it."""
    by_photo: dict[str, list[Lesson]] = {}
    for lesson in lessons:
        by_photo.setdefault(lesson.sighting.file_name, []).append(lesson)
    for file_name, those in by_photo.items():
        rgb = read_rgb(file_name)
        finds = segmenter.segment(rgb)
        for lesson in those:
            mask = draw(list(lesson.sighting.polygons), *rgb.shape[:2]) > 0
            for find in finds:
                shared = np.count_nonzero(find.mask & mask)
                if shared > _FITS * np.count_nonzero(find.mask | mask):
                    yield _outlined(lesson, find)
                    break


def other_photos(lessons: Sequence[Lesson], segmenter: Segmenter) -> Iterator[Lesson]:
    """Yield products on photos that nobody annotated, beside those that somebody did.

    That is the largest find of the product's kind; without one, the photo is left out.
    """
    products = {
        (Path(lesson.sighting.file_name).parent, lesson.sighting.garment): lesson
        for lesson in lessons
        if _is_product(Path(lesson.sighting.file_name)) and not lesson.found
    }
    known = {lesson.sighting.file_name for lesson in lessons}
    for folder in sorted({folder for folder, _ in products}):
        for path in sorted(folder.glob("*.jpg")):
            lesson = products.get((folder, f"{folder.parent.name}/{_product(path)}"))
            if lesson is None or str(path) in known:
                continue
            kind = CATEGORIES[lesson.sighting.category].kind
            finds = segmenter.segment(read_rgb(str(path)))
            of_kind = [find for find in finds if find.category.kind == kind]
            if of_kind:
                largest = max(of_kind, key=lambda find: np.count_nonzero(find.mask))
                there = replace(lesson.sighting, file_name=str(path), side=path.stem)
                yield _outlined(replace(lesson, sighting=there), largest)


def read_rgb(file_name: str) -> Picture:
    """Read a photo, uint8 RGB [H, W, 3].

    Raises:
        ValueError: It cannot be read.
    """
    picture = cv2.imread(file_name, cv2.IMREAD_COLOR)
    if picture is None:
        raise ValueError(f"{file_name} is not a picture that can be read")
    return np.ascontiguousarray(picture[:, :, ::-1]).astype(np.uint8)


def _outlined(lesson: Lesson, find: Garment) -> Lesson:
    rings = tuple([value for point in ring for value in point] for ring in find.polygons)
    return replace(
        lesson, sighting=replace(lesson.sighting, box=find.box, polygons=rings), found=True
    )


def _is_product(path: Path) -> bool:
    return "-" in path.stem and "_" in path.stem.rpartition("-")[2]


def _product(path: Path) -> str:
    return path.stem.rpartition("_")[0]
