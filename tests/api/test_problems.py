import logging

import pytest

from model.errors import WeightsError
from server.api.problems import Problem
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
    assert answer.status_code == 500
    assert (answer.json["code"], answer.json["hint"]) == ("bad-weights", "Install them again.")
    assert "altered" in caplog.text
