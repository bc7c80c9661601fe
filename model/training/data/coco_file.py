"""Annotation files in COCO's form, of any size.

DeepFashion2's 191,961 training photos make a file of 1.4 GB, which as plain Python lists would
take several times that in memory, in each process. So a file is read as a stream, one entry at a
time, and outlines are stored as arrays of four bytes a number: to a ten-thousandth of a pixel.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import ijson
import numpy as np

from model.errors import WhereToBuyError


class AnnotationFileError(WhereToBuyError):
    """A file of annotations is not in COCO's form."""

    code = "annotation-file"


@contextmanager
def as_coco(path: Path) -> Iterator[None]:
    """Name the file and what it should be if reading it fails.

    Raises:
        AnnotationFileError: It is not in COCO's form.
    """
    try:
        yield
    except (ijson.JSONError, KeyError, TypeError, ValueError) as error:
        raise AnnotationFileError(
            f"{path} is not a COCO file that can be read: {type(error).__name__}: {error}.",
            hint="It needs images (id, file_name, width, height) and annotations (image_id, "
            "category_id, bbox, segmentation), and must be whole.",
        ) from error


def entries(path: Path, key: str) -> Iterator[dict[str, Any]]:
    """Yield the entries of one of a file's lists, such as `images`; none if it has no such list."""
    with path.open("rb") as file:
        yield from ijson.items(file, f"{key}.item", use_float=True)


def compact(segmentation: Any) -> Any:
    """Return an outline's polygons, flat lists x, y, x, y, as arrays; other forms as they are."""
    if not isinstance(segmentation, list):
        return segmentation
    return [np.array(polygon, np.float32) for polygon in segmentation]
