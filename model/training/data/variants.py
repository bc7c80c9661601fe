"""Copies of labelled photos as users meet them: cut, crowded, small, dark, tilted."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import cv2
import numpy as np

from model.photometry import Picture
from model.training.data.datasets import Record

Labelled = tuple[Record, Picture]
Matrix = np.ndarray[Any, np.dtype[np.float64]]

# A garment with a smaller share left is neither expected nor wrong to find.
_LEAST_SHARE = 0.25


def warped(photo: Labelled, matrix: Matrix, width: int, height: int) -> Labelled:
    """Map a photo and its labels by a 2 x 3 matrix into a picture of that size."""
    record, picture = photo
    way = cv2.INTER_AREA
    small: Any = cv2.warpAffine(
        picture, matrix, (width, height), flags=way, borderMode=cv2.BORDER_REPLICATE
    )
    scale = abs(float(np.linalg.det(matrix[:, :2])))
    annotations, ignored = [], []
    for annotation in record["annotations"]:
        outlines = [_moved(p, matrix) for p in annotation["segmentation"]]
        mask = np.zeros((height, width), np.uint8)
        whole = 0.0
        for outline, before in zip(outlines, annotation["segmentation"], strict=True):
            cv2.fillPoly(mask, [np.round(np.reshape(outline, (-1, 2))).astype(np.int32)], (1,))
            whole += scale * cv2.contourArea(np.reshape(before, (-1, 2)).astype(np.float32))
        seen = int(mask.sum())
        if seen < _LEAST_SHARE * whole or seen < 30:
            ignored.append(outlines)
            continue
        columns = np.flatnonzero(mask.any(axis=0))
        rows = np.flatnonzero(mask.any(axis=1))
        box = [columns[0], rows[0], columns[-1] + 1 - columns[0], rows[-1] + 1 - rows[0]]
        annotations.append(
            {**annotation, "segmentation": outlines, "bbox": [float(v) for v in box]}
        )
    ignored += [[_moved(p, matrix) for p in polygons] for polygons in record["ignored"]]
    new = {**record, "width": width, "height": height}
    return {**new, "annotations": annotations, "ignored": ignored}, small


def upper_half(photo: Labelled) -> Labelled:
    """Cut the photo off below its middle."""
    record, _ = photo
    return warped(photo, _shift(0, 0), record["width"], record["height"] // 2)


def lower_half(photo: Labelled) -> Labelled:
    """Cut the photo off above its middle."""
    record, _ = photo
    half = record["height"] // 2
    return warped(photo, _shift(0, -half), record["width"], record["height"] - half)


def shrunk(photo: Labelled) -> Labelled:
    """Put the photo, at a third of its size, into the middle of a grey picture."""
    record, picture = photo
    width, height = record["width"], record["height"]
    small = cv2.resize(picture, (width // 3, height // 3), interpolation=cv2.INTER_AREA)
    x, y = (width - width // 3) // 2, (height - height // 3) // 2
    matrix = np.array([[1 / 3, 0, x], [0, 1 / 3, y]])
    new, _ = warped(photo, matrix, width, height)
    canvas: Any = np.full_like(picture, 127)
    canvas[y : y + height // 3, x : x + width // 3] = small
    return new, canvas


def darkened(photo: Labelled) -> Labelled:
    """Remove two thirds of the light."""
    record, picture = photo
    return record, (picture * 0.35).astype(np.uint8)


def turned(photo: Labelled) -> Labelled:
    """Turn the photo by 10 degrees around its middle."""
    record, _ = photo
    width, height = record["width"], record["height"]
    matrix: Any = cv2.getRotationMatrix2D((width / 2, height / 2), 10, 1.0)
    return warped(photo, matrix, width, height)


def poor_jpeg(photo: Labelled) -> Labelled:
    """Compress the photo at JPEG quality 30."""
    record, picture = photo
    coded = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, 30])[1]
    return record, cv2.imdecode(coded, cv2.IMREAD_COLOR)  # type: ignore[return-value]


def plain(photo: Labelled) -> Labelled:
    """Leave the photo as it is."""
    return photo


ONE_BY_ONE: dict[str, Callable[[Labelled], Labelled]] = {
    "plain": plain,
    "upper-half": upper_half,
    "lower-half": lower_half,
    "shrunk": shrunk,
    "darkened": darkened,
    "turned": turned,
    "jpeg-30": poor_jpeg,
}

VARIANTS = (*ONE_BY_ONE, "four-in-one")


def variant(name: str, photos: Iterable[Labelled]) -> Iterator[Labelled]:
    """Yield the photos, changed by the variant of that name."""
    if name == "four-in-one":
        yield from _four_in_one(photos)
    else:
        yield from map(ONE_BY_ONE[name], photos)


def _four_in_one(
    photos: Iterable[Labelled], width: int = 550, height: int = 830
) -> Iterator[Labelled]:
    batch: list[Labelled] = []
    for photo in photos:
        batch.append(photo)
        if len(batch) == 4:
            yield _joined(batch, width, height)
            batch = []
    if batch:
        yield _joined(batch, width, height)


def _joined(batch: list[Labelled], width: int, height: int) -> Labelled:
    canvas: Any = np.full((2 * height, 2 * width, 3), 127, np.uint8)
    annotations: list[Any] = []
    ignored: list[Any] = []
    for index, photo in enumerate(batch):
        row, column = divmod(index, 2)
        x, y = column * width, row * height
        record, picture = photo
        scale = min(width / record["width"], height / record["height"])
        inner = np.array([[scale, 0, 0], [0, scale, 0]])
        _, part = warped(photo, inner, width, height)
        outer = np.array([[scale, 0, x], [0, scale, y]])
        labels, _ = warped((record, picture), outer, 2 * width, 2 * height)
        canvas[y : y + height, x : x + width] = part
        annotations += labels["annotations"]
        ignored += labels["ignored"]
    size = {"width": 2 * width, "height": 2 * height}
    return {**batch[0][0], **size, "annotations": annotations, "ignored": ignored}, canvas


def _moved(polygon: list[float], matrix: Matrix) -> list[float]:
    points = np.reshape(polygon, (-1, 2)) @ matrix[:, :2].T + matrix[:, 2]
    moved: list[float] = points.reshape(-1).tolist()
    return moved


def _shift(x: float, y: float) -> Matrix:
    return np.array([[1.0, 0, x], [0, 1.0, y]])
