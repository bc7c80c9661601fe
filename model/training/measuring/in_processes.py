"""One measurement by several processes, each on a part of the photos."""

import itertools
import multiprocessing
from collections.abc import Callable, Iterable
from concurrent.futures import ProcessPoolExecutor

import torch

from model.training.data.datasets import Record
from model.training.data.variants import variant
from model.training.detecting.detectors import Detector
from model.training.measuring.evaluation import Measurement, measure, read_photos

# Photos in a part: a multiple of four, since one variant joins four.
_PART = 64
_GROUP = 4

# What a process runs; made once in each.
_detectors: list[Detector] = []


def measure_variants(
    make_detector: Callable[[], Detector],
    records: list[Record],
    names: Iterable[str],
    served_score: float,
    *,
    served_only: bool = False,
    processes: int = 1,
) -> dict[str, Measurement]:
    """Measure each variant of the photos; the figures do not depend on `processes`.

    `make_detector` is called in each process, so with several it has to be picklable.
    """
    names = list(names)
    if processes == 1:
        detector = make_detector()
        return {
            name: measure(
                detector, variant(name, read_photos(records)), served_score, served_only=served_only
            )
            for name in names
        }
    even = -(-len(records) // processes)
    size = max(_GROUP, min(_PART, -(-even // _GROUP) * _GROUP))
    parts = [records[start : start + size] for start in range(0, len(records), size)]
    # A fork would inherit the threads of PyTorch and onnxruntime, which is not safe.
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(processes, context, _prepare, (make_detector,)) as pool:
        jobs = list(itertools.product(names, parts))
        done = pool.map(
            _measure_part,
            [name for name, _ in jobs],
            [part for _, part in jobs],
            itertools.repeat(served_score),
            itertools.repeat(served_only),
        )
        measured: dict[str, Measurement] = {}
        for (name, _), part in zip(jobs, done, strict=True):
            if name in measured:
                measured[name].join(part)
            else:
                measured[name] = part
    return measured


def _prepare(make_detector: Callable[[], Detector]) -> None:
    torch.set_num_threads(1)
    _detectors.append(make_detector())


def _measure_part(
    name: str, part: list[Record], served_score: float, served_only: bool
) -> Measurement:
    (detector,) = _detectors
    photos = variant(name, read_photos(part))
    return measure(detector, photos, served_score, served_only=served_only)
