"""Learning rate by progress, where progress is counted in steps or by the clock."""

import math
import time

import torch
from detectron2.engine import HookBase
from detectron2.utils import comm
from torch import distributed


def learning_rate_factor(progress: float, step: int, warmup: int) -> float:
    """Return the share of the base learning rate: linear warm-up, then a cosine to 1 %."""
    cosine = 0.01 + 0.99 * (1 + math.cos(math.pi * min(progress, 1.0))) / 2
    return cosine * min(1.0, (step + 1) / max(warmup, 1))


class CosineByProgress(HookBase):  # type: ignore[misc]
    """Sets the learning rate before each step and tells when training is over.

    With `minutes`, the time that training takes is fixed and the number of steps
    is what comes of it: the right way round on a machine that others use too.
    Time spent before an interruption counts. All processes agree on the progress.
    """

    def __init__(
        self, optimizer: torch.optim.Optimizer, steps: int, warmup: int, minutes: float
    ) -> None:
        self._optimizer = optimizer
        self._steps = steps
        self._warmup = warmup
        self._seconds = 60 * minutes
        self._base = [group["lr"] for group in optimizer.param_groups]
        self._spent = 0.0
        self._since = time.monotonic()
        self.progress = 0.0

    @property
    def spent(self) -> float:
        """Seconds of training so far, those before a resume included."""
        return self._spent + time.monotonic() - self._since

    def before_train(self) -> None:
        """Called by Detectron2."""
        self._since = time.monotonic()

    def before_step(self) -> None:
        """Called by Detectron2."""
        self.progress = self._measure()
        factor = learning_rate_factor(self.progress, self.trainer.iter, self._warmup)
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
        """Return what a checkpoint keeps."""
        return {"spent": self.spent}

    def load_state_dict(self, state: dict[str, float]) -> None:
        """Take up what a checkpoint kept."""
        self._spent = state["spent"]
        self._since = time.monotonic()
