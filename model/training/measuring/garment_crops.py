"""Garments of labelled photos, cut out as the server cuts them out, and their vectors."""

import math
from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np

from model.crops import cut_out, on_white
from model.embedder import Embedder
from model.photometry import Picture
from model.training.data.datasets import GARMENT_FACTS, Record
from model.training.detecting.detectors import Array, Detector, as_served
from model.training.measuring.evaluation import draw, read_photos
from model.training.measuring.retrieval import Box, Item

# How a garment is shown to the embedder: cut out on white, as the server does it, or with
# everything in its box, as in DeepFashion2's own baseline.
CROPS = ("mask", "box")


class GarmentVectors:
    """Items and their unit vectors, collected photo by photo."""

    def __init__(self, embedder: Embedder, crops: str) -> None:
        self.items: list[Item] = []
        self._embedder = embedder
        self._crops = crops
        self._vectors: list[Array] = []

    @property
    def vectors(self) -> Array:
        """Return the vectors, float32 [N, dimensions], in the order of the items."""
        return np.concatenate([np.zeros((0, self._embedder.dimensions)), *self._vectors])

    def add(self, picture: Picture, garments: Iterable[tuple[Item, Array]]) -> None:
        """Add garments with their masks [height, width] on one photo, in BGR."""
        rgb = np.ascontiguousarray(picture[:, :, ::-1])
        crops = []
        for item, mask in garments:
            self.items.append(item)
            crops.append(crop(rgb, mask, item.box, self._crops))
        if crops:
            self._vectors.append(self._embedder.embed(crops))


def crop(rgb: Picture, mask: Array, box: Box, how: str) -> Picture:
    """Return what the embedder sees of a garment; `how` is one of `CROPS`."""
    if how == "mask":
        return on_white(cut_out(rgb, mask, box))
    x, y, width, height = box
    left, top = max(0, int(x)), max(0, int(y))
    right, bottom = max(left + 1, math.ceil(x + width)), max(top + 1, math.ceil(y + height))
    return rgb[top:bottom, left:right]


def annotated_items(record: Record) -> Iterator[Item]:
    """Yield the annotated garments of a photo."""
    for annotation in record["annotations"]:
        x, y, width, height = (float(v) for v in annotation["bbox"])
        yield Item(
            image_id=record["image_id"],
            box=(x, y, width, height),
            category=annotation["category_id"] + 1,
            pair=int(record.get("pair_id") or 0),
            style=int(annotation.get("style") or 0),
            facts={key: annotation[key] for key in GARMENT_FACTS if key in annotation},
        )


def annotated_vectors(records: Iterable[Record], vectors: GarmentVectors) -> None:
    """Embed what is annotated on each photo."""
    for record, picture in read_photos(records):
        masks = (
            draw(a["segmentation"], record["height"], record["width"])
            for a in record["annotations"]
        )
        vectors.add(picture, zip(annotated_items(record), masks, strict=True))


def detected_vectors(
    records: Iterable[Record], vectors: GarmentVectors, detector: Detector, score: float
) -> None:
    """Embed what a model finds on each photo, as it is served from that score on."""
    for record, picture in read_photos(records):
        found = as_served(detector(picture), score)
        garments: list[tuple[Item, Any]] = []
        for index in range(len(found)):
            x0, y0, x1, y1 = (float(v) for v in found.boxes[index])
            item = Item(
                image_id=record["image_id"],
                box=(x0, y0, x1 - x0, y1 - y0),
                category=int(found.categories[index]) + 1,
                score=float(found.scores[index]),
            )
            garments.append((item, found.masks[index]))
        vectors.add(picture, garments)
