"""An exponential average of the weights, better than the weights of any single step."""

import torch
from detectron2.engine import HookBase
from torch import Tensor, nn


class WeightAverage:
    """Averaged copies of a model's trained parameters.

    Early on the average forgets fast, because there is little to remember: at step n it
    keeps at most (1 + n) / (10 + n), and nothing at the first, since the weights that a run
    starts from may have been loaded after the average was made.
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
        """Add the model's current parameters to the average."""
        self.steps += 1
        keep = min(self.decay, (1 + self.steps) / (10 + self.steps)) if self.steps > 1 else 0.0
        for name, value in model.named_parameters():
            if name in self.average:
                self.average[name].lerp_(value.detach(), 1 - keep)

    @torch.no_grad()
    def copy_to(self, model: nn.Module) -> None:
        """Copy the averaged weights into the model."""
        for name, value in model.named_parameters():
            if name in self.average:
                value.copy_(self.average[name])

    def state_dict(self) -> dict[str, Tensor | int]:
        """Return the state for a checkpoint."""
        return {**self.average, "steps": self.steps}

    def load_state_dict(self, state: dict[str, Tensor | int]) -> None:
        """Restore the state of a checkpoint."""
        for name, value in state.items():
            if isinstance(value, Tensor):
                # Into the tensor that is there, so that it stays on the model's device.
                self.average[name].copy_(value)
            else:
                self.steps = value


class AverageWeights(HookBase):  # type: ignore[misc]
    """Updates the average after each step."""

    def __init__(self, average: WeightAverage, model: nn.Module) -> None:
        self._average = average
        self._model = model

    def after_step(self) -> None:
        """Update the average; Detectron2 calls this."""
        self._average.update(self._model)
