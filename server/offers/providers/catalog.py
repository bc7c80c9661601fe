"""The local catalogue: products that the operator imported from shops."""

from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar

from model.likeness import unpack_colours
from server.goods.colour_words import said_colours
from server.offers.offer import GarmentQuery, Offer, SearchContext, Seen
from server.offers.order.same_colour import seen_colours

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

    def search(self, query: GarmentQuery, context: SearchContext) -> list[Offer]:
        """Return the nearest products of the garment's kind."""
        del context
        found = self._catalog().search(query.vector, query.colours, query.kind, self._limit)
        return [_offer(each.product, each.hit) for each in found]

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
        return _offer(found[0], None) if found else None


def _offer(product: "StoredProduct", hit: "Hit | None") -> Offer:
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
        picture_url=product.picture_url,
        cosine=hit.cosine if hit else None,
        seen=Seen(hit.vector, hit.colours) if hit else None,
        colour_likeness=hit.colour if hit else None,
        kind=product.kind,
        colours=said_colours(product.colour) or _seen(hit),
        partner=product.partner,
    )


def _seen(hit: "Hit | None") -> tuple[str, ...]:
    """Return the colours in the product's picture, which count where the shop names none."""
    return seen_colours(unpack_colours(hit.colours)) if hit else ()
