import datetime
import logging
import os
import threading

import pytest

from server.config import Settings
from server.fetch.fetcher import Fetcher
from server.goods.exchange import RatesError
from server.goods.money import Money
from server.offers.rates import DAY_SECONDS, KEPT_FILE, RETRY_SECONDS, RateSource
from tests.support.ecb_file import ecb_file
from tests.support.http_server import local_server, reply

TODAY = datetime.datetime(2026, 11, 24, 12, tzinfo=datetime.UTC).timestamp()
FILE = ecb_file("2026-11-24", USD="1.08", KRW="1500")


class Clock:
    def __init__(self):
        self.now = TODAY

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def source_of(settings, clock):
    def make(**changes):
        changed = Settings(**{**settings.model_dump(), **changes})
        return RateSource(changed, Fetcher(changed), now=clock)

    return make


@pytest.fixture
def bank():
    with local_server({"/daily.xml": reply(FILE)}) as server:
        yield server


def downloaded():
    """Wait for the downloads that run."""
    for thread in threading.enumerate():
        if thread.name == "exchange-rates":
            thread.join(30)


def test_without_a_setting_nothing_is_converted_and_nothing_is_wrong(source_of, settings):
    source = source_of()
    assert (source.current(), source.state().problem) == (None, None)
    assert not (settings.state_dir / KEPT_FILE).exists()


def test_what_the_user_gave_comes_before_the_bank(source_of, tmp_path):
    (tmp_path / "ecb.xml").write_bytes(FILE)
    rates = source_of(rates="EUR=1,KRW=1600", rates_ecb=str(tmp_path / "ecb.xml")).current()
    assert rates.convert(Money("1.00", "EUR"), "KRW").price.amount == "1600"


def test_rates_that_cannot_be_read_stop_the_start(source_of):
    with pytest.raises(RatesError, match="USD"):
        source_of(rates="EUR=1,USD=one")


def test_a_file_is_read_and_read_again_when_it_changes(source_of, tmp_path):
    path = tmp_path / "ecb.xml"
    path.write_bytes(FILE)
    source = source_of(rates_ecb=str(path))
    converted = source.current().convert(Money("1.00", "EUR"), "KRW")
    assert (converted.price.amount, converted.source) == ("1500", "ecb")
    assert converted.as_of == datetime.date(2026, 11, 24)
    path.write_bytes(ecb_file("2026-11-24", KRW="1400"))
    os.utime(path, (TODAY + 5, TODAY + 5))
    assert source.current().convert(Money("1.00", "EUR"), "KRW").price.amount == "1400"


@pytest.mark.parametrize(
    ("data", "problem", "code"),
    [
        (None, "no file", "file-missing"),
        (b"<html>", "not the European Central Bank's file", "unreadable"),
        (ecb_file("2026-11-16", KRW="1500"), "2026-11-16, which is too old", "too-old"),
        (ecb_file("2026-11-26", KRW="1500"), "yet to come", "of-the-future"),
        (b" " * (2**20 + 1), "too large", "file-too-large"),
    ],
)
def test_a_file_that_cannot_be_trusted_says_so_once_and_converts_nothing(
    source_of, tmp_path, caplog, data, problem, code
):
    path = tmp_path / "ecb.xml"
    if data is not None:
        path.write_bytes(data)
    with caplog.at_level(logging.WARNING):
        source = source_of(rates_ecb=str(path))
        assert source.current() is None
        assert source.current() is None
    assert problem in str(source.state().problem)
    assert source.state().problem.code == code
    # What the words of other languages name is in the English ones too.
    assert all(detail in str(source.state().problem) for detail in source.state().problem.details)
    assert [record for record in caplog.records if problem in record.getMessage()] == [
        record for record in caplog.records if record.levelno == logging.WARNING
    ]
    assert len(caplog.records) == 1


def test_a_week_old_file_still_counts(source_of, tmp_path):
    path = tmp_path / "ecb.xml"
    path.write_bytes(ecb_file("2026-11-17", KRW="1500"))
    assert source_of(rates_ecb=str(path)).current() is not None


def test_an_address_is_asked_once_a_day_and_kept(source_of, settings, bank, clock):
    options = {"rates_ecb": bank.url("/daily.xml"), "fetch_allow": (bank.address,)}
    source = source_of(**options)
    downloaded()
    assert source.current().units["KRW"] == 1500
    assert (settings.state_dir / KEPT_FILE).read_bytes() == FILE
    clock.now += DAY_SECONDS - 1
    source.current()
    assert source_of(**options).current() is not None  # also after a restart
    downloaded()
    assert len(bank.requests) == 1
    bank.routes["/daily.xml"] = reply(ecb_file("2026-11-25", KRW="1510"))
    clock.now += 2
    assert source.current().units["KRW"] == 1500  # asking never waits
    downloaded()
    assert source.current().units["KRW"] == 1510
    assert len(bank.requests) == 2


def test_a_failure_keeps_what_was_there_and_is_tried_again_in_an_hour(source_of, bank, clock):
    source = source_of(rates_ecb=bank.url("/daily.xml"), fetch_allow=(bank.address,))
    downloaded()
    bank.routes["/daily.xml"] = reply(b"<html>Maintenance</html>")
    clock.now += DAY_SECONDS
    source.current()
    downloaded()
    assert source.current() is not None
    clock.now += RETRY_SECONDS - 1
    source.current()
    downloaded()
    assert len(bank.requests) == 2
    clock.now += 7 * DAY_SECONDS
    source.current()
    downloaded()
    state = source.state()
    assert state.rates is None
    assert "too old" in str(state.problem)
    assert "could not be downloaded" in str(state.problem)
    assert state.problem.code == "too-old-not-downloaded"


def test_the_guard_holds_for_the_bank_too(source_of, bank):
    source = source_of(rates_ecb=bank.url("/daily.xml"))
    downloaded()
    assert source.current() is None
    assert "could not be downloaded" in str(source.state().problem)
    assert source.state().problem.code == "not-downloaded"
    assert bank.requests == []
