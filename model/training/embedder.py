"""Export EfficientNet-Lite0's pooled ImageNet features as the embedder."""

from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
import timm
import torch
from torch import Tensor, nn
from torch.nn import functional

from model.training.backbone import imagenet_state, with_fixed_padding
from model.training.weights import put_in_place

SIZE = 224
DIMENSIONS = 1280


class Embedder(nn.Module):
    """Pictures to unit vectors."""

    def __init__(self) -> None:
        super().__init__()
        network: Any = timm.create_model("tf_efficientnet_lite0", pretrained=False)
        network.load_state_dict(imagenet_state())
        network.reset_classifier(0)
        self.network = with_fixed_padding(network)

    def forward(self, image: Tensor) -> Tensor:
        """Map RGB pictures [N, 3, 224, 224], 0 to 255, to unit vectors [N, 1280]."""
        features = self.network((image - 127.0) / 128.0)
        return functional.normalize(features, dim=1)


def export_embedder(folder: Path) -> Path:
    """Write `embedder.onnx` into `folder` once it agrees with PyTorch."""
    model = Embedder().eval()
    example = torch.rand(2, 3, SIZE, SIZE) * 255
    temporary = folder / ".embedder.onnx.new"
    with torch.no_grad():
        torch.onnx.export(
            model,
            (example,),
            str(temporary),
            input_names=["image"],
            output_names=["embedding"],
            dynamic_axes={"image": {0: "n"}, "embedding": {0: "n"}},
            opset_version=17,
            dynamo=False,
        )
        for count in (1, 3):
            pictures = torch.rand(count, 3, SIZE, SIZE) * 255
            session = onnxruntime.InferenceSession(
                str(temporary), providers=["CPUExecutionProvider"]
            )
            (found,) = session.run(None, {"image": pictures.numpy()})
            np.testing.assert_allclose(found, model(pictures).numpy(), atol=1e-4)
    entry = {"input": "image", "size": SIZE, "dimensions": DIMENSIONS}
    put_in_place(temporary, "embedder.onnx", entry, folder)
    return folder / "embedder.onnx"
