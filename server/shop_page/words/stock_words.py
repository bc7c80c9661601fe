"""Recognise what shops write about buying and stock, on buttons and beside them.

The expressions are for short lower-case texts with single spaces, and have no nested repetition.
"""

import re
from functools import cache, cached_property

from server.goods.availability import Availability
from server.shop_page.words.vocabulary import Vocabulary, vocabulary


class StockWords:
    """Compiled expressions about buying and stock, each made on first use."""

    def __init__(self, words: Vocabulary) -> None:
        self._words = words

    def _any(self, *keys: str) -> str:
        return self._words.any_of("stock", *keys)

    @cached_property
    def buy(self) -> re.Pattern[str]:
        """Match texts of buttons that put the product into the cart."""
        return re.compile(self._any("buy"))

    @cached_property
    def buy_alone(self) -> re.Pattern[str]:
        """Match a whole text that invites to buy, on an element of any kind."""
        return re.compile(rf"\W{{0,2}}{self._any('buy_alone')}\W{{0,2}}")

    @cached_property
    def not_a_purchase(self) -> re.Pattern[str]:
        """Match texts of buttons that only resemble buying, such as wish lists."""
        return re.compile(self._any("not_a_purchase"))

    @cached_property
    def choose_first(self) -> re.Pattern[str]:
        """Match an invitation to choose a size or colour, as found on buy buttons."""
        return re.compile(rf"{self._any('choose')}\b.{{0,30}}{self._any('choices')}")

    @cached_property
    def choose_pattern(self) -> str:
        """Return the pattern of words that invite to choose."""
        return rf"(?:please |bitte |s'il vous plaît )?{self._any('choose')}"

    @cached_property
    def in_stock(self) -> re.Pattern[str]:
        """Match a text that says that the product is available."""
        return re.compile(self._any("in_stock"))

    @cached_property
    def plainly_in_stock(self) -> re.Pattern[str]:
        """Match the start of a text that means stock anywhere (not "disponible en 3 couleurs")."""
        return re.compile(rf"[✓✔●•\s]*(?:\w{{3,14}} ?: ?)?{self._any('plainly_in_stock')}")

    @cached_property
    def out_of_stock(self) -> re.Pattern[str]:
        """Match a text that says that the product is not available."""
        return re.compile(self._any("out_of_stock"))

    @cached_property
    def elsewhere(self) -> re.Pattern[str]:
        """Match what "not available" refers to when it is not the product as such."""
        return re.compile(self._any("elsewhere"))

    @cached_property
    def preorder(self) -> re.Pattern[str]:
        """Match a text that says that the product is yet to come."""
        return re.compile(self._any("preorder"))

    @cached_property
    def notify(self) -> re.Pattern[str]:
        """Match the offer of a message once the product is back."""
        return re.compile(self._any("notify"))

    @cached_property
    def negation(self) -> re.Pattern[str]:
        """Match a word that turns "in stock" into its opposite."""
        return re.compile(self._any("negation"))

    @cached_property
    def since(self) -> re.Pattern[str]:
        """Match a word that makes "available" the date on which the shop began to sell it."""
        return re.compile(self._any("since"))

    @cached_property
    def stock_names(self) -> re.Pattern[str]:
        """Match classes and ids of elements about stock."""
        return re.compile(
            r"stock|avail|inventory|sold-?out|delivery-?status|"
            + self._words.any_of("names", "stock")
        )

    @cached_property
    def buy_names(self) -> re.Pattern[str]:
        """Match classes, ids and addresses of buttons that put the product into the cart."""
        return re.compile(
            r"(?:cart|basket|bag)[/?=&._-]*add|add-?_?to-?_?(?:cart|bag|basket|order)|addtocart"
            r"|addtobag|addtobasket|buy-?_?now|buynow|single_add_to_cart|product-form__submit"
            r"|btn-?cart|cart-?btn|button-cart|add-cart|cart-add|addcart|btn_buy|buy-?button"
            r"|buybutton|btn-?buy|product-addtocart|add_cart|in_cart|incart|"
            + self._words.any_of("names", "buy")
        )

    @cached_property
    def cart_link(self) -> re.Pattern[str]:
        """Match addresses of links that put the product into the cart."""
        cart = self._words.any_of("names", "cart")
        return re.compile(
            rf"(?:cart|basket|{cart})[/?=&._-]*(?:add|insert|product)|add-?_?to-?_?(?:cart|basket)"
            r"|addtocart|add_cart|action=(?:add|buy_now)"
        )

    @cached_property
    def quantity_names(self) -> re.Pattern[str]:
        """Match names of the quantity field."""
        return re.compile(r"qty|quantity|pieces|" + self._words.any_of("names", "quantity"))


@cache
def stock_words() -> StockWords:
    """Return the expressions for the words of all languages."""
    return StockWords(vocabulary())


def availability_in_words(text: str) -> Availability | None:
    """Read what a short text says about stock; None if it says nothing clear."""
    text = " ".join(text[:200].lower().split())
    words = stock_words()
    if words.out_of_stock.search(text):
        return "out_of_stock"
    if words.preorder.search(text):
        return "preorder"
    if words.in_stock.search(text) and not words.negation.search(text):
        return "in_stock"
    return None
