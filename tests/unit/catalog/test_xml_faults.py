"""A fault in an XML feed costs the entry that has it."""

import io
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from server.catalog.sources.merchant_feed import MerchantFeed
from server.catalog.sources.product import BrokenItemError, SourceError, SourceProduct
from server.catalog.sources.xml_feed import MAX_DEPTH
from server.catalog.sources.xml_split import split
from tests.support.feeds import feed, item

GOOD = item("1")


def read(text: str | bytes) -> list[SourceProduct | BrokenItemError]:
    return list(MerchantFeed(io.BytesIO(text if isinstance(text, bytes) else text.encode()), None))


@pytest.mark.parametrize(
    ("written", "title"),
    [
        ("Tops & Tees", "Tops & Tees"),
        ("Tops &amp; Tees &", "Tops & Tees &"),
        ("Caf&eacute;&nbsp;Tee", "Café Tee"),
        ("Tee &unknown; x", "Tee &unknown; x"),
        ("Size < 40", "Size < 40"),
        ("Tee\x08 x", "Tee x"),
        ("Tee &#8; x", "Tee x"),
        ("<![CDATA[Tops & Tees]]> & more", "Tops & Tees & more"),
    ],
)
def test_common_faults_are_repaired_and_noted(written: str, title: str) -> None:
    before, repaired, after = read(feed(GOOD, GOOD.replace("Navy Tee", written), GOOD))
    assert isinstance(repaired, SourceProduct)
    assert repaired.title == title
    assert repaired.repair
    for product in (before, after):
        assert isinstance(product, SourceProduct)
        assert (product.title, product.repair) == ("Navy Tee", "")


def test_an_address_with_bare_ampersands_stays_whole() -> None:
    link = "https://shop.example/p?a=1&copy=2&lang=en"
    [product] = read(feed(GOOD.replace("https://shop.example/p/1", link)))
    assert isinstance(product, SourceProduct)
    assert product.link == link


@pytest.mark.parametrize(
    "broken",
    [
        GOOD.replace("</g:title>", "</g:titel>"),
        GOOD.replace("</g:title>", ""),
        GOOD.replace("</item>", ""),
        GOOD.replace("<item>", ""),
        GOOD.replace("Navy Tee", "<![CDATA[Navy Tee"),
        GOOD.replace("Navy Tee", "<!-- Navy Tee"),
        GOOD.replace("Navy Tee", "<a>" * MAX_DEPTH + "</a>" * MAX_DEPTH),
        GOOD.replace("<g:id>", "<g:id a=1>"),
    ],
)
def test_an_entry_that_cannot_be_repaired_costs_itself(broken: str) -> None:
    rest = [item("2"), item("3").replace("Navy Tee", "<![CDATA[Coat]]>")]
    before, lost, *after = read(feed(GOOD, broken, *rest))
    assert isinstance(before, SourceProduct)
    assert isinstance(lost, BrokenItemError)
    assert lost.reason
    assert [getattr(product, "key", None) for product in after] == ["2", "3"]


def test_a_fault_in_the_shop_s_name_costs_nothing() -> None:
    products = MerchantFeed(io.BytesIO(feed(GOOD, title="H & M&nbsp;Home").encode()), None)
    assert len(list(products)) == 1
    assert products.title == "H & M Home"


def test_a_prefix_that_is_not_declared_and_a_blank_line_before_cost_nothing() -> None:
    text = feed(GOOD).replace(' xmlns:g="http://base.google.com/ns/1.0"', "")
    [product] = read("\n  " + text)
    assert isinstance(product, SourceProduct)
    assert (product.key, product.title) == ("1", "Navy Tee")


def test_google_s_id_goes_before_that_of_atom() -> None:
    [product] = read(
        '<feed xmlns="http://www.w3.org/2005/Atom" xmlns:g="http://base.google.com/ns/1.0">'
        "<entry><id>https://shop.example/1</id><g:id>A1</g:id><title>Coat</title>"
        '<link href="https://shop.example/1"/><g:price>49.00 EUR</g:price></entry></feed>'
    )
    assert isinstance(product, SourceProduct)
    assert product.key == "A1"


@pytest.mark.parametrize("cut", [7, 30, 60, 200])
def test_a_feed_that_breaks_off_yields_what_came_before(cut: int) -> None:
    rows = iter(MerchantFeed(io.BytesIO(feed(GOOD, GOOD).encode()[:-cut]), None))
    assert isinstance(next(rows), SourceProduct)
    with pytest.raises(SourceError, match="breaks off"):
        list(rows)


def test_the_line_of_a_break_is_counted_through_the_entries() -> None:
    text = feed(GOOD + "\n\n\n", GOOD.replace("<g:title>", "\n<g:title>"), "\n</chanel>")
    with pytest.raises(SourceError, match=r"line 6"):
        read(text)


@pytest.mark.parametrize("mark", ["item", "entry", "g:item"])
def test_marks_inside_comments_and_sections_are_no_entries(mark: str) -> None:
    text = feed(
        f"<!-- <{mark}> --><![CDATA[<{mark}>]]>",
        GOOD.replace("Navy Tee", f"<![CDATA[Navy </{mark}> Tee]]>"),
        f"<{mark}/>",
    )
    product = read(text)[0]
    assert isinstance(product, SourceProduct)
    assert product.title == "Navy Tee"


@settings(max_examples=200, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            ["<item>", "</item>", "<entry a='b'>", "</entry >", "<item/>", "<!--", "-->", "x" * 90,
             "<![CDATA[", "]]>", "<?", "?>", "&amp;", "<", ">", "</feed>", "</channel></rss>"]
        ),
        max_size=30,
    ),
    st.integers(1, 50),
)  # fmt: skip
def test_the_parts_of_any_text_are_the_text(tokens: list[str], size: int) -> None:
    text = "".join(tokens)
    pieces = [text[start : start + size] for start in range(0, len(text), size)]
    parts = list(split(pieces))
    assert "".join(part.text for part in parts) == text
    assert all(part.text for part in parts)


@pytest.mark.parametrize("damage", ["?", "!--", "![CDATA["])
def test_what_begins_to_hide_and_never_ends_costs_its_own_entry_alone(damage: str) -> None:
    # Behind it more than an entry may have, so that its end cannot be waited for.
    filler = [item(f"filler-{number}") for number in range(20_000)]
    text = feed(item("a"), "<" + damage + GOOD[1:], item("b"), *filler, item("c"))
    keys = set()
    with suppress(SourceError):  # raised after the last entry
        for row in MerchantFeed(io.BytesIO(text.encode()), None):
            keys |= {row.key} if isinstance(row, SourceProduct) else set()
    assert {"a", "b", "c"} <= keys
    assert len(keys) == len(filler) + 3


def test_a_feed_of_nothing_but_starts_is_read_through_once() -> None:
    text = "<feed>" + "<!--<?<![CDATA[" * 200_000
    assert "".join(part.text for part in split([text])) == text


@settings(max_examples=200, deadline=None)
@given(st.integers(0, len(GOOD)), st.integers(0, 12), st.text(max_size=6))
def test_any_damage_inside_an_entry_leaves_its_neighbours_but_one(
    start: int, length: int, insert: str
) -> None:
    """A torn tag may join an entry to the next, or end the feed; no damage reaches further."""
    damaged = GOOD[:start] + insert + GOOD[start + length :]
    data = feed(item("a"), damaged, item("b"), item("c")).encode("utf-8", "replace")
    keys = set()
    with suppress(SourceError):  # raised after the last entry
        for row in MerchantFeed(io.BytesIO(data), None):
            keys |= {row.key} if isinstance(row, SourceProduct) else set()
    assert {"a", "c"} <= keys
