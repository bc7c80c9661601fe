"""Region proposals and heads that learn nothing from unlabelled places.

A target of the class `IGNORED` is a place that nobody can identify, or with garments
that nobody labelled. What lies mostly inside such places and on no garment is neither
a positive nor a negative example.
"""

import torch
from detectron2.modeling import PROPOSAL_GENERATOR_REGISTRY, ROI_HEADS_REGISTRY, StandardROIHeads
from detectron2.modeling.proposal_generator import RPN
from detectron2.structures import Boxes, Instances, pairwise_ioa, pairwise_iou
from torch import Tensor

IGNORED = -1

_MOSTLY = 0.5


def lies_in(ignored: Boxes, boxes: Boxes) -> Tensor:
    """Return for each of `boxes` whether `ignored` covers more than half of it.

    The ignored boxes of one photo hardly overlap, so their shares are added.
    """
    if len(ignored) == 0:
        return torch.zeros(len(boxes), dtype=torch.bool, device=boxes.device)
    covered: Tensor = pairwise_ioa(ignored, boxes).sum(dim=0)
    return covered > _MOSTLY


def garments(targets: Instances) -> Instances:
    """Return the targets that are garments."""
    return targets[targets.gt_classes != IGNORED]


def ignored_boxes(targets: Instances) -> Boxes:
    """Return the boxes of the targets to ignore."""
    boxes: Boxes = targets.gt_boxes[targets.gt_classes == IGNORED]
    return boxes


@PROPOSAL_GENERATOR_REGISTRY.register()
class IgnoringRPN(RPN):  # type: ignore[misc]
    """Detectron2's RPN, with anchors in ignored regions left out of the loss."""

    @torch.no_grad()
    def label_and_sample_anchors(
        self, anchors: list[Boxes], gt_instances: list[Instances]
    ) -> tuple[list[Tensor], list[Tensor]]:
        """Label each anchor 1 (garment), 0 (background) or -1 (left out).

        Returns, per picture, labels [anchors] and the matched boxes [anchors, 4].
        """
        every = Boxes.cat(anchors)
        labels, matched = [], []
        for targets in gt_instances:
            boxes = garments(targets).gt_boxes
            index, label = self.anchor_matcher(pairwise_iou(boxes, every))
            label = label.to(every.device)
            label[(label == 0) & lies_in(ignored_boxes(targets), every)] = -1
            labels.append(self._subsample_labels(label))
            matched.append(boxes.tensor[index] if len(boxes) else torch.zeros_like(every.tensor))
        return labels, matched


@ROI_HEADS_REGISTRY.register()
class IgnoringROIHeads(StandardROIHeads):  # type: ignore[misc]
    """Detectron2's heads, with proposals in ignored regions never sampled.

    Attributes:
        most_masks: From so many garments a picture masks are learnt; 0 for all. The mask head
            takes a third of a step's time, and several proposals are of one garment.
    """

    most_masks = 0

    @torch.no_grad()
    def label_and_sample_proposals(
        self, proposals: list[Instances], targets: list[Instances]
    ) -> list[Instances]:
        """Sample proposals as Detectron2 does, but only outside ignored regions."""
        kept = []
        known = [garments(t) for t in targets]
        for candidates, of_picture, found in zip(proposals, targets, known, strict=True):
            boxes = candidates.proposal_boxes
            leave_out = lies_in(ignored_boxes(of_picture), boxes)
            if len(found):
                leave_out &= pairwise_iou(found.gt_boxes, boxes).amax(dim=0) < _MOSTLY
            kept.append(candidates[~leave_out])
        sampled: list[Instances] = super().label_and_sample_proposals(kept, known)
        return sampled

    def _forward_mask(
        self, features: dict[str, Tensor], instances: list[Instances]
    ) -> dict[str, Tensor] | list[Instances]:
        """Learn masks only from sure targets, and from at most `most_masks` of them."""
        if self.training:
            instances = [i[i.gt_sure] if i.has("gt_sure") else i for i in instances]
            if self.most_masks > 0:
                instances = [some_garments(i, self.most_masks, self.num_classes) for i in instances]
        result: dict[str, Tensor] | list[Instances] = super()._forward_mask(features, instances)
        return result


def some_garments(proposals: Instances, most: int, num_classes: int) -> Instances:
    """Return at most `most` of the proposals that lie on a garment, chosen by chance."""
    worn = torch.nonzero(proposals.gt_classes < num_classes).flatten()
    return proposals[worn[torch.randperm(len(worn), device=worn.device)[:most]]]
