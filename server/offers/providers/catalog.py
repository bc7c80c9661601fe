"""The local catalogue: products that the operator imported from shops."""

from collections.abc import Callable
from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING, ClassVar

import numpy as np
from numpy.typing import NDArray

from model.likeness import unpack_colours
from model.picture import decode_picture
from server.goods.colour_names import main_colour_names, named_colours
from server.offers.offer import ComparedOffer, GarmentQuery, Offer, PictureMatch, SearchContext
from server.offers.order.asked import asked_reason

if TYPE_CHECKING:  # listing the providers must not load the neural networks' runtime
    from model.embedder import Embedder
    from server.catalog.catalog import Catalog
    from server.catalog.similar import CatalogHit
    from server.catalog.store import StoredProduct

PREFIX = "catalog-"
# The nearest products that are looked through for what was asked for in words.
MANY = 600


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
        """Return the nearest products of the garment's kind, and the nearest that are wanted.

        What is not wanted is left out later, and counted: nobody shall wonder where it went.

        Raises:
            CannotCompareError: There is no embedder.
        """
        catalog = self._catalog()
        # In doubt, whatever is of its kind.
        category = query.category.name if query.category and not query.rivals else None
        features = (query.vector_for(self.title), query.colours, query.kind)

        def embed_by(embedder: "Embedder") -> NDArray[np.float32]:
            vector: NDArray[np.float32] = embedder.embed([decode_picture(query.jpeg)])[0]
            return vector

        found = catalog.similar.search(*features, self._limit, category=category, embed_by=embed_by)
        if context.wanted:
            wanted = catalog.similar.search(
                *features,
                self._limit,
                category=category,
                wanted=context.wanted,
                embed_by=embed_by,
            )
            # The size that is wanted stands for its style, and not another one.
            styles = {each.product.style for each in wanted}
            found = [each for each in found if each.product.style not in styles] + wanted
        once = {each.product.id: each for each in found}
        offers = [_compared(each, context.country) for each in once.values()]
        if not query.asked:
            return offers
        # What was asked for in words may be rare among the nearest.
        more = catalog.similar.search(*features, MANY, category=category, wanted=context.wanted)
        others = (_compared(each, context.country) for each in more if each.product.id not in once)
        fitting = (each for each in others if asked_reason(each.offer, query.asked) is None)
        return [*offers, *islice(fitting, self._limit)]

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


def _compared(found: "CatalogHit", country: str) -> ComparedOffer:
    product, hit = found.product, found.hit
    match = PictureMatch(hit.cosine, hit.colour, hit.vector, hit.colours)
    offer = replace(_offer(product), shipping=product.shipping_to(country))
    # The colours in the picture count if the shop names none.
    colours = offer.colours or main_colour_names(unpack_colours(hit.colours))
    return ComparedOffer(replace(offer, colours=colours, also_in=found.also_in), match)


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
        sizes=(product.size,) if product.size else (),
        gender=product.gender,
        picture_url=product.picture_url,
        kind=product.kind,
        colours=named_colours(product.colour),
        partner=product.partner,
    )
