import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from sqlalchemy import select

from model.categories import Kind
from model.colours import Colour
from server.catalog.catalog import Catalog, Given, Progress
from server.catalog.importing import CHUNK
from server.catalog.sources.product import SourceError
from server.catalog.store import StoredProduct
from server.fetch.fetcher import Fetcher
from server.goods.money import Money
from server.storage.tables import ProductRow
from tests.support.feeds import feed, feed_file, item
from tests.support.http_server import local_server, reply
from tests.support.pictures import outfit, picture_file


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "shop"
    folder.mkdir()
    return folder


@pytest.fixture
def rows(database):
    """Reads the products that are kept, by key."""

    def read() -> dict[str, ProductRow]:
        with database.session(read_only=True) as session:
            return {row.key: row for row in session.scalars(select(ProductRow))}

    return read


def everything(catalog: Catalog, kind: Kind = Kind.TOP) -> list[StoredProduct]:
    vector = np.ones(256, np.float32) / np.sqrt(np.float32(256))
    return [hit.product for hit in catalog.similar.search(vector, (), kind, 100)]


def test_products_of_a_file_are_kept_found_and_have_their_small_picture(catalog, folder) -> None:
    path = feed_file(
        folder,
        item("1", "Navy Tee", sale_price="9.00 USD", color="Navy", item_group_id="tee"),
        item("2", "Beige Trousers"),
    )
    report = catalog.import_feed(str(path))
    assert (report.shop, report.added, report.embedded) == ("Corner Shop", 2, 2)
    assert report.complete
    assert report.problems == []
    [tee] = everything(catalog)
    assert (tee.key, tee.title, tee.shop, tee.kind) == ("1", "Navy Tee", "Corner Shop", Kind.TOP)
    assert (tee.price, tee.list_price) == (Money("9.00", "USD"), Money("15.00", "USD"))
    assert tee.availability == "in_stock"
    assert [product.key for product in everything(catalog, Kind.BOTTOM)] == ["2"]
    assert tee.picture_url is not None
    assert str(folder) not in tee.picture_url
    thumbnail = catalog.store.thumbnail(tee.picture_url)
    with Image.open(io.BytesIO(thumbnail)) as picture:
        assert (picture.format, picture.size) == ("JPEG", (160, 320))


def test_the_vector_is_of_the_garment_that_is_sold(catalog, folder, embedder) -> None:
    catalog.import_feed(str(feed_file(folder, item("1", "Navy Tee"), item("2", "Beige Pants"))))
    picture = np.kron(outfit(), np.ones((4, 4, 1), np.uint8))
    top = embedder.embed([picture[40:320, 80:320]])[0]
    trousers = embedder.embed([picture[320:720, 100:300]])[0]
    by_kind = {
        kind: [
            catalog.similar.search(vector, (), kind, 1)[0].hit.cosine for vector in (top, trousers)
        ]
        for kind in (Kind.TOP, Kind.BOTTOM)
    }
    assert by_kind[Kind.TOP][0] > by_kind[Kind.TOP][1]
    assert by_kind[Kind.BOTTOM][1] > by_kind[Kind.BOTTOM][0]


def test_the_colours_are_those_of_the_garment_that_is_sold(catalog, folder) -> None:
    catalog.import_feed(str(feed_file(folder, item("1", "Navy Tee"), item("2", "Beige Pants"))))
    vector = np.ones(256, np.float32) / np.sqrt(np.float32(256))
    picture = outfit()
    for kind, place in ((Kind.TOP, (40, 40)), (Kind.BOTTOM, (120, 40))):
        code = "#{:02x}{:02x}{:02x}".format(*picture[place])
        [found] = catalog.similar.search(vector, [Colour("x", code, 1.0)], kind, 9)
        assert found.hit.colour > 0.95


def test_a_product_that_is_not_a_garment_is_kept_but_never_shown(
    catalog, folder, rows, segmenter
) -> None:
    path = feed_file(
        folder,
        item("wallet", "Leather Wallet"),
        item("watch", "Aurora", product_type="Accessories > Watches"),
    )
    catalog.import_feed(str(path))
    assert {key: row.kind for key, row in rows().items()} == {"wallet": None, "watch": None}
    assert segmenter.pictures == []
    assert [everything(catalog, kind) for kind in Kind] == [[]] * len(Kind)


def test_shoes_bags_and_belts_are_found_by_their_kind(catalog, folder, rows) -> None:
    """Whether or not the weights know them: a shop's picture shows what its words name."""
    google = "Apparel & Accessories > "
    path = feed_file(
        folder,
        item("shoes", "Aurora", product_type="Shoes"),
        item(
            "bag", "Marina", google_product_category=google + "Handbags, Wallets & Cases > Handbags"
        ),
        item("belt", "Leather Belt", google_product_category=google + "Clothing Accessories"),
    )
    catalog.import_feed(str(path))
    assert {key: row.kind for key, row in rows().items()} == {
        "shoes": Kind.FOOTWEAR,
        "bag": Kind.BAG,
        "belt": Kind.BELT,
    }
    assert len(everything(catalog, Kind.BAG)) == 1
    assert everything(catalog, Kind.TOP) == []


def test_the_picture_decides_where_the_words_do_not(catalog, folder, rows, segmenter) -> None:
    segmenter.boxes = (("skirt", (20, 10, 60, 70)), ("vest", (0, 100, 10, 10)))
    catalog.import_feed(str(feed_file(folder, item("1", "Aurora 21"), item("2", "Aurora Skirt"))))
    assert rows()["1"].kind == "bottom"
    segmenter.boxes = (("long sleeve outwear", (20, 10, 60, 70)),)
    catalog.import_feed(str(feed_file(folder, item("3", "Zip Hoodie"))))
    assert rows()["3"].kind == "outwear"


def test_a_picture_without_a_garment_decides_nothing(catalog, folder, rows, segmenter) -> None:
    segmenter.boxes = ()
    catalog.import_feed(str(feed_file(folder, item("1", "Aurora 21"), item("2", "Navy Tee"))))
    assert rows()["1"].kind is None
    assert rows()["2"].kind == "top"
    assert [product.key for product in everything(catalog)] == ["2"]


def test_importing_again_embeds_only_what_changed(catalog, folder, segmenter, rows) -> None:
    catalog.import_feed(str(feed_file(folder, item("1"), item("2"), item("3"))))
    (folder / "new.png").write_bytes(picture_file(outfit(3)))
    ids = {key: row.id for key, row in rows().items()}
    looked_at = len(segmenter.pictures)
    path = feed_file(
        folder, item("1"), item("2", price="12.00 USD"), item("3", picture="new.png"), item("4")
    )
    report = catalog.import_feed(str(path))
    assert (report.added, report.updated, report.unchanged, report.removed) == (1, 2, 1, 0)
    assert len(segmenter.pictures) - looked_at == report.embedded == 2
    assert rows()["2"].price == "12.00"
    assert {key: rows()[key].id for key in ids} == ids


def test_a_product_that_left_the_feed_is_gone_with_its_picture(catalog, folder, rows) -> None:
    (folder / "old.png").write_bytes(picture_file(outfit()))
    catalog.import_feed(str(feed_file(folder, item("1"), item("2", picture="old.png"))))
    old = rows()["2"].picture_url
    assert catalog.store.thumbnail(old) is not None
    report = catalog.import_feed(str(feed_file(folder, item("1"))))
    assert report.removed == 1
    assert [row.key for row in rows().values() if row.gone_at is None] == ["1"]
    [gone] = catalog.store.products([rows()["2"].id])
    assert (gone.title, gone.availability) == ("Navy Tee", "out_of_stock")
    assert [(shop.products, shop.gone) for shop in catalog.store.shops()] == [(1, 1)]
    assert catalog.store.thumbnail(old) is None
    assert [product.key for product in everything(catalog)] == ["1"]


def test_a_broken_item_costs_one_line(catalog, folder, rows) -> None:
    path = feed_file(
        folder, item(""), item("2", link="javascript:alert(1)"), item("3"), item("3"), item("4")
    )
    lines: list[str] = []
    report = catalog.import_feed(str(path), on_problem=lines.append)
    assert lines == report.problems
    assert len(lines) == report.broken == 3
    assert report.complete
    assert set(rows()) == {"3", "4"}


def test_a_picture_that_cannot_be_read_costs_one_line_and_is_tried_again(
    catalog, folder, rows
) -> None:
    (folder / "late.png").write_bytes(b"not yet")
    path = feed_file(folder, item("1", picture="late.png"), item("2"))
    report = catalog.import_feed(str(path))
    assert len(report.problems) == 1
    assert "Item 1" in report.problems[0]
    assert set(rows()) == {"1", "2"}
    assert [product.key for product in everything(catalog)] == ["2"]
    (folder / "late.png").write_bytes(picture_file(outfit()))
    report = catalog.import_feed(str(path))
    assert (report.embedded, report.updated, report.unchanged) == (1, 1, 1)
    assert len(everything(catalog)) == 2


@pytest.mark.parametrize(
    "picture",
    [
        "../secret.png",
        "/etc/hostname",
        "file:///etc/hostname",
        "link.png",
        ".",
        "a\x00b",
        "x" * 300,
    ],
)
def test_a_feed_cannot_read_files_outside_its_folder(catalog, folder, rows, picture) -> None:
    secret = folder.parent / "secret.png"
    secret.write_bytes(picture_file(outfit()))
    (folder / "link.png").symlink_to(secret)
    path = feed_file(folder, item("1"))
    text = path.read_text().replace("tee.png", picture.replace("\x00", ""))
    path.write_text(text)
    report = catalog.import_feed(str(path))
    assert len(report.problems) == 1
    assert rows()["1"].vector is None


def test_a_truncated_feed_keeps_its_products_and_removes_nothing(catalog, folder, rows) -> None:
    catalog.import_feed(str(feed_file(folder, item("1"), item("2"))))
    path = feed_file(folder, item("3"), item("4"))
    path.write_text(path.read_text().replace("</channel>", "<item>"))
    with pytest.raises(SourceError):
        catalog.import_feed(str(path))
    assert set(rows()) == {"1", "2", "3", "4"}
    assert len(everything(catalog)) == 4


@pytest.mark.parametrize("text", ["", "<html/>", "<!DOCTYPE rss><rss/>", "nonsense"])
def test_a_file_that_is_not_a_feed_leaves_no_shop_behind(catalog, folder, text) -> None:
    path = folder / "feed.xml"
    path.write_text(text)
    with pytest.raises(SourceError):
        catalog.import_feed(str(path))
    assert catalog.store.shops() == []


def test_a_missing_file_is_an_error_in_plain_words(catalog, folder) -> None:
    for source in (str(folder / "nothing.xml"), str(folder)):
        with pytest.raises(SourceError, match="cannot be opened"):
            catalog.import_feed(source)


def test_sizes_of_one_colour_are_embedded_once_and_listed_once(catalog, folder, segmenter) -> None:
    sizes = [
        item(
            f"tee-{size}",
            item_group_id="tee",
            color="Navy",
            availability="in_stock" if size == "M" else "out_of_stock",
        )
        for size in ("S", "M", "L")
    ]
    path = feed_file(folder, *sizes, item("red", item_group_id="tee", color="Red"))
    report = catalog.import_feed(str(path))
    assert (report.added, report.embedded, len(segmenter.pictures)) == (4, 1, 1)
    assert [product.key for product in everything(catalog)] == ["tee-M", "red"]


def test_a_shop_keeps_its_name_and_partnership_until_they_are_changed(catalog, folder) -> None:
    path = str(feed_file(folder, item("1")))
    catalog.import_feed(path, Given(name="Corner", partner=True))
    catalog.import_feed(path)
    [shop] = catalog.store.shops()
    assert (shop.name, shop.partner, shop.products, shop.searchable) == ("Corner", True, 1, 1)
    assert everything(catalog)[0].partner
    catalog.import_feed(path, Given(name="Kiosk", partner=False))
    [shop] = catalog.store.shops()
    assert (shop.name, shop.partner) == ("Kiosk", False)


def test_two_shops_may_use_the_same_ids(catalog, folder, tmp_path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    catalog.import_feed(str(feed_file(folder, item("1"))), Given(name="One"))
    catalog.import_feed(str(feed_file(other, item("1"))), Given(name="Two"))
    assert sorted(product.shop for product in everything(catalog)) == ["One", "Two"]


def test_a_feed_and_its_pictures_are_downloaded(
    database, settings, segmenter, embedder, folder
) -> None:
    with local_server() as shop:
        shop.routes |= {
            "/feeds/all.xml": reply(feed(item("1", picture="../tee.png")).encode()),
            "/tee.png": reply(picture_file(outfit())),
        }
        allowed = settings.model_copy(update={"fetch_allow": (shop.address,)})
        catalog = Catalog(database, Fetcher(allowed), segmenter, embedder)
        report = catalog.import_feed(shop.url("/feeds/all.xml"))
        assert (report.added, report.problems) == (1, [])
        assert everything(catalog)[0].picture_url == shop.url("/tee.png")
        assert [path for _, path, _ in shop.requests] == ["/feeds/all.xml", "/tee.png"]


def test_a_downloaded_feed_cannot_read_local_files(
    database, settings, segmenter, embedder, folder
) -> None:
    (folder / "tee.png").write_bytes(picture_file(outfit()))
    with local_server() as shop:
        pictures = [f"file://{folder}/tee.png", str(folder / "tee.png")]
        items = [item(str(i), picture=picture) for i, picture in enumerate(pictures)]
        shop.routes["/feed"] = reply(feed(*items).encode())
        allowed = settings.model_copy(update={"fetch_allow": (shop.address,)})
        catalog = Catalog(database, Fetcher(allowed), segmenter, embedder)
        report = catalog.import_feed(shop.url("/feed"))
    assert len(report.problems) == 2
    assert segmenter.pictures == []


def test_progress_is_reported_to_the_end(catalog, folder) -> None:
    reported: list[Progress] = []
    items = [item(str(number)) for number in range(CHUNK + 2)]
    catalog.import_feed(str(feed_file(folder, *items)), on_progress=reported.append)
    assert [progress.items for progress in reported] == [CHUNK, CHUNK + 2]
    assert reported[-1].part == 1


def test_new_weights_embed_everything_again(
    database, settings, segmenter, embedder, folder
) -> None:
    path = str(feed_file(folder, item("1")))
    catalog = Catalog(database, Fetcher(settings), segmenter, embedder)
    assert catalog.import_feed(path).embedded == 1
    segmenter.fingerprint = "newer"
    assert catalog.import_feed(path).embedded == 1
