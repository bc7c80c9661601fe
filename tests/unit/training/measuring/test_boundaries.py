"""Figures of outlines notice what mask IoU does not."""

import pytest

pytest.importorskip("detectron2")

import numpy as np
from numpy.typing import NDArray

from model.training.detecting.detectors import Detections
from model.training.measuring.boundaries import boundary_iou, outline_distance
from model.training.measuring.evaluation import Measurement


def square(left: int, top: int, side: int, size: int = 400) -> NDArray[np.bool_]:
    mask = np.zeros((size, size), bool)
    mask[top : top + side, left : left + side] = True
    return mask


def test_the_same_outline_fits_wholly() -> None:
    mask = square(50, 60, 200)
    assert boundary_iou(mask, mask) == 1
    assert outline_distance(mask, mask) == 0


def test_a_band_is_a_fiftieth_of_the_diagonal_wide() -> None:
    # 400 x 400: 11 pixels. A square of 100 has a band of 100^2 - 78^2, and one of 22 is all band.
    band = 100**2 - 78**2
    inner = square(150, 150, 22)
    assert boundary_iou(square(50, 50, 100), inner) == 0
    assert boundary_iou(square(150, 150, 100), square(150, 150, 100) & ~square(161, 161, 78)) == 1
    assert boundary_iou(square(50, 50, 100), square(250, 250, 100)) == 0
    both = boundary_iou(square(0, 0, 100), square(0, 0, 100) | square(250, 250, 100))
    assert both == pytest.approx(band / (2 * band))


def test_combed_edges_cost_more_here_than_in_iou() -> None:
    truth = square(50, 50, 300)
    ragged = truth.copy()
    ragged[50:62:, 50:350:4] = False
    ragged[50:62:, 51:350:4] = False
    iou = np.count_nonzero(truth & ragged) / np.count_nonzero(truth | ragged)
    assert iou > 0.97
    assert boundary_iou(ragged, truth) < iou - 0.1


@pytest.mark.parametrize("shift", [3, 10])
def test_a_shifted_outline_is_off_by_a_share_of_its_size(shift: int) -> None:
    truth, moved = square(50, 50, 200), square(50 + shift, 50, 200)
    # Two of four sides are off by the shift, the other two hardly.
    assert outline_distance(moved, truth) == pytest.approx(shift / 2 / 200, rel=0.2)
    small = square(50, 50, 100), square(50 + shift, 50, 100)
    assert outline_distance(small[1], small[0]) > outline_distance(moved, truth)


def photo(*places: tuple[int, int, int]) -> dict[str, object]:
    annotations = [
        {
            "bbox": [x, y, s, s],
            "category_id": 0,
            "iscrowd": 0,
            "segmentation": [[x, y, x + s - 1, y, x + s - 1, y + s - 1, x, y + s - 1]],
        }
        for x, y, s in places
    ]
    return {"image_id": 1, "height": 400, "width": 400, "annotations": annotations, "ignored": []}


def found(*finds: tuple[int, int, int, float, int]) -> Detections:
    masks = np.array([square(x, y, s) for x, y, s, _, _ in finds], bool).reshape(-1, 400, 400)
    boxes = np.array([(x, y, x + s, y + s) for x, y, s, _, _ in finds], float).reshape(-1, 4)
    scores = np.array([find[3] for find in finds])
    return Detections(boxes, scores, np.array([find[4] for find in finds], int), masks)


def test_outlines_are_measured_on_what_is_found_and_scores_on_what_is_shown() -> None:
    measurement = Measurement(0.5, served_only=True)
    measurement.add(
        photo((20, 20, 100), (200, 20, 100)),
        found((20, 20, 100, 0.9, 0), (200, 30, 100, 0.8, 3), (20, 250, 80, 0.6, 0)),
    )
    served = measurement.summary()["served"]
    assert served["recall"] == 1
    assert served["outline_distance"] == pytest.approx(0.025, abs=0.01)
    assert 0.5 < served["boundary_iou"] < 1
    assert sorted(measurement.believed) == [(0.6, False), (0.8, False), (0.9, True)]


def test_several_parts_are_measured_as_one() -> None:
    def part(shift: int) -> Measurement:
        measurement = Measurement(0.5, served_only=True)
        measurement.add(photo((20, 20, 100)), found((20 + shift, 20, 100, 0.9, 0)))
        return measurement

    first, second = part(0), part(10)
    alone = [p.summary()["served"]["boundary_iou"] for p in (first, second)]
    first.join(second)
    together = first.summary()["served"]["boundary_iou"]
    assert together == pytest.approx(np.mean(alone))
    assert len(first.believed) == 2


def test_where_nothing_is_found_no_outline_is_measured() -> None:
    measurement = Measurement(0.5, served_only=True)
    measurement.add(photo((20, 20, 100)), found())
    served = measurement.summary()["served"]
    assert served["boundary_iou"] is None
    assert served["outline_distance"] is None
