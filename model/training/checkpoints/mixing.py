"""Weights between those of two runs, where the second continues the first.

A run on harder pictures finds more, but also has more false finds with high scores; on the
straight line between before and after are weights that keep the best of both (Wortsman et
al. 2022, robust fine-tuning).
"""

import shutil
from pathlib import Path

import torch
from torch import Tensor

from model.training.checkpoints.runs import last_checkpoint, new_run, read_checkpoint
from model.training.network.config import RUN_CONFIG

State = dict[str, Tensor]


def mixed(before: State, after: State, share: float) -> State:
    """Return `share` of `after` plus the rest of `before`.

    Tensors that only `after` has, and integer tensors, are taken from it.

    Raises:
        ValueError: A tensor has another shape in each: they are different networks.
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
    """Read the weights of a run's last checkpoint or of a file, averaged ones if present."""
    path = run if run.is_file() else last_checkpoint(run)
    stored = read_checkpoint(path)
    state: State = dict(stored["model"])
    average = stored.get("average", {})
    return {name: average.get(name, tensor) for name, tensor in state.items()}


def mix_runs(before: Path, after: Path, share: float, output: Path) -> Path:
    """Mix the weights of two runs into a folder like a run's; return the checkpoint.

    Raises:
        ValueError: They belong to different networks.
        RunError: `output` holds a run already.
    """
    state = mixed(weights_of(before), weights_of(after), share)
    new_run(output)
    path = output / "model_mixed.pth"
    torch.save({"model": state}, path)
    own = after / RUN_CONFIG
    if own.is_file():
        shutil.copyfile(own, output / RUN_CONFIG)
    (output / "last_checkpoint").write_text(path.name)
    return path
