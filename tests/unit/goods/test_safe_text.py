import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.goods.links import host_of
from server.goods.safe_text import LONGEST_TITLE, clean_text, safe_link


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("  Teton \n Hoodie ", "Teton Hoodie"),
        ("CoolTech&trade; Short", "CoolTech™ Short"),
        ("A &amp;amp; B", "A & B"),
        ("<b>Red</b> <script>alert(1)</script>Dress", "Red alert(1) Dress"),
        ("&lt;img src=x onerror=alert(1)&gt;Dress", "Dress"),
        ("Dress\u202e gnp.exe\u0000", "Dress gnp.exe"),
        ("\ud800Dress", "Dress"),
        ("\u200b", None),
        ("\u3164\u115f\u2800", None),
        ("Dress\u3164", "Dress"),
        # Marks without end, and the most that Vietnamese, Thai and Hebrew have.
        ("Z" + "\u0300\u0489" * 90 + "a", "Z" + "\u0300\u0489" * 2 + "a"),
        ("Tiếng Việt", "Tiếng Việt"),
        ("เสื้อผ้าที่", "เสื้อผ้าที่"),
        ("בְּרֵאשִׁ֖ית", unicodedata.normalize("NFC", "בְּרֵאשִׁ֖ית")),
        (None, None),
        (["Dress"], None),
    ],
)
def test_a_title_is_plain_text_on_one_line(text: object, clean: str | None) -> None:
    assert clean_text(text) == clean


def test_a_long_title_is_cut() -> None:
    clean = clean_text("x" * 10_000)
    assert clean is not None
    assert len(clean) == LONGEST_TITLE
    assert clean.endswith("…")


@given(st.text(st.characters(codec=None), max_size=300))
def test_no_text_keeps_a_control_character(text: str) -> None:
    clean = clean_text(text)
    assert clean is None or not {unicodedata.category(c) for c in clean} & {"Cc", "Cf", "Cs", "Zl"}


@pytest.mark.parametrize(
    "link",
    [
        "https://shop.example/p?variant=1&_gsid=Q",
        "http://127.0.0.1:8080/p",
        "https://xn--3e0b707e.example/%ED%95%9C",
        "https://가게.example/상품",
    ],
)
def test_a_page_s_link_stays_as_it_is(link: str) -> None:
    assert safe_link(link) == link


@pytest.mark.parametrize(
    "link",
    [
        "javascript:alert(1)",
        "data:text/html,x",
        "file:///etc/passwd",
        "//shop.example/p",
        "/p",
        "https://",
        "https://shop.example@evil.example/",
        "https://user:secret@shop.example/",
        "https://shop.example/a b",
        "https://shop.example\\@evil.example/",
        "https://shop.example/\r\nSet-Cookie: a",
        "https://shop.example:99999/",
        "https://[::1",
        'https://shop.example/"onclick="x',
        "https://shop.example/" + "x" * 5000,
        "",
        None,
        5,
    ],
)
def test_a_link_that_may_do_harm_is_dropped(link: object) -> None:
    assert safe_link(link) is None


@given(st.text() | st.text().map(lambda text: "https://" + text))
def test_any_text_is_a_link_or_none(text: str) -> None:
    link = safe_link(text)
    assert link is None or host_of(link) is not None
