"""How long a vendor asks to be left alone: the header ``Retry-After``."""

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

# How long to leave a vendor alone that asks for a pause without saying how long.
REST_SECONDS = 60.0
# A day; longer pauses are cut to this.
LONGEST_REST = 86_400.0


def retry_seconds(header: str | None) -> float:
    """Parse ``Retry-After``, seconds or an HTTP date, to seconds from 0 to `LONGEST_REST`."""
    if header is None:
        return REST_SECONDS
    if header.isascii() and header.isdigit():
        return min(float(header[:6]), LONGEST_REST)
    try:
        when = parsedate_to_datetime(header)
        when = when if when.tzinfo else when.replace(tzinfo=UTC)
        return min(max(0.0, (when - datetime.now(UTC)).total_seconds()), LONGEST_REST)
    except (ValueError, OverflowError):
        return REST_SECONDS
