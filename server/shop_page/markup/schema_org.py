"""Read the facts of a schema.org Product node.

The properties are those of schema.org. Shops also put text for numbers, words for addresses and
lists for single values into them; these are read as they are meant.
"""

import html
from typing import Any

from server.goods.availability import best_availability
from server.goods.condition import read_condition
from server.goods.gtin import read_gtin
from server.goods.names import words_of
from server.shop_page.document.identity import PageIdentity, absolute, same_path, variant_ids
from server.shop_page.markup.product_offers import (
    OfferFacts,
    choose_offer,
    offers_of,
)
from server.shop_page.markup.products import Node, listed, text_of
from server.shop_page.offer import SourceFacts

_GTIN_KEYS = ("gtin13", "gtin", "gtin14", "gtin12", "gtin8", "ean", "upc", "isbn", "barcode")
_MAX_PICTURES = 20
_MAX_SIZES = 60
_PLACEHOLDER = frozenset({
    "n/a", "na", "none", "null", "undefined", "-", "0", "false", "true",
})  # fmt: skip


def read_product(node: Node, identity: PageIdentity, where: str) -> SourceFacts:
    """Read one node. Of its variants, the one that the address names counts, else the cheapest."""
    variants = [v for v in listed(node.get("hasVariant"))[:200] if isinstance(v, dict)]
    offers = offers_of(node)
    variant_offers = [(v, o) for v in variants for o in offers_of(v)]
    all_offers = offers + [o for _, o in variant_offers]
    variant = _shown_variant(variants, identity)
    chosen = choose_offer(offers_of(variant), identity) if variant else None
    chosen = chosen or choose_offer(all_offers, identity)
    if variant is None and chosen is not None:
        variant = next((v for v, o in variant_offers if o is chosen), None)
    facts = SourceFacts(where)
    facts.title = unescaped(
        text_of(node.get("name")) or (text_of(variant.get("name")) if variant else None)
    )
    facts.brand = _brand(node) or (_brand(variant) if variant else None)
    facts.pictures = _pictures(node, identity) or (_pictures(variant, identity) if variant else ())
    sources = [source for source in (variant, node) if source]
    facts.gtin = _first_gtin([*sources, *([chosen.node] if chosen else [])])
    facts.sku = _sku(sources, chosen)
    facts.colour = next((c for s in sources if (c := _word(s.get("color")))), None)
    facts.sizes = _sizes(node, variants)
    facts.link = absolute(text_of(node.get("url")), identity.url)
    facts.condition = read_condition(text_of(node.get("itemCondition"), 120))
    facts.availability = best_availability(each.availability for each in all_offers)
    if chosen:
        facts.price, facts.list_price = chosen.price, chosen.list_price
        facts.currency = chosen.currency
        facts.prices = tuple(dict.fromkeys(o.price for o in all_offers if o.price is not None))
        facts.condition = (
            read_condition(text_of(chosen.node.get("itemCondition"), 120)) or facts.condition
        )
    return facts


def unescaped(text: str | None) -> str | None:
    """Return a text without entities, which some shops escape twice."""
    for _ in range(3):
        if text is None or "&" not in text:
            break
        text = html.unescape(text)
    return text


def _shown_variant(variants: list[Node], identity: PageIdentity) -> Node | None:
    wanted = variant_ids(identity.url)
    for variant in variants:
        address = absolute(text_of(variant.get("url")), identity.url)
        ids = {text_of(variant.get(key)) for key in ("sku", "productID", "@id")}
        if wanted & {name.casefold() for name in ids if name}:
            return variant
        if address and wanted and wanted <= variant_ids(address):
            return variant
    if not wanted:
        own = [
            v
            for v in variants
            if same_path(absolute(text_of(v.get("url")), identity.url), identity.url)
        ]
        if len(own) == 1:
            return own[0]
    return None


def _word(value: Any) -> str | None:
    text = text_of(value, 120)
    return None if text is None or text.lower() in _PLACEHOLDER else text


def _brand(node: Node) -> str | None:
    brand = _word(node.get("brand")) or _word(node.get("manufacturer"))
    return None if brand and brand.startswith(("http://", "https://")) else brand


def _pictures(node: Node, identity: PageIdentity) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for value in [*listed(node.get("image"))[:60], *listed(node.get("photo"))[:5]]:
        items: list[Any] = [value]
        if isinstance(value, dict):
            keys = ("contentUrl", "url", "image", "@id", "thumbnailUrl")
            items = listed(next((value[key] for key in keys if value.get(key)), None))[:5]
        for item in items:
            if address := absolute(item, identity.url):
                found[address] = None
    return tuple(found)[:_MAX_PICTURES]


def _first_gtin(nodes: list[Node]) -> str | None:
    for node in nodes:
        for key in _GTIN_KEYS:
            if gtin := read_gtin(text_of(node.get(key), 40)):
                return gtin
        product_id = text_of(node.get("productID"), 60)
        is_gtin = product_id and product_id.lower().startswith(("isbn:", "gtin", "ean:", "upc:"))
        if is_gtin and (gtin := read_gtin(product_id)):
            return gtin
    return None


def _sku(sources: list[Node], chosen: OfferFacts | None) -> str | None:
    """Return the number of the variant, the product or its offer, else one of the shop's ids."""
    nodes = [*sources, *([chosen.node] if chosen else [])]
    for key in ("sku", "productID", "identifier", "productGroupID"):
        for node in nodes:
            value = _word(node.get(key))
            if not value:
                continue
            prefix, colon, rest = value.partition(":")
            if colon and prefix.lower() in ("mpn", "isbn", "gtin", "gtin13", "ean", "upc"):
                continue
            if colon and prefix.lower() in ("sku", "id", "productid", "asin"):
                value = rest.strip()
            if value and len(value) <= 80 and not value.startswith(("http://", "https://")):
                return _without_name(value, text_of(sources[-1].get("name")))
    return None


def _without_name(sku: str, name: str | None) -> str:
    """Return a number without the product's name behind it: ``AB12-9900 Cushion, small``."""
    number, _, rest = sku.partition(" ")
    if name and rest and any(c.isdigit() for c in number):
        words = words_of(rest)
        if words and sum(word in words_of(name) for word in words) * 2 >= len(words):
            return number
    return sku


def _sizes(node: Node, variants: list[Node]) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for source in [*variants, node]:
        for value in listed(source.get("size"))[:_MAX_SIZES]:
            if size := _word(value):
                found[size[:40]] = None
    return tuple(found)[:_MAX_SIZES]
