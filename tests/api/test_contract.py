"""The whole API, asked by Schemathesis: whatever is sent, the document foresaw the answer."""

import os
from decimal import Decimal
from http import HTTPStatus
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as hypothesis_settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.checks import (
    negative_data_rejection,
    not_a_server_error,
    positive_data_acceptance,
)

from server.api import access
from server.api.openapi import PREFIX
from server.app import OPERATIONS, create_app
from server.config import Settings
from server.models import LoadingModels
from server.services import build_services
from tests.support.pictures import outfit, picture_file
from tests.support.segmenters import ScriptedSegmenter

TOKEN = "correct-horse-battery"
AUTHORISED = {"Authorization": f"Bearer {TOKEN}"}
# What is a file or an address by its form may be no picture, or lead nowhere: making a look may
# fail in ways that the document names, and in no other.
OF_LOOKS = [positive_data_acceptance, not_a_server_error]
# These look at the file, the address or the name at once, and refuse what is none.
REFUSING = {
    ("POST", f"{PREFIX}/catalog/shops"),
    ("POST", f"{PREFIX}/catalog/search"),
    ("POST", f"{PREFIX}/history/import"),
    ("POST", f"{PREFIX}/saved/lists"),
    ("PATCH", f"{PREFIX}/saved/lists/{{list_id}}"),
}
# A mistake shows within few examples of each operation, or in the nightly run of many.
FEW: dict[str, Any] = {
    "deadline": None,
    "phases": (Phase.explicit, Phase.generate),
    "suppress_health_check": list(HealthCheck),
    "derandomize": True,
}


@pytest.fixture(scope="module")
def api(tmp_path_factory, embedder):
    """The API of one application, which all questions are put to."""
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith("WTB_")]:
            patch.delenv(name)
        # The checks send wrong tokens on purpose.
        patch.setattr(access, "WRONG_TOKENS", 10**6)
        settings = Settings(
            state_dir=tmp_path_factory.mktemp("state"),
            ucp_enabled=False,
            access_token=TOKEN,
            requests_per_minute=10**6,
        )
        models = LoadingModels(settings, segmenter=ScriptedSegmenter(), embedder=embedder)
        services = build_services(settings, models=models)
        yield schemathesis.openapi.from_wsgi("/api/v1/openapi.json", create_app(services=services))
        services.close()


def excluded(case):
    """Return the checks that a request which is sound by its schema may still fail."""
    if (case.method, case.path) == ("POST", f"{PREFIX}/looks"):
        return OF_LOOKS
    refusing = (case.method, case.path) in REFUSING
    if refusing or _is_price_range_upside_down(case.query or {}):
        return [positive_data_acceptance]
    return []


def _is_price_range_upside_down(query):
    """Return whether what no schema can say is wrong with the prices of a search."""
    try:
        return Decimal(query["min_price"]) > Decimal(query["max_price"])
    except (KeyError, TypeError, ArithmeticError):
        return False


@pytest.mark.parametrize("mode", GenerationMode, ids=str)
@pytest.mark.parametrize(
    ("method", "path"), [(entry.method, PREFIX + entry.path) for entry in OPERATIONS]
)
def test_every_answer_is_documented(api, method, path, mode):
    try:
        cases = api[path][method].as_strategy(generation_mode=mode)

        @given(case=cases)
        @hypothesis_settings(max_examples=8, **FEW)
        def ask(case):
            answer = case.call(headers=AUTHORISED)
            # What breaks the schema and is too large as well may be refused for either.
            is_large = answer.status_code == HTTPStatus.REQUEST_ENTITY_TOO_LARGE
            checks = [*excluded(case), *([negative_data_rejection] if is_large else [])]
            case.validate_response(answer, headers=AUTHORISED, excluded_checks=checks)

        ask()
    except Unsatisfiable:
        assert mode is GenerationMode.NEGATIVE  # nothing about it can be wrong


def test_what_follows_from_an_answer_is_documented_too(api):
    photo = picture_file(outfit(), "PNG")

    class Visit(api.as_state_machine()):
        def before_call(self, case):
            is_sound = case.meta is None or case.meta.generation.mode.is_positive
            if is_sound and case.media_type == "multipart/form-data":
                case.body["image"] = photo

        def get_call_kwargs(self, case):
            return {"headers": AUTHORISED}

        def validate_response(self, response, case, additional_checks=None, **options):
            case.validate_response(
                response,
                additional_checks=additional_checks,
                excluded_checks=excluded(case),
                transport_kwargs=options,
                recorder=getattr(self, "recorder", None),
            )

    Visit.run(settings=hypothesis_settings(max_examples=8, stateful_step_count=5, **FEW))
