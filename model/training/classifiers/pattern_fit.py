"""Words for patterns out of features: fitted, and measured by folds of photos."""

from collections.abc import Sequence
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from model.pattern_names import OTHER, PATTERNS

FOLDS: Final = 5
PENALTY: Final = 0.03
WANTED_PRECISION: Final = 0.85
LOWEST_THRESHOLD: Final = 0.4


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


def _folds(groups: Sequence[str], seed: int) -> NDArray[np.int64]:
    """Return the number of each garment's fold; a group is in one fold."""
    names = sorted(set(groups))
    order = np.random.default_rng(seed).permutation(len(names))
    fold_of = {name: int(place) % FOLDS for name, place in zip(names, order, strict=True)}
    return np.array([fold_of[group] for group in groups])


def cross_validated(
    features: NDArray[np.float32], answers: NDArray[np.int64], groups: Sequence[str], seed: int
) -> NDArray[np.float64]:
    """Return each garment's probabilities from a fit that saw nothing of its group."""
    folds = _folds(groups, seed)
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
    folds = _folds(groups, seed=0)
    said = np.full(len(answers), -1)
    for fold in range(FOLDS):
        inside, outside = folds != fold, folds == fold
        others = [group for group, kept in zip(groups, inside, strict=True) if kept]
        inner = cross_validated(features[inside], answers[inside], others, seed=fold + 1)
        thresholds = chosen_thresholds(inner, answers[inside])
        fitted = Linear(features[inside], answers[inside])
        said[outside] = said_words(fitted.probabilities(features[outside]), thresholds)
    return said
