"""How much a figure would differ on other photos of the same kind: bootstrap over photos.

Photos are drawn again and again, as many as there are, some twice and some not at all, and
the figure is computed for each draw (Efron 1979). The middle 95 of 100 values are the
interval. Garments of one photo stay together, because they are not independent.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from model.training.detecting.detectors import Array

DRAWS = 1000
_SEED = 1
_INSIDE = (2.5, 97.5)
# Draws that are computed at once, which bounds the memory.
_AT_ONCE = 50


@dataclass(frozen=True)
class Interval:
    """The 95 % interval of a figure."""

    low: float
    high: float

    @classmethod
    def of(cls, values: Array) -> "Interval":
        """Return the interval of the values of all draws, NaN where a draw has none.

        It is NaN itself if no draw has a value.
        """
        known = values[~np.isnan(values)]
        low, high = np.percentile(known, _INSIDE) if known.size else (np.nan, np.nan)
        return cls(float(low), float(high))


def photo_draws(photos: int, draws: int, seed: int = _SEED) -> Array:
    """Return how often each photo is drawn: int [draws, photos]."""
    random = np.random.default_rng(seed)
    return np.asarray(random.multinomial(photos, np.full(photos, 1 / photos), size=draws))


def average_precisions(evaluation: Any, weights: Array, threshold: int | None = None) -> Array:
    """Return COCO's AP for each draw, float [draws], NaN where nothing is annotated.

    Args:
        evaluation: COCO's evaluation, after `evaluate`.
        weights: How often each photo counts, int [draws, photos], in the order of
            `evaluation.params.imgIds`.
        threshold: Index of the only IoU threshold to take, 0 for AP50, 5 for AP75; None for
            the mean over all ten.
    """
    parameters = evaluation.params
    photos, areas = len(parameters.imgIds), len(parameters.areaRng)
    per_category = []
    for category in range(len(parameters.catIds)):
        # Area 0 is "all"; photos come one after the other.
        first = category * areas * photos
        per_photo = evaluation.evalImgs[first : first + photos]
        per_category.append(_category_precision(per_photo, parameters.recThrs, weights, threshold))
    table = np.array(per_category)
    occurs = ~np.isnan(table)
    total = np.where(occurs, table, 0.0).sum(axis=0)
    counts = occurs.sum(axis=0)
    empty: Array = np.full(len(weights), np.nan)
    return np.asarray(np.divide(total, counts, out=empty, where=counts > 0))


def _category_precision(
    per_photo: Sequence[dict[str, Any] | None],
    recalls: Array,
    weights: Array,
    threshold: int | None,
) -> Array:
    """Return one category's AP for each draw, as `COCOeval.accumulate` computes it."""
    present = [(index, found) for index, found in enumerate(per_photo) if found is not None]
    wanted = np.zeros((len(weights), 0))
    if present:
        counts = [np.count_nonzero(np.asarray(found["gtIgnore"]) == 0) for _, found in present]
        wanted = weights[:, [index for index, _ in present]] * np.array(counts)
    positives = wanted.sum(axis=1)
    result = np.full(len(weights), np.nan)
    if not positives.any():
        return result
    scores = np.concatenate([found["dtScores"] for _, found in present])
    photo = np.concatenate([np.full(len(found["dtScores"]), index) for index, found in present])
    order = np.argsort(-scores, kind="mergesort")
    photo = photo[order].astype(int)
    one = slice(None) if threshold is None else slice(threshold, threshold + 1)
    matched = np.concatenate([f["dtMatches"] for _, f in present], axis=1)[one, order] > 0
    ignored = np.concatenate([f["dtIgnore"] for _, f in present], axis=1)[one, order] > 0
    for start in range(0, len(weights), _AT_ONCE):
        part = slice(start, start + _AT_ONCE)
        result[part] = np.mean(
            [
                _interpolated(weights[part][:, photo], right, wrong, positives[part], recalls)
                for right, wrong in zip(matched & ~ignored, ~matched & ~ignored, strict=True)
            ],
            axis=0,
        )
    return result


def _interpolated(
    weights: Array, right: Array, wrong: Array, positives: Array, recalls: Array
) -> Array:
    """Return the mean precision at the given recalls, float [draws]; NaN without positives."""
    true = np.cumsum(weights * right, axis=1, dtype=np.float64)
    false = np.cumsum(weights * wrong, axis=1, dtype=np.float64)
    precision = true / np.maximum(true + false, np.spacing(1))
    precision = np.maximum.accumulate(precision[:, ::-1], axis=1)[:, ::-1]
    found = np.full(len(weights), np.nan)
    for draw in np.flatnonzero(positives):
        places = np.searchsorted(true[draw] / positives[draw], recalls, side="left")
        reached = places < true.shape[1]
        found[draw] = precision[draw, places[reached]].sum() / len(recalls)
    return found


def ratios(counts: Array, totals: Array, weights: Array) -> Array:
    """Return the ratio of two sums over photos for each draw, float [draws].

    `counts` and `totals` are of each photo; NaN where the total is nothing.
    """
    above, below = weights @ counts, weights @ totals
    empty: Array = np.full(len(weights), np.nan)
    return np.asarray(np.divide(above, below, out=empty, where=below > 0))
