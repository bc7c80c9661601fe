"""Read the product that a shop's page sells: ask each source on the page, best first.

The order is JSON-LD, microdata and RDFa, meta tags, the state in scripts, then what a reader
of the page sees. What a reader sees also corrects the markup: a price that the page only shows
crossed out is the former price, and a product whose button says "sold out" is not in stock.
"""

from decimal import Decimal

from server.goods.availability import Availability
from server.goods.currencies import Place, place_of
from server.shop_page.document.buy_area import find_buy_area
from server.shop_page.document.decode import read_text
from server.shop_page.document.identity import PageIdentity, absolute, is_home_page, path_of
from server.shop_page.document.strip import StrippedPage, strip_page
from server.shop_page.document.texts import language_of_signs
from server.shop_page.document.tree import Document, parse
from server.shop_page.draft import Draft, Found, first_found, first_of, found
from server.shop_page.markup import embedded_state, meta_tags
from server.shop_page.markup.microdata import read_microdata
from server.shop_page.markup.products import choose_product, read_json_ld
from server.shop_page.markup.schema_org import read_product
from server.shop_page.offer import ShopPage, SourceFacts
from server.shop_page.title import choose_title
from server.shop_page.visible import labels as visible_labels
from server.shop_page.visible import sku as visible_sku
from server.shop_page.visible.login import asks_to_log_in
from server.shop_page.visible.pictures import as_shown, product_pictures
from server.shop_page.visible.price import read_prices
from server.shop_page.visible.price_correction import (
    corrected_price,
    forget_foreign_price,
    forget_rates,
    instead_of_former,
    list_price_beside,
)
from server.shop_page.visible.stock import has_one_buy_button, read_stock, sells_many
from server.shop_page.words.price_words import price_words


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
        in_trail = visible_sku.read_sku_in_trail(document)
        # From here on the tree is cut down to the part around the product.
        self.area = find_buy_area(document, only_nearest=self._markup_is_complete())
        known = next((f.currency for f in [*self.marked_up, self.metas] if f.currency), None)
        self.prices = read_prices(self.area, known or self.place.own)
        if not any(facts.price for facts in self.marked_up):
            forget_foreign_price(self.metas, self.state, self.prices, self.place)
        forget_rates(self.ranked, self.prices)
        self.labels = visible_labels.read_labels(self.area, document)
        self.labels.sku = self.labels.sku or in_trail

    def read(self) -> ShopPage:
        """Choose the value of each field."""
        draft = Draft(
            title=choose_title(self.ranked, self.marked_up, self.document),
            pictures=self._pictures(),
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
        named = any(facts.title for facts in self.marked_up)
        if not named and asks_to_log_in(self.area, self.prices, self._names_in_head()):
            return False
        if not named and price_words().search_results.search(self.document.heading_text or ""):
            return False
        if any(facts.price is not None for facts in self.ranked):
            return True
        if self.marked_up or meta_tags.is_product_page(self.document):
            return True
        if self.is_listing or is_home_page(self.document.url) or sells_many(self.area):
            return False
        return self.area.heading is not None or has_one_buy_button(self.area)

    def _names_in_head(self) -> list[str]:
        return [name for name in self.identity.names if name != self.document.heading_text]

    def _place(self) -> Place:
        named = {f.currency for f in [*self.marked_up, self.metas] if f.currency}
        named |= embedded_state.named_currencies(self.stripped.scripts)
        language = self.document.language
        if meta := self.document.meta("og:locale", "content-language", "language"):
            language = language if language and len(language) > 3 else meta[1]
        language = language or language_of_signs(" ".join(self.identity.names)[:500])
        return place_of(self.document.url, language, frozenset(named))

    def _price(self) -> tuple[Found[Decimal] | None, Found[Decimal] | None]:
        """Choose the price to pay and the list price, which is above it."""
        visible = self.prices.best
        best = next((f for f in self.ranked if f.price is not None), None)
        best = instead_of_former(best, self.ranked) if best is not None else None
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
                list_price = list_price_beside(price, self.ranked, self.prices)
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
            or found(visible_sku.read_sku_attribute(self.area, self.document.url), "attribute")
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

    def _pictures(self) -> Found[tuple[str, ...]] | None:
        marked = first_of(self.ranked, lambda f: product_pictures(f.pictures))
        if marked is None or len(marked.value) == 1:
            return marked
        if marked.where not in (self.metas.where, "microdata"):
            return marked
        return Found(as_shown(marked.value, self.labels.pictures), marked.where)

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
