"""Train the box head alone, on features that are computed once.

A step of the whole network spends nine tenths of its time before and after the head that
says what a box shows. Where time is short and the network already finds garments, the
features of many composed pictures are kept and the head goes over them again and again.
Proposals are those of inference, so it learns from what it is asked when served.
"""

import logging
import math
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from detectron2.config import CfgNode
from detectron2.modeling import build_model
from detectron2.structures import Boxes, Instances, pairwise_iou
from detectron2.utils.events import EventStorage
from torch import Tensor, nn

from model.training.checkpoints.mixing import weights_of
from model.training.composing.composition import Collages
from model.training.exporting.export import load_weights
from model.training.network.devices import usable
from model.training.network.ignoring import garments, ignored_boxes, lies_in

logger = logging.getLogger(__name__)

# Of a picture's proposals that lie on no garment, those that look most like one are kept.
_BACKGROUND_KEPT = 32
_GARMENTS_KEPT = 24
# Share of garments in each step.
_GARMENT_SHARE = 0.3
# A proposal shows a garment from this IoU on, as Detectron2 has it.
_OVERLAP = 0.5


@dataclass
class Examples:
    """Proposals of many pictures with their pooled features."""

    features: Tensor  # [N, channels, 7, 7] float16
    boxes: Tensor  # [N, 4]
    true_boxes: Tensor  # [N, 4]
    classes: Tensor  # [N] int64, the number of classes for background

    def __len__(self) -> int:
        return len(self.classes)


def joined(parts: list[Examples]) -> Examples:
    """Return all examples together."""
    return Examples(
        torch.cat([p.features for p in parts]),
        torch.cat([p.boxes for p in parts]),
        torch.cat([p.true_boxes for p in parts]),
        torch.cat([p.classes for p in parts]),
    )


def loaded(cfg: CfgNode, weights: Path) -> nn.Module:
    """Build the model with the (averaged) weights of a run or a file, for inference."""
    cfg = cfg.clone()
    cfg.defrost()
    cfg.MODEL.EFFICIENTNET.PRETRAINED = False
    cfg.MODEL.DEVICE = usable(cfg.MODEL.DEVICE)
    model: nn.Module = build_model(cfg)
    load_weights(model, weights_of(weights), weights)
    return model.float().eval()


@torch.no_grad()
def examples_of(model: Any, sample: dict[str, Any]) -> Examples:
    """Return the examples that one composed picture gives."""
    heads = model.roi_heads
    images = model.preprocess_image([sample])
    features = model.backbone(images.tensor)
    (proposals,), _ = model.proposal_generator(images, features, None)
    targets = sample["instances"].to(model.device)
    known = garments(targets)
    boxes = Boxes.cat([proposals.proposal_boxes, known.gt_boxes])
    background = heads.num_classes
    classes = torch.full((len(boxes),), background, device=boxes.device)
    true_boxes = boxes.tensor.clone()
    unknown = lies_in(ignored_boxes(targets), boxes)
    if len(known):
        best, index = pairwise_iou(boxes, known.gt_boxes).max(dim=1)
        worn = best >= _OVERLAP
        classes[worn] = known.gt_classes[index[worn]]
        true_boxes[worn] = known.gt_boxes.tensor[index[worn]]
        unknown &= ~worn
    pooled = heads.box_pooler([features[name] for name in heads.box_in_features], [boxes])
    scores = heads.box_predictor(heads.box_head(pooled))[0].softmax(dim=1)
    alarm = 1 - scores[:, background]
    empty = torch.nonzero((classes == background) & ~unknown).flatten()
    empty = empty[alarm[empty].argsort(descending=True)[:_BACKGROUND_KEPT]]
    worn_index = torch.nonzero(classes < background).flatten()
    chance = torch.randperm(len(worn_index), device=boxes.device)
    kept = torch.cat([worn_index[chance[:_GARMENTS_KEPT]], empty])
    # Thousands of pictures fit into the machine's memory, not into a GPU's.
    return Examples(
        pooled[kept].half().cpu(),
        boxes.tensor[kept].cpu(),
        true_boxes[kept].cpu(),
        classes[kept].cpu(),
    )


def batch_of(examples: Examples, chosen: Tensor, device: torch.device) -> tuple[Tensor, Instances]:
    """Return the features and the targets of some examples, on a device."""
    found = Instances((1024, 1024))
    found.proposal_boxes = Boxes(examples.boxes[chosen].to(device))
    found.gt_boxes = Boxes(examples.true_boxes[chosen].to(device))
    found.gt_classes = examples.classes[chosen].to(device)
    return examples.features[chosen].to(device).float(), found


def collect(cfg: CfgNode, model: nn.Module, pictures: int, seed: int) -> Examples:
    """Return the examples of so many composed pictures."""
    stream = iter(Collages(cfg, seed=seed, batch=1))
    return joined([examples_of(model, next(stream)) for _ in range(pictures)])


def polish(
    model: Any, examples: Examples, steps: int, rate: float, *, batch: int = 512, seed: int = 0
) -> None:
    """Train the model's box head and what it predicts, in place, along a cosine."""
    head, predictor = model.roi_heads.box_head, model.roi_heads.box_predictor
    parameters = [*head.parameters(), *predictor.parameters()]
    for parameter in parameters:
        parameter.requires_grad_(True)
    optimizer = torch.optim.AdamW(parameters, lr=rate, weight_decay=0.02)
    random = torch.Generator().manual_seed(seed)
    background = model.roi_heads.num_classes
    worn = torch.nonzero(examples.classes < background).flatten()
    empty = torch.nonzero(examples.classes == background).flatten()
    shown = round(_GARMENT_SHARE * batch)
    began = time.monotonic()
    with EventStorage(0):
        for step in range(steps):
            for group in optimizer.param_groups:
                group["lr"] = rate * (0.01 + 0.99 * (1 + math.cos(math.pi * step / steps)) / 2)
            chosen = torch.cat(
                [
                    part[torch.randint(len(part), (count,), generator=random)]
                    for part, count in ((worn, shown), (empty, batch - shown))
                    if len(part)
                ]
            )
            features, found = batch_of(examples, chosen, model.device)
            predictions = predictor(head(features))
            losses = predictor.losses(predictions, [found])
            optimizer.zero_grad()
            sum(losses.values()).backward()
            nn.utils.clip_grad_norm_(parameters, 5.0)
            optimizer.step()
            if step % 100 == 0:
                told = {name: round(float(loss), 4) for name, loss in losses.items()}
                logger.info(
                    "step %d of %d, %.0f s: %s", step, steps, time.monotonic() - began, told
                )
