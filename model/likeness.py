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
# Vectors are trained so that two different garments of one category have 0.6 in the median
# (`Embedder.offset` in `model/training/embedding/embedder.py`). Photos of one product that was
# not learnt from have 0.83 in the median, and one in ten has more than TWINS.
COSINE_OF_TWINS: Final = 0.92

# The share of similarity that colour decides; the rest is shape. Chosen on half of the queries
# of `benchmarks/offers.py --quality`: with more, the right colour leads on the wrong garment.
COLOUR_PART: Final = 0.3
# What is less similar is alike in colour at best, and not called similar or close anywhere
# (`is_alike`): colours alone reach `COLOUR_PART`, and a shape hardly more alike than that of two
# strangers of a kind adds nothing to believe in. Of 103 pictures of animals, food and rooms, cut
# to an ellipse, one has a product above it in a sample shop of 333; 4 are above the colours' part.
LEAST_ALIKE: Final = COLOUR_PART + 0.05

# How much lightness counts compared with hue: exposure changes lightness, dye does not.
_LIGHTNESS: Final = 0.7
# CIELAB distance at which two colours are hardly alike (1 / e).
APART: Final = 20.0

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
        lab = lab_of(table[:, :, :3].reshape(-1, 3)).reshape(-1, MOST_COLOURS, 3)
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


def lab_of(rgb: NDArray[np.generic]) -> NDArray[np.float32]:
    """Return colours in CIELAB with lightness weighted down, ``[N, 3]``, from 0 to 255 each."""
    if not rgb.size:  # OpenCV refuses an empty picture
        return np.zeros((0, 3), np.float32)
    scaled = rgb.reshape(1, -1, 3).astype(np.float32) / 255
    lab = cv2.cvtColor(scaled, cv2.COLOR_RGB2LAB)[0]
    return np.asarray(lab * np.array([_LIGHTNESS, 1, 1], np.float32), np.float32)


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


def is_alike(similar: float) -> bool:
    """Return whether a similarity says more than that two things have one colour."""
    # Rounded, or what is just as much as the floor would pass or not by single precision.
    return round(similar, 4) > LEAST_ALIKE


def _near(one: NDArray[np.float32], other: NDArray[np.float32]) -> NDArray[np.float32]:
    apart = one - other
    return np.asarray(np.exp(np.einsum("ij,ij->i", apart, apart) / -(APART**2)), np.float32)
