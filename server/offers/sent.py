"""What was sent to providers for one search: who got what, when, and what came back."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

# What of the garment was in a request. A request may have none of it: a sign-in, a question for
# where to ask.
What = Literal["crop", "words", "picture address"]
# "waiting": there was no answer yet when the search ended. "not sent": there was no connection.
Outcome = Literal["answered", "refused", "failed", "waiting", "not sent"]


@dataclass(frozen=True, slots=True)
class Sending:
    """One request to a provider.

    Attributes:
        provider: Its name.
        title: Its name for the user.
        host: Where it was sent.
        method: Of HTTP.
        at: When, in UTC.
        what: What of the garment it contained.
        words: The words that it contained; None for none.
        crop_bytes: How large the cut-out in it was; 0 without one.
        sent_bytes: How much was sent in all, without headers.
        outcome: What became of it.
        status: Of the answer.
        answer_bytes: How much came back.
    """

    provider: str
    title: str
    host: str
    method: str
    at: datetime
    what: tuple[What, ...] = ()
    words: str | None = None
    crop_bytes: int = 0
    sent_bytes: int = 0
    outcome: Outcome = "waiting"
    status: int | None = None
    answer_bytes: int = 0


@dataclass(frozen=True, slots=True)
class Receipt:
    """What one search sent: ``sendings`` in the order in which they began."""

    id: str
    look_id: str
    garment: int
    at: datetime
    sendings: tuple[Sending, ...] = ()
