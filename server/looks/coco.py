"""Corrected pictures as a COCO dataset: what training reads.

The format is that of https://cocodataset.org/#format-data. Further keys of an image are
``picture_hash``, the SHA-256 of the picture's original file, and ``not_garments``, the boxes of
what a person put away; an annotation's ``corrected`` says whether a person spoke of it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from typing import Any

import numpy as np
from sqlalchemy import select

from model.categories import CATEGORIES
from model.outlines import fill
from server.looks.corrections import Correction, Verdict, corrections_of
from server.looks.look import Look, LookGarment
from server.looks.store import LookStore
from server.storage.database import Database
from server.storage.tables import CorrectionRow, LookRow


@dataclass(frozen=True, slots=True)
class CorrectedPicture:
    """A picture that somebody corrected.

    Attributes:
        look: Its newest look, with the corrections.
        corrections: What was said about it.
        jpeg: The picture as it was analysed.
    """

    look: Look
    corrections: list[Correction]
    jpeg: bytes

    @property
    def file_name(self) -> str:
        """Return the name of its copy: the hash of the original file."""
        return f"{self.look.picture_hash}.jpg"


def corrected_pictures(database: Database) -> Iterator[CorrectedPicture]:
    """Yield every picture that was corrected and is kept, by hash."""
    store = LookStore(database, kept=1)
    with database.session(read_only=True) as session:
        newest = session.execute(
            select(LookRow.picture_hash, LookRow.id)
            .where(LookRow.picture_hash.in_(select(CorrectionRow.picture_hash)))
            .order_by(LookRow.picture_hash, LookRow.created_at)
        ).all()
        ids: dict[str, str] = {row.picture_hash: row.id for row in newest}
        said = corrections_of(session, list(ids))
    for picture_hash, look_id in ids.items():
        look = store.find(look_id)
        if look is not None:
            yield CorrectedPicture(look, said[picture_hash], store.picture_file(look_id))


class CocoDataset:
    """A dataset while it is put together."""

    def __init__(self) -> None:
        self._images: list[dict[str, Any]] = []
        self._annotations: list[dict[str, Any]] = []

    @property
    def counts(self) -> tuple[int, int]:
        """How many pictures and annotations there are."""
        return len(self._images), len(self._annotations)

    def add(self, picture: CorrectedPicture) -> None:
        """Add a picture with everything in it that has a category."""
        look = picture.look
        number = len(self._images) + 1
        away = [each for each in picture.corrections if each.verdict is Verdict.NOT_A_GARMENT]
        self._images.append(
            {
                "id": number,
                "file_name": picture.file_name,
                "width": look.width,
                "height": look.height,
                "picture_hash": look.picture_hash,
                "not_garments": [list(each.garment.box) for each in away],
            }
        )
        spoken_of = {each.garment.number for each in picture.corrections}
        for garment in look.garments:
            if garment.category is not None:
                corrected = garment.number in spoken_of
                self._annotations.append(
                    self._annotation(number, look, garment)
                    | {"category_id": garment.category.id, "corrected": corrected}
                )

    def to_json(self) -> dict[str, Any]:
        """Return the dataset, ready for `json.dump`."""
        return {
            "info": {"description": "Pictures that people corrected in Where can I buy this?"},
            "images": self._images,
            "annotations": self._annotations,
            "categories": [
                {"id": each.id, "name": each.name, "supercategory": each.kind}
                for each in CATEGORIES
            ],
        }

    def _annotation(self, image: int, look: Look, garment: LookGarment) -> dict[str, Any]:
        mask = fill(list(garment.polygons), (look.height, look.width))
        return {
            "id": len(self._annotations) + 1,
            "image_id": image,
            "bbox": list(garment.box),
            "area": int(np.count_nonzero(mask)),
            "segmentation": [list(chain.from_iterable(ring)) for ring in garment.polygons],
            "iscrowd": 0,
        }
