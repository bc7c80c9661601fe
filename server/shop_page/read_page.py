"""Read the product that a shop's page sells: ask each source on the page, best first.

The order is JSON-LD, microdata and RDFa, meta tags, the state in scripts, then what a reader
of the page sees. What a reader sees also corrects the markup: a price that the page only shows
crossed out is the former price, and a product whose button says "sold out" is not in stock.
"""

import re
from decimal import Decimal

from server.goods.availability import Availability
from server.goods.currencies import Place, place_of
from server.shop_page.document.buy_area import find_buy_area
from server.shop_page.document.decode import read_text
from server.shop_page.document.identity import PageIdentity, absolute, is_home_page, path_of
from server.shop_page.document.strip import StrippedPage, strip_page
from server.shop_page.document.tree import Document, parse
from server.shop_page.draft import Draft, Found, first_found, first_of, found
from server.shop_page.markup import embedded_state, meta_tags
from server.shop_page.markup.microdata import read_microdata
from server.shop_page.markup.products import choose_product, read_json_ld
from server.shop_page.markup.schema_org import read_product
from server.shop_page.offer import ShopPage, SourceFacts
from server.shop_page.visible import labels as visible_labels
from server.shop_page.visible import sku as visible_sku
from server.shop_page.visible.pictures import product_pictures
from server.shop_page.visible.price import VisiblePrices, corrected_price, read_prices
from server.shop_page.visible.stock import has_one_buy_button, read_stock, sells_many

# The shop's name behind a product's: " | Shop".
_SHOP_NAME = re.compile(r"\s+[-–—|:·]\s+\S")


def read_shop_page(html: bytes | str, url: str, *, content_type: str | None = None) -> ShopPage:
    """Read the product that a page sells from its HTML and its address.

    At most 2 MB are read. Nothing in the page makes this raise, and whatever the page does not
    state clearly is None in the answer. Of a page that does not sell one single product, only
    the title, pictures and link are read.

    Args:
        html: The page as it was received, or its text.
        url: Its address, which relative addresses in it are relative to.
        content_type: The ``Content-Type`` header, for the character set.
    """
    stripped = strip_page(read_text(html, content_type))
    document = parse(stripped.markup, url)
    return _PageReader(stripped, document).read()


class _PageReader:
    """Reads one page: collects the facts of its sources, then chooses field by field."""

    def __init__(self, stripped: StrippedPage, document: Document) -> None:
        self.document = document
        self.stripped = stripped
        names = [document.heading_text, document.title]
        if meta := document.meta("og:title", "twitter:title"):
            names.insert(1, meta[1])
        known_names = tuple(name for name in names if name)
        self.identity = PageIdentity(document.url, known_names, document.canonical)
        # The products in markup: JSON-LD first, then microdata.
        self.marked_up: list[SourceFacts] = []
        # The page marks up products, but none as its own.
        self.is_listing = False
        self._read_markup()
        self.metas = meta_tags.read_meta_tags(document)
        scripts = stripped.scripts + embedded_state.scripts_in_attributes(document)
        self.state = embedded_state.read_state(scripts, self.identity)
        # The sources that machines are meant to read, best first.
        self.ranked = [*self.marked_up, self.metas, self.state]
        self.place = self._place()
        # From here on the tree is cut down to the part around the product.
        self.area = find_buy_area(document, only_nearest=self._markup_is_complete())
        known = next((f.currency for f in [*self.marked_up, self.metas] if f.currency), None)
        self.prices = read_prices(self.area, known or self.place.own)
        self.labels = visible_labels.read_labels(self.area, document)

    def read(self) -> ShopPage:
        """Choose the value of each field."""
        draft = Draft(
            title=self._title(),
            pictures=first_of(self.ranked, lambda f: product_pictures(f.pictures)),
            link=self._link(),
        )
        if self._sells_one():
            with_labels = [*self.ranked, self.labels]
            draft.price, draft.list_price = self._price()
            draft.currency = self._currency() if draft.price else None
            draft.availability = self._availability()
            draft.brand = first_of(self.ranked, lambda f: f.brand)
            draft.condition = first_of(self.ranked, lambda f: f.condition)
            draft.gtin = first_of(with_labels, lambda f: f.gtin)
            draft.sku = self._sku(has_offer=bool(draft.price or draft.availability))
            draft.colour = first_of(with_labels, lambda f: f.colour)
            draft.sizes = first_of(with_labels, lambda f: f.sizes)
            draft.pictures = draft.pictures or first_of([self.labels], lambda f: f.pictures)
        # Better the shop's logo than nothing.
        draft.pictures = draft.pictures or first_of(self.ranked, lambda f: f.pictures)
        return draft.page()

    def _read_markup(self) -> None:
        for where, candidates, most in (
            ("json-ld", read_json_ld(self.stripped.json_ld), 3),
            # Microdata shows which product is around the heading; others are related.
            ("microdata", read_microdata(self.document), 1),
        ):
            nodes = choose_product(candidates, self.identity, most=most)
            self.marked_up.extend(read_product(node, self.identity, where) for node in nodes)
            self.is_listing = self.is_listing or (not nodes and len(candidates) >= 3)

    def _markup_is_complete(self) -> bool:
        sources = [*self.marked_up, self.metas]
        return all(
            any(getattr(facts, name) for facts in sources)
            for name in ("price", "availability", "sku")
        )

    def _sells_one(self) -> bool:
        """Return False for lists of products and pages without any.

        The prices on such pages are not the page's.
        """
        if any(facts.price is not None for facts in self.ranked):
            return True
        if self.marked_up or meta_tags.is_product_page(self.document):
            return True
        if self.is_listing or is_home_page(self.document.url) or sells_many(self.area):
            return False
        return self.area.heading is not None or has_one_buy_button(self.area)

    def _place(self) -> Place:
        named = {f.currency for f in [*self.marked_up, self.metas] if f.currency}
        named |= embedded_state.named_currencies(self.stripped.scripts)
        language = self.document.language
        if meta := self.document.meta("og:locale", "content-language", "language"):
            language = language if language and len(language) > 3 else meta[1]
        return place_of(self.document.url, language, frozenset(named))

    def _price(self) -> tuple[Found[Decimal] | None, Found[Decimal] | None]:
        """Choose the price to pay and the list price, which is above it."""
        visible = self.prices.best
        best = next((f for f in self.ranked if f.price is not None), None)
        best = _instead_of_former(best, self.ranked) if best is not None else None
        if best is not None and best.price is not None:
            price, list_price, where = best.price, best.list_price, best.where
            own = self.place.currency(visible.symbol) if visible is not None else None
            foreign = own is not None and best.currency not in (None, own)
            corrected = None if foreign else corrected_price(best, self.ranked, self.prices)
            if corrected is not None and visible is not None:
                price = corrected
                where = visible.where if price == visible.amount else f"{where}, as shown"
                list_price = visible.list_price or (
                    best.price if best.price > price and best.price in self.prices.former else None
                )
            if list_price is None:
                list_price = _list_price_beside(price, self.ranked, self.prices)
        elif visible is not None:
            price, list_price, where = visible.amount, visible.list_price, visible.where
        else:
            return None, None
        above = list_price if list_price is not None and list_price > price else None
        return found(price, where), found(above, where)

    def _currency(self) -> Found[str] | None:
        best = next((f for f in self.ranked if f.price is not None), None)
        seen = self.prices
        symbols = [seen.best.symbol] if seen.best and seen.best.symbol else seen.symbols[:5]
        named = self.place.named
        return first_found(
            [
                first_of([best] if best else [], lambda f: f.currency),
                *(found(self.place.currency(s), "symbol beside the price") for s in symbols),
                first_of(self.ranked, lambda f: f.currency),
                found(next(iter(named)) if len(named) == 1 else None, "state"),
                found(self.place.own if self.place.addressed else None, "country in the address"),
            ]
        )

    def _availability(self) -> Found[Availability] | None:
        stock = read_stock(self.area)
        marked: Found[Availability] | None = first_of(self.ranked, lambda f: f.availability)
        seen: Found[Availability] | None = found(stock.availability, stock.where)
        if stock.availability == "out_of_stock" and stock.sure:
            return marked if marked is not None and marked.value == "preorder" else seen
        if stock.can_be_bought and marked is not None and marked.value == "out_of_stock":
            # Often the markup's state is that of one size.
            return seen
        return marked or seen

    def _sku(self, *, has_offer: bool) -> Found[str] | None:
        marked = first_of([f for f in self.ranked if f.where != "state"], lambda f: f.sku)
        if marked is not None and self.labels.sku and not self._shows(marked.value):
            # The shop's internal id, where the page shows a number under its label.
            marked = None
        known = (
            marked
            or found(self.labels.sku, "text beside its label")
            or found(visible_sku.read_sku_attribute(self.area), "attribute")
            or first_of(self.ranked, lambda f: f.sku)
            or found(visible_sku.read_part_number(self.area), "text beside its label")
        )
        if known is not None or not has_offer:
            return known
        address = visible_sku.id_in_address(self.identity, self.stripped.markup)
        return found(visible_sku.read_id_attribute(self.area), "attribute") or found(
            address, "address"
        )

    def _shows(self, number: str) -> bool:
        """Return True if the page shows a number, or one of which it is the beginning or end."""
        shown = self.labels.sku or ""
        if shown and (number in shown or shown in number):
            return True
        return any(number in piece.text for piece in self.area.pieces)

    def _title(self) -> Found[str] | None:
        """Choose the markup's name, or the heading if that is the same without the shop's name."""
        heading = self.document.heading_text
        for facts in self.marked_up:
            if not facts.title:
                continue
            behind = facts.title[len(heading or "") :]
            if heading and facts.title.startswith(heading) and _SHOP_NAME.match(behind):
                return Found(heading, "heading")
            return Found(facts.title, facts.where)
        return (
            found(heading, "heading")
            or first_of(self.ranked, lambda f: f.title)
            or found(self.document.title, "title")
        )

    def _link(self) -> Found[str] | None:
        own = absolute(self.document.url, self.document.url)
        of_home_page = bool(own) and not path_of(own or "")
        for address, where in (
            (self.document.canonical, "link canonical"),
            *((f.link, f.where if f.where != "meta" else "meta og:url") for f in self.ranked),
        ):
            if address and (path_of(address) or of_home_page):
                return Found(address, where)
        return found(own, "address")


def _instead_of_former(best: SourceFacts, ranked: list[SourceFacts]) -> SourceFacts:
    """Return the source that calls the best one's price the former price of a lower one."""
    if best.list_price is not None or best.addressed:
        return best
    return next(
        (
            facts
            for facts in ranked
            if facts.price is not None
            and facts.list_price == best.price
            and facts.currency in (None, best.currency)
        ),
        best,
    )


def _list_price_beside(
    price: Decimal, ranked: list[SourceFacts], seen: VisiblePrices
) -> Decimal | None:
    """Return the list price that a source gives together with this very price."""
    for facts in ranked:
        if facts.price == price and facts.list_price is not None:
            return facts.list_price
    if seen.best is not None and seen.best.amount == price:
        return seen.best.list_price
    return None
