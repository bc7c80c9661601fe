"""Move the scores of single categories, so that one least score fits all of them.

A category that is often found where it is not needs a higher score to be believed. A graph
asks for one score, and computes the masks of all finds from there on. So the category's logit
is moved by a constant: what scored `least` then scores what is served, and the order of its
finds stays as it was.
"""

import math
from collections.abc import Collection, Mapping
from typing import Any

import torch
from torch import nn

from model.categories import GARMENTS, category_by_name
from model.training.network.wearables import WearablesRCNN

# The logit of a category that is not to be found moves by so much.
_NEVER = -30.0


def move_scores(
    model: nn.Module, least: Mapping[str, float], served: float, without: Collection[str] = ()
) -> None:
    """Change the biases of a model's classes in place.

    A score is p = e^z / (e^z + rest), so it becomes `served` instead of `least` where z grows
    by logit(served) - logit(least) and the rest stays.

    Args:
        model: The network.
        least: By category, the score from which a find is to be served, between 0 and 1.
        served: The score from which all finds are served.
        without: Categories that are never to be found.

    Raises:
        ValueError: The model does not know a category.
    """
    moves = {name: _logit(served) - _logit(score) for name, score in least.items()}
    moves.update(dict.fromkeys(without, _NEVER))
    with torch.no_grad():
        for name, move in moves.items():
            part, number = _place(model, name)
            part.roi_heads.box_predictor.cls_score.bias[number] += move


def _place(model: Any, name: str) -> tuple[Any, int]:
    """Return the part of the network that finds a category, and its number there."""
    number = category_by_name(name).id - 1
    if number < len(GARMENTS):
        return model, number
    if isinstance(model, WearablesRCNN):
        return model.wearables, number - len(GARMENTS)
    raise ValueError(f"The network finds no {name}.")


def _logit(score: float) -> float:
    return math.log(score / (1 - score))
