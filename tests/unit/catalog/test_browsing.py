"""Looking through the catalogue: by words, by state, and out into a feed again."""

import io
from pathlib import Path

import pytest
from sqlalchemy import update

from server.catalog.browsing import Chosen
from server.catalog.catalog import Given
from server.catalog.exporting import export
from server.goods.gender import suiting
from server.goods.wanted import Wanted
from server.storage.tables import ProductRow, ShopRow, now
from tests.support.feeds import feed, item

SAME = ("key", "title", "link", "price", "list_price", "brand", "colour", "size", "gender",
        "shipping", "pictures", "gtin", "condition", "group_key")  # fmt: skip


@pytest.fixture
def filled(catalog, tmp_path: Path):
    path = tmp_path / "feed.xml"
    path.write_text(
        feed(
            item("1", title="Éclair Mug", image_link="", brand="Corner", color="Rot", size="M",
                 gender="female", shipping="KR:::3.00 USD", item_group_id="mug",
                 sale_price="9.00 USD", gtin="4006381333931", condition="new",
                 additional_image_link="https://shop.example/2.png"),
            item("2", title="Blue Trousers", image_link=""),
            item("3", title="Wool_Coat 100%", image_link=""),
        )
    )  # fmt: skip
    catalog.add(str(path))
    return catalog


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("mug", ["1"]),
        ("ÉCLAIR", ["1"]),
        ("éclair rot", ["1"]),
        ("corner", ["1"]),
        ("4006381333931", ["1"]),
        ("blue mug", []),
        ("100%", ["3"]),
        ("l_c", ["3"]),
        ("", ["1", "2", "3"]),
    ],
)
def test_products_are_found_by_all_of_the_words(filled, words, found) -> None:
    chosen = Chosen(words)
    assert [each.key for each in filled.browser.products(chosen, 10)] == found
    assert filled.browser.count(chosen) == len(found)


def test_what_cannot_be_found_is_counted_by_reason(filled) -> None:
    stats = filled.browser.stats()
    assert (stats.products, stats.searchable, stats.gone) == (3, 0, 0)
    assert sum(stats.left_out.values()) == 3
    assert stats.left_out["no_picture"] >= 2
    reason = Chosen(state="left_out", reason="no_picture")
    assert filled.browser.count(reason) == stats.left_out["no_picture"]


@pytest.mark.parametrize("form", ["jsonl", "csv"])
def test_an_export_imported_again_is_the_same(filled, tmp_path: Path, form) -> None:
    before = list(filled.browser.every(Chosen()))
    text = io.StringIO()
    assert export(before, form, text) == 3
    path = tmp_path / f"again.{form}"
    path.write_text(text.getvalue(), encoding="utf-8")
    report = filled.add(str(path), Given(name="Again"))
    assert (report.added, report.broken, report.unread) == (3, 0, {})
    [shop] = [shop for shop in filled.store.shops() if shop.name == "Again"]
    after = list(filled.browser.every(Chosen(shop_id=shop.id)))
    for old, new in zip(before, after, strict=True):
        for name in SAME:
            assert getattr(old, name) == getattr(new, name), name


@pytest.fixture
def dressed(catalog, tmp_path: Path):
    path = tmp_path / "feed.xml"
    path.write_text(
        feed(
            item("1", brand="Émile", size="S, M", gender="female", availability="in_stock"),
            item("2", brand="ÉMILE", size="M", gender="male", availability="out_of_stock"),
            item("3", brand="Émile", size="XL;One Size", gender="unisex", availability="in_stock"),
            item("4", brand="Mill", size="100%", availability="in_stock"),
            item("5", size="XL", availability="in_stock"),
        )
    )
    catalog.add(str(path))
    return catalog


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (Wanted(brands=frozenset({"Émile"})), ["1", "2", "3"]),
        (Wanted(brands=frozenset({"MILL", "Émile"})), ["1", "2", "3", "4"]),
        (Wanted(sizes=frozenset({"m"})), ["1", "2"]),
        (Wanted(sizes=frozenset({"L"})), []),
        (Wanted(sizes=frozenset({"one size", "100%"})), ["3", "4"]),
        (Wanted(sizes=frozenset({"%"})), []),
        (Wanted(genders=suiting("female")), ["1", "3", "4", "5"]),
        (Wanted(genders=frozenset({"male"})), ["2"]),
        (Wanted(availability=frozenset({"out_of_stock"})), ["2"]),
        (Wanted(sizes=frozenset({"M"}), availability=frozenset({"in_stock"})), ["1"]),
    ],
)
def test_products_are_found_by_what_filters_ask_for(dressed, wanted, found) -> None:
    chosen = Chosen(wanted=wanted)
    assert [each.key for each in dressed.browser.products(chosen, 10)] == found
    assert dressed.browser.count(chosen) == len(found)


def test_what_most_products_have_is_there_to_choose(dressed, database) -> None:
    choices = dressed.browser.choices()
    assert choices.brands == ["Émile", "Mill"]
    assert choices.sizes[:2] in (["M", "XL"], ["XL", "M"])
    assert set(choices.sizes) == {"S", "M", "XL", "One Size", "100%"}
    assert set(choices.genders) == {"female", "male", "unisex", None}
    with database.session() as session:
        session.execute(update(ProductRow).where(ProductRow.key == "4").values(gone_at=now()))
        session.execute(update(ShopRow).values(imported_at=now()))
    assert dressed.browser.choices().brands == ["Émile"]
