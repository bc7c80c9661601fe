"""Where exchange rates come from, and whether they are still valid."""

import datetime
import logging
import os
import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from model.errors import WhereToBuyError
from server.config import Settings
from server.fetch.fetcher import Fetcher
from server.goods.exchange import Rates, RatesError, read_ecb, read_given

KEPT_FILE = "ecb-rates.xml"
# The daily file has 2 KB; the file of all days since 1999 has several MB and is refused.
FILE_BYTES = 2**20
DAY_SECONDS = 24 * 3600.0
# Wait after a failed download; after a successful one it is a day.
RETRY_SECONDS = 3600.0
# The bank publishes on its working days; over Easter, five days pass without rates.
OLDEST = datetime.timedelta(days=7)

_log = logging.getLogger(__name__)


class NoRates(StrEnum):
    """Why there are no rates although the settings ask for them; part of the public contract."""

    FILE_MISSING = "file-missing"
    NOT_YET = "not-yet"
    NOT_DOWNLOADED = "not-downloaded"
    TOO_OLD = "too-old"
    TOO_OLD_NOT_DOWNLOADED = "too-old-not-downloaded"
    OF_THE_FUTURE = "of-the-future"
    FILE_TOO_LARGE = "file-too-large"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class RatesProblem:
    """What is wrong with the rates.

    Attributes:
        code: Which of the kinds it is.
        text: The same in plain English.
        details: What words in another language name: a file, a day (ISO 8601).
    """

    code: NoRates
    text: str
    details: tuple[str, ...] = ()

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True, slots=True)
class RatesState:
    """The rates in force, or why there are none."""

    rates: Rates | None
    problem: RatesProblem | None = None


class RateSource:
    """The rates that prices are converted by; safe to share between threads.

    The user's own rates (``WTB_RATES``) take precedence over the bank's file (``WTB_RATES_ECB``:
    a path, or an address that is downloaded in the background at most once a day). Its methods
    never wait for a download.
    """

    def __init__(
        self,
        settings: Settings,
        fetcher: Fetcher,
        *,
        now: Callable[[], float] = time.time,
    ) -> None:
        """Read the rates that are there, and start the first download if one is due.

        Args:
            settings: Where the rates are.
            fetcher: For the download.
            now: Returns seconds since 1970.

        Raises:
            RatesError: ``WTB_RATES`` cannot be read.
        """
        self._given = read_given(settings.rates) if settings.rates else None
        self._fetcher = fetcher
        self._now = now
        self._lock = threading.Lock()
        self._retry_at = 0.0
        # The file's modification time and what it contained.
        self._read: tuple[float, RatesState] | None = None
        self._download_problem: str | None = None
        self._warned: RatesProblem | None = None
        place = settings.rates_ecb or ""
        self._url = place if place.lower().startswith(("http://", "https://")) else None
        self._file = settings.state_dir / KEPT_FILE if self._url else Path(place) if place else None
        self.state()

    def current(self) -> Rates | None:
        """Return the rates in force."""
        return self.state().rates

    def state(self) -> RatesState:
        """Return the rates in force, or why there are none."""
        if self._given is not None or self._file is None:
            return RatesState(self._given)
        if self._url:
            self._download_if_due(self._url, self._file)
        state = self._judged(self._file)
        if state.problem != self._warned:
            self._warned = state.problem
            if state.problem:
                _log.warning("Prices are not converted: %s", state.problem)
        return state

    def _judged(self, file: Path) -> RatesState:
        try:
            changed = file.stat().st_mtime
            if self._read is None or self._read[0] != changed:
                self._read = changed, _file_state(file)
        except OSError as error:
            return RatesState(None, self._missing(file, error))
        state = self._read[1]
        if state.rates is None or state.rates.as_of is None:
            return state
        today = datetime.datetime.fromtimestamp(self._now(), datetime.UTC).date()
        if today - state.rates.as_of > OLDEST:
            return RatesState(None, self._too_old(state.rates.as_of.isoformat()))
        if state.rates.as_of - today > datetime.timedelta(days=1):
            text = "The exchange rates are of a day that is yet to come."
            return RatesState(None, RatesProblem(NoRates.OF_THE_FUTURE, text))
        return state

    def _missing(self, file: Path, error: OSError) -> RatesProblem:
        if not self._url:
            text = f"There is no file of exchange rates at {file} ({error.strerror})."
            return RatesProblem(NoRates.FILE_MISSING, text, (str(file),))
        if self._download_problem:
            return RatesProblem(NoRates.NOT_DOWNLOADED, self._download_problem)
        return RatesProblem(NoRates.NOT_YET, "The exchange rates have not come yet.")

    def _too_old(self, day: str) -> RatesProblem:
        text = f"The exchange rates are of {day}, which is too old."
        if not self._download_problem:
            return RatesProblem(NoRates.TOO_OLD, text, (day,))
        text = f"{text} {self._download_problem}"
        return RatesProblem(NoRates.TOO_OLD_NOT_DOWNLOADED, text, (day,))

    def _download_if_due(self, url: str, file: Path) -> None:
        now = self._now()
        try:
            age = now - file.stat().st_mtime
        except OSError:
            age = DAY_SECONDS
        # A file from the future means that the clock was set back; it is replaced.
        if 0 <= age < DAY_SECONDS:
            return
        with self._lock:
            if now < self._retry_at:
                return
            self._retry_at = now + RETRY_SECONDS
        # A daemon: a bank that hangs must not keep the server from stopping.
        threading.Thread(
            target=self._download, args=(url, file), name="exchange-rates", daemon=True
        ).start()

    def _download(self, url: str, file: Path) -> None:
        try:
            data = self._fetcher.file(url, FILE_BYTES).data
            read_ecb(data)  # an unusable file must not replace a usable one
            _keep(file, data, self._now())
        except (WhereToBuyError, OSError) as error:
            self._download_problem = f"The exchange rates could not be downloaded: {error}"
            _log.warning("The exchange rates could not be downloaded: %s", error)
        else:
            self._download_problem = None


def _file_state(file: Path) -> RatesState:
    with file.open("rb") as opened:
        data = opened.read(FILE_BYTES + 1)
    if len(data) > FILE_BYTES:
        text = f"{file} is too large for one day's exchange rates."
        return RatesState(None, RatesProblem(NoRates.FILE_TOO_LARGE, text, (str(file),)))
    try:
        return RatesState(read_ecb(data))
    except RatesError as error:
        problem = RatesProblem(NoRates.UNREADABLE, f"{file}: {error}", (str(file),))
        return RatesState(None, problem)


def _keep(file: Path, data: bytes, now: float) -> None:
    """Replace the file in one step, so that nobody reads half of it."""
    file.parent.mkdir(parents=True, exist_ok=True)
    beside = file.with_name(f"{file.name}.{secrets.token_hex(8)}")
    try:
        beside.write_bytes(data)
        os.utime(beside, (now, now))
        beside.replace(file)
    finally:
        beside.unlink(missing_ok=True)
