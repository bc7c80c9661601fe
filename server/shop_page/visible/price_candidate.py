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
    # The text before it in its own run, lower case.
    text: str
    after: str
    # What of ``text`` stands behind the amount before, where there are several in the run.
    lead: str | None = None
    score: float = 0.0
    # Crossed out, or said to be a former or recommended price.
    before: bool = False
    # ``before`` by its class or label alone: a "regular price" without another is the price.
    perhaps: bool = False
    # Said to be something else than the price.
    doubtful: bool = False
    # ``doubtful`` only for being a price by weight, volume or length.
    by_measure: bool = False
    # The ``order`` of the last text that the amount is put together from.
    last: int = 0

    def __post_init__(self) -> None:
        self.last = max(self.last, self.run.order)
