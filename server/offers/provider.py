"""The interface of all providers of offers."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Protocol

from server.offers.offer import ComparedOffer, GarmentQuery, Offer, SearchContext

if TYPE_CHECKING:  # listing the providers needs no database
    from server.offers.vendors.quota import Quotas, Usage


class Provider(Protocol):
    """A source of offers."""

    @property
    def name(self) -> str:
        """Short, stable and lower case; used in events, offers and the history."""

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

        Only true if nothing is sent to it: analysing a picture must not reveal to anybody
        what it shows.
        """

    @property
    def compares(self) -> bool:
        """Whether its offers come without vectors, so that their pictures must be compared."""

    def search(
        self, query: GarmentQuery, context: SearchContext
    ) -> Sequence[Offer | ComparedOffer]:
        """Return offers for a garment, no more than the settings allow.

        Offers whose vectors the provider stores come compared; the others are compared by
        their pictures, unless they are links into search engines.

        Raises:
            ProviderError: There is no answer; the message says why.
        """

    def version(self) -> object:
        """Return a value that changes whenever the same search may have a different answer.

        Only called for providers that run early: their answers are kept until the click.
        """


class VendorProvider:
    """What all providers that send something to an outside server have in common."""

    runs_early: ClassVar[bool] = False
    compares: ClassVar[bool] = True

    def version(self) -> object:
        """Return a constant: answers are not kept."""
        return None


@dataclass(frozen=True, slots=True)
class ProviderState:
    """A provider, and whether the settings enable it."""

    provider: Provider
    enabled: bool
    # The setting that switches it on or off; None for one that is always on.
    switch: str | None
    # The settings that it needs, and whether each is set.
    keys: tuple[tuple[str, bool], ...] = ()
    # Whether requests to it are counted: true if asking it sends something off the machine.
    counted: bool = False
    # The setting that says where it is, and the one that raises its limit; None for neither.
    address_setting: str | None = None
    limit_setting: str | None = None
    # Whether it is asked again by broader words where all found too little: a search of it must
    # cost nothing.
    asked_again: bool = False

    def usage(self, quotas: "Quotas") -> "Usage | None":
        """Return what it was sent today; None if it is sent nothing."""
        return quotas.usage(self.provider.name) if self.counted else None
