"""Endpoints for operators: is the server alive, is it ready, what has it done."""

from flask import Blueprint, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from server.api.access import without_token
from server.catalog.schema import PreparingOut
from server.services import current_startup

blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
@without_token
def healthz() -> dict[str, str]:
    """Answer, to show that the process is alive."""
    return {"status": "ok"}


@blueprint.get("/readyz")
@without_token
def readyz() -> dict[str, object]:
    """Report that nothing is missing and looks can be kept; otherwise 503, with the reason.

    ``notice`` is present only if the operator should do something, and ``preparing`` only while
    products wait for their new vector.
    """
    services = current_startup().get(seconds=0)
    services.models.check()
    services.looks.check()
    services.database.check_writable()
    preparing = PreparingOut.of(services.offers.catalog.preparation.now())
    more = {
        "notice": services.weights.notice(),
        "preparing": preparing and preparing.model_dump(mode="json"),
    }
    return {"status": "ready"} | {name: each for name, each in more.items() if each}


@blueprint.get("/metrics")
def metrics() -> Response:
    """Return the metrics in Prometheus's text format."""
    return Response(
        generate_latest(current_startup().metrics.registry), content_type=CONTENT_TYPE_LATEST
    )
