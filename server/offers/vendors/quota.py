"""How many requests each vendor is sent per day, counted in the database.

Days are in UTC. Counting is one conditional update, so that several threads, and several
processes on one database, together never send more than the quota allows.
"""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, cast

from sqlalchemy import CursorResult, delete, insert, select, update
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import Session

from server.offers.errors import ProviderBusyError, ProviderError
from server.storage.database import Database
from server.storage.errors import DatabaseError
from server.storage.tables import VendorCallsRow, now

# The newest days of each vendor are kept, by date: even if the clock was set ahead and back
# again, today's count is among them.
DAYS_KEPT = 31

_log = logging.getLogger(__name__)


class QuotaUsedUpError(ProviderBusyError):
    """The user's own limit for today is reached."""

    code = "provider-quota-used-up"

    def __init__(self, title: str, limit: int, left: timedelta) -> None:
        super().__init__(
            f"{title}: today's quota of {requests_of(limit)} is used up. It renews at 00:00 UTC,"
            f" in {_in_words(left)}.",
            left.total_seconds(),
            str(limit),
            hint="WTB_PER_DAY sets it.",
        )


class QuotaUncountedError(ProviderError):
    """There is a limit, but the database that counts cannot be written."""

    code = "provider-quota-uncounted"

    def __init__(self, title: str) -> None:
        super().__init__(
            f"{title} is not asked: what its quota leaves cannot be counted.",
            hint="The database cannot be written.",
        )


@dataclass(frozen=True, slots=True)
class Usage:
    """What a vendor was sent today.

    Attributes:
        sent: Number of requests.
        per_day: The limit that the user set; None if there is none.
        renews_at: When the next day begins, UTC.
    """

    sent: int
    per_day: int | None
    renews_at: datetime


class Quotas:
    """Counts the requests to all vendors; safe to share between threads.

    Args:
        database: Where the counts are kept.
        per_day: The most requests per day, 1 or more, by the provider's name; other providers
            have no limit.
        clock: Returns the time, UTC.
    """

    def __init__(
        self,
        database: Database,
        per_day: Mapping[str, int],
        *,
        clock: Callable[[], datetime] = now,
    ) -> None:
        self._database = database
        self._per_day = dict(per_day)
        self._clock = clock

    def take(self, name: str, title: str) -> date:
        """Count a request that is about to be sent, and return the day it counts for.

        Args:
            name: The provider's name.
            title: Its name for messages.

        Raises:
            QuotaUsedUpError: The limit is reached.
            QuotaUncountedError: There is a limit, but the database cannot be written.
        """
        moment = self._clock().astimezone(UTC)
        limit = self._per_day.get(name)
        try:
            if self._count(name, moment.date(), limit):
                return moment.date()
        except (DBAPIError, DatabaseError) as error:
            if limit is not None:
                raise QuotaUncountedError(title) from error
            _log.warning("A request to %s could not be counted: %s", name, error)
            return moment.date()
        raise QuotaUsedUpError(title, limit or 0, _renewal(moment) - moment)

    def give_back(self, name: str, day: date) -> None:
        """Uncount a request that could not be sent after all."""
        counted = (VendorCallsRow.provider == name, VendorCallsRow.day == day)
        change = update(VendorCallsRow).where(*counted, VendorCallsRow.sent > 0)
        try:
            with self._database.session() as session:
                session.execute(change.values(sent=VendorCallsRow.sent - 1))
        except (DBAPIError, DatabaseError) as error:
            _log.warning("A request to %s stays counted: %s", name, error)

    def usage(self, name: str) -> Usage:
        """Return what a vendor was sent today; nothing if there is no database yet."""
        moment = self._clock().astimezone(UTC)
        counted = (VendorCallsRow.provider == name, VendorCallsRow.day == moment.date())
        sent = None
        if self._database.has_table(VendorCallsRow.__tablename__):
            with self._database.session(read_only=True) as session:
                sent = session.scalar(select(VendorCallsRow.sent).where(*counted))
        return Usage(sent or 0, self._per_day.get(name), _renewal(moment))

    def _count(self, name: str, day: date, limit: int | None) -> bool:
        try:
            with self._database.session() as session:
                return _count(session, name, day, limit)
        except IntegrityError:  # another process has just written the day's first count
            with self._database.session() as session:
                return _count(session, name, day, limit)


def _count(session: Session, name: str, day: date, limit: int | None) -> bool:
    """Count one more request; return whether the limit allows it."""
    counted = (VendorCallsRow.provider == name, VendorCallsRow.day == day)
    known = session.scalar(select(VendorCallsRow.sent).where(*counted))
    if known is None:
        _forget_old(session, name)
        session.execute(insert(VendorCallsRow).values(provider=name, day=day, sent=1))
        return True
    change = update(VendorCallsRow).where(*counted)
    if limit is not None:
        change = change.where(VendorCallsRow.sent < limit)
    result = session.execute(change.values(sent=VendorCallsRow.sent + 1))
    return cast("CursorResult[Any]", result).rowcount == 1


def _forget_old(session: Session, name: str) -> None:
    """Delete a vendor's oldest counts, to make room for another day."""
    of_it = VendorCallsRow.provider == name
    days = select(VendorCallsRow.day).where(of_it).order_by(VendorCallsRow.day.desc())
    oldest = session.scalar(days.offset(DAYS_KEPT - 2).limit(1))
    if oldest is not None:
        session.execute(delete(VendorCallsRow).where(of_it, VendorCallsRow.day < oldest))


def requests_of(number: int) -> str:
    """Return a number of requests in words."""
    return "1 request" if number == 1 else f"{number:,} requests"


def _renewal(moment: datetime) -> datetime:
    return datetime.combine(moment.date() + timedelta(days=1), time(), UTC)


def _in_words(left: timedelta) -> str:
    minutes = max(1, round(left.total_seconds() / 60))
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min"
