"""Find the products in JSON-LD, and choose the one that the page is about.

A node is a JSON-LD object: ``{"@type": ..., "name": ..., "offers": ...}``.
:mod:`server.shop_page.markup.microdata` brings microdata and RDFa into the same shape.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from server.goods.names import same_name, words_of
from server.shop_page.document.identity import PageIdentity, absolute, same_path
from server.shop_page.markup.lenient_json import read_values

Node = dict[str, Any]

MAX_NODES = 20_000
# How much JSON-LD is parsed, in characters.
_MAX_TEXT = 1_000_000
_MAX_DEPTH = 30
PRODUCT_TYPES = frozenset({
    "product", "productgroup", "productmodel", "individualproduct", "someproducts", "vehicle",
    "car", "motorcycle", "book", "audiobook", "musicalbum", "musicrelease", "videogame", "game",
    "movie", "bookseries",
})  # fmt: skip
OFFER_TYPES = frozenset({"offer", "aggregateoffer", "offerfordemand", "offershippingdetails"})
_RELATED_KEYS = frozenset({
    "isrelatedto", "issimilarto", "isaccessoryorsparepartfor", "isconsumablefor", "review",
    "reviews", "itemreviewed", "relatedproduct", "relatedproducts", "addon", "additionaltype",
    "mentions",
})  # fmt: skip
_LIST_KEYS = frozenset({"itemlistelement", "hasoffercatalog", "makesoffer", "containsplace"})
_PART_KEYS = frozenset({"hasvariant", "offers", "isvariantof", "model", "haspart"})
# The key that microdata sets on the product whose element contains the page's main heading.
HOLDS_HEADING = "#top"
_PLACE = "#place"
_MAX_OF_A_SIZE = 100


@dataclass(frozen=True, slots=True)
class ProductNode:
    """A product node, and whether it was found in a list of products or as something related."""

    node: Node
    listed: bool
    related: bool


def listed(value: Any) -> list[Any]:
    """Return a value as a list; None is the empty list."""
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def types_of(node: Node) -> frozenset[str]:
    """Return the node's types without their vocabulary, in lower case."""
    found = node.get("@type", node.get("type"))
    return frozenset(
        name.strip().rstrip("/").replace("#", "/").replace(":", "/").rpartition("/")[2].lower()
        for name in listed(found)[:8]
        if isinstance(name, str)
    )


def text_of(value: Any, limit: int = 500) -> str | None:
    """Return a property's text: string, number, ``@value`` or ``name``, or the first of a list."""
    for _ in range(4):
        if isinstance(value, list):
            value = value[0] if value else None
        elif isinstance(value, dict):
            value = next((value[k] for k in ("@value", "name", "value") if k in value), None)
        else:
            break
    if isinstance(value, bool) or value is None or isinstance(value, dict | list):
        return None
    text = " ".join(str(value)[: 4 * limit].split())
    return text[:limit] or None


def read_json_ld(texts: list[str]) -> list[ProductNode]:
    """Find the products in ``application/ld+json`` blocks; a bad block costs only itself."""
    values: list[Any] = []
    left = _MAX_TEXT
    for text in texts:
        if len(text) > left:
            continue
        left -= len(text)
        values.extend(read_values(text))
    return find_products(values)


def find_products(values: Iterable[Any]) -> list[ProductNode]:
    """Return every product node in parsed JSON-LD, in document order, with references resolved."""
    found: list[ProductNode] = []
    by_id: dict[str, Node] = {}
    nodes: list[Node] = []
    for node, is_listed, related in _walk(values):
        nodes.append(node)
        name = node.get("@id")
        if isinstance(name, str) and len(node) > 1:
            by_id.setdefault(name, node)
        kinds = types_of(node)
        if kinds & PRODUCT_TYPES:
            found.append(ProductNode(node, is_listed, related))
        elif kinds & OFFER_TYPES and isinstance(node.get("itemOffered"), dict):
            # An offer that names its product instead of the other way round.
            product = node["itemOffered"]
            if "offers" not in product:
                product["offers"] = {k: v for k, v in node.items() if k != "itemOffered"}
                product.setdefault("@type", "Product")
    for node in nodes:
        _resolve(node, by_id)
    return found


def _walk(values: Iterable[Any]) -> Iterator[tuple[Node, bool, bool]]:
    """Yield objects that may be products, outermost first, without the parts of a product."""
    stack = [(value, False, False, 0) for value in reversed(list(values))]
    seen = 0
    while stack and seen < MAX_NODES:
        value, is_listed, related, depth = stack.pop()
        seen += 1
        if isinstance(value, list):
            if depth < _MAX_DEPTH:
                stack.extend((item, is_listed, related, depth + 1) for item in reversed(value))
            continue
        if not isinstance(value, dict):
            continue
        yield value, is_listed, related
        if depth >= _MAX_DEPTH:
            continue
        inside = bool(types_of(value) & PRODUCT_TYPES)
        for key, child in reversed(value.items()):
            if not isinstance(child, dict | list):
                continue
            name = str(key).rpartition("/")[2].lower()
            if inside and name in _PART_KEYS and not _names_other_products(child):
                continue
            stack.append(
                (
                    child,
                    is_listed or name in _LIST_KEYS,
                    related or name in _RELATED_KEYS,
                    depth + 1,
                )
            )


def _names_other_products(value: Any) -> bool:
    return any(
        isinstance(item, dict) and isinstance(item.get("itemOffered"), dict | list)
        for item in listed(value)[:3]
    )


def _resolve(node: Node, by_id: dict[str, Node]) -> None:
    for key in ("offers", "hasVariant", "brand", "image", "isVariantOf", "priceSpecification"):
        value = node.get(key)
        if isinstance(value, dict | list):
            items = [
                by_id.get(item["@id"], item)
                if isinstance(item, dict) and len(item) == 1 and isinstance(item.get("@id"), str)
                else item
                for item in listed(value)[:500]
            ]
            node[key] = items if isinstance(value, list) else items[0]


def choose_product(
    candidates: list[ProductNode], identity: PageIdentity, *, most: int = 3
) -> list[Node]:
    """Return the node that the page is about, then others of the same product to complete it.

    If none has the page's name, one is still chosen provided there are at most ``most`` names.

    Returns:
        The nodes; empty if none is the page's own, as in a list of products or related ones.
    """
    own = [c for c in candidates if not c.related]
    if not own:
        return []
    for place, each in enumerate(own):
        each.node[_PLACE] = place
    scored = [(_score(c, identity), -i, c) for i, c in enumerate(own)]
    best_score, _, best = max(scored, key=lambda entry: entry[:2])
    unmistakable = best_score >= 4
    if best.listed and not unmistakable:
        return []
    others = [c for c in own if c is not best]
    if len({text_of(c.node.get("name")) for c in own}) > most and not unmistakable:
        return []
    name = text_of(best.node.get("name"))
    same = [c.node for c in others if not c.listed and _same_product(best.node, name, c.node)]
    nodes = [best.node, *same[:_MAX_OF_A_SIZE]]
    if same and _is_one_a_size(nodes):
        return [_group(nodes)]
    return nodes[:6]


def _is_one_a_size(nodes: list[Node]) -> bool:
    """Return True if each node is the same product in another size or colour."""
    if any("hasVariant" in node or not node.get("offers") for node in nodes):
        return False
    kinds = [(text_of(node.get("size"), 40), text_of(node.get("color"), 40)) for node in nodes]
    return all(any(kind) for kind in kinds) and len(set(kinds)) == len(nodes)


def _group(nodes: list[Node]) -> Node:
    """Return one product with the nodes as its variants."""
    shared = {
        key: value
        for key, value in nodes[0].items()
        if key not in ("offers", "size", "color", "sku", "gtin13", "gtin", "mpn", "url", "@id")
        or all(node.get(key) == value for node in nodes)
    }
    shared.pop("offers", None)
    in_order = sorted(nodes, key=lambda node: node.get(_PLACE, 0))
    return {**shared, "hasVariant": in_order}


def _same_product(best: Node, name: str | None, other: Node) -> bool:
    other_name = text_of(other.get("name"))
    if name and other_name:
        return name.casefold() == other_name.casefold()
    return best.get("@id") is not None and best.get("@id") == other.get("@id")


def _score(candidate: ProductNode, identity: PageIdentity) -> int:
    node = candidate.node
    score = 6 if node.get(HOLDS_HEADING) else 0
    addresses = [node.get("url"), node.get("@id"), node.get("mainEntityOfPage")]
    addresses += [o.get("url") for o in listed(node.get("offers"))[:20] if isinstance(o, dict)]
    for address in addresses:
        full = absolute(text_of(address) if not isinstance(address, str) else address, identity.url)
        if full and (same_path(full, identity.url) or same_path(full, identity.canonical)):
            score += 4
            break
    name = text_of(node.get("name"))
    if name and any(same_name(name, other) for other in identity.names):
        score += 4
        if identity.names and words_of(name) == words_of(identity.names[0]):
            score += 2
    if node.get("offers") or node.get("hasVariant"):
        score += 2
    return score - (2 if candidate.listed else 0)
