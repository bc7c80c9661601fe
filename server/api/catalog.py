"""The catalogue's shops, and lists of shops."""

from model.errors import WhereToBuyError
from server.api.bodies import json_body
from server.api.openapi import Answer, Body, Resource
from server.api.problems import set_status
from server.catalog.catalog import Given
from server.catalog.jobs import Job, TooManyImportsError
from server.catalog.locks import ShopBusyError
from server.catalog.opening import is_address
from server.catalog.requests import RefreshRequest, ScheduleRequest, ShopRequest
from server.catalog.schema import (
    AddingOut,
    CatalogPreparingOut,
    PreparingOut,
    ProgressOut,
    ShopListOut,
    ShopListsOut,
    ShopOut,
    ShopsOut,
)
from server.catalog.shop_lists import ShopLists
from server.catalog.store import UnknownShopError, canonical_source
from server.goods.safe_text import safe_link
from server.services import current_services

blueprint = Resource("catalog", __name__, "/catalog")

set_status(UnknownShopError, 404)
set_status(ShopBusyError, 409)
set_status(TooManyImportsError, 503)


class NotAnAddressError(WhereToBuyError):
    """A shop is to be added by something else than its address."""

    code = "not-an-address"

    def __init__(self) -> None:
        super().__init__(
            "That is not the address of a shop or a feed.", hint="It begins with https://"
        )


set_status(NotAnAddressError, 400)


@blueprint.operation(
    "get",
    "/shops",
    "Every shop, how many of its products can be found, and how far its import is",
    Answer(200, "The shops", ShopsOut),
    problems=(503,),
)
def shops() -> dict[str, object]:
    """Return every shop of the catalogue."""
    services = current_services()
    jobs = {job.source: job for job in services.imports.recent()}
    known = services.offers.catalog.store.shops()
    hidden = services.offers.catalog.preparation.hidden()
    listed = [
        ShopOut.of(shop, jobs.pop(shop.source, None), hidden.get(shop.id, 0)) for shop in known
    ]
    adding = [
        AddingOut(source=job.source, progress=ProgressOut.of(job))
        for job in jobs.values()
        if job.state != "done"
    ]
    preparing = PreparingOut.of(services.offers.catalog.preparation.now())
    return ShopsOut(shops=listed, adding=adding, preparing=preparing).model_dump(mode="json")


@blueprint.operation(
    "get",
    "/preparing",
    "How far making the products' vectors anew is, after a change of weights",
    Answer(200, "How far it is", CatalogPreparingOut),
    problems=(503,),
)
def preparing() -> dict[str, object]:
    """Return how many products wait for their new vector."""
    found = current_services().offers.catalog.preparation.now()
    return CatalogPreparingOut(preparing=PreparingOut.of(found)).model_dump(mode="json")


@blueprint.operation(
    "post",
    "/shops",
    "Add a shop or a feed by its address; it is read in the background",
    Answer(202, "It is being read, or waits for others", ProgressOut),
    request=(Body("application/json", ShopRequest),),
    problems=(400, 415, 503),
)
def add() -> tuple[dict[str, object], int]:
    """Add a shop."""
    wanted = json_body(ShopRequest)
    source = canonical_source(wanted.source)
    # Files of this machine are nobody's business who comes over the network.
    if not is_address(source) or safe_link(source) is None:
        raise NotAnAddressError
    given = Given(name=wanted.name, currency=wanted.currency)
    job = current_services().imports.add(source, given)
    return _accepted(job)


@blueprint.operation(
    "post",
    "/shops/<int:shop_id>/refresh",
    "Take what changed in a shop, in the background",
    Answer(202, "It is being read, or waits for others", ProgressOut),
    request=(Body("application/json", RefreshRequest),),
    problems=(400, 404, 415, 503),
)
def refresh(shop_id: int) -> tuple[dict[str, object], int]:
    """Refresh a shop."""
    wanted = json_body(RefreshRequest)
    imports = current_services().imports
    return _accepted(imports.refresh(_known(shop_id), accept_smaller=wanted.accept_smaller))


@blueprint.operation(
    "patch",
    "/shops/<int:shop_id>",
    "Choose how often the server refreshes a shop",
    Answer(200, "The shop", ShopOut),
    request=(Body("application/json", ScheduleRequest),),
    problems=(400, 404, 415, 503),
)
def schedule(shop_id: int) -> dict[str, object]:
    """Choose how often a shop is refreshed."""
    wanted = json_body(ScheduleRequest)
    store = current_services().offers.catalog.store
    store.schedule(_known(shop_id), wanted.every_hours)
    return ShopOut.of(store.find(str(shop_id)), None).model_dump(mode="json")


@blueprint.operation(
    "delete",
    "/shops/<int:shop_id>",
    "Remove a shop with its products",
    Answer(204, "It is not kept any more"),
    problems=(404, 503),
)
def remove(shop_id: int) -> tuple[str, int]:
    """Remove a shop."""
    current_services().offers.catalog.store.remove(str(_known(shop_id)))
    return "", 204


@blueprint.operation(
    "get",
    "/lists",
    "Signed lists of shops to choose from",
    Answer(200, "The lists", ShopListsOut),
    problems=(503,),
)
def lists() -> dict[str, object]:
    """Return the lists whose signatures are right."""
    services = current_services()
    there = {shop.source for shop in services.offers.catalog.store.shops()}
    kept = ShopLists(services.settings.state_dir).all()
    return ShopListsOut(lists=[ShopListOut.of(each, there) for each in kept]).model_dump(
        mode="json"
    )


def _accepted(job: Job) -> tuple[dict[str, object], int]:
    return ProgressOut.of(job).model_dump(mode="json"), 202


def _known(shop_id: int) -> int:
    """Return a shop's number; raises `UnknownShopError` if there is none."""
    return current_services().offers.catalog.store.row(shop_id).id
