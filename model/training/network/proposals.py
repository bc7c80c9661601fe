"""Region proposals of one picture, of which only the best are computed.

Detectron2 turns every anchor into a box and then takes the few best of each level. That is
twenty thousand boxes for two hundred, and a tenth of a picture's time in a graph.
"""

from typing import Any

import torch
from detectron2.modeling.proposal_generator.proposal_utils import find_top_rpn_proposals
from detectron2.structures import Instances
from torch import Tensor


def best_proposals(
    generator: Any, features: dict[str, Tensor], size: tuple[int, int]
) -> list[Instances]:
    """Return what Detectron2's `RPN` proposes for one picture in evaluation, in a list.

    Args:
        generator: The `RPN`.
        features: Its features, each [1, C, h, w].
        size: The picture's height and width.
    """
    levels = [features[name] for name in generator.in_features]
    grid = generator.anchor_generator
    most = generator.pre_nms_topk[False]
    scores, boxes = [], []
    for level, logits, changes, shapes, stride in zip(
        levels, *generator.rpn_head(levels), grid.cell_anchors, grid.strides, strict=True
    ):
        each, width = len(shapes), level.shape[3]
        flat = logits[0].permute(1, 2, 0).flatten()
        # A number in PyTorch, a tensor while a graph is traced.
        there = flat.shape[0]
        count = there.clamp(max=most) if isinstance(there, Tensor) else min(there, most)
        best, index = flat.topk(count)
        cell = index // each
        column, row = cell % width, cell // width
        corners = (torch.stack([column, row, column, row], dim=1) + grid.offset) * stride
        by_anchor = changes[0].permute(1, 2, 0).reshape(-1, 4)
        anchors = corners.to(shapes.dtype) + shapes[index % each]
        boxes.append(generator.box2box_transform.apply_deltas(by_anchor[index], anchors)[None])
        scores.append(best[None])
    proposals: list[Instances] = find_top_rpn_proposals(
        boxes,
        scores,
        [size],
        generator.nms_thresh,
        most,
        generator.post_nms_topk[False],
        generator.min_box_size,
        training=False,
    )
    return proposals
