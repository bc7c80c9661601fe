"""Receipts: who was really sent what for a garment, when, and what came back.

What was sent is read from the request itself, not from what a provider says that it uses. A
receipt never holds an address with its parameters, a header or a key, nor what was answered.
"""

import base64
import threading
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from urllib.parse import unquote, unquote_plus
from uuid import uuid4

from server.goods.links import host_of
from server.offers.lru import LruCache
from server.offers.offer import GarmentQuery, SearchContext
from server.offers.sent import Outcome, Receipt, Sending, What
from server.offers.vendors.request import Request

# Garments whose receipts are kept, and searches of each: 2 KB a search.
GARMENTS_KEPT = 500
SEARCHES_KEPT = 20


class OpenReceipt:
    """The receipt of a search that is running; safe to share between threads."""

    def __init__(self, query: GarmentQuery, context: SearchContext) -> None:
        self._query = query
        self._language = context.language
        self._lock = threading.Lock()
        self._sendings: list[Sending] = []
        self._id, self._at = uuid4().hex, datetime.now(UTC)

    def begin(self, provider: str, title: str, request: Request) -> int:
        """Note that a request is about to be sent; return what it is settled by."""
        what, words = _contents(request, self._query, self._language)
        sending = Sending(
            provider=provider,
            title=title,
            host=host_of(request.url) or "",
            method=request.method,
            at=datetime.now(UTC),
            what=what,
            words=words,
            crop_bytes=len(self._query.jpeg) if "crop" in what else 0,
            sent_bytes=len(request.url.encode()) + len(request.body),
        )
        with self._lock:
            self._sendings.append(sending)
            return len(self._sendings) - 1

    def settle(
        self, number: int, outcome: Outcome, status: int | None = None, answer_bytes: int = 0
    ) -> None:
        """Note what became of a request."""
        with self._lock:
            self._sendings[number] = replace(
                self._sendings[number], outcome=outcome, status=status, answer_bytes=answer_bytes
            )

    def receipt(self) -> Receipt:
        """Return what was noted up to now."""
        query = self._query
        with self._lock:
            sendings = tuple(self._sendings)
        return Receipt(self._id, query.look_id, query.number, self._at, sendings)


class Receipts:
    """The receipts of recent searches, in memory; safe to share between threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: LruCache[tuple[str, int], tuple[OpenReceipt, ...]] = LruCache(GARMENTS_KEPT)

    def open(self, query: GarmentQuery, context: SearchContext) -> OpenReceipt:
        """Return the receipt of a search that begins, and keep it."""
        opened = OpenReceipt(query, context)
        key = query.look_id, query.number
        with self._lock:
            before = self._kept.get(key) or ()
            self._kept.put(key, (*before, opened)[-SEARCHES_KEPT:])
        return opened

    def of(self, look_id: str, number: int) -> list[Receipt]:
        """Return the receipts of a garment's searches, the latest first."""
        return [each.receipt() for each in reversed(self._kept.get((look_id, number)) or ())]


@dataclass(slots=True)
class _Text:
    """A request as text, in each way in which words may be written in it."""

    request: Request
    forms: tuple[str, ...] = field(init=False)

    def __post_init__(self) -> None:
        body = self.request.body.decode("utf-8", "replace")
        url = self.request.url
        escaped = body.encode("ascii", "replace").decode("unicode_escape", "replace")
        self.forms = (unquote_plus(url), unquote(url), body, unquote_plus(body), escaped)

    def has(self, text: str) -> bool:
        return bool(text) and any(text in form for form in self.forms)


def _contents(
    request: Request, query: GarmentQuery, language: str
) -> tuple[tuple[What, ...], str | None]:
    """Return what of a garment a request contains, and the words that it does."""
    coded = base64.b64encode(query.jpeg)
    has_crop = bool(query.jpeg) and (query.jpeg in request.body or coded in request.body)
    # The picture's megabytes are no words.
    rest = replace(request, body=request.body.replace(query.jpeg or b"-", b"").replace(coded, b""))
    text = _Text(rest)
    broader = query.broader()
    asked = [each.words(tag) for each in (query, broader) if each for tag in (language, "en")]
    words = next((each for each in asked if text.has(each)), None)
    what: list[What] = ["crop"] if has_crop else []
    if words is not None:
        what.append("words")
    if query.picture_url is not None and text.has(query.picture_url):
        what.append("picture address")
    return tuple(what), words
