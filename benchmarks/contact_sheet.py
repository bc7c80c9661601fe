"""Many crops on one picture with words below each, for inspection."""

from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from model.crops import on_white
from model.picture import encode_jpeg

TILE = 150
_LINE = 15
_COLUMNS = 10


def write_sheet(path: Path, tiles: Sequence[tuple[NDArray[np.uint8], Sequence[str]]]) -> None:
    """Write a JPEG of RGBA crops with at most two lines of text below each."""
    height = TILE + 2 * _LINE
    rows = -(-len(tiles) // _COLUMNS)
    sheet = np.full((rows * height, _COLUMNS * TILE, 3), 255, np.uint8)
    for place, (crop, lines) in enumerate(tiles):
        y, x = place // _COLUMNS * height, place % _COLUMNS * TILE
        sheet[y : y + TILE, x : x + TILE] = cv2.resize(
            on_white(crop), (TILE, TILE), interpolation=cv2.INTER_AREA
        )
        for number, line in enumerate(lines[:2], start=1):
            spot = (x + 3, y + TILE - 4 + number * _LINE)
            cv2.putText(
                sheet, line[:30], spot, cv2.FONT_HERSHEY_SIMPLEX, 0.33, (0, 0, 0), 1, cv2.LINE_AA
            )
    path.write_bytes(encode_jpeg(sheet))
