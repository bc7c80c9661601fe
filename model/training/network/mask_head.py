"""The mask head of the network that ships: it sees the whole garment, and learns overlap.

A fully convolutional head decides each cell from its surroundings, so a bag against a coat,
or hair over it, remains undecided. A second branch therefore sees the pooled features as a
whole and adds one map to those of all categories (fully-connected fusion, Liu et al. 2018,
PANet). Besides the cross-entropy of each cell there is a loss for overlap (dice, Milletari et
al. 2016), under which being half sure everywhere does not pay.
"""

from typing import Any

import torch
from detectron2.config import CfgNode, configurable
from detectron2.layers import ShapeSpec
from detectron2.modeling import ROI_MASK_HEAD_REGISTRY
from detectron2.modeling.roi_heads.mask_head import (
    MaskRCNNConvUpsampleHead,
    mask_rcnn_inference,
    mask_rcnn_loss,
)
from detectron2.structures import Instances
from torch import Tensor, nn

_CHANNELS = 16


class WholeShape(nn.Module):
    """Maps pooled features [N, C, S, S] to one map of logits [N, 1, 2S, 2S].

    Its last layer starts at zero, so that it can be added to a trained head.
    """

    def __init__(self, channels: int, side: int) -> None:
        super().__init__()
        self.side = 2 * side
        self.reduce = nn.Conv2d(channels, _CHANNELS, 3, stride=2, padding=1)
        width = _CHANNELS * ((side + 1) // 2) ** 2
        self.map = nn.Linear(width, self.side**2)
        nn.init.zeros_(self.map.weight)
        nn.init.zeros_(self.map.bias)

    def forward(self, x: Tensor) -> Tensor:
        """Map features to logits; see the class."""
        seen = torch.relu(self.reduce(x)).flatten(1)
        return self.map(seen).reshape(-1, 1, self.side, self.side)  # type: ignore[no-any-return]


@ROI_MASK_HEAD_REGISTRY.register()
class FashionMaskHead(MaskRCNNConvUpsampleHead):  # type: ignore[misc]
    """Detectron2's mask head with a branch for the whole shape and a loss of overlap."""

    @configurable
    def __init__(
        self, input_shape: ShapeSpec, *, whole_shape: bool, dice_weight: float, **kwargs: Any
    ) -> None:
        super().__init__(input_shape, **kwargs)
        self.dice_weight = dice_weight
        if whole_shape:
            self.whole_shape = WholeShape(input_shape.channels, input_shape.height)

    @classmethod
    def from_config(cls, cfg: CfgNode, input_shape: ShapeSpec) -> dict[str, Any]:
        """Return the arguments of the constructor; Detectron2 calls this."""
        arguments: dict[str, Any] = super().from_config(cfg, input_shape)
        options = cfg.MODEL.ROI_MASK_HEAD
        return {
            **arguments,
            "whole_shape": options.WHOLE_SHAPE,
            "dice_weight": options.DICE_WEIGHT,
        }

    def layers(self, x: Tensor) -> Tensor:
        """Map pooled features [N, C, S, S] to logits [N, categories, 2S, 2S]."""
        logits = x
        for name, layer in self.named_children():
            if name != "whole_shape":
                logits = layer(logits)
        return logits + self.whole_shape(x) if hasattr(self, "whole_shape") else logits

    def forward(self, x: Tensor, instances: list[Instances]) -> Any:
        """Return the losses in training, otherwise the instances with masks."""
        logits = self.layers(x)
        if not self.training:
            mask_rcnn_inference(logits, instances)
            return instances
        logits = logits.float()
        losses = {"loss_mask": mask_rcnn_loss(logits, instances) * self.loss_weight}
        if self.dice_weight > 0:
            losses["loss_dice"] = self.dice_weight * dice_loss(logits, instances)
        return losses


def dice_loss(logits: Tensor, instances: list[Instances]) -> Tensor:
    """Return the mean over N masks of 1 - 2 |A B| / (|A| + |B|), squares in the denominator.

    `logits` are [N, categories, M, M], for the proposals of all instances in order.
    """
    some = [i for i in instances if len(i)]
    if not some:
        return logits.sum() * 0
    truth = torch.cat(
        [i.gt_masks.crop_and_resize(i.proposal_boxes.tensor, logits.shape[-1]) for i in some]
    ).flatten(1)
    classes = torch.cat([i.gt_classes for i in some])
    guess = logits[torch.arange(len(logits), device=logits.device), classes].sigmoid().flatten(1)
    wanted = truth.to(guess.dtype)
    common = (guess * wanted).sum(dim=1)
    total = guess.square().sum(dim=1) + wanted.sum(dim=1)
    return (1 - (2 * common + 1) / (total + 1)).mean()
