"""Links to products."""

import pytest

from server.goods.links import canonical_link, host_of, shop_key, shop_keys


@pytest.mark.parametrize(
    ("link", "canonical"),
    [
        ("https://www.Shop.example/p/1/", "shop.example/p/1"),
        ("http://shop.example:80/p/1?utm_source=x&b=2&a=1&gclid=3", "shop.example/p/1?a=1&b=2"),
        ("https://shop.example:8443/p/1#top", "shop.example:8443/p/1"),
    ],
)
def test_a_link_without_what_tracks_visitors(link: str, canonical: str) -> None:
    assert canonical_link(link) == canonical


def test_a_shop_is_known_by_its_name_and_its_host() -> None:
    assert host_of("https://WWW.shop.example/p") == "shop.example"
    assert shop_key("  Corner\u00a0 Shop ") == shop_key("corner shop")
    assert shop_keys("Corner", "https://www.shop.example/p") == {"corner", "shop.example"}
    assert shop_keys(None, "https://shop.example/p") == {"shop.example"}
