"""The layer that keeps, of what a frozen network sees, what tells one garment from another.

It begins with linear discriminants (Fisher 1936, for many classes Rao 1948): directions along which
different garments differ most, measured by how views of one garment differ among themselves. That
has a closed form. From there on, batches of many garments in several views ask of each which of
the others is the same (InfoNCE, van den Oord et al. 2018), which minds the hard cases more.
"""

import logging
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import torch
from torch.nn import functional

from model.likeness import COSINE_OF_STRANGERS
from model.training.detecting.detectors import Array
from model.training.embedding.embedder import CLIP

logger = logging.getLogger(__name__)

# Principal components that discriminants are made from.
_COMPONENTS: Final = 1024
# The share of the same variance in all directions that is mixed into the views' own.
_SHRINKAGE: Final = 0.3
# Of the discriminants' reliability, what a direction counts.
_POWER: Final = 0.5
_LOG_PERIOD: Final = 50


@dataclass(frozen=True)
class Plan:
    """How a layer is fitted.

    Attributes:
        dimensions: How many directions are kept.
        steps: Of contrast after the discriminants; 0 for none.
        garments: In a step, each in `views` views.
        rate: A step's size, as a share of the layer's mean absolute weight.
        temperature: How much the hardest others count.
        other_colour: How much the same style in another colour counts as another garment.
        dropout: Share of components that a step does not see.
    """

    dimensions: int = 255
    steps: int = 0
    garments: int = 192
    views: int = 3
    rate: float = 0.06
    temperature: float = 0.07
    other_colour: float = 0.3
    dropout: float = 0.1
    seed: int = 0


@dataclass(frozen=True, eq=False)
class Head:
    """Maps described pictures [N, D] to [N, dimensions], before their length is made 1.

    Attributes:
        centre: Mean of each feature, [D].
        scale: One over its standard deviation, [D].
        weight: float32 [D, dimensions].
    """

    centre: Array
    scale: Array
    weight: Array

    def __call__(self, described: Array) -> Array:
        """Map [N, D] to unit vectors [N, dimensions]."""
        return _unit(standardised(described, self.centre, self.scale) @ self.weight)


def standardised(described: Array, centre: Array, scale: Array) -> Array:
    """Return features of mean 0 and standard deviation 1, clipped."""
    return np.clip((described.astype(np.float32) - centre) * scale, -CLIP, CLIP)


def fit(
    described: Array, garments: Sequence[str], styles: Sequence[str], plan: Plan = Plan()
) -> Head:
    """Fit the layer.

    Args:
        described: float [N, D], a row a view.
        garments: What each row shows; most have several rows.
        styles: The same for one style in several colours.
        plan: How.
    """
    values = described.astype(np.float32)
    centre = values.mean(axis=0)
    scale = 1 / (values.std(axis=0) + 1e-3)
    values = standardised(values, centre, scale)
    axes = np.ascontiguousarray(_principal_axes(values, plan.dimensions)[:, :_COMPONENTS])
    components = values @ axes
    layer = discriminants(components, garments, plan.dimensions)
    if plan.steps:
        layer = _contrasted(components, garments, styles, layer, plan)
    return Head(centre, scale, (axes @ layer).astype(np.float32))


def _principal_axes(values: Array, fewest: int) -> Array:
    """Return the directions [D, fewest or more] in which views [N, D] differ most, best first."""
    if fewest <= len(values) < values.shape[1]:
        # There are no more than views, which is quicker to make use of.
        return np.asarray(np.linalg.svd(values, full_matrices=False)[2].T)
    return np.asarray(np.linalg.eigh(values.T @ values / len(values))[1][:, ::-1])


def discriminants(values: Array, garments: Sequence[str], dimensions: int) -> Array:
    """Return the directions [D, dimensions] that tell garments apart, the best first."""
    _, numbers, counts = np.unique(np.array(garments), return_inverse=True, return_counts=True)
    several = counts[numbers] > 1
    seen, _ = values[several], numbers[several]
    means = np.zeros((len(counts), values.shape[1]), np.float32)
    np.add.at(means, numbers, values)
    means /= counts[:, None]
    inside = seen - means[numbers[several]]
    # The mean was taken from the same views: as many of them as garments are not free.
    within = inside.T @ inside / max(len(seen) - int((counts > 1).sum()), 1)
    even = np.eye(len(within), dtype=np.float32) * np.trace(within) / len(within)
    spreads, turns = np.linalg.eigh((1 - _SHRINKAGE) * within + _SHRINKAGE * even)
    whitened = turns / np.sqrt(np.maximum(spreads, 1e-6))
    signal, best = np.linalg.eigh(whitened.T @ (values.T @ values / len(values)) @ whitened)
    signal, best = signal[::-1][:dimensions], best[:, ::-1][:, :dimensions]
    beyond = np.maximum(signal - 1, 1e-3)
    return np.asarray(whitened @ best * (beyond / (beyond + 1)) ** _POWER, np.float32)


def _contrasted(
    values: Array, garments: Sequence[str], styles: Sequence[str], layer: Array, plan: Plan
) -> Array:
    """Go on from a layer [D, dimensions] by contrast between garments."""
    random = np.random.default_rng(plan.seed)
    torch.manual_seed(plan.seed)
    _, numbers = np.unique(np.array(garments), return_inverse=True)
    _, style_numbers = np.unique(np.array(styles), return_inverse=True)
    rows_of = np.split(np.argsort(numbers, kind="stable"), np.cumsum(np.bincount(numbers))[:-1])
    several = [rows for rows in rows_of if len(rows) > 1]
    seen = torch.from_numpy(values)
    weight = torch.from_numpy(layer / np.linalg.norm(values @ layer, axis=1).mean())
    weight.requires_grad_()
    rate = plan.rate * float(weight.detach().abs().mean())
    optimizer = torch.optim.Adam([weight], lr=rate)
    for step in range(plan.steps):
        for group in optimizer.param_groups:
            group["lr"] = rate * _factor(step, plan.steps)
        chosen = random.choice(len(several), min(plan.garments, len(several)), replace=False)
        rows = np.concatenate(
            [random.permutation(several[index])[: plan.views] for index in chosen]
        )
        shown = functional.dropout(seen[rows], plan.dropout)
        loss = contrast(
            functional.normalize(shown @ weight, dim=1),
            torch.from_numpy(numbers[rows]),
            torch.from_numpy(style_numbers[rows]),
            plan,
        )
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimizer.step()
        if (step + 1) % _LOG_PERIOD == 0:
            logger.info("step %d of %d: loss %.3f", step + 1, plan.steps, float(loss.detach()))
    return np.asarray(weight.detach().numpy(), np.float32)


def contrast(
    vectors: torch.Tensor, garments: torch.Tensor, styles: torch.Tensor, plan: Plan
) -> torch.Tensor:
    """Return the loss of unit vectors [N, D] with the numbers of what they show, [N] each."""
    itself = torch.eye(len(vectors), dtype=torch.bool)
    same = (garments[:, None] == garments) & ~itself
    recoloured = (styles[:, None] == styles) & (garments[:, None] != garments)
    alike = (vectors @ vectors.T / plan.temperature).masked_fill(itself, -1e9)
    alike = torch.where(recoloured, alike + math.log(plan.other_colour), alike)
    likely = alike - torch.logsumexp(alike, dim=1, keepdim=True)
    each = -(likely * same).sum(dim=1) / same.sum(dim=1).clamp(min=1)
    return each[same.any(dim=1)].mean()


def _factor(step: int, steps: int) -> float:
    """Return the share of the rate: a linear warm-up, then a cosine down to 2 %."""
    share = 0.02 + 0.98 * (1 + math.cos(math.pi * step / steps)) / 2
    return share * min(1.0, (step + 1) / 20)


def _unit(vectors: Array) -> Array:
    return np.asarray(vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9))


def lifted_by(vectors: Array, styles: Array, kinds: Array) -> float:
    """Return the offset (`Embedder.offset`) that puts strangers of one kind where the server does.

    Args:
        vectors: Unit vectors before the lift, [N, dimensions].
        styles: [N].
        kinds: [N].
    """
    cosines = vectors @ vectors.T
    strangers = (kinds[:, None] == kinds) & (styles[:, None] != styles)
    middle = float(np.median(cosines[strangers])) if strangers.any() else 0.0
    return max(0.0, (COSINE_OF_STRANGERS - middle) / (1 - middle))
