"""Export a trained model as one ONNX graph, checked against eager PyTorch.

Inputs: `image`, float32 [3, h, w], BGR, 0 to 255, any size, normalised and padded inside;
`min_score`, float32 scalar: finds with lower scores are left out before their masks are
computed, which takes much of the time. Outputs, best first: `boxes` [N, 4] (x0, y0, x1, y1 in
input pixels), `scores` [N], `classes` [N] (category id - 1) and `masks` [N, 28, 28]
(probabilities over the box, grown by the configuration's `BOX_MARGIN`).
Detections of one category that overlap by more than half are merged inside; those
of different categories are left to the server.
"""

from collections.abc import Collection, Mapping
from itertools import product
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
import onnxruntime
import torch
from detectron2.config import CfgNode
from detectron2.export.torchscript_patch import patch_builtin_len
from detectron2.modeling import build_model
from detectron2.structures import ImageList
from torch import Tensor, nn

from model.categories import CATEGORIES, GARMENTS
from model.training.checkpoints.averaging import WeightAverage
from model.training.checkpoints.runs import CheckpointError, read_checkpoint
from model.training.exporting.served_scores import move_scores
from model.training.exporting.weights import put_in_place
from model.training.network.devices import usable
from model.training.network.proposals import best_proposals
from model.training.network.wearables import WearablesRCNN, categories_found

INPUTS = ("image", "min_score")
OUTPUTS = ("boxes", "scores", "classes", "masks")
_MIN_SCORES = (0.0, 0.4)
_SIZES = ((384, 576), (577, 385), (301, 402), (640, 384))


def load_model(cfg: CfgNode, checkpoint: Path | None) -> nn.Module:
    """Build the model for inference, with averaged weights if there are any.

    It is built on the configuration's device, or on the processor if that has none.

    Raises:
        CheckpointError: The weights belong to another network.
    """
    cfg = cfg.clone()
    cfg.defrost()
    cfg.MODEL.EFFICIENTNET.PRETRAINED = checkpoint is None
    cfg.MODEL.DEVICE = usable(cfg.MODEL.DEVICE)
    model: nn.Module = build_model(cfg)
    if checkpoint is not None:
        stored = read_checkpoint(checkpoint)
        load_weights(model, stored["model"], checkpoint)
        if "average" in stored:
            average = WeightAverage(model, cfg.SOLVER.EMA_DECAY)
            average.load_state_dict(stored["average"])
            average.copy_to(model)
    return model.eval()


def load_weights(model: nn.Module, weights: dict[str, Tensor], source: Path) -> None:
    """Put weights into a model that has exactly these.

    Raises:
        CheckpointError: They belong to another network.
    """
    try:
        model.load_state_dict(weights)
    except RuntimeError as error:
        own = model.state_dict()
        fitting = sum(n in own and own[n].shape == t.shape for n, t in weights.items())
        raise CheckpointError(
            f"{source} belongs to another network: {fitting} of its {len(weights)} tensors fit, "
            f"and the configuration asks for {len(own)}.",
            hint="Give the run's folder without --config, or the configuration of that run.",
        ) from error


def detect(
    model: nn.Module, image: Tensor, min_score: Tensor | float = 0.0
) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Run the model on one picture [3, h, w]: boxes, scores, classes, masks.

    Finds that score less than `min_score`, or than the configuration's
    `ROI_HEADS.SCORE_THRESH_TEST`, are left out. The steps are those of Detectron2's
    `GeneralizedRCNN.inference`, with a selection between boxes and masks.
    """
    images = model.preprocess_image([{"image": image}])  # type: ignore[operator]
    features = model.backbone(images.tensor)  # type: ignore[operator]
    found = _found(model, images, features, min_score)
    if isinstance(model, WearablesRCNN):
        seen = model.wearables.seen(features)
        boxes, scores, classes, masks = _found(model.wearables, images, seen, min_score)
        worn = (boxes, scores, classes + len(GARMENTS), masks)
        every = [torch.cat(pair) for pair in zip(found, worn, strict=True)]
        best_first = every[1].argsort(descending=True)
        boxes, scores, classes, masks = (output[best_first] for output in every)
        return boxes, scores, classes, masks
    return found


def _found(
    part: Any, images: ImageList, features: dict[str, Tensor], min_score: Tensor | float
) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    proposals = best_proposals(part.proposal_generator, features, images.image_sizes[0])
    (found,) = part.roi_heads._forward_box(features, proposals)
    found = found[found.scores >= min_score]
    (found,) = part.roi_heads.forward_with_given_boxes(features, [found])
    return (
        found.pred_boxes.tensor,
        found.scores,
        found.pred_classes,
        found.pred_masks[:, 0],
    )


class _Flat(nn.Module):
    """The model as a function of tensors, for tracing."""

    def __init__(self, model: nn.Module) -> None:
        super().__init__()
        self.model = model

    def forward(self, image: Tensor, min_score: Tensor) -> tuple[Tensor, ...]:
        with patch_builtin_len():
            return detect(self.model, image, min_score)


def write_graph(model: nn.Module, example: Tensor, path: Path) -> None:
    """Trace the model with the example [3, h, w] and write it."""
    with torch.no_grad():
        torch.onnx.export(
            _Flat(model).eval(),
            (example, torch.tensor(0.05)),
            str(path),
            input_names=list(INPUTS),
            output_names=list(OUTPUTS),
            dynamic_axes={
                "image": {1: "h", 2: "w"},
                **{name: {0: "n"} for name in OUTPUTS},
            },
            opset_version=17,
            dynamo=False,
        )


def check_parity(
    model: nn.Module, path: Path, pictures: list[Tensor], categories: int = len(CATEGORIES)
) -> int:
    """Compare the graph with the model on pictures; return the number of garments compared.

    What the graph finds beyond the first `categories` is left out.

    Raises:
        AssertionError: They differ by more than rounding.
    """
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    agreed = 0
    for picture, min_score in product(pictures, _MIN_SCORES):
        with torch.no_grad():
            wanted = [t.numpy() for t in detect(model, picture, min_score)]
        given = {"image": picture.numpy(), "min_score": np.array(min_score, np.float32)}
        found: list[Any] = session.run(None, given)
        known = found[2] < categories
        found = [output[known] for output in found]
        if found[0].shape != wanted[0].shape:
            raise AssertionError(f"{len(found[0])} garments instead of {len(wanted[0])}")
        np.testing.assert_allclose(found[1], wanted[1], atol=1e-3)
        np.testing.assert_array_equal(found[2], wanted[2])
        np.testing.assert_allclose(found[0], wanted[0], atol=0.1)
        np.testing.assert_allclose(found[3], wanted[3], atol=1e-2)
        agreed += len(found[0])
    return agreed


def garments_in(path: Path, picture: Tensor, score: float) -> int:
    """Return how many garments a graph finds in a picture [3, h, w] from a score on."""
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    given = {"image": picture.numpy(), "min_score": np.array(score, np.float32)}
    return len(session.run(["scores"], given)[0])


def export(
    cfg: CfgNode,
    checkpoint: Path | None,
    folder: Path,
    photos: list[Tensor],
    served_score: float,
    *,
    least: Mapping[str, float] = MappingProxyType({}),
    without: Collection[str] = (),
) -> tuple[Path, int]:
    """Write `segmenter.onnx` into `folder`; return it and the number of garments compared.

    `photos` are compared as they are, as is noise of odd sizes. Everything is computed on the
    processor, for which the graph is made. Scores of the categories `least` are moved, and
    those `without` are not found (`served_scores.py`).
    """
    cfg = cfg.clone()
    cfg.defrost()
    cfg.MODEL.DEVICE = "cpu"
    model = load_model(cfg, checkpoint)
    move_scores(model, least, served_score, without)
    folder.mkdir(parents=True, exist_ok=True)
    noise = torch.Generator().manual_seed(0)
    pictures = [torch.rand(3, h, w, generator=noise) * 255 for h, w in _SIZES] + photos
    temporary = folder / ".segmenter.onnx.new"
    write_graph(model, pictures[-1], temporary)
    agreed = check_parity(model, temporary, pictures)
    entry = {
        "input": "image",
        "score_input": "min_score",
        "short_side": cfg.INPUT.MIN_SIZE_TEST,
        "max_side": cfg.INPUT.MAX_SIZE_TEST,
        "score_threshold": served_score,
        "mask_margin": cfg.MODEL.ROI_MASK_HEAD.BOX_MARGIN,
        "categories": [None if c.name in without else c.name for c in categories_found(cfg)],
    }
    put_in_place(temporary, "segmenter.onnx", entry, folder)
    return folder / "segmenter.onnx", agreed
