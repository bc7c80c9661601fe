import re

import pytest
from jsonschema import Draft202012Validator
from openapi_spec_validator import OpenAPIV31SpecValidator

from server.looks.schema import LookOut
from tests.support.uploads import upload


@pytest.fixture
def document(client):
    return client.get("/api/v1/openapi.json").json


def test_the_document_is_valid(document):
    assert document["openapi"].startswith("3.1")
    OpenAPIV31SpecValidator(document).validate()


def test_every_address_of_the_api_is_in_the_document_and_the_other_way_round(application, document):
    served = {
        (re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule), method.lower())
        for rule in application.app.url_map.iter_rules()
        if rule.rule.startswith("/api/v1/") and rule.rule != "/api/v1/openapi.json"
        for method in rule.methods - {"HEAD", "OPTIONS"}
    }
    documented = {(path, method) for path, entry in document["paths"].items() for method in entry}
    assert documented == served


def test_every_reference_leads_somewhere(document):
    def references(node):
        if isinstance(node, dict):
            if isinstance(node.get("$ref"), str):
                yield node["$ref"]
            for value in node.values():
                yield from references(value)
        elif isinstance(node, list):
            for value in node:
                yield from references(value)

    for reference in references(document):
        target = document
        for part in reference.removeprefix("#/").split("/"):
            target = target[part]


def test_a_look_is_what_the_document_says(client):
    LookOut.model_validate(upload(client).json, strict=False)


def test_an_upload_is_described_with_its_file(document):
    content = document["paths"]["/api/v1/looks"]["post"]["requestBody"]["content"]
    upload_schema = content["multipart/form-data"]["schema"]
    assert upload_schema["required"] == ["image"]


def test_the_description_of_an_upload_can_be_satisfied(document):
    content = document["paths"]["/api/v1/looks"]["post"]["requestBody"]["content"]
    schema = content["multipart/form-data"]["schema"]
    validator = Draft202012Validator(schema)
    assert validator.is_valid({"image": "bytes", "page_url": "https://shop.example/"})
    assert not validator.is_valid({"page_url": "https://shop.example/"})
    assert not validator.is_valid({"image": "bytes", "else": 1})
