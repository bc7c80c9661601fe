"""The models, loaded on threads of their own while the rest of the server is imported.

Reading and optimising the graphs is the runtime's work and leaves Python's interpreter free;
imports are the opposite. Beside each other they take half a second less than one after the
other.
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


class LoadingModels:
    """Models that are being loaded from the moment this is made."""

    def __init__(
        self,
        settings: Settings,
        *,
        segmenter: "Segmenter | None" = None,
        embedder: "Embedder | None" = None,
    ) -> None:
        """Begin to load the weights in force, but for models that are there already."""
        pool = ThreadPoolExecutor(3, thread_name_prefix="model")
        self._segmenter = pool.submit(lambda: segmenter or _load_segmenter(settings))
        self._embedder = pool.submit(lambda: embedder or _load_embedder(settings))
        self._patterns = pool.submit(_load_patterns)
        pool.shutdown(wait=False)

    def segmenter(self) -> "Segmenter":
        """Wait for it.

        Raises:
            WeightsError: It cannot be loaded.
        """
        return self._segmenter.result()

    def embedder(self) -> "Embedder":
        """Wait for it.

        Raises:
            WeightsError: It cannot be loaded.
        """
        return self._embedder.result()

    def patterns(self) -> "Patterns":
        """Wait for them.

        Raises:
            WeightsError: They cannot be loaded.
        """
        return self._patterns.result()


def _load_segmenter(settings: Settings) -> "Segmenter":
    import numpy as np  # noqa: PLC0415 - slow, and imported beside the others

    from model.segmenter import Segmenter  # noqa: PLC0415

    segmenter = Segmenter(settings.weights_in_force, threads=settings.model_threads)
    # A first picture takes twice as long as the next: that is spent here, on an empty one.
    segmenter.segment(np.zeros(_FIRST_PICTURE, np.uint8))
    return segmenter


def _load_embedder(settings: Settings) -> "Embedder":
    from model.embedder import Embedder  # noqa: PLC0415

    return Embedder(settings.weights_in_force)


def _load_patterns() -> "Patterns":
    import numpy as np  # noqa: PLC0415

    from model.colours import main_colours  # noqa: PLC0415
    from model.patterns import Patterns  # noqa: PLC0415

    main_colours(np.full(_FIRST_CLOTH, 255, np.uint8))  # builds tables, as long as a picture takes
    return Patterns()
