"""Correct the price in markup by other markup, and by what the page shows."""

from decimal import Decimal

from server.goods.currencies import Place
from server.shop_page.offer import SourceFacts
from server.shop_page.visible.price import CLEAR, VisiblePrices

# The lowest score of a price that, with other evidence, is believed over markup.
SURE = 50
# The lowest score of a price that is believed over a price in markup that the page does not show.
CERTAIN = 75
# A price this many times lower than the one in markup is an extra beside it, not a sale.
_EXTRA = 4


def forget_foreign_price(
    metas: SourceFacts, state: SourceFacts, seen: VisiblePrices, place: Place
) -> None:
    """Forget a price in meta tags where the page shows another in its own currency.

    Copied pages keep the tags of what they were copied from. What scripts say is forgotten with
    it, if it is the same.
    """
    best = seen.best
    if best is None or metas.price is None or best.score < CERTAIN:
        return
    own = place.currency(best.symbol)
    if own is None or metas.currency in (None, own) or metas.price in seen.with_symbol:
        return
    for facts in (metas, state):
        if facts.price in metas.prices:
            facts.price = facts.list_price = facts.currency = None


def forget_rates(ranked: list[SourceFacts], seen: VisiblePrices) -> None:
    """Forget a price in markup that the page only shows as an instalment of a larger one."""
    for facts in ranked:
        if facts.price is not None and facts.price in seen.rates:
            facts.price = facts.list_price = None


def corrected_price(
    best: SourceFacts, ranked: list[SourceFacts], seen: VisiblePrices
) -> Decimal | None:
    """Return the price to use instead of the markup's if what the page shows supports it."""
    visible = seen.best
    price = best.price
    if visible is None or price is None or visible.amount == price:
        return None
    # Of a price that was computed, 188.904, shops show the cents.
    is_rounded = visible.amount == round(price, 2) and visible.score >= CLEAR
    is_for_members = price in seen.for_members and visible.amount > price
    if is_rounded or (is_for_members and visible.score >= SURE):
        return visible.amount
    # The price in markup is crossed out right beside a lower one.
    is_struck = price in seen.struck and visible.list_price == price
    has_tax = visible.with_tax and _is_with_tax(visible.amount, price)
    if visible.score < (CLEAR if is_struck or has_tax else SURE):
        return None
    in_cents = best.where == "state" and visible.amount * 100 == price
    if in_cents or (best.where == "state" and price not in seen.anywhere and not best.addressed):
        # Scripts also hold cents, and prices before tax.
        return visible.amount
    if best.addressed or visible.amount * _EXTRA < price:
        return None
    others = {f.price for f in ranked if f is not best and f.price is not None}
    former = price in seen.former and visible.amount < price
    stale = (
        visible.score >= CERTAIN
        and price not in seen.anywhere
        and _is_another_price(visible.amount, price)
    )
    # Among the markup's prices it belongs to another offer or variant of the product, and says
    # nothing against the one that was chosen if the page shows that just as clearly.
    takes_seen = (visible.amount in best.prices and price not in seen.as_clear) or (
        price not in seen.shown and (former or visible.amount in others or stale)
    )
    return visible.amount if takes_seen or has_tax else None


def _is_with_tax(gross: Decimal, net: Decimal) -> bool:
    """Return True if one amount is the other with a tax of a whole or half per cent up to 27."""
    if net <= 0:
        return False
    rate = round((gross / net - 1) * 200) / Decimal(200)
    if not Decimal("0.04") <= rate <= Decimal("0.27"):
        return False
    return abs(net * (1 + rate) - gross) <= max(Decimal("0.02"), gross / 5_000)


def _is_another_price(seen: Decimal, marked: Decimal) -> bool:
    """Return False if one amount is only a misreading or a part of the other.

    Of ``49.99`` these are ``49``, ``4999`` and an instalment of a quarter.
    """
    if int(seen) == int(marked) or seen in (marked * 100, marked / 100):
        return False
    parts = marked / seen
    return parts < Decimal("1.8") or abs(parts - round(parts)) > Decimal("0.03")


def instead_of_former(best: SourceFacts, ranked: list[SourceFacts]) -> SourceFacts:
    """Return the source that calls the best one's price the former price of a lower one."""
    if best.list_price is not None or best.addressed:
        return best
    return next(
        (
            facts
            for facts in ranked
            if facts.price is not None
            and facts.list_price == best.price
            and facts.currency in (None, best.currency)
        ),
        best,
    )


def list_price_beside(
    price: Decimal, ranked: list[SourceFacts], seen: VisiblePrices
) -> Decimal | None:
    """Return the list price that a source gives together with this very price."""
    for facts in ranked:
        if facts.price == price and facts.list_price is not None:
            return facts.list_price
    if seen.best is not None and seen.best.amount == price:
        return seen.best.list_price
    return None
