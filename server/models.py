"""The models, loaded on threads of their own while the rest of the server is imported.

Loading and optimising a graph is the runtime's work and leaves Python's interpreter free;
importing modules is the opposite. Side by side they take half a second less than one after
the other, so nothing slow is imported here before a thread needs it.
"""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

from model.weight_files.shelf import Shelf
from server.config import Settings

if TYPE_CHECKING:
    from model.embedder import Embedder
    from model.patterns import Patterns
    from model.second_look import SecondLook
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


def find_embedder(settings: Settings, name: str) -> "Embedder | None":
    """Load the embedder of other weights, for vectors that it made.

    Args:
        settings: Where weights are kept.
        name: How its fingerprint begins.

    Returns:
        None where none of the weights on this machine have it.
    """
    from model.embedder import Embedder  # noqa: PLC0415
    from model.errors import WhereToBuyError  # noqa: PLC0415

    for folder in _folders_with_embedder(settings, name):
        try:
            return Embedder(folder, threads=1)
        except WhereToBuyError:
            continue
    return None


def has_embedder(settings: Settings, name: str) -> bool:
    """Return whether weights describe the embedder that `find_embedder` would load."""
    return any(True for _ in _folders_with_embedder(settings, name))


def _folders_with_embedder(settings: Settings, name: str) -> Iterator[Path | None]:
    """Yield the folders whose embedder has a fingerprint that begins so; None is what ships."""
    from model.errors import WhereToBuyError  # noqa: PLC0415
    from model.weights_description import load_description  # noqa: PLC0415

    shelf = Shelf(settings.weights_shelf)
    try:
        folders: list[Path | None] = [None, *map(shelf.folder_of, shelf.names())]
    except WhereToBuyError:
        folders = [None]
    for folder in folders:
        try:
            fits = load_description(folder).embedder.fingerprint.startswith(name)
        except WhereToBuyError:
            continue
        if fits:
            yield folder


def load_patterns() -> "Patterns":
    """Load the network that names patterns.

    Raises:
        WeightsError: It cannot be loaded.
    """
    from model.patterns import Patterns  # noqa: PLC0415

    return Patterns()


def load_second_look(settings: Settings, embedder: "Embedder") -> "SecondLook | None":
    """Load what looks again at the finds; None where the weights in force have nothing for it.

    Raises:
        WeightsError: It cannot be loaded.
    """
    from model.second_look import SecondLook  # noqa: PLC0415

    return SecondLook.of_weights(embedder, settings.weights_in_force)


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
        pool = ThreadPoolExecutor(5, thread_name_prefix="model")
        self._segmenter = pool.submit(lambda: segmenter or _warm_segmenter(settings))
        self._embedder = pool.submit(lambda: embedder or load_embedder(settings))
        # It learnt from what the segmenter of its weights finds, and knows no other.
        known = segmenter is None
        self._second_look = pool.submit(
            lambda: load_second_look(settings, self.embedder()) if known else None
        )
        self._patterns = pool.submit(_warm_patterns)
        pool.submit(_start_decoders)
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

    def second_look(self) -> "SecondLook | None":
        """Wait for it and return it; None where there is none for the segmenter.

        Raises:
            WeightsError: It cannot be loaded.
        """
        return self._second_look.result()

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


def _start_decoders() -> None:
    from model.decoding.pool import shared_pool  # noqa: PLC0415

    shared_pool().start()


def _warm_patterns() -> "Patterns":
    import numpy as np  # noqa: PLC0415

    from model.colours import main_colours  # noqa: PLC0415

    main_colours(np.full(_FIRST_CLOTH, 255, np.uint8))  # builds tables
    return load_patterns()
