"""The result of a check."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the examination.

    Attributes:
        state: Whether it keeps the server from working, may be unwanted, or is in order.
        text: What was found.
        hint: What to do; empty where there is nothing to do.
    """

    state: Literal["ok", "warning", "fault"]
    text: str
    hint: str = ""
