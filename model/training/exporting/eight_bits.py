"""Weights of a graph in eight bits each, with a scale for each row."""

from pathlib import Path

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper


def eight_bits(weights: NDArray[np.float32]) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
    """Return whole numbers and a scale for each row, whose products are nearly the weights.

    Args:
        weights: ``N x M``.

    Returns:
        ``N x M`` int8 and ``N x 1`` float32.
    """
    scales = np.abs(weights).max(axis=1, keepdims=True).clip(1e-12) / 127
    return np.round(weights / scales).astype(np.int8), scales.astype(np.float32)


def in_eight_bits(path: Path, name: str) -> None:
    """Rewrite a graph's file with one of its weights in eight bits, a quarter of their size."""
    model = onnx.load(str(path))
    graph = model.graph
    (weight,) = (each for each in graph.initializer if each.name == name)
    numbers, scales = eight_bits(numpy_helper.to_array(weight))
    graph.initializer.remove(weight)
    graph.initializer.append(numpy_helper.from_array(numbers, f"{name}.eighths"))
    graph.initializer.append(numpy_helper.from_array(scales, f"{name}.scales"))
    cast = helper.make_node("Cast", [f"{name}.eighths"], [f"{name}.wide"], to=TensorProto.FLOAT)
    scaled = helper.make_node("Mul", [f"{name}.wide", f"{name}.scales"], [name])
    graph.node.insert(0, cast)
    graph.node.insert(1, scaled)
    onnx.save(model, str(path))
