import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from sqlalchemy import select, text

from server.config import Settings
from server.fetch.fetcher import Fetcher
from server.offers.errors import ProviderError
from server.offers.vendors.client import VendorClient, VendorPolicy
from server.offers.vendors.quota import DAYS_KEPT, Quotas, QuotaUsedUpError
from server.storage.database import Database
from server.storage.tables import VendorCallsRow
from tests.support.chosen_settings import settings_with
from tests.support.full_port import full_port
from tests.support.vendor_server import Reply, VendorServer, vendor_server

EVENING = datetime(2026, 11, 24, 20, 45, tzinfo=UTC)
TAKE = """
import sys
from server.offers.vendors.quota import Quotas, QuotaUsedUpError
from server.storage.database import Database
quotas = Quotas(Database(sys.argv[1]), {"vendor": 30})
granted = 0
for _ in range(20):
    try:
        quotas.take("vendor", "The vendor")
        granted += 1
    except QuotaUsedUpError:
        pass
print(granted)
"""


class Clock:
    """A clock that a test sets."""

    def __init__(self) -> None:
        self.now = EVENING

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def quotas(database: Database, clock: Clock) -> Quotas:
    return Quotas(database, {"vendor": 2}, clock=clock)


def take(quotas: Quotas, times: int = 1, name: str = "vendor") -> None:
    for _ in range(times):
        quotas.take(name, "The vendor")


def test_no_more_is_sent_than_the_quota(quotas: Quotas) -> None:
    take(quotas, 2)
    with pytest.raises(QuotaUsedUpError):
        take(quotas)
    assert quotas.usage("vendor").sent == 2


def test_the_error_names_the_quota_and_when_it_renews(quotas: Quotas) -> None:
    take(quotas, 2)
    with pytest.raises(QuotaUsedUpError) as error:
        take(quotas)
    assert str(error.value) == (
        "The vendor: today's quota of 2 requests is used up. It renews at 00:00 UTC, in 3 h 15 min."
    )
    assert error.value.retry_after == 3.25 * 3600
    assert "WTB_PER_DAY" in error.value.hint


def test_each_vendor_has_its_own_count(quotas: Quotas) -> None:
    take(quotas, 2)
    take(quotas, 3, "other")
    assert [quotas.usage(name).sent for name in ("vendor", "other", "third")] == [2, 3, 0]
    assert [quotas.usage(name).per_day for name in ("vendor", "other")] == [2, None]


def test_the_next_day_begins_at_midnight_in_utc_wherever_one_is(
    quotas: Quotas, clock: Clock
) -> None:
    take(quotas, 2)
    clock.now = datetime(2026, 11, 25, 8, 59, tzinfo=timezone(timedelta(hours=9)))
    with pytest.raises(QuotaUsedUpError, match="in 1 min"):
        take(quotas)
    assert quotas.usage("vendor").renews_at == datetime(2026, 11, 25, tzinfo=UTC)
    clock.now += timedelta(minutes=1)
    take(quotas)
    assert quotas.usage("vendor").sent == 1


def test_the_count_outlives_the_program(quotas: Quotas, settings: Settings, clock: Clock) -> None:
    take(quotas, 2)
    again = Database(settings.database)
    with pytest.raises(QuotaUsedUpError):
        Quotas(again, {"vendor": 2}, clock=clock).take("vendor", "The vendor")
    again.dispose()


def test_a_quota_that_is_raised_during_the_day_counts_at_once(
    quotas: Quotas, database: Database, clock: Clock
) -> None:
    take(quotas, 2)
    take(Quotas(database, {"vendor": 3}, clock=clock))
    with pytest.raises(QuotaUsedUpError):
        take(Quotas(database, {"vendor": 1}, clock=clock))


def test_what_could_not_be_sent_is_given_back(quotas: Quotas) -> None:
    take(quotas)
    quotas.give_back("vendor", quotas.take("vendor", "The vendor"))
    assert quotas.usage("vendor").sent == 1


def test_threads_together_send_no_more_than_the_quota(database: Database) -> None:
    quotas = Quotas(database, {"vendor": 30})

    def granted(_: int) -> bool:
        try:
            quotas.take("vendor", "The vendor")
        except QuotaUsedUpError:
            return False
        return True

    with ThreadPoolExecutor(12) as pool:
        assert sum(pool.map(granted, range(60))) == 30


def test_processes_together_send_no_more_than_the_quota(database: Database) -> None:
    url = database.engine.url.render_as_string(hide_password=False)
    command = [sys.executable, "-c", TAKE, url]
    running = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    granted = [int(process.communicate(timeout=60)[0]) for process in running]
    assert sum(granted) == 30


def test_old_counts_are_forgotten(quotas: Quotas, clock: Clock, database: Database) -> None:
    take(quotas, name="other")
    for _ in range(DAYS_KEPT + 2):
        take(quotas)
        clock.now += timedelta(days=1)
    with database.session(read_only=True) as session:
        days = select(VendorCallsRow.day).where(VendorCallsRow.provider == "vendor")
        kept = session.scalars(days.order_by(VendorCallsRow.day)).all()
    assert len(kept) == DAYS_KEPT
    assert kept[0] == date(2026, 11, 26)


@pytest.mark.parametrize("away", [timedelta(days=1), timedelta(days=400), timedelta(days=-20_000)])
def test_a_clock_that_is_set_wrong_and_right_again_gives_no_second_quota(
    quotas: Quotas, clock: Clock, away: timedelta
) -> None:
    for _ in range(DAYS_KEPT + 2):
        take(quotas, 2)
        clock.now += timedelta(days=1)
    take(quotas, 2)
    clock.now += away
    take(quotas)
    clock.now -= away
    with pytest.raises(QuotaUsedUpError):
        take(quotas)


@pytest.fixture
def broken(database: Database) -> Database:
    with database.session() as session:
        session.execute(text("DROP TABLE vendor_calls"))
    return database


def test_with_a_quota_nothing_is_sent_that_cannot_be_counted(broken: Database) -> None:
    with pytest.raises(ProviderError, match="cannot be counted"):
        take(Quotas(broken, {"vendor": 2}))


def test_without_a_quota_what_cannot_be_counted_is_sent_and_logged(
    broken: Database, caplog: pytest.LogCaptureFixture
) -> None:
    take(Quotas(broken, {}))
    assert "could not be counted" in caplog.text


Make = Callable[[VendorServer, int], VendorClient]


@pytest.fixture
def client_of(database: Database) -> Make:
    """Make a client with a quota."""

    def make(server: VendorServer, per_day: int) -> VendorClient:
        fetcher = Fetcher(settings_with(fetch_allow=(server.http.address,)))
        quotas = Quotas(database, {"vendor": per_day})
        return VendorClient(fetcher, VendorPolicy("vendor", "The vendor"), quotas)

    return make


def sent(database: Database) -> int:
    return Quotas(database, {}).usage("vendor").sent


def test_a_client_sends_no_more_than_the_quota(client_of: Make) -> None:
    with vendor_server() as server:
        server.say({})
        client = client_of(server, 2)
        for _ in range(2):
            client.get(server.url(), seconds=5)
        for _ in range(5):  # and the vendor is not to blame: its circuit stays closed
            with pytest.raises(QuotaUsedUpError):
                client.get(server.url(), seconds=5)
    assert len(server.requests) == 2


def test_a_second_attempt_counts_too(client_of: Make, database: Database) -> None:
    with vendor_server() as server:
        server.answer = lambda _: Reply({}, 500 if len(server.requests) == 1 else 200)
        client_of(server, 5).get(server.url(), seconds=5)
    assert sent(database) == len(server.requests) == 2


def test_where_the_quota_ends_before_a_second_attempt_the_first_says_why(
    client_of: Make,
) -> None:
    with vendor_server() as server:
        server.say({}, 500)
        with pytest.raises(ProviderError, match="cannot be reached"):
            client_of(server, 1).get(server.url(), seconds=5)
    assert len(server.requests) == 1


def test_what_the_vendor_refuses_counts(client_of: Make, database: Database) -> None:
    with vendor_server() as server:
        server.say({}, 404)
        with pytest.raises(ProviderError):
            client_of(server, 5).get(server.url(), seconds=5)
    assert sent(database) == 1


def test_what_could_not_be_sent_does_not_count(client_of: Make, database: Database) -> None:
    with vendor_server() as gone:
        client = client_of(gone, 5)
    with pytest.raises(ProviderError, match="cannot be reached"):
        client.get(gone.url(), seconds=5)
    assert sent(database) == 0


def test_what_no_connection_came_about_for_in_time_does_not_count(database: Database) -> None:
    quotas = Quotas(database, {"vendor": 5})
    with full_port() as address:
        fetcher = Fetcher(settings_with(fetch_allow=(address,)))
        client = VendorClient(fetcher, VendorPolicy("vendor", "The vendor"), quotas)
        with pytest.raises(ProviderError, match="in time"):
            client.get(f"http://{address}/", seconds=0.2)
    assert sent(database) == 0


def test_what_may_not_be_connected_to_does_not_count(database: Database) -> None:
    quotas = Quotas(database, {"vendor": 5})
    client = VendorClient(Fetcher(settings_with()), VendorPolicy("vendor", "The vendor"), quotas)
    with pytest.raises(ProviderError, match="cannot be reached"):
        client.get("http://127.0.0.1:9/", seconds=5)
    assert sent(database) == 0
