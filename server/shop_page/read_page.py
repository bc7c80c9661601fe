"""Reads a shop's page: asks each source on it, best first, and weighs them where they differ.

The order is JSON-LD, microdata and RDFa, meta tags, the state in scripts, then what a reader
of the page sees. What is seen also corrects markup: a price that the page shows only crossed
out is the price before, and a product whose button says "sold out" is not in stock.
"""

import re
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType

from server.goods.currencies import Place, place_of
from server.shop_page.document.buy_area import BuyArea, find_buy_area
from server.shop_page.document.decode import read_text
from server.shop_page.document.identity import Hints, absolute, path_of
from server.shop_page.document.strip import ReducedPage, reduce_page
from server.shop_page.document.tree import Document, parse
from server.shop_page.markup import embedded_state, json_ld, meta_tags, microdata
from server.shop_page.markup.products import Candidate, choose_product
from server.shop_page.markup.schema_org import read_product
from server.shop_page.offer import Facts, ShopPage
from server.shop_page.visible import labels as visible_labels
from server.shop_page.visible import sku as visible_sku
from server.shop_page.visible.price import PriceView, view_prices
from server.shop_page.visible.price_choice import corrected_price
from server.shop_page.visible.stock import StockView, has_one_buy_button, view_stock


def read_shop_page(html: bytes | str, url: str, *, content_type: str | None = None) -> ShopPage:
    """Read the product that a page sells out of its HTML and its address.

    At most 2 MB are read. Nothing in the page makes this raise, and what the page does not
    clearly say is None in the answer; a page that sells no single product says nothing but
    perhaps its title, pictures and link.

    Args:
        html: The page as it came, or its text.
        url: Its address, which relative addresses in it are relative to.
        content_type: The header of that name, for the character set.
    """
    reduced = reduce_page(read_text(html, content_type))
    document = parse(reduced.markup, url)
    return _Reading(reduced, document).result()


_SHOP_BEHIND = re.compile(r"\s+[-–—|:·]\s+\S")


@dataclass(slots=True)
class _Structured:
    """What markup says, by source, best first."""

    facts: list[Facts]
    # The page marks up products, but none as its own.
    listing: bool


class _Reading:
    """One page being read."""

    def __init__(self, reduced: ReducedPage, document: Document) -> None:
        self.document = document
        self.reduced = reduced
        names = [document.heading_text, document.title]
        if found := document.meta("og:title", "twitter:title"):
            names.insert(1, found[1])
        self.hints = Hints(document.url, tuple(name for name in names if name), document.canonical)
        self.values: dict[str, object] = {}
        self.sources: dict[str, str] = {}

    def result(self) -> ShopPage:
        structured = self._structured()
        metas = meta_tags.read_metas(self.document)
        scripts = self.reduced.scripts + embedded_state.scripts_in_attributes(self.document)
        state = embedded_state.read_state(scripts, self.hints)
        place = self._place(structured.facts, metas)
        told = [*structured.facts, metas]
        complete = all(
            any(getattr(facts, name) for facts in told) for name in ("price", "availability", "sku")
        )
        area = find_buy_area(self.document, to_check=complete)
        known = next((f.currency for f in [*structured.facts, metas] if f.currency), None)
        prices = view_prices(area, known or place.own)
        labels = visible_labels.read_labels(area, self.document)
        ranked = [*structured.facts, metas, state]
        sells = self._sells_one(structured, [metas, state], area)
        if sells:
            self._set_price(ranked, prices, place)
            self._set_availability(ranked, view_stock(area))
            self._fill(ranked, ("brand", "condition", "gtin", "colour", "sizes"))
            self._fill([labels], ("gtin", "colour", "sizes"))
            self._set_sku(ranked, labels, area)
        self._set_title(structured.facts)
        self._set("title", self.document.heading_text, "heading")
        self._fill(ranked, ("title", "pictures"))
        self._set("title", self.document.title, "title")
        if sells:
            self._fill([labels], ("pictures",))
        self._set_link(ranked)
        return ShopPage(**self.values, sources=MappingProxyType(self.sources))  # type: ignore[arg-type]

    def _structured(self) -> _Structured:
        facts: list[Facts] = []
        listing = False
        for where, candidates, most in (
            ("json-ld", json_ld.read_products(self.reduced.json_ld), 3),
            # Of microdata it is known which stands around the heading; others are related.
            ("microdata", microdata.read_items(self.document), 1),
        ):
            nodes = choose_product(candidates, self.hints, most=most)
            facts.extend(read_product(node, self.hints, where) for node in nodes)
            listing = listing or (not nodes and _is_list(candidates))
        return _Structured(facts, listing)

    def _sells_one(self, structured: _Structured, others: list[Facts], area: BuyArea) -> bool:
        """False for lists of products and pages without any: their prices are not the page's."""
        if any(f.price is not None for f in [*structured.facts, *others]):
            return True
        if structured.facts or meta_tags.is_product_page(self.document):
            return True
        if structured.listing:
            return False
        if path_of(self.document.url) == "":
            return False
        return area.heading is not None or has_one_buy_button(area)

    def _place(self, structured: list[Facts], metas: Facts) -> Place:
        named = {f.currency for f in [*structured, metas] if f.currency}
        named |= embedded_state.named_currencies(self.reduced.scripts)
        language = self.document.language
        if found := self.document.meta("og:locale", "content-language", "language"):
            language = language if language and len(language) > 3 else found[1]
        return place_of(self.document.url, language, frozenset(named))

    def _set(self, name: str, value: object, where: str) -> None:
        if value and name not in self.values:
            self.values[name] = value
            self.sources[name] = where

    def _fill(self, ranked: list[Facts], names: tuple[str, ...]) -> None:
        for facts in ranked:
            for name in names:
                self._set(name, getattr(facts, name), facts.where)

    def _set_price(self, ranked: list[Facts], seen: PriceView, place: Place) -> None:
        best = next((f for f in ranked if f.price is not None), None)
        visible = seen.best
        if best is not None and best.price is not None:
            price, list_price, where = best.price, best.list_price, best.where
            own = place.currency(visible.symbol) if visible is not None else None
            foreign = own is not None and best.currency not in (None, own)
            corrected = None if foreign else corrected_price(best, ranked, seen)
            if corrected is not None and visible is not None:
                price = corrected
                where = visible.where if price == visible.amount else f"{where}, as shown"
                list_price = visible.list_price or (
                    best.price if best.price > price and best.price in seen.before else None
                )
            if list_price is None:
                list_price = self._list_price(ranked, price, seen)
            self._set("price", price, where)
            self._set("currency", best.currency, best.where)
        elif visible is not None:
            self._set("price", visible.amount, visible.where)
            list_price = visible.list_price
            where = visible.where
        else:
            return
        if list_price is not None and list_price > self.values["price"]:  # type: ignore[operator]
            self._set("list_price", list_price, where)
        self._set_currency(ranked, seen, place)

    def _list_price(self, ranked: list[Facts], price: Decimal, seen: PriceView) -> Decimal | None:
        for facts in ranked:
            if facts.price == price and facts.list_price is not None:
                return facts.list_price
        if seen.best is not None and seen.best.amount == price:
            return seen.best.list_price
        return None

    def _set_currency(self, ranked: list[Facts], seen: PriceView, place: Place) -> None:
        symbols = [seen.best.symbol] if seen.best and seen.best.symbol else seen.symbols[:5]
        for symbol in symbols:
            self._set("currency", place.currency(symbol), "symbol beside the price")
        for facts in ranked:
            self._set("currency", facts.currency, facts.where)
        if len(place.named) == 1:
            self._set("currency", next(iter(place.named)), "state")
        if place.addressed:
            self._set("currency", place.own, "country in the address")

    def _set_availability(self, ranked: list[Facts], stock: StockView) -> None:
        marked = next((f for f in ranked if f.availability is not None), None)
        sold_out = stock.availability == "out_of_stock" and stock.sure
        if sold_out and (marked is None or marked.availability != "preorder"):
            self._set("availability", "out_of_stock", stock.where)
        if marked is not None:
            self._set("availability", marked.availability, marked.where)
        self._set("availability", stock.availability, stock.where)

    def _set_sku(self, ranked: list[Facts], labels: Facts, area: BuyArea) -> None:
        self._fill([f for f in ranked if f.where != "state"], ("sku",))
        self._set("sku", labels.sku, "text beside its label")
        self._set("sku", visible_sku.read_sku_attribute(area), "attribute")
        self._fill(ranked, ("sku",))
        self._set("sku", visible_sku.read_part_number(area), "text beside its label")
        if "price" in self.values or "availability" in self.values:
            self._set("sku", visible_sku.read_id_attribute(area), "attribute")
            address = visible_sku.id_in_address(self.hints, self.reduced.markup)
            self._set("sku", address, "address")

    def _set_title(self, structured: list[Facts]) -> None:
        """Markup's name; the heading where that is the same without the shop's name behind."""
        heading = self.document.heading_text
        for facts in structured:
            starts = heading and facts.title and facts.title.startswith(heading)
            if starts and _SHOP_BEHIND.match((facts.title or "")[len(heading or "") :]):
                self._set("title", heading, "heading")
            self._set("title", facts.title, facts.where)

    def _set_link(self, ranked: list[Facts]) -> None:
        own = absolute(self.document.url, self.document.url)
        for address, where in (
            (self.document.canonical, "link canonical"),
            *((f.link, f.where if f.where != "meta" else "meta og:url") for f in ranked),
        ):
            if address and (path_of(address) or (own and not path_of(own))):
                self._set("link", address, where)
        self._set("link", own, "address")


def _is_list(candidates: list[Candidate]) -> bool:
    return len(candidates) >= 3
