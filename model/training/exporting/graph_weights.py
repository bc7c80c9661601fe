"""Read an exported graph back into the network that it was made of.

A graph that finds wearables too is read whole into a configuration that has them; of any other
pair, what finds garments is read.

The exporter keeps the names of all weights but the backbone's: there it multiplies each batch
normalisation into the convolution before it and numbers the result. The convolutions remain in
the order in which the network computes them, so they are told apart by that. A normalisation
that is part of its convolution is left as an identity with the convolution's bias.

Training goes on from there, but not quite as from the checkpoint: the optimizer's moments and
the weights of single steps are not in a graph, and a folded convolution is scaled differently.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import torch
from detectron2.config import CfgNode
from detectron2.modeling import GeneralizedRCNN, build_model
from torch import Tensor, nn

from model.training.checkpoints.runs import CheckpointError
from model.training.exporting.export import check_parity, load_weights
from model.training.network.wearables import WearablesRCNN, categories_found

_PREFIX = "model."
_WEARABLES = f"{_PREFIX}wearables."
_BACKBONE = "/backbone/bottom_up/"
# A picture on which the network that was read is compared with the graph, height and width.
_CHECKED_SIZE = (384, 576)


def read_graph(path: Path, cfg: CfgNode) -> nn.Module:
    """Return the network of an exported graph, in evaluation mode, on the processor.

    If only one of the graph and the configuration knows wearables, it is the network of garments
    alone.

    Args:
        path: A `segmenter.onnx` that `export` wrote.
        cfg: The configuration that it was trained with.

    Raises:
        CheckpointError: It is no such graph, another configuration's, or the network finds
            something else than the graph.
    """
    cfg = cfg.clone()
    cfg.defrost()
    cfg.MODEL.DEVICE = "cpu"
    cfg.MODEL.EFFICIENTNET.PRETRAINED = False
    both = any(name.startswith(_WEARABLES) for name in _read(path)[1])
    if not both and WearablesRCNN.__name__ == cfg.MODEL.META_ARCHITECTURE:
        cfg.MODEL.META_ARCHITECTURE = GeneralizedRCNN.__name__
    model: nn.Module = build_model(cfg).eval()
    load_weights(model, state_of(path, model), path)
    noise = torch.Generator().manual_seed(0)
    picture = torch.rand(3, *_CHECKED_SIZE, generator=noise) * 255
    try:
        check_parity(model, path, [picture], len(categories_found(cfg)))
    except AssertionError as error:
        raise CheckpointError(
            f"The network read from {path} does not find what the graph finds.",
            hint="It was exported with other settings: give the --config of its run.",
        ) from error
    return model


def state_of(path: Path, model: nn.Module) -> dict[str, Tensor]:
    """Return the weights of a graph under the names of a network of the same configuration.

    Raises:
        CheckpointError: It is no exported graph, or one of another network.
    """
    nodes, tensors = _read(path)
    state = dict(model.state_dict())
    for name, _ in model.named_parameters():
        if _PREFIX + name in tensors:
            state[name] = tensors[_PREFIX + name]
        elif not name.startswith("backbone.bottom_up."):
            raise CheckpointError(
                f"{path} has no weights called {_PREFIX}{name}: it is of another network.",
                hint="Give a segmenter.onnx that `export` wrote, and its run's --config.",
            )
    weights = [
        [tensors[name] for name in node.input[1:] if name in tensors]
        for node in nodes
        if node.op_type == "Conv" and node.name.startswith(_BACKBONE)
    ]
    places = list(_folded(model))
    if not weights or len(weights) != len(places):
        raise CheckpointError(
            f"{path} has {len(weights)} convolutions in its backbone instead of {len(places)}.",
            hint="Give a segmenter.onnx that `export` wrote, and its run's --config.",
        )
    for (convolution, norm, epsilon), found in zip(places, weights, strict=True):
        weight, bias = found
        state[f"{convolution}.weight"] = weight
        state[f"{norm}.bias"] = bias
        state[f"{norm}.weight"] = torch.ones_like(bias)
        state[f"{norm}.running_mean"] = torch.zeros_like(bias)
        state[f"{norm}.running_var"] = torch.full_like(bias, 1 - epsilon)
    return state


def _folded(model: nn.Module) -> Iterator[tuple[str, str, float]]:
    """Yield the names of each convolution of the backbone and of the norm after it, in order."""
    convolution = ""
    for name, module in model.named_modules():
        if not name.startswith("backbone.bottom_up."):
            continue
        if isinstance(module, nn.Conv2d):
            convolution = name
        elif isinstance(module, nn.BatchNorm2d):
            yield convolution, name, module.eps


def _read(path: Path) -> tuple[list[Any], dict[str, Tensor]]:
    """Return the graph's nodes in order, and its tensors by name."""
    # Slow to load, and only needed here.
    import onnx  # noqa: PLC0415
    from google.protobuf.message import DecodeError  # noqa: PLC0415
    from onnx import numpy_helper  # noqa: PLC0415

    try:
        graph = onnx.load(str(path), load_external_data=False).graph
    except (OSError, DecodeError) as error:
        raise CheckpointError(
            f"{path} is not an ONNX file that can be read.",
            hint="Give a segmenter.onnx that `export` wrote.",
        ) from error
    tensors = {
        tensor.name: torch.from_numpy(numpy_helper.to_array(tensor).copy())
        for tensor in graph.initializer
    }
    return list(graph.node), tensors
