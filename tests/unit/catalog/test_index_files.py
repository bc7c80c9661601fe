"""What of the embedded index lies in files beside the database, and what happens to it there."""

import json
import os
import shutil
import stat
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from sqlalchemy import insert

from model.categories import Kind
from model.colours import Colour
from server.catalog.index import chunk_files, files
from server.catalog.index.embedded import EmbeddedIndex
from server.catalog.index.hit import fingerprint_suffix
from server.catalog.index.updating import Update
from server.catalog.store import remove_products
from server.goods.wanted import PriceRange, Wanted
from server.storage.backup import belongs
from server.storage.database import Database
from server.storage.tables import ProductRow, ShopRow, now
from tests.support.products import EMBEDDER, put_shop

DIMENSIONS = 32
NAVY = [Colour("navy", "#1f2a48", 1.0)]


def new_index(database: Database, embedder: str = EMBEDDER) -> EmbeddedIndex:
    return EmbeddedIndex(database, embedder, DIMENSIONS, screened_from=1)


def folder_of(database: Database, embedder: str = EMBEDDER) -> Path:
    assert database.file is not None
    return database.file.with_name(f"{database.file.name}-index") / embedder


def add(database: Database, shop: int, start: int, count: int, embedder: str = EMBEDDER) -> None:
    """Add products whose prices are 1 to 50, every third without one."""
    rng = np.random.default_rng(start)
    vectors = np.abs(rng.normal(size=(count, DIMENSIONS))).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    rows = [
        {
            "shop_id": shop,
            "key": str(start + i),
            "title": f"Product {i}",
            "link": "https://shop.example/",
            "kind": "top" if i % 4 else "bottom",
            "price": f"{i % 50 + 1}.00" if i % 3 else None,
            "currency": "USD",
            "brand": "Acme" if i % 10 == 7 else f"Brand {i % 5}",
            "size": "S, M" if i % 2 else None,
            "fingerprint": f"{start + i}{fingerprint_suffix(embedder)}",
            "vector": vector.tobytes(),
            "colours": bytes([*rng.integers(0, 256, 3, np.uint8), 255]),
        }
        for i, vector in enumerate(vectors)
    ]
    with database.session() as session:
        session.execute(insert(ProductRow), rows)
    imported(database, shop)


def imported(database: Database, shop: int) -> None:
    with database.session() as session:
        session.get_one(ShopRow, shop).imported_at = now()


def query(seed: int = 1) -> NDArray[np.float32]:
    made = np.abs(np.random.default_rng(seed).normal(size=DIMENSIONS)).astype(np.float32)
    vector: NDArray[np.float32] = made / np.linalg.norm(made)
    return vector


def everything(index: EmbeddedIndex) -> list[tuple[int, float, float, bytes]]:
    """Return what several searches find."""
    return [
        # Rounded: sums differ with how many are made at once.
        (hit.product_id, round(hit.cosine, 5), round(hit.colour, 5), hit.colours)
        for kind in (None, Kind.TOP, Kind.BOTTOM)
        for wanted in (
            Wanted(),
            Wanted(prices=(PriceRange("USD", 10, 20),)),
            Wanted(brands=frozenset({"acme"}), sizes=frozenset({"s"})),
        )
        for hit in index.search(query(), NAVY, kind, 20, wanted)
    ]


@pytest.fixture
def shop(database: Database) -> int:
    shop = put_shop(database)
    add(database, shop, 0, 900)
    return shop


@pytest.fixture
def reading(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The products whose vectors are read from the database."""
    read: list[int] = []
    vectors = Update._vectors

    def noted(self: Update, shop: int, wanted: dict[int, object]) -> object:
        read.extend(wanted)
        return vectors(self, shop, wanted)

    monkeypatch.setattr(Update, "_vectors", noted)
    return read


@pytest.mark.usefixtures("shop")
def test_the_next_start_reads_no_products(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = everything(new_index(database))
    assert len({product for product, *_ in found}) > 20
    monkeypatch.setattr(Update, "shop", lambda *_: pytest.fail("read again"))
    assert everything(new_index(database)) == found


def test_the_next_start_takes_what_changed_meanwhile(
    database: Database, shop: int, reading: list[int]
) -> None:
    first = [hit.product_id for hit in new_index(database).search(query(), NAVY, None, 9)]
    other = put_shop(database, "Other")
    add(database, other, 5000, 40)
    with database.session() as session:
        remove_products(session, first[:2])
        session.get_one(ProductRow, first[2]).price = "15.00"
        session.get_one(ProductRow, first[3]).brand = "acme"
        session.get_one(ProductRow, first[4]).fingerprint = f"new{fingerprint_suffix(EMBEDDER)}"
    imported(database, shop)
    reading.clear()
    found = everything(new_index(database))
    assert len(reading) == 41
    shutil.rmtree(folder_of(database))
    assert everything(new_index(database)) == found
    assert not {product for product, *_ in found} & set(first[:2])


def test_a_shop_that_is_removed_is_not_found_after_a_start(database: Database, shop: int) -> None:
    add(database, put_shop(database, "Other"), 5000, 40)
    new_index(database).search(query(), NAVY, None, 9)
    with database.session() as session:
        session.delete(session.get_one(ShopRow, shop))
    hits = new_index(database).search(query(), NAVY, None, 1000)
    assert len(hits) == 40


def cut(file: Path) -> None:
    os.truncate(file, file.stat().st_size - 100)


def changed(file: Path) -> None:
    data = bytearray(file.read_bytes())
    data[50] ^= 0xFF
    file.write_bytes(data)


@pytest.mark.usefixtures("shop")
@pytest.mark.parametrize("which", ["*.rows", "*.facets", "index.json"])
@pytest.mark.parametrize("damage", [cut, changed, Path.unlink])
def test_what_is_damaged_is_made_again(
    database: Database, which: str, damage: Callable[[Path], None]
) -> None:
    found = everything(new_index(database))
    damage(next(folder_of(database).glob(which)))
    assert everything(new_index(database)) == found
    assert everything(new_index(database)) == found


@pytest.mark.usefixtures("shop")
@pytest.mark.parametrize(
    "change", [{"form": 0}, {"dimensions": 8}, {"chunks": [{"kind": "top"}]}, {"codes": 3}]
)
def test_files_of_another_form_are_made_again(
    database: Database, change: dict[str, object]
) -> None:
    found = everything(new_index(database))
    file = folder_of(database) / "index.json"
    file.write_text(json.dumps(json.loads(file.read_text()) | change))
    assert everything(new_index(database)) == found
    assert json.loads(file.read_text())["form"] == files._FORM


def test_a_write_that_is_cut_short_leaves_what_was_there(
    database: Database, shop: int, monkeypatch: pytest.MonkeyPatch, reading: list[int]
) -> None:
    new_index(database).search(query(), NAVY, None, 9)
    before = {path.name for path in folder_of(database).iterdir()}
    add(database, shop, 5000, 40)
    reading.clear()

    class Killed(BaseException):
        """As if the process ended here: nothing is tidied."""

    def killed(*_: object) -> None:
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(Path, "replace", killed)
        with pytest.raises(Killed):
            new_index(database).search(query(), NAVY, None, 9)
    left = {path.name for path in folder_of(database).iterdir()}
    assert before < left
    reading.clear()
    found = everything(new_index(database))
    assert len(reading) == 40
    assert not any(path.suffix == ".part" for path in folder_of(database).iterdir())
    shutil.rmtree(folder_of(database))
    assert everything(new_index(database)) == found


@pytest.mark.usefixtures("shop")
def test_a_full_disk_keeps_no_search_from_its_answer(
    database: Database, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    found = everything(new_index(database))
    shutil.rmtree(folder_of(database))
    written: list[int] = []

    def full(*_: object) -> None:
        written.append(1)
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    index = new_index(database)
    assert everything(index) == found
    assert len(written) == 1
    assert "is not kept" in caplog.text
    assert list(folder_of(database).iterdir()) == []


@pytest.mark.usefixtures("shop")
def test_a_disk_that_is_nearly_full_is_not_filled(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chunk_files, "_LEFT_FREE", 2**80)
    assert everything(new_index(database))
    assert not folder_of(database).exists()


@pytest.mark.usefixtures("shop")
def test_a_folder_that_cannot_be_written_keeps_no_search_from_its_answer(
    database: Database,
) -> None:
    assert database.file is not None
    database.file.with_name(f"{database.file.name}-index").write_text("not a folder")
    assert everything(new_index(database))


@pytest.mark.usefixtures("shop")
def test_the_files_are_nobody_else_s_business(database: Database) -> None:
    new_index(database).search(query(), NAVY, None, 9)
    folder = folder_of(database)
    for path in (folder.parent, folder):
        assert stat.S_IMODE(path.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}


def test_an_index_goes_on_when_another_program_wrote_its_files_anew(
    database: Database, shop: int
) -> None:
    index = new_index(database)
    everything(index)
    for start in (5000, 6000):
        add(database, shop, start, 40)
        found = everything(new_index(database))
    assert everything(index) == found
    add(database, shop, 7000, 40)
    assert everything(index) == everything(new_index(database))


def test_many_imports_leave_few_files(database: Database, shop: int) -> None:
    index = new_index(database)
    for start in range(2000, 2020):
        add(database, shop, start, 1)
        index.search(query(), NAVY, None, 9)
    assert len(list(folder_of(database).glob("*.rows"))) <= 10
    assert len(list(folder_of(database).iterdir())) <= 21


@pytest.mark.usefixtures("shop")
def test_an_import_that_changes_nothing_writes_no_products(database: Database, shop: int) -> None:
    index = new_index(database)
    index.search(query(), NAVY, None, 9)
    before = {path.name for path in folder_of(database).iterdir()}
    imported(database, shop)
    index.search(query(), NAVY, None, 9)
    assert {path.name for path in folder_of(database).iterdir()} == before


def test_the_files_of_an_embedder_go_with_the_last_of_its_vectors(
    database: Database, shop: int
) -> None:
    old = "fedcba9876543210"
    add(database, shop, 5000, 40, old)
    new_index(database, old).search(query(), NAVY, None, 9)
    new_index(database).search(query(), NAVY, None, 9)
    assert folder_of(database, old).exists()
    with database.session() as session:
        for row in session.query(ProductRow).filter(ProductRow.fingerprint.endswith(old)):
            row.fingerprint = f"{row.key}{fingerprint_suffix(EMBEDDER)}"
    imported(database, shop)
    new_index(database).search(query(), NAVY, None, 9)
    assert not folder_of(database, old).exists()
    assert folder_of(database).exists()


def test_backups_leave_them_out() -> None:
    database = Path("/somewhere/where-to-buy.sqlite3")
    assert not belongs("where-to-buy.sqlite3-index/0123456789abcdef/index.json", database)
