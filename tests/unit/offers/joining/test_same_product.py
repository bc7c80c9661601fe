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
from server.offers.offer import ComparedOffer, Offer, PictureMatch
from tests.support.garments import unit

FIRST = ComparedOffer(
    Offer(
        id="ucp-1",
        provider="ucp",
        title="Coat",
        link="https://one.example/coat",
        gtin="4006381333931",
    )
)
OTHER = ComparedOffer(
    Offer(
        id="ebay-1",
        provider="ebay",
        title="A coat",
        link="https://two.example/c",
        shop="Two",
        price=Money("49.00", "USD"),
        gtin="4006381333931",
    )
)
NAVY, RED = (pack_colours([Colour("x", code, 1.0)]) for code in ("#1f2a48", "#c8202e"))


def seen(
    angle: float = 0.0, colours: bytes = NAVY, cosine: float = 0.0, likeness: float = 0.0
) -> PictureMatch:
    vector = unit(np.cos(angle), np.sin(angle)).astype(np.float16)
    return PictureMatch(cosine, likeness, vector, colours)


def changed(one: ComparedOffer, **changes: Any) -> ComparedOffer:
    """Change facts of an offer, or the match of its picture."""
    match = changes.pop("match", one.match)
    return ComparedOffer(replace(one.offer, **changes), match)


ONE = changed(FIRST, title="Wool Coat in Navy", gtin=None, shop="One", match=seen())
SAME = changed(OTHER, title="Navy Wool Coat", gtin=None, match=seen(0.1), price=None)


def join(*parts: list[ComparedOffer]) -> dict[str, Offer]:
    return {name: each.offer for name, each in join_compared(*parts).items()}


def join_compared(*parts: list[ComparedOffer]) -> dict[str, ComparedOffer]:
    same, shown = SameProducts(), dict[str, ComparedOffer]()
    for part in parts:
        shown |= {each.offer.id: each for each in same.join(part)}
    return shown


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
def test_one_gtin_is_one_offer_with_two_sellers(parts: tuple[list[ComparedOffer], ...]) -> None:
    [offer] = join(*parts).values()
    assert offer.id == "ucp-1"
    [seller] = offer.sellers
    assert (seller.id, seller.shop, seller.price) == ("ebay-1", "Two", Money("49.00", "USD"))


def test_a_upc_is_the_ean_with_a_zero_in_front() -> None:
    upc = changed(FIRST, gtin="036000291452")
    assert len(join([upc], [changed(OTHER, gtin="0036000291452")])) == 1


def test_the_same_page_found_twice_is_shown_once_and_is_no_second_seller() -> None:
    again = changed(OTHER, link=FIRST.offer.link + "?utm_source=x", gtin=None, price=None)
    assert join([FIRST], [again]) == {"ucp-1": FIRST.offer}


def test_what_only_another_finding_of_the_same_page_says_is_taken() -> None:
    again = changed(
        OTHER,
        link=FIRST.offer.link + "?utm_source=x",
        availability="in_stock",
        shipping=Money("0", "USD"),
        partner=True,
    )
    [offer] = join([FIRST], [again]).values()
    assert (offer.id, offer.link, offer.sellers) == ("ucp-1", FIRST.offer.link, ())
    assert (offer.price, offer.availability, offer.shipping, offer.partner) == (
        Money("49.00", "USD"),
        "in_stock",
        Money("0", "USD"),
        True,
    )
    dearer = changed(again, price=Money("60.00", "USD"), list_price=Money("90.00", "USD"))
    assert join([ComparedOffer(offer)], [dearer])["ucp-1"] == offer, "what is shown stays"


def test_a_seller_s_price_that_comes_later_is_taken() -> None:
    priceless = changed(OTHER, price=None)
    again = changed(OTHER, id="serper-1", link=OTHER.offer.link + "?gclid=1", gtin=None)
    [offer] = join([FIRST], [priceless], [again]).values()
    assert [(seller.id, seller.price) for seller in offer.sellers] == [
        ("ebay-1", OTHER.offer.price)
    ]


def test_further_sellers_go_from_the_cheapest_to_those_that_cannot_be_compared() -> None:
    prices = ["70.00 USD", None, "5.00 EUR", "9.00 USD", "49.00 USD"]
    others = [
        changed(
            OTHER, id=f"e-{n}", link=f"https://s{n}.example/", price=price and Money(*price.split())
        )
        for n, price in enumerate(prices)
    ]
    [offer] = join([changed(FIRST, price=Money("50.00", "USD"))], others).values()
    assert [seller.id for seller in offer.sellers] == ["e-3", "e-4", "e-0", "e-2", "e-1"]


def test_the_picture_that_is_most_like_the_garment_says_how_similar_a_product_is() -> None:
    unseen = changed(FIRST, picture_url="https://one.example/1.jpg")
    alike = changed(
        OTHER,
        picture_url="https://two.example/1.jpg",
        colours=("navy",),
        match=seen(cosine=0.9, likeness=0.8),
    )
    for parts in ([unseen], [alike]), ([alike], [unseen]):
        [joined] = join_compared(*parts).values()
        assert joined.match is alike.match
        assert joined.similarity == alike.similarity
        offer = joined.offer
        assert (offer.picture_url, offer.colours) == (alike.offer.picture_url, ("navy",))
    less = changed(alike, id="c", link="https://three.example/", match=seen(cosine=0.7))
    assert join_compared([alike], [less])["ebay-1"].match is alike.match


@pytest.mark.parametrize(
    "number", ["2000000000015", "0212345678909", "0412345678903", "20000004", "212345678909"]
)
def test_numbers_that_each_shop_gives_away_as_it_likes_join_nothing(number: str) -> None:
    assert read_gtin(number), "a valid one"
    assert len(join([changed(FIRST, gtin=number)], [changed(OTHER, gtin=number)])) == 2


def test_an_offer_that_is_shown_already_is_not_returned_again() -> None:
    same = SameProducts()
    assert same.join([FIRST]) == [FIRST]
    assert same.join([FIRST]) == []


@pytest.mark.parametrize(
    "changes", [{"condition": "used"}, {"gtin": "4006381333932"}, {"gtin": None}]
)
def test_second_hand_or_a_wrong_number_is_not_joined(changes: dict[str, str]) -> None:
    first = changed(FIRST, gtin=changes.get("gtin", FIRST.offer.gtin))
    other = changed(OTHER, **changes)
    assert set(join([first], [other])) == {"ucp-1", "ebay-1"}


def test_sellers_have_an_end() -> None:
    many = [changed(OTHER, id=f"e-{n}", link=f"https://s{n}.example/") for n in range(30)]
    [offer] = join([FIRST], many).values()
    assert len(offer.sellers) == MOST_SELLERS


def test_links_into_search_engines_are_left_alone() -> None:
    links = [changed(FIRST, id=f"links-{n}", type="search", gtin=None) for n in range(2)]
    assert len(join(links)) == 2


@pytest.mark.parametrize("order", list(permutations([ONE, SAME])))
def test_equal_pictures_and_titles_of_two_providers_are_one_product(
    order: list[ComparedOffer],
) -> None:
    [offer] = join(*([each] for each in order)).values()
    assert offer.id == order[0].offer.id
    assert [seller.id for seller in offer.sellers] == [order[1].offer.id]


@pytest.mark.parametrize(
    "changes",
    [
        {"title": "Navy Wool Skirt with Belt"},
        {"title": "Red Wool Coat"},
        {"title": "Navy Wool Coat 2"},
        {"match": None},
        {"match": seen(float(np.arccos(NEARLY_EQUAL - 0.01)))},
        {"match": seen(0.1, RED)},
        {"condition": "used"},
        {"price": Money("49.00", "EUR")},
        {"price": Money("9.00", "USD")},
        {"provider": ONE.offer.provider, "shop": ONE.offer.shop},
    ],
)
def test_what_speaks_against_one_product_keeps_offers_apart(changes: dict[str, Any]) -> None:
    one = changed(ONE, price=Money("45.00", "USD"), title="Navy Wool Coat 1")
    other = changed(SAME, **({"title": "Wool Coat 1, Navy"} | changes))
    assert len(join([one], [other])) == 2
    assert not looks_the_same(one, other)
    assert looks_the_same(one, changed(SAME, title="Wool Coat 1, Navy"))


def test_different_numbers_are_never_joined_whatever_else_is_the_same() -> None:
    other = changed(ONE, id="ebay-1", provider="ebay", gtin="036000291452")
    assert len(join([changed(ONE, gtin=FIRST.offer.gtin)], [other])) == 2
    # Nor by way of an offer without a number, which could be either.
    between = changed(SAME, link="https://three.example/")
    joined = join([changed(ONE, gtin=FIRST.offer.gtin)], [between], [other])
    assert [len(offer.sellers) for offer in joined.values()] == [1, 0]


GTINS = ["4006381333931", "036000291452", None]
OFFERS = st.lists(
    st.builds(
        lambda provider, shop, title, gtin, price, condition, page, angle, colours: changed(
            FIRST,
            provider=provider,
            shop=shop,
            title=title,
            gtin=gtin,
            price=price,
            condition=condition,
            link=f"https://{shop}.example/{page}",
            match=seen(angle, colours),
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
).map(lambda offers: [changed(offer, id=f"o-{n}") for n, offer in enumerate(offers)])


@settings(deadline=None)
@given(OFFERS)
def test_no_seller_is_lost_and_no_two_numbers_are_joined(offers: list[ComparedOffer]) -> None:
    by_id = {each.offer.id: each.offer for each in offers}
    joined = join(*([offer] for offer in offers))
    pages = {canonical_link(each.offer.link) for each in offers}
    shown_pages = {
        canonical_link(link)
        for offer in joined.values()
        for link in (offer.link, *(seller.link for seller in offer.sellers))
    }
    assert shown_pages == pages
    for offer in joined.values():
        together = [offer, *(by_id[seller.id] for seller in offer.sellers)]
        assert len({each.gtin for each in together} - {None}) <= 1
        assert len({each.condition or "new" for each in together}) == 1
        links = [canonical_link(each.link) for each in together]
        assert len(links) == len(set(links))


@settings(deadline=None)
@given(OFFERS)
def test_joining_is_mutual(offers: list[ComparedOffer]) -> None:
    for one, other in pairwise(offers):
        assert looks_the_same(one, other) == looks_the_same(other, one)
        assert len(join([one], [other])) == len(join([other], [one]))
