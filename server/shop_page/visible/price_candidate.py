"""One amount of money on a page, which may be the price."""

from dataclasses import dataclass
from decimal import Decimal

from server.shop_page.document.buy_area import Run


@dataclass(slots=True)
class Candidate:
    """An amount on the page."""

    amount: Decimal
    symbol: str | None
    run: Run
    text: str
    """The text before it in its own run, lower case."""
    after: str
    lead: str | None = None
    """What of ``text`` stands behind the amount before, where there are several in the run."""
    score: float = 0.0
    before: bool = False
    """Crossed out, or said to be a former or recommended price."""
    perhaps: bool = False
    """``before`` by its class or label alone: a "regular price" without another is the price."""
    doubtful: bool = False
    """Said to be something else than the price."""
    by_measure: bool = False
    """``doubtful`` only for being a price by weight, volume or length."""
    last: int = 0
    """The ``order`` of the last text that the amount is put together from."""

    def __post_init__(self) -> None:
        self.last = max(self.last, self.run.order)
