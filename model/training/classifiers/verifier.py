"""Train the layer that tells garments from what only looks like one (`model/verifier.py`).

Garments are finds on annotated photos whose mask fits an annotated one. A find that fits none
teaches nothing: not everything that is worn is annotated. What is no garment are the finds on
pictures without garments. The segmenter that ships has learnt most of those pictures and finds
next to nothing on them, so the finds of weights that had not seen them serve as well.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from model.embedder import Embedder
from model.garment import Garment
from model.segmenter import Segmenter
from model.training.data.datasets import Record
from model.training.detecting.detectors import Array, overlaps
from model.training.exporting.weights import put_in_place
from model.training.measuring.evaluation import read_photos, truth_masks
from model.verifier import features

# Weak finds are examples too; the least score of one.
LEAST_SCORE: Final = 0.05
# Mask IoU with an annotated garment from which a find is that garment.
_FITS: Final = 0.5
# Most finds of one photo: a crowd is no better teacher than a person.
_MOST_FINDS: Final = 6


@dataclass
class Finds:
    """What a segmenter found on photos, with what the embedder makes of it."""

    features: Array  # [N, F] float32
    scores: Array  # [N] float32
    # [N] int: 1 a garment, 0 none, -1 unknown
    answers: Array
    # [N] int: the find's photo
    photos: Array
    # Annotated garments of each photo.
    annotated: Array

    @classmethod
    def joined(cls, parts: Sequence["Finds"]) -> "Finds":
        """Return the finds of several data sets as one."""
        starts = np.cumsum([0, *(len(part.annotated) for part in parts)])
        return cls(
            np.concatenate([part.features for part in parts]),
            np.concatenate([part.scores for part in parts]),
            np.concatenate([part.answers for part in parts]),
            np.concatenate([p.photos + start for p, start in zip(parts, starts, strict=False)]),
            np.concatenate([part.annotated for part in parts]),
        )

    def shown(self, probabilities: Array, rule: "Rule", score: float) -> Array:
        """Tell which finds of at least a score are shown: bool [N]."""
        surest = np.zeros(len(self.annotated))
        np.maximum.at(surest, self.photos, self.scores)
        trusted = surest[self.photos] >= rule.trusted_score
        return np.asarray((self.scores >= score) & (trusted | (probabilities >= rule.least)))


@dataclass(frozen=True)
class Rule:
    """When a find is judged, and when it passes; as in `VerifierFile`."""

    trusted_score: float
    least: float


# Without a verifier.
EVERYTHING: Final = Rule(trusted_score=0.0, least=0.0)


def collect(
    records: Iterable[Record], segmenter: Segmenter, embedder: Embedder, least: float = LEAST_SCORE
) -> Finds:
    """Run the models over photos, and compare what is found with what is annotated."""
    vectors = [np.zeros((0, embedder.feature_dimensions), np.float32)]
    scores: list[float] = []
    answers: list[int] = []
    photos: list[int] = []
    annotated: list[int] = []
    for number, (record, picture) in enumerate(read_photos(records)):
        rgb = np.ascontiguousarray(picture[:, :, ::-1])
        found = [g for g in segmenter.segment(rgb, least) if g.category.is_garment][:_MOST_FINDS]
        annotated.append(len(record["annotations"]))
        if not found:
            continue
        vectors.append(features(rgb, found, embedder))
        scores += [garment.score for garment in found]
        answers += _answers(record, found)
        photos += [number] * len(found)
    return Finds(
        np.concatenate(vectors),
        np.array(scores, np.float32),
        np.array(answers, np.int64),
        np.array(photos, np.int64),
        np.array(annotated, np.int64),
    )


def _answers(record: Record, found: Sequence[Garment]) -> list[int]:
    if not record["annotations"]:
        return [0] * len(found)
    fits = overlaps(np.array([garment.mask for garment in found]), truth_masks(record)) > _FITS
    return [1 if fit else -1 for fit in np.atleast_1d(fits.any(axis=1))]


class GarmentLayer(nn.Module):
    """Maps features [N, F] to the probability of a garment [N]."""

    def __init__(self, weight: Array, bias: float) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.from_numpy(weight.astype(np.float32)))
        self.bias = nn.Parameter(torch.tensor(bias, dtype=torch.float32))

    def forward(self, found: Tensor) -> Tensor:
        """Map [N, F] to [N]."""
        return torch.sigmoid(found @ self.weight + self.bias)

    def probabilities(self, found: Array) -> Array:
        """Map [N, F] to [N] float32."""
        with torch.no_grad():
            return np.asarray(self(torch.from_numpy(found.astype(np.float32))).numpy())


def fit(found: Array, answers: Array, penalty: float) -> GarmentLayer:
    """Fit by logistic regression; both answers count the same, however many there are.

    Args:
        found: Features, float [N, F].
        answers: 1 a garment, 0 none; others are left out.
        penalty: Of the squared weights, on standardised features.
    """
    known = answers >= 0
    mean, spread = found[known].mean(axis=0), found[known].std(axis=0) + 1e-3
    x = torch.from_numpy(((found[known] - mean) / spread).astype(np.float64))
    y = torch.from_numpy(answers[known].astype(np.float64))
    share = torch.where(y > 0.5, 0.5 / y.sum(), 0.5 / (1 - y).sum())
    weight = torch.zeros(x.shape[1], dtype=torch.float64, requires_grad=True)
    bias = torch.zeros((), dtype=torch.float64, requires_grad=True)
    solver = torch.optim.LBFGS([weight, bias], max_iter=200, line_search_fn="strong_wolfe")

    def loss() -> Tensor:
        solver.zero_grad()
        each = functional.binary_cross_entropy_with_logits(x @ weight + bias, y, reduction="none")
        total = (each * share).sum() + penalty * (weight**2).sum()
        total.backward()  # type: ignore[no-untyped-call]
        return total

    solver.step(loss)  # type: ignore[no-untyped-call]
    scaled = weight.detach().numpy() / spread
    return GarmentLayer(scaled, float(bias.detach()) - float(mean @ scaled))


def export(layer: GarmentLayer, rule: Rule, folder: Path) -> Path:
    """Write `verifier.onnx` into a folder of weights, and list it in `weights.json`."""
    temporary = folder / ".verifier.onnx.new"
    example = torch.rand(2, len(layer.weight))
    torch.onnx.export(
        layer.eval(),
        (example,),
        str(temporary),
        input_names=["features"],
        output_names=["probability"],
        dynamic_axes={"features": {0: "n"}, "probability": {0: "n"}},
        opset_version=17,
        dynamo=False,
    )
    entry = {"input": "features", "trusted_score": rule.trusted_score, "least": rule.least}
    put_in_place(temporary, "verifier.onnx", entry, folder)
    return folder / "verifier.onnx"
