"""The local catalogue: products of shops that the operator imported."""

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar

from model.likeness import unpack_colours
from server.goods.colour_names import main_colour_names, named_colours
from server.offers.offer import ComparedOffer, GarmentQuery, Offer, PictureMatch, SearchContext
from server.offers.provider import Cost, Leaves

if TYPE_CHECKING:  # the command that lists the providers needs no network's runtime
    from server.catalog.catalog import Catalog
    from server.catalog.index import Hit
    from server.catalog.store import StoredProduct

PREFIX = "catalog-"


class CatalogProvider:
    """Finds the nearest products by their stored vectors; nothing leaves the machine.

    Args:
        catalog: Gives the catalogue; called when it is searched, not before.
        limit: Offers wanted.
    """

    name: ClassVar[str] = "catalog"
    title: ClassVar[str] = "Your catalogue"
    needs: ClassVar[tuple[str, ...]] = ("vector",)
    leaves: ClassVar[Leaves] = Leaves(
        en="Nothing: the products are on this machine.",
        ko="없음: 상품이 이 컴퓨터에 저장되어 있습니다.",
    )
    cost: ClassVar[Cost] = Cost(en="Nothing.", ko="무료.")
    runs_early: ClassVar[bool] = True
    compares: ClassVar[bool] = False

    def __init__(self, catalog: "Callable[[], Catalog]", limit: int) -> None:
        self._catalog = catalog
        self._limit = limit

    def search(self, query: GarmentQuery, context: SearchContext) -> list[ComparedOffer]:
        """Give the nearest products of the garment's kind."""
        del context
        found = self._catalog().search(query.vector, query.colours, query.kind, self._limit)
        return [_compared(each.product, each.hit) for each in found]

    def version(self) -> object:
        """Give a value that changes when the same search may have another answer."""
        return self._catalog().version()

    def find(self, offer_id: str) -> Offer | None:
        """Give a product again by the id of its offer, also after a restart."""
        number = offer_id.removeprefix(PREFIX)
        if not offer_id.startswith(PREFIX) or not (number.isascii() and number.isdigit()):
            return None
        if len(number) > 18:  # beyond any row id; SQLite takes 64 bits
            return None
        found = self._catalog().store.products([int(number)])
        return _offer(found[0]) if found else None


def _compared(product: "StoredProduct", hit: "Hit") -> ComparedOffer:
    match = PictureMatch(hit.cosine, hit.colour, hit.vector, hit.colours)
    offer = _offer(product)
    # The colours in the picture count if the shop names none.
    colours = offer.colours or main_colour_names(unpack_colours(hit.colours))
    return ComparedOffer(replace(offer, colours=colours), match)


def _offer(product: "StoredProduct") -> Offer:
    return Offer(
        id=f"{PREFIX}{product.id}",
        provider=CatalogProvider.name,
        title=product.title,
        link=product.link,
        shop=product.shop,
        price=product.price,
        list_price=product.list_price,
        availability=product.availability,
        condition=product.condition,
        gtin=product.gtin,
        brand=product.brand,
        picture_url=product.picture_url,
        kind=product.kind,
        colours=named_colours(product.colour),
        partner=product.partner,
    )
