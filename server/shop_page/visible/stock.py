"""Whether the product can be bought, from the buttons and the words near its heading."""

import re
from dataclasses import dataclass

from server.goods.availability import Availability
from server.shop_page.document.buy_area import Button, BuyArea, Run
from server.shop_page.visible.price_candidates import near
from server.shop_page.words.stock_words import (
    BUY,
    NOT_A_PURCHASE,
    NOTIFY,
    OUT_OF_STOCK,
    PREORDER,
    availability_in_words,
)

_STOCK_WORDS = re.compile(
    r"stock|avail|verf|lieferstatus|dispon|inventory|sold-?out|delivery-?status|lager"
)
_BUY_NAMES = re.compile(
    r"(?:cart|basket|bag)[/?=&._-]*add|add-?_?to-?_?(?:cart|bag|basket|order)|addtocart|addtobag"
    r"|addtobasket|buy-?_?now|buynow"
    r"|single_add_to_cart"
    r"|product-form__submit|btn-?cart|cart-?btn|button-cart|add-cart|cart-add|addcart|btn_buy"
    r"|buy-?button|buybutton"
    r"|btn-?buy|product-addtocart|add_cart|ajout-?panier|warenkorb|in_cart|incart"
)
_CHOOSE = re.compile(
    r"(?:select|choose|pick|wähle|choisi|selecc|scegli|selecione|kies|wybierz|välj|vælg"
    r"|velg)\b.{0,30}"
    r"(?:size|colou?r|option|style|größe|farbe|variante|taille|couleur|talla|taglia|tamanho|maat"
    r"|rozmiar|storlek|størrelse)"
)
_BUY_TEXT = re.compile(
    r"(?:\W{0,2})(?:add to (?:my |your |shopping )?(?:cart|bag|basket|trolley)|buy (?:it )?now"
    r"|in den (?:waren|einkaufs)korb|ajouter au panier|(?:añadir|agregar) al? (?:carrito|la cesta"
    r"|la bolsa)"
    r"|aggiungi al carrello|adicionar ao carrinho|in winkel(?:wagen|mandje)|dodaj do koszyka"
    r"|do koszyka"
    r"|장바구니(?: 담기)?|구매하기|바로구매|カートに入れる|加入购物车|в корзину)(?:\W{0,2})"
)
# Words that mean stock wherever they stand (``disponible en 3 couleurs`` does not).
_PLAINLY_IN = re.compile(
    r"(?:[✓✔●•\s]*)(?:\w{3,14} ?: ?)?(?:in stock|available now|auf lager"
    r"|sofort (?:lieferbar|verfügbar)|lieferbar"
    r"|en stock|disponibile|disponível|op voorraad|dostępn|i lager|på lager|skladem|raktáron"
    r"|în stoc|в наличии|only \d+ left|\d+ in stock|usually|ready to ship|ships|在庫あり|即納"
    r"|재고|availability: ?in|有货|现货|現貨|в наличност|є в наявності|άμεσα διαθέσιμο"
    r"|(?:disponible|verfügbar|available|beschikbaar)\W*$|online verfügbar|nur noch \d"
    r"|hay stock|en existencia|plus que \d|quedan? \d|últimas unidades"
    r"|\d+ (?:stk|ks|szt|stück|st)\b|na zalogi|na stanju|dostupno|במלאי|متوفر|varastossa"
    r"|\d+ units? left|leverbaar|vorrätig|lagernd)"
)
# What a "not available" is about when it is not about the product as such.
_ELSEWHERE = re.compile(
    r"pick-?\s?up|collect|stores?\b|nearby|deliver|shipping|zip|size|colou?r|selected|option"
    r"|combination"
    r"|variant|filiale|markt\b|magasin|tienda|negozio|größe|taille|talla|branch|location"
)
_WORD = re.compile(r"[^\W\d_]{2,}")
# Texts after the heading beyond which nothing is about the product itself.
_FAR = 160
_LONGEST = 90


@dataclass(frozen=True, slots=True)
class StockView:
    """What the page shows; ``sure`` where nothing else on the page speaks against it."""

    availability: Availability | None
    sure: bool
    where: str


@dataclass(frozen=True, slots=True)
class _Said:
    state: Availability
    order: int
    # Plainly about the whole product.
    strong: bool


def view_stock(area: BuyArea) -> StockView:
    """Read the buttons and the short texts about stock in the product's part of the page."""
    texts = [_stock_text(area, run) for run in area.runs]
    said = [text for text in texts if text is not None]
    available = any(text.state == "in_stock" for text in said)
    out = [text for text in said if text.state == "out_of_stock"]
    strongly_out = [text for text in out if text.strong]
    buttons = [button for button in area.buttons if _belongs(area, button.order)]
    buy = [button for button in buttons if _is_buy(button)]
    listed = area.in_lists([button.frame.parent or button.frame for button in buy])
    buy = [button for button, in_list in zip(buy, listed, strict=True) if not in_list]
    sold_out = [b.order for b in buttons if _says_sold_out(b)]
    sold_out += [text.order for text in strongly_out]
    if sold_out:  # what can be bought further down is another product
        first = min(sold_out)
        buy = [b for b in buy if b.order < first or not _is_anothers(area, b)]
    enabled = [button for button in buy if not button.disabled or area.choices]
    buttons_off = [b for b in buy if b.disabled]
    preorder = [b for b in buttons if not b.linked and PREORDER.search(b.text)]
    soon = [text for text in said if text.state == "preorder" and text.strong]
    first_buy = min((b.order for b in enabled), default=None)
    view = StockView(None, sure=False, where="")
    if not enabled and any(OUT_OF_STOCK.search(b.text) for b in buttons if len(b.text) <= 60):
        view = StockView("out_of_stock", sure=True, where="text of a button")
    elif not enabled and not available and any(_says_sold_out(b) for b in buttons):
        view = StockView("out_of_stock", sure=bool(out), where="text of a button")
    elif strongly_out and not available and first_buy is None:
        view = StockView("out_of_stock", sure=True, where="text about stock")
    elif (
        strongly_out
        and not available
        and not area.choices
        and strongly_out[0].order < (first_buy or 0)
    ):
        view = StockView("out_of_stock", sure=False, where="text about stock")
    elif preorder and not enabled:
        view = StockView("preorder", sure=True, where="text of a button")
    elif available:
        view = StockView("in_stock", sure=not strongly_out, where="text about stock")
    elif soon and not enabled:
        view = StockView("preorder", sure=False, where="text about stock")
    elif enabled:
        view = StockView("in_stock", sure=not out, where="button to buy")
    elif not out and any(_is_buy_text(area, run) for run in area.runs):
        view = StockView("in_stock", sure=False, where="text to buy")
    elif not out and not buttons_off and area.quantity:
        view = StockView("in_stock", sure=False, where="field for a quantity")
    return view


def has_one_buy_button(area: BuyArea) -> bool:
    """True where one thing can be bought: what pages without a main heading are known by."""
    buy = [b for b in area.buttons if BUY.search(b.text) and _is_buy(b)]
    listed = area.in_lists([button.frame.parent or button.frame for button in buy])
    return len(buy) == 1 and not any(listed)


def _is_anothers(area: BuyArea, button: Button) -> bool:
    """True for a button in one small group with the title of another page before it."""
    return any(
        run.frame.linked and near(button.frame, run.frame) and len(_WORD.findall(run.text)) >= 2
        for run in area.runs[max(0, button.order - 8) : button.order]
    )


def _belongs(area: BuyArea, order: int) -> bool:
    """Near enough to the heading; some shops set the heading below the button."""
    if area.heading is None:
        return True
    return -_FAR <= order - area.heading <= 2 * _FAR


def _is_buy(button: Button) -> bool:
    if NOT_A_PURCHASE.search(button.text) or _says_sold_out(button):
        return False
    if PREORDER.search(button.text):
        return False
    if button.linked and not (_BUY_NAMES.search(button.names) or _BUY_TEXT.fullmatch(button.text)):
        return False
    return len(button.text) <= 80 and bool(
        BUY.search(button.text) or _BUY_NAMES.search(button.names) or _CHOOSE.search(button.text)
    )


def _is_buy_text(area: BuyArea, run: Run) -> bool:
    """``Add to cart`` as a text alone, on whatever element a script listens to."""
    if len(run.text) > 30 or run.frame.button is not None or not _belongs(area, run.order):
        return False
    return _BUY_TEXT.fullmatch(run.text.lower()) is not None


def _says_sold_out(button: Button) -> bool:
    if len(button.text) > 60:
        return False
    return bool(OUT_OF_STOCK.search(button.text) or NOTIFY.search(button.text))


def _stock_text(area: BuyArea, run: Run) -> _Said | None:
    """What a short text says of stock, if it is one and about the product itself."""
    frames = list(run.frame.lineage(3))
    text = run.text.lower()
    about_stock = any(_STOCK_WORDS.search(frame.words) for frame in frames)
    after_heading = run.order - area.heading if area.heading is not None else 0
    if (
        len(text) > _LONGEST
        or run.frame.chosen_from
        or run.frame.linked
        or run.frame.button is not None
        or not _belongs(area, run.order)
        or (after_heading > _FAR and not about_stock)
        # a size with its state, or a name
        or (len(text) < 12 and any(f.tag in ("li", "option", "h1") for f in frames))
    ):
        return None
    state = availability_in_words(text)
    whole = len(text) <= 45 and text.count(" ") <= 6
    if state == "in_stock" and not about_stock and not (whole and _PLAINLY_IN.match(text)):
        return None
    if state is None or (state == "out_of_stock" and _ELSEWHERE.search(text)):
        return None
    return _Said(state, run.order, about_stock or whole)
