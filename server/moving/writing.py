"""The history as files: JSON, a table, and one file with the pictures."""

import csv
import io
import zipfile
from collections.abc import Iterator
from datetime import datetime
from typing import Any, Protocol

from server.moving.document import COPIES, DOCUMENT, LOOKS, HistoryDocument, OfferRecord
from server.moving.reading import HistoryReader

_COLUMNS = (
    "kind", "when", "title", "shop", "price", "currency", "category", "link", "list", "look",
)  # fmt: skip
# What a spreadsheet would take for the beginning of a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
# The same time for every member: what is in the file says when that was.
_TIME = (1980, 1, 1, 0, 0, 0)


def as_json(document: HistoryDocument) -> str:
    """Return the document as it lies in the file."""
    return document.model_dump_json(indent=1)


def as_table(document: HistoryDocument) -> str:
    """Return what was looked at, opened, put away and saved as CSV, for spreadsheets too."""
    into = io.StringIO()
    into.write("\ufeff")  # or they take it for another encoding
    table = csv.DictWriter(into, _COLUMNS, restval="", lineterminator="\r\n")
    table.writeheader()
    for row in _rows(document):
        table.writerow({name: _harmless(value) for name, value in row.items()})
    return into.getvalue()


def as_archive(reader: HistoryReader) -> Iterator[bytes]:
    """Yield one file with everything, piece by piece: one picture is in memory at a time."""
    into = _Pieces()
    with zipfile.ZipFile(into, "w") as archive:
        _add(archive, DOCUMENT, as_json(reader.document()).encode(), zipfile.ZIP_DEFLATED)
        yield into.take()
        for folder, pictures in ((LOOKS, reader.look_pictures()), (COPIES, reader.copies())):
            for name, data in pictures:
                _add(archive, f"{folder}{name}.jpg", data, zipfile.ZIP_STORED)
                yield into.take()
    yield into.take()


class _Dated(Protocol):
    @property
    def created_at(self) -> datetime: ...


class _Pieces(io.RawIOBase):
    """Where an archive is written to, to be taken away as it grows."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        piece = bytes(data)
        self._pieces.append(piece)
        return len(piece)

    def take(self) -> bytes:
        """Return what was written since the last time."""
        piece = b"".join(self._pieces)
        self._pieces.clear()
        return piece


def _add(archive: zipfile.ZipFile, name: str, data: bytes, how: int) -> None:
    entry = zipfile.ZipInfo(name, _TIME)
    entry.compress_type = how
    entry.external_attr = 0o600 << 16
    archive.writestr(entry, data)


def _rows(document: HistoryDocument) -> Iterator[dict[str, str | None]]:
    for look in document.looks:
        yield {"kind": "picture", "when": _when(look), "link": look.page_url, "look": look.id}
    category = {
        (look.id, garment.number): garment.category
        for look in document.looks
        for garment in look.garments
    }
    for seen in document.garments:
        name = category.get((seen.look_id, seen.number))
        yield {"kind": "garment", "when": _when(seen), "category": name, "look": seen.look_id}
    for click in document.clicks:
        yield {"kind": "opened", "look": click.look_id, **_offer(click)}
    for away in document.put_away:
        if away.offer is not None:
            yield {"kind": "put away", **_offer(away.offer)}
    for saved in document.saved:
        yield {"kind": "saved", "list": saved.list, "look": saved.look_id, **_offer(saved)}


def _offer(offer: OfferRecord) -> dict[str, str | None]:
    return {
        "when": _when(offer),
        "title": offer.title,
        "shop": offer.shop,
        "price": offer.price,
        "currency": offer.currency,
        "category": offer.category,
        "link": offer.link,
    }


def _when(record: _Dated) -> str:
    return record.created_at.isoformat(timespec="seconds")


def _harmless(text: str | None) -> str:
    """Return a text that no spreadsheet computes."""
    return f"'{text}" if text and text.startswith(_FORMULA) else text or ""
