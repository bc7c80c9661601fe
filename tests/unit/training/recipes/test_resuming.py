"""An interrupted run goes on with the photos, averages and scaler that it would have had."""

import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("detectron2")

import numpy as np
import torch
from detectron2.config import CfgNode
from torch import nn
from torch.utils.data import DataLoader

from model.training.checkpoints.averaging import WeightAverage
from model.training.composing.loading import PhotoError, PhotoMapper, make_loader
from model.training.data.datasets import register
from model.training.network.config import load_config
from model.training.network.ignoring import IGNORED
from model.training.recipes.polishing import Examples, batch_of
from model.training.recipes.trainer import FashionTrainer
from tests.unit.training.recipes.test_papers_recipe import THIN
from tests.unit.training.recipes.test_training import SMALL

pytestmark = [
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::FutureWarning"),
    pytest.mark.filterwarnings("ignore::UserWarning"),
]

SINGLE = [*THIN, "DATASETS.TRAIN", "('shop_train', 'street_train')"]


def configuration(kind: str, *overrides: str) -> CfgNode:
    if kind == "collage":
        return load_config(overrides=[*SMALL, *overrides])
    return load_config("mask_rcnn_R_50_FPN", [*SINGLE, *overrides])


def batches(cfg: CfgNode, first: int, count: int) -> list[Any]:
    return list(itertools.islice(make_loader(cfg, first), count))


def assert_same(first: list[Any], second: list[Any]) -> None:
    assert len(first) == len(second)
    for one, other in zip(itertools.chain(*first), itertools.chain(*second), strict=True):
        assert one.get("file_name") == other.get("file_name")
        assert torch.equal(one["image"], other["image"])
        assert torch.equal(one["instances"].gt_boxes.tensor, other["instances"].gt_boxes.tensor)


@pytest.mark.parametrize("kind", ["collage", "single"])
@pytest.mark.parametrize("workers", [0, 2])
def test_a_resumed_run_sees_what_an_uninterrupted_one_would_have_seen(
    photos: Path, kind: str, workers: int
) -> None:
    register(photos)
    whole = batches(configuration(kind), 0, 7)
    cfg = configuration(kind, "DATALOADER.NUM_WORKERS", str(workers))
    assert_same(batches(cfg, 4, 3), whole[4:])


def test_all_photos_are_seen_once_before_one_is_seen_again(photos: Path) -> None:
    register(photos)
    cfg = configuration("single")
    cfg.DATALOADER.ASPECT_RATIO_GROUPING = False
    seen = [sample["file_name"] for batch in batches(cfg, 0, 12) for sample in batch]
    assert len(set(seen)) == 24 == len(seen)


def test_another_seed_draws_others(photos: Path) -> None:
    register(photos)
    first, other = (
        [s["file_name"] for batch in batches(configuration("single", *seed), 0, 3) for s in batch]
        for seed in ((), ("SEED", "5"))
    )
    assert first != other


def test_a_batch_holds_upright_photos_or_ones_that_lie(photos: Path) -> None:
    register(photos)
    loader = make_loader(configuration("single"), 0)
    assert isinstance(loader, DataLoader)
    stream: Any = loader.dataset
    stream._lies = [index % 3 == 0 for index in range(len(stream._lies))]
    for batch in itertools.islice(stream.order(), 20):
        assert len({stream._lies[index] for _, index in batch}) == 1


def test_ignored_regions_reach_the_network_as_places_to_ignore(photos: Path) -> None:
    register(photos)
    for batch in batches(configuration("single"), 0, 2):
        for sample in batch:
            assert (sample["instances"].gt_classes == IGNORED).sum() == 1


def test_a_broken_photo_is_named(photos: Path, tmp_path: Path) -> None:
    path = tmp_path / "broken.jpg"
    path.write_bytes((photos / "street" / "photos" / "0000.jpg").read_bytes()[:-200])
    record = {"file_name": str(path), "width": 120, "height": 180, "annotations": [], "ignored": []}
    with pytest.raises(PhotoError, match=r"broken\.jpg cannot be learnt from") as caught:
        PhotoMapper(configuration("single"), is_train=True)(record)
    assert "--check" in caught.value.hint


class _Losses(nn.Module):
    """A model of one weight."""

    def __init__(self) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.zeros(1))

    def forward(self, data: Any) -> dict[str, torch.Tensor]:
        return {"loss": (self.weight - data).square().sum()}


def test_the_scaler_goes_on_where_it_was() -> None:
    cfg = load_config()
    before = FashionTrainer(_Losses(), None, cfg)
    before._scaler.scale(torch.zeros(1))  # it makes its scale when it is first used
    before._scaler.update(new_scale=12.0)
    before.iter, before.done = 6, 7
    after = FashionTrainer(_Losses(), None, cfg)
    after.load_state_dict(before.state_dict())
    assert after._scaler.get_scale() == 12.0
    assert after.done == 7


def test_a_run_whose_photos_will_be_others_says_so(caplog) -> None:
    before = FashionTrainer(_Losses(), None, load_config())
    after = FashionTrainer(_Losses(), None, load_config(overrides=["SEED", "9"]))
    after.load_state_dict(before.state_dict())
    assert "other photos" in caplog.text


# No GPU is needed to see that tensors of two devices meet: the device "meta" has no data, and
# refuses tensors of the processor just as a GPU does.


def test_restored_averages_stay_on_the_models_device() -> None:
    stored = WeightAverage(_Losses(), 0.9).state_dict()
    model = _Losses().to("meta")
    average = WeightAverage(model, 0.9)
    average.load_state_dict(stored)
    assert {value.device.type for value in average.average.values()} == {"meta"}
    average.update(model)
    average.copy_to(model)


def test_a_batch_of_kept_features_lies_where_the_head_is() -> None:
    examples = Examples(
        torch.rand(4, 3, 7, 7).half(),
        torch.rand(4, 4),
        torch.rand(4, 4),
        torch.tensor([0, 1, 13, 13]),
    )
    features, found = batch_of(examples, torch.tensor([2, 0]), torch.device("meta"))
    assert {
        features.device.type,
        found.proposal_boxes.device.type,
        found.gt_boxes.device.type,
        found.gt_classes.device.type,
    } == {"meta"}


class _Loader:
    """Draws a number when it begins, as PyTorch's does."""

    def __iter__(self) -> Iterator[torch.Tensor]:
        torch.rand(1)
        return itertools.repeat(torch.ones(1))


def test_steps_draw_by_their_number() -> None:
    def drawn(first: int) -> list[float]:
        cfg = load_config(overrides=["SOLVER.AMP.ENABLED", "False", "MODEL.DEVICE", "cpu"])
        model, numbers = _Losses(), []

        def remember(*_: Any) -> None:
            numbers.append(float(torch.rand(1)))

        model.register_forward_hook(remember)
        trainer = FashionTrainer(model, _Loader(), cfg)
        trainer.train(first, 6)
        return numbers

    np.testing.assert_array_equal(drawn(0)[4:], drawn(4))
