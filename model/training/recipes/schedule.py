"""Learning rate by progress, which is measured in steps or by the clock."""

import math
import time
from collections.abc import Sequence

import torch
from detectron2.config import CfgNode
from detectron2.engine import HookBase
from detectron2.utils import comm
from torch import distributed

from model.training.network.config import ConfigurationError


def learning_rate_factor(
    progress: float, step: int, warmup: int, drops: Sequence[float] = ()
) -> float:
    """Return the share of the base learning rate, after a linear warm-up.

    With `drops`, it falls to a tenth at each of these points of the progress, as in
    Detectron's schedules; otherwise it follows a cosine down to 1 %.
    """
    if drops:
        share = 0.1 ** sum(progress >= drop for drop in drops)
    else:
        share = 0.01 + 0.99 * (1 + math.cos(math.pi * min(progress, 1.0))) / 2
    return float(share * min(1.0, (step + 1) / max(warmup, 1)))


def drops_of(cfg: CfgNode) -> tuple[float, ...]:
    """Return where the learning rate drops, as shares of the run: at `SOLVER.STEPS`.

    Without any it follows a cosine.

    Raises:
        ConfigurationError: A step lies after the end of the run, or they are out of order.
    """
    steps, last = tuple(cfg.SOLVER.STEPS), cfg.SOLVER.MAX_ITER
    if list(steps) != sorted(set(steps)) or any(not 0 < step < last for step in steps):
        scaled = ", ".join(str(round(step * last / (1.125 * max(steps)))) for step in steps)
        raise ConfigurationError(
            f"SOLVER.STEPS {steps}, at which the learning rate drops, do not lie in order within "
            f"SOLVER.MAX_ITER {last}.",
            hint=f'Give both: SOLVER.MAX_ITER {last} SOLVER.STEPS "({scaled},)", or '
            'SOLVER.STEPS "()" for a cosine.',
        )
    return tuple(step / last for step in steps)


class RateByProgress(HookBase):  # type: ignore[misc]
    """Sets the learning rate before each step, and decides when training is over.

    With `minutes`, the duration of training is fixed and the number of steps follows from
    it, which suits a machine that others use too. Time before an interruption counts. All
    processes agree on the progress.
    """

    def __init__(
        self,
        optimizer: torch.optim.Optimizer,
        steps: int,
        warmup: int,
        minutes: float,
        drops: Sequence[float] = (),
    ) -> None:
        self._optimizer = optimizer
        self._steps = steps
        self._warmup = warmup
        self._drops = drops
        self._seconds = 60 * minutes
        self._base = [group["lr"] for group in optimizer.param_groups]
        self._spent = 0.0
        self._since = time.monotonic()
        self.progress = 0.0

    @property
    def spent(self) -> float:
        """Seconds of training so far, including those before a resume."""
        return self._spent + time.monotonic() - self._since

    def before_train(self) -> None:
        """Start the clock; Detectron2 calls this."""
        self._since = time.monotonic()

    def before_step(self) -> None:
        """Set the learning rate; Detectron2 calls this."""
        self.progress = self._measure()
        factor = learning_rate_factor(self.progress, self.trainer.iter, self._warmup, self._drops)
        for group, base in zip(self._optimizer.param_groups, self._base, strict=True):
            group["lr"] = base * factor
        self.trainer.storage.put_scalar("lr", self._base[0] * factor, smoothing_hint=False)

    def _measure(self) -> float:
        if self._seconds <= 0:
            return float(self.trainer.iter / max(self._steps, 1))
        if comm.get_world_size() == 1:
            return self.spent / self._seconds
        device = "cuda" if distributed.get_backend() == "nccl" else "cpu"
        progress = torch.tensor([self.spent / self._seconds], device=device)
        distributed.broadcast(progress, src=0)
        return float(progress)

    def state_dict(self) -> dict[str, float]:
        """Return the state for a checkpoint."""
        return {"spent": self.spent}

    def load_state_dict(self, state: dict[str, float]) -> None:
        """Restore the state of a checkpoint."""
        self._spent = state["spent"]
        self._since = time.monotonic()
