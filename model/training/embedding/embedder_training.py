"""Training of the embedder: the same garment on two photos is one, all others are others.

A step takes many garments, each from two photos, and asks of each which of all the others is
the same (InfoNCE, van den Oord et al. 2018, in both directions). What a step draws follows from
its number alone, so a resumed run goes on with what an uninterrupted one would have drawn.
"""

import json
import logging
import math
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional
from torch.utils.data import DataLoader, IterableDataset

from model.crops import squared
from model.likeness import COSINE_OF_STRANGERS
from model.photometry import Picture
from model.training.detecting.detectors import Array
from model.training.embedding.embedder import SIZE, Embedder
from model.training.embedding.sightings import Sighting
from model.training.measuring.evaluation import draw
from model.training.measuring.garment_crops import crop

logger = logging.getLogger(__name__)

CHECKPOINT = "embedder.pth"
_TEMPERATURE = 0.07
_BACKBONE_RATE = 0.1
_WARMUP = 50
_CHECKPOINT_PERIOD = 500
_LOG_PERIOD = 10


@dataclass(frozen=True)
class Plan:
    """How an embedder is trained."""

    dimensions: int = 256
    steps: int = 2000
    garments: int = 32  # in a step, each from two photos
    rate: float = 0.0005
    seed: int = 1
    workers: int = 0
    device: str = "cpu"


def seen(sighting: Sighting) -> Picture:
    """Return a garment cut out on white as the embedder sees it, RGB [224, 224, 3].

    Raises:
        ValueError: The photo cannot be read.
    """
    picture = cv2.imread(sighting.file_name, cv2.IMREAD_COLOR)
    if picture is None:
        raise ValueError(f"{sighting.file_name} is not a picture that can be read")
    mask = draw(list(sighting.polygons), *picture.shape[:2])
    rgb: Any = np.ascontiguousarray(picture[:, :, ::-1])
    square = squared(crop(rgb, mask, sighting.box, "mask"))
    way = cv2.INTER_AREA if square.shape[0] > SIZE else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(square, (SIZE, SIZE), interpolation=way), np.uint8)


def changed(picture: Picture, random: np.random.Generator) -> Picture:
    """Return a garment as another photo might show it: moved, mirrored, in other light."""
    angle, scale = random.uniform(-12, 12), random.uniform(0.75, 1.1)
    matrix: Any = cv2.getRotationMatrix2D((SIZE / 2, SIZE / 2), angle, scale)
    matrix[:, 2] += random.uniform(-0.06, 0.06, 2) * SIZE
    if random.random() < 0.5:
        picture = picture[:, ::-1]
    moved: Any = cv2.warpAffine(
        np.ascontiguousarray(picture), matrix, (SIZE, SIZE), borderValue=(255, 255, 255)
    )
    # The white around a garment stays white, or light would say what belongs together.
    cloth = (moved < 250).any(axis=2, keepdims=True)
    gain = random.uniform(0.75, 1.25) * random.uniform(0.93, 1.07, 3)
    lit: Picture = np.where(cloth, np.clip(moved * gain, 0, 255), moved).astype(np.uint8)
    return lit


class Pairs(IterableDataset[Tensor]):
    """Batches of garments, each from two photos: float [2 x garments, 3, 224, 224]."""

    def __init__(self, groups: dict[str, list[Sighting]], plan: Plan, first: int = 0) -> None:
        """Begin with the step number `first`."""
        self._groups = [groups[garment] for garment in sorted(groups)]
        self._plan = plan
        self._first = first

    def __iter__(self) -> Iterator[Tensor]:
        worker = torch.utils.data.get_worker_info()
        number, workers = (0, 1) if worker is None else (worker.id, worker.num_workers)
        # PyTorch takes one batch of each worker in turn.
        for step in range(self._first + number, self._plan.steps, workers):
            yield self.batch(step)

    def batch(self, step: int) -> Tensor:
        """Return the pictures of a step: first one photo of each garment, then the other."""
        pairs, random = self.drawn(step)
        pictures = [changed(seen(pair[side]), random) for side in (0, 1) for pair in pairs]
        return torch.from_numpy(np.stack(pictures).transpose(0, 3, 1, 2).astype(np.float32))

    def drawn(self, step: int) -> tuple[list[tuple[Sighting, Sighting]], np.random.Generator]:
        """Return the two photos of each garment of a step, and what further chance comes from."""
        random = np.random.default_rng([self._plan.seed, step])
        count = min(self._plan.garments, len(self._groups))
        chosen = random.choice(len(self._groups), count, replace=False)
        return [two_of(self._groups[index], random) for index in chosen], random


def two_of(group: Sequence[Sighting], random: np.random.Generator) -> tuple[Sighting, Sighting]:
    """Choose two photos of a garment, from two sides if there are any."""
    first = group[int(random.integers(len(group)))]
    others = [other for other in group if other is not first]
    far = [other for other in others if other.side != first.side] or others
    return first, far[int(random.integers(len(far)))]


def contrast(vectors: Tensor) -> Tensor:
    """Return the loss of a batch of `Pairs`, vectors [2 x garments, dimensions]."""
    one, other = vectors.chunk(2)
    alike = one @ other.T / _TEMPERATURE
    wanted = torch.arange(len(one), device=vectors.device)
    return (functional.cross_entropy(alike, wanted) + functional.cross_entropy(alike.T, wanted)) / 2


def train_embedder(
    groups: dict[str, list[Sighting]], plan: Plan, output: Path, *, resume: bool = False
) -> Embedder:
    """Train into the folder `output`; with `resume`, go on from its checkpoint."""
    torch.manual_seed(plan.seed)
    checkpoint = output / CHECKPOINT
    stored = torch.load(checkpoint, map_location="cpu", weights_only=True) if resume else None
    model: Embedder = Embedder(plan.dimensions, pretrained=stored is None)
    model = model.to(plan.device).train()
    optimizer = _optimizer(model, plan)
    first = 0
    if stored is not None:
        model.load_state_dict(stored["model"])
        optimizer.load_state_dict(stored["optimizer"])
        first = stored["step"]
    loader = DataLoader(Pairs(groups, plan, first), batch_size=None, num_workers=plan.workers)
    with (output / "metrics.jsonl").open("a") as metrics:
        for step, pictures in enumerate(loader, first):
            for group in optimizer.param_groups:
                group["lr"] = group["full_rate"] * _factor(step, plan.steps)
            loss = contrast(model(pictures.to(plan.device)))
            optimizer.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            optimizer.step()
            if (step + 1) % _LOG_PERIOD == 0 or step + 1 == plan.steps:
                metrics.write(json.dumps({"step": step + 1, "loss": float(loss.detach())}) + "\n")
                metrics.flush()
                logger.info("step %d of %d: loss %.3f", step + 1, plan.steps, float(loss.detach()))
            if (step + 1) % _CHECKPOINT_PERIOD == 0 or step + 1 == plan.steps:
                _save(checkpoint, model, optimizer, step + 1, plan)
    model.eval()
    return model


def lift(model: Embedder, groups: dict[str, list[Sighting]], most: int = 400) -> float:
    """Set the model's offset, and return it.

    The server reads likeness off the cosine, by a scale that begins where two different
    garments of one kind are in the median (`model/likeness.py`). Contrast training puts those
    near 0; lifted to the same place, the new vectors can be used with that scale.
    """
    sightings = [one for garment in sorted(groups) for one in groups[garment]][:most]
    model.offset.zero_()
    vectors = vectors_of(model, sightings)
    cosines = vectors @ vectors.T
    kinds = np.array([one.category for one in sightings])
    names = np.array([one.garment for one in sightings])
    strangers = (kinds[:, None] == kinds) & (names[:, None] != names)
    middle = float(np.median(cosines[strangers])) if strangers.any() else 0.0
    offset = max(0.0, (COSINE_OF_STRANGERS - middle) / (1 - middle))
    model.offset.fill_(offset)
    return offset


@torch.no_grad()
def vectors_of(model: Embedder, sightings: Sequence[Sighting], at_once: int = 16) -> Array:
    """Return the unit vectors of garments, float32 [N, dimensions]."""
    device = model.offset.device
    parts = [np.zeros((0, model.dimensions), np.float32)]
    for start in range(0, len(sightings), at_once):
        pictures = np.stack([seen(one) for one in sightings[start : start + at_once]])
        batch = torch.from_numpy(pictures.transpose(0, 3, 1, 2).astype(np.float32))
        parts.append(model.eval()(batch.to(device)).cpu().numpy())
    return np.concatenate(parts)


def found_again(vectors: Array, groups: dict[str, list[Sighting]], k: int = 1) -> float:
    """Return how often one of the k garments most alike is the same one, on another photo.

    `vectors` are those of all sightings, garment after garment in sorted order.
    """
    names = np.array([garment for garment in sorted(groups) for _ in groups[garment]])
    cosines = vectors @ vectors.T
    np.fill_diagonal(cosines, -np.inf)
    best = np.argsort(-cosines, axis=1, kind="stable")[:, :k]
    return float((names[best] == names[:, None]).any(axis=1).mean())


def _optimizer(model: Embedder, plan: Plan) -> torch.optim.Optimizer:
    projection: Any = model.projection
    backbone = plan.rate * _BACKBONE_RATE
    groups = [
        {"params": list(projection.parameters()), "full_rate": plan.rate},
        {"params": list(model.network.parameters()), "full_rate": backbone},
    ]
    return torch.optim.AdamW(groups, weight_decay=0.01)


def _factor(step: int, steps: int) -> float:
    """Return the share of the learning rate: a linear warm-up, then a cosine down to 1 %."""
    share = 0.01 + 0.99 * (1 + math.cos(math.pi * step / max(steps, 1))) / 2
    return share * min(1.0, (step + 1) / _WARMUP)


def _save(path: Path, model: nn.Module, optimizer: Any, step: int, plan: Plan) -> None:
    draft = path.with_name(path.name + ".new")
    state = {"model": model.state_dict(), "optimizer": optimizer.state_dict()}
    torch.save({**state, "step": step, "plan": asdict(plan)}, draft)
    draft.replace(path)
