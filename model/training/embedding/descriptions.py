"""What the frozen network sees of many views of each garment, computed once and kept in a folder.

Looking takes nearly all of the time of training; a layer on what was seen is fitted in minutes, as
often as one likes. Each part is written once it is complete, so a run that was stopped goes on
where it was.
"""

import hashlib
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from model.photometry import Picture
from model.training.detecting.detectors import Array
from model.training.embedding.garment_views import Tile, changed, plain
from model.training.embedding.lessons import Lesson, read_rgb
from model.training.measuring.evaluation import draw

logger = logging.getLogger(__name__)

# Garments in a file.
_PART: Final = 128
_AT_ONCE: Final = 8

# Maps pictures, float32 [N, 3, 224, 224], to what is seen, float [N, D].
Look = Callable[[Array], Array]


@dataclass
class Descriptions:
    """What was seen, a row a view.

    Attributes:
        described: float16 [N, D].
        lessons: The number of each row's lesson, int [N].
        views: The number of each row's view, 0 for the garment as it is, int [N].
    """

    described: Array
    lessons: Array
    views: Array


def describe(lessons: Sequence[Lesson], look: Look, views: int, folder: Path) -> Descriptions:
    """Describe each garment as it is and in `views` changed views, or read that from `folder`.

    Args:
        lessons: The garments.
        look: The frozen network.
        views: How many changed views there are of each annotated garment. A garment as the
            segmenter found it is itself another view, and not changed.
        folder: What is complete is kept here, and not computed again.
    """
    folder.mkdir(parents=True, exist_ok=True)
    found: list[tuple[Array, Array, Array]] = []
    for start in range(0, len(lessons), _PART):
        part = lessons[start : start + _PART]
        path = folder / f"{_key(part, views)}.npz"
        if not path.exists():
            draft = path.with_suffix(".new.npz")
            described, numbers, seen = _described(part, look, views)
            np.savez(draft, described=described, numbers=numbers, views=seen)
            draft.replace(path)
        with np.load(path) as stored:
            found.append((stored["described"], stored["numbers"] + start, stored["views"]))
        logger.info("%d of %d garments looked at", start + len(part), len(lessons))
    return Descriptions(*(np.concatenate(each) for each in zip(*found, strict=True)))


def _key(part: Sequence[Lesson], views: int) -> str:
    said = repr([(lesson.sighting, lesson.found) for lesson in part]) + f" {views}"
    return hashlib.sha256(said.encode()).hexdigest()[:20]


def _described(part: Sequence[Lesson], look: Look, views: int) -> tuple[Array, Array, Array]:
    rows: list[Array] = []
    numbers: list[int] = []
    seen: list[int] = []
    waiting: list[Picture] = []

    def flush() -> None:
        if waiting:
            pictures = np.stack(waiting).transpose(0, 3, 1, 2).astype(np.float32)
            rows.append(look(pictures).astype(np.float16))
            waiting.clear()

    for number, lesson in enumerate(part):
        sighting = lesson.sighting
        rgb = read_rgb(sighting.file_name)
        tile = Tile.of(rgb, draw(list(sighting.polygons), *rgb.shape[:2]) > 0)
        if tile is None:
            continue
        for view in range(1 if lesson.found else 1 + views):
            # By name, so that another list of garments has the same views of this one.
            name = hashlib.sha256(f"{sighting.file_name} {sighting.box} {view}".encode()).digest()
            random = np.random.default_rng(list(name))
            picture = changed(tile, random) if view else plain(tile)
            if picture is None:
                continue
            waiting.append(picture)
            numbers.append(number)
            seen.append(view)
            if len(waiting) == _AT_ONCE:
                flush()
    flush()
    return np.concatenate(rows), np.array(numbers), np.array(seen)
