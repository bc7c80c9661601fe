"""The parts that the server and the command line are built from, each made on first use.

A command that lists shops opens the database and loads no model; one that imports a feed
loads the models too. The server adds what only it needs in `server.services`.
"""

import logging
from functools import cached_property, partial
from typing import TYPE_CHECKING

from server.config import Settings
from server.models import (
    LoadingModels,
    find_embedder,
    load_embedder,
    load_patterns,
    load_second_look,
    load_segmenter,
)

if TYPE_CHECKING:
    from model.embedder import Embedder
    from model.patterns import Patterns
    from model.second_look import SecondLook
    from model.segmenter import Segmenter
    from server.catalog.catalog import Catalog
    from server.fetch.fetcher import Fetcher
    from server.looks.pipeline import LookPipeline
    from server.storage.database import Database

_log = logging.getLogger(__name__)


class Parts:
    """Parts of one program run; not to be shared between threads while they are made."""

    def __init__(self, settings: Settings, models: LoadingModels | None = None) -> None:
        """Make nothing yet.

        Args:
            settings: What the operator chose.
            models: Models that are being loaded already, if any; otherwise each is loaded
                when it is asked for.
        """
        self.settings = settings
        self._models = models

    @cached_property
    def database_as_found(self) -> "Database":
        """The database, neither created nor migrated: for commands that only look."""
        from server.storage.database import Database  # noqa: PLC0415 - slow; not for every command

        return Database(self.settings.database)

    @cached_property
    def database(self) -> "Database":
        """The database, created or migrated where needed."""
        self.database_as_found.upgrade()
        return self.database_as_found

    @cached_property
    def database_when_possible(self) -> "Database":
        """The database, opened later where that is impossible now: for the server.

        Raises:
            DatabaseError: It never will be possible without the operator.
        """
        fault = self.database_as_found.upgrade_when_possible()
        if fault is not None:
            _log.error("Nothing can be kept for now: %s %s", fault, fault.hint)
        return self.database_as_found

    @cached_property
    def fetcher(self) -> "Fetcher":
        """Downloads, within the limits of the settings."""
        from server.fetch.fetcher import Fetcher  # noqa: PLC0415 - slow; not for every command

        return Fetcher(self.settings)

    @cached_property
    def segmenter(self) -> "Segmenter":
        """The segmenter with the weights in force."""
        return self._models.segmenter() if self._models else load_segmenter(self.settings)

    @cached_property
    def embedder(self) -> "Embedder":
        """The embedder with the weights in force."""
        if self._models:
            return self._models.embedder()
        return load_embedder(self.settings, threads=self.settings.model_threads)

    @cached_property
    def patterns(self) -> "Patterns":
        """The network that names patterns."""
        return self._models.patterns() if self._models else load_patterns()

    @cached_property
    def second_look(self) -> "SecondLook | None":
        """What tells garments from other things; None where the weights in force have none."""
        if self._models:
            return self._models.second_look()
        return load_second_look(self.settings, self.embedder)

    @cached_property
    def pipeline(self) -> "LookPipeline":
        """What makes a look of a picture."""
        from server.looks.pipeline import LookPipeline  # noqa: PLC0415 - not for other commands

        return LookPipeline(
            self.segmenter,
            self.patterns,
            second_look=self.second_look,
            min_score=self.settings.min_score,
        )

    @cached_property
    def catalog(self) -> "Catalog":
        """The products of known shops."""
        from server.catalog.catalog import Catalog  # noqa: PLC0415 - not for other commands
        from server.offers.providers.ucp_shop import ucp_finder  # noqa: PLC0415 - likewise

        find_ucp = ucp_finder(self.settings, self.fetcher)
        return Catalog(
            self.database,
            self.fetcher,
            self.segmenter,
            self.embedder,
            find_ucp,
            index=self.settings.catalog_index,
            find_embedder=partial(find_embedder, self.settings),
        )
