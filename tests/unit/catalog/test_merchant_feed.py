import gc
import gzip
import io
import tracemalloc
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model.errors import WhereToBuyError
from server.catalog.sources.merchant_feed import MerchantFeed
from server.catalog.sources.merchant_item import read_item
from server.catalog.sources.product import (
    BrokenItemError,
    Shipping,
    SourceError,
    SourceProduct,
)
from server.catalog.sources.xml_feed import MAX_DEPTH
from server.goods.money import Money

HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>'
    '<rss version="2.0" xmlns:g="http://base.google.com/ns/1.0"><channel>'
    "<title>Corner &amp; Shop</title><link>https://shop.example/</link>"
)
TAIL = "</channel></rss>"
ITEM = (
    "<item><g:id>a-red</g:id><g:item_group_id>a</g:item_group_id><g:title>Tee - Red</g:title>"
    "<g:link>https://shop.example/p/a?ref=feed&amp;x=1</g:link>"
    "<g:image_link>https://shop.example/i/a.jpg</g:image_link><g:price>15.00 USD</g:price>"
    "<g:availability>in stock</g:availability><g:condition>new</g:condition>"
    "<g:brand>Corner</g:brand><g:color>Red</g:color><g:gtin>4006381333931</g:gtin>"
    "<g:product_type>Tops &gt; Tees</g:product_type>"
    "<g:google_product_category>212</g:google_product_category>"
    "<g:shipping><g:price>4.00 USD</g:price></g:shipping></item>"
)


def read(xml: str | bytes, base: str | None = None, **limits: int) -> list[object]:
    data = xml.encode() if isinstance(xml, str) else xml
    return list(MerchantFeed(io.BytesIO(data), base, **limits))


def test_an_rss_item_becomes_a_product() -> None:
    feed = MerchantFeed(io.BytesIO((HEAD + ITEM + TAIL).encode()), None)
    assert list(feed) == [
        SourceProduct(
            key="a-red",
            group_key="a",
            title="Tee - Red",
            link="https://shop.example/p/a?ref=feed&x=1",
            picture="https://shop.example/i/a.jpg",
            types=("Tops > Tees",),
            brand="Corner",
            colour="Red",
            price=Money("15.00", "USD"),
            availability="in_stock",
            condition="new",
            gtin="4006381333931",
            shipping=(Shipping(None, Money("4.00", "USD")),),
        )
    ]
    assert feed.title == "Corner & Shop"


def test_an_atom_entry_becomes_a_product() -> None:
    [product] = read(
        '<feed xmlns="http://www.w3.org/2005/Atom" xmlns:g="http://base.google.com/ns/1.0">'
        "<title>Corner</title><entry><g:id>1</g:id><title>Coat</title>"
        '<link rel="self" href="https://shop.example/api/1"/><link href="/p/1"/>'
        "<g:image_link>../i/1.jpg</g:image_link></entry></feed>",
        "https://shop.example/feeds/all.xml",
    )
    assert isinstance(product, SourceProduct)
    assert product.link == "https://shop.example/p/1"
    assert product.picture == "https://shop.example/i/1.jpg"
    assert product.price is None
    assert product.availability is None


def test_a_broken_item_costs_itself_only() -> None:
    items = read(
        HEAD
        + ITEM.replace("<g:id>a-red</g:id>", "")
        + ITEM.replace("https://shop.example/p", "javascript:alert(1)//")
        + ITEM.replace("Tee - Red", " ")
        + ITEM
        + TAIL
    )
    assert [type(item) for item in items] == [BrokenItemError] * 3 + [SourceProduct]
    assert str(items[1]) == "Item a-red has no link to a page that may be opened."


def test_a_product_with_an_unreadable_price_is_kept_without_it() -> None:
    [product] = read(HEAD + ITEM.replace("15.00 USD", "ask us") + TAIL)
    assert isinstance(product, SourceProduct)
    assert product.price is None


@pytest.mark.parametrize(
    ("period", "price", "before"),
    [
        ("", "9.00", "15.00"),
        ("2026-11-01T00:00+0900/2026-11-30T23:59+0900", "9.00", "15.00"),
        ("2026-10-01T00:00+0900/2026-10-30T23:59+0900", "15.00", None),
        ("soon", "15.00", None),
        ("2026-11-01/2026-11-15", "9.00", "15.00"),
        ("2026-11-01/2026-11-14", "15.00", None),
        ("2026-11-16T00:00-0800 / 2026-11-30T00:00-0800", "15.00", None),
    ],
)
def test_a_sale_price_counts_within_its_effective_dates(
    period: str, price: str, before: str | None
) -> None:
    product = read_item(
        {
            "id": ["1"],
            "title": ["Tee"],
            "link": ["https://shop.example/1"],
            "price": ["15.00 USD"],
            "sale_price": ["9.00 USD"],
            "sale_price_effective_date": [period],
        },
        None,
        datetime(2026, 11, 15, tzinfo=UTC),
    )
    assert product.price == Money(price, "USD")
    assert product.list_price == (Money(before, "USD") if before else None)
    reported = (("sale_price_effective_date", "soon"),) if period == "soon" else ()
    assert product.unread == reported


def test_a_further_picture_stands_in_for_a_missing_one() -> None:
    further = {"image_link": [""], "additional_image_link": ["/2.jpg", "/3.jpg"]}
    assert (
        read_item(FIELDS | further, "https://shop.example").picture == "https://shop.example/2.jpg"
    )
    several = {"additional_image_link": ["https://shop.example/2.jpg, https://shop.example/3.jpg"]}
    assert read_item(FIELDS | several, None).picture == "https://shop.example/2.jpg"


FIELDS = {"id": ["1"], "title": ["Tee"], "link": ["https://shop.example/1"]}


@pytest.mark.parametrize("name", ["price", "sale_price"])
def test_a_price_of_zero_is_unknown(name: str) -> None:
    product = read_item(FIELDS | {name: ["0.00 EUR"]}, None)
    assert (product.price, product.unread) == (None, ((name, "0.00 EUR"),))


def test_a_list_price_is_compared_exactly() -> None:
    """As floats, both are 100000000000.0."""
    before, now = "100000000000.000002 USD", "100000000000.000001 USD"
    product = read_item(FIELDS | {"price": [before], "sale_price": [now]}, None)
    assert product.list_price == Money(before.removesuffix(" USD"), "USD")
    product = read_item(FIELDS | {"price": [now], "sale_price": [before]}, None)
    assert product.list_price is None


@pytest.mark.parametrize(
    ("gtin", "kept"),
    [
        ("4006381333931", "4006381333931"),
        ("4006381333932", None),
        ("4006-3813 33931", "4006381333931"),
        ("0-306-40615-2", "9780306406157"),
        ("0000000000000", None),
        ("n/a", None),
    ],
)
def test_a_gtin_with_a_wrong_check_digit_is_dropped(gtin: str, kept: str | None) -> None:
    assert read_item(FIELDS | {"gtin": [gtin]}, None).gtin == kept


@pytest.mark.parametrize(
    ("link", "price", "money"),
    [
        ("https://shop.ca/1", "$49.00", Money("49.00", "CAD")),
        ("https://shop.in/1", "Rs. 1,499.00", Money("1499.00", "INR")),
        ("https://shop.co.za/1", "R 1 299", Money("1299.00", "ZAR")),
        ("https://shop.example/1", "$49.00", None),
        ("https://shop.example/1", "€ 49,90", Money("49.90", "EUR")),
    ],
)
def test_a_symbol_means_a_currency_where_the_shop_s_country_makes_it_certain(
    link: str, price: str, money: Money | None
) -> None:
    assert read_item(FIELDS | {"link": [link], "price": [price]}, None).price == money


@pytest.mark.parametrize("text", ["in_stock", "In stock", "https://schema.org/InStock"])
def test_availability_is_read_in_its_common_spellings(text: str) -> None:
    [product] = read(HEAD + ITEM.replace("in stock", text) + TAIL)
    assert isinstance(product, SourceProduct)
    assert product.availability == "in_stock"


def test_a_gzipped_feed_is_read() -> None:
    [product] = read(gzip.compress((HEAD + ITEM + TAIL).encode()))
    assert isinstance(product, SourceProduct)


@pytest.mark.parametrize(
    "xml",
    [
        '<!DOCTYPE rss [<!ENTITY a "aaaa">]>' + "<rss><channel/></rss>",
        '<!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/passwd">]><rss>&x;</rss>',
        '<!DOCTYPE rss SYSTEM "http://127.0.0.1:1/feed.dtd"><rss/>',
    ],
)
def test_a_document_type_is_refused(xml: str) -> None:
    with pytest.raises(SourceError, match="document type"):
        read(xml)


def test_endless_nesting_is_refused() -> None:
    with pytest.raises(SourceError, match="without end"):
        read(HEAD + "<item>" + "<a>" * (MAX_DEPTH + 1))


def test_an_endless_entry_is_refused() -> None:
    with pytest.raises(SourceError, match="without end"):
        read(HEAD + "<item>" + "<a/>" * 100_000)


def test_a_packed_feed_that_unpacks_to_too_much_is_refused() -> None:
    large = gzip.compress(HEAD.encode() + b" " * 3_000_000)
    with pytest.raises(SourceError, match="larger than 1 MiB"):
        read(large, max_bytes=2**20)


def test_items_before_a_break_are_yielded_before_the_error() -> None:
    feed = iter(MerchantFeed(io.BytesIO((HEAD + ITEM + "<item><g:id>").encode()), None))
    assert isinstance(next(feed), SourceProduct)
    with pytest.raises(SourceError, match="well-formed"):
        next(feed)


@pytest.mark.parametrize("data", [b"", b"<html><body/></html>", b"\x1f\x8bnot gzip", b"\x00\xff"])
def test_a_file_that_is_not_a_feed_is_an_error(data: bytes) -> None:
    with pytest.raises(SourceError):
        read(data)


def test_an_empty_feed_is_a_feed() -> None:
    assert read(HEAD + TAIL) == []


def test_memory_does_not_grow_with_the_feed() -> None:
    def stream(count: int) -> io.BytesIO:
        return io.BytesIO((HEAD + (ITEM + "<other>text</other>") * count + TAIL).encode())

    def read_products(feed: io.BytesIO) -> None:
        for _ in MerchantFeed(feed, None):
            pass

    def peak(count: int) -> int:
        feed = stream(count)
        tracemalloc.start()
        read_products(feed)
        high = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return high

    # The first feed fills tables that all others share, and the interpreter keeps up to 2,000
    # freed tuples of a size: until a full collection of garbage, of which there is none meanwhile.
    gc.disable()
    try:
        read_products(stream(2000))
        most, least = peak(1000), peak(100)
    finally:
        gc.enable()
    assert most < 1.4 * least


def _mangled() -> Iterator[str]:
    whole = HEAD + ITEM * 2 + TAIL
    yield from (whole, ITEM, "<feed><entry>" + ITEM + "</entry></feed>")


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(list(_mangled())), st.data())
def test_mangled_feeds_raise_nothing_but_our_own_error(whole: str, data: st.DataObject) -> None:
    raw = whole.encode()
    for _ in range(data.draw(st.integers(0, 4))):
        at = data.draw(st.integers(0, len(raw)))
        length = data.draw(st.integers(0, 40))
        raw = raw[:at] + data.draw(st.binary(max_size=12)) + raw[at + length :]
    try:
        items = read(raw, data.draw(st.sampled_from([None, "https://shop.example/f", "http://["])))
    except WhereToBuyError:
        return
    for item in items:
        assert isinstance(item, SourceProduct | BrokenItemError)


@settings(max_examples=300, deadline=None)
@given(
    st.dictionaries(
        st.sampled_from(
            ["id", "title", "link", "price", "sale_price", "sale_price_effective_date", "gtin",
             "image_link", "availability", "condition", "product_type", "item_group_id", "color"]
        ),
        st.lists(st.text() | st.sampled_from(["https://s.example/1", "5 USD", "http://[", "/"])),
    ),
    st.sampled_from([None, "https://shop.example/feed"]),
)  # fmt: skip
def test_any_fields_make_a_product_or_a_broken_item(
    fields: dict[str, list[str]], base: str | None
) -> None:
    try:
        product = read_item(fields, base)
    except BrokenItemError:
        return
    assert product.key
    assert product.title
    assert product.link.startswith("http")
