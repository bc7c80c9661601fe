"""The catalogue's products: looked through by words and filters, and searched by a picture."""

from flask import request

from server.api.bodies import JSON_BYTES, form, query
from server.api.openapi import Answer, Body, Resource
from server.api.problems import FieldProblem, InvalidRequestError
from server.catalog.browsing import Chosen
from server.catalog.requests import MOST_NAMES, ProductsQuery, SearchFields, StatsQuery
from server.catalog.schema import (
    CatalogChoicesOut,
    CatalogProductOut,
    CatalogProductsOut,
    CatalogStatsOut,
)
from server.catalog.store import StoredProduct
from server.services import Services, current_services

blueprint = Resource("catalog_products", __name__, "/catalog")

_PAGE = 48
_PICTURE_BYTES = 15 * 2**20
_MOST_PARTS = 2 * MOST_NAMES + 10


@blueprint.operation(
    "get",
    "/stats",
    "How many products there are, and why some are not found",
    Answer(200, "The numbers", CatalogStatsOut),
    query=StatsQuery,
    problems=(400, 503),
)
def stats() -> dict[str, object]:
    """Count the products."""
    found = current_services().offers.catalog.browser.stats(query(StatsQuery).shop)
    return CatalogStatsOut(
        products=found.products,
        searchable=found.searchable,
        gone=found.gone,
        left_out=found.left_out,
    ).model_dump(mode="json")


@blueprint.operation(
    "get",
    "/choices",
    "Brands, sizes and for whom: what products can be chosen by",
    Answer(200, "The choices", CatalogChoicesOut),
    problems=(503,),
)
def choices() -> dict[str, object]:
    """Return what products can be chosen by."""
    found = current_services().offers.catalog.browser.choices()
    return CatalogChoicesOut.of(found).model_dump(mode="json")


@blueprint.operation(
    "get",
    "/products",
    "Products by words, shop, filters, and whether a picture finds them",
    Answer(200, f"At most {_PAGE} products", CatalogProductsOut),
    query=ProductsQuery,
    problems=(400, 503),
)
def products() -> dict[str, object]:
    """Return some products."""
    asked = query(ProductsQuery)
    chosen = Chosen(asked.words, asked.shop, asked.state, asked.reason, asked.wanted)
    services = current_services()
    browser = services.offers.catalog.browser
    found = browser.products(chosen, _PAGE, asked.offset)
    return _products(services, found, browser.count(chosen))


@blueprint.operation(
    "post",
    "/search",
    "Products that look like the garment in a picture",
    Answer(200, f"At most {_PAGE} products, most similar first", CatalogProductsOut),
    request=(Body("multipart/form-data", SearchFields, file="image"),),
    problems=(400, 413, 415, 422, 503),
)
def search() -> dict[str, object]:
    """Find products by a picture, which is not kept."""
    request.max_content_length = _PICTURE_BYTES + JSON_BYTES
    # Each brand and each size is one.
    request.max_form_parts = _MOST_PARTS
    uploads = request.files.getlist("image")
    if len(uploads) != 1:
        raise InvalidRequestError([FieldProblem(field="image", message="one file is needed")])
    wanted = form(SearchFields).wanted
    services = current_services()
    data, similar = uploads[0].read(), services.offers.catalog.similar
    hits = services.looks.in_turn(lambda: similar.search_picture(data, _PAGE, wanted))
    return _products(services, [hit.product for hit in hits], len(hits))


def _products(services: Services, found: list[StoredProduct], total: int) -> dict[str, object]:
    sign = services.offers.thumbnails.address
    listed = [
        CatalogProductOut.of(each, sign(each.picture_url) if each.picture_url else None)
        for each in found
    ]
    return CatalogProductsOut(total=total, products=listed).model_dump(mode="json")
