"""How alike the colours of many garments are to those of one, at most: looked up in a table.

Comparing colours exactly takes longer than anything else that a search does with every product.
Colours are put into cells, and the table says for each cell how alike any colour in it can be:
what this rules out needs no exact comparison.
"""

from functools import cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from model.colours import MOST_COLOURS
from model.likeness import APART, BYTES_A_COLOUR, ColourSets, lab_of

# Of each of red, green and blue: half of all cells reach no further than 4.2 in CIELAB.
_BITS: Final = 5
_SIDE: Final = 256 >> _BITS
# More than the distance to a cell's corners falls short of that to its farthest colour.
_BEYOND_CORNERS: Final = 1.02
# More than float32 loses in a distance, and in a likeness.
_INEXACT: Final = np.float32(0.1)
_ROUNDING: Final = 1e-5

Floats = NDArray[np.float32]
Cells = NDArray[np.uint16]
# As `model.likeness.pack_colours` packs them, filled up: ``[N, PACKED]`` uint8.
PACKED: Final = MOST_COLOURS * BYTES_A_COLOUR


def cells_of(packed: NDArray[np.uint8]) -> Cells:
    """Return the cell of each colour, ``[N, MOST_COLOURS]``."""
    rgb = packed.reshape(-1, MOST_COLOURS, BYTES_A_COLOUR)[:, :, :3].astype(np.uint16)
    red, green, blue = np.moveaxis(rgb >> (8 - _BITS), 2, 0)
    return np.asarray(red << 2 * _BITS | green << _BITS | blue, np.uint16)


def most_alike(garment: ColourSets) -> Floats:
    """Return how alike any colour of each cell is at most to the colours of the only garment."""
    centres, lengths, reach = _cells()
    found = np.zeros(len(centres), np.float32)
    for each in np.flatnonzero(garment.weights[0]):
        colour = garment.lab[0, each]
        apart = lengths - centres @ (2 * colour) + colour @ colour
        nearest = np.maximum(np.sqrt(np.maximum(apart, 0)) - reach, 0)
        found += garment.weights[0, each] * np.exp(nearest * nearest * np.float32(-(APART**-2)))
    return found


def looked_up(table: Floats, cells: Cells, weights: Floats, rows: NDArray[np.int64]) -> Floats:
    """Return how alike the colours of some garments are at most, 0 to 1 each.

    Args:
        table: Of `most_alike`.
        cells: ``[N, MOST_COLOURS]``; quickest if a column is in one piece.
        weights: Of `ColourSets`, ``[N, MOST_COLOURS]``; likewise.
        rows: Which garments.
    """
    found = np.full(len(rows), _ROUNDING, np.float32)
    for each in range(MOST_COLOURS):
        found += weights[:, each].take(rows) * table.take(cells[:, each].take(rows))
    return np.minimum(found, np.float32(1))


@cache
def _cells() -> tuple[Floats, Floats, Floats]:
    """Return each cell's centre, its squared length, and how far colours are from it at most."""
    steps = np.arange(1 << _BITS, dtype=np.float32) * _SIDE
    low = np.stack(np.meshgrid(steps, steps, steps, indexing="ij"), -1).reshape(-1, 3)
    centres = lab_of(low + (_SIDE - 1) / 2)
    reach = np.zeros(len(low), np.float32)
    for corner in np.ndindex(2, 2, 2):
        ends = lab_of(low + np.array(corner, np.float32) * (_SIDE - 1))
        reach = np.maximum(reach, np.linalg.norm(ends - centres, axis=1))
    return centres, np.einsum("ij,ij->i", centres, centres), reach * _BEYOND_CORNERS + _INEXACT
