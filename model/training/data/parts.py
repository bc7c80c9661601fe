"""Which photos are trained on, which are used to choose, and which are only reported.

Each rule depends on nothing but the sorted file names, so that a later run puts the
same photos aside:

- labelled photos (`SOURCE_SPLIT`): each eighth is `@choosing`, the others are `@fit`;
- pictures that show no garment (`SOURCE_photos`): of four, the first is `@held_out`
  (reported, never looked at), the third is `@choosing`, and two are `@fit`.

Checkpoints, thresholds and mixtures are chosen on `@choosing`. The two parts of the
product photos, `@kept` and `@held_out`, keep a style together (`datasets.py`).
"""

from typing import Any

# As in `datasets.py`.
Record = dict[str, Any]

CHOOSING_STEP = 8
EMPTY_STEP = 4
_EMPTY_PART = {"held_out": (0,), "choosing": (2,), "fit": (1, 3)}


def labelled_part(records: list[Record], part: str) -> list[Record]:
    """Return the `choosing` or the `fit` photos of a labelled data set.

    Raises:
        KeyError: There is no such part.
    """
    choosing = {"choosing": True, "fit": False}[part]
    ordered = sorted(records, key=lambda record: str(record["file_name"]))
    return [r for i, r in enumerate(ordered) if (i % CHOOSING_STEP == 0) == choosing]


def empty_part(records: list[Record], part: str) -> list[Record]:
    """Return the `held_out`, `choosing` or `fit` pictures of a folder without garments.

    Raises:
        KeyError: There is no such part.
    """
    remainders = _EMPTY_PART[part]
    ordered = sorted(records, key=lambda record: str(record["file_name"]))
    return [r for i, r in enumerate(ordered) if i % EMPTY_STEP in remainders]
