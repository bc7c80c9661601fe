"""An import reports the products and values that it leaves out."""

from pathlib import Path

from server.catalog.report import ImportReport, LeftOut
from tests.support.feeds import feed_file, item


def test_products_that_cannot_be_found_are_grouped_by_reason_with_an_example(
    catalog, segmenter, tmp_path: Path
) -> None:
    (tmp_path / "broken.png").write_bytes(b"no picture")
    path = str(
        feed_file(
            tmp_path,
            item("2", "Solid", product_type="Accessories > Watches"),
            item("3", "Leather Wallet"),
            item("4", "Navy Tee", picture=""),
            item("5", "Red Tee", picture="broken.png"),
            item("6", "Navy Tee"),
        )
    )
    for _ in range(2):  # the second import looks at no picture again
        report = catalog.import_feed(path)
        assert report.left_out[LeftOut.NO_GARMENT_BY_CATEGORY].example == (
            "“Solid” (Accessories > Watches)"
        )
        assert {reason: group.count for reason, group in report.left_out.items()} == {
            LeftOut.NO_GARMENT_BY_CATEGORY: 1,
            LeftOut.NO_GARMENT_BY_TITLE: 1,
            LeftOut.NO_PICTURE: 1,
            LeftOut.UNUSABLE_PICTURE: 1,
        }
    [shop] = catalog.store.shops()
    left_out = sum(group.count for group in report.left_out.values())
    assert shop.searchable == shop.products - left_out


def test_a_clothing_shop_s_own_category_leaves_out_no_garment(catalog, tmp_path: Path) -> None:
    """Most clothing feeds have only Google's own root as their category."""
    clothing = "Apparel & Accessories > Clothing"
    path = feed_file(
        tmp_path,
        item("1", "Linen shirt navy", google_product_category=clothing),
        item("2", "Linen shirt white"),
        item("3", "Marina", google_product_category=clothing),
        item("4", "Vase", google_product_category="Home & Garden > Decor"),
    )
    report = catalog.import_feed(str(path))
    assert report.summary() == [
        "1 of 4 products cannot be found by a search:",
        "  1: no garment by its category, e.g. “Vase” (Home & Garden > Decor)",
    ]
    assert catalog.store.shops()[0].searchable == 3


def test_products_that_neither_words_nor_picture_identify_are_one_reason(
    catalog, segmenter, tmp_path: Path
) -> None:
    segmenter.boxes = ()
    path = str(feed_file(tmp_path, item("1", "Aurora 21"), item("2", "Aurora 22")))
    for _ in range(2):
        group = catalog.import_feed(path).left_out[LeftOut.UNRECOGNISED]
        assert (group.count, group.example) == (2, "“Aurora 21”")


def test_values_that_cannot_be_read_are_counted_with_an_example(catalog, tmp_path: Path) -> None:
    path = feed_file(
        tmp_path,
        item("1", "Tee a", price="30.00"),
        item("2", "Tee b", price="ask us", gtin="4006381333932"),
        item("3", "Tee c", availability="perhaps", condition="mint", sale_price=""),
        item("4", "Tee d", gtin="4006381333931", condition="new", sale_price="9.00 USD"),
    )
    report = catalog.import_feed(str(path))
    assert {name: (group.count, group.example) for name, group in report.unread.items()} == {
        "price": (2, "“30.00” (“Tee a”)"),
        "gtin": (1, "“4006381333932” (“Tee b”)"),
        "availability": (1, "“perhaps” (“Tee c”)"),
        "condition": (1, "“mint” (“Tee c”)"),
    }


def test_the_summary_lists_reasons_by_count() -> None:
    report = ImportReport("Corner", added=1000, unchanged=200)
    assert report.summary() == []
    report.leave_out(LeftOut.NO_PICTURE, "“Tee”")
    for number in range(1100):
        report.leave_out(LeftOut.NO_GARMENT_BY_CATEGORY, f"“Vase {number}” (Home & Garden > Decor)")
    report.miss("price", "“30.00” (“Tee”)")
    assert report.summary() == [
        "1,101 of 1,200 products cannot be found by a search:",
        "  1,100: no garment by its category, e.g. “Vase 0” (Home & Garden > Decor)",
        "  1: no picture, e.g. “Tee”",
        "Values that cannot be read, and are left out:",
        "  1: price, e.g. “30.00” (“Tee”)",
    ]
