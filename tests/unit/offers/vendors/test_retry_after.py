from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

from server.offers.vendors.retry_after import retry_seconds


def test_retry_after_may_be_a_date_and_is_bounded() -> None:
    soon = format_datetime(datetime.now(UTC) + timedelta(seconds=100), usegmt=True)
    assert 90 < retry_seconds(soon) <= 100
    assert retry_seconds("Wed, 21 Oct 2015 07:28:00 GMT") == 0
    assert retry_seconds("7200") == 7200
    assert retry_seconds("9" * 400) == 86_400
    assert retry_seconds("soon") == retry_seconds(None) == 60
