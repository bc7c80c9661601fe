"""Read OpenGraph, ``product:*`` (Facebook's catalogue) and Twitter's meta tags."""

from server.goods.amounts import markup_amount
from server.goods.condition import read_condition
from server.goods.currencies import iso_code
from server.goods.gtin import read_gtin
from server.goods.names import words_of
from server.shop_page.document.identity import absolute, is_home_page
from server.shop_page.document.tree import Document
from server.shop_page.markup.product_offers import availability_of
from server.shop_page.offer import SourceFacts
from server.shop_page.words.label_words import label_words

_CURRENCY = (
    "product:price:currency", "product:sale_price:currency", "og:price:currency",
    "product:original_price:currency", "og:product:price:currency", "twitter:price:currency",
)  # fmt: skip
_PRICE = (
    "product:sale_price:amount", "product:sale_price", "product:price:amount",
    "og:price:amount", "og:product:price:amount", "product:price", "og:price",
    "product:pretax_price:amount", "twitter:price",
)  # fmt: skip
_LIST_PRICE = (
    "product:original_price:amount", "og:price:standard_amount", "product:price:amount",
    "og:standard_price:amount",
)  # fmt: skip
_GTIN = ("product:gtin", "product:ean", "product:upc", "product:isbn", "og:ean", "og:upc",
         "books:isbn", "book:isbn", "og:isbn")  # fmt: skip
_MAX_PICTURES = 20


def read_meta_tags(document: Document) -> SourceFacts:
    """Read what the meta tags say about the page's product."""
    facts = SourceFacts("meta")
    facts.title = _text(document, "og:title", "twitter:title")
    facts.brand = _text(document, "product:brand", "og:brand", "og:product:brand", "brand")
    facts.currency = next(
        (c for name in _CURRENCY if (m := document.meta(name)) and (c := iso_code(m[1]))), None
    )
    _read_prices(document, facts)
    if found := document.meta("product:availability", "og:availability", "availability"):
        facts.availability = availability_of(found[1])
    if found := document.meta("product:condition", "og:condition"):
        facts.condition = read_condition(found[1])
    pictures = [
        address
        for name in ("og:image:secure_url", "og:image", "og:image:url", "twitter:image",
                     "twitter:image:src")
        for content in document.metas.get(name, ())[:_MAX_PICTURES]
        if (address := absolute(content, document.base))
    ]  # fmt: skip
    facts.pictures = () if _are_of_front_page(document) else _without_twins(pictures)
    facts.gtin = next(
        (g for name in _GTIN if (m := document.meta(name)) and (g := read_gtin(m[1]))), None
    )
    facts.sku = _text(
        document, "product:retailer_item_id", "product:retailer_part_no", "product:sku", "sku"
    )
    facts.colour = _text(document, "product:color", "og:color")
    if size := _text(document, "product:size"):
        facts.sizes = (size,)
    if found := document.meta("og:url"):
        facts.link = absolute(found[1], document.base)
    _read_twitter_labels(document, facts)
    return facts


def is_product_page(document: Document) -> bool:
    """Return True if ``og:type`` says that the page is about one product."""
    found = document.meta("og:type")
    return found is not None and found[1].lower().rpartition(":")[2] in (
        "product",
        "product.item",
        "og:product",
        "book",
    )


def _are_of_front_page(document: Document) -> bool:
    """Return True for tags that a shop copies from its front page to every page."""
    found, title = document.meta("og:url"), _text(document, "og:title")
    address = absolute(found[1], document.base) if found else None
    if not address or not title or not is_home_page(address) or is_home_page(document.url):
        return False
    heading = words_of(document.heading_text or "")
    return bool(heading) and not set(heading) & set(words_of(title))


def _text(document: Document, *names: str) -> str | None:
    found = document.meta(*names)
    text = " ".join(found[1].split())[:300] if found else ""
    return text if text and text.lower() not in ("null", "undefined", "none", "n/a") else None


def _read_prices(document: Document, facts: SourceFacts) -> None:
    for name in _PRICE:
        found = document.meta(name)
        amount = markup_amount(found[1], facts.currency) if found else None
        if amount:
            facts.price = amount
            facts.prices = (amount,)
            break
    for name in _LIST_PRICE:
        found = document.meta(name)
        amount = markup_amount(found[1], facts.currency) if found else None
        if amount and facts.price and amount > facts.price:
            facts.list_price = amount
            break


def _read_twitter_labels(document: Document, facts: SourceFacts) -> None:
    """Read pairs such as ``twitter:label1`` = Price, ``twitter:data1`` = $49.00."""
    words = label_words()
    for number in "123":
        label = document.meta(f"twitter:label{number}")
        data = document.meta(f"twitter:data{number}")
        if not label or not data:
            continue
        word = label[1].strip().lower()
        if word in words.of_card("price") and not facts.price:
            facts.price = markup_amount(data[1], facts.currency) or None
            facts.prices = (facts.price,) if facts.price else ()
        elif word in words.of_card("availability") and not facts.availability:
            facts.availability = availability_of(data[1])
        elif word in words.of_card("brand") and not facts.brand:
            facts.brand = data[1].strip()[:120] or None


def _without_twins(pictures: list[str]) -> tuple[str, ...]:
    """Return each picture once: og:image and og:image:secure_url name the same one twice."""
    found: dict[str, str] = {}
    for address in pictures:
        found.setdefault(address.partition(":")[2], address)
    return tuple(found.values())[:_MAX_PICTURES]
