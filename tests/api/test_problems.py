import io
import json
import logging
import re

import pytest

from model.errors import WeightsError
from server.api.problems import Problem
from server.logs import JsonFormatter
from tests.support.uploads import upload


def test_an_unknown_address_is_a_problem_document(client):
    answer = client.get("/api/v1/nothing")
    assert answer.status_code == 404
    assert answer.mimetype == "application/problem+json"
    assert answer.json == {
        "type": "about:blank",
        "title": "Not Found",
        "status": 404,
        "detail": "There is nothing at this address.",
        "code": "not-found",
        "hint": "The API begins at /api/v1; /api/v1/openapi.json describes it.",
        "request_id": answer.headers["X-Request-ID"],
    }


def test_an_unknown_method_is_a_problem_document_that_names_the_known_ones(client):
    answer = client.put("/api/v1/looks")
    assert answer.status_code == 405
    assert answer.json["code"] == "method-not-allowed"
    assert "POST" in answer.headers["Allow"]


@pytest.mark.parametrize("path", ["/api/v1/looks/x", "/api/v1/nothing", "/nothing"])
def test_problems_follow_the_schema_and_are_not_kept(client, path):
    answer = client.get(path)
    assert Problem.model_validate(answer.json).status == answer.status_code
    assert answer.headers["Cache-Control"] == "no-store"


def test_what_nobody_foresaw_is_logged_and_says_nothing_outside(client, segmenter, caplog):
    segmenter.fault = RuntimeError("secret /home/alice/key")
    with caplog.at_level(logging.ERROR):
        answer = upload(client)
    assert answer.status_code == 500
    assert answer.json["code"] == "internal-error"
    assert "secret" not in answer.text
    assert "alice" not in answer.text
    assert "secret /home/alice/key" in caplog.text


def test_an_error_of_ours_that_is_nobodys_fault_outside_is_reported_and_logged(
    client, segmenter, caplog
):
    segmenter.fault = WeightsError("The weights were altered.", hint="Install them again.")
    with caplog.at_level(logging.ERROR):
        answer = upload(client)
    # As while a model is missing: it may be there again later.
    assert answer.status_code == 503
    assert (answer.json["code"], answer.json["hint"]) == ("bad-weights", "Install them again.")
    assert "altered" in caplog.text


def test_a_problem_names_its_request_as_the_header_and_the_log_do(client, segmenter, caplog):
    segmenter.fault = RuntimeError("broken")
    with caplog.at_level(logging.INFO):
        answer = upload(client)
    name = answer.json["request_id"]
    assert re.fullmatch("[0-9a-f]{16}", name)
    assert answer.headers["X-Request-ID"] == name
    logged = {record.name: getattr(record, "fields", {}) for record in caplog.records}
    assert logged["server.access"]["request_id"] == name
    assert logged["server.access"]["status"] == 500


def test_each_request_has_another_id_also_where_it_succeeds(client):
    names = {client.get("/healthz").headers["X-Request-ID"] for _ in range(3)}
    assert len(names) == 3


@pytest.mark.parametrize(
    ("given", "kept"),
    [("edge-42.7_f00d", True), ("short", False), ("x" * 65, False), ("a b\u00e9<script>", False)],
)
def test_an_id_of_a_proxy_is_kept_if_it_is_one(client, given, kept):
    answer = client.get("/nothing", headers={"X-Request-ID": given})
    assert (answer.headers["X-Request-ID"] == given) is kept
    assert answer.json["request_id"] == answer.headers["X-Request-ID"]


def test_what_other_threads_log_for_a_request_names_it(client, segmenter):
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonFormatter())
    log = logging.getLogger("tests.analysis")
    log.addHandler(handler)
    truly = segmenter.segment

    def segment(picture, min_score=None):
        log.warning("Segmenting")
        return truly(picture, min_score)

    segmenter.segment = segment
    answer = upload(client)
    log.removeHandler(handler)
    assert json.loads(stream.getvalue())["request_id"] == answer.headers["X-Request-ID"]
