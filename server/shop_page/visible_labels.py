"""Facts that stand in the product's part of the page under a label or in an attribute."""

import re
from urllib.parse import unquote, urlsplit

from bs4 import Tag

from server.shop_page.buy_area import BuyArea
from server.shop_page.document import Document
from server.shop_page.gtin import read_gtin
from server.shop_page.identity import absolute
from server.shop_page.offer import Facts
from server.shop_page.pruning import ID_ATTRIBUTES, SKU_ATTRIBUTES

_SKU_LABEL = re.compile(
    r"(?:\bsku|^\W{0,3}(?:(?:our|shop|store|web) )?(?:item ?(?:#|no\.?|number|num|code|id)"
    r"|product ?(?:#|no\.?|number|code|id"
    r"|ref(?:erence)?)"
    r"|article ?(?:#|no\.?|number|code)|style ?(?:#|no\.?|number|code)|stock ?(?:#|no\.?|number"
    r"|code)|catalog(?:ue)? ?(?:#|no\.?|number)"
    r"|part ?(?:#|no\.?|number)|model ?(?:#|no\.?|number)|web ?id|tcin|dpci|asin|internet ?#"
    r"|store sku ?#?|ref(?:erence)?\.?"
    r"|art(?:ikel)?\.?-?\s?(?:nr|nummer|no)\.?|artikelnummer|bestell-?(?:nr|nummer)\.?"
    r"|produkt-?(?:nr|nummer)\.?|produktnummer"
    r"|réf(?:érence)?\.?|code (?:article|produit|art\.?|prodotto|articolo)|referencia|ref|código"
    r"|cód\.?|codice(?: prodotto| articolo)?"
    r"|referência|artikelnummer|artnr|varenr\.?|varenummer|indeks|kod (?:produktu|towaru)"
    r"|nr (?:kat\.?|katalogowy|art\.?)|katalogové číslo|kód"
    r"|артикул|код товара|상품 ?(?:코드|번호)|제품 ?(?:코드|번호)|모델 ?번호|商品(?:番号|コード"
    r"|编号|編號)|品番|型番|货号))"
    r"\s*(?:[:：#]|\bis\b|\.)*\s*",
    re.IGNORECASE,
)
_NOT_SKU_LABEL = re.compile(r"part|model|모델|型番", re.IGNORECASE)
"""Labels of the manufacturer's number, which other products of the shop may share."""
_VALUE = re.compile(r"(?=[^\s]*\d)[A-Za-z0-9][\w./+-]{1,39}")
_SKU_INPUTS = frozenset({
    "sku", "asin", "product_sku", "productsku", "itemsku", "item_number",
})  # fmt: skip
_ID_INPUTS = frozenset({
    "product_id", "productid", "product-id", "id_product", "product", "add-to-cart", "pid",
    "prodid", "item_id", "itemid", "goodsno", "goods_no", "product_no", "products_id", "goodsid",
    "code", "item", "product_code", "productcode",
})  # fmt: skip
_ID = re.compile(r"[A-Za-z0-9][\w.-]{2,39}|\d\d")
_ID_IN_PATH = re.compile(
    r"/(?:dp|gp/product|itm|p|pd|ip|product|products|produkt|produit|item|goods|art|prd|A)[/-]"
    r"(?:[^/]*/)?(?P<id>[A-Za-z]{0,3}[-_]?\d{4,}|B0[A-Z0-9]{8})(?:\.\w+)?(?:/|$)"
    r"|[-_/.]p?(?P<tail>\d{5,})(?:\.html?|\.p|\.aspx|/p)?/?$"
)
_ID_IN_QUERY = re.compile(
    r"(?:^|&)(?:p_?id|prod_?id|products?_?id|sku(?:_?id)?|item(?:_?id|_?no)?|goods_?no|product_?no"
    r"|id)"
    r"=(?=[^&]*\d)([\w.-]{3,40})(?:&|$)",
    re.IGNORECASE,
)
_GTIN_LABEL = re.compile(
    r"(?:^|\s)(?:ean|upc|gtin|isbn(?:-?1[03])?|barcode|strichcode|jan)\s*[:：]?\s*", re.IGNORECASE
)
_COLOUR_LABEL = re.compile(
    r"^(?:selected )?(?:colou?r|farbe|couleur|color|colore|cor|kleur|kolor|färg|farge|farve|색상"
    r"|カラー|颜色)(?: name)?\s*[:：]\s*(?P<value>.{0,40})$",
    re.IGNORECASE,
)
_SIZE_NAME = re.compile(
    r"(?:^|[^a-z])(?:size|sizes|größe|groesse|grösse|taille|talla|taglia|tamanho|maat|rozmiar"
    r"|storlek|størrelse|koko|사이즈|サイズ|尺码)(?:$|[^a-z])|shoesize|sizeselect",
    re.IGNORECASE,
)
_SIZE = re.compile(
    r"(?:(?:x{0,4}|[2-6]x)[sl]|[sml]|xxs|one ?size|os|free|\d{1,3}(?:[.,]5)?(?:\s?(?:cm|eu|uk|us|w"
    r"|l|½))?"
    r"|(?:eu|uk|us|it|fr|w)\s?\d{1,2}(?:[.,]5)?|\d{2}[/x]\d{2}|[sml]/[sml]|[sml]/x?l|\d{1,2}[rsl]"
    r"|\d{1,2}\s?-\s?\d{1,2}(?:\s?(?:y|m|yrs|months?))?|x-(?:small|large)|small|medium|large"
    r"|\d{2,3}[a-h]{1,2})",
    re.IGNORECASE,
)
_MAX_SIZES = 60


def read_labels(area: BuyArea, document: Document) -> Facts:
    """The number, GTIN, colour, sizes and pictures that the page shows beside the product."""
    facts = Facts("text")
    _read_runs(area, facts)
    facts.sizes = _sizes(area)
    facts.pictures = _pictures(area, document)
    return facts


def _read_runs(area: BuyArea, facts: Facts) -> None:
    for i, run in enumerate(area.runs):
        text = run.text
        if len(text) > 120:
            continue
        following = area.runs[i + 1].text if i + 1 < len(area.runs) else ""
        match = _SKU_LABEL.search(text) if facts.sku is None else None
        if match and not _NOT_SKU_LABEL.search(match[0]):
            facts.sku = _labelled(text[match.end() :], following, match[0])
        if facts.gtin is None and (match := _GTIN_LABEL.search(text)):
            rest = text[match.end() :] or following
            facts.gtin = read_gtin(rest.split(" ")[0] if rest else None)
        if facts.colour is None and (match := _COLOUR_LABEL.match(text)):
            value = match["value"].strip() or following.strip()
            if 2 < len(value) <= 40 and not any(c in value for c in "{}<>"):
                facts.colour = value


def _labelled(rest: str, following: str, label: str) -> str | None:
    """The number after a label, in the same text or the next one."""
    rest = rest.strip()
    if rest:
        match = _VALUE.match(rest)
        plain = any(c in label for c in ":：#.") or " " not in rest
        return match[0].rstrip(".") if match and plain and len(rest) - len(match[0]) < 40 else None
    following = following.lstrip(":：# ").strip()
    match = _VALUE.match(following)
    return match[0].rstrip(".") if match and len(following) - len(match[0]) < 15 else None


def read_sku_attribute(area: BuyArea) -> str | None:
    """A SKU in an attribute or a hidden field of the product's part of the page."""
    return _attribute(area, SKU_ATTRIBUTES, _SKU_INPUTS)


def read_id_attribute(area: BuyArea) -> str | None:
    """The shop's own id of the product, where it keeps it for its buy button."""
    return _attribute(area, ID_ATTRIBUTES, _ID_INPUTS, digits=True)


def _attribute(
    area: BuyArea, attributes: tuple[str, ...], inputs: frozenset[str], *, digits: bool = False
) -> str | None:
    for tag, _ in area.tags:
        if tag.name in ("input", "button"):
            name = _text(tag, "name").lower() or _text(tag, "id").lower()
            value = _text(tag, "value").strip()
            if name.rpartition("[")[2].rstrip("]") in inputs and _is_id(value, digits):
                return value
        for attribute in attributes:
            value = _text(tag, attribute).strip() if attribute in tag.attrs else ""
            if value and _is_id(value, digits):
                return value
    return None


def _is_id(value: str, digits: bool) -> bool:
    return bool(_ID.fullmatch(value)) and (not digits or any(c.isdigit() for c in value))


def _text(tag: Tag, name: str) -> str:
    value = tag.get(name)
    return value if isinstance(value, str) else ""


def id_in_address(url: str, markup: str) -> str | None:
    """The number that the address names the product by, where the page itself uses it too."""
    try:
        path, query = unquote(urlsplit(url).path), unquote(urlsplit(url).query)
    except ValueError:
        return None
    match = _ID_IN_PATH.search(path[:500]) or _ID_IN_QUERY.search(query[:500])
    found = next((part for part in match.groups() if part), None) if match else None
    return found if found and found in markup else None


def _sizes(area: BuyArea) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for tag, _ in area.tags:
        if tag.name == "select":
            named = " ".join(
                _words(tag, "name", "id", "class", "aria-label", "title", "data-option-name")
            )
            if not _SIZE_NAME.search(named):
                continue
            for option in tag.find_all("option", limit=_MAX_SIZES):
                text = re.split(r"\s[-–(|:]\s?", option.get_text(" ", strip=True)[:60])[0].strip()
                if text and _text(option, "value") != "" and _SIZE.fullmatch(text):
                    found[text] = None
    if not found:
        for run in area.runs:
            if len(run.text) > 12 or run.frame.linked or not _SIZE.fullmatch(run.text):
                continue
            if any(_SIZE_NAME.search(frame.words) for frame in run.frame.lineage(5)):
                found[run.text] = None
    return tuple(found)[:_MAX_SIZES]


def _words(tag: Tag, *names: str) -> list[str]:
    return [" ".join(tag.get_attribute_list(name)) for name in names if tag.get(name)]


def _pictures(area: BuyArea, document: Document) -> tuple[str, ...]:
    """Pictures that are named as the product's, for pages that tell no crawler of any."""
    found: dict[str, None] = {}
    for tag, _ in area.tags:
        if tag.name != "img":
            continue
        around = [tag, *list(tag.parents)[:3]]
        names = " ".join(w for t in around for w in _words(t, "class", "id")).lower()
        if not re.search(
            r"product|main|gallery|zoom|pdp|item-?image|goods|hero|landing|detail", names
        ):
            continue
        for name in ("data-zoom-image", "data-old-hires", "data-large_image", "data-src", "src"):
            address = absolute(_text(tag, name), document.base)
            if address and not re.search(
                r"\.(?:svg|gif)(?:$|\?)|sprite|placeholder|logo|icon", address
            ):
                found[address] = None
                break
    return tuple(found)[:8]
