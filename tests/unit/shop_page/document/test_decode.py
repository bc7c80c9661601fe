"""Bytes become text, and text becomes what is worth parsing."""

import pytest

from server.shop_page.document.decode import MAX_BYTES, read_text
from server.shop_page.document.strip import MAX_MARKUP, MAX_TAGS, strip_page


@pytest.mark.parametrize(
    ("data", "content_type", "text"),
    [
        ("Käse 5 €".encode(), None, "Käse 5 €"),
        ("Käse".encode("cp1252"), None, "Käse"),
        ("Käse".encode("utf-16"), "text/html; charset=latin1", "Käse"),
        ("Käse".encode("cp1252"), "text/html; charset=ISO-8859-1", "Käse"),
        (
            '<meta charset="windows-1251">Сыр'.encode("cp1251"),
            None,
            '<meta charset="windows-1251">Сыр',
        ),
        ('<meta charset="euc-kr">치즈'.encode("cp949"), None, '<meta charset="euc-kr">치즈'),
        # Saved by a browser, which leaves the old declaration in the page.
        ('<meta charset="iso-8859-1">5 €'.encode(), None, '<meta charset="iso-8859-1">5 €'),
        (
            '<meta charset="iso-8859-1">Größe 5 €'.encode("cp1252"),
            None,
            '<meta charset="iso-8859-1">Größe 5 €',
        ),
        # Declared behind the first 4096 bytes, and no UTF-8.
        (
            f'<!--{"x" * 5000}--><meta charset="gbk">{"价格" * 50}'.encode("gbk"),
            None,
            f'<!--{"x" * 5000}--><meta charset="gbk">{"价格" * 50}',
        ),
        ('<meta charset="rot13">Käse'.encode(), None, '<meta charset="rot13">Käse'),
        ('<meta charset="utf-16">Käse'.encode(), None, '<meta charset="utf-16">Käse'),
        (b'<meta charset="undefined">a', None, '<meta charset="undefined">a'),
        (b'<meta charset="idna">a', "text/html; charset=punycode", '<meta charset="idna">a'),
        (b'<meta charset="utf\x00-8">a', None, '<meta charset="utf-8">a'),
        (b"a\x00b\x0cc", None, "abc"),
        ("a\ud800b", None, "ab"),
    ],
)
def test_a_page_is_decoded_as_a_browser_would(
    data: bytes | str, content_type: str | None, text: str
) -> None:
    assert read_text(data, content_type) == text


def test_no_more_than_two_megabytes_are_read() -> None:
    assert len(read_text(b"x" * (MAX_BYTES + 5))) == MAX_BYTES
    assert read_text("é".encode() * MAX_BYTES).startswith("éé")


def test_a_saved_page_may_be_cut_inside_a_character() -> None:
    head = b'<meta charset="iso-8859-15">'
    assert read_text(head + "€".encode() * MAX_BYTES).endswith("€€")


def test_scripts_are_kept_separately_and_ballast_is_cut() -> None:
    page = strip_page(
        "<p>a</p><!-- <p>no</p> --><style>p{}</style><svg><path d='M0'/></svg>"
        "<SCRIPT id='s' type='Application/LD+JSON' data-x='>'>{\"a\":\"</p>\"}</SCRIPT ><p>b</p>"
    )
    assert page.markup == "<p>a</p><p>b</p>"
    assert page.json_ld == ['{"a":"</p>"}']
    assert page.scripts[0].id == "s"


def test_a_script_that_is_not_closed_takes_the_rest() -> None:
    page = strip_page('<p>a</p><script type="application/ld+json">{"a": 1}<p>b</p>')
    assert page.markup == "<p>a</p>"
    assert page.json_ld == ['{"a": 1}<p>b</p>']


def test_an_element_left_open_does_not_take_the_rest() -> None:
    assert strip_page("<noscript><p>a</p>").markup == "<noscript><p>a</p>"


def test_attributes_are_few_and_short() -> None:
    many = strip_page("<div " + " ".join(f"a{i}=1" for i in range(5_000)) + ">x</div>").markup
    assert many.count("=") <= 48
    assert many.endswith(">x</div>")
    long = strip_page(f"<div class='price' data-x='{'y' * 9_000}' id='p'>x</div>").markup
    assert long == "<div class='price' id='p'>x</div>"


def test_a_quote_in_an_attribute_hides_no_tag() -> None:
    hidden = "<p a'><div " + " ".join(f"a{i}" for i in range(5_000)) + " '>"
    assert strip_page(hidden).markup.count(" ") < 100


def test_a_page_of_any_size_is_limited_but_its_data_is_found() -> None:
    page = strip_page("<p>" * (MAX_TAGS + 10) + '<script type="application/ld+json">{}</script>')
    assert page.markup.count("<p>") <= MAX_TAGS + 1
    assert page.json_ld == ["{}"]
    assert len(strip_page("x" * (MAX_MARKUP * 2)).markup) == MAX_MARKUP
