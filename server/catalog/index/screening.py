"""A cheap bound on the cosine between a query and many vectors.

Vectors are projected on the few directions in which they differ most (principal components), and
what is seen of them is kept in eight bits a direction. By the Cauchy-Schwarz inequality the cosine
is that of what is kept, give or take the product of what is left over of both and what the eight
bits lose: whatever this leaves below the products found so far needs no closer look, and the
result is the same as without.
"""

from dataclasses import dataclass
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

from server.catalog.index.products import LEVELS, MIDDLE, inner_products

Floats = NDArray[np.float32]
Codes = NDArray[np.int8]
Surplus = NDArray[np.int32]
# Bytes of a view, in parts of the vector's dimensions, and what processors like a multiple of; the
# last two bytes are what it loses. Of 100,000 products like a sample shop's, a third leaves one in
# a hundred for a closer look at colours and vector, and one in two hundred without colours.
_PART: Final = 3
_MULTIPLE: Final = 16
_LOSSES: Final = 2
# Vectors that the directions are chosen from, about, and how often they are improved.
SAMPLE: Final = 3000
_ITERATIONS: Final = 2
# Values beyond these shares of a sample are cut off, which counts as a loss.
_ENDS: Final = (0.0005, 0.9995)
# The greatest loss that is kept: all of a unit vector.
_MOST: Final = 1.0
# More than float32 loses in a sum of some thousand products.
_ROUNDING: Final = 2e-5


@dataclass(frozen=True, slots=True, eq=False)
class Directions:
    """Orthonormal directions, and how what they see is kept.

    Attributes:
        axes: float32 ``[D, seen]``.
        low: What the byte 0 stands for, in each direction, ``[seen]``.
        step: What each byte more stands for, ``[seen]``.
    """

    axes: Floats
    low: Floats
    step: Floats

    @classmethod
    def of(cls, sample: Floats) -> Self:
        """Choose the directions of the greatest spread in a sample, ``[M, D]``.

        By subspace iteration from random directions (Halko, Martinsson and Tropp 2011,
        algorithm 4.4), which takes a fraction of the time of all eigenvectors. Any orthonormal
        directions give right bounds; better ones give tighter bounds.
        """
        dimensions = sample.shape[1]
        width = -(-dimensions // (_PART * _MULTIPLE)) * _MULTIPLE
        kept = min(dimensions, width - _LOSSES)
        axes = np.random.default_rng(0).standard_normal((dimensions, kept), np.float32)
        for _ in range(_ITERATIONS):
            axes, _ = np.linalg.qr(sample.T @ (sample @ axes))
        low, high = np.quantile(sample @ axes, _ENDS, axis=0)
        step = np.maximum(high - low, 1e-6) / (LEVELS - 1)
        return cls(
            np.ascontiguousarray(axes, np.float32), low.astype(np.float32), step.astype(np.float32)
        )

    @property
    def width(self) -> int:
        """Bytes of a view."""
        return len(self.low) + _LOSSES

    def views(self, vectors: Floats) -> Codes:
        """Return what is kept of vectors, ``[N, width]``: bytes, less the one in the middle.

        Args:
            vectors: ``[N, D]``.
        """
        seen = vectors @ self.axes
        kept = np.clip(np.rint((seen - self.low) / self.step), 0, LEVELS - 1)
        length = np.einsum("ij,ij->i", vectors, vectors)
        left = np.sqrt(np.maximum(length - np.einsum("ij,ij->i", seen, seen), 0)) + _ROUNDING
        lost = np.linalg.norm(seen - (kept * self.step + self.low), axis=1) + _ROUNDING
        losses = np.stack([left, lost], 1) * ((LEVELS - 1) / _MOST)
        levels = np.hstack([kept, np.minimum(np.ceil(losses), LEVELS - 1)])
        return (levels - MIDDLE).astype(np.int8)

    def bounds(self, vector: Floats) -> "Bounds":
        """Return what bounds the cosines with a vector, ``[D]``."""
        near = vector @ self.axes
        over = np.sqrt(max(0.0, float(vector @ vector - near @ near))) + _ROUNDING
        losses = np.array([over, np.linalg.norm(near) + _ROUNDING]) * (_MOST / (LEVELS - 1))
        weights = np.concatenate([near * self.step, losses]).astype(np.float32)
        return Bounds(weights, float(near @ self.low) + _ROUNDING)


@dataclass(frozen=True, slots=True, eq=False)
class Bounds:
    """Bounds the cosines of one vector with others.

    Attributes:
        weights: Of each byte of a view.
        rest: What is the same for all.
    """

    weights: Floats
    rest: float

    def of(self, views: Codes, over: Surplus) -> Floats:
        """Return the most that each cosine can be, ``[N]``.

        Args:
            views: Columns of them are in one piece of memory.
            over: Of the views.
        """
        return inner_products(views, over, self.weights, self.rest)
