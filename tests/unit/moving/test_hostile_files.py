"""A history's file may come from anybody: none costs more than an error, or brings anything odd."""

import io
import json
import struct
import warnings
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import func, select

from server.moving import unpacking
from server.moving.document import BadHistoryFileError
from server.moving.importing import HistoryOffError, Imported, import_history
from server.storage.database import Database
from server.storage.tables import Base, ClickRow, KeptPictureRow, LookRow, SavedRow
from tests.support.pictures import outfit, picture_file

LOOK, HASH, COPY = "a" * 32, "b" * 64, "c" * 64
AT = datetime(2026, 11, 1, tzinfo=UTC).isoformat()
SIZE = outfit().shape
GARMENT = {
    "number": 1, "category": "skirt", "category_id": 9, "kind": "bottom", "score": 0.9,
    "box": [10, 10, 20, 20], "polygons": [[[10, 10], [30, 10], [30, 30]]], "colours": [],
    "keywords": ["skirt"], "search_text": {"en": "skirt"}, "crop": "/x",
}  # fmt: skip
A_LOOK = {
    "id": LOOK, "picture_hash": HASH, "width": SIZE[1], "height": SIZE[0], "garments": [GARMENT],
    "created_at": AT,
}  # fmt: skip
A_CLICK = {
    "look_id": LOOK, "garment": 1, "provider": "ucp", "offer_id": "ucp-1", "title": "Skirt",
    "link": "https://shop.example/1", "created_at": AT, "picture": COPY, "price": "9.50",
    "currency": "EUR",
}  # fmt: skip
EMPTY: dict[str, Any] = {
    "format": "where-to-buy-history", "version": 1, "made_at": AT, "looks": [], "corrections": [],
    "garments": [], "clicks": [], "put_away": [], "lists": [], "saved": [],
}  # fmt: skip


def packed(document: object = EMPTY, **members: bytes) -> bytes:
    """Return a file with a document, and members by name (``__`` stands for a slash)."""
    into = io.BytesIO()
    with zipfile.ZipFile(into, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("history.json", json.dumps(document))
        for name, data in members.items():
            archive.writestr(name.replace("__", "/"), data)
    return into.getvalue()


def take_in(database: Database, data: bytes) -> Imported:
    return import_history(io.BytesIO(data), database, is_kept=lambda: True)


def rows(database: Database) -> int:
    with database.session(read_only=True) as session:
        tables = Base.metadata.sorted_tables
        return sum(session.scalar(select(func.count()).select_from(t)) or 0 for t in tables)


def claiming(size: int) -> bytes:
    """Return a file whose document claims another size than it has."""
    data = bytearray(packed())
    at = data.index(b"PK\x01\x02")
    data[at + 24 : at + 28] = struct.pack("<I", size)
    return bytes(data)


def encrypted() -> bytes:
    data = bytearray(packed())
    at = data.index(b"PK\x01\x02")
    data[at + 8] |= 1
    return bytes(data)


def doubled() -> bytes:
    into = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(into, "w") as archive:
        warnings.simplefilter("ignore")
        for _ in range(2):
            archive.writestr("history.json", json.dumps(EMPTY))
    return into.getvalue()


def bomb() -> bytes:
    into = io.BytesIO()
    with zipfile.ZipFile(into, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("history.json", b" " * 50_000_000)
    return into.getvalue()


def crowded() -> bytes:
    into = io.BytesIO()
    with zipfile.ZipFile(into, "w") as archive:
        archive.writestr("history.json", json.dumps(EMPTY))
        for number in range(60):
            archive.writestr(f"copies/{number:064x}.jpg", b"")
    return into.getvalue()


FILES: dict[str, Callable[[], bytes]] = {
    "nothing": lambda: b"",
    "no archive": lambda: b"{}" * 100,
    "half of one": lambda: packed()[:-40],
    "another archive": lambda: packed(EMPTY, word__document=b"x"),
    "a path upwards": lambda: packed(EMPTY, **{"copies/../../x.jpg": b"x"}),
    "an absolute path": lambda: packed(EMPTY, **{"/etc/passwd": b"x"}),
    "a path of another system": lambda: packed(EMPTY, **{"copies\\x.jpg": b"x"}),
    "two of one name": doubled,
    "one that is encrypted": encrypted,
    "a bomb": bomb,
    "a size that is not so": lambda: claiming(3),
    "a size beyond all limits": lambda: claiming(2**32 - 2),
    "no document": lambda: packed().replace(b"history.json", b"histony.json"),
    "a list": lambda: packed([]),
    "another format": lambda: packed(EMPTY | {"format": "other"}),
    "a later version": lambda: packed(EMPTY | {"version": 2}),
    "deep lists": lambda: _raw(b"[" * 100_000),
    "no JSON": lambda: _raw(b"\xff\xfe{"),
    "too many lists": lambda: packed(EMPTY | {"lists": [str(n) for n in range(101)]}),
}


def _raw(document: bytes) -> bytes:
    into = io.BytesIO()
    with zipfile.ZipFile(into, "w") as archive:
        archive.writestr("history.json", document)
    return into.getvalue()


@pytest.mark.parametrize("name", FILES)
def test_what_is_no_history_is_refused_and_changes_nothing(database: Database, name: str) -> None:
    before = rows(database)
    with pytest.raises(BadHistoryFileError) as error:
        take_in(database, FILES[name]())
    assert error.value.hint
    assert rows(database) == before


def test_too_many_members_are_refused(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unpacking, "MOST_MEMBERS", 60)
    with pytest.raises(BadHistoryFileError, match="too many"):
        take_in(database, crowded())


def deviant(change: dict[str, object]) -> dict[str, object]:
    return EMPTY | {"looks": [A_LOOK | {"garments": [GARMENT | change]}]}


DOCUMENTS: dict[str, dict[str, object]] = {
    "a link that is a script": EMPTY | {"clicks": [A_CLICK | {"link": "javascript:alert(1)"}]},
    "a link with a password": EMPTY | {"clicks": [A_CLICK | {"link": "https://a:b@x.example/"}]},
    "a title of nothing": EMPTY | {"clicks": [A_CLICK | {"title": "\u200b"}]},
    "a price of nothing": EMPTY | {"clicks": [A_CLICK | {"price": "much"}]},
    "a price without a currency": EMPTY | {"clicks": [A_CLICK | {"currency": None}]},
    "a price in no currency": EMPTY | {"clicks": [A_CLICK | {"currency": "XQX"}]},
    "a time without a zone": EMPTY | {"clicks": [A_CLICK | {"created_at": "2026-11-01T00:00"}]},
    "a picture by a path": EMPTY | {"clicks": [A_CLICK | {"picture": "../../etc/passwd"}]},
    "a look by a path": EMPTY | {"looks": [A_LOOK | {"id": "../x"}]},
    "a garment of no category": deviant({"category_id": 99}),
    "a rival of no category": deviant({"rivals": [{"category": "hovercraft", "words": {}}]}),
    "an outline without end": deviant({"polygons": [[["NaN", 1], [2, 2], [3, 3]]]}),
    "an outline far away": deviant({"polygons": [[[1e300, 1], [2, 2], [3, 3]]]}),
    "a number beyond any": deviant({"number": 2**40}),
    "endless words": deviant({"keywords": ["x" * 10_000]}),
    "a giant picture": EMPTY | {"looks": [A_LOOK | {"width": 10**9}]},
}  # fmt: skip


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_document_is_read_as_if_a_shop_had_sent_it(database: Database, name: str) -> None:
    before = rows(database)
    with pytest.raises(BadHistoryFileError):
        take_in(database, packed(DOCUMENTS[name]))
    assert rows(database) == before


def test_pictures_that_are_none_cost_themselves_alone(database: Database) -> None:
    document = EMPTY | {"looks": [A_LOOK], "clicks": [A_CLICK]}
    done = take_in(
        database,
        packed(
            document, **{f"looks__{LOOK}.jpg": b"<svg onload=alert(1)>", f"copies__{COPY}.jpg": b""}
        ),
    )
    assert (done.looks, done.clicks, done.pictures_missing) == (0, 1, 2)
    with database.session(read_only=True) as session:
        assert session.scalars(select(ClickRow.look_id)).all() == [None]
        assert session.scalars(select(ClickRow.picture)).all() == [None]


def test_a_picture_of_another_size_than_its_outlines_is_left_out(database: Database) -> None:
    other = picture_file(outfit()[:-8], "JPEG")
    done = take_in(database, packed(EMPTY | {"looks": [A_LOOK]}, **{f"looks__{LOOK}.jpg": other}))
    assert (done.looks, done.pictures_missing) == (0, 1)


def test_pictures_are_made_anew_so_nothing_hides_behind_them(database: Database) -> None:
    trailer = b"<script>alert(1)</script>" * 10
    jpeg = picture_file(outfit(), "JPEG") + trailer
    document = EMPTY | {"looks": [A_LOOK], "clicks": [A_CLICK]}
    done = take_in(
        database, packed(document, **{f"looks__{LOOK}.jpg": jpeg, f"copies__{COPY}.jpg": jpeg})
    )
    assert (done.looks, done.clicks, done.pictures_missing) == (1, 1, 0)
    with database.session(read_only=True) as session:
        kept = [
            *session.scalars(select(LookRow.picture)),
            *session.scalars(select(KeptPictureRow.data)),
        ]
    assert len(kept) == 2
    assert all(data.startswith(b"\xff\xd8") and b"script" not in data for data in kept)


def test_text_is_cleaned_and_odd_addresses_of_looks_are_dropped(database: Database) -> None:
    click = A_CLICK | {"title": "<b>Skirt</b>\u202e & more", "picture": None}
    saved = click | {"key": "offer:ucp-1", "list": "  My\nlist ", "texts": None}
    look = A_LOOK | {"page_url": "javascript:alert(1)", "image_url": "https://x.example/1.jpg"}
    jpeg = picture_file(outfit(), "JPEG")
    take_in(
        database,
        packed(
            EMPTY | {"looks": [look], "clicks": [click], "lists": [" My\nlist "], "saved": [saved]},
            **{f"looks__{LOOK}.jpg": jpeg},
        ),
    )
    with database.session(read_only=True) as session:
        assert session.scalars(select(ClickRow.title)).all() == ["Skirt & more"]
        assert session.execute(select(LookRow.page_url, LookRow.image_url)).all() == [
            (None, "https://x.example/1.jpg")
        ]
        [row] = session.scalars(select(SavedRow))
        assert row.list_id is not None


def test_without_a_history_none_is_imported(database: Database) -> None:
    before = rows(database)
    with pytest.raises(HistoryOffError):
        import_history(io.BytesIO(packed()), database, is_kept=lambda: False)
    assert rows(database) == before
