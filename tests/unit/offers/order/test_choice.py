"""Filters leave offers out or move them; they never add or change one, and count all."""

from collections import Counter
from dataclasses import replace
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model.colours import Colour
from server.goods.exchange import read_given
from server.goods.links import shop_key
from server.goods.money import Money
from server.offers.offer import (
    ComparedOffer,
    DoneEvent,
    FailedEvent,
    Offer,
    OffersEvent,
    RankedOffer,
    Seller,
)
from server.offers.order.choice import PREFERRED, Choice, apply_choice, in_order
from server.offers.order.ranking import Ranking, is_same_colour
from tests.support import providers
from tests.support.providers import changed, match_of

RATES = read_given("EUR=1,USD=1.25,KRW=1500")
NAVY = (Colour("navy", "#1f2a48", 0.8),)
SHOPS = ["Northern Mill", "Second Hand", "  NORTHERN  mill", None]
SHOP_KEYS = ["northern mill", "second hand", "one.example"]

prices = st.one_of(
    st.none(),
    st.builds(Money, st.sampled_from(["5.00", "49.00", "49.00", "120.00"]), st.just("USD")),
    st.builds(Money, st.sampled_from(["6000", "58800", "900000"]), st.just("KRW")),
    st.builds(Money, st.sampled_from(["7.00"]), st.just("GBP")),  # no rate is known
)


def top(number, provider, cosine=0.8, *, score=0.0, similarity=None, why=(), **more):
    """Make a ranked offer of a top."""
    return RankedOffer(providers.top(number, provider, cosine, **more), similarity, score, why)


def sellers_of(number):
    return st.lists(
        st.builds(
            Seller,
            st.just("s"),
            st.just("p"),
            st.sampled_from([f"https://{host}.example/{number}" for host in ("one", "three")]),
            shop=st.sampled_from(SHOPS),
            price=prices,
        ),
        max_size=3,
    ).map(lambda some: tuple(replace(s, id=f"seller-{number}-{n}") for n, s in enumerate(some)))


# Made once, not at each draw: making them costs more than drawing.
numbers = st.integers(0, 4)
titles = st.sampled_from(["Navy Tee", "Red Tee", "Tee"])
hosts = st.sampled_from(["one", "www.two"])
shops = st.sampled_from(SHOPS)
conditions = st.sampled_from([None, "new", "used", "refurbished"])
cosines = st.sampled_from([None, 0.6, 0.7, 0.78, 0.85, 0.92])
sellers = [sellers_of(number) for number in range(12)]
counts = st.integers(0, len(sellers))
splits = [st.integers(0, count) for count in range(len(sellers) + 1)]


@st.composite
def searches(draw):
    """Draw the events of a search: batches of ranked offers."""
    count = draw(counts)
    offers = []
    for number in range(count):
        is_link = draw(numbers) == 0
        offer = Offer(
            id=f"offer-{number}",
            provider="links" if is_link else "one",
            type="search" if is_link else "product",
            title=draw(titles),
            link=f"https://{draw(hosts)}.example/{number}",
            shop=draw(shops),
            price=None if is_link else draw(prices),
            condition=draw(conditions),
            shipping=draw(prices),
            sellers=draw(sellers[number]) if number % 3 == 0 else (),
        )
        cosine = draw(cosines)
        offers.append(ComparedOffer(offer, match_of(cosine)))
    offers = Ranking().ranked(offers)
    split = draw(splits[count])
    events = [OffersEvent("one", tuple(offers[:split])), FailedEvent("three", "It is ill.")]
    again = tuple(offers[:1])  # comes twice: it gained a seller
    events += [OffersEvent("two", tuple(offers[split:]) + again)]
    return offers, [*events, DoneEvent(tuple(each.offer.id for each in offers))]


bounds = st.one_of(st.none(), st.sampled_from([Decimal(0), Decimal(10), Decimal("49.00")]))
choices = st.builds(
    Choice,
    currency=st.sampled_from(["USD", "KRW", "JPY"]),
    min_price=bounds,
    max_price=st.one_of(st.none(), st.sampled_from([Decimal("49.00"), Decimal(60000)])),
    sort=st.sampled_from(["similarity", "price"]),
    condition=st.sampled_from([None, "new", "used"]),
    prefer=st.frozensets(st.sampled_from(SHOP_KEYS)),
    block=st.frozensets(st.sampled_from(SHOP_KEYS), max_size=1),
    same_colour=st.booleans(),
    colours=st.just(NAVY),
    rates=st.sampled_from([None, RATES]),
)


def sold_as(offer, choice):
    """Return the offer as sold by a shop that is free and fits; by price, by the cheapest."""

    def is_blocked(one):
        return bool({shop_key(one.shop or ""), shop_key(one.link.split("/")[2])} & choice.block)

    def fits(one):
        price = choice.price_of(one.price)
        is_wanted = choice.min_price is not None or choice.max_price is not None
        low, high = choice.min_price or Decimal(0), choice.max_price or Decimal("Infinity")
        return low <= price <= high if price is not None else not is_wanted

    def cost(one):
        known = choice.cost_of(one)
        return Decimal("Infinity") if known is None else known

    if offer.type == "search":
        return offer
    by_others = [
        replace(offer, id=s.id, link=s.link, shop=s.shop, price=s.price, shipping=None)
        for s in offer.sellers
    ]
    free = [one for one in (offer, *by_others) if not is_blocked(one)]
    fitting = [one for one in free if fits(one)]
    if not free:
        return offer
    if fitting and choice.sort == "similarity":
        return fitting[0]
    return min(fitting or free, key=cost)


def outcome(events, choice):
    passed = list(apply_choice(iter(events), choice))
    found = [event for event in passed if isinstance(event, OffersEvent)]
    shown = {each.offer.id: each for event in found for each in event.offers}
    done = passed[-1]
    assert isinstance(done, DoneEvent)
    return passed, shown, done


@settings(max_examples=100, deadline=None)
@given(searches(), choices)
def test_nothing_is_added_lost_or_named_twice(search, choice):
    offers, events = search
    passed, shown, done = outcome(events, choice)
    assert [type(event) for event in passed] == [type(event) for event in events]
    assert sorted(done.order) == sorted(shown)
    assert len(set(done.order)) == len(done.order)
    assert shown.keys() <= {sold_as(each.offer, choice).id for each in offers}
    assert sum(done.left_out.values()) == len(offers) - len(shown)
    assert all(count > 0 for count in done.left_out.values())
    links = [each.offer.id for each in offers if each.offer.type == "search"]
    assert list(done.order[len(done.order) - len(links) :]) == links, "links stay, at the end"


@settings(max_examples=100, deadline=None)
@given(searches(), choices)
def test_every_offer_that_is_left_out_was_asked_to_be(search, choice):
    offers, events = search
    _, shown, done = outcome(events, choice)
    against = Counter()
    for each in offers:
        offer = sold_as(each.offer, choice)
        reason = choice.reason_against(offer)
        assert (reason is None) == (offer.id in shown)
        if reason:
            against[reason] += 1
        else:
            assert not is_against(offer, choice)
            sold = shown[offer.id].offer
            assert (sold.shop, sold.link) == (offer.shop, offer.link)
    assert done.left_out == dict(against)


def is_against(offer, choice):
    if offer.type == "search":
        return False
    names = {shop_key(offer.shop or ""), shop_key(offer.link.split("/")[2])}
    price = choice.price_of(offer.price)
    return bool(
        names & choice.block
        or (choice.condition == "new" and offer.condition in ("used", "refurbished"))
        or (choice.condition == "used" and offer.condition in (None, "new"))
        or (choice.same_colour and not is_same_colour(offer, choice.colours))
        or (choice.min_price is not None and (price is None or price < choice.min_price))
        or (choice.max_price is not None and (price is None or price > choice.max_price))
    )


@settings(max_examples=100, deadline=None)
@given(searches(), choices)
def test_without_a_wish_the_order_stays(search, choice):
    offers, events = search
    plain = Choice(currency=choice.currency, rates=choice.rates)
    _, shown, done = outcome(events, plain)
    assert done.order == tuple(each.offer.id for each in offers)
    assert done.left_out == {}
    assert shown == {each.offer.id: each for each in offers}


@settings(max_examples=100, deadline=None)
@given(searches(), choices)
def test_sorting_by_price_is_stable_and_puts_unknown_prices_last(search, choice):
    offers, _ = search
    by_price = Choice(currency=choice.currency, sort="price", rates=choice.rates)
    ordered = in_order(offers, by_price)
    assert sorted(ordered, key=offers.index) == offers
    products = [each for each in ordered if each.offer.type == "product"]
    costs = [by_price.cost_of(each.offer) for each in products]
    known = [cost for cost in costs if cost is not None]
    assert costs[: len(known)] == sorted(known)
    for one, other in pairwise(products):
        if by_price.cost_of(one.offer) == by_price.cost_of(other.offer):
            assert offers.index(one) < offers.index(other)


@settings(max_examples=100, deadline=None)
@given(searches(), choices)
def test_preferring_moves_only_what_is_preferred_and_never_past_a_higher_degree(search, choice):
    offers, _ = search
    wish = Choice(currency="USD", prefer=choice.prefer, block=choice.block)
    ordered = in_order(offers, wish)
    for kind in (True, False):
        same = [each for each in offers if wish.prefers(each.offer) is kind]
        assert [each for each in ordered if wish.prefers(each.offer) is kind] == same
    for place, offer in enumerate(ordered):
        for later in ordered[place + 1 :]:
            for least in (0.75, 0.5, 0.25):
                assert not (offer.score < least <= later.score)


def test_blocking_wins_over_preferring():
    offer = top(1, "one", shop="Northern Mill").offer
    choice = Choice(currency="USD", prefer=frozenset({"northern mill"}),
                    block=frozenset({"northern mill"}))  # fmt: skip
    assert choice.reason_against(offer) == "shop"
    assert not choice.prefers(offer)


@pytest.mark.parametrize(
    "name", ["Northern Mill", "northern  mill ", "ONE.example", "www.one.EXAMPLE"]
)
def test_a_shop_is_known_by_its_name_or_its_host(name):
    choice = Choice(currency="USD", block=frozenset({shop_key(name)}))
    offer = top(1, "one", shop="Northern Mill", link="https://www.one.example/1").offer
    assert choice.reason_against(offer) == "shop"
    assert choice.reason_against(top(2, "one", link="https://one.example.org/").offer) is None


def test_a_blocked_shop_is_no_further_seller_either_and_a_preferred_one_says_so():
    sellers = (
        Seller("a", "p", "https://bad.example/", shop="Bad"),
        Seller("b", "p", "https://good.example/", shop="Good"),
    )
    offer = top(1, "one", shop="Mill", sellers=sellers, why=("in stock",))
    choice = Choice(currency="USD", prefer=frozenset({"mill"}), block=frozenset({"bad"}))
    _, shown, _ = outcome([OffersEvent("one", (offer,)), DoneEvent(("one-1",))], choice)
    assert [seller.shop for seller in shown["one-1"].offer.sellers] == ["Good"]
    assert shown["one-1"].why == ("in stock", PREFERRED)


def test_what_a_blocked_shop_sells_stays_where_another_sells_it():
    sellers = (
        Seller("a", "p", "https://bad.example/2", shop="Bad"),
        Seller("b", "p", "https://good.example/", "Good", Money("52.00", "USD"), "in_stock"),
        Seller("c", "p", "https://fine.example/", shop="Fine"),
    )
    offer = top(
        1, "one", shop="Bad", sellers=sellers, price=Money("49.00", "USD"),
        list_price=Money("60.00", "USD"), shipping=Money("0", "USD"), partner=True, score=0.91,
        similarity=0.85, why=("very similar", "same colour", "in stock", "ships to you", "partner"),
    )  # fmt: skip
    link = top(2, "one", 0.7)
    events = [OffersEvent("one", (offer, link)), DoneEvent(("one-1", "one-2"))]
    choice = Choice(currency="USD", block=frozenset({"bad"}), prefer=frozenset({"good"}))
    _, shown, done = outcome(events, choice)
    assert done.order == ("b", "one-2")
    assert done.left_out == {}
    sold = shown["b"].offer
    assert (sold.shop, sold.link, sold.price) == (
        "Good", "https://good.example/", Money("52.00", "USD"),
    )  # fmt: skip
    assert (sold.title, sold.availability) == (offer.offer.title, "in_stock")
    assert shown["b"].score == 0.85
    assert (sold.list_price, sold.shipping, sold.partner) == (None, None, False)
    assert shown["b"].why == ("very similar", "same colour", PREFERRED)
    assert [seller.shop for seller in sold.sellers] == ["Fine"]
    all_blocked = replace(choice, block=frozenset({"bad", "good", "fine"}))
    _, shown, done = outcome(events, all_blocked)
    assert (list(shown), done.left_out) == (["one-2"], {"shop": 1})


def test_the_seller_s_own_price_is_what_a_range_is_of():
    seller = Seller("b", "p", "https://good.example/", "Good", Money("52.00", "USD"))
    offer = top(1, "one", shop="Bad", price=Money("49.00", "USD"), sellers=(seller,))
    choice = Choice(currency="USD", block=frozenset({"bad"}), max_price=Decimal(50))
    _, shown, done = outcome([OffersEvent("one", (offer,)), DoneEvent(("one-1",))], choice)
    assert (shown, done.left_out) == ({}, {"price": 1})


SOLD_TWICE = top(
    1, "one", shop="Mill", price=Money("90.00", "USD"), score=0.91, similarity=0.85,
    shipping=Money("0", "USD"), why=("very similar", "partner"), partner=True,
    sellers=(
        Seller("b", "p", "https://good.example/", "Good", Money("45.00", "USD"), "in_stock"),
        Seller("c", "p", "https://fine.example/", "Fine"),
    ),
)  # fmt: skip


@pytest.mark.parametrize(
    ("wanted", "seller"),
    [
        ({}, "one-1"),
        ({"sort": "price"}, "b"),
        ({"max_price": Decimal(50)}, "b"),
        ({"min_price": Decimal(50)}, "one-1"),
        ({"min_price": Decimal(50), "sort": "price"}, "one-1"),
        ({"max_price": Decimal(95)}, "one-1"),
        ({"max_price": Decimal(95), "sort": "price"}, "b"),
        ({"max_price": Decimal(10)}, None),
        ({"sort": "price", "block": frozenset({"good"})}, "one-1"),
        ({"sort": "price", "block": frozenset({"good", "mill"})}, "c"),
    ],
)
def test_where_price_counts_a_product_is_shown_as_its_cheapest_seller_sells_it(wanted, seller):
    choice = Choice(currency="USD", **wanted)
    _, shown, done = outcome([OffersEvent("one", (SOLD_TWICE,)), DoneEvent(("one-1",))], choice)
    assert list(done.order) == ([seller] if seller else [])
    if seller == "b":
        sold = shown["b"].offer
        assert (sold.price, sold.link, sold.shipping) == (
            Money("45.00", "USD"), "https://good.example/", None,
        )  # fmt: skip
        others = [(other.id, other.shop, other.price) for other in sold.sellers]
        assert others[0] == ("one-1", "Mill", Money("90.00", "USD")), "the other stays in sight"
        assert [other[0] for other in others] == ["one-1", "c"]


def test_what_moved_one_shop_moves_no_other_that_sells_the_same():
    between = top(2, "one", score=0.9, similarity=0.9)
    events = [OffersEvent("one", (SOLD_TWICE, between)), DoneEvent(("one-1", "one-2"))]
    assert outcome(events, Choice(currency="USD"))[2].order == ("one-1", "one-2")
    _, shown, done = outcome(events, Choice(currency="USD", block=frozenset({"mill"})))
    assert done.order == ("one-2", "b")
    assert (shown["b"].score, shown["b"].why, shown["b"].offer.partner) == (
        0.85,
        ("very similar",),
        False,
    )


def test_what_fits_by_a_seller_that_came_later_is_not_counted_as_left_out():
    alone = changed(SOLD_TWICE, sellers=())
    events = [
        OffersEvent("one", (alone,)),
        OffersEvent("two", (SOLD_TWICE,)),
        DoneEvent(("one-1",)),
    ]
    _, shown, done = outcome(events, Choice(currency="USD", max_price=Decimal(50)))
    assert (list(shown), done.order, done.left_out) == (["b"], ("b",), {})


def test_what_no_longer_fits_when_more_is_known_is_not_in_the_order():
    navy, red = (changed(SOLD_TWICE, title="Tee", colours=(name,)) for name in ("navy", "red"))
    events = [OffersEvent("one", (navy,)), OffersEvent("two", (red,)), DoneEvent(("one-1",))]
    choice = Choice(currency="USD", same_colour=True, colours=NAVY)
    assert outcome(events, choice)[2] == DoneEvent((), {"colour": 1})


def test_prices_in_other_currencies_count_only_where_a_rate_is_known():
    dollars, won, pounds = (
        top(1, "one", price=Money("49.00", "USD")),
        top(2, "one", price=Money("57000", "KRW")),
        top(3, "one", price=Money("1.00", "GBP")),
    )
    choice = Choice(currency="USD", sort="price", max_price=Decimal(49), rates=RATES)
    ordered = in_order([pounds, dollars, won], choice)
    assert [each.offer.id for each in ordered] == ["one-2", "one-1", "one-3"]
    assert choice.reason_against(won.offer) is None
    assert choice.reason_against(top(4, "one", price=Money("58807", "KRW")).offer) == "price"
    assert choice.reason_against(pounds.offer) == "price_unknown"
    without = Choice(currency="USD", sort="price", max_price=Decimal(49))
    assert without.reason_against(won.offer) == "price_unknown"


@pytest.mark.parametrize(
    ("price", "shipping", "currency", "cost"),
    [
        (Money("49.00", "USD"), None, "USD", Decimal("49.00")),
        (Money("49.00", "USD"), Money("0", "USD"), "USD", Decimal("49.00")),
        (Money("49.00", "USD"), Money("4.90", "USD"), "USD", Decimal("53.90")),
        (Money("12000", "KRW"), Money("3000", "KRW"), "USD", Decimal("12.50")),
        (Money("12000", "KRW"), Money("2.50", "USD"), "USD", Decimal("12.50")),
        (Money("49.00", "USD"), Money("3000", "KRW"), "USD", Decimal("49.00")),
        (Money("49.00", "USD"), Money("3.00", "GBP"), "EUR", Decimal("39.20")),
        (Money("49.00", "GBP"), Money("3.00", "USD"), "USD", None),
        (None, Money("3.00", "USD"), "USD", None),
    ],
)
def test_shipping_is_part_of_the_cost_where_it_is_known_and_can_be_compared(
    price, shipping, currency, cost
):
    choice = Choice(currency=currency, rates=RATES)
    assert choice.cost_of(top(1, "one", price=price, shipping=shipping).offer) == cost


def test_by_price_free_shipping_beats_a_lower_price_with_more_on_top():
    free = top(1, "one", price=Money("32.00", "USD"), shipping=Money("0", "USD"))
    dearer = top(2, "one", price=Money("30.00", "USD"), shipping=Money("4.90", "USD"))
    unknown = top(3, "one", price=Money("31.00", "USD"))
    by_price = Choice(currency="USD", sort="price", max_price=Decimal(30))
    assert in_order([dearer, free, unknown], by_price) == [unknown, free, dearer]
    assert by_price.reason_against(dearer.offer) is None, "a range is of the price alone"


def test_what_the_shop_says_of_a_colour_counts_before_what_was_seen():
    choice = Choice(currency="USD", same_colour=True, colours=NAVY)
    assert (
        choice.reason_against(top(1, "one", title="Red Tee", colours=("navy",)).offer) == "colour"
    )
    assert choice.reason_against(top(1, "one", title="Navy Tee", colours=("red",)).offer) is None
    assert choice.reason_against(top(1, "one", title="Tee", colours=("navy",)).offer) is None
    assert choice.reason_against(top(1, "one", title="Tee").offer) == "colour"


def test_what_is_far_off_is_left_out_and_counted_only_on_demand() -> None:
    near = top(1, "one", score=0.5)
    other = top(2, "one", score=-0.5)
    unlike = top(3, "one", 0.3, score=0.02)
    link = RankedOffer(ComparedOffer(providers.top(4, "one").offer), None, -1.0)
    link = changed(link, type="search")
    offers = (near, unlike, other, link)
    found = [OffersEvent("one", offers), DoneEvent(tuple(each.offer.id for each in offers))]
    *_, kept = apply_choice(found, Choice("USD"))
    assert kept == DoneEvent(("one-1", "one-3", "one-2", "one-4"))
    *_, done = apply_choice(found, Choice("USD", close=True))
    assert done == DoneEvent(("one-1", "one-4"), {"category": 1, "likeness": 1})


def test_the_cheapest_of_another_category_stays_below() -> None:
    cheap = top(1, "one", score=-0.5, price=Money("1.00", "USD"))
    dear = top(2, "one", score=0.5, price=Money("90.00", "USD"))
    unknown = top(3, "one", score=0.4, price=Money("1.00", "GBP"))
    ordered = in_order([dear, unknown, cheap], Choice("USD", sort="price"))
    assert [each.offer.id for each in ordered] == ["one-2", "one-3", "one-1"]
