from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from server.goods.money import Money
from server.offers.offer import Offer
from server.offers.ranking import (
    COSINE_OF_STRANGERS,
    COSINE_OF_TWINS,
    IN_STOCK,
    PARTNER,
    PRICE_KNOWN,
    ranked,
    similarity_of,
)

BARE = Offer(id="bare", provider="ucp", title="Coat", link="https://shop.example/")
OFFERS = st.builds(
    Offer,
    id=st.text(min_size=1, max_size=5),
    provider=st.sampled_from(["catalog", "ucp"]),
    title=st.just("Coat"),
    link=st.just("https://shop.example/"),
    type=st.sampled_from(["product", "search"]),
    price=st.none() | st.just(Money("1.00", "USD")),
    availability=st.sampled_from([None, "in_stock", "out_of_stock"]),
    partner=st.booleans(),
    cosine=st.none() | st.floats(-1, 1),
)


def test_similarity_is_0_for_strangers_1_for_twins_and_clipped() -> None:
    assert similarity_of(COSINE_OF_STRANGERS) == 0
    assert similarity_of(COSINE_OF_TWINS) == 1
    assert similarity_of(-1) == 0
    assert similarity_of(1) == 1
    assert abs(similarity_of((COSINE_OF_STRANGERS + COSINE_OF_TWINS) / 2) - 0.5) < 1e-9


def test_every_reason_that_moves_an_offer_is_told() -> None:
    [offer] = ranked(
        [
            replace(
                BARE,
                cosine=1.0,
                availability="in_stock",
                price=Money("1.00", "USD"),
                partner=True,
            )
        ]
    )
    assert offer.why == ("very similar", "in stock", "price known", "partner")
    assert offer.similarity == 1
    assert offer.score == 1 + IN_STOCK + PRICE_KNOWN + PARTNER
    assert ranked([BARE])[0].why == ()


def test_no_bonus_lifts_an_offer_over_a_clearly_more_similar_one() -> None:
    step = (COSINE_OF_TWINS - COSINE_OF_STRANGERS) * 0.06
    plain = replace(BARE, id="plain", cosine=0.8)
    pushed = replace(
        BARE,
        id="pushed",
        cosine=0.8 - step,
        availability="in_stock",
        price=Money("1.00", "USD"),
        partner=True,
    )
    assert [offer.id for offer in ranked([pushed, plain])] == ["plain", "pushed"]


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


@given(st.lists(OFFERS, max_size=12, unique_by=lambda offer: (offer.provider, offer.id)))
def test_the_list_falls_by_score_and_searches_come_last(offers: list[Offer]) -> None:
    order = ranked(offers)
    scores = [offer.score for offer in order]
    assert scores == sorted(scores, reverse=True)
    types = [offer.type for offer in order]
    assert types == sorted(types)
    assert ranked(reversed(order)) == order
