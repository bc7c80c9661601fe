"""One detector made of several looks at the same photo.

A label that a model makes for itself teaches it most where several looks, at other sizes
and in the mirror, agree; their mean is better than each of them (data distillation,
Radosavovic et al. 2018).
"""

from collections.abc import Sequence

import numpy as np

from model.training.detectors import Array, Detections, Detector, overlaps
from model.training.photometry import Picture

# Mask IoU from which two looks saw one garment.
_SAME = 0.5


def mirrored(detector: Detector) -> Detector:
    """Return a detector that looks at the mirror image; what it finds is turned back."""

    def run(picture: Picture) -> Detections:
        found = detector(np.ascontiguousarray(picture[:, ::-1]))
        boxes = found.boxes.copy()
        boxes[:, [0, 2]] = picture.shape[1] - found.boxes[:, [2, 0]]
        return Detections(boxes, found.scores, found.categories, found.masks[:, :, ::-1])

    return run


def consensus(looks: Sequence[Detector]) -> Detector:
    """Return a detector that says what several found together, best first.

    What the first one finds is looked for among the finds of the others, whatever
    their category. The mask is where more than half of those who saw it see it, the
    category what most of the summed scores are for, the score the mean, with none for those
    who missed it. `agreement` is the mean IoU of each look's mask with the common one, 0
    where it was missed.
    """

    def run(picture: Picture) -> Detections:
        first, *others = (look(picture) for look in looks)
        shared = [overlaps(first.masks, other.masks) for other in others]
        count = len(first)
        scores, agreement = np.zeros(count, np.float32), np.zeros(count, np.float32)
        categories, masks = first.categories.copy(), first.masks.copy()
        for index in range(count):
            seen = [(first, index)]
            for other, shares in zip(others, shared, strict=True):
                if len(other) and shares[index].max() > _SAME:
                    seen.append((other, int(shares[index].argmax())))
            votes: dict[int, float] = {}
            for found, place in seen:
                category = int(found.categories[place])
                votes[category] = votes.get(category, 0.0) + float(found.scores[place])
            every: Array = np.stack([found.masks[place] for found, place in seen])
            common = every.mean(axis=0) > 0.5
            masks[index] = common
            categories[index] = max(votes, key=lambda category: votes[category])
            scores[index] = sum(votes.values()) / len(looks)
            agreement[index] = overlaps(every, common[None]).sum() / len(looks)
        best = np.argsort(-scores, kind="stable")
        return Detections(first.boxes, scores, categories, masks, agreement)[best]

    return run
