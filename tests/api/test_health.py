import logging
import re
import shutil

import pytest

from model.errors import WeightsError
from model.weight_files.shelf import Shelf
from model.weights_description import SHIPPED
from server.app import create_app
from server.services import EXTENSION_KEY
from tests.support.uploads import upload


def test_a_server_whose_models_are_loaded_is_ready(client):
    assert client.get("/readyz").json == {"status": "ready"}


def test_a_server_that_still_loads_is_alive_and_not_ready(settings, monkeypatch, hold):
    monkeypatch.setattr("server.services.build_services", hold.build)
    app = create_app(settings)
    client = app.test_client()
    assert client.get("/healthz").json == {"status": "ok"}
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json["code"]) == (503, "not-ready")
    assert int(answer.headers["Retry-After"]) >= 1
    assert client.get("/metrics").status_code == 200
    hold.go.set()
    app.extensions[EXTENSION_KEY].get(10)
    assert client.get("/readyz").status_code == 200


def test_a_server_that_cannot_load_says_why_to_who_started_it(settings, monkeypatch):
    def build(*_):
        raise WeightsError("The weights were altered.", hint="Install them again.")

    monkeypatch.setattr("server.services.build_services", build)
    failures = []
    app = create_app(settings, on_failure=failures.append)
    with pytest.raises(WeightsError):
        app.extensions[EXTENSION_KEY].get(10)
    answer = app.test_client().get("/readyz")
    assert (answer.status_code, answer.json["code"]) == (503, "bad-weights")


def test_a_request_that_came_too_early_is_answered_when_all_is_loaded(settings, monkeypatch, hold):
    monkeypatch.setattr("server.services.build_services", hold.build)
    client = create_app(settings).test_client()
    hold.go_soon()
    assert upload(client).status_code == 201


def test_requests_are_counted_by_endpoint_and_status(client):
    upload(client)
    client.get("/api/v1/looks/x")
    client.get("/api/v1/looks/y")
    client.open("/healthz", method="BREW")
    text = client.get("/metrics").text
    for sample in (
        'where_to_buy_requests_total{endpoint="looks.create",method="POST",status="201"} 1.0',
        'where_to_buy_requests_total{endpoint="looks.show",method="GET",status="404"} 2.0',
        'where_to_buy_requests_total{endpoint="none",method="other",status="405"} 1.0',
        'where_to_buy_looks_total{outcome="new"} 1.0',
        "where_to_buy_pictures_waiting 0.0",
        "where_to_buy_analysis_seconds_count 1.0",
    ):
        assert sample in text


def test_every_metric_carries_the_projects_name(client):
    for line in client.get("/metrics").text.splitlines():
        assert re.match(r"(# (HELP|TYPE) )?where_to_buy_", line), line


def test_nothing_that_was_asked_for_is_a_label(client):
    client.post("/api/v1/looks", json={"image_url": "http://127.0.0.1/secret.jpg"})
    client.get("/secret-path?secret=1", headers={"Origin": "https://secret.example"})
    text = client.get("/metrics").text
    assert "secret" not in text
    assert "127.0.0.1" not in text


def test_a_request_is_one_line_without_what_the_query_says(client, caplog):
    with caplog.at_level(logging.INFO, "server.access"):
        client.get("/api/v1/looks/abc?signature=secret", headers={"X-Secret": "secret"})
    (record,) = [record for record in caplog.records if record.name == "server.access"]
    assert re.fullmatch(r'GET "/api/v1/looks/abc" 404 \d+ ms', record.getMessage())


def test_a_path_cannot_begin_another_line_of_the_log(client, caplog):
    with caplog.at_level(logging.INFO, "server.access"):
        client.get("/x%0a2026-11-24 INFO server.access: GET %22/admin%22 200%1b[2J%C2%85")
    (record,) = [record for record in caplog.records if record.name == "server.access"]
    assert record.getMessage().isprintable()
    assert record.getMessage().isascii()
    assert '\\"/admin\\"' in record.getMessage()


def test_a_refused_request_is_logged_too(client, caplog):
    with caplog.at_level(logging.INFO, "server.access"):
        client.get("/healthz", headers={"Host": "rebound.example"})
    assert "403" in caplog.text


@pytest.fixture
def hold(settings, segmenter, embedder):
    """Builds services only once it is let go."""
    import threading  # noqa: PLC0415

    from server.models import LoadingModels  # noqa: PLC0415
    from server.services import build_services  # noqa: PLC0415

    class Hold:
        def __init__(self):
            self.go = threading.Event()
            self.services = None

        def build(self, settings, metrics, _models):
            self.go.wait()
            ours = LoadingModels(settings, segmenter=segmenter, embedder=embedder)
            self.services = build_services(settings, metrics, ours)
            return self.services

        def go_soon(self):
            threading.Timer(0.2, self.go.set).start()

    hold = Hold()
    yield hold
    hold.go.set()
    if hold.services is not None:
        hold.services.close()


def test_a_server_says_when_other_weights_wait_for_its_restart(client, settings, caplog):
    shelf = Shelf(settings.weights_shelf)
    with shelf.adding("other") as draft:
        shutil.copytree(SHIPPED, draft, dirs_exist_ok=True)
    shelf.use("other")
    assert client.get("/readyz").json == {"status": "ready"}  # the same weights elsewhere
    description = draft.parent / "other" / "weights.json"
    description.write_text(
        description.read_text().replace('"score_threshold": 0.', '"score_threshold": 0.1')
    )
    for _ in range(2):
        answer = client.get("/readyz")
        assert answer.status_code == 200
        assert "restart" in answer.json["notice"]
    assert caplog.text.count("restart") == 1
    shelf.use("default")
    assert client.get("/readyz").json == {"status": "ready"}


def test_weights_that_broke_after_the_start_do_not_stop_a_server(client, settings):
    shelf = Shelf(settings.weights_shelf)
    with shelf.adding("other"):
        pass
    shelf.use("other")
    answer = client.get("/readyz")
    assert (answer.status_code, "restart" in answer.json["notice"]) == (200, True)
