"""Read microdata (and RDFa Lite) as schema.org nodes, in the shape of JSON-LD.

This follows what shops' pages contain rather than the letter of the standard: offers without a
stated relation to the product around them, properties outside any item, values in ``content``
on any element.
"""

from typing import Any, cast

from lxml import etree

from server.shop_page.document.texts import shown_text
from server.shop_page.document.tree import Document
from server.shop_page.markup.products import (
    HOLDS_HEADING,
    OFFER_TYPES,
    PRODUCT_TYPES,
    Node,
    ProductNode,
    listed,
    types_of,
)

_MAX_ITEMS = 2_000
_MAX_VALUES = 100
_ADDRESS = {"a": "href", "link": "href", "area": "href", "img": "src", "source": "src",
            "iframe": "src", "object": "data", "audio": "src", "video": "src"}  # fmt: skip
_RELATED = frozenset({"isrelatedto", "issimilarto", "isaccessoryorsparepartfor", "review"})
_LOOSE = frozenset({
    "price", "pricecurrency", "availability", "sku", "name", "brand", "lowprice", "image",
    "gtin13", "productid", "itemcondition",
})  # fmt: skip
_CASING = {
    name.lower(): name
    for name in (
        "priceCurrency", "itemCondition", "lowPrice", "highPrice", "productID", "itemOffered",
        "priceSpecification", "priceType", "hasVariant", "inProductGroupWithID", "salePrice",
        "listPrice", "referenceQuantity", "unitCode", "productGroupID",
    )
}  # fmt: skip

_MARKED = etree.XPath(
    "descendant-or-self::*[@itemprop or @property or @itemscope or @itemtype or @typeof]"
)


def read_microdata(document: Document) -> list[ProductNode]:
    """Return every product on the page that is marked up with microdata or RDFa."""
    if not document.has_items:
        return []
    found: list[ProductNode] = []
    orphans: list[Node] = []
    loose: Node = {}
    items: dict[etree._Element | None, Node] = {}
    owners: dict[etree._Element, Node | None] = {}
    related: set[int] = set()
    for element in cast("list[etree._Element]", _MARKED(document.root)):
        outer = _owner(element, items, owners)
        scope = _scope_types(element)
        name = _property(element)
        if scope is None and name is None:
            continue
        if scope is None:
            _set(outer if outer is not None else loose, name or "", _value(element))
            continue
        if len(items) >= _MAX_ITEMS:
            break
        node: Node = {"@type": scope}
        items[element] = node
        kinds = types_of(node)
        is_related = (outer is not None and id(outer) in related) or any(
            n in _RELATED for n in (name or "").lower().split()
        )
        if is_related:
            related.add(id(node))
        if outer is not None and name:
            _set(outer, name, node)
        elif kinds & OFFER_TYPES:
            if outer is not None and types_of(outer) & PRODUCT_TYPES:
                _set(outer, "offers", node)
            else:
                orphans.append(node)
        if kinds & PRODUCT_TYPES and (name or "").lower() != "hasvariant":
            found.append(ProductNode(node, (name or "").lower() == "itemlistelement", is_related))
    _mark_top(document, items)
    return _with_strays(found, orphans, loose)


def _owner(
    element: etree._Element,
    items: dict[etree._Element | None, Node],
    owners: dict[etree._Element, Node | None],
) -> Node | None:
    """Return the item that an element is in; ``owners`` remembers it for the elements between."""
    between: list[etree._Element] = []
    owner: Node | None = None
    around = element.getparent()
    while around is not None and owner is None:
        if around in owners:
            owner = owners[around]
            break
        owner = items.get(around)
        between.append(around)
        around = around.getparent()
    owners.update(dict.fromkeys(between, owner))
    return owner


def _scope_types(element: etree._Element) -> list[str] | None:
    if element.get("itemscope") is not None or element.get("itemtype"):
        return (element.get("itemtype") or "").split()[:8]
    typeof = element.get("typeof")
    return typeof.split()[:8] if typeof else None


def _property(element: etree._Element) -> str | None:
    name = element.get("itemprop")
    if name:
        return name
    name = element.get("property")
    if name and (":" not in name or name.startswith("schema:")):
        return name.removeprefix("schema:")
    return None


def _set(node: Node, names: str, value: Any) -> None:
    if value is None:
        return
    for name in names.split()[:4]:
        key = name.rstrip("/").rpartition("/")[2]
        key = _CASING.get(key.lower(), key)
        if key.startswith(("#", "@")):
            continue
        if key in node:
            values = listed(node[key])
            if len(values) < _MAX_VALUES:
                node[key] = [*values, value]
        else:
            node[key] = value


def _value(element: etree._Element) -> str | None:
    content = element.get("content")
    if content is not None and content.strip():
        return content.strip()[:2_000]
    tag = str(element.tag)
    if tag in _ADDRESS:
        address = element.get(_ADDRESS[tag]) or element.get("data-src")
        names = (_property(element) or "").lower()
        if tag != "a" or any(word in names for word in ("url", "image", "availability")):
            return (address or "").strip()[:2_000] or None
    if tag in ("data", "meter", "input") and element.get("value"):
        return (element.get("value") or "")[:2_000]
    return shown_text(element, 500)


def _mark_top(document: Document, items: dict[etree._Element | None, Node]) -> None:
    """Mark the product around the page's main heading: it is the one that the page is about."""
    if document.heading is None:
        return
    for ancestor in document.heading.iterancestors():
        node = items.get(ancestor)
        if node is not None and types_of(node) & PRODUCT_TYPES:
            node[HOLDS_HEADING] = True
            return


def _with_strays(found: list[ProductNode], orphans: list[Node], loose: Node) -> list[ProductNode]:
    """Add offers and properties outside any product to the only product they can belong to."""
    own = [c for c in found if not c.related and not c.listed]
    if not own and (loose.get("price") or (loose.get("name") and orphans)):
        node: Node = {"@type": ["Product"]}
        node.update({k: v for k, v in loose.items() if k.lower() in _LOOSE})
        if not isinstance(node.get("price"), list):
            own = [ProductNode(node, listed=False, related=False)]
            found = [*found, *own]
    if len(own) == 1:
        node = own[0].node
        if orphans and "offers" not in node:
            node["offers"] = orphans[:50] if len(orphans) > 1 else orphans[0]
        if "offers" not in node and "price" not in node:
            node.update({k: v for k, v in loose.items() if k.lower() in _LOOSE and k not in node})
    return found
