"""Whatever a page contains, reading it takes limited memory and gives a well-formed answer."""

import json
import multiprocessing
import re
from collections.abc import Iterator
from decimal import Decimal
from multiprocessing.pool import Pool
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from server.goods.currencies import MINOR_UNITS
from server.goods.gtin import read_gtin
from server.shop_page.offer import ShopPage
from server.shop_page.read_page import read_shop_page
from tests.support.large_pages import LARGE_PAGES, URL, peak_memory, read_large_page

PAGES = [path.read_bytes() for path in Path(__file__).parent.joinpath("pages").glob("*.html")]
BITS = [
    b"<", b">", b'"', b"'", b"&#x1;", b"&#xD800;", b"\x00", b"\x0c", b"\xff\xfe", b"<!--", b"-->",
    b"<h1>", b"</h1>", b"<svg>", b"<template>", b"<select name=size>", b"<plaintext>", b"<a:b>",
    b'<script type="application/ld+json">', b"</script>", b"{", b"}", b"[", b"]", b"\\", b"\\u0000",
    b"1e999999999", b"NaN", b"-5", b"null", b'"@type":"Product",', b'{"@id":"a"}', b'"offers":[[{',
    b'"price":{"@value":[]},', b' itemscope itemtype="http://schema.org/Product" ', b"http://[",
    b'<base href="http://[::">', b'<meta property="og:url" content="//[">', "٣²€".encode(),
]  # fmt: skip


def assert_well_formed(page: ShopPage) -> None:
    answer = json.loads(json.dumps(page.to_json()))
    for name in ("price", "list_price"):
        if answer[name] is not None:
            assert re.fullmatch(r"\d{1,13}(\.\d{1,6})?", answer[name])
            assert Decimal(answer[name]) > 0
    if page.list_price is not None:
        assert page.price is not None
        assert page.list_price > page.price
    assert page.currency is None or page.currency in MINOR_UNITS
    assert page.availability in (None, "in_stock", "out_of_stock", "preorder")
    assert page.condition in (None, "new", "used", "refurbished")
    assert page.gtin is None or read_gtin(page.gtin) == page.gtin
    for address in (*page.pictures, *([page.link] if page.link else [])):
        assert address.startswith(("http://", "https://"))
    known = {name for name, value in answer.items() if value and name != "sources"}
    assert set(page.sources) == known


@st.composite
def mangled_pages(draw: st.DrawFn) -> bytes:
    page = bytearray(draw(st.sampled_from(PAGES)))
    for _ in range(draw(st.integers(1, 12))):
        at = draw(st.integers(0, len(page)))
        change = draw(st.sampled_from(("insert", "cut", "repeat", "noise")))
        if change == "insert":
            page[at:at] = draw(st.sampled_from(BITS))
        elif change == "cut":
            del page[at : at + draw(st.integers(1, 300))]
        elif change == "repeat":
            page[at:at] = page[at : at + draw(st.integers(1, 2_000))]
        else:
            page[at:at] = draw(st.binary(min_size=1, max_size=8))
    return bytes(page)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    mangled_pages(),
    st.sampled_from([URL, "", "http://[", "x", "//x", "ftp://x/y", "https://x.example/?sku=%ff"]),
)
def test_a_mangled_page_is_read_to_a_well_formed_answer(page: bytes, url: str) -> None:
    assert_well_formed(read_shop_page(page, url))


@settings(deadline=None)
@given(st.text(alphabet="<>/=\"' abh1&;#x!-{}[]:,\n$€5.", max_size=400))
def test_any_text_is_read(text: str) -> None:
    assert_well_formed(read_shop_page(text, URL))


@settings(deadline=None)
@given(
    st.recursive(
        st.none()
        | st.booleans()
        | st.integers()
        | st.floats()
        | st.text(max_size=12)
        | st.sampled_from(["Product", "49.00", "InStock", "USD", "Offer", "http://x/y"]),
        lambda inner: st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["@type", "@id", "@graph", "@value", "name", "offers", "price", "lowPrice", "sku",
                 "availability", "priceSpecification", "hasVariant", "image", "brand", "size",
                 "itemOffered", "priceCurrency", "url", "color", "priceType", "itemCondition",
                 "referenceQuantity", "eligibleQuantity", "gtin", "productID", "isVariantOf"]
            ),
            inner,
            max_size=6,
        ),
        max_leaves=30,
    )
)  # fmt: skip
def test_json_ld_of_any_shape_is_read(value: object) -> None:
    product = {"@type": "Product", "name": "x", "offers": value, "brand": value, "image": value}
    html = f'<h1>x</h1><script type="application/ld+json">{json.dumps([value, product])}</script>'
    assert_well_formed(read_shop_page(html, URL))


def test_characters_that_trees_reject_do_no_harm() -> None:
    html = "<h1>x</h1><div><i hidden>y</i>&#x1;z &#xFFFE;</div><p><i hidden>y</i></p>&#12;<b>c</b>"
    assert read_shop_page(html, URL).title == "x"


class Reader:
    """A process that reads large pages, and nothing else, each once."""

    def __init__(self, process: Pool) -> None:
        self._process = process
        self._pages: dict[str, ShopPage] = {}

    def read(self, name: str) -> ShopPage:
        if name not in self._pages:
            self._pages[name] = self._process.apply(read_large_page, (name,))
        return self._pages[name]

    def peak_memory(self) -> int:
        """The most memory that the process ever took, in KiB."""
        return self._process.apply(peak_memory)


@pytest.fixture(scope="module")
def reader() -> Iterator[Reader]:
    with multiprocessing.get_context("spawn").Pool(1) as process:
        yield Reader(process)


@pytest.mark.timeout(60)
@pytest.mark.parametrize("name", LARGE_PAGES)
def test_a_large_page_of_one_kind_is_read(reader: Reader, name: str) -> None:
    assert_well_formed(reader.read(name))


def test_memory_stays_below_130_mebibytes(reader: Reader) -> None:
    if not Path("/proc/self/status").exists():
        pytest.skip("the kernel does not report the peak memory of a process here")
    for name in LARGE_PAGES:
        reader.read(name)
    assert reader.peak_memory() < 130 * 1024
