from dataclasses import fields, replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model.colours import Colour
from model.likeness import COSINE_OF_STRANGERS, COSINE_OF_TWINS
from server.config import Settings
from server.goods.money import Money
from server.offers.offer import Offer
from server.offers.order.ranking import CLEARLY, DEFAULT_PUSHES, Pushes, Ranking, ranked

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
    cosine=st.none() | st.floats(-1, 1),
    colour_likeness=st.none() | st.floats(0, 1),
)


def pushed(offer: Offer) -> Offer:
    return replace(offer, availability="in_stock", price=ONE, shipping=ONE, partner=True)


def test_every_reason_that_moves_an_offer_is_told() -> None:
    alike = replace(BARE, cosine=1.0, colour_likeness=1.0)
    [offer] = Ranking(opened=lambda _: True).ranked([pushed(alike)])
    assert offer.why == (
        "very similar",
        "in stock",
        "price known",
        "ships to you",
        "partner",
        "you opened this shop before",
    )
    assert offer.similarity == 1
    amounts = [getattr(DEFAULT_PUSHES, each.name) for each in fields(Pushes)]
    assert offer.score == pytest.approx(1 + sum(amounts))
    assert ranked([BARE])[0].why == ()


@settings(deadline=None)
@given(OFFERS, st.booleans())
def test_the_score_is_the_similarity_and_what_is_told(offer: Offer, opened: bool) -> None:
    amounts = {
        "in stock": DEFAULT_PUSHES.in_stock,
        "price known": DEFAULT_PUSHES.price,
        "ships to you": DEFAULT_PUSHES.ships,
        "partner": DEFAULT_PUSHES.partner,
        "you opened this shop before": DEFAULT_PUSHES.opened,
    }
    [found] = Ranking(opened=lambda _: opened).ranked([replace(offer, type="product")])
    told = sum(amounts.get(reason, 0.0) for reason in found.why)
    assert found.score == pytest.approx((found.similarity or 0.0) + told, abs=2e-4)


@settings(deadline=None)
@given(OFFERS, OFFERS)
def test_no_pushes_lift_an_offer_over_a_clearly_more_similar_one(one: Offer, other: Offer) -> None:
    most = Pushes(in_stock=0.03, price=0.01, partner=0.05, ships=0.005, opened=0.005)
    better, worse = ranked(
        [replace(o, type="product", id=i) for o, i in ((one, "a"), (other, "b"))]
    )
    if (worse.similarity or 0) > (better.similarity or 0):
        better, worse = worse, better
    if (better.similarity or 0) < (worse.similarity or 0) + CLEARLY + 1e-3:
        return
    offers = [replace(better, availability=None, price=None, partner=False), pushed(worse)]
    ranking = Ranking(most, lambda offer: offer.id == worse.id)
    assert [offer.id for offer in ranking.ranked(offers)] == [better.id, worse.id]


@pytest.mark.parametrize(
    "amounts",
    [
        {"partner": 0.06},
        {"partner": -0.01},
        {"partner": float("nan")},
        {"partner": 0.05, "opened": 0.05, "in_stock": 0.05},
    ],
)
def test_pushes_beyond_their_bounds_are_refused(amounts: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="push"):
        Pushes(**amounts)


def test_what_the_settings_say_is_what_moves_offers_by_default() -> None:
    settings = Settings()
    assert (
        Pushes(
            in_stock=settings.rank_in_stock,
            price=settings.rank_price,
            partner=settings.rank_partner,
            ships=settings.rank_ships,
            opened=settings.rank_opened,
        )
        == DEFAULT_PUSHES
    )


def test_a_push_of_nothing_is_no_reason() -> None:
    [offer] = Ranking(Pushes(partner=0.0)).ranked([replace(BARE, partner=True)])
    assert offer.why == ()


def test_between_equals_stock_price_and_partner_decide() -> None:
    plain = replace(BARE, id="plain", cosine=0.8)
    partner = replace(plain, id="partner", partner=True)
    stocked = replace(partner, id="stocked", availability="in_stock")
    assert [o.id for o in ranked([plain, partner, stocked])] == ["stocked", "partner", "plain"]


def test_what_was_not_compared_is_not_called_similar() -> None:
    alike = replace(BARE, id="alike", cosine=COSINE_OF_STRANGERS + 0.1)
    unknown = replace(BARE, id="unknown")
    order = ranked([unknown, alike])
    assert [offer.id for offer in order] == ["alike", "unknown"]
    assert order[1].similarity is None


def test_between_equal_shapes_colour_decides_and_another_one_is_not_very_similar() -> None:
    brown = replace(BARE, id="brown", cosine=COSINE_OF_TWINS, colour_likeness=0.0)
    black = replace(BARE, id="black", cosine=COSINE_OF_TWINS - 0.05, colour_likeness=1.0)
    order = ranked([brown, black])
    assert [offer.id for offer in order] == ["black", "brown"]
    assert [offer.why for offer in order] == [("very similar",), ("similar",)]


@pytest.mark.parametrize(
    ("changes", "is_same"),
    [
        ({}, True),
        ({"colour_likeness": 0.79}, False),
        ({"colour_likeness": None}, False),
        ({"title": "Red coat"}, False),
        ({"title": "Navy coat", "colours": ("red",)}, True),
        ({"colours": ()}, False),
    ],
)
def test_the_same_colour_is_told_only_where_it_is_seen_and_nobody_says_another(
    changes: dict[str, object], is_same: bool
) -> None:
    seen = replace(BARE, cosine=0.7, colour_likeness=0.9, colours=("navy",))
    [offer] = Ranking(colours=(NAVY,)).ranked([replace(seen, **changes)])
    assert ("same colour" in offer.why) == is_same


@settings(deadline=None)
@given(st.lists(OFFERS, max_size=12, unique_by=lambda offer: (offer.provider, offer.id)))
def test_the_list_falls_by_score_and_searches_come_last(offers: list[Offer]) -> None:
    order = ranked(offers)
    scores = [offer.score for offer in order]
    assert scores == sorted(scores, reverse=True)
    types = [offer.type for offer in order]
    assert types == sorted(types)
    assert ranked(reversed(order)) == order
