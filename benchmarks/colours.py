"""How often the first colour is the one that a shop lists, or that a person would name.

    python -m benchmarks.colours [DATA] [--sheets FOLDER]

DATA (default: the environment's WTB_DATA) holds `luma/products.json`, with a colour for each
product, `luma/train.json`, COCO annotations of the garment in each photo, and
`street/train.json` with its photos. A colour is named from the annotated mask, so that the
figure measures the naming alone; a product without an annotated photo is segmented first.

The shop knows a dozen colours. A name counts as right if it is a shade of the shop's colour,
and as a neighbour if people who see the cloth might say either: both lists are below. For the
street, `street_colours.json` has the names that a person gave, best first. With --sheets,
pictures with the names below each garment are written for inspection.
"""

import argparse
import collections
import hashlib
import json
import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from benchmarks.contact_sheet import write_sheet
from model.colours import main_colours
from model.crops import cut_out
from model.picture import decode_picture
from model.segmenter import Segmenter

RIGHT = {
    "Black": {"black"},
    "Blue": {"blue", "navy", "light blue", "denim blue"},
    "Brown": {"brown", "dark brown", "camel"},
    "Gray": {"grey", "light grey", "charcoal"},
    "Green": {"green", "dark green", "olive", "mint"},
    "Lavender": {"lavender"},
    "Orange": {"orange"},
    "Purple": {"purple"},
    "Red": {"red", "burgundy"},
    "White": {"white"},
    "Yellow": {"yellow"},
}
NEIGHBOURS = {
    "Black": {"charcoal"},
    "Blue": {"teal"},
    "Brown": {"khaki", "beige"},
    "Gray": set[str](),
    "Green": {"khaki", "teal"},
    "Lavender": {"purple", "pink"},
    "Orange": {"coral", "mustard"},
    "Purple": {"lavender"},
    "Red": {"coral", "hot pink"},
    "White": {"ivory", "light grey"},
    "Yellow": {"mustard"},
}
BY_EYE = Path(__file__).parent.parent / "model/training/labels/street_colours.json"
Crop = NDArray[np.uint8]


@dataclass
class Named:
    """A garment, the colour that the shop lists, and the colours that were named."""

    crop: Crop
    wanted: str
    style: str
    words: list[str]

    @property
    def verdict(self) -> str:
        """Return right, neighbour or wrong."""
        if self.words[0] in RIGHT[self.wanted]:
            return "right"
        return "neighbour" if self.words[0] in NEIGHBOURS[self.wanted] else "wrong"


def main() -> None:
    """Name every garment and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", nargs="?", type=Path, default=os.environ.get("WTB_DATA"))
    parser.add_argument("--sheets", type=Path, help="Folder for pictures with names.")
    arguments = parser.parse_args()
    if arguments.folder is None:
        parser.error("name the folder, or set WTB_DATA")
    shop = [
        Named(crop, wanted, style, _words(crop))
        for crop, wanted, style in _products(Path(arguments.folder) / "luma")
    ]
    _confusion(shop)
    for title, chosen in (
        ("all", shop),
        ("half A of the styles", [g for g in shop if _half(g.style)]),
        ("half B of the styles", [g for g in shop if not _half(g.style)]),
    ):
        _shares(title, collections.Counter(garment.verdict for garment in chosen))
    if arguments.sheets:
        arguments.sheets.mkdir(parents=True, exist_ok=True)
        shop.sort(key=lambda garment: (garment.wanted, garment.verdict))
        write_sheet(
            arguments.sheets / "colours-luma.jpg",
            [(g.crop, [f"{g.wanted}: {g.words[0]}", g.verdict]) for g in shop],
        )
    _street(Path(arguments.folder) / "street", arguments.sheets)


def _products(shop: Path) -> Iterator[tuple[Crop, str, str]]:
    """Yield a crop, the shop's colour and the style of each product."""
    content = json.loads((shop / "train.json").read_text())
    files = {image["id"]: Path(image["file_name"]).name for image in content["images"]}
    annotated = {files[row["image_id"]]: row for row in content["annotations"]}
    segmenter: Segmenter | None = None
    for product in json.loads((shop / "products.json").read_text()):
        names = [Path(image).name for image in product["images"]]
        name = next((name for name in names if name in annotated), names[0])
        picture = decode_picture((shop / "images" / name).read_bytes())
        if name in annotated:
            crop = annotated_crop(picture, annotated[name])
        else:
            segmenter = segmenter or Segmenter()
            found = segmenter.segment(picture)
            largest = max(found, key=lambda garment: int(garment.mask.sum()), default=None)
            if largest is None:
                crop = np.zeros((8, 8, 4), np.uint8)
            else:
                crop = cut_out(picture, largest.mask, largest.box)
        yield crop, product["color"], product["group"]


def annotated_crop(picture: NDArray[np.uint8], annotation: dict[str, Any]) -> Crop:
    """Cut a garment out by its COCO polygons."""
    mask = np.zeros(picture.shape[:2], np.uint8)
    for ring in annotation["segmentation"]:
        cv2.fillPoly(mask, [np.array(ring).reshape(-1, 2).round().astype(np.int32)], 1)
    x, y, width, height = annotation["bbox"]
    return cut_out(picture, mask.astype(np.bool_), (x, y, width, height))


def _words(crop: Crop) -> list[str]:
    return [colour.name for colour in main_colours(crop)] or ["none"]


def _half(style: str) -> bool:
    return hashlib.sha256(style.encode()).digest()[0] % 2 == 0


def _confusion(garments: list[Named]) -> None:
    out = sys.stdout.write
    table: dict[str, collections.Counter[str]] = collections.defaultdict(collections.Counter)
    verdicts: dict[str, collections.Counter[str]] = collections.defaultdict(collections.Counter)
    for garment in garments:
        table[garment.wanted][garment.words[0]] += 1
        verdicts[garment.wanted][garment.verdict] += 1
    out(f"{'the shop':10} {'count':>5} {'right':>5} {'near':>5} {'wrong':>5}  first words\n")
    for wanted in sorted(table):
        counts = verdicts[wanted]
        named = ", ".join(
            f"{name}{'' if name in RIGHT[wanted] else '~' if name in NEIGHBOURS[wanted] else '!'}"
            f" {times}"
            for name, times in table[wanted].most_common()
        )
        out(
            f"{wanted:10} {counts.total():5} {counts['right']:5} {counts['neighbour']:5} "
            f"{counts['wrong']:5}  {named}\n"
        )
    out("~ a neighbour, ! wrong\n")


def _shares(title: str, counts: collections.Counter[str]) -> None:
    total = counts.total()
    near = counts["right"] + counts["neighbour"]
    sys.stdout.write(
        f"{title} ({total}): right {counts['right'] / total:.1%}, "
        f"right or neighbour {near / total:.1%}\n"
    )


def _street(street: Path, sheets: Path | None) -> None:
    """Compare with a person who saw the crops but not the names that were given here."""
    content = json.loads((street / "train.json").read_text())
    files = {image["id"]: image["file_name"] for image in content["images"]}
    rows = {str(row["id"]): row for row in content["annotations"]}
    for part, labels in json.loads(BY_EYE.read_text()).items():
        tiles = []
        first = any_of = 0
        for key, names in labels.items():
            row = rows[key]
            picture = decode_picture((street / files[row["image_id"]]).read_bytes())
            crop = annotated_crop(picture, row)
            word = _words(crop)[0]
            first += word == names[0]
            any_of += word in names
            tiles.append((crop, [word, ("" if word in names else "not ") + "/".join(names)]))
        sys.stdout.write(
            f"street, {part} ({len(labels)}): the person's first word {first / len(labels):.1%}, "
            f"a word the person might say {any_of / len(labels):.1%}\n"
        )
        if sheets:
            write_sheet(sheets / f"colours-street-{part.replace(' ', '-')}.jpg", tiles)


if __name__ == "__main__":
    main()
