"""Recognise the words that set a price apart from other amounts: in texts, class names and ids.

The expressions are for lower-case texts with single spaces of at most 200 characters, and have
no nested repetition.
"""

import re
from functools import cache, cached_property

from server.shop_page.words.vocabulary import Vocabulary, vocabulary

# Class names and ids, which are written in English nearly everywhere.
CURRENT_NAMES = re.compile(
    r"sale|special|final|discount-?_?price|price-?_?discount|current|\bnow|[-_]now|offer|actual"
    r"|selling|our-?_?price|deal|discounted|yourprice|your-price|reduced|price-?new|new-?price"
    r"|priceblock|pricetopay|price-?to-?pay|display-?price|main|hero|pdp|product-?_?price|detail"
    r"|buybox|priceinside|prcisum|price_inside|brand-?price"
)
TO_PAY_NAMES = re.compile(
    r"price-?_?to-?_?pay|current|\bnow\b|[-_]now|final|(?<!on-)sale(?!s)|special"
)
LABEL_NAMES = re.compile(r"label|caption|\blbl")
# Elements with a price for something else than the product.
OTHER_PRICE_NAMES = re.compile(
    r"(?:ship(?:ping)?|deliver[a-z]*|postage|freight|compar(?:ison|ed)|accessor[a-z]*|add-?on|warranty"
    r"|break)[-_ ]*(?:price|cost|amount|fee)|price[-_]*break"
)
# Elements with a price for members of a shop's club.
MEMBER_NAMES = re.compile(r"(?:^|[\s_-])(?:rewards?|members?|membership|loyalty|club)(?=$|[\s_-])")
TITLE_NAMES = re.compile(r"title|name\b")
NOT_A_TITLE = re.compile(
    r"brand|vendor|manufactur|author|categor|breadcrumb|seller|designer|by-?line"
)
# An "amount selector" is for the number of pieces.
_PRICE_NAMES = (
    r"price|a-offscreen|amount(?![-_]*(?:select|input|step|control|change|picker))|money|\bcost"
    r"|prc\b"
)
_FORMER_NAMES = (
    r"\bold|[-_]old|\borig\b|\bwas\b|[-_]was|was[-_]|list-?_?price|rrp|msrp|strike|stroke|crossed"
    r"|\bcross|compare|original|origin-?price|before|previous|former|retail|regular-|[-_]regular"
    r"|full-?price|a-text-price|basis-?price|line-?through|deleted|\blthr|undiscount"
    r"|normal-?price|instead|ex-price|high-?price|price-?prev|[-_]prev\b|\bstd|standard-price"
    r"|cut-?price|price-?old|oldprice|prc-org|\bmrp\b"
)
_OTHER_NAMES = (
    r"ship|deliver|instal|month|affirm|klarna|afterpay|\bsav(?:e|ing)|[-_]sav"
    r"|discount-?_?(?:amount|percent|badge|label|value)|coupon|voucher|points?\b|reward"
    r"|excl(?:uding)?-?_?(?:tax|vat)|ex-?_?(?:vat|tax)\b|without-?_?(?:tax|vat)|ex-?vat|deposit"
    r"|mini-?cart|cart-?total|subtotal|gift|warranty|protect|trade-?in|bundle|filter|slider|facet"
    r"|review|rating|financ|credit|\bsns|subscr|loyal|member|autoship|\bused|[-_]used"
    r"|other-?seller|threshold|badge|percent|[-_]tier|bulk|quantity|qty|addon|add-on|insurance"
    r"|mini-?basket|minitrolley|basket-?total|scale-?price|format-?price"
    r"|as-?low|price-?break|break-?price|comparison|accessor"
)
_UNIT_NAMES = (
    r"unit-?_?price|price-?_?per|per-?unit|pricepu|cup-?price|price-?_?unit|base-?price-?unit"
    r"|unitprice"
)


class PriceWords:
    """Compiled expressions about prices, each made on first use."""

    def __init__(self, words: Vocabulary) -> None:
        self._words = words

    def _any(self, *keys: str) -> str:
        return self._words.any_of("price", *keys)

    def _named(self, english: str, key: str) -> re.Pattern[str]:
        return re.compile(f"{english}|{self._words.any_of('names', key)}")

    @cached_property
    def former(self) -> re.Pattern[str]:
        """Match the label of a former or recommended price."""
        adjective = rf"\b{self._any('former_adjectives')}\.?(?: {self._any('former_nouns')})?"
        return re.compile(rf"{self._any('former')}|{adjective}\s*[:：]?\W{{0,3}}$")

    @cached_property
    def former_with_symbol(self) -> re.Pattern[str]:
        """Match the label of a former price together with the currency's symbol behind it."""
        return re.compile(self._any("former_with_symbol"))

    @cached_property
    def current(self) -> re.Pattern[str]:
        """Match the label of the price to pay."""
        noun = rf"\W{{0,2}}(?:{self._any('adjectives')} )?{self._any('nouns')}\s*(?:\(.{{1,12}}\))?"
        return re.compile(rf"(?:{noun}|{self._any('now')})\W{{0,3}}$")

    @cached_property
    def lowest_of_several(self) -> re.Pattern[str]:
        """Match the word before the lowest of several prices."""
        return re.compile(rf"\b{self._any('from')}\b")

    @cached_property
    def dash(self) -> re.Pattern[str]:
        """Match what separates the two ends of a range of prices."""
        return re.compile(rf"\s*(?:-|–|—|~|{self._any('range')}\b)\s*")

    @cached_property
    def other_amount(self) -> re.Pattern[str]:
        """Match words before an amount that is not the price: shipping, an instalment, a saving."""
        kinds = self._any(
            "shipping", "instalment", "saving", "minimum_order", "without_tax", "other_amount"
        )
        return re.compile(f"{kinds}|{self._measure}|{self._without_named_tax}")

    @cached_property
    def other_amount_behind(self) -> re.Pattern[str]:
        """Match words right behind an amount that is not the price."""
        kinds = self._any("instalment", "without_tax", "saving_behind")
        return re.compile(rf"\W{{0,3}}(?:{kinds}|{self._measure}|{self._without_named_tax})")

    @cached_property
    def rate_behind(self) -> re.Pattern[str]:
        """Match words right behind an amount that is paid every month or several times."""
        return re.compile(rf"\W{{0,3}}{self._any('instalment')}")

    @cached_property
    def net(self) -> re.Pattern[str]:
        """Match words that make an amount a price without tax."""
        return re.compile(rf"{self._any('without_tax')}|{self._without_named_tax}")

    @cached_property
    def with_tax(self) -> re.Pattern[str]:
        """Match words that make an amount a price with tax; `net` is to be asked first."""
        including, taxes = self._any("including"), self._any("taxes")
        return re.compile(
            rf"(?<!\w){including}\W{{0,3}}(?:\d{{1,2}} ?% ?)?{taxes}(?!\w)"
            rf"|(?<!\w){taxes}\W{{0,3}}{including}|{self._any('with_tax')}"
        )

    @cached_property
    def from_tier(self) -> re.Pattern[str]:
        """Match words before the lowest of the prices for several quantities."""
        return re.compile(rf"\b{self._any('from', 'from_quantity')}\b")

    @cached_property
    def each_thing(self) -> re.Pattern[str]:
        """Match ``per bead`` behind a price; `each` knows common words for a piece."""
        return re.compile(
            rf"\W{{0,2}}(?:{self._any('per')} ?[^\W\d_]{{2,15}}|{self._any('pieces')})\b"
        )

    @cached_property
    def measure_behind(self) -> re.Pattern[str]:
        """Match a unit behind a price by weight or length. Some products are only sold that way."""
        return re.compile(rf"\W{{0,3}}(?:{self._measure})")

    @cached_property
    def each(self) -> re.Pattern[str]:
        """Match words behind the price of one piece, which may be the price itself."""
        return re.compile(rf"\s*{self._any('per')} ?(?:1 )?{self._any('pieces')}\b")

    @cached_property
    def label_end(self) -> re.Pattern[str]:
        """Match the end of a text that is the label of what comes next."""
        return re.compile(rf"[:：]$|\b\d{{1,3}} ?x$|\b{self._any('label_end')}$")

    @cached_property
    def other_products(self) -> re.Pattern[str]:
        """Match the start of a heading above a list of other products."""
        return re.compile(self._any("other_products"))

    @cached_property
    def search_results(self) -> re.Pattern[str]:
        """Match the heading of a page of search results."""
        return re.compile(self._any("search_results"), re.IGNORECASE)

    @cached_property
    def price_names(self) -> re.Pattern[str]:
        """Match classes and ids of elements that hold a price."""
        return self._named(_PRICE_NAMES, "price")

    @cached_property
    def price_fields(self) -> re.Pattern[str]:
        """Match names of form fields that hold the price of what is put into the cart."""
        return self._named(r"(?:product_?|item_?|unit_?)?price|amount", "price_field")

    @cached_property
    def former_names(self) -> re.Pattern[str]:
        """Match classes and ids of elements that hold a former or recommended price."""
        return self._named(_FORMER_NAMES, "former_price")

    @cached_property
    def other_names(self) -> re.Pattern[str]:
        """Match classes and ids of elements that hold an amount other than the price."""
        packaging = self._words.any_of("names", "packaging_price")
        return self._named(
            rf"{_OTHER_NAMES}|(?:price|{packaging})-?_?(?:un)?packag", "other_amount"
        )

    @cached_property
    def unit_names(self) -> re.Pattern[str]:
        """Match classes and ids of elements that hold a price by weight, volume or length."""
        return self._named(_UNIT_NAMES, "unit_price")

    @cached_property
    def _measure(self) -> str:
        """Return the pattern of a unit of weight, volume, length or number: ``per 100 g``."""
        per = rf"{self._any('per', 'per_measure')} ?(?:\d{{1,4}}(?:[.,]\d{{1,3}})? ?)?"
        return rf"{per}{self._any('measures')}(?![\w²³])|{self._any('per_unit')}"

    @cached_property
    def _without_named_tax(self) -> str:
        return self._any("excluding") + self._any("taxes")


@cache
def price_words() -> PriceWords:
    """Return the expressions for the words of all languages."""
    return PriceWords(vocabulary())
