"""The local catalogue: products that the operator imported from shops."""

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar

from model.likeness import unpack_colours
from server.goods.colour_names import main_colour_names, named_colours
from server.offers.offer import ComparedOffer, GarmentQuery, Offer, PictureMatch, SearchContext

if TYPE_CHECKING:  # listing the providers must not load the neural networks' runtime
    from server.catalog.catalog import Catalog
    from server.catalog.index import Hit
    from server.catalog.store import StoredProduct

PREFIX = "catalog-"


class CatalogProvider:
    """Finds the nearest products by their stored vectors; nothing leaves the machine.

    Args:
        catalog: Returns the catalogue; not called before the first search.
        limit: The most offers to return.
    """

    name: ClassVar[str] = "catalog"
    title: ClassVar[str] = "Your catalogue"
    needs: ClassVar[tuple[str, ...]] = ("vector",)
    discloses: ClassVar[str] = "Nothing: the products are on this machine."
    cost: ClassVar[str] = "Nothing."
    runs_early: ClassVar[bool] = True
    compares: ClassVar[bool] = False

    def __init__(self, catalog: "Callable[[], Catalog]", limit: int) -> None:
        self._catalog = catalog
        self._limit = limit

    def search(self, query: GarmentQuery, context: SearchContext) -> list[ComparedOffer]:
        """Return the nearest products of the garment's kind."""
        del context
        found = self._catalog().search(query.vector, query.colours, query.kind, self._limit)
        return [_compared(each.product, each.hit) for each in found]

    def version(self) -> object:
        """Return a value that changes when the same search may have another answer."""
        return self._catalog().version()

    def find(self, offer_id: str) -> Offer | None:
        """Return the product behind an offer's id, also after a restart."""
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
