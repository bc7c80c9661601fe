"""Pages of one kind of hostile content, each about as large as a page may be."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from server.shop_page.offer import ShopPage
from server.shop_page.read_page import read_shop_page

URL = "https://shop.example/p/1?variant=2"
# Made one at a time: together they are larger than what reading them takes.
LARGE_PAGES: dict[str, Callable[[], str]] = {
    "deep": lambda: "<div>" * 400_000,
    "attributes": lambda: "<div " + " ".join(f"a{i}=1" for i in range(250_000)) + ">",
    "paragraphs": lambda: "<h1>x</h1>" + "<p class=price>$5" * 120_000,
    "open tags of svg": lambda: "<svg>" * 400_000,
    "comments": lambda: "<!--" * 500_000,
    "json nesting": lambda: '<script type="application/ld+json">' + '{"offers":' * 200_000,
    "json products": lambda: (
        '<script type="application/ld+json">['
        + ",".join('{"@type":"Product","name":"x","offers":{"price":1}}' for _ in range(40_000))
        + "]</script>"
    ),
    "broken json": lambda: '<script type="application/ld+json">{"a":"' + '"x' * 900_000,
    "items": lambda: '<div itemscope itemtype="http://schema.org/Product">' * 30_000,
    "digits": lambda: "<h1>x</h1><b class=price>" + "1" * 1_900_000 + "</b>",
    "state": lambda: "<h1>Foo</h1><script>'price':" + "var ab = {'x':1 ," * 110_000 + "</script>",
    "state word": lambda: '<h1>Foo</h1><script>"price":' + "a" * 1_900_000 + "</script>",
    "headings": lambda: "<h1>abc</h1>" * 150_000,
    "classes": lambda: "<h1>x</h1><div class='" + "related-" * 200_000 + "'>x</div>",
    "entities": lambda: "&#x1;&amp;" * 200_000,
    "js objects": lambda: (
        "<h1>Foobar</h1><script>" + "x={a:'Foobar',price:1,b:{" * 80_000 + "</script>"
    ),
    "js strings": lambda: "<h1>Foobar</h1><script>x={price:'foobar" + "\\'" * 900_000 + "</script>",
    "js parse": lambda: (
        "<h1>Foobar</h1><script>" + 'JSON.parse(\'{"price":1,foobar' * 60_000 + "</script>"
    ),
    "js words": lambda: (
        "<h1>Foobar</h1><script>price:1;" + "new a.b.c.d.e.f(" * 100_000 + "</script>"
    ),
    "scripts": lambda: (
        "<h1>Foobar</h1>" + "<script>x={price:1,name:'foobar',y:{z:1}}</script>" * 40_000
    ),
    "json in attributes": lambda: (
        "<h1>Foobar</h1>" + '<i data-p=\'{"price":1,"name":"a"}\'></i>' * 30_000
    ),
    "spoken labels": lambda: "<h1>x</h1>" + "<div aria-label='price $1.00'><b>$</b></div>" * 30_000,
    "split amounts": lambda: "<h1>x</h1>" + "<b>1</b><i>,</i><b>99</b><b>$</b>" * 30_000,
    "names": lambda: "<title>Foo bar baz</title>" + "<div><span>Foo bar bax</span>" * 60_000,
    "selects": lambda: "<h1>x</h1>" + "<select name=size><option>M" * 70_000,
    "empty options": lambda: "<h1>x</h1>" + "<select name=size><option></option>" * 50_000,
    "hidden among text": lambda: "<h1>x</h1>" + "<i hidden></i>abc $1" * 90_000,
    "starts of values": lambda: (
        "<h1>Lamp</h1><script>price:1;" + 'new aaaaaaa("a",' * 100_000 + "</script>"
    ),
    "cells": lambda: "<h1>x</h1><table>" + "<tr><td>$1<td>SKU<td>Item #" * 30_000,
}


def read_large_page(name: str) -> ShopPage:
    """Read a page by its name; what is returned can be sent to another process."""
    page = read_shop_page(LARGE_PAGES[name](), URL)
    return replace(page, sources=dict(page.sources))


def peak_memory() -> int:
    """Return the most memory that this process ever took, in KiB.

    Raises:
        FileNotFoundError: The kernel does not report it here.
    """
    status = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return int(next(line.split()[1] for line in status if line.startswith("VmHWM")))
