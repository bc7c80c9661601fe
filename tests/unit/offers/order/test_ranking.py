from dataclasses import fields, replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model.categories import category_by_name
from model.colours import Colour
from model.likeness import COSINE_OF_STRANGERS, COSINE_OF_TWINS
from server.config import Settings
from server.goods.money import Money
from server.offers.offer import ComparedOffer, Offer, RankedOffer
from server.offers.order.ranking import (
    CLEARLY,
    DEFAULT_BOOSTS,
    Boosts,
    Ranking,
    best_first,
    is_close,
    is_same_category,
    is_same_colour,
    likeness_of,
)
from tests.support.providers import match_of, top

BARE = Offer(id="bare", provider="ucp", title="Coat", link="https://shop.example/")
NAVY = Colour("navy", "#1f2a48", 1.0)
ONE = Money("1.00", "USD")
OFFERS = st.builds(
    Offer,
    id=st.text(min_size=1, max_size=5),
    provider=st.sampled_from(["catalog", "ucp"]),
    title=st.just("Coat"),
    link=st.just("https://shop.example/"),
    type=st.sampled_from(["product", "search"]),
    price=st.none() | st.just(ONE),
    shipping=st.none() | st.just(ONE),
    availability=st.sampled_from([None, "in_stock", "out_of_stock"]),
    partner=st.booleans(),
)
MATCHES = st.builds(match_of, st.none() | st.floats(-1, 1), st.just(0.0) | st.floats(0, 1))
COMPARED = st.builds(ComparedOffer, OFFERS, MATCHES)


def compared(cosine: float | None = None, likeness: float = 0.0, **changes: Any) -> ComparedOffer:
    return ComparedOffer(replace(BARE, **changes), match_of(cosine, likeness))


def changed(offer: ComparedOffer, **changes: Any) -> ComparedOffer:
    return replace(offer, offer=replace(offer.offer, **changes))


def boosted(offer: ComparedOffer) -> ComparedOffer:
    return changed(offer, availability="in_stock", price=ONE, shipping=ONE, partner=True)


def ranked(*offers: ComparedOffer) -> list[RankedOffer]:
    return Ranking().ranked(offers)


def ids(offers: list[RankedOffer]) -> list[str]:
    return [each.offer.id for each in offers]


def test_every_reason_that_moves_an_offer_is_shown() -> None:
    [offer] = Ranking(opened=lambda _: True).ranked([boosted(compared(1.0, 1.0))])
    assert offer.why == (
        "very similar",
        "in stock",
        "price known",
        "ships to you",
        "partner",
        "you opened this shop before",
    )
    assert offer.similarity == 1
    amounts = [getattr(DEFAULT_BOOSTS, each.name) for each in fields(Boosts)]
    assert offer.score == pytest.approx(1 + sum(amounts))
    assert ranked(compared())[0].why == ()


@settings(deadline=None)
@given(COMPARED, st.booleans())
def test_the_score_is_the_similarity_and_the_boosts_that_are_shown(
    offer: ComparedOffer, opened: bool
) -> None:
    amounts = {
        "in stock": DEFAULT_BOOSTS.in_stock,
        "price known": DEFAULT_BOOSTS.price,
        "ships to you": DEFAULT_BOOSTS.ships,
        "partner": DEFAULT_BOOSTS.partner,
        "you opened this shop before": DEFAULT_BOOSTS.opened,
    }
    [found] = Ranking(opened=lambda _: opened).ranked([changed(offer, type="product")])
    reasons = sum(amounts.get(reason, 0.0) for reason in found.why)
    assert found.score == pytest.approx((found.similarity or 0.0) + reasons, abs=2e-4)


@settings(deadline=None)
@given(COMPARED, COMPARED)
def test_no_boosts_lift_an_offer_over_a_clearly_more_similar_one(
    one: ComparedOffer, other: ComparedOffer
) -> None:
    most = Boosts(in_stock=0.03, price=0.01, partner=0.05, ships=0.005, opened=0.005)
    better, worse = (
        changed(offer, type="product", id=name) for offer, name in ((one, "a"), (other, "b"))
    )
    if (worse.similarity or 0) > (better.similarity or 0):
        better, worse = worse, better
    if (better.similarity or 0) < (worse.similarity or 0) + CLEARLY + 1e-3:
        return
    offers = [changed(better, availability=None, price=None, partner=False), boosted(worse)]
    ranking = Ranking(most, lambda offer: offer.id == worse.offer.id)
    assert ids(ranking.ranked(offers)) == [better.offer.id, worse.offer.id]


@pytest.mark.parametrize(
    "amounts",
    [
        {"partner": 0.06},
        {"partner": -0.01},
        {"partner": float("nan")},
        {"partner": 0.05, "opened": 0.05, "in_stock": 0.05},
    ],
)
def test_boosts_beyond_their_bounds_are_refused(amounts: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="boost"):
        Boosts(**amounts)


def test_what_the_settings_say_is_what_moves_offers_by_default() -> None:
    settings = Settings()
    assert (
        Boosts(
            in_stock=settings.rank_in_stock,
            price=settings.rank_price,
            partner=settings.rank_partner,
            ships=settings.rank_ships,
            opened=settings.rank_opened,
        )
        == DEFAULT_BOOSTS
    )


def test_a_boost_of_zero_is_no_reason() -> None:
    [offer] = Ranking(Boosts(partner=0.0)).ranked([compared(partner=True)])
    assert offer.why == ()


def test_between_equals_stock_price_and_partner_decide() -> None:
    plain = compared(0.8, id="plain")
    partner = changed(plain, id="partner", partner=True)
    stocked = changed(partner, id="stocked", availability="in_stock")
    assert ids(ranked(plain, partner, stocked)) == ["stocked", "partner", "plain"]


def test_what_was_not_compared_is_not_called_similar() -> None:
    alike = compared(COSINE_OF_STRANGERS + 0.1, id="alike")
    order = ranked(compared(id="unknown"), alike)
    assert ids(order) == ["alike", "unknown"]
    assert order[1].similarity is None


def test_between_equal_shapes_colour_decides_and_another_one_is_not_very_similar() -> None:
    brown = compared(COSINE_OF_TWINS, 0.0, id="brown")
    black = compared(COSINE_OF_TWINS - 0.05, 1.0, id="black")
    order = ranked(brown, black)
    assert ids(order) == ["black", "brown"]
    assert [offer.why for offer in order] == [("very similar",), ("similar",)]


@pytest.mark.parametrize(
    ("changes", "is_same"),
    [
        ({}, True),
        ({"likeness": 0.79}, False),
        ({"cosine": None}, False),
        ({"title": "Red coat"}, False),
        ({"title": "Navy coat", "colours": ("red",)}, True),
        ({"colours": ()}, False),
    ],
)
def test_the_same_colour_is_a_reason_only_if_the_picture_shows_it_and_no_words_contradict(
    changes: dict[str, Any], is_same: bool
) -> None:
    values = {"cosine": 0.7, "likeness": 0.9, "colours": ("navy",)} | changes
    [offer] = Ranking(colours=(NAVY,)).ranked([compared(**values)])
    assert ("same colour" in offer.why) == is_same


@settings(deadline=None)
@given(st.lists(COMPARED, max_size=12, unique_by=lambda o: (o.offer.provider, o.offer.id)))
def test_the_list_falls_by_score_and_searches_come_last(offers: list[ComparedOffer]) -> None:
    order = ranked(*offers)
    scores = [offer.score for offer in order]
    assert scores == sorted(scores, reverse=True)
    types = [each.offer.type for each in order]
    assert types == sorted(types)
    assert best_first(reversed(order)) == order


@pytest.mark.parametrize(
    ("garment", "title", "same"),
    [
        ("navy", "Navy tee", True),
        ("navy", "Blue tee", True),
        ("navy", "Light blue tee", False),
        ("navy", "Black tee", False),
        ("light grey", "Gray tee", True),
        ("olive", "Khaki parka", True),
        ("red", "Burgundy dress", True),
        ("red", "Pink dress", False),
        ("black", "Charcoal tee", True),
        ("navy", "Tee", None),
    ],
)
def test_which_colour_in_a_title_counts_as_the_same(garment, title, same):
    assert (
        is_same_colour(top(1, "one", title=title).offer, (Colour(garment, "#000000", 1.0),)) is same
    )


def test_an_unknown_colour_is_neither_the_same_nor_another():
    assert is_same_colour(top(1, "one", title="Navy tee").offer, ()) is None
    link = top(1, "links", title="Navy", type="search").offer
    assert is_same_colour(link, (NAVY,)) is None


@pytest.mark.parametrize(
    ("cosine", "colours", "likeness"),
    [
        (0.99, 0.99, "same"),
        (0.99, 0.5, "very similar"),
        (0.93, 1.0, "very similar"),
        (0.3, 0.3, "alike"),
        (None, 0.0, None),
    ],
)
def test_an_offer_is_said_to_be_the_same_or_very_similar_or_only_alike(
    cosine: float | None, colours: float, likeness: str | None
) -> None:
    assert likeness_of(top(1, "shop", cosine, colour_likeness=colours)) == likeness


def test_what_is_known_to_be_of_another_category_comes_below_all_that_may_be_of_it() -> None:
    titles = {"Shorts": 0.99, "Trousers": 0.65, "Bottom": None, "Pants": 0.1, "Skirt": 0.8}
    found = [
        top(number, "shop", cosine, title=title, availability="in_stock")
        for number, (title, cosine) in enumerate(titles.items())
    ]
    link = ComparedOffer(replace(BARE, type="search", id="link"))
    ranking = Ranking(categories=(category_by_name("trousers"),))
    order = [each.offer.title for each in ranking.ranked([*found, link])]
    assert order[0] == "Trousers"
    assert order[-3:] == ["Shorts", "Skirt", "Coat"]
    assert Ranking().ranked(found)[0].offer.title == "Shorts"
    doubted = Ranking(categories=(category_by_name("trousers"), category_by_name("shorts")))
    order = [each.offer.title for each in doubted.ranked([*found, link])]
    assert order[0] == "Shorts"
    assert order[-2:] == ["Skirt", "Coat"]


@pytest.mark.parametrize(
    ("title", "category", "same"),
    [("Shorts", "trousers", False), ("Jeans", "trousers", True), ("Bottom", "trousers", None)],
)
def test_a_category_is_known_only_where_words_say_it(title: str, category: str, same: Any) -> None:
    offer = replace(BARE, title=title)
    assert is_same_category(offer, [category_by_name(category)]) is same
    assert is_same_category(offer, []) is None


@pytest.mark.parametrize(
    ("cosine", "colours", "close"),
    [(0.9, 0.0, True), (0.7, 0.9, True), (0.5, 1.0, False), (0.7, 0.1, False), (None, 0.0, None)],
)
def test_an_offer_is_close_only_by_shape_and_similarity(
    cosine: float | None, colours: float, close: bool | None
) -> None:
    assert is_close(top(1, "shop", cosine, colour_likeness=colours)) is close
