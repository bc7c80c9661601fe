"""Refreshing takes what changed, marks what vanished, and goes on where it was stopped."""

import os
import signal
import subprocess
import threading
import time
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update

from server.catalog.attempts import FEW
from server.catalog.catalog import Catalog
from server.catalog.locks import ShopBusyError, ShopLocks
from server.catalog.schedule import Schedule
from server.catalog.sources.product import SourceError
from server.fetch.fetcher import Fetcher
from server.goods.money import Money
from server.storage.tables import ProductRow, ShopRow, now
from tests.support.feeds import feed, item
from tests.support.http_server import LocalServer, local_server, reply
from tests.support.server_process import COMMAND, environment

# No garments: no picture is looked at.
MUGS = [item(str(number), title=f"Mug {number}", image_link="") for number in range(20)]


@pytest.fixture
def shop():
    with local_server() as server:
        yield server


@pytest.fixture
def catalog(database, settings, segmenter, embedder, shop) -> Catalog:
    allowed = settings.model_copy(update={"fetch_allow": (shop.address,)})
    return Catalog(database, Fetcher(allowed), segmenter, embedder)


@pytest.fixture
def rows(database):
    def read() -> dict[str, ProductRow]:
        with database.session(read_only=True) as session:
            return {row.key: row for row in session.scalars(select(ProductRow))}

    return read


def serve(shop: LocalServer, *items: str, **headers: str) -> None:
    """Serve a feed that answers 304 to whoever names its ETag."""
    whole = reply(feed(*items).encode(), headers=headers)

    def answer(handler) -> None:
        known = headers.get("ETag")
        if known and handler.headers.get("If-None-Match") == known:
            reply(status=304, headers=headers)(handler)
        else:
            whole(handler)

    shop.routes["/feed.xml"] = answer


def test_a_feed_with_the_same_etag_is_not_downloaded_again(catalog, shop) -> None:
    serve(shop, *MUGS, ETag='"a"')
    catalog.add(shop.url("/feed.xml"))
    [known] = catalog.store.shops()
    version = catalog.version()
    report = catalog.refresh(known.id)
    assert (report.as_before, report.products) == (True, 0)
    assert shop.requests[-1][2]["if-none-match"] == '"a"'
    assert catalog.version() == version
    assert catalog.store.shops()[0].products == 20
    # Whoever asks for everything gets it.
    assert catalog.refresh(known.id, everything=True).unchanged == 20
    serve(shop, *MUGS[1:], ETag='"b"')
    assert catalog.refresh(known.id).removed == 1


def test_a_feed_with_the_same_bytes_is_not_read_again(catalog, shop) -> None:
    serve(shop, *MUGS)
    catalog.add(shop.url("/feed.xml"))
    [known] = catalog.store.shops()
    assert catalog.refresh(known.id).as_before
    serve(shop, item("0", title="Mug 0", image_link="", price="3.00 USD"), *MUGS[1:])
    report = catalog.refresh(known.id)
    assert (report.updated, report.unchanged) == (1, 19)


def test_what_is_gone_comes_back(catalog, shop, rows) -> None:
    serve(shop, *MUGS)
    catalog.add(shop.url("/feed.xml"))
    [known] = catalog.store.shops()
    serve(shop, *MUGS[:-1])
    catalog.refresh(known.id)
    assert rows()["19"].gone_at is not None
    serve(shop, *MUGS)
    assert catalog.refresh(known.id).updated == 1
    assert rows()["19"].gone_at is None


def test_a_feed_that_shrank_by_half_is_kept_back_with_a_word(catalog, shop, rows) -> None:
    serve(shop, *MUGS)
    catalog.add(shop.url("/feed.xml"))
    [known] = catalog.store.shops()
    serve(shop, *MUGS[:10])
    report = catalog.refresh(known.id)
    assert (report.removed, report.kept_back) == (0, 10)
    assert "--accept-smaller" in report.summary()[0]
    [kept] = catalog.store.shops()
    assert (kept.products, kept.gone, kept.note["code"]) == (20, 0, "shrank")
    # It is said for as long as that holds, also where the feed is as it was.
    assert catalog.refresh(known.id).kept_back == 10
    assert catalog.store.shops()[0].note["code"] == "shrank"
    assert catalog.refresh(known.id, accept_smaller=True).removed == 10
    [smaller] = catalog.store.shops()
    assert (smaller.products, smaller.gone, smaller.note) == (10, 10, None)


def test_a_shop_with_other_products_in_the_place_of_the_old_is_believed(catalog, shop) -> None:
    serve(shop, *MUGS)
    catalog.add(shop.url("/feed.xml"))
    [known] = catalog.store.shops()
    serve(shop, *(item(f"new-{n}", title="Mug", image_link="") for n in range(20)))
    report = catalog.refresh(known.id)
    assert (report.added, report.removed, report.kept_back) == (20, 20, 0)
    assert FEW <= 20


def test_a_shop_that_cannot_be_read_says_why_in_the_list(catalog, shop) -> None:
    serve(shop, *MUGS)
    catalog.add(shop.url("/feed.xml"))
    [known] = catalog.store.shops()
    shop.routes["/feed.xml"] = reply(status=404)
    with pytest.raises(SourceError):
        catalog.refresh(known.id)
    [noted] = catalog.store.shops()
    assert "404" in noted.note["text"]
    assert noted.products == 20


def test_a_sale_begins_and_ends_by_itself(catalog, shop, database, rows) -> None:
    day = timedelta(days=1)
    period = f"{(now() - day).isoformat()}/{(now() + day).isoformat()}"
    sale = item("1", title="Mug", image_link="", sale_price="9.00 USD",
                sale_price_effective_date=period)  # fmt: skip
    serve(shop, sale)
    catalog.add(shop.url("/feed.xml"))
    [product] = catalog.store.products([rows()["1"].id])
    assert (product.price, product.list_price) == (Money("9.00", "USD"), Money("15.00", "USD"))
    with database.session() as session:
        session.execute(update(ProductRow).values(sale_ends=now() - timedelta(hours=1)))
    [product] = catalog.store.products([rows()["1"].id])
    assert (product.price, product.list_price) == (Money("15.00", "USD"), None)


def test_the_server_refreshes_a_shop_when_it_is_due(catalog, shop, database) -> None:
    serve(shop, *MUGS)
    catalog.add(shop.url("/feed.xml"))
    [known] = catalog.store.shops()
    schedule = Schedule(catalog)
    assert schedule.refresh_due() == 0
    catalog.store.schedule(known.id, 24)
    assert schedule.refresh_due() == 0
    with database.session() as session:
        session.execute(update(ShopRow).values(checked_at=now() - timedelta(hours=25)))
    shop.requests.clear()
    assert schedule.refresh_due() == 1
    assert len(shop.requests) == 1
    assert schedule.refresh_due() == 0


def test_a_shop_is_read_by_one_at_a_time(tmp_path: Path) -> None:
    one, other = ShopLocks(tmp_path), ShopLocks(tmp_path)
    with one.hold("https://shop.example/"):
        with pytest.raises(ShopBusyError), other.hold("https://shop.example/"):
            pass
        with other.hold("https://another.example/"):
            pass
    with other.hold("https://shop.example/"):
        pass


def test_an_import_that_was_killed_goes_on(tmp_path: Path, shop, settings, catalog) -> None:
    """The process is killed while a picture is waited for; the next import does the rest."""
    path = tmp_path / "feed.xml"
    slow = item("last", title="Navy Tee", picture=shop.url("/slow.png"))
    many = [item(f"m{n}", title=f"Mug {n}", image_link="") for n in range(200)]
    path.write_text(feed(*many, slow, item("end", title="Mug", image_link="")))
    asked = []
    ended = threading.Event()

    def hang(handler) -> None:
        asked.append(1)
        ended.wait(60)

    shop.routes["/slow.png"] = hang
    env = environment(settings.state_dir, {"WTB_FETCH_ALLOW": shop.address})
    command = [*COMMAND, "catalog", "add", os.fspath(path)]
    with subprocess.Popen(command, env=env, cwd=tmp_path, stderr=subprocess.DEVNULL) as killed:
        while not asked:
            assert killed.poll() is None
            time.sleep(0.05)
        killed.send_signal(signal.SIGKILL)
    ended.set()
    shop.routes["/slow.png"] = reply(status=404)
    report = catalog.add(os.fspath(path))
    assert (report.added, report.updated, report.unchanged, report.removed) == (10, 0, 192, 0)
    # What the first attempt did counts in the report too: mugs are no garments.
    assert sum(group.count for group in report.left_out.values()) == 202
