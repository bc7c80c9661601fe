"""Cut-outs whose pattern was labelled by eye (`labels/patterns.json`).

For each source of photos and each pattern, the file lists the garments that have it: by
photo and annotation in `street` and `luma` (`0713#1316`), by photo in `single`. The
pattern "" means that the eye could not tell; nothing is learned or measured from it.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from model.crops import cut_out
from model.picture import decode_picture

BY_EYE = Path(__file__).parents[1] / "labels" / "patterns.json"


@dataclass(frozen=True, slots=True, eq=False)
class LabelledCrop:
    """A cut-out and its label.

    Attributes:
        crop: ``h x w x 4`` uint8 RGBA.
        word: One of `model.patterns.PATTERNS`.
        group: Crops that must stay on one side of a split: of a photo, or of a style in all
            colours.
    """

    crop: NDArray[np.uint8]
    word: str
    group: str


# Name of the garment, name of its group, the photo, and the garment's mask.
Masked = tuple[str, str, NDArray[np.uint8], NDArray[np.bool_]]


def labelled_crops(data: Path, labels: Path = BY_EYE) -> Iterator[LabelledCrop]:
    """Yield the labelled crops of the sources in ``data``.

    Raises:
        FileNotFoundError: A labelled photo is missing.
    """
    for source, words in json.loads(labels.read_text()).items():
        folder = data / source
        word_of = {name: word for word, names in words.items() for name in names if word}
        if not folder.is_dir():
            continue
        photos = _masked if source == "single" else _annotated
        for name, group, picture, mask in photos(folder, set(word_of)):
            rows, columns = np.nonzero(mask)
            left, top = int(columns.min()), int(rows.min())
            box = (left, top, int(columns.max()) + 1 - left, int(rows.max()) + 1 - top)
            yield LabelledCrop(cut_out(picture, mask, box), word_of[name], f"{source}/{group}")


def _masked(folder: Path, wanted: set[str]) -> Iterator[Masked]:
    """Read photos of one garment with a mask beside each."""
    for name in sorted(wanted):
        picture = decode_picture((folder / "images" / f"{name}.jpg").read_bytes())
        mask_file = np.frombuffer((folder / "masks" / f"{name}.png").read_bytes(), np.uint8)
        found = cv2.imdecode(mask_file, cv2.IMREAD_GRAYSCALE)
        if found is None:
            raise ValueError(f"{folder / 'masks' / name}.png is no picture")
        size = (picture.shape[1], picture.shape[0])
        mask = cv2.resize(found, size, interpolation=cv2.INTER_NEAREST) > 0
        yield name, name, picture, np.asarray(mask, dtype=np.bool_)


def _annotated(folder: Path, wanted: set[str]) -> Iterator[Masked]:
    """Read photos with COCO polygons; all colours of a shop's style are one group."""
    content: dict[str, Any] = json.loads((folder / "train.json").read_text())
    files = {image["id"]: image["file_name"] for image in content["images"]}
    for row in content["annotations"]:
        path = folder / files[row["image_id"]]
        name = f"{path.stem}#{row['id']}"
        if name not in wanted:
            continue
        picture = decode_picture(path.read_bytes())
        mask = np.zeros(picture.shape[:2], np.uint8)
        for ring in row["segmentation"]:
            cv2.fillPoly(mask, [np.array(ring).reshape(-1, 2).round().astype(np.int32)], 1)
        yield name, row.get("style", path.stem), picture, mask.astype(np.bool_)
