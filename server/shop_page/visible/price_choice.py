"""Which of two prices to take where a page's markup and what it shows differ."""

from decimal import Decimal

from server.shop_page.offer import Facts
from server.shop_page.visible.price import CERTAIN, SURE, PriceView


def corrected_price(best: Facts, ranked: list[Facts], seen: PriceView) -> Decimal | None:
    """The price to take in place of the markup's, where what the page shows speaks for it."""
    visible = seen.best
    price = best.price
    if visible is None or price is None or visible.amount == price or visible.score < SURE:
        return None
    in_cents = best.where == "state" and visible.amount * 100 == price
    if in_cents or (best.where == "state" and price not in seen.anywhere and not best.addressed):
        return visible.amount  # scripts also hold prices before tax
    if best.addressed:
        return None
    others = {f.price for f in ranked if f is not best and f.price is not None}
    former = price in seen.before and visible.amount < price
    stale = (
        visible.score >= CERTAIN
        and price not in seen.anywhere
        and _is_another_price(visible.amount, price)
    )
    takes_seen = visible.amount in best.prices or (  # another offer or variant of the product
        price not in seen.shown and (former or visible.amount in others or stale)
    )
    return visible.amount if takes_seen else None


def _is_another_price(seen: Decimal, marked: Decimal) -> bool:
    """False where the one amount is only the other read wrongly or in parts.

    ``49`` of ``49.99``; ``4999``; a rate of a quarter.
    """
    if int(seen) == int(marked) or seen in (marked * 100, marked / 100):
        return False
    parts = marked / seen
    return parts < Decimal("1.8") or abs(parts - round(parts)) > Decimal("0.03")
