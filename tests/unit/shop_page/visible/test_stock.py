"""Whether the product can be bought, by the buttons and words beside it."""

import pytest

from server.shop_page.read_page import read_shop_page

URL = "https://shop.example/p/lamp"


def stock_of(body: str) -> str | None:
    html = f"<title>Lamp</title><h1>Lamp</h1><div><p class=price>$49.00</p>{body}</div>"
    return read_shop_page(html, URL).availability


@pytest.mark.parametrize(
    ("words", "state"),
    [
        ("Lieferung: Verfügbar", "in_stock"),
        ("Available", "in_stock"),
        ("Disponible", "in_stock"),
        ("Nur noch 3 Stück", "in_stock"),
        ("12 units left", "in_stock"),
        ("В наличност", "in_stock"),
        ("Є в наявності", "in_stock"),
        ("有货", "in_stock"),
        ("This item has sold", "out_of_stock"),
        ("Ce produit n'est plus en stock", "out_of_stock"),
        ("Изчерпан", "out_of_stock"),
        ("אזל מהמלאי", "out_of_stock"),
        ("Available in 3 colours", None),
        ("Nicht verfügbar in Köln", None),
        ("Not available at Springfield", None),
    ],
)
def test_short_texts_state_the_stock(words: str, state: str | None) -> None:
    assert stock_of(f"<p class=note>{words}</p>") == state


@pytest.mark.parametrize(
    "button",
    [
        "<button>Добави в количката</button>",
        "<button>הוסף לסל</button>",
        "<button>Do košíka</button>",
        "<input type=submit value=Order>",
        "<span class=link>Купить</span>",
        "<span class=link>В кошик</span>",
        "<a href=https://cart.example/x>加入购物车</a>",
    ],
)
def test_a_button_to_buy_in_any_language_means_stock(button: str) -> None:
    assert stock_of(button) == "in_stock"


def test_a_button_inside_a_box_named_after_buying_is_the_button() -> None:
    box = (
        "<div class=add-to-cart-button><button class=add-to-cart-button disabled>{}</button></div>"
    )
    assert stock_of(box.format("Sold Out")) == "out_of_stock"
    assert stock_of(box.format("Add to cart").replace(" disabled", "")) == "in_stock"


def test_a_buy_button_below_a_sold_out_product_belongs_to_another() -> None:
    other = "<div><a href=/p/2><img src=/2.jpg>Table lamp</a><button>Add to cart</button></div>"
    assert stock_of(f"<button>Sold out</button></div><div>{other}") == "out_of_stock"
    assert stock_of(f"<p>Out of stock</p></div><div>{other}") == "out_of_stock"
    assert stock_of(f"<button>Add to cart</button></div><div>{other}") == "in_stock"


def test_the_footer_of_the_buy_box_is_part_of_it() -> None:
    assert stock_of("<div class=buy-footer><button>Buy now</button></div>") == "in_stock"
    assert stock_of("<div class=site-footer><button>Buy now</button></div>") is None


@pytest.mark.parametrize(
    "button",
    [
        "Add to cart", "Add to bag", "In den Warenkorb", "Ajouter au panier", "Añadir a la cesta",
        "Añadir al carrito", "Aggiungi al carrello", "Adicionar ao carrinho", "Dodaj do koszyka",
        "In winkelwagen", "Lägg i varukorgen", "Læg i kurv", "Legg i handlekurv",
        "Lisää ostoskoriin",
        "Přidat do košíku", "Pridať do košíka", "Kosárba rakom", "Adaugă în coș", "Sepete ekle",
        "В корзину", "Додати в кошик", "Добави в количката", "Προσθήκη στο καλάθι",
        "カートに入れる",
        "장바구니 담기", "加入购物车", "加入購物車", "Thêm vào giỏ hàng", "เพิ่มลงตะกร้า",
        "أضف إلى السلة", "הוספה לסל", "Tambah ke keranjang", "Dodaj u košaricu", "Dodaj v košarico",
        "Į krepšelį", "Lisa ostukorvi",
    ],
)  # fmt: skip
def test_the_usual_button_to_buy_is_one_in_every_language(button: str) -> None:
    assert stock_of(f"<button>{button}</button>") == "in_stock"
