"""The embedder as a network: EfficientNet-Lite0's pooled features, as they are or projected.

What ImageNet needs to name a thing is in its last features; cloth, print and colour are rather in
the earlier ones. So a projection sees both: the last features as pooled over the picture, and the
mean and spread over the garment alone of what each earlier stage finds.
"""

from pathlib import Path
from typing import Any, Final

import numpy as np
import onnxruntime
import timm
import torch
from torch import Tensor, nn
from torch.nn import functional

from model.training.exporting.eight_bits import in_eight_bits
from model.training.exporting.weights import put_in_place
from model.training.network.backbone import imagenet_state, with_fixed_padding

SIZE = 224
# The last features, which the embedder without a projection returns.
FEATURES = 1280
# The blocks that are described besides: their stride and channels.
_BLOCKS: Final = {1: (4, 24), 2: (8, 40), 3: (16, 80), 4: (16, 112), 6: (32, 320)}
# Of the last features: as pooled and over the garment; of each block and of the picture's red,
# green and blue: mean and spread over the garment; how high, wide and full the garment is.
DESCRIBED = 2 * FEATURES + 2 * sum(channels for _, channels in _BLOCKS.values()) + 6 + 3
# Standard deviations beyond which a feature says no more.
CLIP: Final = 6.0
# Pixels that are brighter in each colour are the white around a garment.
_WHITE = 250


class Embedder(nn.Module):
    """Pictures to unit vectors.

    Attributes:
        offset: Cosine that any two vectors have at least. A last component, the same for all,
            lifts every cosine c to c + offset (1 - c) and leaves their order as it is.
        centre: Mean of each feature that is projected, [DESCRIBED].
        scale: One over its standard deviation, [DESCRIBED].
    """

    offset: Tensor
    centre: Tensor
    scale: Tensor

    def __init__(self, dimensions: int | None = None, *, pretrained: bool = True) -> None:
        """Make the network.

        Args:
            dimensions: Length of the projected vectors, the last component with it; None for
                the features as they are.
            pretrained: Start with the ImageNet weights that a package ships.
        """
        super().__init__()
        network: Any = timm.create_model("tf_efficientnet_lite0", pretrained=False)
        if pretrained:
            network.load_state_dict(imagenet_state())
        network.reset_classifier(0)
        self.network = with_fixed_padding(network)
        self.dimensions = FEATURES if dimensions is None else dimensions
        self.projection = None if dimensions is None else nn.Linear(DESCRIBED, dimensions - 1)
        self.register_buffer("offset", torch.zeros(()))
        self.register_buffer("centre", torch.zeros(DESCRIBED))
        self.register_buffer("scale", torch.ones(DESCRIBED))

    def train(self, mode: bool = True) -> "Embedder":
        """Switch the mode; normalisations keep the statistics of ImageNet."""
        super().train(mode)
        for module in self.modules():
            if isinstance(module, nn.BatchNorm2d):
                module.eval()
        return self

    def described(self, image: Tensor) -> Tensor:
        """Map pictures, as `forward` takes them, to [N, DESCRIBED]; `FEATURES` come first."""
        network: Any = self.network
        garment = (image.amin(dim=1, keepdim=True) < _WHITE).to(image.dtype)
        seen = (image - 127.0) / 128.0
        found = []
        x = network.bn1(network.conv_stem(seen))
        for index, block in enumerate(network.blocks):
            x = block(x)
            if index in _BLOCKS:
                found += _mean_and_spread(x, garment, _BLOCKS[index][0])
        last = network.bn2(network.conv_head(x))
        found += _mean_and_spread(seen, garment, 1)
        size = [garment.amax(dim=side).mean(dim=(1, 2))[:, None] for side in (3, 2)]
        mean, _ = _mean_and_spread(last, garment, 32)
        fills = garment.mean(dim=(1, 2, 3))[:, None]
        return torch.cat([last.mean(dim=(2, 3)), mean, *found, *size, fills], dim=1)

    def forward(self, image: Tensor) -> Tensor:
        """Map RGB pictures [N, 3, 224, 224], 0 to 255, to unit vectors [N, dimensions]."""
        return self.vectors(self.described(image))

    def vectors(self, described: Tensor) -> Tensor:
        """Map what `described` returns to unit vectors [N, dimensions]."""
        if self.projection is None:
            return functional.normalize(described[:, :FEATURES], dim=1)
        standardised = ((described - self.centre) * self.scale).clamp(-CLIP, CLIP)
        vectors = functional.normalize(self.projection(standardised), dim=1)
        last = torch.ones_like(vectors[:, :1]) * self.offset.sqrt()
        return torch.cat([vectors * (1 - self.offset).sqrt(), last], dim=1)


def _mean_and_spread(x: Tensor, garment: Tensor, stride: int) -> list[Tensor]:
    """Return mean and standard deviation of each channel over the garment, [N, C] each."""
    weight = functional.avg_pool2d(garment, stride) + 1e-3
    weight = weight / weight.sum(dim=(2, 3), keepdim=True)
    mean = (x * weight).sum(dim=(2, 3), keepdim=True)
    spread = torch.sqrt(((x - mean) ** 2 * weight).sum(dim=(2, 3)) + 1e-8)
    return [mean.flatten(1), spread]


class _WithFeatures(nn.Module):
    """The vectors, and the features before the projection if there is one."""

    def __init__(self, model: Embedder) -> None:
        super().__init__()
        self.model = model

    def forward(self, image: Tensor) -> tuple[Tensor, ...]:
        described = self.model.described(image)
        vectors = self.model.vectors(described)
        if self.model.projection is None:
            return (vectors,)
        return vectors, functional.normalize(described[:, :FEATURES], dim=1)


def export_embedder(folder: Path, model: Embedder | None = None) -> Path:
    """Write `embedder.onnx` into `folder` once it agrees with PyTorch.

    Without `model`, the ImageNet features. A projection is written with eight bits a
    weight, a quarter of its size, and its features are an output too.
    """
    model = (Embedder() if model is None else model).cpu().eval()
    projected = model.projection is not None
    outputs = ["embedding", "features"] if projected else ["embedding"]
    exported = _WithFeatures(model).eval()
    example = torch.rand(2, 3, SIZE, SIZE) * 255
    temporary = folder / ".embedder.onnx.new"
    with torch.no_grad():
        torch.onnx.export(
            exported,
            (example,),
            str(temporary),
            input_names=["image"],
            output_names=outputs,
            dynamic_axes={name: {0: "n"} for name in ("image", *outputs)},
            opset_version=17,
            dynamo=False,
        )
        if projected:
            in_eight_bits(temporary, "model.projection.weight")
        for count in (1, 3):
            pictures = torch.rand(count, 3, SIZE, SIZE) * 255
            session = onnxruntime.InferenceSession(
                str(temporary), providers=["CPUExecutionProvider"]
            )
            found = session.run(None, {"image": pictures.numpy()})
            for mine, theirs in zip(found, exported(pictures), strict=True):
                np.testing.assert_allclose(mine, theirs.numpy(), atol=5e-3 if projected else 1e-4)
    entry = {"input": "image", "size": SIZE, "dimensions": model.dimensions}
    if projected:
        entry["features"] = FEATURES
    put_in_place(temporary, "embedder.onnx", entry, folder)
    return folder / "embedder.onnx"
