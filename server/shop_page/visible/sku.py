"""Find the shop's own number for the product, in texts or where scripts keep it.

The surest place comes first: under a label (``Item #``), in an element named after it, in an
attribute or hidden field, under the label of a part number, and last the id in the page's own
address.
"""

import re
from collections import deque
from collections.abc import Iterator
from itertools import islice
from urllib.parse import unquote, urlsplit

from bs4 import Tag

from server.goods.names import words_of
from server.shop_page.document import texts
from server.shop_page.document.buy_area import BuyArea, TextPiece
from server.shop_page.document.identity import PageIdentity
from server.shop_page.document.prune import ID_ATTRIBUTES, SKU_ATTRIBUTES
from server.shop_page.document.tree import Document
from server.shop_page.words.label_words import label_words

_NAMED_HASH = re.compile(r"^(?P<whose>[A-Za-z][A-Za-z&.' -]{1,24}?) ?#\s?:?\s*")
_VALUE = re.compile(r"(?=[^\s]*\d)[A-Za-z0-9][\w./+-]{1,39}")
_GROUPED = re.compile(r"\d{1,5}(?:[ ]\d{2,5}){1,4}|[A-Z]{1,3} \d{3,8}(?: \d{2,5})?")
# "[TB064]" right behind the name.
_IN_BRACKETS = re.compile(r"[\[(]((?=[^\s]*[A-Za-z])(?=[^\s]*\d{2})[A-Za-z0-9][\w./+-]{3,24})[\])]")
_BEHIND_NAME = 2
_CAPITALS = re.compile(r"[A-Z][A-Z0-9]+(?:[-_./][A-Z0-9]+)*")
_ALONE = re.compile(r"\d{4,}(?=\s*[|/(·•,;–-])")
_SKU_INPUTS = frozenset({
    "sku", "sku_id", "asin", "product_sku", "productsku", "itemsku", "item_number", "itemnumber",
    "product_code", "productcode", "productcodepost", "itemcode", "item_code",
})  # fmt: skip
_ID_INPUTS = frozenset({
    "product_id", "productid", "product-id", "id_product", "product", "add-to-cart", "pid",
    "prodid", "item_id", "itemid", "goodsno", "goods_no", "product_no", "products_id", "goodsid",
    "code", "item", "add_to_cart", "listing_id", "article_id", "articleid",
})  # fmt: skip
# How many lists are looked at for the breadcrumbs.
_MAX_LISTS = 300
_ID = re.compile(r"[A-Za-z0-9][\w.-]{2,39}|\d\d")
_ID_IN_QUERY = re.compile(
    r"(?:^|&)(?:p_?id|prod_?id|products?_?id|sku(?:_?id)?|item(?:_?id|_?no)?|goods_?no|product_?no"
    r"|goodscode|ean|isbn|id)"
    r"=(?=[^&]*\d)([\w.-]{3,40})(?:&|$)",
    re.IGNORECASE,
)
_ID_IN_NAME = re.compile(r"(?=(?:[A-Za-z]*\d){4})[A-Za-z0-9]{5,24}")


def read_sku(area: BuyArea) -> str | None:
    """Return the number beside a label for it, else in an element that is named after it."""
    words = label_words()
    weak: str | None = None
    for piece in area.pieces:
        if len(piece.text) > 120 or (sku := _under_label(area, piece)) is None:
            continue
        if words.sku_weak.match(piece.text) is None:
            return sku
        if weak is None and piece.order >= (area.heading or 0):
            weak = sku
    if weak is not None:
        return weak
    for piece in area.pieces:
        if len(piece.text) <= 60 and (sku := _named(piece)):
            return sku
    return _behind_name(area)


def _behind_name(area: BuyArea) -> str | None:
    """Return a number in brackets, in a text of its own, right behind the main heading."""
    if area.heading is None:
        return None
    for piece in area.pieces[area.heading + 1 : area.heading + 1 + _BEHIND_NAME]:
        if match := _IN_BRACKETS.fullmatch(piece.text):
            return match[1]
    return None


def read_sku_in_trail(document: Document) -> str | None:
    """Return the number under a label at the end of the breadcrumbs; to be asked before the cut."""
    for trail in islice(document.root.iter("nav", "ol", "ul"), _MAX_LISTS):
        if "breadcrumb" not in texts.words(trail, "class", "id", "aria-label"):
            continue
        last = deque(trail.iterdescendants("li"), maxlen=1)
        text = texts.element_text(last[0], 60) if last else None
        match = label_words().sku.match(text) if text else None
        if text and match and not label_words().not_the_shops.search(match[0]):
            return _labelled(text[match.end() :], "", match[0])
        return None
    return None


def read_part_number(area: BuyArea) -> str | None:
    """Return the number beside ``Part #``, for pages that show no other."""
    words = label_words()
    for piece in area.pieces:
        match = words.part_number.match(piece.text) if len(piece.text) <= 120 else None
        if match is not None and not words.makers.search(match[0]):
            number = _labelled(piece.text[match.end() :], _following(area, piece), "#")
            if number:
                return number
    return None


def _under_label(area: BuyArea, piece: TextPiece) -> str | None:
    words = label_words()
    match = words.sku.search(piece.text)
    if (
        match is None
        and piece.element.tag in ("dt", "th")
        and words.sku_in_tables.fullmatch(piece.text)
    ):
        return _labelled("", _following(area, piece), piece.text)
    if match is None:
        match = _NAMED_HASH.match(piece.text)
        if match is None or len(match["whose"].split()) > 3:
            return None
        rest = piece.text[match.end() :] or _following(area, piece)
        found = _VALUE.match(rest.strip())
        if found is None or len(found[0]) < 4:
            return None
    if words.not_the_shops.search(match[0]):
        return None
    return _labelled(piece.text[match.end() :], _following(area, piece), match[0])


def _following(area: BuyArea, piece: TextPiece) -> str:
    return area.pieces[piece.order + 1].text if piece.order + 1 < len(area.pieces) else ""


def _labelled(rest: str, following: str, label: str) -> str | None:
    """Return the number after a label, in the same text or the next one."""
    rest = rest.strip()
    plain = True
    if rest:
        plain = (
            any(c in label for c in ":：#.") or " " not in rest or _ALONE.match(rest) is not None
        )
        most = 40
    else:
        rest, most = following.lstrip(":：# ").strip(), 15
    if (match := _GROUPED.fullmatch(rest)) is None:
        match = _VALUE.match(rest)
    if match is None and (":" in label or "sku" in label.lower()):
        match = _CAPITALS.fullmatch(rest)
    if match is None or not plain or len(rest) - len(match[0]) >= most:
        return None
    return match[0].rstrip(".")


def _named(piece: TextPiece) -> str | None:
    """Return the text, without brackets, of an element whose class or id says it is the number."""
    names = label_words().sku_names
    if not any(names.search(element.names) for element in piece.element.lineage(2)):
        return None
    text = piece.text.strip("()[]{}:# ")
    match = _VALUE.fullmatch(text)
    return match[0] if match else None


def read_sku_attribute(area: BuyArea, url: str) -> str | None:
    """Return a SKU in an attribute or hidden field of the product's part of the page.

    Tiles of other products have such attributes too, so one that the page's address has goes first.
    """
    return _attribute(area, SKU_ATTRIBUTES, _SKU_INPUTS, url)


def read_id_attribute(area: BuyArea) -> str | None:
    """Return the shop's own id for the product that it keeps for its buy button."""
    return _attribute(area, ID_ATTRIBUTES, _ID_INPUTS, digits=True)


def _attribute(
    area: BuyArea,
    attributes: tuple[str, ...],
    inputs: frozenset[str],
    url: str = "",
    *,
    digits: bool = False,
) -> str | None:
    every = _attributes(area, attributes, inputs, digits)
    first = next(every, None)
    in_address = set(re.split(r"[/?&=.#]", url))
    if first is None or first in in_address or not url:
        return first
    return next((value for value in every if value in in_address), first)


def _attributes(
    area: BuyArea, attributes: tuple[str, ...], inputs: frozenset[str], digits: bool
) -> Iterator[str]:
    wanted = frozenset(attributes)
    for tag, _ in area.tags:
        if tag.name in ("input", "button"):
            name = _text(tag, "name").lower() or _text(tag, "id").lower()
            value = _text(tag, "value").strip()
            if name.rpartition("[")[2].rstrip("]") in inputs and _is_id(value, digits):
                yield value
        if wanted.isdisjoint(tag.attrs):
            continue
        for attribute in attributes:
            value = _text(tag, attribute).strip() if attribute in tag.attrs else ""
            if value and _is_id(value, digits):
                yield value


def _is_id(value: str, digits: bool) -> bool:
    return bool(_ID.fullmatch(value)) and (not digits or any(c.isdigit() for c in value))


def _text(tag: Tag, name: str) -> str:
    value = tag.get(name)
    return value if isinstance(value, str) else ""


def id_in_address(identity: PageIdentity, markup: str) -> str | None:
    """Return the product's number in the address, if the page itself uses it too."""
    try:
        parts = urlsplit(identity.url)
        path, query = unquote(parts.path), unquote(parts.query)
    except ValueError:
        return None
    of_the_name = {word for name in identity.names for word in words_of(name)}
    match = label_words().id_in_path.search(path[:500]) or _ID_IN_QUERY.search(query[:500])
    found = next((part for part in match.groups() if part), None) if match else None
    if found:
        return found if found in markup and found.casefold() not in of_the_name else None
    # Among words: "air-fryer-N12345678A". The page has to use it outside its address, and not
    # in the product's name, where numbers are models.
    names = path[:500].rstrip("/").split("/")[-2:]
    elsewhere = markup.replace(path, "") if path.strip("/") else markup
    for name in reversed(names):
        words = re.split(r"[-_.]", name.rpartition(".")[0] if "." in name else name)
        for word in (name, *reversed(words)):
            if (
                _ID_IN_NAME.fullmatch(word)
                and word.casefold() not in of_the_name
                and word in elsewhere
            ):
                return word
    return None
