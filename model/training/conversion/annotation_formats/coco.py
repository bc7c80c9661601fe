"""COCO's files, from any program: categories are taken by their names.

`where-to-buy corrections export` writes one, with photos beside it; so do CVAT and others.
Beyond COCO, `ignored_regions`, `rough` and `partial` are read as this project's own files have
them: regions that are neither garment nor background, outlines that are only boxes, and photos
with garments that nobody outlined. A photo with `not_garments`, boxes of what a person put away, is
kept even if nothing is left on it.
"""

from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pycocotools import mask as coco_mask

from model.training.conversion.annotation_formats.photo import (
    AnnotatedPhoto,
    AnnotationsError,
    Outline,
    Report,
    Shape,
    outlines_of,
    rectangle,
)


def is_coco(content: Any) -> bool:
    """Tell whether the content of a JSON file is COCO's."""
    return isinstance(content, dict) and "images" in content and "annotations" in content


def read_coco(
    path: Path, content: dict[str, Any], photos: Path | None, report: Report
) -> Iterator[AnnotatedPhoto]:
    """Read a COCO file; names of photos are relative to `photos`, or to the file's folder.

    Raises:
        AnnotationsError: It lacks what a COCO file has.
    """
    try:
        names = {entry["id"]: str(entry["name"]) for entry in content.get("categories", [])}
        annotations: dict[Any, list[Any]] = defaultdict(list)
        for annotation in content["annotations"]:
            annotations[annotation["image_id"]].append(annotation)
        for region in content.get("ignored_regions", []):
            annotations[region["image_id"]].append({**region, "ignore": 1})
        for image in content["images"]:
            photo = AnnotatedPhoto(
                (photos or path.parent) / image["file_name"],
                int(image["width"]),
                int(image["height"]),
                partial=bool(image.get("partial", False)),
                reviewed=bool(image.get("not_garments")),
            )
            for annotation in annotations[image["id"]]:
                shape = _shape(annotation, names, photo, report)
                if shape is not None:
                    photo.shapes.append(shape)
            yield photo
    except (KeyError, TypeError, AttributeError) as error:
        raise AnnotationsError(
            f"{path} is not COCO's format: {error!r} is missing or of another kind.",
            hint="See https://cocodataset.org/#format-data.",
        ) from error


def _shape(
    annotation: dict[str, Any], names: dict[Any, str], photo: AnnotatedPhoto, report: Report
) -> Shape | None:
    ignored = bool(annotation.get("ignore"))
    category = annotation.get("category_id")
    label = "" if ignored else names.get(category, f"category {category}")
    segmentation = annotation.get("segmentation")
    outlines: list[Outline] = []
    if isinstance(segmentation, list):
        outlines = [[float(v) for v in outline] for outline in segmentation]
    elif isinstance(segmentation, dict):
        code = segmentation
        if isinstance(code["counts"], list):
            code = coco_mask.frPyObjects(code, *code["size"])
        outlines = outlines_of(coco_mask.decode(code))
    rough = bool(annotation.get("rough", False))
    if not outlines:
        if not annotation.get("bbox"):
            report(photo.path.name, "a garment has neither outline nor box")
            return None
        x, y, width, height = (float(v) for v in annotation["bbox"])
        outlines, rough = [rectangle(x, y, x + width, y + height)], True
    return Shape(label, outlines, rough=rough, ignored=ignored)
