"""Weights between those of two runs, of which the second went on from the first.

A run on harder pictures finds more and is sure of more that is nothing; on the straight
line between before and after lie weights that keep the good of both (Wortsman et al.
2022, robust fine-tuning).
"""

from pathlib import Path

import torch
from torch import Tensor

from model.training.export import last_checkpoint

State = dict[str, Tensor]


def mixed(before: State, after: State, share: float) -> State:
    """Return `share` of `after` and the rest of `before`.

    What only `after` has, and what is counted and not measured, is taken from there.

    Raises:
        ValueError: A tensor that both have differs in shape: these are other networks.
    """
    result: State = {}
    for name, tensor in after.items():
        former = before.get(name)
        if former is None or not tensor.is_floating_point():
            result[name] = tensor
        elif former.shape != tensor.shape:
            raise ValueError(f"{name} is {tuple(former.shape)} before, {tuple(tensor.shape)} after")
        else:
            result[name] = share * tensor + (1 - share) * former
    return result


def weights_of(run: Path) -> State:
    """Read the weights of a run's last checkpoint, or of a file, averaged where they are."""
    path = run if run.is_file() else last_checkpoint(run)
    stored = torch.load(path, map_location="cpu", weights_only=True)
    state: State = dict(stored["model"])
    average = stored.get("average", {})
    return {name: average.get(name, tensor) for name, tensor in state.items()}


def mix_runs(before: Path, after: Path, share: float, output: Path) -> Path:
    """Mix the weights of two runs into a folder like a run's; return the checkpoint.

    Raises:
        ValueError: They are of different networks.
    """
    state = mixed(weights_of(before), weights_of(after), share)
    output.mkdir(parents=True, exist_ok=True)
    path = output / "model_mixed.pth"
    torch.save({"model": state}, path)
    (output / "last_checkpoint").write_text(path.name)
    return path
