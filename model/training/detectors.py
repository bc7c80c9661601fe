"""Trained models as functions from a photo to the garments on it."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
import torch
from detectron2.config import CfgNode
from detectron2.layers import paste_masks_in_image

from model.training.export import detect, load_model
from model.training.photometry import Picture
from model.training.pictures import scaled
from model.training.roi_heads import grown

Array = np.ndarray[Any, np.dtype[Any]]


@dataclass
class Detections:
    """What a model found on one photo, best first."""

    boxes: Array  # [N, 4] float, x0, y0, x1, y1 in the photo's pixels
    scores: Array  # [N] float
    categories: Array  # [N] int, from 0
    masks: Array  # [N, height, width] bool

    def __len__(self) -> int:
        return len(self.scores)

    def __getitem__(self, chosen: Any) -> "Detections":
        return Detections(
            self.boxes[chosen], self.scores[chosen], self.categories[chosen], self.masks[chosen]
        )


Detector = Callable[[Picture], Detections]


def eager_detector(cfg: CfgNode, checkpoint: Path) -> Detector:
    """Return a detector that runs a checkpoint in PyTorch."""
    model = load_model(cfg, checkpoint)
    margin = cfg.MODEL.ROI_MASK_HEAD.BOX_MARGIN

    def run(picture: Picture) -> Detections:
        image, factor = scaled(picture, cfg.INPUT.MIN_SIZE_TEST, cfg.INPUT.MAX_SIZE_TEST)
        with torch.no_grad():
            outputs = [t.cpu().numpy() for t in detect(model, image)]
        return _in_photo(outputs, picture, factor, margin)

    return run


def onnx_detector(
    path: Path,
    short_side: int,
    max_side: int,
    *,
    mask_margin: float,
    threads: int = 1,
    least_score: float = 0.0,
) -> Detector:
    """Return a detector that runs an exported graph; what scores less is left out.

    `mask_margin` is the `BOX_MARGIN` that the graph was trained with.
    """
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])

    def run(picture: Picture) -> Detections:
        image, factor = scaled(picture, short_side, max_side)
        outputs: list[Any] = session.run(None, {"image": image.numpy()})
        sure = outputs[1] >= least_score
        outputs = [output[sure] for output in outputs]
        return _in_photo(outputs, picture, factor, mask_margin)

    return run


def _in_photo(outputs: list[Any], picture: Picture, factor: float, margin: float) -> Detections:
    boxes, scores, categories, masks = outputs
    height, width = picture.shape[:2]
    boxes = boxes / factor
    covered = grown(torch.from_numpy(boxes).float(), margin)
    full = paste_masks_in_image(torch.from_numpy(masks), covered, (height, width))
    return Detections(boxes, scores, categories, full.numpy())


def overlaps(first: Array, second: Array) -> Array:
    """Return the IoU of each of N masks with each of M: [N, M]."""
    pixels = math.prod(first.shape[1:])
    a = first.reshape(len(first), pixels).astype(np.float32)
    b = second.reshape(len(second), pixels).astype(np.float32)
    common = a @ b.T
    total = a.sum(axis=1)[:, None] + b.sum(axis=1)[None, :] - common
    return np.asarray(common / np.maximum(total, 1.0))


def as_served(found: Detections, score: float, overlap: float = 0.5) -> Detections:
    """Keep what a person sees: sure enough, and one detection a garment.

    Of detections whose masks overlap by more than `overlap` the best stays,
    whatever their categories.
    """
    found = found[found.scores >= score]
    if len(found) < 2:
        return found
    shared = overlaps(found.masks, found.masks)
    kept: list[int] = []
    for index in range(len(found)):
        if all(shared[index, other] <= overlap for other in kept):
            kept.append(index)
    return found[kept]
