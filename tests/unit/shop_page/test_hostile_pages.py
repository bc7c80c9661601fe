"""Whatever a page contains, reading it takes limited memory and gives a well-formed answer."""

import json
import re
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from server.goods.currencies import MINOR_UNITS
from server.goods.gtin import read_gtin
from server.shop_page.offer import ShopPage
from server.shop_page.read_page import read_shop_page

URL = "https://shop.example/p/1?variant=2"
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


LARGE = {
    "deep": "<div>" * 400_000,
    "attributes": "<div " + " ".join(f"a{i}=1" for i in range(250_000)) + ">",
    "paragraphs": "<h1>x</h1>" + "<p class=price>$5" * 120_000,
    "open tags of svg": "<svg>" * 400_000,
    "comments": "<!--" * 500_000,
    "json nesting": '<script type="application/ld+json">' + '{"offers":' * 200_000,
    "json products": '<script type="application/ld+json">['
    + ",".join('{"@type":"Product","name":"x","offers":{"price":1}}' for _ in range(40_000))
    + "]</script>",
    "broken json": '<script type="application/ld+json">{"a":"' + '"x' * 900_000,
    "items": '<div itemscope itemtype="http://schema.org/Product">' * 30_000,
    "digits": "<h1>x</h1><b class=price>" + "1" * 1_900_000 + "</b>",
    "state": "<h1>Foo</h1><script>'price':" + "var ab = {'x':1 ," * 110_000 + "</script>",
    "state word": '<h1>Foo</h1><script>"price":' + "a" * 1_900_000 + "</script>",
    "headings": "<h1>abc</h1>" * 150_000,
    "classes": "<h1>x</h1><div class='" + "related-" * 200_000 + "'>x</div>",
    "entities": "&#x1;&amp;" * 200_000,
    "js objects": "<h1>Foobar</h1><script>" + "x={a:'Foobar',price:1,b:{" * 80_000 + "</script>",
    "js strings": "<h1>Foobar</h1><script>x={price:'foobar" + "\\'" * 900_000 + "</script>",
    "js parse": "<h1>Foobar</h1><script>" + 'JSON.parse(\'{"price":1,foobar' * 60_000 + "</script>",
    "js words": "<h1>Foobar</h1><script>price:1;" + "new a.b.c.d.e.f(" * 100_000 + "</script>",
    "scripts": "<h1>Foobar</h1>" + "<script>x={price:1,name:'foobar',y:{z:1}}</script>" * 40_000,
    "json in attributes": "<h1>Foobar</h1>" + '<i data-p=\'{"price":1,"name":"a"}\'></i>' * 30_000,
    "spoken labels": "<h1>x</h1>" + "<div aria-label='price $1.00'><b>$</b></div>" * 30_000,
    "split amounts": "<h1>x</h1>" + "<b>1</b><i>,</i><b>99</b><b>$</b>" * 30_000,
    "names": "<title>Foo bar baz</title>" + "<div><span>Foo bar bax</span>" * 60_000,
    "selects": "<h1>x</h1>" + "<select name=size><option>M" * 70_000,
    "empty options": "<h1>x</h1>" + "<select name=size><option></option>" * 50_000,
    "hidden among text": "<h1>x</h1>" + "<i hidden></i>abc $1" * 90_000,
    "starts of values": "<h1>Lamp</h1><script>price:1;"
    + 'new aaaaaaa("a",' * 100_000
    + "</script>",
    "cells": "<h1>x</h1><table>" + "<tr><td>$1<td>SKU<td>Item #" * 30_000,
}


@pytest.mark.timeout(60)
@pytest.mark.parametrize("name", LARGE)
def test_a_large_page_of_one_kind_is_read(name: str) -> None:
    assert_well_formed(read_shop_page(LARGE[name], URL))


def test_memory_stays_below_200_megabytes() -> None:
    program = (
        "import runpy, sys\n"
        "from server.shop_page.read_page import read_shop_page\n"
        "for page in runpy.run_path(sys.argv[1])['LARGE'].values():\n"
        "    read_shop_page(page, 'https://shop.example/p/1')\n"
        "status = open('/proc/self/status').read()\n"
        "print(next(line.split()[1] for line in status.splitlines() if 'VmHWM' in line))\n"
    )
    if not Path("/proc/self/status").exists():
        pytest.skip("the kernel does not report the peak memory of a process here")
    done = subprocess.run(
        [sys.executable, "-c", program, __file__], capture_output=True, text=True, check=True
    )
    assert int(done.stdout) < 200 * 1024
