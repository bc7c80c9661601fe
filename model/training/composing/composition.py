"""An endless stream of composed training pictures.

Photos are drawn by the share of their data set and, within it, more often the
rarer their categories are (repeat factor sampling, Gupta et al. 2019, LVIS).
"""

import itertools
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from detectron2.config import CfgNode
from detectron2.data import DatasetCatalog
from detectron2.structures import BitMasks, Boxes, Instances
from detectron2.utils import comm
from torch.utils.data import IterableDataset

from model.training.composing.collage import Box, Canvas, Region, union_box
from model.training.composing.label_check import need_categories
from model.training.data.datasets import Record
from model.training.network.ignoring import IGNORED

_LAYOUTS = {"whole": 0.30, "near": 0.24, "pair": 0.28, "four": 0.10, "small": 0.08}
_PASTED_OVER = 0.25
_SHADOWED = 0.3
_WITH_HAIR = 0.2
_WITH_BAG = 0.3
# How often a part of a picture without garments is shown instead of all of it.
_PART_OF_EMPTY = 0.4

# Least width and height of what is seen near, as a share of the photo's width.
_LEAST_NEAR = 0.25


@dataclass
class Source:
    """The photos of one data set and how they are drawn."""

    records: list[Record]
    chances: np.ndarray[Any, np.dtype[np.float64]]
    partial: bool


def repeat_factors(
    records: list[Record], below: float, most: float
) -> np.ndarray[Any, np.dtype[np.float64]]:
    """Return how much more often each record is drawn, 1 to `most`."""
    present = [{a["category_id"] for a in record["annotations"]} for record in records]
    count = Counter(category for categories in present for category in categories)
    factor = {c: min(most, max(1.0, (below * len(records) / n) ** 0.5)) for c, n in count.items()}
    return np.array([max((factor[c] for c in categories), default=1.0) for categories in present])


class Collages(IterableDataset[dict[str, Any]]):
    """Composed pictures in the form that Detectron2's models take."""

    def __init__(self, cfg: CfgNode, seed: int, batch: int, first: int = 0) -> None:
        """Read the data sets; the stream begins with the batch number `first`."""
        options = cfg.INPUT.COLLAGE
        self.sources = []
        for name in cfg.DATASETS.TRAIN:
            every = DatasetCatalog.get(name)
            need_categories(cfg, every)
            # A data set without any annotation shows pictures without garments on purpose.
            records = [r for r in every if r["annotations"]] or every
            if name in options.ROUGH:
                records = [_with_rough_masks(record) for record in records]
            factors = repeat_factors(records, options.REPEAT_BELOW, options.MAX_REPEAT)
            chances = factors / factors.sum()
            self.sources.append(Source(records, chances, name in options.PARTIAL))
        shares = np.array(options.SHARES or [len(s.records) for s in self.sources], dtype=float)
        self.shares = shares / shares.sum()
        self.sizes = np.reshape(options.SIZES, (-1, 2)).tolist()
        self.with_bag = _WITH_BAG if options.DRAWN_BAGS else 0.0
        self.seed = seed
        self.batch = batch
        self.first = first
        self.rank = comm.get_rank()

    def __iter__(self) -> Iterator[dict[str, Any]]:
        worker = torch.utils.data.get_worker_info()
        number, workers = (0, 1) if worker is None else (worker.id, worker.num_workers)
        # PyTorch takes one batch of each worker in turn.
        for step in itertools.count(self.first + number, workers):
            # A batch follows from its number alone, so a run can go on with any.
            random = np.random.default_rng([self.seed, self.rank, step])
            # One size per batch, so that nothing is computed on padding.
            height, width = self.sizes[random.integers(len(self.sizes))]
            for _ in range(self.batch):
                yield self.compose(height, width, random)

    def compose(self, height: int, width: int, random: np.random.Generator) -> dict[str, Any]:
        """Make one picture: `image` [3, height, width] BGR and its `instances`."""
        canvas = Canvas(height, width, random)
        layout = str(random.choice(list(_LAYOUTS), p=list(_LAYOUTS.values())))
        for cell in _cells(layout, height, width, random):
            record, partial = self._draw(random)
            focus = _focus(record, partial, layout, random)
            canvas.put(record, cell, focus, partial, cover=random.random() < 0.5)
            shadow, hair, bag = random.random(3) < (_SHADOWED, _WITH_HAIR, self.with_bag)
            canvas.obstruct(cell, shadow=shadow, hair=hair, bag=bag)
        if random.random() < _PASTED_OVER:
            record = self._draw_worn(random)
            centre = (width * random.uniform(0.05, 0.95), height * random.uniform(0.1, 1.0))
            canvas.paste(record, centre, height * random.uniform(0.25, 0.8))
        return {
            "image": torch.from_numpy(np.ascontiguousarray(canvas.picture.transpose(2, 0, 1))),
            "instances": to_instances(canvas.finished(), height, width),
            "height": height,
            "width": width,
        }

    def _draw(self, random: np.random.Generator) -> tuple[Record, bool]:
        source = self.sources[random.choice(len(self.sources), p=self.shares)]
        record = source.records[random.choice(len(source.records), p=source.chances)]
        return record, source.partial or bool(record.get("partial"))

    def _draw_worn(self, random: np.random.Generator) -> Record:
        """Draw a photo with garments."""
        while not (record := self._draw(random)[0])["annotations"]:
            pass
        return record


def _with_rough_masks(record: Record) -> Record:
    return {**record, "annotations": [{**a, "rough": True} for a in record["annotations"]]}


def to_instances(regions: list[Region], height: int, width: int) -> Instances:
    """Convert regions to targets; ignored ones keep a box and an empty mask.

    `gt_sure` marks the masks that may be learnt from.
    """
    instances = Instances((height, width))
    boxes = np.zeros((len(regions), 4), np.float32)
    masks = np.zeros((len(regions), height, width), bool)
    for index, region in enumerate(regions):
        columns = np.flatnonzero(region.mask.any(axis=0))
        rows = np.flatnonzero(region.mask.any(axis=1))
        boxes[index] = columns[0], rows[0], columns[-1] + 1, rows[-1] + 1
        if region.category != IGNORED:
            masks[index] = region.mask
    instances.gt_boxes = Boxes(torch.from_numpy(boxes))
    instances.gt_classes = torch.tensor([r.category for r in regions], dtype=torch.int64)
    instances.gt_sure = torch.tensor([not r.rough for r in regions], dtype=torch.bool)
    instances.gt_masks = BitMasks(torch.from_numpy(masks))
    return instances


def _cells(layout: str, height: int, width: int, random: np.random.Generator) -> list[Box]:
    if layout in ("whole", "near"):
        return [(0, 0, width, height)]
    if layout == "small":
        share = random.uniform(0.3, 0.6)
        x = random.uniform(0, (1 - share) * width)
        y = random.uniform(0, (1 - share) * height)
        return [(x, y, x + share * width, y + share * height)]
    across = width * random.uniform(0.38, 0.62)
    if layout == "pair":
        return [(0, 0, across, height), (across, 0, width, height)]
    down = height * random.uniform(0.4, 0.6)
    return [
        (0, 0, across, down),
        (across, 0, width, down),
        (0, down, across, height),
        (across, down, width, height),
    ]


def _focus(record: Record, partial: bool, layout: str, random: np.random.Generator) -> Box:
    """Choose the part of the photo to show."""
    whole = (0.0, 0.0, float(record["width"]), float(record["height"]))
    if not record["annotations"]:
        return _part_of(whole, random) if random.random() < _PART_OF_EMPTY else whole
    if partial:
        return _grown(union_box(record), random.uniform(0.02, 0.3))
    if layout == "near":
        annotations = record["annotations"]
        chosen = annotations[random.integers(len(annotations))]
        x, y, w, h = chosen["bbox"]
        # Glasses that fill the picture would be nothing but blur.
        dx, dy = (max(0.0, _LEAST_NEAR * record["width"] - side) / 2 for side in (w, h))
        near = (x - dx, y - dy, x + w + dx, y + h + dy)
        return _grown(near, random.uniform(0.0, 0.8))
    if random.random() < 0.4:
        return _grown(union_box(record), random.uniform(0.05, 0.3))
    return whole


def _part_of(box: Box, random: np.random.Generator) -> Box:
    """Return a random part of a box, of half to all of its width and height."""
    _, _, width, height = box
    w, h = random.uniform(0.5, 1.0) * width, random.uniform(0.5, 1.0) * height
    x, y = random.uniform(0, width - w), random.uniform(0, height - h)
    return x, y, x + w, y + h


def _grown(box: Box, share: float) -> Box:
    x0, y0, x1, y1 = box
    dx, dy = share * (x1 - x0) / 2, share * (y1 - y0) / 2
    return x0 - dx, y0 - dy, x1 + dx, y1 + dy
