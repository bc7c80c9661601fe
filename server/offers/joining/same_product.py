"""The same product from several providers: one offer, with every seller it was found at."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

import numpy as np

from model.likeness import ColourSets
from server.goods.gtin import read_gtin
from server.goods.links import canonical_link
from server.goods.money import Money
from server.goods.names import are_similar
from server.offers.joining.sellers import together
from server.offers.offer import Offer

# Cosine of two pictures' vectors. One photo cut and coded anew by another shop has as much in
# about 7 of 10 cases; of 1.7 million pairs of different garments, 58 have, of which 56 are
# one style in two colours; `SAME_COLOURS` leaves 8 of them, the titles the fewest.
NEARLY_EQUAL = 0.94
SAME_COLOURS = 0.95
# At prices further apart, equal pictures and titles are not trusted: one is a copy, a spare
# part, or a lure.
MOST_DEARER = Decimal(2)
# Numbers of 14 digits that GS1 leaves to each shop to give away as it likes: those of an EAN
# with 02, 04 or 20 to 29 in front, and of an EAN-8 with 0 or 2.
_OF_ONE_SHOP = re.compile(r"\d(?:0[24]|2\d)\d{11}|0{6}[02]\d{7}")
Key = tuple[str, ...]


@dataclass(slots=True, eq=False)
class _Product:
    """A product that was told: its first offer's id, its number, and all offers of it."""

    id: str
    gtin: str | None
    offers: list[Offer]


class SameProducts:
    """Joins what one search tells; not shared between threads.

    The offer that was told first stays, so that nothing on the page is taken away. What is
    second-hand is never joined with what is new: it is another thing at another price.
    Neither are two different numbers ever joined, whatever else is the same.
    """

    def __init__(self) -> None:
        self._known: dict[Key, list[_Product]] = {}
        self._products: list[_Product] = []

    def join(self, told: Mapping[str, Offer], offers: Iterable[Offer]) -> dict[str, Offer]:
        """Give what is to be told now: new offers, and told ones of which more is known.

        What one offer of a product does not say, such as its price, another of the same page
        does; and the picture that is most like the garment says how similar the product is.
        The scores of what is given are those of before: it is to be ranked again.

        Args:
            told: All offers that were told, by id.
            offers: Those that a provider found.
        """
        now: dict[str, Offer] = {}
        for offer in offers:
            if offer.id in told or offer.id in now:
                continue
            if offer.type == "search":
                now[offer.id] = offer
                continue
            product = self._find(offer)
            if product is None:
                product = _Product(offer.id, None, [])
                self._products.append(product)
                now[offer.id] = offer
            else:
                first = now.get(product.id) or told[product.id]
                if (joined := together(first, offer)) != first:
                    now[first.id] = joined
            self._note(product, offer)
        return now

    def _find(self, offer: Offer) -> _Product | None:
        gtin = _gtin(offer)
        fitting = [
            product
            for key in _keys(offer)
            for product in self._known.get(key, ())
            if gtin is None or product.gtin in {None, gtin}
        ]
        if fitting:
            return fitting[0]
        return next(
            (
                product
                for product in self._products
                if (gtin is None or product.gtin in {None, gtin})
                and any(looks_the_same(offer, known) for known in product.offers)
            ),
            None,
        )

    def _note(self, product: _Product, offer: Offer) -> None:
        product.offers.append(offer)
        product.gtin = product.gtin or _gtin(offer)
        for key in _keys(offer):
            known = self._known.setdefault(key, [])
            if product not in known:
                known.append(product)


def looks_the_same(one: Offer, other: Offer) -> bool:
    """Say whether two offers of different sellers are of one product by picture and title.

    The pictures are nearly equal in shape and colour, the titles are similar, and nothing
    speaks against it: condition, currency, a price that is much higher. Mutual.
    """
    if one.seen is None or other.seen is None or _condition(one) != _condition(other):
        return False
    if (one.provider, one.shop) == (other.provider, other.shop):
        return False  # one shop that lists two things means two things
    if not _prices_agree(one.price, other.price) or not are_similar(one.title, other.title):
        return False
    cosine = float(one.seen.vector.astype(np.float32) @ other.seen.vector.astype(np.float32))
    if cosine < NEARLY_EQUAL:
        return False
    alike = ColourSets.of([one.seen.colours]).alike(ColourSets.of([other.seen.colours]))
    return float(alike[0]) >= SAME_COLOURS


def _keys(offer: Offer) -> Iterator[Key]:
    yield "link", _condition(offer), canonical_link(offer.link)
    gtin = _gtin(offer)
    if gtin is not None:
        yield "gtin", _condition(offer), gtin


def _gtin(offer: Offer) -> str | None:
    gtin = read_gtin(offer.gtin)
    if gtin is None:
        return None
    gtin = gtin.zfill(14)  # a UPC, an EAN and a GTIN-14 of one product differ by zeros in front
    return None if _OF_ONE_SHOP.fullmatch(gtin) else gtin


def _condition(offer: Offer) -> str:
    return offer.condition or "new"


def _prices_agree(one: Money | None, other: Money | None) -> bool:
    if one is None or other is None:
        return True
    if one.currency != other.currency:
        return False
    low, high = sorted((Decimal(one.amount), Decimal(other.amount)))
    return high <= low * MOST_DEARER
