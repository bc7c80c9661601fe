"""A training run's folder: what it holds, and that none is overwritten.

RUN/config.yaml         the configuration, read by every command that is given the run
RUN/last_checkpoint     the name of the newest checkpoint
RUN/model_0000099.pth   checkpoints; model_final.pth at the end
RUN/metrics.json        losses and figures, one line every so many steps
RUN/export/             what `export` writes
"""

import pickle
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import torch
from detectron2.config import CfgNode

from model.errors import WhereToBuyError
from model.training.network.config import RUN_CONFIG

_SIGNS = ("last_checkpoint", RUN_CONFIG, "metrics.json")


class RunError(WhereToBuyError):
    """A training run's folder is not what a command needs."""

    code = "training-run"


class CheckpointError(WhereToBuyError):
    """Weights to start from or to measure are missing, or belong to another network."""

    code = "training-weights"


def is_used(folder: Path) -> bool:
    """Return whether a folder holds a training run already."""
    return any((folder / name).exists() for name in _SIGNS) or any(folder.glob("model_*.pth"))


def new_run(folder: Path, *, hint: str = "Name another folder.") -> Path:
    """Make the folder of a new run.

    Raises:
        RunError: It holds a run already.
    """
    if is_used(folder):
        raise RunError(f"{folder} holds a training run already.", hint=hint)
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@contextmanager
def begun(run: Path, cfg: CfgNode) -> Iterator[None]:
    """Keep the configuration of a new run from its first moment, so that it can be gone on with.

    It is removed again where one of our errors ends the run before its first step: then there is
    something to be put right, and the same folder can be named again.
    """
    path = run / RUN_CONFIG
    path.write_text(cfg.dump())
    try:
        yield
    except WhereToBuyError:
        if not any((run / name).exists() for name in _SIGNS if name != RUN_CONFIG):
            path.unlink(missing_ok=True)
        raise


def keep_checkpoints(run: Path, done: int, most: int) -> list[Path]:
    """Remove a resumed run's oldest checkpoints; return those that are kept, the oldest first.

    Args:
        run: The run's folder.
        done: Steps that were taken; what lies beyond them will be written again.
        most: How many are kept.
    """
    known = sorted((p for p in run.glob("model_*.pth") if 0 <= _step_of(p) < done), key=_step_of)
    for path in known[:-most]:
        path.unlink()
    return known[-most:]


def _step_of(checkpoint: Path) -> int:
    """Return the step after which a checkpoint was written; -1 for `model_final.pth`."""
    number = checkpoint.stem.rpartition("_")[2]
    return int(number) if number.isdecimal() else -1


def last_checkpoint(run: Path) -> Path:
    """Return the newest checkpoint of a training run.

    Raises:
        RunError: There is none.
    """
    named = run / "last_checkpoint"
    path = run / named.read_text().strip() if named.is_file() else None
    if path is None or not path.is_file():
        raise RunError(
            f"{run} holds no checkpoint.",
            hint="Give the folder that `train --output` wrote; its first checkpoint comes after "
            "SOLVER.CHECKPOINT_PERIOD steps.",
        )
    return path


def read_checkpoint(path: Path) -> dict[str, Any]:
    """Read a checkpoint, `{"model": weights by name, ...}`, without running what is in it.

    Raises:
        CheckpointError: It is none.
    """
    try:
        stored = torch.load(path, map_location="cpu", weights_only=True)
    except (OSError, RuntimeError, EOFError, KeyError, pickle.UnpicklingError) as error:
        raise CheckpointError(
            f"{path} is not a checkpoint that PyTorch can read.",
            hint="Give a .pth file that this trainer or Detectron2 wrote, or a run's folder.",
        ) from error
    if not isinstance(stored, dict) or not isinstance(stored.get("model"), dict):
        raise CheckpointError(
            f"{path} holds no weights under the name 'model'.",
            hint="Give a .pth file that this trainer or Detectron2 wrote, or a run's folder.",
        )
    return stored


def need_weights(address: str) -> None:
    """Refuse to start from a file that is not there; other addresses are left to Detectron2.

    Raises:
        CheckpointError: It is not there.
    """
    if address and "://" not in address and not Path(address).is_file():
        raise CheckpointError(
            f"The weights to start from, {address}, are not there.",
            hint="MODEL.WEIGHTS or --from names them; MODEL.WEIGHTS '' starts without.",
        )
