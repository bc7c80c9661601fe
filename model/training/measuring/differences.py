"""Two models on the same photos: is one better, or were the photos kind to it?"""

from dataclasses import dataclass

import numpy as np

from model.training.measuring.coco_figures import KINDS, CocoFigures
from model.training.measuring.intervals import Interval, average_precisions, photo_draws

# Which IoU threshold a figure takes, as `average_precisions` counts them.
_THRESHOLDS = {"AP": None, "AP50": 0, "AP75": 5}


@dataclass(frozen=True)
class Difference:
    """A figure of two models, the second minus the first, and its 95 % interval.

    Both are computed on the same draws of the photos: what makes a photo hard is hard for
    both, so the difference is known better than either figure.
    """

    figure: str
    first: float
    second: float
    interval: Interval
    # Share of the draws in which the second is better.
    better: float

    @property
    def is_clear(self) -> bool:
        """Tell whether the interval leaves out 0."""
        return self.interval.low > 0 or self.interval.high < 0


def differences(first: CocoFigures, second: CocoFigures, draws: int) -> list[Difference]:
    """Return the differences in mask and box AP, AP50 and AP75."""
    found = []
    for kind in KINDS:
        evaluations = first.evaluation(kind), second.evaluation(kind)
        photos = len(evaluations[0].params.imgIds)
        weights = np.concatenate([np.ones((1, photos), int), photo_draws(photos, draws)])
        for name, threshold in _THRESHOLDS.items():
            one, other = (average_precisions(e, weights, threshold) for e in evaluations)
            apart = (other - one)[1:]
            found.append(
                Difference(
                    f"{kind} {name}",
                    float(one[0]),
                    float(other[0]),
                    Interval.of(apart),
                    float(np.mean(apart > 0)),
                )
            )
    return found


def differences_table(rows: list[Difference]) -> str:
    """Return one row per figure, in Markdown."""
    lines = [
        "| | first | second | second - first | 95 % interval | better in | |",
        "| --- " * 7 + "|",
    ]
    for row in rows:
        apart = row.second - row.first
        interval = f"{row.interval.low:+.3f} to {row.interval.high:+.3f}"
        verdict = "" if row.is_clear else "may be chance"
        lines.append(
            f"| {row.figure} | {row.first:.3f} | {row.second:.3f} | {apart:+.3f} | {interval} | "
            f"{row.better:.0%} of draws | {verdict} |"
        )
    return "\n".join(lines)
