"""A picture that is analysed again, after a person said what is in it."""

import dataclasses

import numpy as np
from numpy.typing import NDArray

from model.masks import SAME_IOU
from model.outlines import fill
from server.looks.corrections import CorrectionStore
from server.looks.look import Look, LookGarment
from server.looks.pipeline import AnalysedPicture


def settled(analysed: AnalysedPicture, corrections: CorrectionStore) -> Look:
    """Return a new look without the garments that were corrected before.

    Those keep the numbers that they had; what is found besides them gets new ones.
    """
    look = analysed.look
    said = corrections.of(look.picture_hash)
    if not said:
        return look
    size = (look.height, look.width)
    known = [fill(list(each.garment.polygons), size) for each in said]
    first = corrections.next_number(look.picture_hash)
    kept = [
        garment
        for garment, found in zip(look.garments, analysed.garments, strict=True)
        if not any(is_same(found.mask, mask) for mask in known)
    ]
    return dataclasses.replace(look, garments=_numbered(kept, first))


def is_same(one: NDArray[np.bool_], other: NDArray[np.bool_]) -> bool:
    """Return whether two masks of a picture are of one thing."""
    union = int(np.count_nonzero(one | other))
    return union > 0 and int(np.count_nonzero(one & other)) / union > SAME_IOU


def _numbered(garments: list[LookGarment], first: int) -> tuple[LookGarment, ...]:
    return tuple(
        dataclasses.replace(garment, number=number)
        for number, garment in enumerate(garments, start=first)
    )
