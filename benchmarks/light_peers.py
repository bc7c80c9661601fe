"""From a picture to its masks: this project's segmenter beside light and usual ones, in one run.

    python -m benchmarks.light_peers DATA [--yolo FILE] [--photos 20] [--threads 2]

DATA is the folder of real photos. Beside ours run torchvision's ``maskrcnn_resnet50_fpn``, eager,
at its own short side of 800, Detectron2's stock R50-FPN, and a nano YOLO segmenter by onnxruntime,
where each can be had (the extra ``train`` has the first two). A file of the last one, with random
weights, is made by Ultralytics' own package:

    YOLO("yolo11n-seg.yaml").export(format="onnx", imgsz=640)

Weights of all but ours are random, which costs the same time once as many things are found: each
draws as many masks, in the picture's size, as ours finds garments. The ways take turns on each
photo, so that another load on the machine falls on all of them.
"""

import statistics
import time
from collections.abc import Callable
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import click
import cv2
import numpy as np
from numpy.typing import NDArray

from benchmarks import stock_mask_rcnn
from model.picture import decode_picture
from model.segmenter import Segmenter

Picture = NDArray[np.uint8]
# Returns how many masks it drew.
Way = Callable[[Picture], int]
# As many as trained weights find in a street photo.
_MASKS = 5
# Boxes above torchvision's threshold before suppression.
_PASSING = 100
_YOLO_SIDE = 640
# Candidates whose boxes are compared; trained weights have tens to hundreds.
_YOLO_CANDIDATES = 300


@click.command(help=__doc__)
@click.argument("data", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--yolo", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--photos", default=20, show_default=True)
@click.option("--threads", default=2, show_default=True)
def main(data: Path, yolo: Path | None, photos: int, threads: int) -> None:
    """Time each way on the same photos, in turns."""
    files = sorted((data / "street").rglob("*.jpg"))[:: max(1, 800 // photos)][:photos]
    pictures = [decode_picture(file.read_bytes()) for file in files]
    ways = _ways(yolo, pictures[0], threads)
    times: dict[str, list[float]] = {name: [] for name in ways}
    for way in ways.values():
        way(pictures[0])
    for picture in pictures:
        for name, way in ways.items():
            began = time.perf_counter()
            way(picture)
            times[name].append(time.perf_counter() - began)
    ours = statistics.median(times["ours"])
    for name, taken in times.items():
        middle = statistics.median(taken)
        print(
            f"{name:34} median {middle * 1000:7.1f} ms  least {min(taken) * 1000:7.1f} ms"
            f"  {middle / ours:5.1f} times ours"
        )


def _ways(yolo: Path | None, sample: Picture, threads: int) -> dict[str, Way]:
    segmenter = Segmenter(threads=threads)
    ways: dict[str, Way] = {"ours": lambda picture: len(segmenter.segment(picture))}
    if yolo is not None:
        ways["nano YOLO segmenter at 640"] = _yolo(yolo, threads)
    if find_spec("torchvision") is not None:
        ways["torchvision maskrcnn_resnet50_fpn"] = _torchvision(sample, threads)
    if stock_mask_rcnn.available():
        stock = stock_mask_rcnn.runner("R50-FPN", sample, _MASKS, threads)
        ways["Detectron2 R50-FPN"] = lambda picture: len(stock(picture))
    return ways


def _torchvision(sample: Picture, threads: int) -> Way:
    import torch  # noqa: PLC0415 - only where the extra is installed
    from torchvision.models.detection import maskrcnn_resnet50_fpn  # noqa: PLC0415

    torch.manual_seed(0)
    torch.set_num_threads(threads)
    model = maskrcnn_resnet50_fpn(
        weights=None, weights_backbone=None, box_detections_per_img=_MASKS
    ).eval()

    def run(picture: Picture) -> int:
        tensor = torch.from_numpy(picture.astype(np.float32).transpose(2, 0, 1) / 255)
        with torch.inference_mode():
            return len(model([tensor])[0]["masks"] > 0.5)

    # Random scores are all alike: the threshold lets about as many boxes pass as with trained ones.
    scores: list[Any] = []
    hook = model.roi_heads.box_predictor.register_forward_hook(
        lambda _module, _given, found: scores.append(found[0].softmax(-1)[:, 1:].flatten())
    )
    model.roi_heads.score_thresh = 1.0
    run(sample)
    hook.remove()
    model.roi_heads.score_thresh = float(scores[0].topk(_PASSING).values[-1])
    return run


def _yolo(file: Path, threads: int) -> Way:
    import onnxruntime  # noqa: PLC0415 - beside the other ways' own

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    session = onnxruntime.InferenceSession(str(file), options, providers=["CPUExecutionProvider"])
    return partial(_yolo_masks, session)


def _yolo_masks(session: Any, picture: Picture) -> int:
    """Run a YOLO segmenter and draw its best masks, as its authors' package does."""
    height, width = picture.shape[:2]
    factor = _YOLO_SIDE / max(height, width)
    small = cv2.resize(picture, (round(width * factor), round(height * factor)))
    padded = np.full((_YOLO_SIDE, _YOLO_SIDE, 3), 114, np.uint8)
    padded[: small.shape[0], : small.shape[1]] = small
    tensor = np.ascontiguousarray(padded.transpose(2, 0, 1)[None], np.float32) / 255
    rows, prototypes = session.run(None, {session.get_inputs()[0].name: tensor})
    rows, prototypes = rows[0].T, prototypes[0]
    count = prototypes.shape[0]
    scores = rows[:, 4:-count].max(axis=1)
    best = np.argsort(-scores)[:_YOLO_CANDIDATES]
    boxes = np.column_stack((rows[best, :2] - rows[best, 2:4] / 2, rows[best, 2:4]))
    kept = best[np.asarray(cv2.dnn.NMSBoxes(boxes.tolist(), scores[best].tolist(), 0.0, 0.7))]
    masks = rows[kept[:_MASKS], -count:] @ prototypes.reshape(count, -1)
    drawn = 0
    for mask in masks.reshape(-1, *prototypes.shape[1:]):
        part = mask[: round(height * factor / 4), : round(width * factor / 4)]
        drawn += int((cv2.resize(part, (width, height)) > 0).any())
    return drawn


if __name__ == "__main__":
    main()
