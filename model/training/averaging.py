"""An exponential average of the weights: better than the weights of any one step."""

import torch
from detectron2.engine import HookBase
from torch import Tensor, nn


class WeightAverage:
    """Averaged copies of a model's trained parameters.

    The average forgets slowly only once there is something to remember: at step
    n it keeps at most (1 + n) / (10 + n).
    """

    def __init__(self, model: nn.Module, decay: float) -> None:
        self.decay = decay
        self.steps = 0
        self.average = {
            name: value.detach().clone()
            for name, value in model.named_parameters()
            if value.requires_grad
        }

    @torch.no_grad()
    def update(self, model: nn.Module) -> None:
        """Take one step of the model into the average."""
        self.steps += 1
        keep = min(self.decay, (1 + self.steps) / (10 + self.steps))
        for name, value in model.named_parameters():
            if name in self.average:
                self.average[name].lerp_(value.detach(), 1 - keep)

    @torch.no_grad()
    def copy_to(self, model: nn.Module) -> None:
        """Put the averaged weights into the model."""
        for name, value in model.named_parameters():
            if name in self.average:
                value.copy_(self.average[name])

    def state_dict(self) -> dict[str, Tensor | int]:
        """Return what a checkpoint keeps."""
        return {**self.average, "steps": self.steps}

    def load_state_dict(self, state: dict[str, Tensor | int]) -> None:
        """Take up what a checkpoint kept."""
        for name, value in state.items():
            if isinstance(value, Tensor):
                self.average[name] = value.clone()
            else:
                self.steps = value


class AverageWeights(HookBase):  # type: ignore[misc]
    """Updates the average after each step."""

    def __init__(self, average: WeightAverage, model: nn.Module) -> None:
        self._average = average
        self._model = model

    def after_step(self) -> None:
        """Called by Detectron2."""
        self._average.update(self._model)
