"""Read whether the product can be bought from the buttons and texts near its heading."""

from dataclasses import dataclass

from server.goods.availability import Availability
from server.shop_page.document.buy_area import Button, BuyArea, TextPiece
from server.shop_page.visible.other_products import is_of_other_product, other_title, others_from
from server.shop_page.words.stock_words import availability_in_words, stock_words

# How many texts from the heading something may still be about the product itself.
_FAR = 160
# How many texts above the heading a button may say "sold out" of the product itself.
_ABOVE = 15
_LONGEST = 90
# The longest text of what only its names call a button, if these are no words to buy.
_LABEL = 30


@dataclass(frozen=True, slots=True)
class VisibleStock:
    """What the page shows; ``sure`` if nothing else on the page contradicts it."""

    availability: Availability | None
    sure: bool
    where: str
    # There is a real button to buy, with the words for it, that can be pressed.
    can_be_bought: bool = False


@dataclass(frozen=True, slots=True)
class _StockText:
    """A text about stock."""

    state: Availability
    order: int
    # Plainly about the whole product.
    strong: bool
    # In an element that is called after stock.
    named: bool


def read_stock(area: BuyArea) -> VisibleStock:
    """Read the buttons and the short texts about stock in the product's part of the page."""
    words = stock_words()
    end = others_from(area)
    texts = [_stock_text(area, piece) for piece in area.pieces[:end]]
    stock_texts = [text for text in texts if text is not None]
    out = [text for text in stock_texts if text.state == "out_of_stock"]
    named_out = any(text.named for text in out)
    available = any(t.state == "in_stock" and (t.named or not named_out) for t in stock_texts)
    strongly_out = [text for text in out if text.strong]
    buttons = [b for b in area.buttons if b.order < end and _belongs(area, b.order)]
    # In a list of shops or of products, a button says nothing about this one.
    listed = area.in_lists([button.element.parent or button.element for button in buttons])
    buttons = [
        button
        for button, in_list in zip(buttons, listed, strict=True)
        if not (in_list or (_is_far_above(area, button) and _says_sold_out(button)))
    ]
    buy = [button for button in buttons if _is_buy(button)]
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
        real = any(
            not b.disabled and not b.by_name and not b.linked and words.buy.search(b.text)
            for b in enabled
        )
        view = VisibleStock("in_stock", not out, "button to buy", can_be_bought=real and not out)
    elif not out and any(_is_buy_text(area, piece) for piece in area.pieces):
        view = VisibleStock("in_stock", sure=False, where="text to buy")
    elif not out and not buttons_off and area.quantity:
        view = VisibleStock("in_stock", sure=False, where="field for a quantity")
    return view


def sells_many(area: BuyArea) -> bool:
    """Return True if two or more things can be bought, each under the title of another page.

    A product's own page has a button outside such tiles, or none.
    """
    buy = [b for b in area.buttons if stock_words().buy.search(b.text) and _is_buy(b)]
    if len(buy) < 2 or len({(b.element.tag, b.element.names) for b in buy}) > 1:
        return False
    titles = [other_title(area, button, least=1) for button in buy]
    own = {title.order for title in titles if title is not None}
    return (None not in titles and len(own) == len(buy)) or _in_columns(buy)


def _in_columns(buy: list[Button]) -> bool:
    """Return True if all buttons are in different cells of one row: a comparison."""
    cells = [next((f for f in b.element.lineage(8) if f.tag in ("td", "th")), None) for b in buy]
    rows = {id(cell.parent) for cell in cells if cell is not None}
    return None not in cells and len(rows) == 1 and len(set(map(id, cells))) == len(buy)


def has_one_buy_button(area: BuyArea) -> bool:
    """Return True if exactly one thing can be bought: a product page without a main heading."""
    buy = [b for b in area.buttons if stock_words().buy.search(b.text) and _is_buy(b)]
    listed = area.in_lists([button.element.parent or button.element for button in buy])
    if not buy:
        return sum(_is_buy_text(area, piece) for piece in area.pieces) == 1
    return len(buy) == 1 and not any(listed)


def _belongs(area: BuyArea, order: int) -> bool:
    """Return True near enough to the heading; some shops put the heading below the button."""
    if area.heading is None:
        return True
    return -_FAR <= order - area.heading <= 2 * _FAR


def _is_far_above(area: BuyArea, button: Button) -> bool:
    """Return True above the heading, where offers of other sellers may be."""
    return area.heading is not None and button.order < area.heading - _ABOVE


def _is_buy(button: Button) -> bool:
    words = stock_words()
    if button.by_name and len(button.text) > _LABEL and not words.buy.search(button.text):
        # What surrounds the button, or the place where it would be.
        return False
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
    if state == "in_stock" and words.since.search(text):
        return None
    return _StockText(state, piece.order, about_stock or whole, about_stock)
