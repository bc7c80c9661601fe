"""A bound on the likeness of colours is never below the likeness, and mostly near it."""

import numpy as np
import pytest

from model.colour_bound import PACKED, cells_of, looked_up, most_alike
from model.colours import Colour
from model.likeness import ColourSets, pack_colours

GARMENTS = [
    [Colour("navy", "#1f2a48", 0.7), Colour("white", "#f4f4f2", 0.3)],
    [Colour("black", "#000000", 1.0)],
    [
        Colour("red", "#ff0000", 0.5),
        Colour("green", "#00ff00", 0.3),
        Colour("grey", "#808080", 0.2),
    ],
    [],
]


def packed(count: int, colours: int) -> list[bytes]:
    random = np.random.default_rng(colours)
    made = random.integers(0, 256, (count, colours * 4), np.uint8)
    return [row.tobytes() for row in made]


@pytest.mark.parametrize("garment", GARMENTS, ids=len)
@pytest.mark.parametrize("colours", [0, 1, 2, 3])
def test_the_bound_is_never_below_the_likeness(garment: list[Colour], colours: int) -> None:
    some = packed(20_000, colours)
    sets, asked = ColourSets.of(some), ColourSets.of([pack_colours(garment)])
    filled = np.frombuffer(b"".join(each.ljust(PACKED, b"\0") for each in some), np.uint8)
    cells = cells_of(filled.reshape(-1, PACKED))
    bound = looked_up(most_alike(asked), cells, sets.weights, np.arange(len(cells)))
    alike = sets.alike(asked)
    assert (bound >= alike).all()
    assert float(np.median(bound - alike)) < 0.05


def test_every_colour_of_a_cell_is_within_its_reach() -> None:
    """A shade of each cell's darkest, lightest and in between, against itself and others."""
    steps = np.arange(0, 256, 5, np.uint8)
    rgb = np.stack(np.meshgrid(steps, steps, steps, indexing="ij"), -1).reshape(-1, 3)
    filled = np.zeros((len(rgb), PACKED), np.uint8)
    filled[:, :3], filled[:, 3] = rgb, 255
    sets = ColourSets.of([row.tobytes() for row in filled])
    for name in ("#07ff01", "#0000ff", "#7f8081", "#ff00ff", "#101010"):
        asked = ColourSets.of([pack_colours([Colour("any", name, 1.0)])])
        cells = cells_of(filled)
        bound = looked_up(most_alike(asked), cells, sets.weights, np.arange(len(cells)))
        assert (bound >= sets.alike(asked)).all()
