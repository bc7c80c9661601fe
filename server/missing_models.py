"""What the server works with where models cannot be loaded: everything else goes on.

Kept looks are shown and deleted, shops are listed, and whatever needs a missing model is answered
with the reason.
"""

import copy
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

import numpy as np
from numpy.typing import NDArray

from model.embedder import Embedder
from model.errors import WeightsError
from model.garment import Garment
from model.segmenter import Segmenter
from model.weights_description import WeightsDescription, load_description
from server.config import Settings
from server.hints import hint_of
from server.parts import Parts

if TYPE_CHECKING:
    from model.patterns import Patterns
    from model.second_look import SecondLook

# Names weights that cannot even be described. Nothing that was kept has this name.
_NONE = "missing"
_DIMENSIONS = 1

_log = logging.getLogger(__name__)

Model = TypeVar("Model")


class MissingSegmenter(Segmenter):
    """Stands for a segmenter that cannot be loaded: whoever asks it is told why.

    Where the weights are described it has their fingerprint, so that pictures which were
    analysed before are known.
    """

    def __init__(self, fault: WeightsError, description: WeightsDescription | None) -> None:
        self._fault = fault
        self.fingerprint = description.segmenter.fingerprint if description else _NONE

    def segment(self, picture: NDArray[np.uint8], min_score: float | None = None) -> list[Garment]:
        """Raise the reason.

        Raises:
            WeightsError: Always.
        """
        del picture, min_score
        # A copy: what is raised twice collects where it has been.
        raise copy.copy(self._fault)


class MissingEmbedder(Embedder):
    """Stands for an embedder that cannot be loaded: whoever asks it is told why."""

    def __init__(self, fault: WeightsError, description: WeightsDescription | None) -> None:
        self._fault = fault
        self.fingerprint = description.embedder.fingerprint if description else _NONE
        self.dimensions = description.embedder.dimensions if description else _DIMENSIONS

    def embed(self, crops: Sequence[NDArray[np.uint8]]) -> NDArray[np.float32]:
        """Raise the reason.

        Raises:
            WeightsError: Always.
        """
        del crops
        raise copy.copy(self._fault)


@dataclass(frozen=True, slots=True)
class ModelsAtHand:
    """The models, or what stands for them.

    Attributes:
        segmenter: Finds garments.
        embedder: Makes vectors.
        patterns: Names patterns; without it none is named.
        second_look: Drops what is no garment; without it every find is shown.
        fault: Why the first of those that are missing is; None if none is.
    """

    segmenter: Segmenter
    embedder: Embedder
    patterns: "Patterns | None"
    second_look: "SecondLook | None"
    fault: WeightsError | None

    def check(self) -> None:
        """Check that no model is missing.

        Raises:
            WeightsError: One is.
        """
        if self.fault is not None:
            raise copy.copy(self.fault)


def models_at_hand(parts: Parts) -> ModelsAtHand:
    """Load the models, and log which cannot be."""
    faults: list[WeightsError] = []

    def load(get: Callable[[], Model]) -> Model | WeightsError:
        try:
            return get()
        except WeightsError as error:
            if str(error) not in map(str, faults):
                _log.error("A model is missing: %s %s", error, hint_of(error))
            faults.append(error)
            return error

    segmenter = load(lambda: parts.segmenter)
    embedder = load(lambda: parts.embedder)
    patterns = load(lambda: parts.patterns)
    second_look = load(lambda: parts.second_look)
    described = _described(parts.settings) if faults else None
    if isinstance(segmenter, WeightsError):
        segmenter = MissingSegmenter(segmenter, described)
    if isinstance(embedder, WeightsError):
        embedder = MissingEmbedder(embedder, described)
    return ModelsAtHand(
        segmenter=segmenter,
        embedder=embedder,
        patterns=None if isinstance(patterns, WeightsError) else patterns,
        second_look=None if isinstance(second_look, WeightsError) else second_look,
        fault=faults[0] if faults else None,
    )


def _described(settings: Settings) -> WeightsDescription | None:
    try:
        return load_description(settings.weights_in_force)
    except WeightsError:
        return None
