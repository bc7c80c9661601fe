"""Recognises the same product from several providers and joins its offers into one."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal

import numpy as np

from model.likeness import ColourSets
from server.goods.gtin import read_gtin
from server.goods.links import canonical_link
from server.goods.money import Money
from server.goods.names import are_similar
from server.offers.joining.sellers import merged
from server.offers.offer import NEARLY_EQUAL, SAME_COLOURS, ComparedOffer, Offer

# Of two pictures' vectors: one photo that another shop cropped, shrank and re-encoded reaches
# `NEARLY_EQUAL` in about 8 of 10 cases; of 2.4 million pairs of different garments, 31 reach it, of
# which 26 are one style in two colours. `SAME_COLOURS` leaves 11 of them, the titles very few.
# If one price is more than this many times the other, equal pictures and titles are not
# trusted: one offer is a copy, a spare part or a lure.
MOST_PRICE_RATIO = Decimal(2)
# 14-digit numbers that GS1 reserves for each shop's internal use: an EAN that begins with 02,
# 04 or 20 to 29, and an EAN-8 that begins with 0 or 2.
_INTERNAL = re.compile(r"\d(?:0[24]|2\d)\d{11}|0{6}[02]\d{7}")
Key = tuple[str, ...]


@dataclass(slots=True, eq=False)
class _Product:
    """A product of the search.

    Attributes:
        shown: The offer that is shown for it, with everything that its other offers add.
        gtin: Its number, if any of its offers has one.
        offers: All its offers, as they were found.
    """

    shown: ComparedOffer
    gtin: str | None
    offers: list[ComparedOffer]


class SameProducts:
    """Joins the offers of one search by product; not safe to share between threads.

    The first offer of a product stays the one that is shown, so that nothing on the page is
    taken away. Used items are never joined with new ones: they are different items at different
    prices. Nor are offers with two different numbers, whatever else they have in common.
    """

    def __init__(self) -> None:
        self._by_key: dict[Key, list[_Product]] = {}
        self._products: list[_Product] = []
        # Ids of the offers that are shown.
        self._shown: set[str] = set()

    def join(self, offers: Iterable[ComparedOffer]) -> list[ComparedOffer]:
        """Return what to show now: new offers, and earlier ones that gained something.

        Facts that an offer lacks, such as its price, come from another one of the same page;
        the picture that is most like the garment decides how similar the product is.

        Args:
            offers: What a provider found, best first: of several offers of one product, the
                first is shown.
        """
        now: dict[str, ComparedOffer] = {}
        for compared in offers:
            offer = compared.offer
            if offer.id in self._shown:
                continue
            if offer.type == "search":
                self._shown.add(offer.id)
                now[offer.id] = compared
                continue
            product = self._find(compared)
            if product is None:
                product = _Product(compared, None, [])
                self._products.append(product)
                self._shown.add(offer.id)
                now[offer.id] = compared
            else:
                joined = merged(product.shown, compared)
                if joined != product.shown:
                    product.shown = joined
                    now[joined.offer.id] = joined
            self._note(product, compared)
        return list(now.values())

    def _find(self, compared: ComparedOffer) -> _Product | None:
        offer = compared.offer
        gtin = _gtin(offer)
        fitting = [
            product
            for key in _keys(offer)
            for product in self._by_key.get(key, ())
            if gtin is None or product.gtin in {None, gtin}
        ]
        if fitting:
            return fitting[0]
        return next(
            (
                product
                for product in self._products
                if (gtin is None or product.gtin in {None, gtin})
                and any(looks_the_same(compared, known) for known in product.offers)
            ),
            None,
        )

    def _note(self, product: _Product, compared: ComparedOffer) -> None:
        product.offers.append(compared)
        product.gtin = product.gtin or _gtin(compared.offer)
        for key in _keys(compared.offer):
            known = self._by_key.setdefault(key, [])
            if product not in known:
                known.append(product)


def looks_the_same(one: ComparedOffer, other: ComparedOffer) -> bool:
    """Return whether two sellers' offers are of one product, by picture and title.

    The pictures are nearly equal in shape and colour, the titles are similar, and nothing
    contradicts it: neither condition, nor currency, nor a much higher price. Symmetric.
    """
    if one.match is None or other.match is None:
        return False
    mine, theirs = one.offer, other.offer
    if _condition(mine) != _condition(theirs):
        return False
    if (mine.provider, mine.shop) == (theirs.provider, theirs.shop):
        return False  # one shop with two listings means two products
    if not _prices_agree(mine.price, theirs.price) or not are_similar(mine.title, theirs.title):
        return False
    vectors = [match.vector.astype(np.float32) for match in (one.match, other.match)]
    if float(vectors[0] @ vectors[1]) < NEARLY_EQUAL:
        return False
    colours = ColourSets.of([one.match.colours])
    return float(colours.alike(ColourSets.of([other.match.colours]))[0]) >= SAME_COLOURS


def _keys(offer: Offer) -> Iterator[Key]:
    yield "link", _condition(offer), canonical_link(offer.link)
    gtin = _gtin(offer)
    if gtin is not None:
        yield "gtin", _condition(offer), gtin


def _gtin(offer: Offer) -> str | None:
    gtin = read_gtin(offer.gtin)
    if gtin is None:
        return None
    gtin = gtin.zfill(14)  # UPC, EAN and GTIN-14 differ only in leading zeros
    return None if _INTERNAL.fullmatch(gtin) else gtin


def _condition(offer: Offer) -> str:
    return offer.condition or "new"


def _prices_agree(one: Money | None, other: Money | None) -> bool:
    if one is None or other is None:
        return True
    if one.currency != other.currency:
        return False
    low, high = sorted((Decimal(one.amount), Decimal(other.amount)))
    return high <= low * MOST_PRICE_RATIO
