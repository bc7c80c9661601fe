"""Export the layer that names wearables shown alone (`model/lone_product.py`).

Nothing is learnt: it is the last layer of the embedder's network, with ImageNet's classes gathered
into categories. Its weights are kept in eight bits, each class by its own scale.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from model.training.detecting.detectors import Array
from model.training.exporting.eight_bits import eight_bits
from model.training.exporting.weights import put_in_place
from model.training.network.backbone import imagenet_state

# The classes of ImageNet (ILSVRC 2012, from 0) that are things of a category.
CLASSES: Final[Mapping[str, Sequence[int]]] = {
    "shoes": (502, 514, 630, 770, 774),  # clog, cowboy boot, loafer, running shoe, sandal
    "bag": (414, 636, 748, 893),  # backpack, mailbag, purse, wallet
    "eyewear": (836, 837),  # sunglass, sunglasses
}
# So many other classes stand against these, those most like them: a frog is never nearly a bag.
_OTHERS: Final = 400
# The usual length of the network's features, which the embedder's vectors have lost.
_LENGTH: Final = 8.0


def export_lone_products(folder: Path, trusted_score: float = 0.98) -> Path:
    """Write `lone_products.onnx` into a folder of weights, and list it in `weights.json`."""
    state = imagenet_state()
    temporary = folder / ".lone_products.onnx.new"
    weights = np.asarray(state["classifier.weight"].numpy(), np.float32)
    biases = np.asarray(state["classifier.bias"].numpy(), np.float32)
    onnx.save(layer(weights, biases, CLASSES), str(temporary))
    entry = {"input": "vectors", "categories": list(CLASSES), "trusted_score": trusted_score}
    put_in_place(temporary, "lone_products.onnx", entry, folder)
    return folder / "lone_products.onnx"


def layer(weights: Array, biases: Array, classes: Mapping[str, Sequence[int]]) -> onnx.ModelProto:
    """Return the graph from unit vectors to probabilities.

    The best class of each category, and the best of all others, stand against each other: a
    softmax over their logits.

    Args:
        weights: ``C x F``, of a network's last layer.
        biases: ``C``.
        classes: The classes of each category.

    Returns:
        A graph from ``vectors``, ``N x F`` float32, to ``probabilities``, ``N x (K + 1)`` float32:
        the categories in order, then everything else.
    """
    taken = [number for numbers in classes.values() for number in numbers]
    directions = weights / np.linalg.norm(weights, axis=1, keepdims=True)
    alike = (directions @ directions[taken].T).max(axis=1)
    others = [number for number in np.argsort(-alike) if number not in taken][:_OTHERS]
    kept = [*taken, *others]
    groups = [[kept.index(number) for number in group] for group in (*classes.values(), others)]
    eighths, scales = eight_bits(weights[kept])
    constants: dict[str, Array] = {
        "eighths": eighths,
        "scales": (scales * _LENGTH).astype(np.float32),
        "biases": biases[kept].astype(np.float32),
        **{f"classes_{i}": np.array(group, np.int64) for i, group in enumerate(groups)},
    }
    nodes = [
        helper.make_node("Cast", ["eighths"], ["wide"], to=TensorProto.FLOAT),
        helper.make_node("Mul", ["wide", "scales"], ["weights"]),
        helper.make_node("Gemm", ["vectors", "weights", "biases"], ["logits"], transB=1),
    ]
    for i in range(len(groups)):
        nodes.append(helper.make_node("Gather", ["logits", f"classes_{i}"], [f"of_{i}"], axis=1))
        nodes.append(
            helper.make_node("ReduceMax", [f"of_{i}"], [f"best_{i}"], axes=[1], keepdims=1)
        )
    best = [f"best_{i}" for i in range(len(groups))]
    nodes.append(helper.make_node("Concat", best, ["best"], axis=1))
    nodes.append(helper.make_node("Softmax", ["best"], ["probabilities"], axis=1))
    graph = helper.make_graph(
        nodes,
        "lone_products",
        [helper.make_tensor_value_info("vectors", TensorProto.FLOAT, ["n", weights.shape[1]])],
        [helper.make_tensor_value_info("probabilities", TensorProto.FLOAT, ["n", len(groups)])],
        [numpy_helper.from_array(value, name) for name, value in constants.items()],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.checker.check_model(model)
    return model
