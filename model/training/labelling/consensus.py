"""One detector from several views of the same photo.

Labels that a model makes for itself teach it most where several views, at other sizes and
mirrored, agree; their mean is better than each of them (data distillation, Radosavovic et
al. 2018).
"""

from collections.abc import Sequence

import numpy as np

from model.photometry import Picture
from model.training.detecting.detectors import Array, Detections, Detector, overlaps

# Mask IoU from which two views found the same garment.
_SAME = 0.5


def mirrored(detector: Detector) -> Detector:
    """Return a detector that sees the mirror image and mirrors its finds back."""

    def run(picture: Picture) -> Detections:
        found = detector(np.ascontiguousarray(picture[:, ::-1]))
        boxes = found.boxes.copy()
        boxes[:, [0, 2]] = picture.shape[1] - found.boxes[:, [2, 0]]
        return Detections(boxes, found.scores, found.categories, found.masks[:, :, ::-1])

    return run


def consensus(looks: Sequence[Detector]) -> Detector:
    """Return a detector that combines the finds of several, best first.

    Each find of the first detector is matched with those of the others, whatever their
    category. The mask covers what more than half of those that found it cover; the category
    has the largest sum of scores; the score is the mean, 0 for detectors that missed it.
    `agreement` is the mean IoU of each mask with the combined one, 0 for those that missed it.
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
