from dataclasses import replace
from itertools import pairwise, permutations
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model.colours import Colour
from model.likeness import pack_colours
from server.goods.gtin import read_gtin
from server.goods.links import canonical_link
from server.goods.money import Money
from server.offers.joining.same_product import NEARLY_EQUAL, SameProducts, looks_the_same
from server.offers.joining.sellers import MOST_SELLERS
from server.offers.offer import Offer, Seen
from tests.support.garments import unit

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


NAVY, RED = (pack_colours([Colour("x", code, 1.0)]) for code in ("#1f2a48", "#c8202e"))


def seen(angle: float = 0.0, colours: bytes = NAVY) -> Seen:
    return Seen(unit(np.cos(angle), np.sin(angle)).astype(np.float16), colours)


ONE = replace(FIRST, title="Wool Coat in Navy", gtin=None, shop="One", seen=seen())
SAME = replace(OTHER, title="Navy Wool Coat", gtin=None, seen=seen(0.1), price=None)


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
        ("https://a.example/x", "https://a.example/x?gad_source=1&ttclid=2&_trkparms=3&spm=a.b"),
        ("https://a.example/x?no=7", "https://a.example/x?no=7&NaPm=ct%3D1&n_media=2&n_rank=3"),
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
    again = replace(OTHER, link=FIRST.link + "?utm_source=x", gtin=None, price=None)
    assert join([FIRST], [again]) == {"ucp-1": FIRST}


def test_what_only_another_finding_of_the_same_page_says_is_taken() -> None:
    again = replace(
        OTHER,
        link=FIRST.link + "?utm_source=x",
        availability="in_stock",
        shipping=Money("0", "USD"),
        partner=True,
    )
    [offer] = join([FIRST], [again]).values()
    assert (offer.id, offer.link, offer.sellers) == ("ucp-1", FIRST.link, ())
    assert (offer.price, offer.availability, offer.shipping, offer.partner) == (
        Money("49.00", "USD"),
        "in_stock",
        Money("0", "USD"),
        True,
    )
    dearer = replace(again, price=Money("60.00", "USD"), list_price=Money("90.00", "USD"))
    assert join([offer], [dearer])["ucp-1"] == offer, "what was told stays"


def test_a_seller_s_price_that_comes_later_is_taken() -> None:
    priceless = replace(OTHER, price=None)
    again = replace(OTHER, id="serper-1", link=OTHER.link + "?gclid=1", gtin=None)
    [offer] = join([FIRST], [priceless], [again]).values()
    assert [(seller.id, seller.price) for seller in offer.sellers] == [("ebay-1", OTHER.price)]


def test_further_sellers_stand_from_the_cheapest_to_those_that_cannot_be_compared() -> None:
    prices = ["70.00 USD", None, "5.00 EUR", "9.00 USD", "49.00 USD"]
    others = [
        replace(
            OTHER, id=f"e-{n}", link=f"https://s{n}.example/", price=price and Money(*price.split())
        )
        for n, price in enumerate(prices)
    ]
    [offer] = join([replace(FIRST, price=Money("50.00", "USD"))], others).values()
    assert [seller.id for seller in offer.sellers] == ["e-3", "e-4", "e-0", "e-2", "e-1"]


def test_the_picture_that_is_most_like_the_garment_says_how_similar_a_product_is() -> None:
    unseen = replace(FIRST, picture_url="https://one.example/1.jpg")
    alike = replace(
        OTHER,
        picture_url="https://two.example/1.jpg",
        cosine=0.9,
        colour_likeness=0.8,
        colours=("navy",),
        similarity=0.85,
        seen=seen(),
    )
    for parts in ([unseen], [alike]), ([alike], [unseen]):
        [offer] = join(*parts).values()
        assert (offer.similarity, offer.cosine, offer.colour_likeness) == (0.85, 0.9, 0.8)
        assert (offer.picture_url, offer.colours) == (alike.picture_url, ("navy",))
    less = replace(alike, id="c", link="https://three.example/", similarity=0.3, cosine=0.7)
    assert join([alike], [less])["ebay-1"].cosine == 0.9


@pytest.mark.parametrize(
    "number", ["2000000000015", "0212345678909", "0412345678903", "20000004", "212345678909"]
)
def test_numbers_that_each_shop_gives_away_as_it_likes_join_nothing(number: str) -> None:
    assert read_gtin(number), "a valid one"
    assert len(join([replace(FIRST, gtin=number)], [replace(OTHER, gtin=number)])) == 2


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


@pytest.mark.parametrize("order", list(permutations([ONE, SAME])))
def test_equal_pictures_and_titles_of_two_providers_are_one_product(order: list[Offer]) -> None:
    [offer] = join(*([each] for each in order)).values()
    assert offer.id == order[0].id
    assert [seller.id for seller in offer.sellers] == [order[1].id]


@pytest.mark.parametrize(
    "changes",
    [
        {"title": "Navy Wool Skirt with Belt"},
        {"title": "Red Wool Coat"},
        {"title": "Navy Wool Coat 2"},
        {"seen": None},
        {"seen": seen(float(np.arccos(NEARLY_EQUAL - 0.01)))},
        {"seen": seen(0.1, RED)},
        {"condition": "used"},
        {"price": Money("49.00", "EUR")},
        {"price": Money("9.00", "USD")},
        {"provider": ONE.provider, "shop": ONE.shop},
    ],
)
def test_what_speaks_against_one_product_keeps_offers_apart(changes: dict[str, Any]) -> None:
    one = replace(ONE, price=Money("45.00", "USD"), title="Navy Wool Coat 1")
    other = replace(SAME, **({"title": "Wool Coat 1, Navy"} | changes))
    assert len(join([one], [other])) == 2
    assert not looks_the_same(one, other)
    assert looks_the_same(one, replace(SAME, title="Wool Coat 1, Navy"))


def test_different_numbers_are_never_joined_whatever_else_is_the_same() -> None:
    other = replace(ONE, id="ebay-1", provider="ebay", gtin="036000291452")
    assert len(join([replace(ONE, gtin=FIRST.gtin)], [other])) == 2
    # Nor by way of an offer without a number, which could be either.
    between = replace(SAME, link="https://three.example/")
    joined = join([replace(ONE, gtin=FIRST.gtin)], [between], [other])
    assert [len(offer.sellers) for offer in joined.values()] == [1, 0]


GTINS = ["4006381333931", "036000291452", None]
OFFERS = st.lists(
    st.builds(
        lambda provider, shop, title, gtin, price, condition, page, angle, colours: replace(
            FIRST,
            provider=provider,
            shop=shop,
            title=title,
            gtin=gtin,
            price=price,
            condition=condition,
            link=f"https://{shop}.example/{page}",
            seen=seen(angle, colours),
        ),
        st.sampled_from(["ucp", "ebay", "catalog"]),
        st.sampled_from(["one", "two", "three"]),
        st.sampled_from(["Navy Wool Coat", "Wool Coat in Navy", "Coat", "Red Wool Coat"]),
        st.sampled_from(GTINS),
        st.sampled_from([None, Money("49.00", "USD"), Money("50.00", "USD"), Money("49", "EUR")]),
        st.sampled_from([None, "new", "used"]),
        st.integers(0, 2),
        st.sampled_from([0.0, 0.1, 1.0]),
        st.sampled_from([NAVY, RED]),
    ),
    max_size=8,
).map(lambda offers: [replace(offer, id=f"o-{n}") for n, offer in enumerate(offers)])


@settings(deadline=None)
@given(OFFERS)
def test_no_seller_is_lost_and_no_two_numbers_are_joined(offers: list[Offer]) -> None:
    by_id = {offer.id: offer for offer in offers}
    joined = join(*([offer] for offer in offers))
    pages = {canonical_link(offer.link) for offer in offers}
    told = {
        canonical_link(link)
        for offer in joined.values()
        for link in (offer.link, *(seller.link for seller in offer.sellers))
    }
    assert told == pages
    for offer in joined.values():
        together = [offer, *(by_id[seller.id] for seller in offer.sellers)]
        assert len({each.gtin for each in together} - {None}) <= 1
        assert len({each.condition or "new" for each in together}) == 1
        links = [canonical_link(each.link) for each in together]
        assert len(links) == len(set(links))


@settings(deadline=None)
@given(OFFERS)
def test_joining_is_mutual(offers: list[Offer]) -> None:
    for one, other in pairwise(offers):
        assert looks_the_same(one, other) == looks_the_same(other, one)
        assert len(join([one], [other])) == len(join([other], [one]))
