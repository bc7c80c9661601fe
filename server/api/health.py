"""Endpoints for operators: is the server alive, is it ready, what has it done."""

from flask import Blueprint, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from sqlalchemy import text

from server.api.access import without_token
from server.services import current_startup

blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
@without_token
def healthz() -> dict[str, str]:
    """Answer, to show that the process is alive."""
    return {"status": "ok"}


@blueprint.get("/readyz")
@without_token
def readyz() -> dict[str, str]:
    """Report that pictures can be analysed; 503 until the models are loaded.

    ``notice`` is present only if the operator should do something.
    """
    services = current_startup().get(seconds=0)
    with services.database.session(read_only=True) as session:
        session.execute(text("SELECT 1"))
    notice = services.weights.notice()
    return {"status": "ready"} | ({"notice": notice} if notice else {})


@blueprint.get("/metrics")
def metrics() -> Response:
    """Return the metrics in Prometheus's text format."""
    return Response(
        generate_latest(current_startup().metrics.registry), content_type=CONTENT_TYPE_LATEST
    )
