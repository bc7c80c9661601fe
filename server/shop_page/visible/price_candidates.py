"""Find the amounts in the product's part of a page, however many elements each is split into.

``<span>$</span><span>49</span><sup>98</sup>`` is one amount, and so are ``49``, ``,``, ``98``,
``€`` in four elements.
"""

import re
from dataclasses import dataclass
from decimal import Decimal

from server.goods.amounts import (
    NUMBER_ALONE,
    SYMBOL_BEHIND,
    find_money,
    leading_symbol,
    parse_number,
    symbol_alone,
)
from server.shop_page.document.buy_area import BuyArea, Element, TextPiece
from server.shop_page.words.price_words import price_words

_MAX_CANDIDATES = 400
_CENTS_WORDS = re.compile(r"cent|mantissa|decimal|fraction|super|small|minor|sup|digit|float")
_CENTS = re.compile(r"[.,]?(\d\d)(?!\d)")
_SIGN_AND_CENTS = re.compile(r"([^\w\s.,]|[^\W\d_]{2,3}) ?(\d\d)")
_SEPARATOR = re.compile(r"[.,]")
# "149.00 - 159.00", of which the lower end counts.
_RANGE_ALONE = re.compile(r"(\d[\d.,]{0,14}) ?[-–—~～] ?(\d[\d.,]{0,14})")
_LOOSE = re.compile(r"[^\d]{1,25}?(\d[\d.,  ']*[.,]\d\d)[^\d]{0,3}")
# What a class with "price" goes on with where a number without a currency is an amount.
_AMOUNT_NAME = re.compile(
    r"prices?(?:$|[-_]*(?:value|val|num(?:ber)?|int(?:eger)?|whole|main|big|large|medium|small|current"
    r"|now|new|old|was|regular|sale|special|final|box|wrap\w*|container|display|text|tag|field|block"
    r"|area|web|content|inner|amount|dollars?|euros?|eur|usd|to-?pay|inside|total|item|html|view"
    r"|section|row|col|span|div|\d+)(?:$|[-_]))"
)
_MARKS = re.compile(r"[.,]?\s?[-–—]{1,2}|\.")
_MINUS = frozenset("-–—−－")
_WHOLE = frozenset({"html", "body", "main"})


@dataclass(slots=True)
class PriceCandidate:
    """An amount on the page, which may be the price."""

    amount: Decimal
    symbol: str | None
    piece: TextPiece
    # The text before and behind it in its own piece, in lower case.
    text_before: str
    text_behind: str
    # The part of ``text_before`` behind the previous amount, if the piece has several.
    since_last: str | None = None
    score: float = 0.0
    # Crossed out, or called a former or recommended price.
    former: bool = False
    # ``former`` by its class or label alone: a "regular price" without another is the price.
    only_called_former: bool = False
    # The texts before and behind it that belong to it.
    around: str = ""
    # Called something else than the price.
    is_other: bool = False
    # Called an instalment by the words behind it.
    is_rate: bool = False
    # In an element that is called after a shop's club.
    for_members: bool = False
    # ``is_other`` only for being a price by weight, volume or length.
    per_measure: bool = False
    # Right behind the title of another page.
    of_other: bool = False
    # The ``order`` of the last text that the amount is made up of.
    last_order: int = 0

    def __post_init__(self) -> None:
        self.last_order = max(self.last_order, self.piece.order)


def find_candidates(area: BuyArea, currency: str | None) -> list[PriceCandidate]:
    """Return every amount in the area, joined from the elements that shops split it into."""
    found: list[PriceCandidate] = []
    pieces = area.pieces
    i = 0
    while i < len(pieces) and len(found) < _MAX_CANDIDATES:
        piece = pieces[i]
        text = piece.text
        used = 1
        if any(c.isdigit() for c in text):
            moneys = find_money(text, currency)
            if len(moneys) == 1 and moneys[0].end == len(text.rstrip(".,")):
                amount, used, _ = _with_cents(pieces, i, moneys[0].amount)
                found.append(
                    _candidate(piece, amount, moneys[0].symbol, slice(moneys[0].start, len(text)))
                )
            elif moneys:
                end = 0
                for money in moneys:
                    place = slice(money.start, money.end)
                    found.append(_candidate(piece, money.amount, money.symbol, place))
                    found[-1].since_last = text[end : money.start].lower()
                    end = money.end
            else:
                used = _bare_number(pieces, i, None, currency, found)
        elif len(text) <= 6 and (sign := symbol_alone(text, currency)):
            used = 1 + _bare_number(pieces, i + 1, sign, currency, found)
        used = max(used, 1)
        if found and found[-1].piece.order >= i:
            found[-1].last_order = i + used - 1
        i += used
    return found


def _candidate(
    piece: TextPiece, amount: Decimal, symbol: str | None, place: slice
) -> PriceCandidate:
    """Return a candidate for the amount at ``place`` in the piece's text."""
    text = piece.text.lower()
    return PriceCandidate(amount, symbol, piece, text[: place.start], text[place.stop :])


def near(one: Element, other: Element) -> bool:
    """Return True for texts in one small group of elements; the whole page is not one."""
    if one.parent is other.parent:
        return True
    around = {id(element) for element in one.lineage(4) if element.tag not in _WHOLE}
    return any(id(element) in around for element in other.lineage(4))


def _with_cents(
    pieces: list[TextPiece], i: int, amount: Decimal
) -> tuple[Decimal, int, str | None]:
    """Add the cents: ``$49`` with a small ``98`` beside it is 49.98; so is ``49`` with ``,98 €``.

    Returns:
        The amount, the number of texts it took, and the currency in the last of them.
    """
    if amount != amount.to_integral_value() or i + 1 >= len(pieces):
        return amount, 1, None
    following = pieces[i + 1]
    separated = pieces[i].text.endswith((".", ","))
    if _SEPARATOR.fullmatch(following.text) and i + 2 < len(pieces):
        last = pieces[i + 2]
        if re.fullmatch(r"\d\d", last.text) and near(pieces[i].element, last.element):
            return amount + Decimal(last.text) / 100, 3, None
    if not near(pieces[i].element, following.element):
        return amount, 1, None
    set_small = following.element.tag in ("sup", "small") or _CENTS_WORDS.search(
        following.element.names
    )
    behind = _SIGN_AND_CENTS.fullmatch(following.text) if set_small else None
    if behind is not None and (sign := symbol_alone(behind[1], None)):
        # 49 | €90
        return amount + Decimal(behind[2]) / 100, 2, sign
    match = _CENTS.match(following.text)
    symbol = SYMBOL_BEHIND.fullmatch(following.text, match.end()) if match else None
    if (
        match is None
        or (match.end() < len(following.text) and symbol is None)
        or not (separated or following.text[0] in ".," or set_small)
    ):
        return amount, 1, None
    return amount + Decimal(match[1]) / 100, 2, symbol[1] if symbol else None


def _bare_number(
    pieces: list[TextPiece],
    i: int,
    symbol: str | None,
    currency: str | None,
    found: list[PriceCandidate],
) -> int:
    """Add a number that is a text of its own, if a currency is beside it or its class says price.

    Returns:
        The number of texts that it took.
    """
    if i >= len(pieces):
        return 0
    piece = pieces[i]
    if symbol and not near(piece.element, pieces[i - 1].element):
        return 0
    match = NUMBER_ALONE.fullmatch(piece.text.rstrip(".,"))
    amount = parse_number(match[1], currency) if match else None
    if match is None or amount is None:
        _number_in_words(piece, symbol, currency, found)
        return 1
    amount, used, behind = _with_cents(pieces, i, amount)
    symbol = symbol or behind
    whole = amount == amount.to_integral_value()
    if symbol and used == 1 and whole and _are_cents(pieces, i, i + 1):
        amount, used = amount + Decimal(pieces[i + 1].text) / 100, 2  # $ | 24 | 98
    elif symbol is None:
        amount, used, symbol = _with_symbol(pieces, i, amount, used, currency)
    counted = whole and (_is_count(piece.element) or _is_stepped(pieces, i))
    if symbol or (_is_price_element(piece.element, 3) and not counted):
        found.append(_candidate(piece, amount, symbol, slice(0, len(piece.text))))
    return used


def _number_in_words(
    piece: TextPiece, symbol: str | None, currency: str | None, found: list[PriceCandidate]
) -> None:
    """Add ``24.95 - 29.95`` beside its symbol or in an element that is called a price.

    In such an element also ``Price 24.95``, without a currency.
    """
    if ends := _RANGE_ALONE.fullmatch(piece.text):
        low, high = (parse_number(end, currency) for end in ends.groups())
        named = symbol or _is_price_element(piece.element, 3)
        if named and low is not None and high is not None and 0 < low < high:
            found.append(_candidate(piece, low, symbol, slice(0, len(piece.text))))
            return
    loose = _LOOSE.fullmatch(piece.text) if symbol is None else None
    if loose is None or not _is_price_element(piece.element, 2):
        return
    amount = parse_number(loose[1], currency)
    if amount is not None:
        found.append(_candidate(piece, amount, None, slice(loose.start(1), loose.end(1))))


def _with_symbol(
    pieces: list[TextPiece], i: int, amount: Decimal, used: int, currency: str | None
) -> tuple[Decimal, int, str | None]:
    """Take the currency from the next text, and cents that are behind it.

    Returns:
        The amount, the number of texts it took, and the currency.
    """
    for _ in range(2):
        if i + used + 1 < len(pieces) and _MARKS.fullmatch(pieces[i + used].text):
            # 149 | . | - | €
            used += 1
    if i + used >= len(pieces) or not near(pieces[i].element, pieces[i + used].element):
        return amount, used, None
    text = pieces[i + used].text
    symbol = symbol_alone(text, currency) if len(text) <= 6 else None
    if symbol is None:
        # 49 | € incl. VAT
        return amount, used, leading_symbol(text, currency)
    used += 1
    # 49 | € | 95
    if used == 2:
        amount, more, _ = _with_cents([pieces[i], *pieces[i + used : i + used + 2]], 0, amount)
        used += more - 1
        if more == 1 and _are_cents(pieces, i, i + used):
            amount, used = amount + Decimal(pieces[i + used].text) / 100, used + 1
    return amount, used, symbol


def _are_cents(pieces: list[TextPiece], i: int, j: int) -> bool:
    """Return True for two digits in an element beside that of the whole amount."""
    if j >= len(pieces) or re.fullmatch(r"\d\d", pieces[j].text) is None:
        return False
    return (
        pieces[j].element.parent is pieces[i].element.parent
        and pieces[j].element is not pieces[i].element
    )


def _is_count(element: Element) -> bool:
    """Return True in an element named ``price-rank`` and the like, where numbers are no amounts."""
    for around in element.lineage(3):
        names = [name for name in around.names.split() if "price" in name]
        if names:
            return not any(_AMOUNT_NAME.search(name) for name in names)
    return False


def _is_stepped(pieces: list[TextPiece], i: int) -> bool:
    """Return True for a number between a minus and a plus: how many pieces to buy."""
    around = [pieces[j].text.strip() for j in (i - 1, i + 1) if 0 <= j < len(pieces)]
    return len(around) == 2 and around[0] in _MINUS and around[1] in ("+", "＋")


def _is_price_element(element: Element, steps: int) -> bool:
    names = price_words().price_names
    return any(names.search(f.names) for f in element.lineage(steps))
