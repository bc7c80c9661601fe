"""The models, loaded on threads of their own while the rest of the server is imported.

Loading and optimising a graph is the runtime's work and leaves Python's interpreter free;
importing modules is the opposite. Side by side they take half a second less than one after
the other, so nothing slow is imported here before a thread needs it.
"""

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from server.config import Settings

if TYPE_CHECKING:
    from model.embedder import Embedder
    from model.patterns import Patterns
    from model.segmenter import Segmenter

_FIRST_PICTURE = (576, 384, 3)
_FIRST_CLOTH = (8, 8, 4)


def load_segmenter(settings: Settings) -> "Segmenter":
    """Load the segmenter of the weights in force.

    Raises:
        WeightsError: It cannot be loaded.
    """
    from model.segmenter import Segmenter  # noqa: PLC0415

    return Segmenter(settings.weights_in_force, threads=settings.model_threads)


def load_embedder(settings: Settings, *, threads: int = 1) -> "Embedder":
    """Load the embedder of the weights in force.

    Raises:
        WeightsError: It cannot be loaded.
    """
    from model.embedder import Embedder  # noqa: PLC0415

    return Embedder(settings.weights_in_force, threads=threads)


def load_patterns() -> "Patterns":
    """Load the network that names patterns.

    Raises:
        WeightsError: It cannot be loaded.
    """
    from model.patterns import Patterns  # noqa: PLC0415

    return Patterns()


class LoadingModels:
    """Models that are being loaded from the moment this is made."""

    def __init__(
        self,
        settings: Settings,
        *,
        segmenter: "Segmenter | None" = None,
        embedder: "Embedder | None" = None,
    ) -> None:
        """Start to load the weights in force, except for models that are given."""
        pool = ThreadPoolExecutor(3, thread_name_prefix="model")
        self._segmenter = pool.submit(lambda: segmenter or _warm_segmenter(settings))
        self._embedder = pool.submit(lambda: embedder or load_embedder(settings))
        self._patterns = pool.submit(_warm_patterns)
        pool.shutdown(wait=False)

    def segmenter(self) -> "Segmenter":
        """Wait for the segmenter and return it.

        Raises:
            WeightsError: It cannot be loaded.
        """
        return self._segmenter.result()

    def embedder(self) -> "Embedder":
        """Wait for the embedder and return it.

        Raises:
            WeightsError: It cannot be loaded.
        """
        return self._embedder.result()

    def patterns(self) -> "Patterns":
        """Wait for the network that names patterns and return it.

        Raises:
            WeightsError: It cannot be loaded.
        """
        return self._patterns.result()


def _warm_segmenter(settings: Settings) -> "Segmenter":
    import numpy as np  # noqa: PLC0415

    segmenter = load_segmenter(settings)
    # The first picture takes twice as long as the next, so an empty one goes first.
    segmenter.segment(np.zeros(_FIRST_PICTURE, np.uint8))
    return segmenter


def _warm_patterns() -> "Patterns":
    import numpy as np  # noqa: PLC0415

    from model.colours import main_colours  # noqa: PLC0415

    main_colours(np.full(_FIRST_CLOTH, 255, np.uint8))  # builds tables
    return load_patterns()
