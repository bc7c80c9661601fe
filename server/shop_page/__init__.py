"""An offer out of a shop's page: HTML and its address in, what is sold for how much out."""

from server.shop_page.offer import Availability, Condition, ShopPage
from server.shop_page.reading import read_shop_page

__all__ = ["Availability", "Condition", "ShopPage", "read_shop_page"]
