"""What a search tells while it runs."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from server.offers.offer import Offer


@dataclass(frozen=True, slots=True)
class OffersEvent:
    """Offers of a provider, ranked among themselves; a provider may tell several times."""

    provider: str
    offers: tuple[Offer, ...]


@dataclass(frozen=True, slots=True)
class FailedEvent:
    """A provider whose offers, or some of them, are missing, and why, in plain words."""

    provider: str
    reason: str


@dataclass(frozen=True, slots=True)
class DoneEvent:
    """The end: the ids of all offers that were told, best first.

    ``left_out`` counts what the user's filters keep back (see `server.offers.order.choice`), by
    the reason.
    """

    order: tuple[str, ...]
    left_out: Mapping[str, int] = field(default_factory=dict)


Event = OffersEvent | FailedEvent | DoneEvent
