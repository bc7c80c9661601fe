"""How alike two garments are: by their vectors (shape and cloth) and by their colours.

The vectors hardly distinguish colours: one style in two colours has nearly the same vector.
So colours are compared as well, by their distance in CIELAB.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from model.colours import MOST_COLOURS, Colour, colour_name

COSINE_OF_STRANGERS: Final = 0.6
# Likeness of shape is the cosine scaled from this range to 0 to 1, and clipped.
#
# The vectors are features behind a ReLU: no two of them are opposed, and any two garments on
# white have a cosine far above 0. The ends were measured on a sample shop of 333 products: two
# different styles of one kind have 0.57 to 0.62 in the median, one style in two colours on the
# same photo 0.91.
COSINE_OF_TWINS: Final = 0.92

# The share of similarity that colour decides; the rest is shape. Chosen on half of the queries
# of `benchmarks/offers.py --quality`: with more, the right colour leads on the wrong garment.
COLOUR_PART: Final = 0.3
# How much lightness counts compared with hue: exposure changes lightness, dye does not.
_LIGHTNESS: Final = 0.7
# CIELAB distance at which two colours are hardly alike (1 / e).
_APART: Final = 20.0

# Red, green, blue, and the share in 255ths.
BYTES_A_COLOUR: Final = 4


@dataclass(frozen=True, slots=True, eq=False)
class ColourSets:
    """The colours of N garments, ready to be compared.

    Attributes:
        lab: ``N x MOST_COLOURS x 3`` float32, CIELAB with lightness weighted down.
        weights: ``N x MOST_COLOURS`` float32, 0 where there is no colour; normalised so that
            each garment's likeness with itself is 1.
    """

    lab: NDArray[np.float32]
    weights: NDArray[np.float32]

    @classmethod
    def of(cls, packed: Sequence[bytes]) -> "ColourSets":
        """Unpack the colours of each garment from what `pack_colours` made of them."""
        size = MOST_COLOURS * BYTES_A_COLOUR
        whole = [data[: len(data) // BYTES_A_COLOUR * BYTES_A_COLOUR] for data in packed]
        filled = b"".join(data[:size].ljust(size, b"\0") for data in whole)
        table = np.frombuffer(filled, np.uint8).reshape(-1, MOST_COLOURS, BYTES_A_COLOUR)
        rgb = table[:, :, :3].reshape(1, -1, 3).astype(np.float32) / 255
        lab = np.zeros((0, 3), np.float32)
        if rgb.size:  # OpenCV refuses an empty picture
            lab = np.asarray(cv2.cvtColor(rgb, cv2.COLOR_RGB2LAB)[0], np.float32)
        lab = lab.reshape(-1, MOST_COLOURS, 3) * np.array([_LIGHTNESS, 1, 1], np.float32)
        shares = table[:, :, 3].astype(np.float32)
        own = np.zeros(len(lab), np.float32)
        for one in range(MOST_COLOURS):
            for other in range(MOST_COLOURS):
                near = _near(lab[:, one], lab[:, other])
                own += shares[:, one] * shares[:, other] * near
        lengths = np.sqrt(own)[:, None]
        weights = np.divide(shares, lengths, out=np.zeros_like(shares), where=lengths > 0)
        return cls(lab.astype(np.float32), weights)

    def likeness(self, colours: Sequence[Colour]) -> NDArray[np.float32]:
        """Return how alike each garment's colours are to these, ``N`` float32, 0 to 1.

        1 means the same colours in the same shares. Without colours the likeness is 0.
        """
        return self.alike(ColourSets.of([pack_colours(colours)]))

    def alike(self, other: "ColourSets") -> NDArray[np.float32]:
        """Return how alike each garment's colours are to those of another set's only garment."""
        found = np.zeros(len(self.lab), np.float32)
        for theirs in np.flatnonzero(other.weights[0]):
            for mine in range(MOST_COLOURS):
                near = _near(self.lab[:, mine], other.lab[0, theirs][None])
                found += other.weights[0, theirs] * self.weights[:, mine] * near
        return np.clip(found, 0.0, 1.0)


def pack_colours(colours: Sequence[Colour]) -> bytes:
    """Pack a garment's colours for storage: 4 bytes per colour, at most 12."""
    return b"".join(
        bytes.fromhex(colour.hex[1:]) + bytes([max(1, min(255, round(colour.share * 255)))])
        for colour in colours[:MOST_COLOURS]
    )


def unpack_colours(packed: bytes) -> tuple[Colour, ...]:
    """Unpack the colours that `pack_colours` packed and name them; drop an incomplete one."""
    found: list[Colour] = []
    for at in range(0, len(packed) - BYTES_A_COLOUR + 1, BYTES_A_COLOUR):
        *rgb, share = packed[at : at + BYTES_A_COLOUR]
        name = colour_name(np.array(rgb, np.uint8))
        found.append(Colour(name, f"#{bytes(rgb).hex()}", share / 255))
    return tuple(found)


def colour_likeness(one: Sequence[Colour], other: Sequence[Colour]) -> float:
    """Return how alike the colours of two garments are, 0 to 1; 0 if one has none."""
    return float(ColourSets.of([pack_colours(one)]).likeness(other)[0])


def shape_likeness(cosine: NDArray[np.float32] | float) -> NDArray[np.float32]:
    """Scale cosines to 0 (no more alike than any two of a kind) to 1 (the same)."""
    span = COSINE_OF_TWINS - COSINE_OF_STRANGERS
    return np.asarray(np.clip((cosine - COSINE_OF_STRANGERS) / span, 0.0, 1.0), np.float32)


def similarity(
    cosine: NDArray[np.float32] | float, colour: NDArray[np.float32] | float
) -> NDArray[np.float32]:
    """Combine cosine and likeness of colour to a similarity, 0 to 1."""
    return np.asarray((1 - COLOUR_PART) * shape_likeness(cosine) + COLOUR_PART * colour, np.float32)


def _near(one: NDArray[np.float32], other: NDArray[np.float32]) -> NDArray[np.float32]:
    return np.asarray(np.exp(-((one - other) ** 2).sum(axis=1) / _APART**2), np.float32)
