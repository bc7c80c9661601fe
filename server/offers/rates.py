"""Where exchange rates come from, and whether they are still valid."""

import datetime
import logging
import os
import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
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


@dataclass(frozen=True, slots=True)
class RatesState:
    """The rates in force, or in plain words why there are none."""

    rates: Rates | None
    problem: str | None = None


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
        self._warned: str | None = None
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
            missing = f"There is no file of exchange rates at {file} ({error.strerror})."
            if self._url:
                missing = self._download_problem or "The exchange rates have not come yet."
            return RatesState(None, missing)
        state = self._read[1]
        if state.rates is None or state.rates.as_of is None:
            return state
        today = datetime.datetime.fromtimestamp(self._now(), datetime.UTC).date()
        if today - state.rates.as_of > OLDEST:
            old = f"The exchange rates are of {state.rates.as_of.isoformat()}, which is too old."
            return RatesState(None, " ".join(filter(None, (old, self._download_problem))))
        if state.rates.as_of - today > datetime.timedelta(days=1):
            return RatesState(None, "The exchange rates are of a day that is yet to come.")
        return state

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
        return RatesState(None, f"{file} is too large for one day's exchange rates.")
    try:
        return RatesState(read_ecb(data))
    except RatesError as error:
        return RatesState(None, f"{file}: {error}")


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
