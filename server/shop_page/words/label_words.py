"""Recognise labels of a product's number, barcode, colour and size, in texts and class names."""

import re
from functools import cache, cached_property

from server.shop_page.words.vocabulary import Vocabulary, vocabulary


class LabelWords:
    """Compiled expressions for labels, each made on first use."""

    def __init__(self, words: Vocabulary) -> None:
        self._words = words

    def _any(self, *keys: str) -> str:
        return self._words.any_of("labels", *keys)

    def _names(self, key: str) -> str:
        return self._words.any_of("names", key)

    @cached_property
    def sku(self) -> re.Pattern[str]:
        """Match the label of the shop's own number, with the punctuation behind it."""
        start = r"(?:^|[•|·;]\s?)"
        things, number = self._any("sku_things"), self._any("sku_number_words")
        return re.compile(
            r"(?:\bsku\b(?:[- ]?(?:code|no\.?|number|id|nr\.?))?"
            rf"|{start}\W{{0,3}}(?:[^\W\d][\w.-]{{1,14}} )?{things} ?{number}"
            rf"|{start}{self._any('sku_before_digits')}(?= \d{{5,}})"
            rf"|^\W{{0,3}}{self._any('sku')})"
            rf"\s*(?:[:：#]|{self._any('sku_joined_by')}|\.)*\s*",
            re.IGNORECASE,
        )

    @cached_property
    def sku_weak(self) -> re.Pattern[str]:
        """Match a label that also precedes voucher codes and the like."""
        return re.compile(rf"\W{{0,3}}{self._any('sku_weak')}\.?\s*(?:[:：#]|$)", re.IGNORECASE)

    @cached_property
    def sku_in_tables(self) -> re.Pattern[str]:
        """Match a label that is too short to be believed outside tables."""
        return re.compile(self._any("sku_in_tables"), re.IGNORECASE)

    @cached_property
    def part_number(self) -> re.Pattern[str]:
        """Match a part number's label: in shops for spare parts that is the shop's own number."""
        return re.compile(
            rf"^\W{{0,3}}(?:[^\W\d][\w.-]{{1,14}} )?{self._any('part_number')}\s*[:：#.]*\s*",
            re.IGNORECASE,
        )

    @cached_property
    def not_the_shops(self) -> re.Pattern[str]:
        """Match a word in the label of a number that is not the shop's, such as a model's."""
        return re.compile(self._any("not_the_shops"), re.IGNORECASE)

    @cached_property
    def makers(self) -> re.Pattern[str]:
        """Match a word in the label of a part number that is not the shop's."""
        return re.compile(rf"\b{self._any('makers')}", re.IGNORECASE)

    @cached_property
    def barcode(self) -> re.Pattern[str]:
        """Match the label of a GTIN."""
        return re.compile(rf"(?:^|\s){self._any('barcode')}\s*[:：]?\s*", re.IGNORECASE)

    @cached_property
    def colour(self) -> re.Pattern[str]:
        """Match a colour with its label; the group ``value`` is the colour."""
        before, behind = self._any("colour_before"), self._any("colour_behind")
        label = rf"(?:{before} )?{self._any('colour')}(?: {behind})?"
        return re.compile(rf"^{label}\s*[:：]\s*(?P<value>.{{0,40}})$", re.IGNORECASE)

    @cached_property
    def size(self) -> re.Pattern[str]:
        """Match a size of clothes or shoes."""
        return re.compile(
            r"(?:x{0,4}|[2-6]x)[sl]|[sml]|xxs|\d{1,3}(?:[.,]5)?(?:\s?(?:cm|eu|uk|us|w|l|½))?"
            r"|(?:eu|uk|us|it|fr|w)\s?\d{1,2}(?:[.,]5)?|\d{2}[/x]\d{2}|[sml]/[sml]|[sml]/x?l"
            r"|\d{1,2}[rsl]|\d{1,2}\s?-\s?\d{1,2}|\d{2,3}[a-h]{1,2}|" + self._any("size_words"),
            re.IGNORECASE,
        )

    @cached_property
    def size_names(self) -> re.Pattern[str]:
        """Match names of fields and elements in which a size is chosen."""
        return re.compile(
            rf"(?:^|[^a-z]){self._names('size')}(?:$|[^a-z])|shoesize|sizeselect", re.IGNORECASE
        )

    @cached_property
    def sku_names(self) -> re.Pattern[str]:
        """Match classes and ids of elements that hold the shop's own number."""
        things, numbers = self._names("sku_things"), self._names("sku_number_words")
        return re.compile(
            r"(?:^|[\s_-]|product|variation)(?:sku(?:[-_]?(?:code|number|value|id|reference))?"
            rf"|(?:product|item|prod|article|part|style|stock|goods|catalog|{things})[-_]{{0,2}}"
            rf"(?:code|number|num|no|nr|sku|ref|reference|{numbers})"
            r"|code[-_]?number|artnr|artnum|productartnum|reference)(?:$|\s)"
        )

    @cached_property
    def id_in_path(self) -> re.Pattern[str]:
        """Match the path of a product's address; the group ``id`` or ``tail`` is its number."""
        return re.compile(
            r"/(?:dp|gp/product|itm|p|pd|ip|product|products|item|items|listing|goods|art|prd|A"
            rf"|{self._names('product_path')})[/-]"
            r"(?:[^/]*/)?(?P<id>[A-Za-z]{0,3}[-_]?\d{4,}|B0[A-Z0-9]{8})(?:\.\w+)?(?:/|$)"
            r"|[-_/.]p?(?P<tail>\d{5,})(?:\.html?|\.p|\.aspx|\.php|/p)?/?$"
        )

    def of_card(self, key: str) -> tuple[str, ...]:
        """Return the labels in Twitter's cards for ``price``, ``availability`` or ``brand``."""
        return self._words.phrases("labels", f"card_{key}")


@cache
def label_words() -> LabelWords:
    """Return the expressions for the words of all languages."""
    return LabelWords(vocabulary())
