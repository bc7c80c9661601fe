"""Folders of labelled photos, registered with Detectron2 by name.

A data folder holds one folder per source. Each COCO-style annotation file
`SOURCE/SPLIT.json` becomes the data set `SOURCE_SPLIT`; its `file_name`s are
relative to `SOURCE`. `SOURCE_SPLIT@kept` and `SOURCE_SPLIT@held_out` are the
same file without and with only the styles that are never trained on;
`SOURCE_SPLIT@fit` and `SOURCE_SPLIT@choosing` are its photos by the rules of `parts.py`.
`SOURCE_SPLIT+wearables`, with the same parts, has the shoes, bags and so on of
`SOURCE/wearables_SPLIT.json` too; in the others they are not labelled.
`single/index.json` (photos of one garment with a mask each) becomes
`single_index`, with `@fit` and `@choosing`. A folder `SOURCE/` of pictures without any
annotation file becomes `SOURCE_photos`: pictures that show no garment, with `@fit`,
`@choosing`, `@held_out`.
"""

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

from detectron2.data import DatasetCatalog, MetadataCatalog
from detectron2.structures import BoxMode

from model.categories import CATEGORIES, GARMENTS
from model.training.data.coco_file import as_coco, compact, entries
from model.training.data.empty import is_empty_folder, load_empty
from model.training.data.parts import empty_part, labelled_part
from model.training.data.single import load_single

# One photo: `file_name`, `height`, `width`, `image_id`, `annotations` as in
# Detectron2's own format (category_id counts from 0), and `ignored`, a list of
# regions (each a list of polygons) that are neither garment nor background; with the
# facts below where the file has them. On a `partial` photo only some garments are labelled.
Record = dict[str, Any]

# What DeepFashion2 says of a photo and of a garment beyond its outline; kept where a file has it.
PHOTO_FACTS = ("source", "pair_id", "partial")
GARMENT_FACTS = ("style", "scale", "occlusion", "zoom_in", "viewpoint")

# One in this many styles is kept out of training.
HELD_OUT_SHARE = 5
# Suffix of data sets that label everything a person wears, not only garments.
WITH_WEARABLES = "+wearables"


def style_of(file_name: str) -> str:
    """Return the style that a product photo shows, the same for all of its colours."""
    return Path(file_name).name.split("-")[0]


def is_held_out(file_name: str) -> bool:
    """Return whether the photo's style is kept out of training."""
    digest = hashlib.sha256(style_of(file_name).encode()).digest()
    return digest[0] % HELD_OUT_SHARE == 0


def load_coco(path: Path) -> list[Record]:
    """Read a COCO annotation file with the category ids of `model.categories`.

    Raises:
        AnnotationFileError: It is not in COCO's form.
    """
    with as_coco(path):
        return _records(path)


def _records(path: Path) -> list[Record]:
    records: dict[int, Record] = {}
    for image in entries(path, "images"):
        records[image["id"]] = {
            "file_name": str(path.parent / image["file_name"]),
            "height": image["height"],
            "width": image["width"],
            "image_id": image["id"],
            "annotations": [],
            "ignored": [],
            **{key: image[key] for key in PHOTO_FACTS if key in image},
        }
    for annotation in entries(path, "annotations"):
        records[annotation["image_id"]]["annotations"].append(
            {
                "bbox": annotation["bbox"],
                "bbox_mode": BoxMode.XYWH_ABS,
                "segmentation": compact(annotation["segmentation"]),
                "category_id": annotation["category_id"] - 1,
                "iscrowd": annotation.get("iscrowd", 0),
                # The outline is a guess: good for a box, not to learn masks from.
                "rough": bool(annotation.get("rough", False)),
                **{key: annotation[key] for key in GARMENT_FACTS if key in annotation},
            }
        )
    for region in entries(path, "ignored_regions"):
        records[region["image_id"]]["ignored"].append(compact(region["segmentation"]))
    return list(records.values())


def load_with_wearables(path: Path) -> list[Record]:
    """Read a COCO annotation file and `wearables_NAME` beside it, joined photo by photo."""
    records = load_coco(path)
    worn = {r["file_name"]: r for r in load_coco(wearables_file(path))}
    for record in records:
        more = worn.get(record["file_name"], {"annotations": [], "ignored": []})
        record["annotations"] += more["annotations"]
        record["ignored"] += more["ignored"]
    return records


def wearables_file(path: Path) -> Path:
    """Return where the wearables of an annotation file's photos are, if they are labelled."""
    return path.with_name(f"wearables_{path.name}")


def labelled_numbers(records: list[Record]) -> frozenset[int]:
    """Return the categories, numbered from 0, that are labelled wherever they are worn.

    Those are all garments, unless none is annotated, and the wearables that are annotated
    somewhere.
    """
    found = {a["category_id"] for record in records for a in record["annotations"]}
    garments = frozenset(range(len(GARMENTS)))
    return frozenset(found | garments if not found or found & garments else found)


def annotation_file(data: Path, name: str) -> Path:
    """Return the file that the data set `SOURCE_SPLIT[@part]` is read from."""
    plain = name.partition("@")[0].removesuffix(WITH_WEARABLES)
    source, _, split = plain.rpartition("_")
    return data / source / f"{split}.json"


def register(data: Path) -> list[str]:
    """Register every data set under the folder `data`; return their names.

    Registering again, even from another folder, replaces what was there.
    """
    loaders: dict[str, Callable[[], list[Record]]] = {}
    for path in sorted(data.glob("*/*.json")):
        name = f"{path.parent.name}_{path.stem}"
        if name == "single_index":
            loaders[name] = _single_loader(path.parent, None)
            for part in ("fit", "choosing"):
                loaders[f"{name}@{part}"] = _single_loader(path.parent, part)
        elif _is_coco(path):
            loaders |= _coco_loaders(name, path, load_coco)
            if wearables_file(path).exists():
                loaders |= _coco_loaders(f"{name}{WITH_WEARABLES}", path, load_with_wearables)
    for folder in sorted(p for p in data.iterdir() if p.is_dir() and is_empty_folder(p)):
        name = f"{folder.name}_photos"
        loaders[name] = _empty_loader(folder, None)
        for part in ("fit", "choosing", "held_out"):
            loaders[f"{name}@{part}"] = _empty_loader(folder, part)
    for name, loader in loaders.items():
        if name in DatasetCatalog.list():
            DatasetCatalog.remove(name)
            MetadataCatalog.remove(name)
        DatasetCatalog.register(name, loader)
        MetadataCatalog.get(name).set(thing_classes=[c.name for c in CATEGORIES])
    return list(loaders)


def _is_coco(path: Path) -> bool:
    # The first kilobytes suffice, so huge files are not parsed twice.
    with path.open() as file:
        head = file.read(4096)
    if not head.lstrip().startswith("{"):
        return False
    return any(f'"{key}"' in head for key in ("images", "categories", "annotations"))


def _coco_loaders(
    name: str, path: Path, load: Callable[[Path], list[Record]]
) -> dict[str, Callable[[], list[Record]]]:
    """Return the loaders of a file and of its parts, by name."""

    def styles(*, held_out: bool) -> list[Record]:
        return [r for r in load(path) if is_held_out(r["file_name"]) == held_out]

    return {
        name: lambda: load(path),
        f"{name}@kept": lambda: styles(held_out=False),
        f"{name}@held_out": lambda: styles(held_out=True),
        f"{name}@fit": lambda: labelled_part(load(path), "fit"),
        f"{name}@choosing": lambda: labelled_part(load(path), "choosing"),
    }


def _empty_loader(folder: Path, part: str | None) -> Callable[[], list[Record]]:
    def load() -> list[Record]:
        records = load_empty(folder)
        return records if part is None else empty_part(records, part)

    return load


def _single_loader(folder: Path, part: str | None) -> Callable[[], list[Record]]:
    def load() -> list[Record]:
        records = list(load_single(folder))
        return records if part is None else labelled_part(records, part)

    return load
