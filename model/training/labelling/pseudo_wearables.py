"""Labels of shoes, bags and so on for photos that have only tags, made by an earlier model.

A tag says that there is a hat, which is half of what a model needs to know: its best find of a
hat is then one, even if it is not sure. Without the tag, hair that looks like a hat stays
background. A photo on which something tagged is not found at all is left out.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from model.training.detecting.detectors import Detections, Detector, as_served
from model.training.labelling.pseudo import PseudoLabel
from model.training.network.ignoring import IGNORED


@dataclass(frozen=True)
class _Tagged:
    """A category's number, the tags that say it is there, and those that it may have.

    `prompted` is the least score of the best find where a tag says that there is one.
    """

    number: int
    tags: frozenset[str]
    prompted: float
    perhaps: frozenset[str] = frozenset()


_SHOES = "shoes heels sandals boots sneakers flats pumps wedges loafers clogs"
_TAGGED = (
    _Tagged(13, frozenset(_SHOES.split()), 0.3),
    # Whether a wallet is a bag in the hand or in the pocket, the tag does not say.
    _Tagged(14, frozenset({"bag", "purse"}), 0.2, frozenset({"wallet"})),
    _Tagged(15, frozenset({"hat"}), 0.2),
    _Tagged(16, frozenset({"sunglasses", "glasses"}), 0.2),
    _Tagged(17, frozenset({"scarf"}), 0.15, frozenset({"cape"})),
    _Tagged(18, frozenset({"belt"}), 0.15),
)
_BAG = 14
# A find is looked at from here on.
_LEAST = 0.1
# From these scores on, a further bag is one, as is what a tag allows.
_FURTHER, _ALLOWED = 0.8, 0.6
# From these scores on, a find that is not kept is ignored: with the tag, and without.
_DOUBTFUL, _PASSER_BY = 0.3, 0.75
# Views that agree less have not found the same; under the second, the mask is a guess.
_SAME, _SURE_MASK = 0.5, 0.75


def worn_labels(
    folder: Path, detector: Detector
) -> Iterator[tuple[str, tuple[int, int], list[PseudoLabel]]]:
    """Yield file name, height and width, and the labels of each usable photo with tags.

    Args:
        folder: Holds `tags.json`, the tags of each file in `photos`.
        detector: Finds wearables, best with the `agreement` of several views.
    """
    for photo, tags in sorted(json.loads((folder / "tags.json").read_text()).items()):
        path = folder / "photos" / photo
        picture = cv2.imread(str(path), cv2.IMREAD_COLOR)
        if picture is None:
            continue
        labels = label_worn(detector(np.asarray(picture, np.uint8)), frozenset(tags))
        if labels is not None:
            yield str(path.resolve()), picture.shape[:2], labels


def label_worn(found: Detections, tags: frozenset[str]) -> list[PseudoLabel] | None:
    """Choose among the finds by the tags; None if something tagged is not found."""
    labels: list[PseudoLabel] = []
    for kind in _TAGGED:
        own = as_served(found[found.categories == kind.number], _LEAST)
        there = bool(tags & kind.tags)
        best = _best(own, kind.prompted) if there else None
        if there and best is None:
            return None
        for index in range(len(own)):
            score: Any = own.scores[index]
            further = there and kind.number == _BAG and score > _FURTHER
            if index == best or further or (tags & kind.perhaps and score > _ALLOWED):
                rough = own.agreement is not None and own.agreement[index] < _SURE_MASK
                labels.append(PseudoLabel(kind.number, own.masks[index], rough=bool(rough)))
            elif score >= (_DOUBTFUL if there else _PASSER_BY):
                labels.append(PseudoLabel(IGNORED, own.masks[index]))
    return labels


def _best(found: Detections, least: float) -> int | None:
    """Return the place of the best find, if it scores enough and the views agree on it."""
    if not len(found) or found.scores[0] < least:
        return None
    if found.agreement is not None and found.agreement[0] <= _SAME:
        return None
    return 0
