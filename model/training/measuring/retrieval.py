"""Consumer-to-shop retrieval as DeepFashion2 measures it.

A query is a garment on a user's photo with a style over 0; the gallery is every garment on
every shop photo. A query and a gallery garment belong together if their photos have the same
`pair_id` and they have the same style. A query counts as found among the first k if one of the
k gallery garments that are most alike lies (box IoU from 0.5) on a garment that belongs to it.

With detected boxes, the find that stands for a query is the best scored of those that overlap
it more than any other annotated garment and have its category; a query without one is missed,
and counts as not found. These are the rules of the authors' `deepfashion2_retrieval_test.py` and
`evaluation.md` (https://github.com/switchablenorms/DeepFashion2), with one difference: a find
that overlaps nothing stands for nothing, where theirs stands for the photo's first garment.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from pycocotools import mask as coco_mask

from model.training.data.subsets import subsets_of
from model.training.detecting.detectors import Array
from model.training.measuring.intervals import Interval, photo_draws, ratios

TOP = (1, 5, 10, 15, 20)
_DEEPEST = max(TOP)
_OVERLAP = 0.5
# Queries that are compared with the gallery at once.
_AT_ONCE = 256

# x, y, width, height in pixels of the photo.
Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class Item:
    """A garment on a photo, annotated or found."""

    image_id: int
    box: Box
    category: int  # id, from 1
    score: float = 1.0
    pair: int = 0
    style: int = 0
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass
class Side:
    """The users' or the shops' photos."""

    annotated: Sequence[Item]
    # What is searched with, or for: the annotated garments themselves, or what a model found.
    found: Sequence[Item]
    # Unit vectors of `found`, float [N, dimensions].
    vectors: Array


@dataclass
class Retrieval:
    """What a gallery answers to the queries of users' photos."""

    queries: list[Item]
    # Of each query: the place of the first right answer, from 0, or -1.
    places: Array
    missed: int
    without_counterpart: int
    gallery: int
    # In the authors' format.
    results: list[dict[str, Any]]

    def summary(self, draws: int = 0) -> dict[str, Any]:
        """Return top-k accuracies, 0 to 1, overall and by subset, with 95 % intervals."""
        summary: dict[str, Any] = {
            "queries": len(self.queries),
            "gallery": self.gallery,
            "missed": self.missed,
            "without_counterpart": self.without_counterpart,
            "top": self._top(np.ones(len(self.queries), bool)),
        }
        subsets = {}
        for subset in subsets_of(query.facts for query in self.queries):
            chosen = np.array([subset.holds(query.facts) for query in self.queries])
            subsets[subset.name] = {"queries": int(chosen.sum()), "top": self._top(chosen)}
        if subsets:
            summary["subsets"] = subsets
        if draws and self.queries:
            summary["intervals"] = self._intervals(draws)
        return summary

    def _found(self, k: int) -> Array:
        return np.asarray((self.places >= 0) & (self.places < k))

    def _top(self, chosen: Array) -> dict[str, float]:
        many = max(int(chosen.sum()), 1)
        return {str(k): float((self._found(k) & chosen).sum()) / many for k in TOP}

    def _intervals(self, draws: int) -> dict[str, list[float]]:
        photos, photo = np.unique([query.image_id for query in self.queries], return_inverse=True)
        weights = photo_draws(len(photos), draws)
        totals = np.bincount(photo, minlength=len(photos))
        intervals = {}
        for k in TOP:
            counts = np.bincount(photo, weights=self._found(k), minlength=len(photos))
            interval = Interval.of(ratios(counts, totals, weights))
            intervals[str(k)] = [interval.low, interval.high]
        return intervals


def retrieve(user: Side, shop: Side) -> Retrieval:
    """Answer the queries of users' photos from the gallery of shops' photos."""
    belongs: dict[tuple[int, int], dict[int, list[Box]]] = defaultdict(lambda: defaultdict(list))
    for item in shop.annotated:
        if item.style > 0:
            belongs[item.pair, item.style][item.image_id].append(item.box)
    wanted = [number for number, item in enumerate(user.annotated) if item.style > 0]
    asking = [n for n in wanted if (user.annotated[n].pair, user.annotated[n].style) in belongs]
    queries = [user.annotated[number] for number in asking]
    stand_in = _stand_ins(user.annotated, user.found)
    photos = {query.image_id for query in queries}
    asked = [number for number, item in enumerate(user.found) if item.image_id in photos]
    answers = dict(zip(asked, _nearest(user.vectors[asked], shop.vectors), strict=True))
    places = np.full(len(queries), -1)
    for place, (number, query) in enumerate(zip(asking, queries, strict=True)):
        right = belongs[query.pair, query.style]
        for rank, answer in enumerate(answers.get(stand_in.get(number, -1), ())):
            if _lies_on(shop.found[answer], right):
                places[place] = rank
                break
    return Retrieval(
        queries=queries,
        places=places,
        missed=sum(number not in stand_in for number in asking),
        without_counterpart=len(wanted) - len(queries),
        gallery=len(shop.found),
        results=[_result(user.found[n], [shop.found[a] for a in answers[n]]) for n in asked],
    )


def _stand_ins(annotated: Sequence[Item], found: Sequence[Item]) -> dict[int, int]:
    """Return the number of the detection matched to each annotated garment, if any."""
    by_photo: dict[int, list[int]] = defaultdict(list)
    for number, item in enumerate(annotated):
        by_photo[item.image_id].append(number)
    best: dict[int, int] = {}
    for number, find in enumerate(found):
        there = by_photo.get(find.image_id)
        if not there:
            continue
        shared = _ious([find.box], [annotated[n].box for n in there])[0]
        most = there[int(np.argmax(shared))]
        if shared.max() <= 0 or annotated[most].category != find.category:
            continue
        if most not in best or found[best[most]].score < find.score:
            best[most] = number
    return best


def _nearest(vectors: Array, gallery: Array) -> list[list[int]]:
    """Return for each vector the places of the most alike in the gallery, best first."""
    found: list[list[int]] = []
    count = min(_DEEPEST, len(gallery))
    for start in range(0, len(vectors), _AT_ONCE):
        cosines = vectors[start : start + _AT_ONCE] @ gallery.T
        for row in cosines:
            few = np.argpartition(-row, count - 1)[:count] if count else np.zeros(0, int)
            found.append(few[np.lexsort((few, -row[few]))].tolist())
    return found


def _lies_on(item: Item, right: Mapping[int, list[Box]]) -> bool:
    boxes = right.get(item.image_id)
    return boxes is not None and bool((_ious([item.box], boxes) >= _OVERLAP).any())


def _ious(first: Iterable[Box], second: Iterable[Box]) -> Array:
    one, other = (np.array(list(boxes), float).reshape(-1, 4) for boxes in (first, second))
    return np.asarray(coco_mask.iou(one, other, np.zeros(len(other), np.uint8)))


def _result(find: Item, answers: Sequence[Item]) -> dict[str, Any]:
    return {
        "query_image_id": find.image_id,
        "query_bbox": _corners(find.box),
        "query_cls": find.category,
        "query_score": find.score,
        "gallery_image_id": [answer.image_id for answer in answers],
        "gallery_bbox": [_corners(answer.box) for answer in answers],
    }


def _corners(box: Box) -> list[float]:
    x, y, width, height = box
    return [x, y, x + width, y + height]
