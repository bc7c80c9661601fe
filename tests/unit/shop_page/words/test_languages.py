"""The files of words, one per language: their form, and how a new one is used."""

import json
import re
import shutil
import tomllib
from collections.abc import Iterator
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from re import _parser as parser

import pytest

from server.shop_page.read_page import read_shop_page
from server.shop_page.words import vocabulary as vocabulary_module
from server.shop_page.words.label_words import LabelWords, label_words
from server.shop_page.words.price_words import PriceWords, price_words
from server.shop_page.words.stock_words import StockWords, availability_in_words, stock_words
from server.shop_page.words.vocabulary import FOLDER, KEYS, Vocabulary, vocabulary

ROOT = Path(__file__).parents[4]
FILES = sorted(FOLDER.glob("*.json"))
CACHES = (vocabulary, stock_words, price_words, label_words)


def forget_words() -> None:
    for cache in CACHES:
        cache.cache_clear()


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Read pages with a copy of the languages during the test."""
    for path in FILES:
        shutil.copy(path, tmp_path)
    monkeypatch.setattr(vocabulary_module, "FOLDER", tmp_path)
    forget_words()
    yield tmp_path
    forget_words()


def lists(path: Path) -> list[tuple[str, list[str]]]:
    return [
        (f"{section}.{key}", phrases)
        for section, by_key in json.loads(path.read_text("utf-8")).items()
        for key, phrases in by_key.items()
    ]


def repeats(tree: parser.SubPattern, inside: bool = False) -> bool:
    """Return True if anything in a parsed expression is repeated within a repetition."""
    for operator, value in tree:
        is_repeat = str(operator).endswith("_REPEAT")
        if is_repeat and inside:
            return True
        if is_repeat:
            inner = [(value[2], inside or value[1] > 1)]
        elif str(operator) == "BRANCH":
            inner = [(branch, inside) for branch in value[1]]
        elif str(operator) in ("SUBPATTERN", "ASSERT", "ASSERT_NOT"):
            inner = [(value[-1], inside)]
        else:
            inner = []
        if any(repeats(branch, within) for branch, within in inner):
            return True
    return False


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_file_is_named_after_its_language_and_holds_known_lists(path: Path) -> None:
    assert path.stem == "_shared" or re.fullmatch("[a-z]{2,3}", path.stem)
    known = {f"{section}.{key}" for section, keys in KEYS.items() for key in keys}
    assert {name for name, _ in lists(path)} <= known


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_phrases_are_single_in_lower_case_and_without_nested_repetition(path: Path) -> None:
    for name, phrases in lists(path):
        assert phrases, name
        assert len(set(phrases)) == len(phrases), name
        for phrase in phrases:
            tree = parser.parse(phrase)
            assert not repeats(tree), (name, phrase)
            assert re.compile(phrase).groups == 0, (name, phrase)
            assert tree.getwidth()[0] > 0, (name, phrase)
            letters = re.sub(r"\\.", "", phrase)
            assert letters == letters.lower(), (name, phrase)
            # "a|b" is two phrases; "(?:a|b) c" may be one.
            assert "|" not in re.sub(r"\((?:[^()]|\([^()]*\))*\)", "", phrase), (name, phrase)
            assert len(phrase) <= 120, (name, phrase)


@pytest.mark.parametrize("words", [StockWords, PriceWords, LabelWords])
def test_expressions_made_of_the_phrases_have_no_nested_repetition(words: type) -> None:
    made = words(vocabulary())
    names = [name for name, value in vars(words).items() if isinstance(value, cached_property)]
    assert names
    for name in names:
        expression = getattr(made, name)
        if isinstance(expression, re.Pattern):
            assert not repeats(parser.parse(expression.pattern)), name


def test_every_list_is_used_by_some_language_and_explained() -> None:
    page = (ROOT / "docs" / "shop-pages.md").read_text("utf-8")
    for section, keys in KEYS.items():
        for key in keys:
            assert vocabulary().phrases(section, key), (section, key)
            assert f"`{section}.{key}`" in page, (section, key)


@pytest.mark.parametrize(
    ("language", "not_needed"),
    [
        # The label of a number is one word or phrase: "código", 番号.
        ("es", {"labels.sku_number_words"}),
        # "Per" comes last, so it is part of whole phrases; so is "tax".
        ("ja", {"labels.sku_number_words", "price.per", "price.taxes"}),
    ],
)
def test_spanish_and_japanese_have_every_list_that_german_has(
    language: str, not_needed: set[str]
) -> None:
    german, other = (dict(lists(FOLDER / f"{name}.json")) for name in ("de", language))
    assert german.keys() - other.keys() <= not_needed


def test_the_files_are_part_of_the_package() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    data = project["tool"]["setuptools"]["package-data"]["server"]
    packed = {path for pattern in data for path in (ROOT / "server").glob(pattern)}
    assert FILES
    assert set(FILES) <= packed


def test_a_page_in_a_new_language_is_read_once_its_file_is_there(folder: Path) -> None:
    html = (
        "<html><head><title>Lampo</title></head><body><h1>Lampo</h1>"
        "<p>Dawnevo: <b>60,00 €</b></p><p class=price><b>49,00 €</b></p>"
        "<p>Zifono: AB-1234</p><p>Hueblo: morella</p><button>Metu en korbelon</button>"
        "</body></html>"
    )
    url = "https://shop.example/p/lampo"
    before = read_shop_page(html, url)
    assert (before.list_price, before.availability, before.sku) == (None, None, None)
    language = {
        "stock": {"buy": ["metu en korbelon"]},
        "price": {"former": ["dawnevo"]},
        "labels": {"sku": ["zifono"], "colour": ["hueblo"]},
    }
    (folder / "xx.json").write_text(json.dumps(language), "utf-8")
    forget_words()
    after = read_shop_page(html, url)
    assert (after.price, after.list_price) == (Decimal(49), Decimal(60))
    assert (after.availability, after.sku, after.colour) == ("in_stock", "AB-1234", "morella")


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (
            (
                "<p>Precio de lista: <b>60,00 €</b></p><p>Precio actual: <b>49,00 €</b></p>"
                "<p>3 pagos a plazos: <b>16,33 €</b></p><p>Garantía: <b>9,00 €</b></p>"
                "<p>Entrega inmediata</p><p>Nº de artículo: AB-1234</p>"
            ),
            ("49.00", "60.00", "in_stock", "AB-1234"),
        ),
        (
            "<p>Precio: <b>49,00 €</b></p><p>Producto descatalogado</p><p>Ver cesta</p>",
            ("49.00", None, "out_of_stock", None),
        ),
        (
            (
                "<p>希望小売価格 <b>6,000円</b></p><p>特別価格 <b>4,900円</b></p>"
                "<p>分割払い: <b>490円</b></p><p>在庫わずか</p><p>商品管理番号：AB-1234</p>"
            ),
            ("4900", "6000", "in_stock", "AB-1234"),
        ),
        (
            (
                "<p>価格: <b>4,900円</b></p><p>申し訳ございません。在庫はございません</p>"
                "<button>入荷のお知らせを受け取る</button>"
            ),
            ("4900", None, "out_of_stock", None),
        ),
    ],
)
def test_spanish_and_japanese_pages_are_read(body: str, expected: tuple[str | None, ...]) -> None:
    html = f"<html><head><title>Lampo</title></head><body><h1>Lampo</h1>{body}</body></html>"
    page = read_shop_page(html, "https://shop.example/p/lampo").to_json()
    read = tuple(page[name] for name in ("price", "list_price", "availability", "sku"))
    assert read == expected


def test_an_unknown_list_is_rejected_by_name(folder: Path) -> None:
    (folder / "xx.json").write_text('{"stock": {"bye": ["metu"]}}', "utf-8")
    with pytest.raises(ValueError, match=r"xx\.json: there is no list stock\.bye"):
        availability_in_words("metu")


def test_the_longer_of_two_phrases_at_one_place_wins(tmp_path: Path) -> None:
    lists_of_colours = {"labels": {"colour": ["col", "colour", "colour of", "c\\b"]}}
    (tmp_path / "xx.json").write_text(json.dumps(lists_of_colours), "utf-8")
    words = Vocabulary([tmp_path / "xx.json"])
    found = re.match(words.any_of("labels", "colour"), "colour of it")
    assert found is not None
    assert found[0] == "colour of"
    assert re.search(words.any_of("labels", "sku"), "anything") is None
