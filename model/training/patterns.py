"""The network for patterns: the first third of EfficientNet-Lite0 and one linear layer.

    python -m model.training.patterns --data DATA [--fit]

measures by cross-validation on garments that were labelled by eye, split by photo (a shop's
style in all its colours is one photo); with --fit, it also trains on all of them and writes
`patterns.onnx` with its entry in `weights.json`.

The early layers of a network that was trained on ImageNet describe textures: the features
are the mean and the spread of each of their channels over the cloth.
"""

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import click
import numpy as np
import onnxruntime
import timm
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from model.pattern_names import OTHER, PATTERNS, SOLID
from model.patterns import as_input
from model.training.backbone import imagenet_state, with_fixed_padding
from model.training.options import DATA, FOLDER
from model.training.pattern_labels import LabelledCrop, labelled_crops
from model.training.weights import put_in_place

SIZE: Final = 224
# The blocks whose channels are used, with their stride; the rest is cut off.
TAPS: Final = {2: 8, 3: 16}
FOLDS: Final = 5
PENALTY: Final = 0.03
WANTED_PRECISION: Final = 0.85
LOWEST_THRESHOLD: Final = 0.4


class Texture(nn.Module):
    """Maps crops from `as_input` to mean and spread of each channel over the cloth."""

    def __init__(self) -> None:
        super().__init__()
        network: Any = timm.create_model("tf_efficientnet_lite0", pretrained=False)
        network.load_state_dict(imagenet_state())
        with_fixed_padding(network)
        self.stem = nn.Sequential(network.conv_stem, network.bn1)
        self.blocks = nn.ModuleList(network.blocks[: max(TAPS) + 1])

    def forward(self, image: Tensor) -> Tensor:
        """Map [N, 4, 224, 224] to features [N, F]."""
        x = self.stem((image[:, :3] - 127.0) / 128.0)
        found = []
        for index, block in enumerate(self.blocks):
            x = block(x)
            if index in TAPS:
                weight = functional.avg_pool2d(image[:, 3:], TAPS[index]) + 1e-6
                weight = weight / weight.sum(dim=(2, 3), keepdim=True)
                mean = (x * weight).sum(dim=(2, 3), keepdim=True)
                spread = ((x - mean) ** 2 * weight).sum(dim=(2, 3))
                found += [mean.flatten(1), torch.sqrt(spread + 1e-8)]
        return torch.cat(found, dim=1)


class Linear:
    """Multinomial logistic regression on standardised features."""

    def __init__(self, features: NDArray[np.float32], answers: NDArray[np.int64]) -> None:
        """Fit; a rare pattern counts more than its share, by the root of its rarity."""
        self._mean = features.mean(axis=0)
        self._spread = features.std(axis=0) + 1e-6
        x = torch.from_numpy((features - self._mean) / self._spread)
        y = torch.from_numpy(answers)
        counts = np.bincount(answers, minlength=len(PATTERNS)).clip(1)
        share = torch.from_numpy((1 / np.sqrt(counts))[answers].astype(np.float32))
        weight = torch.zeros(x.shape[1], len(PATTERNS), requires_grad=True)
        bias = torch.zeros(len(PATTERNS), requires_grad=True)
        solver = torch.optim.LBFGS(
            [weight, bias], max_iter=150, history_size=20, line_search_fn="strong_wolfe"
        )

        def loss() -> Tensor:
            solver.zero_grad()
            each = functional.cross_entropy(x @ weight + bias, y, reduction="none")
            total = (each * share).sum() / share.sum() + PENALTY * (weight**2).sum()
            total.backward()  # type: ignore[no-untyped-call]
            return total

        solver.step(loss)  # type: ignore[no-untyped-call]
        self._weight = weight.detach().numpy()
        self._bias = bias.detach().numpy()

    def probabilities(self, features: NDArray[np.float32]) -> NDArray[np.float64]:
        """Map features [N, F] to [N, 8]."""
        scores = (features - self._mean) / self._spread @ self._weight + self._bias
        powers = np.exp(scores - scores.max(axis=1, keepdims=True))
        return np.asarray(powers / powers.sum(axis=1, keepdims=True))

    def layer(self) -> nn.Linear:
        """Return the same function as a layer on unscaled features."""
        layer = nn.Linear(*self._weight.shape)
        weight = self._weight / self._spread[:, None]
        layer.weight = nn.Parameter(torch.from_numpy(weight.T.copy()))
        layer.bias = nn.Parameter(torch.from_numpy(self._bias - self._mean @ weight))
        return layer


def cross_validated(
    features: NDArray[np.float32], answers: NDArray[np.int64], groups: Sequence[str], seed: int
) -> NDArray[np.float64]:
    """Return each garment's probabilities from a fit that saw nothing of its group."""
    names = sorted(set(groups))
    order = np.random.default_rng(seed).permutation(len(names))
    fold_of = {name: int(place) % FOLDS for name, place in zip(names, order, strict=True)}
    folds = np.array([fold_of[group] for group in groups])
    found = np.zeros((len(answers), len(PATTERNS)))
    for fold in range(FOLDS):
        inside = folds != fold
        found[~inside] = Linear(features[inside], answers[inside]).probabilities(features[~inside])
    return found


def chosen_thresholds(
    probabilities: NDArray[np.float64], answers: NDArray[np.int64]
) -> dict[str, float]:
    """Choose for each word the lowest probability from which it is right often enough.

    One more error is counted than there was, so that a rare word has to earn it; a word that
    is never right often enough is missing.
    """
    chosen = {}
    best = probabilities.argmax(axis=1)
    for number, word in enumerate(PATTERNS):
        for threshold in np.arange(LOWEST_THRESHOLD, 0.96, 0.02):
            said = (best == number) & (probabilities[:, number] >= threshold)
            if (answers[said] == number).sum() / (said.sum() + 1) >= WANTED_PRECISION:
                chosen[word] = round(float(threshold), 2)
                break
    return {word: value for word, value in chosen.items() if word != OTHER}


def said_words(
    probabilities: NDArray[np.float64], thresholds: dict[str, float]
) -> NDArray[np.int64]:
    """Return the number of the word that each garment gets, -1 for none."""
    best = probabilities.argmax(axis=1)
    least = np.array([thresholds.get(word, 2.0) for word in PATTERNS])
    return np.where(probabilities.max(axis=1) >= least[best], best, -1)


def measured(
    features: NDArray[np.float32], answers: NDArray[np.int64], groups: Sequence[str]
) -> NDArray[np.int64]:
    """Name each garment's pattern with a fit and thresholds that saw nothing of its group."""
    names = sorted(set(groups))
    order = np.random.default_rng(0).permutation(len(names))
    fold_of = {name: int(place) % FOLDS for name, place in zip(names, order, strict=True)}
    folds = np.array([fold_of[group] for group in groups])
    said = np.full(len(answers), -1)
    for fold in range(FOLDS):
        inside, outside = folds != fold, folds == fold
        others = [group for group, kept in zip(groups, inside, strict=True) if kept]
        inner = cross_validated(features[inside], answers[inside], others, seed=fold + 1)
        thresholds = chosen_thresholds(inner, answers[inside])
        fitted = Linear(features[inside], answers[inside])
        said[outside] = said_words(fitted.probabilities(features[outside]), thresholds)
    return said


class PatternNetwork(nn.Module):
    """Maps RGBA crops to probabilities."""

    def __init__(self, texture: Texture, linear: nn.Linear) -> None:
        super().__init__()
        self.texture = texture
        self.linear = linear

    def forward(self, image: Tensor) -> Tensor:
        """Map [N, 4, 224, 224] to [N, 8]."""
        return functional.softmax(self.linear(self.texture(image)), dim=1)


def as_onnx(network: nn.Module, output: str, path: Path) -> onnxruntime.InferenceSession:
    """Write a network that maps RGBA crops, check it against PyTorch, and load it."""
    example = torch.rand(2, 4, SIZE, SIZE) * torch.tensor([255.0, 255, 255, 1])[:, None, None]
    network.eval()
    with torch.no_grad():
        torch.onnx.export(
            network,
            (example,),
            str(path),
            input_names=["image"],
            output_names=[output],
            dynamic_axes={"image": {0: "n"}, output: {0: "n"}},
            opset_version=17,
            dynamo=False,
        )
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        session = onnxruntime.InferenceSession(
            str(path), options, providers=["CPUExecutionProvider"]
        )
        (found,) = session.run(None, {"image": example.numpy()})
        np.testing.assert_allclose(found, network(example).numpy(), atol=1e-3)
    return session


def export(network: PatternNetwork, thresholds: dict[str, float], folder: Path) -> Path:
    """Write `patterns.onnx` into `folder`."""
    temporary = folder / ".patterns.onnx.new"
    as_onnx(network, "probabilities", temporary)
    entry = {
        "input": "image",
        "size": SIZE,
        "words": list(PATTERNS),
        "thresholds": thresholds,
    }
    put_in_place(temporary, "patterns.onnx", entry, folder)
    return folder / "patterns.onnx"


def report(answers: NDArray[np.int64], said: NDArray[np.int64]) -> str:
    """Return a table with, for each word, how many exist, were named and were right."""
    lines = [
        f"{'':10}{'labelled':>9}{'said':>6}{'right':>7}{'precision':>11}{'recall':>8}  instead of"
    ]
    for number, word in enumerate(PATTERNS):
        there, told = answers == number, said == number
        right = int((there & told).sum())
        precision = f"{right / told.sum():.2f}" if told.any() else "-"
        recall = f"{right / there.sum():.2f}" if there.any() else "-"
        wrong = np.bincount(answers[told & ~there], minlength=len(PATTERNS))
        instead = ", ".join(f"{PATTERNS[i]} {n}" for i, n in enumerate(wrong) if n)
        lines.append(
            f"{word:10}{there.sum():9}{told.sum():6}{right:7}{precision:>11}{recall:>8}  {instead}"
        )
    worded = [n for n, word in enumerate(PATTERNS) if word not in {SOLID, OTHER}]
    told = np.isin(said, worded)
    there = np.isin(answers, worded)
    right = int((told & (said == answers)).sum())
    lines.append(
        f"{'a word':10}{there.sum():9}{told.sum():6}{right:7}"
        f"{right / max(1, told.sum()):11.2f}{right / max(1, there.sum()):8.2f}"
    )
    return "\n".join(lines)


def read_features(crops: Sequence[LabelledCrop], texture: Texture) -> NDArray[np.float32]:
    """Run the fixed part of the network over all crops; return [N, F]."""
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        session = as_onnx(texture, "features", Path(folder) / "texture.onnx")
        with click.progressbar(crops, label="Reading cloth") as bar:
            for item in bar:
                (row,) = session.run(None, {"image": as_input(item.crop, SIZE)[None]})
                rows.append(row[0])
    return np.stack(rows)


@click.command()
@DATA
@FOLDER
@click.option("--fit", is_flag=True, help="Also train on all and write patterns.onnx.")
def main(*, data: tuple[Path, ...], folder: Path, fit: bool) -> None:
    """Measure how well patterns are named; with --fit, train and export."""
    torch.set_num_threads(1)  # the matrices are small
    crops = [crop for path in data for crop in labelled_crops(path)]
    if not crops:
        raise click.UsageError("None of the labelled photos are in that folder.")
    texture = Texture().eval()
    features = read_features(crops, texture)
    answers = np.array([PATTERNS.index(item.word) for item in crops], dtype=np.int64)
    groups = [item.group for item in crops]
    click.echo(f"{len(crops)} garments of {len(set(groups))} photos; words by folds of photos")
    click.echo(report(answers, measured(features, answers, groups)))
    if fit:
        thresholds = chosen_thresholds(cross_validated(features, answers, groups, seed=0), answers)
        network = PatternNetwork(texture, Linear(features, answers).layer())
        path = export(network, thresholds, folder)
        click.echo(f"{path}: {path.stat().st_size / 1e6:.1f} MB, thresholds {thresholds}")


if __name__ == "__main__":
    main()
