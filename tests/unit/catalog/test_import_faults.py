"""What an import says of feeds and pictures that cannot be downloaded or used."""

from pathlib import Path

import pytest

from server.catalog.catalog import Catalog, Progress
from server.catalog.dead_hosts import FAILURES_IN_A_ROW
from server.catalog.product_pictures import DOWNLOADS
from server.catalog.report import BrokenOffError
from server.catalog.sources.product import SourceError
from server.fetch.fetcher import Fetcher
from tests.support.certificates import Authority
from tests.support.feeds import feed, feed_file, item
from tests.support.http_server import LocalServer, local_server, reply
from tests.support.pictures import outfit, picture_file


@pytest.fixture
def shop():
    with local_server() as running:
        yield running


@pytest.fixture
def catalog(database, settings, segmenter, embedder, shop: LocalServer) -> Catalog:
    allowed = settings.model_copy(update={"fetch_allow": (shop.address,)})
    return Catalog(database, Fetcher(allowed), segmenter, embedder)


@pytest.mark.parametrize(
    ("status", "hint"),
    [
        (404, "Check the address"),
        (403, "refuses this program"),
        (429, "Try again later"),
        (503, "try again later"),
    ],
)
def test_a_feed_that_cannot_be_downloaded_says_what_to_do_about_a_feed(
    catalog, shop, status: int, hint: str
) -> None:
    shop.routes["/feed"] = reply(b"", status=status)
    with pytest.raises(SourceError, match=str(status)) as failed:
        catalog.import_feed(shop.url("/feed"))
    assert hint in failed.value.hint
    assert "picture" not in failed.value.hint.lower()
    assert catalog.store.shops() == []


def test_a_feed_with_a_bad_certificate_says_so(
    database, settings, segmenter, embedder, tmp_path: Path
) -> None:
    with local_server(tls=Authority(tmp_path).server_context("127.0.0.1")) as shop:
        allowed = settings.model_copy(update={"fetch_allow": (shop.address,)})
        catalog = Catalog(database, Fetcher(allowed), segmenter, embedder)
        with pytest.raises(SourceError, match="certificate is not valid") as failed:
            catalog.import_feed(shop.url("/feed"))
    assert "Download the feed with a browser" in failed.value.hint


def test_an_answer_in_html_is_no_feed(catalog, shop) -> None:
    shop.routes["/feed"] = reply(b"<!DOCTYPE html><html><body>Log in</body></html>")
    progress: list[Progress] = []
    with pytest.raises(SourceError, match="an HTML page"):
        catalog.import_feed(shop.url("/feed"), on_progress=progress.append)
    assert progress == []


def test_a_host_of_pictures_that_is_down_is_not_asked_for_each_of_them(catalog, shop) -> None:
    shop.routes["/feed"] = reply(
        feed(*(item(str(n), picture=f"/down/{n}.png") for n in range(40))).encode()
    )
    for number in range(40):
        shop.routes[f"/down/{number}.png"] = reply(b"", status=503)
    lines: list[str] = []
    report = catalog.import_feed(shop.url("/feed"), on_problem=lines.append)
    asked = [path for _, path, _ in shop.requests if path != "/feed"]
    assert FAILURES_IN_A_ROW <= len(asked) < FAILURES_IN_A_ROW + DOWNLOADS
    assert sum(group.count for group in report.pictures.values()) == report.products == 40
    assert len(report.pictures) == len(lines) == 2


def test_single_pictures_that_are_missing_do_not_give_up_their_host(catalog, shop) -> None:
    names = [f"/{number}.png" for number in range(20)]
    items = [item(name, picture=name) for name in names]
    shop.routes["/feed"] = reply(feed(*items).encode())
    shop.routes["/19.png"] = reply(picture_file(outfit()))
    shop.routes["/18.png"] = reply(b"<html>")
    report = catalog.import_feed(shop.url("/feed"))
    assert report.embedded == 1
    assert sorted(group.count for group in report.pictures.values()) == [1, 18]


def test_faults_of_one_kind_are_one_line_and_one_example(catalog, tmp_path: Path) -> None:
    broken = [item(str(number), title=" ") for number in range(30)]
    lines: list[str] = []
    path = feed_file(
        tmp_path, item("a"), item("a"), *broken, item("b", "Tops & Tees").replace("&amp;", "&")
    )
    report = catalog.import_feed(str(path), on_problem=lines.append)
    assert report.broken == 31
    assert len(lines) == 2
    assert report.summary() == [
        "31 items are left out:",
        "  30: no title, e.g. “0”",
        "  1: an id that another item has; the first counts, e.g. “a”",
        "Items that were read after a repair:",
        "  1: a bare “&” or “<”, an unknown entity or a forbidden character, e.g. “Tops & Tees”",
    ]


def test_values_that_cannot_be_read_have_several_examples(catalog, tmp_path: Path) -> None:
    path = feed_file(
        tmp_path,
        item("1", "Tee a", price="30.00"),
        item("2", "Tee b", price="0.00"),
        item("3", "Tee c", price="forty two"),
        item("4", "Tee d", price=""),
        item("5", "Tee e", sale_price="9.00 USD", sale_price_effective_date="soon"),
    )
    assert catalog.import_feed(str(path)).summary() == [
        "Values that cannot be read, and are left out:",
        "  3: price, e.g. “30.00” (“Tee a”), “0.00” (“Tee b”), “forty two” (“Tee c”)",
        "  1: price (there is none), e.g. “Tee d”",
        "  1: sale_price_effective_date, e.g. “soon” (“Tee e”)",
        (
            "Prices without a currency: 1. If you know it, import again with it, for example: "
            "--currency EUR"
        ),
    ]


def test_a_feed_without_a_usable_product_makes_no_shop_and_removes_nothing(
    catalog, tmp_path: Path
) -> None:
    path = feed_file(tmp_path, item("1", title=" "))
    assert catalog.import_feed(str(path)).products == 0
    assert catalog.store.shops() == []
    catalog.import_feed(str(feed_file(tmp_path, item("1"))))
    report = catalog.import_feed(str(feed_file(tmp_path, item("1", title=" "))))
    assert (report.products, report.removed) == (0, 0)
    assert catalog.store.shops()[0].products == 1


def test_a_feed_that_breaks_off_has_a_report_of_what_came_before(catalog, tmp_path: Path) -> None:
    path = feed_file(tmp_path, item("1"), item("2", title=" "))
    path.write_text(path.read_text().replace("</channel></rss>", "<item>"))
    with pytest.raises(BrokenOffError, match="breaks off") as broken:
        catalog.import_feed(str(path))
    assert (broken.value.report.products, broken.value.report.broken) == (1, 1)
