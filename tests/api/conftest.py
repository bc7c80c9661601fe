"""The whole application on its composition root, called through Flask's test client.

Only the segmenter is scripted, so that tests decide what it finds and when; the shipped
one runs in tests/api/test_serve.py.
"""

import dataclasses
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import make_url
from werkzeug.test import TestResponse

from model.embedder import Embedder
from server.app import create_app
from server.config import Settings
from server.models import LoadingModels
from server.services import Services, build_services
from tests.support.segmenters import ScriptedSegmenter


@pytest.fixture(scope="session")
def embedder() -> Embedder:
    """The shipped embedder."""
    return Embedder()


@pytest.fixture
def segmenter():
    """Finds a top and trousers in every picture."""
    segmenter = ScriptedSegmenter()
    yield segmenter
    segmenter.gate.set()


class Client(FlaskClient):
    """Reads each answer to its end, unless told otherwise, as browsers do."""

    def open(self, *args: Any, buffered: bool = True, **kwargs: Any) -> TestResponse:
        """Send a request."""
        return super().open(*args, buffered=buffered, **kwargs)


@dataclasses.dataclass
class Application:
    """An application and what it is made of."""

    app: Flask
    services: Services

    @property
    def client(self) -> FlaskClient:
        """A new client."""
        self.app.test_client_class = Client
        return self.app.test_client()


@pytest.fixture
def application_with(
    settings: Settings, segmenter: ScriptedSegmenter, embedder: Embedder, empty_database: Path
):
    """Makes applications; arguments change the settings.

    A new one is given an empty database: making the tables takes longer than most tests.
    """
    made: list[Application] = []

    def make(**changes: Any) -> Application:
        changed = Settings(**{**settings.model_dump(), **changes})
        file = make_url(changed.database).database
        if (
            file is not None
            and not changed.state_dir.exists()
            and changed.state_dir in Path(file).parents
        ):
            changed.state_dir.mkdir(mode=0o700)
            shutil.copy(empty_database, file)
        models = LoadingModels(changed, segmenter=segmenter, embedder=embedder)
        services = build_services(changed, models=models)
        app = create_app(services=services)
        app.testing = False  # errors are answered, as they are to users
        made.append(Application(app, services))
        return made[-1]

    yield make
    segmenter.gate.set()
    for application in made:
        application.services.close()


@pytest.fixture
def application(application_with: Callable[..., Application]) -> Application:
    """The application with its defaults."""
    return application_with()


@pytest.fixture
def client(application: Application) -> FlaskClient:
    """Asks the application."""
    return application.client
