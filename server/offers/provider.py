"""What every provider of offers has in common."""

from dataclasses import dataclass
from typing import ClassVar, Protocol

from model.errors import WhereToBuyError
from server.offers.offer import GarmentQuery, Offer, SearchContext


class ProviderError(WhereToBuyError):
    """A provider has no answer; the message says why in words for the user."""

    code = "provider-failed"


class ProviderBusyError(ProviderError):
    """A provider is left alone for a while."""

    code = "provider-busy"

    def __init__(self, message: str, retry_after: float, *, hint: str = "") -> None:
        super().__init__(message, hint=hint)
        # Seconds.
        self.retry_after = retry_after


@dataclass(frozen=True, slots=True)
class Leaves:
    """What leaves the machine when a provider is asked, in words for the user."""

    en: str
    ko: str


@dataclass(frozen=True, slots=True)
class Cost:
    """What one search costs whoever runs the server, in words for the user."""

    en: str
    ko: str


class Provider(Protocol):
    """A source of offers."""

    @property
    def name(self) -> str:
        """Short, stable, lower case; stands in events, offers and the history."""

    @property
    def title(self) -> str:
        """Its name for the user."""

    @property
    def needs(self) -> tuple[str, ...]:
        """What of the garment it uses: "crop", "words", "picture address", "vector"."""

    @property
    def leaves(self) -> Leaves:
        """What leaves the machine."""

    @property
    def cost(self) -> Cost:
        """What one search costs."""

    @property
    def runs_early(self) -> bool:
        """Whether it may be asked before the user chose a garment.

        Only for a provider that nothing is sent to: analysing a picture must not tell
        anybody what is in it.
        """

    @property
    def compares(self) -> bool:
        """Whether its offers bring no vector: their pictures are compared here then."""

    def search(self, query: GarmentQuery, context: SearchContext) -> list[Offer]:
        """Give offers for a garment, at most as many as the settings say.

        Raises:
            ProviderError: There is no answer, and why.
        """

    def version(self) -> object:
        """Give a value that changes when the same search may have another answer.

        Asked only of providers that run early, whose answers are kept until the click.
        """


class VendorProvider:
    """What is the same of every provider that sends something to a stranger's server."""

    runs_early: ClassVar[bool] = False
    compares: ClassVar[bool] = True

    def version(self) -> object:
        """Give the same at all times: answers are not kept."""
        return None


@dataclass(frozen=True, slots=True)
class ProviderState:
    """A provider and whether the settings have it asked."""

    provider: Provider
    enabled: bool
    # The setting that switches it; None for one that is always on.
    switch: str | None
    # The settings that it cannot be asked without, and whether each is there.
    keys: tuple[tuple[str, bool], ...] = ()
    # Whether requests to it are counted: something leaves the machine when it is asked.
    counted: bool = False
