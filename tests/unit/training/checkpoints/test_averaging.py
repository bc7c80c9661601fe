"""Averaged weights are of the run, not of what a network was before its weights were loaded."""

import pytest

pytest.importorskip("detectron2")

import torch
from torch import nn

from model.training.checkpoints.averaging import WeightAverage


def test_weights_that_were_loaded_later_are_all_that_is_averaged() -> None:
    model = nn.Linear(3, 2)
    average = WeightAverage(model, 0.998)
    loaded = {name: torch.full_like(value, 7.0) for name, value in model.state_dict().items()}
    model.load_state_dict(loaded)
    average.update(model)
    seen = nn.Linear(3, 2)
    average.copy_to(seen)
    torch.testing.assert_close(seen.state_dict(), loaded)


def test_later_steps_are_averaged() -> None:
    model = nn.Linear(3, 2)
    average = WeightAverage(model, 0.998)
    for value in (1.0, 2.0):
        nn.init.constant_(model.weight, value)
        average.update(model)
    # At the second step a quarter of what was before is kept.
    torch.testing.assert_close(average.average["weight"], torch.full((2, 3), 1.75))
