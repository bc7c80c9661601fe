from dataclasses import replace

import pytest

from server.goods.money import Money
from server.offers.offer import Offer
from server.offers.same_product import MOST_SELLERS, SameProducts, canonical_link

FIRST = Offer(
    id="ucp-1",
    provider="ucp",
    title="Coat",
    link="https://one.example/coat",
    gtin="4006381333931",
)
OTHER = Offer(
    id="ebay-1",
    provider="ebay",
    title="A coat",
    link="https://two.example/c",
    shop="Two",
    price=Money("49.00", "USD"),
    gtin="4006381333931",
)


def join(*parts: list[Offer]) -> dict[str, Offer]:
    same, told = SameProducts(), dict[str, Offer]()
    for part in parts:
        told |= same.join(told, part)
    return told


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://a.example/x", "http://www.a.example/x/?utm_source=mail&gclid=1#top"),
        ("https://a.example/x?b=2&a=1", "https://A.example/x?a=1&b=2&SRSLTID=zz"),
    ],
)
def test_one_page_has_one_canonical_link(one: str, other: str) -> None:
    assert canonical_link(one) == canonical_link(other)


@pytest.mark.parametrize(
    "other", ["https://a.example/x?variant=2", "https://b.example/x?variant=1"]
)
def test_another_variant_or_shop_is_another_page(other: str) -> None:
    assert canonical_link("https://a.example/x?variant=1") != canonical_link(other)


@pytest.mark.parametrize("parts", [([FIRST], [OTHER]), ([FIRST, OTHER],)])
def test_one_gtin_is_one_offer_with_two_sellers(parts: tuple[list[Offer], ...]) -> None:
    [offer] = join(*parts).values()
    assert offer.id == "ucp-1"
    [seller] = offer.sellers
    assert (seller.id, seller.shop, seller.price) == ("ebay-1", "Two", Money("49.00", "USD"))


def test_a_upc_is_the_ean_with_a_zero_in_front() -> None:
    upc = replace(FIRST, gtin="036000291452")
    assert len(join([upc], [replace(OTHER, gtin="0036000291452")])) == 1


def test_the_same_page_found_twice_is_told_once_and_is_no_second_seller() -> None:
    again = replace(OTHER, link=FIRST.link + "?utm_source=x", gtin=None)
    assert join([FIRST], [again]) == {"ucp-1": FIRST}


def test_what_is_told_already_is_not_told_again() -> None:
    same = SameProducts()
    told = same.join({}, [FIRST])
    assert same.join(told, [FIRST]) == {}


@pytest.mark.parametrize(
    "changes", [{"condition": "used"}, {"gtin": "4006381333932"}, {"gtin": None}]
)
def test_second_hand_or_a_wrong_number_stands_alone(changes: dict[str, str]) -> None:
    first = replace(FIRST, gtin=changes.get("gtin", FIRST.gtin))
    other = replace(OTHER, **changes)
    assert set(join([first], [other])) == {"ucp-1", "ebay-1"}


def test_sellers_have_an_end() -> None:
    many = [replace(OTHER, id=f"e-{n}", link=f"https://s{n}.example/") for n in range(30)]
    [offer] = join([FIRST], many).values()
    assert len(offer.sellers) == MOST_SELLERS


def test_links_into_search_engines_are_left_alone() -> None:
    links = [replace(FIRST, id=f"links-{n}", type="search", gtin=None) for n in range(2)]
    assert len(join(links)) == 2
