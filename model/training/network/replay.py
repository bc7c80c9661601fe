"""Features of earlier pictures, learnt from again beside those of new ones.

Where the network below is frozen, a picture's features stay what they are. Composing a
picture and computing them takes longer than a step of small heads, so they are kept for
a while: a step then learns from more pictures than it computes.
"""

from collections import deque
from dataclasses import dataclass

import torch
from detectron2.structures import Instances
from torch import Tensor

Features = dict[str, Tensor]


@dataclass
class Seen:
    """The features of one picture, each [1, C, h, w], and what is on it."""

    features: Features
    targets: Instances


class Replay:
    """The latest pictures of each size; it is empty again when a run goes on.

    Args:
        drawn: How many earlier pictures to draw for each new one.
        kept: How many pictures of one size to keep.
    """

    def __init__(self, drawn: int, kept: int) -> None:
        self.drawn = drawn
        self._kept = kept
        self._of_size: dict[tuple[int, int], deque[Seen]] = {}

    def with_earlier(
        self, features: Features, targets: list[Instances]
    ) -> tuple[Features, list[Instances]]:
        """Return the features [N, C, h, w] and targets of new pictures, and of earlier ones.

        All new pictures are of one size, and so are the earlier ones.
        """
        earlier = self._of_size.setdefault(targets[0].image_size, deque(maxlen=self._kept))
        count = min(len(earlier), self.drawn * len(targets))
        chosen = [earlier[i] for i in torch.randperm(len(earlier))[:count].tolist()]
        for place, target in enumerate(targets):
            own = {name: level[place : place + 1].clone() for name, level in features.items()}
            earlier.append(Seen(own, target))
        joined = {
            name: torch.cat([level, *(each.features[name] for each in chosen)])
            for name, level in features.items()
        }
        return joined, [*targets, *(each.targets for each in chosen)]
