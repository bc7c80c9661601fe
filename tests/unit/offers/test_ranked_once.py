"""What is ranked once is in the order, and has the scores, of what is ranked at each step."""

from collections.abc import Iterable

from hypothesis import given, settings
from hypothesis import strategies as st

from server.goods.money import Money
from server.offers.fan_out import OffersFound
from server.offers.joining.same_product import SameProducts
from server.offers.offer import ComparedOffer, RankedOffer
from server.offers.order.ranking import Ranking, best_first
from server.offers.search import _joined
from tests.support.providers import ScriptedProvider, top

RANKING = Ranking(opened=lambda offer: offer.shop == "One")
PROVIDER = ScriptedProvider("any")
COMPARED = st.builds(
    lambda number, provider, cosine, likeness, **facts: top(
        number, provider, cosine, colour_likeness=likeness, **facts
    ),
    st.integers(0, 6),
    st.sampled_from(["one", "two", "three"]),
    st.sampled_from([None, 0.5, 0.7, 0.85, 0.92]),
    st.sampled_from([0.0, 0.5, 1.0]),
    type=st.sampled_from(["product", "product", "product", "search"]),
    gtin=st.sampled_from([None, "4006381333931", "036000291452"]),
    price=st.sampled_from([None, Money("49.00", "USD")]),
    shop=st.sampled_from([None, "One", "Two"]),
    availability=st.sampled_from([None, "in_stock"]),
    link=st.sampled_from([f"https://shop.example/{number}" for number in range(4)]),
    partner=st.booleans(),
)
BATCHES = st.lists(st.lists(COMPARED, max_size=5), max_size=5)
Listed = list[tuple[str, float | None, float, tuple[str, ...]]]


def listed(offers: Iterable[RankedOffer]) -> Listed:
    return [(each.offer.id, each.similarity, each.score, each.why) for each in offers]


def ranked_at_each_step(batches: list[list[ComparedOffer]]) -> tuple[list[Listed], Listed]:
    """What each batch adds, and the whole list: ranked when found, when joined, and at the end."""
    products, links = SameProducts(), dict[str, RankedOffer]()
    shown: dict[str, ComparedOffer] = {}

    def ranked_again(offers: Iterable[ComparedOffer]) -> list[RankedOffer]:
        def rank(each: ComparedOffer) -> RankedOffer:
            # A link keeps the place that it was found at.
            is_link = each.offer.type == "search"
            return links[each.offer.id] if is_link else RANKING.rank(each)

        return best_first(map(rank, offers))

    added = []
    for batch in batches:
        found = RANKING.ranked(batch)
        for each in found:
            if each.offer.type == "search" and each.offer.id not in shown:
                links.setdefault(each.offer.id, each)
        fresh = products.join(each.compared for each in found)
        shown |= {each.offer.id: each for each in fresh}
        added.append(listed(ranked_again(fresh)))
    return added, listed(ranked_again(shown.values()))


@settings(deadline=None, max_examples=300)
@given(BATCHES)
def test_ranking_once_gives_the_same_list_as_ranking_at_each_step(
    batches: list[list[ComparedOffer]],
) -> None:
    products, shown = SameProducts(), dict[str, RankedOffer]()
    added = []
    for batch in batches:
        update = OffersFound(PROVIDER, tuple(RANKING.ranked(batch)))
        fresh = _joined(update, products, RANKING)
        shown |= {each.offer.id: each for each in fresh}
        added.append(listed(fresh))
    assert (added, listed(best_first(shown.values()))) == ranked_at_each_step(batches)
