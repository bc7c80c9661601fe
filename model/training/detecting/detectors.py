"""Trained models as functions from a photo to the garments on it."""

import logging
import math
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
import torch
from detectron2.config import CfgNode
from torch import nn

from model.photometry import Picture
from model.training.detecting.pasting import PASTES
from model.training.detecting.pictures import scaled
from model.training.exporting.export import OUTPUTS, detect, load_model
from model.training.network.roi_heads import grown
from model.training.network.wearables import categories_found
from model.weights_description import SegmenterFile, load_description

logger = logging.getLogger(__name__)

Array = np.ndarray[Any, np.dtype[Any]]


@dataclass
class Detections:
    """The finds of a model on one photo, best first."""

    boxes: Array  # [N, 4] float, x0, y0, x1, y1 in the photo's pixels
    scores: Array  # [N] float
    categories: Array  # [N] int, from 0
    masks: Array  # [N, height, width] bool
    agreement: Array | None = None  # [N] float, 0 to 1: how well the masks of several views agree
    # [N] float: the least score of each find's category, where the weights say one
    least: Array | None = None

    def __len__(self) -> int:
        return len(self.scores)

    def __getitem__(self, chosen: Any) -> "Detections":
        return Detections(
            self.boxes[chosen],
            self.scores[chosen],
            self.categories[chosen],
            self.masks[chosen],
            None if self.agreement is None else self.agreement[chosen],
            None if self.least is None else self.least[chosen],
        )


Detector = Callable[[Picture], Detections]


def eager_detector(cfg: CfgNode, checkpoint: Path, *, paste: str = "served") -> Detector:
    """Return a detector that runs a checkpoint in PyTorch."""
    return model_detector(cfg, load_model(cfg, checkpoint), paste=paste)


def model_detector(cfg: CfgNode, model: nn.Module, *, paste: str = "served") -> Detector:
    """Return a detector that runs a model, which must be in evaluation mode.

    `paste` is one of `PASTES`.
    """
    margin = cfg.MODEL.ROI_MASK_HEAD.BOX_MARGIN

    def run(picture: Picture) -> Detections:
        image, factor = scaled(picture, cfg.INPUT.MIN_SIZE_TEST, cfg.INPUT.MAX_SIZE_TEST)
        with torch.no_grad():
            outputs = [t.cpu().numpy() for t in detect(model, image)]
        return _in_photo(outputs, picture, factor, margin, paste)

    return run


def described(graph: Path, cfg: CfgNode) -> SegmenterFile:
    """Return how an exported graph is served, according to the `weights.json` beside it.

    Without one, the configuration serves as a guess, which is logged.

    Raises:
        WeightsError: `weights.json` is not valid.
    """
    if (graph.parent / "weights.json").exists():
        entry = load_description(graph.parent).segmenter
        if entry.file == graph.name:
            return entry
    logger.warning("No weights.json tells of %s: size and margin are the configuration's.", graph)
    session = onnxruntime.InferenceSession(str(graph), providers=["CPUExecutionProvider"])
    image, *further = (node.name for node in session.get_inputs())
    return SegmenterFile(
        file=graph.name,
        sha256="0" * 64,
        input=image,
        score_input=next(iter(further), None),
        short_side=cfg.INPUT.MIN_SIZE_TEST,
        max_side=cfg.INPUT.MAX_SIZE_TEST,
        score_threshold=0.5,
        mask_margin=cfg.MODEL.ROI_MASK_HEAD.BOX_MARGIN,
        categories=tuple(category.name for category in categories_found(cfg)),
    )


def onnx_detector(
    path: Path,
    entry: SegmenterFile,
    *,
    threads: int = 1,
    least_score: float = 0.0,
    paste: str = "served",
) -> Detector:
    """Return a detector that runs an exported graph; finds with lower scores are left out.

    `paste` is one of `PASTES`.
    """
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])

    def run(picture: Picture) -> Detections:
        image, factor = scaled(picture, entry.short_side, entry.max_side)
        given = entry.asked(image.numpy(), least_score)
        found = dict(zip(OUTPUTS, session.run(OUTPUTS, given), strict=True))
        sure = found["scores"] >= least_score
        found = entry.translated({name: output[sure] for name, output in found.items()})
        shown = _in_photo(list(found.values()), picture, factor, entry.mask_margin, paste)
        return replace(shown, least=entry.least_scores[shown.categories])

    return run


def only(detector: Detector, numbers: Collection[int]) -> Detector:
    """Return a detector of these categories alone, numbered from 0."""

    def run(picture: Picture) -> Detections:
        found = detector(picture)
        return found[np.isin(found.categories, list(numbers))]

    return run


def making_only(make: Callable[[], Detector], numbers: Collection[int]) -> Detector:
    """Make a detector, in a process of its own perhaps, and return it with `only` these."""
    return only(make(), numbers)


def _in_photo(
    outputs: list[Any], picture: Picture, factor: float, margin: float, paste: str
) -> Detections:
    boxes, scores, categories, masks = outputs
    height, width = picture.shape[:2]
    boxes = boxes / factor
    covered = grown(torch.from_numpy(boxes).float(), margin).tolist()
    full = np.zeros((len(masks), height, width), np.bool_)
    for place, mask, box in zip(full, masks, covered, strict=True):
        if box[2] > box[0] and box[3] > box[1]:
            place[:] = PASTES[paste](mask, tuple(box), picture)
    return Detections(boxes, scores, categories, full)


def overlaps(first: Array, second: Array) -> Array:
    """Return the IoU of each of N masks with each of M: [N, M]."""
    pixels = math.prod(first.shape[1:])
    a = first.reshape(len(first), pixels).astype(np.float32)
    b = second.reshape(len(second), pixels).astype(np.float32)
    common = a @ b.T
    total = a.sum(axis=1)[:, None] + b.sum(axis=1)[None, :] - common
    return np.asarray(common / np.maximum(total, 1.0))


def as_served(found: Detections, score: float, overlap: float = 0.5) -> Detections:
    """Keep what a person would see: confident finds, one per garment.

    Finds under their own category's least score are not seen either. Of finds whose masks
    overlap by more than `overlap` the best stays, whatever their categories.
    """
    least = 0.0 if found.least is None else found.least
    found = found[found.scores >= np.maximum(score, least)]
    if len(found) < 2:
        return found
    shared = overlaps(found.masks, found.masks)
    kept: list[int] = []
    for index in range(len(found)):
        if all(shared[index, other] <= overlap for other in kept):
            kept.append(index)
    return found[kept]
