"""Signed lists of shops: what was changed after it was signed is refused."""

import json
from pathlib import Path

import pytest

from server.catalog.shop_lists import (
    ShopListError,
    ShopLists,
    read_list,
    shipped_list,
    sign_list,
)

SHOP = {
    "name": "Corner",
    "address": "https://corner.example",
    "country": "KR",
    "tastes": ["street"],
}


def content(number: int = 1, **more: object) -> dict[str, object]:
    return {"name": "Seoul", "number": number, "shops": [SHOP], **more}


@pytest.fixture
def key(tmp_path: Path) -> Path:
    return tmp_path / "key.pem"


def test_the_list_that_is_shipped_is_signed_and_has_names_and_addresses_only() -> None:
    shipped = shipped_list()
    assert len(shipped.content.shops) > 30
    assert all(shop.address.startswith("https://") for shop in shipped.content.shops)
    assert len({shop.address for shop in shipped.content.shops}) == len(shipped.content.shops)


def test_a_signed_list_is_read_and_its_key_is_for_the_owner_alone(key) -> None:
    read = read_list(sign_list(content(), key).encode())
    assert [shop.name for shop in read.content.shops] == ["Corner"]
    assert key.stat().st_mode & 0o077 == 0


def test_a_list_that_was_changed_is_refused(key) -> None:
    document = json.loads(sign_list(content(), key))
    document["list"]["shops"][0]["address"] = "https://evil.example"
    with pytest.raises(ShopListError, match="changed after it was signed"):
        read_list(json.dumps(document).encode())


@pytest.mark.parametrize("data", [b"", b"{}", b"[]", b'{"list": 1, "key": "x", "signature": "x"}'])
def test_what_is_no_list_is_refused_in_words(data) -> None:
    with pytest.raises(ShopListError, match="not a signed list"):
        read_list(data)


@pytest.mark.parametrize(
    "shop",
    [
        {**SHOP, "address": "javascript:alert(1)"},
        {**SHOP, "name": "<b>Corner</b>"},
        {**SHOP, "country": "Korea"},
        {**SHOP, "tastes": ["unknown"]},
        {**SHOP, "price": 1},
    ],
)
def test_a_list_with_anything_else_in_it_cannot_be_signed(key, shop) -> None:
    with pytest.raises(ShopListError, match=r"shops\.0"):
        sign_list(content(shops=[shop]), key)


def test_a_newer_list_takes_the_place_of_the_older_if_the_same_key_signed_it(
    tmp_path: Path, key
) -> None:
    lists = ShopLists(tmp_path)
    lists.add(sign_list(content(2), key).encode())
    lists.add(sign_list(content(3), key).encode())
    assert [kept.content.number for kept in lists.all()][1:] == [3]
    with pytest.raises(ShopListError, match="newer list"):
        lists.add(sign_list(content(1), key).encode())
    with pytest.raises(ShopListError, match="somebody else signed it"):
        lists.add(sign_list(content(4), tmp_path / "other.pem").encode())
