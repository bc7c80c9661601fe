"""Garments that were seen more than once: what an embedder learns from.

From DeepFashion2, garments with the same `pair_id` and the same style over 0. From a shop's
photos, the views of a style: `SOURCE/groups.json` holds `{style: {view: [[file, box]]}}`, with
the box `[x, y, width, height]` of the style's garment. Where there is no such file, the colours and
views of a style, from photos named `STYLE-colour_view.jpg`.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from model.training.data.datasets import Record, is_held_out, load_coco, style_of
from model.training.measuring.retrieval import Box

GROUPS = "groups.json"


@dataclass(frozen=True)
class Sighting:
    """A garment on a photo, with the name of what it is."""

    file_name: str
    box: Box
    polygons: tuple[Any, ...]
    # The same for the same garment on other photos.
    garment: str
    category: int  # from 0
    # Where it was seen: pairs of two sides are preferred.
    side: str


def sightings_of(records: Iterable[Record]) -> Iterator[Sighting]:
    """Yield the garments of photos that have a pair_id, or whose name begins with a style."""
    for record in records:
        pair = record.get("pair_id")
        if pair is None and len(record["annotations"]) != 1:
            continue
        for annotation in record["annotations"]:
            if pair is None:
                garment, side = style_of(record["file_name"]), Path(record["file_name"]).stem
            elif int(annotation.get("style") or 0) > 0:
                garment, side = f"{pair}/{annotation['style']}", str(record.get("source"))
            else:
                continue
            yield _sighting(record, annotation, garment, side)


def grouped_sightings(folder: Path) -> Iterator[Sighting]:
    """Yield the garments of `groups.json` in a source's folder, with outlines from `train.json`."""
    records = {
        Path(record["file_name"]).relative_to(folder).as_posix(): record
        for record in load_coco(folder / "train.json")
    }
    for style, views in json.loads((folder / GROUPS).read_text()).items():
        for view, places in views.items():
            for file_name, box in places:
                record = records.get(file_name)
                for annotation in record["annotations"] if record else ():
                    if list(annotation["bbox"]) == list(box):
                        yield _sighting(record, annotation, style, view)


def _sighting(record: Any, annotation: Any, garment: str, side: str) -> Sighting:
    x, y, width, height = (float(v) for v in annotation["bbox"])
    return Sighting(
        file_name=record["file_name"],
        box=(x, y, width, height),
        polygons=tuple(annotation["segmentation"]),
        garment=garment,
        category=annotation["category_id"],
        side=side,
    )


def together(sightings: Iterable[Sighting]) -> dict[str, list[Sighting]]:
    """Return the sightings of each garment that was seen more than once."""
    groups: dict[str, list[Sighting]] = defaultdict(list)
    for sighting in sightings:
        groups[sighting.garment].append(sighting)
    return {garment: seen for garment, seen in groups.items() if len(seen) > 1}


def parted(
    groups: dict[str, list[Sighting]],
) -> tuple[dict[str, list[Sighting]], dict[str, list[Sighting]]]:
    """Return the garments to learn from, and a fifth that is put aside.

    The styles of one pair stay on one side.
    """
    learnt: dict[str, list[Sighting]] = {}
    aside: dict[str, list[Sighting]] = {}
    for garment, seen in groups.items():
        held_out = is_held_out(garment.partition("/")[0])
        (aside if held_out else learnt)[garment] = seen
    return learnt, aside
