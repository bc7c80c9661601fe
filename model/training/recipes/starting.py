"""What a run starts from: the weights that ship, a graph, another run, or a checkpoint."""

from pathlib import Path

import torch
from detectron2.config import CfgNode

from model.training.checkpoints.mixing import weights_of
from model.training.checkpoints.runs import CheckpointError
from model.training.exporting.graph_weights import read_graph
from model.training.exporting.weights import WEIGHTS, segmenter_entry

SHIPPED = "shipped"
# In a run's folder: the weights that it started from.
START = "start.pth"


def starting_point(source: str) -> Path:
    """Return the graph, the run or the checkpoint that `--from` names.

    Raises:
        CheckpointError: There is none.
    """
    path = WEIGHTS / segmenter_entry(WEIGHTS)["file"] if source == SHIPPED else Path(source)
    if not path.exists():
        raise CheckpointError(
            f"There is nothing to start from at {source}.",
            hint="Give `shipped`, a segmenter.onnx, a training run's folder or a .pth file.",
        )
    return path


def write_start(source: Path, cfg: CfgNode, output: Path) -> Path:
    """Write the weights of a graph, a run or a checkpoint into a new run's `START`; return it.

    Raises:
        CheckpointError: They belong to another network.
        RunError: The run that they are to come from holds no checkpoint.
    """
    is_graph = source.suffix == ".onnx"
    state = read_graph(source, cfg).state_dict() if is_graph else weights_of(source)
    path = output / START
    temporary = path.with_suffix(".new")
    torch.save({"model": state}, temporary)
    temporary.replace(path)
    return path
