"""The shop's own number of the product, where the page shows it or keeps it for its scripts.

The order is by how surely it is the number that the shop calls the product by: under a label
(``Item #``), in an element of that name, in an attribute or hidden field, under the label of a
part, and in the end the id in the page's own address.
"""

import re
from urllib.parse import unquote, urlsplit

from bs4 import Tag

from server.goods.names import words_of
from server.shop_page.document.buy_area import BuyArea, Run
from server.shop_page.document.identity import Hints
from server.shop_page.document.prune import ID_ATTRIBUTES, SKU_ATTRIBUTES

_NUMBER = r"(?:#|nos?\b\.?|numbers?\b|num\b\.?|nr\b\.?|n°|codes?\b|id\b|ref(?:erence)?\b\.?|sku\b)"
_LABEL = re.compile(
    r"(?:\bsku\b(?:[- ]?(?:code|no\.?|number|id|nr\.?))?"
    rf"|(?:^|[•|·;]\s?)\W{{0,3}}(?:[^\W\d][\w.-]{{1,14}} )?"
    rf"(?:item|product|article|style|stock|order|catalog(?:ue)?|cat\.?|inventory|goods|lot|material"
    rf"|merchandise|design|title) ?{_NUMBER}"
    r"|(?:^|[•|·;]\s?)item(?= \d{5,})"
    r"|^\W{0,3}(?:web ?id|tcin|dpci|asin|pzn|mpid|plu|code\s?(?=[:：#])|ref(?:erence)?\b\.?"
    r"|(?:art(?:ikel)?|bestell|produkt|waren|katalog)\.?-?\s?(?:nr|nummer|no|code)\b\.?"
    r"|artikelnummer|produktnummer|productnummer|bestelnummer|artnr|varenr|varenummer|tuotekoodi"
    r"|tuotenumero|tuotenro|artikelcode|productcode|bestelcode"
    r"|réf(?:érence)?\b(?: (?:produit|article|fabricant))?\.?|code (?:article|produit|prodotto"
    r"|articolo|art\.?)|référence"
    r"|referencia|referência|ref\b|cód(?:igo)?\b\.?(?: (?:de )?(?:artículo|producto|produto))?"
    r"|codice\b(?: (?:prodotto|articolo))?|cod\b\.?(?: ?(?:art\w*|prod\w*|articol))?"
    r"|indeks|kod\b(?: [\w-]{2,14})?|nr (?:kat\.?|katalogowy|art\.?|produktu)|symbol\s?(?=:)"
    r"|(?:katalogové|objednací|kat\.) (?:číslo|kód|č\.)|kód\b(?: (?:produktu|zboží|tovaru))?"
    r"|objednávacie číslo|cikkszám|termékkód|šifra|kataloški broj|kodas|prekės kodas|tootekood"
    r"|preces kods|κωδικός(?: προϊόντος)?|ürün kodu|stok kodu|ürün no|barkod"
    r"|артикул|код\b(?: (?:товара|товару|на продукта|продукта))?|номер товара|мק\"?ט|מק[\"״']?ט"
    r"|상품 ?(?:코드|번호)|쿠팡상품번호|제품 ?(?:코드|번호)|품번|商品(?:番号|コード|编号|編號)"
    r""
    r"|品番|品號|注文コード|管理番号|货号|商品货号|kode (?:produk|barang)"
    r"|mã (?:sản phẩm|sp|hàng|sku)"
    r"|รหัสสินค้า))"
    r"\s*(?:[:：#]|\bis\b|\.)*\s*",
    re.IGNORECASE,
)
# Labels that also stand before voucher codes and the like: behind the heading, and last.
_WEAK = re.compile(
    r"\W{0,3}(?:code|ref|réf|cod|cód|kod|kód|код|symbol|indeks)\.?\s*(?:[:：#]|$)", re.IGNORECASE
)
# Labels too short to be believed outside of a table.
_BARE = re.compile(r"item|article|sku|artikel|art\.|código|code", re.IGNORECASE)
_NAMED_HASH = re.compile(r"^(?P<whose>[A-Za-z][A-Za-z&.' -]{1,24}?) ?#\s?:?\s*")
# The label of shops for spare parts, whose number is the part's; a model is none of it.
_PART = re.compile(
    r"^\W{0,3}(?:[^\W\d][\w.-]{1,14} )?part ?(?:#|nos?\b\.?|numbers?\b|nr\b\.?)\s*[:：#.]*\s*",
    re.IGNORECASE,
)
_NOT_THE_SHOPS = re.compile(
    r"\b(?:part|model|mfr|mfg|mpn|maker|manufact\w+|hersteller|hst|fabricant|fabrikant|producent"
    r"|oem|unspsc|cas|ndc|size|apt|ticket|tax|vat|phone|fax|tel)|모델|型番",
    re.IGNORECASE,
)
_MAKERS = re.compile(r"\b(?:mfr|mfg|maker|manufact\w+|oem|vendor|supplier)", re.IGNORECASE)
_VALUE = re.compile(r"(?=[^\s]*\d)[A-Za-z0-9][\w./+-]{1,39}")
_GROUPED = re.compile(r"\d{1,5}(?:[ ]\d{2,5}){1,4}|[A-Z]{1,3} \d{3,8}(?: \d{2,5})?")
_CAPITALS = re.compile(r"[A-Z][A-Z0-9]+(?:[-_./][A-Z0-9]+)*")
_ALONE = re.compile(r"\d{4,}(?=\s*[|/(·•,;–-])")
_NAMES = re.compile(
    r"(?:^|[\s_-]|product|variation)"
    r"(?:sku(?:[-_]?(?:code|number|value|id|reference))?|(?:product|item|prod|article|artikel|part"
    r"|style|stock|goods|catalog)[-_]{0,2}(?:code|number|num|no|nr|nummer|sku|ref|reference)"
    r"|code[-_]?number|artnr|artnum|productartnum|reference)(?:$|\s)"
)
_SKU_INPUTS = frozenset({
    "sku", "sku_id", "asin", "product_sku", "productsku", "itemsku", "item_number", "itemnumber",
    "product_code", "productcode", "productcodepost", "itemcode", "item_code",
})  # fmt: skip
_ID_INPUTS = frozenset({
    "product_id", "productid", "product-id", "id_product", "product", "add-to-cart", "pid",
    "prodid", "item_id", "itemid", "goodsno", "goods_no", "product_no", "products_id", "goodsid",
    "code", "item", "add_to_cart", "listing_id", "article_id", "articleid",
})  # fmt: skip
_ID = re.compile(r"[A-Za-z0-9][\w.-]{2,39}|\d\d")
_ID_IN_PATH = re.compile(
    r"/(?:dp|gp/product|itm|p|pd|ip|product|products|produkt|produit|item|items|listing|goods|art"
    r"|prd|A)[/-]"
    r"(?:[^/]*/)?(?P<id>[A-Za-z]{0,3}[-_]?\d{4,}|B0[A-Z0-9]{8})(?:\.\w+)?(?:/|$)"
    r"|[-_/.]p?(?P<tail>\d{5,})(?:\.html?|\.p|\.aspx|\.php|/p)?/?$"
)
_ID_IN_QUERY = re.compile(
    r"(?:^|&)(?:p_?id|prod_?id|products?_?id|sku(?:_?id)?|item(?:_?id|_?no)?|goods_?no|product_?no"
    r"|goodscode|ean|isbn|id)"
    r"=(?=[^&]*\d)([\w.-]{3,40})(?:&|$)",
    re.IGNORECASE,
)
_ID_IN_NAME = re.compile(r"(?=(?:[A-Za-z]*\d){4})[A-Za-z0-9]{5,24}")


def read_sku(area: BuyArea) -> str | None:
    """The number beside a label of such numbers, else in an element that is named after it."""
    weak: str | None = None
    for run in area.runs:
        if len(run.text) > 120 or (sku := _under_label(area, run, _LABEL)) is None:
            continue
        if _WEAK.match(run.text) is None:
            return sku
        if weak is None and run.order >= (area.heading or 0):
            weak = sku
    if weak is not None:
        return weak
    for run in area.runs:
        if len(run.text) <= 60 and (sku := _named(run)):
            return sku
    return None


def read_part_number(area: BuyArea) -> str | None:
    """The number beside ``Part #``, for pages that show no other."""
    for run in area.runs:
        match = _PART.match(run.text) if len(run.text) <= 120 else None
        if match is not None and not _MAKERS.search(match[0]):
            number = _labelled(run.text[match.end() :], _following(area, run), "#")
            if number:
                return number
    return None


def _under_label(area: BuyArea, run: Run, label: re.Pattern[str]) -> str | None:
    match = label.search(run.text)
    if match is None and run.frame.tag in ("dt", "th") and _BARE.fullmatch(run.text):
        return _labelled("", _following(area, run), run.text)
    if match is None:
        match = _NAMED_HASH.match(run.text)
        if match is None or len(match["whose"].split()) > 3:
            return None
        rest = run.text[match.end() :] or _following(area, run)
        found = _VALUE.match(rest.strip())
        if found is None or len(found[0]) < 4:
            return None
    if _NOT_THE_SHOPS.search(match[0]):
        return None
    return _labelled(run.text[match.end() :], _following(area, run), match[0])


def _following(area: BuyArea, run: Run) -> str:
    return area.runs[run.order + 1].text if run.order + 1 < len(area.runs) else ""


def _labelled(rest: str, following: str, label: str) -> str | None:
    """The number after a label, in the same text or the next one."""
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


def _named(run: Run) -> str | None:
    """The text of an element whose class or id says that it is the number, brackets off."""
    if not any(_NAMES.search(frame.words) for frame in run.frame.lineage(2)):
        return None
    text = run.text.strip("()[]{}:# ")
    match = _VALUE.fullmatch(text)
    return match[0] if match else None


def read_sku_attribute(area: BuyArea) -> str | None:
    """A SKU in an attribute or a hidden field of the product's part of the page."""
    return _attribute(area, SKU_ATTRIBUTES, _SKU_INPUTS)


def read_id_attribute(area: BuyArea) -> str | None:
    """The shop's own id of the product, where it keeps it for its buy button."""
    return _attribute(area, ID_ATTRIBUTES, _ID_INPUTS, digits=True)


def _attribute(
    area: BuyArea, attributes: tuple[str, ...], inputs: frozenset[str], *, digits: bool = False
) -> str | None:
    wanted = frozenset(attributes)
    for tag, _ in area.tags:
        if tag.name in ("input", "button"):
            name = _text(tag, "name").lower() or _text(tag, "id").lower()
            value = _text(tag, "value").strip()
            if name.rpartition("[")[2].rstrip("]") in inputs and _is_id(value, digits):
                return value
        if wanted.isdisjoint(tag.attrs):
            continue
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


def id_in_address(hints: Hints, markup: str) -> str | None:
    """The number that the address names the product by, where the page itself uses it too."""
    try:
        parts = urlsplit(hints.url)
        path, query = unquote(parts.path), unquote(parts.query)
    except ValueError:
        return None
    of_the_name = {word for name in hints.names for word in words_of(name)}
    match = _ID_IN_PATH.search(path[:500]) or _ID_IN_QUERY.search(query[:500])
    found = next((part for part in match.groups() if part), None) if match else None
    if found:
        return found if found in markup and found.casefold() not in of_the_name else None
    # Among words: "air-fryer-N12345678A". It has to stand on the page apart from its address,
    # and not in the product's name, where numbers are models.
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
