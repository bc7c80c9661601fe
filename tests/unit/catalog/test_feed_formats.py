"""Feeds are recognised by their content, and what is none says what it is."""

import gzip
import io
import json
import random
import struct
import tracemalloc
import zipfile

import pytest

from server.catalog.sources.merchant_feed import FeedSource, MerchantFeed
from server.catalog.sources.product import BrokenItemError, SourceError, SourceProduct
from server.goods.money import Money
from tests.support.feeds import feed, item
from tests.support.pictures import outfit, picture_file

COLUMNS = ("id", "title", "link", "image_link", "price", "availability", "brand")
TEE = (
    "1", "Navy Tee", "https://shop.example/1", "https://shop.example/1.jpg", "15.00 USD",
    "in_stock", "Corner",
)  # fmt: skip
COAT = (
    "2", "Wool Coat", "https://shop.example/2", "https://shop.example/2.jpg", "90.00 USD",
    "out_of_stock", "Corner",
)  # fmt: skip
PRODUCTS = [
    SourceProduct(
        key=key,
        title=title,
        link=link,
        picture=picture,
        price=Money(price.removesuffix(" USD"), "USD"),
        availability=availability,
        brand=brand,
    )
    for key, title, link, picture, price, availability, brand in (TEE, COAT)
]


def read(data: bytes | str, **more: object) -> list[SourceProduct | BrokenItemError]:
    raw = data.encode() if isinstance(data, str) else data
    return list(MerchantFeed(io.BytesIO(raw), None, **more))


def table(delimiter: str, *rows: tuple[str, ...], header: tuple[str, ...] = COLUMNS) -> str:
    return "".join(delimiter.join(row) + "\n" for row in (header, *rows))


def archive(**files: bytes) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in files.items():
            packed.writestr(name, content)
    return data.getvalue()


CSV = table(",", TEE, COAT)


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(table("\t", TEE, COAT), id="tabs"),
        pytest.param(CSV, id="commas"),
        pytest.param(table(";", TEE, COAT), id="semicolons"),
        pytest.param("sep=;\n" + table(";", TEE, COAT), id="with Excel's first line"),
        pytest.param("\n\n" + CSV.replace("\n", "\r\n"), id="Windows line ends"),
        pytest.param(CSV.replace("\n", "\r"), id="old Mac line ends"),
        pytest.param(CSV.encode("utf-8-sig"), id="byte order mark"),
        pytest.param(CSV.encode("utf-16"), id="UTF-16"),
        pytest.param(table("\t", TEE, COAT).encode("utf-16-be"), id="UTF-16 without a mark"),
        pytest.param(CSV.replace("Navy Tee", '"Navy Tee"'), id="quoted"),
        pytest.param(
            table(",", TEE, COAT, header=tuple(f"g:{name}" for name in COLUMNS)), id="prefixed"
        ),
        pytest.param(
            table(
                ",",
                TEE,
                COAT,
                header=("ID", "Title", "Link", "Image Link", "Price", "Availability", "Brand"),
            ),
            id="names for people",
        ),
        pytest.param(
            table(
                ",",
                TEE,
                COAT,
                header=("retailer_id", "name", "url", "image[0].url", "price", "availability",
                        "brand"),
            ),
            id="Facebook's names",
        ),
        pytest.param(
            "\n".join(
                json.dumps(dict(zip(COLUMNS, row, strict=True))) for row in (TEE, COAT)
            ),
            id="JSON Lines",
        ),
        pytest.param(
            "\n".join(
                json.dumps({
                    "offerId": row[0],
                    "title": row[1],
                    "link": row[2],
                    "imageLink": row[3],
                    "price": {"value": row[4].removesuffix(" USD"), "currency": "USD"},
                    "availability": row[5],
                    "brand": row[6],
                })
                for row in (TEE, COAT)
            ),
            id="JSON Lines of the content API",
        ),
        pytest.param(gzip.compress(CSV.encode()), id="gzip"),
        pytest.param(archive(feed=CSV.encode(), **{"__MACOSX/._feed": b"x"}), id="zip"),
        pytest.param(archive(feed=gzip.compress(CSV.encode())), id="gzip in zip"),
    ],
)  # fmt: skip
def test_every_format_yields_the_same_products(data: bytes | str) -> None:
    assert read(data) == PRODUCTS


def test_bytes_that_are_not_utf_8_are_western() -> None:
    [product] = read(table(",", ("1", "Blåbärströja", *TEE[2:])).encode("cp1252"))
    assert isinstance(product, SourceProduct)
    assert product.title == "Blåbärströja"


def test_a_declared_encoding_is_kept_to() -> None:
    text = feed(item("1", "네이비 티")).replace("<?xml version", '<?xml encoding="EUC-KR" version')
    text = text.replace('encoding="EUC-KR" version="1.0"', 'version="1.0" encoding="EUC-KR"')
    [product] = read(text.encode("euc-kr"))
    assert isinstance(product, SourceProduct)
    assert product.title == "네이비 티"


@pytest.mark.parametrize("name", ["zlib", "unicode_escape", "punycode", "nonsense"])
def test_an_encoding_that_is_none_of_text_is_refused(name: str) -> None:
    with pytest.raises(SourceError, match="encoding that is not known"):
        read(f'<?xml version="1.0" encoding="{name}"?><rss/>')


def test_a_quoted_value_may_have_lines_marks_and_delimiters() -> None:
    quoted = ("1", '"The ""best"", \nnavy Tee"', *TEE[2:])
    first, second = read(table(",", quoted, COAT))
    assert isinstance(first, SourceProduct)
    assert first.title == 'The "best", navy Tee'
    assert second == PRODUCTS[1]


def test_marks_that_quote_nothing_stand_for_themselves() -> None:
    first, second, third = read(
        table("\t", ("0", '"Best" Tee', *TEE[2:]), ("1", '12" Tee', *TEE[2:]), COAT)
    )
    assert isinstance(first, SourceProduct)
    assert isinstance(second, SourceProduct)
    assert (first.title, second.title) == ('"Best" Tee', '12" Tee')
    assert third == PRODUCTS[1]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ('9,"Tee,https://shop.example/9', "a quotation mark is not closed"),
        ("9,Tee, navy,https://shop.example/9,x,5 USD,in_stock,Corner,more", "more values than"),
    ],
)
def test_a_broken_row_of_a_table_costs_itself(row: str, reason: str) -> None:
    lines = table(",", *[TEE] * 3, COAT).splitlines()
    first, broken, *others = read("\n".join([*lines[:2], row, *lines[2:]]))
    assert first == PRODUCTS[0]
    assert isinstance(broken, BrokenItemError)
    assert broken.reason.startswith(reason)
    assert others == [PRODUCTS[0], PRODUCTS[0], PRODUCTS[1]]


def test_a_broken_line_of_json_costs_itself() -> None:
    lines = [json.dumps(dict(zip(COLUMNS, row, strict=True))) for row in (TEE, COAT)]
    nested = '{"id":' + "[" * 100_000
    first, *broken, last = read("\n".join([lines[0], '{"id": "9"', "[]", nested, lines[1]]))
    assert [first, last] == PRODUCTS
    assert [type(item) for item in broken] == [BrokenItemError] * 3


def test_a_currency_is_read_from_its_column_or_given() -> None:
    header = (*COLUMNS, "currency")
    [own] = read(table(",", (*TEE[:4], "15.00", *TEE[5:], "eur"), header=header), currency="USD")
    [given] = read(table(",", (*TEE[:4], "15.00", *TEE[5:])), currency="USD")
    [unknown] = read(table(",", (*TEE[:4], "15.00", *TEE[5:])))
    prices = [found.price for found in (own, given, unknown) if isinstance(found, SourceProduct)]
    assert prices == [Money("15.00", "EUR"), Money("15.00", "USD"), None]


def test_a_currency_that_is_named_goes_before_one_that_is_given() -> None:
    [product] = read(table(",", (*TEE[:4], "€ 15.00", *TEE[5:])), currency="USD")
    assert isinstance(product, SourceProduct)
    assert product.price == Money("15.00", "EUR")


BLOG = (
    '<?xml version="1.0"?><rss version="2.0"><channel><title>News</title>'
    + "<item><title>New coats</title><link>https://shop.example/news</link>"
    "<guid>1</guid><pubDate>today</pubDate></item>" * 3 + "</channel></rss>"
)
ATOM_BLOG = (
    '<feed xmlns="http://www.w3.org/2005/Atom"><title>News</title>'
    + '<entry><id>urn:1</id><title>New coats</title><link href="https://shop.example/n"/></entry>'
    * 40
    + "</feed>"
)


@pytest.mark.parametrize(
    ("data", "looks_like"),
    [
        (b"", "empty"),
        (b" \n\n", "empty"),
        (gzip.compress(b""), "empty"),
        ("<!DOCTYPE html><html><body>Log in</body></html>", "an HTML page"),
        ("<?xml version='1.0'?>\n<!-- x --><html/>", "an HTML page"),
        (BLOG, "looks like a blog"),
        (ATOM_BLOG, "looks like a blog"),
        ('<?xml version="1.0"?><urlset><url/></urlset>', "a sitemap"),
        ("<products><product/></products>", "begins with <products>"),
        ('{"products": [\n]}', "no list of products"),
        ("<div>Log in<br></div>", "an HTML page"),
        ("<products><product></products>", "begins with <products>"),
        ("<rss><channel", "breaks off"),
        ("[1]", "no list of products"),
        ("name;street\nJo;High St", "does not name a product's columns: name;street"),
        ("Dear shop\nplease", "plain text"),
        (picture_file(outfit()), "a picture"),
        (b"%PDF-1.7\n", "a PDF"),
        (b"MZ\x90\x00\x03\x00\x00\x00" * 40, "binary"),
        (archive(**{"[Content_Types].xml": b"x", "xl/workbook.xml": b"x"}), "an office document"),
        (archive(a=b"x", b=b"x"), "2 files"),
        (archive(), "0 files"),
        (archive(a=b"x" * 400)[:60], "damaged"),
        (gzip.compress(CSV.encode())[:40], "cannot be"),
    ],
    # Packed bytes hold the time, and parallel runs must agree on the names.
    ids=lambda value: "packed" if isinstance(value, bytes) else None,
)
def test_what_is_no_feed_is_refused_as_what_it_is(data: bytes | str, looks_like: str) -> None:
    with pytest.raises(SourceError) as refused:
        read(data)
    assert looks_like in str(refused.value)


@pytest.mark.parametrize("pack", [gzip.compress, lambda data: archive(feed=data)])
def test_a_packed_bomb_is_limited(pack) -> None:
    with pytest.raises(SourceError, match="larger than 1 MiB"):
        read(pack(CSV.encode() + b"\n" * 3_000_000), max_bytes=2**20)


def test_the_list_of_an_archive_with_very_many_files_is_not_read() -> None:
    entry = struct.pack("<4s4B4HL2L5H2L", b"PK\x01\x02", *bytes(18))
    listed = entry * 200_000
    end = struct.pack(
        "<4s4H2LH", b"PK\x05\x06", 0, 0, 200_000 % 65_536, 200_000 % 65_536, len(listed), 4, 0
    )
    data = b"PK\x03\x04" + listed + end
    tracemalloc.start()
    try:
        with pytest.raises(SourceError, match="more than 1,000 files"):
            MerchantFeed(io.BytesIO(data), None)
        assert tracemalloc.get_traced_memory()[1] < 2 * 2**20
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("pack", [bytes, gzip.compress, lambda data: archive(feed=data)])
def test_what_a_feed_begins_with_can_be_seen_before_it_is_read(pack) -> None:
    chance = random.Random(1)
    links = [f"https://shop.example/{chance.randbytes(200).hex()}" for _ in range(500)]
    rows = ((str(n), TEE[1], link, *TEE[3:]) for n, link in enumerate(links))
    data = pack(table(",", *rows).encode())
    source = FeedSource(io.BytesIO(data), None, len(data))
    assert source.start.startswith("id,title")
    assert [item.link for item in source] == links


def test_a_line_without_end_is_refused() -> None:
    with pytest.raises(SourceError, match="A line of the feed has more"):
        read(CSV + "x" * 3_000_000)


def test_progress_is_counted_in_the_bytes_that_came() -> None:
    # What cannot be packed any smaller fills more than what is read ahead.
    chance = random.Random(1)
    links = (f"https://shop.example/{chance.randbytes(200).hex()}" for _ in range(2_000))
    data = gzip.compress(table(",", *((*TEE[:2], link, *TEE[3:]) for link in links)).encode())
    products = MerchantFeed(stream := io.BytesIO(data), None)
    rows = iter(products)
    next(rows)
    assert products.bytes_read < len(data)
    assert sum(1 for _ in rows) == 1_999
    assert products.bytes_read == len(data) == stream.tell()
