"""Links to other pages are recognised by their text alone if it is plain."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from server.shop_page.document.identity import LinkTargets, absolute, path_of

URL = "https://shop.example/p/Lamp-1?colour=red"


@pytest.mark.parametrize(
    ("address", "leads_away"),
    [
        ("/p/other", True),
        ("https://other.example/", False),
        ("https://other.example/x", True),
        ("/p/lamp-1/", False),
        ("/p/x/../lamp-1", False),
        ("/P/LAMP%2D1#reviews", False),
        ("#reviews", False),
        ("", False),
        ("javascript:void(0)", False),
        ("lamp-2", True),
    ],
)
def test_only_links_to_other_pages_lead_away(address: str, leads_away: bool) -> None:
    assert LinkTargets(URL, URL).leads_away(address) is leads_away


@settings(max_examples=500, deadline=None)
@example("/a", "http://[")
@example("/a", "")
@example("https://x.example/a", "http://[")
@given(
    st.lists(
        st.sampled_from(
            ["/", "//", ".", "..", "a", "p", "lamp-1", "?", "#", "=", "%2f", ":", "@", ";", " ",
             "[", "]", "https://", "http://", "HTTP://", "shop.example", "x:80", "é", "\t", "&"]
        ),
        max_size=9,
    ).map("".join),
    st.sampled_from([URL, "https://shop.example/", "http://[", "", "p/x", "ftp://x/y"]),
)  # fmt: skip
def test_the_shortcut_agrees_with_the_complete_address(address: str, base: str) -> None:
    target = absolute(address, base)
    away = target is not None and path_of(target) not in ("", path_of(URL))
    assert LinkTargets(URL, base).leads_away(address) is away
