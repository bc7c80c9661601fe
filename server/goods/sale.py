"""A price on sale and the time for which it holds."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from server.goods.money import Money, list_price_of

_DAY = len("2026-11-30")
_LONGEST = 100


@dataclass(frozen=True, slots=True)
class Sale:
    """A price on sale; None is without a start or an end."""

    price: Money
    starts: datetime | None = None
    ends: datetime | None = None

    def in_force(self, at: datetime) -> bool:
        """Return whether it holds at a time."""
        started = self.starts is None or self.starts <= at
        return started and (self.ends is None or at <= self.ends)


def read_period(text: str) -> tuple[datetime | None, datetime | None] | None:
    """Read "2026-11-01T00:00+0900/2026-11-30T23:59+0900"; an empty text is no limit.

    A day without a time is the whole day; a time without a zone is UTC.

    Returns:
        Start and end; None for a period that cannot be read. Better the full price then than
        one that ended.
    """
    if not text:
        return None, None
    try:
        first, last = (part.strip() for part in text[:_LONGEST].split("/"))
        start, end = datetime.fromisoformat(first), datetime.fromisoformat(last)
        if len(last) == _DAY:
            end += timedelta(days=1, microseconds=-1)
        zoned = [time if time.tzinfo else time.replace(tzinfo=UTC) for time in (start, end)]
        return zoned[0].astimezone(UTC), zoned[1].astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def prices_at(
    price: Money | None, before: Money | None, sale: Sale | None, at: datetime
) -> tuple[Money | None, Money | None]:
    """Return the price and the one before it as they are at a time.

    Args:
        price: As it was when the shop was read.
        before: What it cost before, as it was then.
        sale: The sale that the shop announced then, if any.
        at: The time.
    """
    if sale is None or price is None:
        return price, before
    full = before or price
    return (sale.price, list_price_of(full, sale.price)) if sale.in_force(at) else (full, None)
