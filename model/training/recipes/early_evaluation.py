"""Figures during a run, so that a bad one is noticed after an hour and not after a day."""

import copy
from typing import Any

from detectron2.config import CfgNode
from detectron2.data import DatasetCatalog
from detectron2.engine import hooks
from detectron2.utils import comm
from torch import nn

from model.errors import WhereToBuyError
from model.training.checkpoints.averaging import WeightAverage
from model.training.detecting.detectors import model_detector
from model.training.measuring.evaluation import measure, read_photos

# Meanwhile the other processes wait, and they give up after half an hour.
MOST_PHOTOS = 500
_SERVED_SCORE = 0.5


class NothingToMeasureError(WhereToBuyError):
    """The photos that a run is to be measured on are missing."""

    code = "nothing-to-measure"


def early_evaluation(cfg: CfgNode, model: nn.Module, average: WeightAverage) -> hooks.EvalHook:
    """Return a hook that measures the model every `TEST.EVAL_PERIOD` steps and at the end.

    It takes at most 500 photos, spread evenly over the first of `DATASETS.TEST`, and the
    averaged weights if there are any. The figures go where the losses go: to the log,
    `metrics.json` and TensorBoard.

    Raises:
        NothingToMeasureError: There is no such data set.
    """
    name = next(iter(cfg.DATASETS.TEST), "")
    if name not in DatasetCatalog.list():
        raise NothingToMeasureError(
            f"The run is to be measured on {name!r}, which is not in the data folders.",
            hint="Put it there, name another in DATASETS.TEST, or take TEST.EVAL_PERIOD 0.",
        )

    def evaluate() -> dict[str, Any]:
        if not comm.is_main_process():
            return {}
        records = DatasetCatalog.get(name)
        records = records[:: -(-len(records) // MOST_PHOTOS)] if records else []
        seen = copy.deepcopy(model)
        if cfg.SOLVER.EMA_DECAY:
            average.copy_to(seen)
        detector = model_detector(cfg, seen.eval())
        summary = measure(detector, read_photos(records), _SERVED_SCORE).summary()
        return {
            kind: {key: value for key, value in summary[kind].items() if isinstance(value, float)}
            for kind in ("mask", "box", "served")
        }

    return hooks.EvalHook(cfg.TEST.EVAL_PERIOD, evaluate)
