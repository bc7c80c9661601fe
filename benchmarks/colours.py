"""How often the first colour is the one that a shop gives: on the photos of a real shop.

    python benchmarks/colours.py [FOLDER]

FOLDER (default: the environment's WTB_DATA) holds `luma/products.json`, with a colour for
each product, and `luma/train.json`, COCO annotations of the garment in each photo. The
colour is named from the annotated mask, so that the figure is of the naming alone. The shop
knows a dozen colours; a name of ours counts as right where it is a shade of the shop's, and
as a neighbour where people who see the cloth might say either.
"""

import argparse
import collections
import json
import os
import sys
from pathlib import Path

import cv2
import numpy as np

from model.colours import main_colours
from model.crops import cut_out
from model.picture import decode_picture

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
    "Gray": {"black", "white"},
    "Green": {"khaki", "teal"},
    "Lavender": {"purple", "pink"},
    "Orange": {"coral", "mustard"},
    "Purple": {"lavender", "burgundy"},
    "Red": {"coral", "hot pink"},
    "White": {"ivory", "light grey"},
    "Yellow": {"mustard", "ivory"},
}


def main() -> None:
    """Name every annotated garment and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", nargs="?", type=Path, default=os.environ.get("WTB_DATA"))
    folder = parser.parse_args().folder
    if folder is None:
        parser.error("name the folder, or set WTB_DATA")
    shop = Path(folder) / "luma"
    colours = {
        Path(image).name: product["color"]
        for product in json.loads((shop / "products.json").read_text())
        for image in product["images"]
    }
    content = json.loads((shop / "train.json").read_text())
    images = {image["id"]: image for image in content["images"]}
    outcomes: dict[str, collections.Counter[str]] = collections.defaultdict(collections.Counter)
    misses: collections.Counter[tuple[str, str]] = collections.Counter()
    for annotation in content["annotations"]:
        path = shop / images[annotation["image_id"]]["file_name"]
        wanted = colours.get(path.name)
        if wanted is None:
            continue
        name = _first_colour(path, annotation)
        if name in RIGHT[wanted]:
            outcomes[wanted]["right"] += 1
        elif name in NEIGHBOURS[wanted]:
            outcomes[wanted]["neighbour"] += 1
        else:
            outcomes[wanted]["wrong"] += 1
            misses[wanted, name] += 1
    _report(outcomes, misses)


def _first_colour(path: Path, annotation: dict[str, object]) -> str:
    picture = decode_picture(path.read_bytes())
    mask = np.zeros(picture.shape[:2], np.uint8)
    for ring in annotation["segmentation"]:  # type: ignore[attr-defined]
        cv2.fillPoly(mask, [np.array(ring).reshape(-1, 2).round().astype(np.int32)], 1)
    crop = cut_out(picture, mask.astype(np.bool_), tuple(annotation["bbox"]))  # type: ignore[arg-type]
    named = main_colours(crop)
    return named[0].name if named else "none"


def _report(
    outcomes: dict[str, collections.Counter[str]], misses: collections.Counter[tuple[str, str]]
) -> None:
    out = sys.stdout.write
    out(f"{'':10} {'garments':>9} {'right':>7} {'neighbour':>10} {'wrong':>7}\n")
    total: collections.Counter[str] = collections.Counter()
    for name in sorted(outcomes):
        total += outcomes[name]
        _row(name, outcomes[name])
    _row("all", total)
    count = sum(total.values())
    out(f"right {total['right'] / count:.1%}, right or neighbour ")
    out(f"{(total['right'] + total['neighbour']) / count:.1%}\n")
    said = ", ".join(f"{shop} as {ours}: {times}" for (shop, ours), times in misses.most_common())
    out(f"wrong: {said}\n")


def _row(name: str, counts: collections.Counter[str]) -> None:
    sys.stdout.write(
        f"{name:10} {sum(counts.values()):9} {counts['right']:7} "
        f"{counts['neighbour']:10} {counts['wrong']:7}\n"
    )


if __name__ == "__main__":
    main()
