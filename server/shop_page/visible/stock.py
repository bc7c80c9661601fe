"""Read whether the product can be bought from the buttons and texts near its heading."""

from dataclasses import dataclass

from server.goods.availability import Availability
from server.shop_page.document.buy_area import Button, BuyArea, TextPiece
from server.shop_page.visible.other_products import is_of_other_product
from server.shop_page.words.stock_words import availability_in_words, stock_words

# How many texts from the heading something may still be about the product itself.
_FAR = 160
_LONGEST = 90


@dataclass(frozen=True, slots=True)
class VisibleStock:
    """What the page shows; ``sure`` if nothing else on the page contradicts it."""

    availability: Availability | None
    sure: bool
    where: str


@dataclass(frozen=True, slots=True)
class _StockText:
    """A text about stock."""

    state: Availability
    order: int
    # Plainly about the whole product.
    strong: bool


def read_stock(area: BuyArea) -> VisibleStock:
    """Read the buttons and the short texts about stock in the product's part of the page."""
    words = stock_words()
    texts = [_stock_text(area, piece) for piece in area.pieces]
    stock_texts = [text for text in texts if text is not None]
    available = any(text.state == "in_stock" for text in stock_texts)
    out = [text for text in stock_texts if text.state == "out_of_stock"]
    strongly_out = [text for text in out if text.strong]
    buttons = [button for button in area.buttons if _belongs(area, button.order)]
    buy = [button for button in buttons if _is_buy(button)]
    listed = area.in_lists([button.element.parent or button.element for button in buy])
    buy = [button for button, in_list in zip(buy, listed, strict=True) if not in_list]
    sold_out = [b.order for b in buttons if _says_sold_out(b)]
    sold_out += [text.order for text in strongly_out]
    # What can be bought further down is another product.
    if sold_out:
        first = min(sold_out)
        buy = [b for b in buy if b.order < first or not is_of_other_product(area, b)]
    enabled = [button for button in buy if not button.disabled or area.choices]
    buttons_off = [b for b in buy if b.disabled]
    preorder = [b for b in buttons if not b.linked and words.preorder.search(b.text)]
    soon = [text for text in stock_texts if text.state == "preorder" and text.strong]
    first_buy = min((b.order for b in enabled), default=None)
    view = VisibleStock(None, sure=False, where="")
    if not enabled and any(words.out_of_stock.search(b.text) for b in buttons if len(b.text) <= 60):
        view = VisibleStock("out_of_stock", sure=True, where="text of a button")
    elif not enabled and not available and any(_says_sold_out(b) for b in buttons):
        view = VisibleStock("out_of_stock", sure=bool(out), where="text of a button")
    elif strongly_out and not available and first_buy is None:
        view = VisibleStock("out_of_stock", sure=True, where="text about stock")
    elif (
        strongly_out
        and not available
        and not area.choices
        and strongly_out[0].order < (first_buy or 0)
    ):
        view = VisibleStock("out_of_stock", sure=False, where="text about stock")
    elif preorder and not enabled:
        view = VisibleStock("preorder", sure=True, where="text of a button")
    elif available:
        view = VisibleStock("in_stock", sure=not strongly_out, where="text about stock")
    elif soon and not enabled:
        view = VisibleStock("preorder", sure=False, where="text about stock")
    elif enabled:
        view = VisibleStock("in_stock", sure=not out, where="button to buy")
    elif not out and any(_is_buy_text(area, piece) for piece in area.pieces):
        view = VisibleStock("in_stock", sure=False, where="text to buy")
    elif not out and not buttons_off and area.quantity:
        view = VisibleStock("in_stock", sure=False, where="field for a quantity")
    return view


def has_one_buy_button(area: BuyArea) -> bool:
    """Return True if exactly one thing can be bought: a product page without a main heading."""
    buy = [b for b in area.buttons if stock_words().buy.search(b.text) and _is_buy(b)]
    listed = area.in_lists([button.element.parent or button.element for button in buy])
    return len(buy) == 1 and not any(listed)


def _belongs(area: BuyArea, order: int) -> bool:
    """Return True near enough to the heading; some shops put the heading below the button."""
    if area.heading is None:
        return True
    return -_FAR <= order - area.heading <= 2 * _FAR


def _is_buy(button: Button) -> bool:
    words = stock_words()
    if words.not_a_purchase.search(button.text) or _says_sold_out(button):
        return False
    if words.preorder.search(button.text):
        return False
    named = words.buy_names.search(button.names) is not None
    if button.linked and not (named or words.buy_alone.fullmatch(button.text)):
        return False
    return len(button.text) <= 80 and bool(
        named or words.buy.search(button.text) or words.choose_first.search(button.text)
    )


def _is_buy_text(area: BuyArea, piece: TextPiece) -> bool:
    """Return True for ``Add to cart`` as a text of its own, on an element of any kind."""
    if len(piece.text) > 30 or piece.element.button is not None or not _belongs(area, piece.order):
        return False
    return stock_words().buy_alone.fullmatch(piece.text.lower()) is not None


def _says_sold_out(button: Button) -> bool:
    if len(button.text) > 60:
        return False
    words = stock_words()
    return bool(words.out_of_stock.search(button.text) or words.notify.search(button.text))


def _stock_text(area: BuyArea, piece: TextPiece) -> _StockText | None:
    """Read what a short text says about stock, if it is about the product itself."""
    elements = list(piece.element.lineage(3))
    text = piece.text.lower()
    words = stock_words()
    about_stock = any(words.stock_names.search(element.names) for element in elements)
    after_heading = piece.order - area.heading if area.heading is not None else 0
    if (
        len(text) > _LONGEST
        or piece.element.chosen_from
        or piece.element.linked
        or piece.element.button is not None
        or not _belongs(area, piece.order)
        or (after_heading > _FAR and not about_stock)
        # A size with its state, or a name.
        or (len(text) < 12 and any(f.tag in ("li", "option", "h1") for f in elements))
    ):
        return None
    state = availability_in_words(text)
    whole = len(text) <= 45 and text.count(" ") <= 6
    if (
        state == "in_stock"
        and not about_stock
        and not (whole and words.plainly_in_stock.match(text))
    ):
        return None
    if state is None or (state == "out_of_stock" and words.elsewhere.search(text)):
        return None
    return _StockText(state, piece.order, about_stock or whole)
