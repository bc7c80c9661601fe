"""Recognise a page that shows a form to log in where it would show its product."""

from collections.abc import Sequence

from server.goods.names import same_name
from server.shop_page.document.buy_area import BuyArea
from server.shop_page.visible.price import VisiblePrices

# How many texts of such a page are searched for the product's name.
_NAMED_WITHIN = 200


def asks_to_log_in(area: BuyArea, prices: VisiblePrices, names: Sequence[str]) -> bool:
    """Return True if a page shows a form to log in, and neither an amount nor its product's name.

    Its tags may still say what those pay who have logged in.

    Args:
        area: The page, without its header and footer.
        prices: What it shows; an empty cart's 0.00 is no price.
        names: The product's, as the page's head has it.
    """
    fields = (tag for tag, _ in area.tags if tag.name == "input")
    if any(prices.anywhere) or not any(field.get("type") == "password" for field in fields):
        return False
    texts = [piece.text for piece in area.pieces[:_NAMED_WITHIN]]
    return not any(same_name(text, name) for text in texts for name in names)
