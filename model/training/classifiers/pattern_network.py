"""The network for patterns: the first third of EfficientNet-Lite0 and one linear layer.

The early layers of a network that was trained on ImageNet describe textures: the features
are the mean and the spread of each of their channels over the cloth.
"""

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import click
import numpy as np
import onnxruntime
import timm
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from model.pattern_names import PATTERNS
from model.patterns import as_input
from model.training.classifiers.pattern_labels import LabelledCrop
from model.training.exporting.weights import put_in_place
from model.training.network.backbone import imagenet_state, with_fixed_padding

SIZE: Final = 224
# The blocks whose channels are used, with their stride; the rest is cut off.
TAPS: Final = {2: 8, 3: 16}


class Texture(nn.Module):
    """Maps crops from `as_input` to mean and spread of each channel over the cloth."""

    def __init__(self) -> None:
        super().__init__()
        network: Any = timm.create_model("tf_efficientnet_lite0", pretrained=False)
        network.load_state_dict(imagenet_state())
        with_fixed_padding(network)
        self.stem = nn.Sequential(network.conv_stem, network.bn1)
        self.blocks = nn.ModuleList(network.blocks[: max(TAPS) + 1])

    def forward(self, image: Tensor) -> Tensor:
        """Map [N, 4, 224, 224] to features [N, F]."""
        x = self.stem((image[:, :3] - 127.0) / 128.0)
        found = []
        for index, block in enumerate(self.blocks):
            x = block(x)
            if index in TAPS:
                weight = functional.avg_pool2d(image[:, 3:], TAPS[index]) + 1e-6
                weight = weight / weight.sum(dim=(2, 3), keepdim=True)
                mean = (x * weight).sum(dim=(2, 3), keepdim=True)
                spread = ((x - mean) ** 2 * weight).sum(dim=(2, 3))
                found += [mean.flatten(1), torch.sqrt(spread + 1e-8)]
        return torch.cat(found, dim=1)


class PatternNetwork(nn.Module):
    """Maps RGBA crops to probabilities."""

    def __init__(self, texture: Texture, linear: nn.Linear) -> None:
        super().__init__()
        self.texture = texture
        self.linear = linear

    def forward(self, image: Tensor) -> Tensor:
        """Map [N, 4, 224, 224] to [N, 8]."""
        return functional.softmax(self.linear(self.texture(image)), dim=1)


def as_onnx(network: nn.Module, output: str, path: Path) -> onnxruntime.InferenceSession:
    """Write a network that maps RGBA crops, check it against PyTorch, and load it."""
    example = torch.rand(2, 4, SIZE, SIZE) * torch.tensor([255.0, 255, 255, 1])[:, None, None]
    network.eval()
    with torch.no_grad():
        torch.onnx.export(
            network,
            (example,),
            str(path),
            input_names=["image"],
            output_names=[output],
            dynamic_axes={"image": {0: "n"}, output: {0: "n"}},
            opset_version=17,
            dynamo=False,
        )
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        session = onnxruntime.InferenceSession(
            str(path), options, providers=["CPUExecutionProvider"]
        )
        (found,) = session.run(None, {"image": example.numpy()})
        np.testing.assert_allclose(found, network(example).numpy(), atol=1e-3)
    return session


def read_features(crops: Sequence[LabelledCrop], texture: Texture) -> NDArray[np.float32]:
    """Run the fixed part of the network over all crops; return [N, F]."""
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        session = as_onnx(texture, "features", Path(folder) / "texture.onnx")
        with click.progressbar(crops, label="Reading cloth") as bar:
            for item in bar:
                (row,) = session.run(None, {"image": as_input(item.crop, SIZE)[None]})
                rows.append(row[0])
    return np.stack(rows)


def export(network: PatternNetwork, thresholds: dict[str, float], folder: Path) -> Path:
    """Write `patterns.onnx` into `folder`."""
    temporary = folder / ".patterns.onnx.new"
    as_onnx(network, "probabilities", temporary)
    entry = {
        "input": "image",
        "size": SIZE,
        "words": list(PATTERNS),
        "thresholds": thresholds,
    }
    put_in_place(temporary, "patterns.onnx", entry, folder)
    return folder / "patterns.onnx"
