"""The heads of the Mask R-CNN that ships: masks that may reach beyond their box.

Now and then a predicted box cuts off a few pixels of a hem or a cuff, and a mask pooled
within it cannot recover them. So masks are pooled, learnt and pasted over the box grown by
`MODEL.ROI_MASK_HEAD.BOX_MARGIN` of its width and height on each side.
"""

from typing import Any

import torch
from detectron2.config import CfgNode, configurable
from detectron2.layers import ShapeSpec
from detectron2.modeling import ROI_HEADS_REGISTRY
from detectron2.structures import Boxes, Instances
from torch import Tensor

from model.training.network.ignoring import IgnoringROIHeads


def grown(boxes: Tensor, margin: float) -> Tensor:
    """Return boxes [N, 4] (x0, y0, x1, y1), grown at both ends by `margin` of each side.

    They may reach outside the picture.
    """
    reach = margin * (boxes[:, 2:] - boxes[:, :2])
    low, high = boxes[:, :2] - reach, boxes[:, 2:] + reach
    return torch.cat([low, high], dim=1)


@ROI_HEADS_REGISTRY.register()
class FashionROIHeads(IgnoringROIHeads):
    """`IgnoringROIHeads` whose masks cover grown boxes."""

    @configurable
    def __init__(self, *, mask_box_margin: float, most_masks: int = 0, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.mask_box_margin = mask_box_margin
        self.most_masks = most_masks

    @classmethod
    def from_config(cls, cfg: CfgNode, input_shape: dict[str, ShapeSpec]) -> dict[str, Any]:
        """Return the arguments of the constructor; Detectron2 calls this."""
        arguments: dict[str, Any] = super().from_config(cfg, input_shape)
        options = cfg.MODEL.ROI_MASK_HEAD
        own = {"mask_box_margin": options.BOX_MARGIN, "most_masks": options.MOST_LEARNT}
        return {**arguments, **own}

    def _forward_mask(
        self, features: dict[str, Tensor], instances: list[Instances]
    ) -> dict[str, Tensor] | list[Instances]:
        """Use grown boxes to pool and to cut true masks; the predicted boxes stay."""
        name = "proposal_boxes" if self.training else "pred_boxes"
        wide = []
        for found in instances:
            copy = Instances(found.image_size, **found.get_fields())
            copy.set(name, Boxes(grown(found.get(name).tensor, self.mask_box_margin)))
            wide.append(copy)
        result = super()._forward_mask(features, wide)
        if self.training:
            return result
        for found, copy in zip(instances, wide, strict=True):
            found.pred_masks = copy.pred_masks
        return instances
