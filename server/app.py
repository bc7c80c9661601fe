"""The Flask application."""

from collections.abc import Callable
from functools import cache
from typing import Any

from flask import Flask
from flask.json.provider import DefaultJSONProvider

from server.api import (
    asked,
    catalog,
    catalog_products,
    categories,
    clicks,
    found,
    garments,
    health,
    history,
    history_files,
    looks,
    offers,
    pairings,
    prices,
    providers,
    rates,
    saved,
    session,
    thumbnails,
    ucp,
)
from server.api.access import register_access, without_token
from server.api.access_log import register_access_log
from server.api.bodies import FORM_MEMORY_BYTES, JSON_BYTES, InMemoryRequest
from server.api.openapi import PREFIX, Operation, Resource, build_document
from server.api.problems import register_problems
from server.config import Settings
from server.metrics import Metrics
from server.models import LoadingModels
from server.pages import views as pages
from server.services import EXTENSION_KEY, Services, Startup

# One per resource.
BLUEPRINTS = (
    health.blueprint,
    looks.blueprint,
    garments.blueprint,
    catalog.blueprint,
    catalog_products.blueprint,
    categories.blueprint,
    offers.blueprint,
    asked.blueprint,
    found.blueprint,
    prices.blueprint,
    clicks.blueprint,
    history.blueprint,
    history_files.blueprint,
    saved.blueprint,
    providers.blueprint,
    rates.blueprint,
    thumbnails.blueprint,
    session.blueprint,
    pairings.blueprint,
    ucp.blueprint,
    pages.blueprint,
)
# What the OpenAPI document describes.
OPERATIONS: tuple[Operation, ...] = tuple(
    operation
    for blueprint in BLUEPRINTS
    if isinstance(blueprint, Resource)
    for operation in blueprint.operations
)


def create_app(
    settings: Settings | None = None,
    services: Services | None = None,
    *,
    models: LoadingModels | None = None,
    on_failure: Callable[[BaseException], None] | None = None,
) -> Flask:
    """Make the application.

    Args:
        settings: None reads them from the environment.
        services: Parts that were built elsewhere; None builds them in the background
            (``/readyz`` says when they are ready).
        models: Models that are being loaded already, if any.
        on_failure: Called with the error if the parts cannot be built.

    Raises:
        SettingsError: The settings are not safe.
    """
    settings = services.settings if services else settings or Settings()
    app = Flask("server", static_folder=None)
    app.request_class = InMemoryRequest
    app.config["MAX_CONTENT_LENGTH"] = JSON_BYTES
    app.config["MAX_FORM_MEMORY_SIZE"] = FORM_MEMORY_BYTES
    app.config["MAX_FORM_PARTS"] = 10
    app.json = _Json(app)
    startup = Startup(settings, services.metrics if services else Metrics(), models)
    app.extensions[EXTENSION_KEY] = startup

    # The log comes first, so that refused requests are logged and counted as well.
    register_access_log(app, startup.metrics)
    register_access(app, settings)
    register_problems(app)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)

    @app.get(f"{PREFIX}/openapi.json")
    @without_token
    def openapi() -> dict[str, Any]:
        return _document()

    if services is None:
        startup.run(on_failure)
    else:
        startup.use(services)
    return app


def stop_waiting(app: Flask) -> None:
    """Turn away what waits for its turn; what runs goes on, and so does everything else."""
    startup: Startup = app.extensions[EXTENSION_KEY]
    startup.stop_waiting()


def close_app(app: Flask) -> None:
    """Stop what runs for an application and close what it has open."""
    startup: Startup = app.extensions[EXTENSION_KEY]
    startup.close()


@cache
def _document() -> dict[str, Any]:
    """Build the document once, on the first request, so that a start need not wait for it."""
    return build_document(OPERATIONS)


class _Json(DefaultJSONProvider):
    """JSON with readable Korean, and keys in the order of their declaration."""

    ensure_ascii = False
    sort_keys = False
