"""The branch for the whole shape, and the loss of overlap."""

import pytest

pytest.importorskip("detectron2")

import torch
from detectron2.layers import ShapeSpec
from detectron2.structures import BitMasks, Boxes, Instances
from detectron2.utils.events import EventStorage

from model.training.network.config import load_config
from model.training.network.ignoring import some_garments
from model.training.network.mask_head import FashionMaskHead, WholeShape, dice_loss


def target(category: int) -> Instances:
    """One garment that fills the left half of its box."""
    mask = torch.zeros(1, 56, 56, dtype=torch.bool)
    mask[:, :, :28] = True
    instances = Instances((56, 56))
    instances.proposal_boxes = Boxes(torch.tensor([[0.0, 0.0, 56.0, 56.0]]))
    instances.gt_classes = torch.tensor([category])
    instances.gt_masks = BitMasks(mask)
    return instances


def logits(left: float, right: float, category: int) -> torch.Tensor:
    result = torch.zeros(1, 13, 28, 28)
    result[:, category, :, :14] = left
    result[:, category, :, 14:] = right
    return result


def test_overlap_costs_nothing_where_the_mask_is_right_and_all_where_it_is_the_rest() -> None:
    assert dice_loss(logits(20, -20, 7), [target(7)]) == pytest.approx(0, abs=1e-3)
    assert dice_loss(logits(-20, 20, 7), [target(7)]) == pytest.approx(1, abs=5e-3)


def test_only_the_garments_own_category_counts() -> None:
    other = logits(20, -20, 7)
    other[:, 3] = 20.0
    assert dice_loss(other, [target(7)]) == pytest.approx(0, abs=1e-3)


def test_half_sure_everywhere_costs_more_than_a_wrong_rim() -> None:
    half_sure = dice_loss(logits(0, 0, 7), [target(7)])
    rim = logits(20, -20, 7)
    rim[:, 7, :, 12:14] = -20
    assert dice_loss(rim, [target(7)]) < 0.3 * half_sure


def test_no_masks_no_loss() -> None:
    empty = target(7)[torch.tensor([False])]
    assert dice_loss(torch.zeros(0, 13, 28, 28), [empty]) == 0


def test_the_whole_shape_starts_at_nothing_and_then_reaches_across_the_garment() -> None:
    torch.manual_seed(0)
    branch = WholeShape(8, 14)
    features = torch.rand(2, 8, 14, 14, requires_grad=True)
    assert not branch(features).any()
    torch.nn.init.normal_(branch.map.weight)
    branch(features)[0, 0, 0, 0].backward()
    assert features.grad is not None
    assert features.grad[0, :, 13, 13].any(), "the far corner does not count"
    assert not features.grad[1].any()


def test_the_head_takes_up_weights_of_one_without_the_branch() -> None:
    shape = ShapeSpec(channels=96, height=14, width=14)
    cfg = load_config()
    new = FashionMaskHead(cfg, shape).eval()
    cfg.MODEL.ROI_MASK_HEAD.WHOLE_SHAPE = False
    plain = FashionMaskHead(cfg, shape).eval()
    missing, unknown = new.load_state_dict(plain.state_dict(), strict=False)
    assert {name.partition(".")[0] for name in missing} == {"whole_shape"}
    assert unknown == []
    features = torch.rand(3, 96, 14, 14)
    assert torch.equal(new.layers(features), plain.layers(features))


def test_both_losses_are_learnt_from() -> None:
    cfg = load_config()
    head = FashionMaskHead(cfg, ShapeSpec(channels=96, height=14, width=14)).train()
    with EventStorage():
        losses = head(torch.rand(1, 96, 14, 14), [target(7)])
    assert set(losses) == {"loss_mask", "loss_dice"}
    assert all(loss > 0 for loss in losses.values())


def test_masks_are_learnt_from_so_many_garments_of_a_picture_and_from_no_background() -> None:
    background = load_config().MODEL.ROI_HEADS.NUM_CLASSES
    proposals = Instances((56, 56))
    proposals.gt_classes = torch.tensor([3] * 20 + [background] * 40)
    few, all_of_them = (
        some_garments(proposals, 12, background),
        some_garments(proposals, 50, background),
    )
    assert few.gt_classes.tolist() == [3] * 12
    assert all_of_them.gt_classes.tolist() == [3] * 20
