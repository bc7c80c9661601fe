"""The time of Detectron2's stock Mask R-CNN, for comparison with this project's segmenter.

The configurations are those of the model zoo, eager, at short side 800. Weights are random:
they take the same time as trained ones once what depends on their values is corrected.
Features are scaled to the size that a trained network has, so that the proposals are not all
the same box. Random scores are all alike, so the threshold is set to let about as many boxes
pass as with trained weights, and as many masks are drawn as garments were found.
"""

import logging
import statistics
import time
from collections.abc import Callable
from importlib.util import find_spec
from typing import Any

import numpy as np
from numpy.typing import NDArray

MODELS = {
    "R50-FPN": "COCO-InstanceSegmentation/mask_rcnn_R_50_FPN_3x.yaml",
    "R101-FPN": "COCO-InstanceSegmentation/mask_rcnn_R_101_FPN_3x.yaml",
}
SHORT_SIDE, LONG_SIDE = 800, 1333
# Boxes above the threshold before suppression; trained models have tens to hundreds.
_PASSING = 100


def available() -> bool:
    """Return whether the extra ``train`` and Detectron2 are installed."""
    return find_spec("torch") is not None and find_spec("detectron2") is not None


def seconds(
    model_name: str, picture: NDArray[np.uint8], garments: int, threads: int, repeat: int
) -> float:
    """Return the median seconds from a picture to its masks.

    Args:
        model_name: One of `MODELS`.
        picture: ``H x W x 3`` RGB.
        garments: How many masks to draw.
        threads: Processor threads to use.
        repeat: Timed runs, after one to warm up.
    """
    import torch  # noqa: PLC0415 - only where the extra is installed

    before = torch.get_num_threads()
    try:
        run = runner(model_name, picture, garments, threads)
        times = []
        for _ in range(repeat):
            began = time.perf_counter()
            run(picture)
            times.append(time.perf_counter() - began)
    finally:
        torch.set_num_threads(before)
    return statistics.median(times)


def runner(
    model_name: str, sample: NDArray[np.uint8], garments: int, threads: int
) -> Callable[[NDArray[np.uint8]], list[list[float]]]:
    """Return a function from a picture, ``H x W x 3`` RGB, to the boxes of its masks.

    Args:
        model_name: One of `MODELS`.
        sample: A picture to warm up with.
        garments: How many masks to draw.
        threads: Processor threads to use from now on.
    """
    import torch  # noqa: PLC0415 - only where the extra is installed
    from detectron2 import model_zoo  # noqa: PLC0415
    from detectron2.data.transforms import ResizeShortestEdge  # noqa: PLC0415
    from detectron2.modeling import build_model  # noqa: PLC0415

    logging.getLogger("torch.fx").setLevel(logging.ERROR)  # it warns about Detectron2's own calls
    config = model_zoo.get_config(MODELS[model_name])
    config.MODEL.DEVICE = "cpu"
    config.MODEL.WEIGHTS = ""
    config.TEST.DETECTIONS_PER_IMAGE = max(1, garments)
    torch.manual_seed(0)
    torch.set_num_threads(threads)
    model = build_model(config).eval()
    resize = ResizeShortestEdge(SHORT_SIDE, LONG_SIDE)

    def run(picture: NDArray[np.uint8]) -> list[list[float]]:
        height, width = picture.shape[:2]
        bgr = picture[:, :, ::-1]
        small = np.ascontiguousarray(resize.get_transform(bgr).apply_image(bgr))
        tensor = torch.from_numpy(small.astype(np.float32).transpose(2, 0, 1))
        with torch.inference_mode():
            found = model([{"image": tensor, "height": height, "width": width}])
        boxes: list[list[float]] = found[0]["instances"].pred_boxes.tensor.tolist()
        assert len(boxes) <= max(1, garments)
        return boxes

    with torch.inference_mode():
        _scale_features(model)
    _set_threshold(model, lambda: run(sample))
    return run


def _set_threshold(model: Any, run: Callable[[], object]) -> None:
    """Run once, and set the threshold so that as many boxes pass as with trained scores."""
    predictor = model.roi_heads.box_predictor
    scores: list[Any] = []
    original = predictor.predict_probs

    def keep(*arguments: Any) -> Any:
        probabilities = original(*arguments)
        scores.extend(probabilities)
        return probabilities

    predictor.predict_probs = keep
    run()
    predictor.predict_probs = original
    without_background = scores[0][:, :-1].flatten()
    predictor.test_score_thresh = float(without_background.topk(_PASSING).values[-1])


def _scale_features(model: Any) -> None:
    """Scale each level of the feature pyramid to unit deviation on a picture of noise."""
    import torch  # noqa: PLC0415

    features = model.backbone(torch.randn(1, 3, 256, 256))
    for level in range(2, 6):
        output = getattr(model.backbone, f"fpn_output{level}")
        output.weight.div_(features[f"p{level}"].std())
