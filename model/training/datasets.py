"""Folders of labelled photos, registered with Detectron2 by name.

A data folder holds one folder per source. Each COCO-style annotation file
`SOURCE/SPLIT.json` becomes the data set `SOURCE_SPLIT`; its `file_name`s are
relative to `SOURCE`. `SOURCE_SPLIT@kept` and `SOURCE_SPLIT@held_out` are the
same file without and with only the styles that are never trained on;
`SOURCE_SPLIT@fit` and `SOURCE_SPLIT@choosing` are its photos by the rules of `parts.py`.
`single/index.json` (photos of one garment with a mask each) becomes
`single_index`. A folder `SOURCE/` of pictures without any annotation file becomes
`SOURCE_photos`: pictures that show no garment, with `@fit`, `@choosing`, `@held_out`.
"""

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from detectron2.data import DatasetCatalog, MetadataCatalog
from detectron2.structures import BoxMode

from model.categories import CATEGORIES
from model.training.empty import is_empty_folder, load_empty
from model.training.parts import empty_part, labelled_part
from model.training.single import load_single

# One photo: `file_name`, `height`, `width`, `image_id`, `annotations` as in
# Detectron2's own format (category_id counts from 0), and `ignored`, a list of
# regions (each a list of polygons) that are neither garment nor background.
Record = dict[str, Any]

# One in this many styles is kept out of training.
HELD_OUT_SHARE = 5


def style_of(file_name: str) -> str:
    """Return the style that a product photo shows, the same for all of its colours."""
    return Path(file_name).name.split("-")[0]


def is_held_out(file_name: str) -> bool:
    """Return whether the photo's style is kept out of training."""
    digest = hashlib.sha256(style_of(file_name).encode()).digest()
    return digest[0] % HELD_OUT_SHARE == 0


def load_coco(path: Path) -> list[Record]:
    """Read a COCO annotation file whose category ids are 1 to 13."""
    content = json.loads(path.read_text())
    records: dict[int, Record] = {}
    for image in content["images"]:
        records[image["id"]] = {
            "file_name": str(path.parent / image["file_name"]),
            "height": image["height"],
            "width": image["width"],
            "image_id": image["id"],
            "annotations": [],
            "ignored": [],
        }
    for annotation in content["annotations"]:
        records[annotation["image_id"]]["annotations"].append(
            {
                "bbox": annotation["bbox"],
                "bbox_mode": BoxMode.XYWH_ABS,
                "segmentation": annotation["segmentation"],
                "category_id": annotation["category_id"] - 1,
                "iscrowd": annotation.get("iscrowd", 0),
                # The outline is a guess: good for a box, not to learn masks from.
                "rough": bool(annotation.get("rough", False)),
            }
        )
    for region in content.get("ignored_regions", []):
        records[region["image_id"]]["ignored"].append(region["segmentation"])
    return list(records.values())


def annotation_file(data: Path, name: str) -> Path:
    """Return the file that the data set `SOURCE_SPLIT[@part]` is read from."""
    source, _, split = name.partition("@")[0].rpartition("_")
    return data / source / f"{split}.json"


def register(data: Path) -> list[str]:
    """Register every data set under the folder `data`; return their names.

    Registering again, even from another folder, replaces what was there.
    """
    loaders: dict[str, Callable[[], list[Record]]] = {}
    for path in sorted(data.glob("*/*.json")):
        name = f"{path.parent.name}_{path.stem}"
        if name == "single_index":
            loaders[name] = _single_loader(path.parent)
        elif _is_coco(path):
            loaders[name] = _coco_loader(path, None)
            loaders[f"{name}@kept"] = _coco_loader(path, False)
            loaders[f"{name}@held_out"] = _coco_loader(path, True)
            for part in ("fit", "choosing"):
                loaders[f"{name}@{part}"] = _part_loader(path, part)
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


def _coco_loader(path: Path, held_out: bool | None) -> Callable[[], list[Record]]:
    def load() -> list[Record]:
        records = load_coco(path)
        if held_out is None:
            return records
        return [r for r in records if is_held_out(r["file_name"]) == held_out]

    return load


def _part_loader(path: Path, part: str) -> Callable[[], list[Record]]:
    return lambda: labelled_part(load_coco(path), part)


def _empty_loader(folder: Path, part: str | None) -> Callable[[], list[Record]]:
    def load() -> list[Record]:
        records = load_empty(folder)
        return records if part is None else empty_part(records, part)

    return load


def _single_loader(folder: Path) -> Callable[[], list[Record]]:
    return lambda: list(load_single(folder))
