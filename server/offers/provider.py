"""What all providers of offers have in common."""

from dataclasses import dataclass
from typing import ClassVar, Protocol

from model.errors import WhereToBuyError
from server.offers.offer import GarmentQuery, Offer, SearchContext


class ProviderError(WhereToBuyError):
    """A provider has no answer; the message tells the user why."""

    code = "provider-failed"


class ProviderBusyError(ProviderError):
    """A provider asked not to be called for a while."""

    code = "provider-busy"

    def __init__(self, message: str, retry_after: float, *, hint: str = "") -> None:
        super().__init__(message, hint=hint)
        # Seconds.
        self.retry_after = retry_after


class Provider(Protocol):
    """A source of offers."""

    @property
    def name(self) -> str:
        """Its identifier in events, offers and the history: short, stable, lower case."""

    @property
    def title(self) -> str:
        """Its name as users see it."""

    @property
    def needs(self) -> tuple[str, ...]:
        """What it uses of the garment: "crop", "words", "picture address", "vector"."""

    @property
    def discloses(self) -> str:
        """What leaves the machine when it is asked: an English sentence for the user."""

    @property
    def cost(self) -> str:
        """What one search costs whoever runs the server: an English sentence."""

    @property
    def runs_early(self) -> bool:
        """Whether it may be asked before the user chooses a garment.

        Only true of providers that nothing is sent to: analysing a picture must not disclose
        what is in it.
        """

    @property
    def compares(self) -> bool:
        """Whether its offers come without vectors, so that their pictures are compared here."""

    def search(self, query: GarmentQuery, context: SearchContext) -> list[Offer]:
        """Return offers for a garment, at most as many as the settings allow.

        Raises:
            ProviderError: It has no answer; the message says why.
        """

    def version(self) -> object:
        """Return a value that changes when the same search may have another answer.

        Only called for providers that run early, whose answers are kept until the click.
        """


class VendorProvider:
    """The defaults of providers that send something to somebody else's server."""

    runs_early: ClassVar[bool] = False
    compares: ClassVar[bool] = True

    def version(self) -> object:
        """Return a constant: answers are not kept."""
        return None


@dataclass(frozen=True, slots=True)
class ProviderState:
    """A provider, and whether the settings switch it on."""

    provider: Provider
    enabled: bool
    # The setting that switches it; None for one that is always on.
    switch: str | None
    # The settings it needs, and whether each is set.
    keys: tuple[tuple[str, bool], ...] = ()
    # Whether requests to it are counted, because something leaves the machine.
    counted: bool = False
