"""The OpenAPI document, made from the pydantic models that requests are checked with.

A `Resource` adds each view to the application and to the document in one step.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any, Literal, TypeVar

from flask import Blueprint
from pydantic import BaseModel
from pydantic.json_schema import JsonSchemaMode, models_json_schema

from server.api.problems import MEDIA_TYPE, Problem

PREFIX = "/api/v1"
_REFERENCE = "#/components/schemas/{model}"
_PARAMETERS = {
    "look_id": {"type": "string", "pattern": "^[0-9a-f]{32}$"},
    "number": {"type": "integer", "minimum": 1},
    "shop_id": {"type": "integer", "minimum": 1},
    "click_id": {"type": "integer", "minimum": 1},
    "saved_id": {"type": "integer", "minimum": 1},
    "list_id": {"type": "integer", "minimum": 1},
    "picture": {"type": "string", "pattern": "^[0-9a-f]{64}$"},
    "name": {"type": "string", "pattern": "^[a-z0-9-]{1,40}$"},
    "pairing_id": {"type": "string", "pattern": "^[0-9a-f]{16,32}$"},
    "session_id": {"type": "string", "pattern": "^[0-9a-f]{16}$"},
}
# Problems that any request may be answered with.
_EVERYWHERE = (401, 403, 429)

Method = Literal["get", "post", "patch", "delete"]
Schemas = Mapping[tuple[Any, JsonSchemaMode], dict[str, Any]]
View = TypeVar("View", bound=Callable[..., Any])


@dataclass(frozen=True)
class Body:
    """One form that a request's body may take; ``file`` names the field of an upload."""

    media_type: str
    model: type[BaseModel]
    file: str | None = None


@dataclass(frozen=True)
class Link:
    """What a client may ask next, with values out of an answer.

    Attributes:
        method: HTTP method of the next operation.
        path: Its path below ``/api/v1``, as the document writes it.
        parameters: Its parameters: constants, or runtime expressions of OpenAPI.
    """

    method: Method
    path: str
    parameters: Mapping[str, object]


@dataclass(frozen=True)
class Answer:
    """One successful answer; without a model and a media type it has no body."""

    status: int
    description: str
    model: type[BaseModel] | None = None
    # Of the body; unset, ``application/json`` where there is a model.
    media_type: str | None = None
    links: tuple[Link, ...] = ()


@dataclass(frozen=True)
class Operation:
    """One method on one path (below ``/api/v1``)."""

    method: Method
    path: str
    summary: str
    answers: tuple[Answer, ...]
    query: type[BaseModel] | None = None
    request: tuple[Body, ...] = ()
    problems: tuple[int, ...] = ()


class Resource(Blueprint):
    """A blueprint below ``/api/v1`` whose views are documented.

    Attributes:
        operations: What its views do, in the order of their definition.
    """

    def __init__(self, name: str, import_name: str, path: str = "") -> None:
        """Make a blueprint without views.

        Args:
            name: Of the blueprint; begins the endpoints' names.
            import_name: Of the module, as Flask asks for it.
            path: What all its routes begin with, below ``/api/v1``.
        """
        super().__init__(name, import_name, url_prefix=PREFIX + path)
        self.operations: list[Operation] = []
        self._path = path

    def operation(
        self,
        method: Method,
        rule: str,
        summary: str,
        *answers: Answer,
        query: type[BaseModel] | None = None,
        request: tuple[Body, ...] = (),
        problems: tuple[int, ...] = (),
    ) -> Callable[[View], View]:
        """Serve a view, and document it.

        Args:
            method: HTTP method.
            rule: Flask's rule of the route, below the resource's path.
            summary: What the operation does, in a few words.
            *answers: The successful answers.
            query: Model of the query string.
            request: Forms of the request's body.
            problems: Status codes of problem documents, beside those that any request may
                be answered with.
        """
        path = re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", self._path + rule)
        self.operations.append(Operation(method, path, summary, answers, query, request, problems))
        return self.route(rule, methods=[method.upper()])


def build_document(operations: Iterable[Operation]) -> dict[str, Any]:
    """Build the document of these operations."""
    operations = tuple(operations)
    schemas, definitions = models_json_schema(
        sorted(_models(operations), key=lambda entry: (entry[0].__name__, entry[1])),
        ref_template=_REFERENCE,
    )
    components = definitions.get("$defs", {})
    paths: dict[str, dict[str, Any]] = {}
    for operation in operations:
        entry = _operation(operation, schemas)
        paths.setdefault(PREFIX + operation.path, {})[operation.method] = entry
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Where to buy",
            "version": version("where-to-buy"),
            "description": "Pictures in, garments out, and where to buy them.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/"}],
        "security": [{}, {"token": []}],
        "paths": paths,
        "components": {
            "schemas": components,
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
            "responses": {
                "Problem": {
                    "description": "What went wrong, and what to do",
                    "content": {
                        MEDIA_TYPE: {"schema": schemas[Problem, "serialization"]},
                    },
                }
            },
        },
    }


def _models(operations: Iterable[Operation]) -> set[tuple[type[BaseModel], JsonSchemaMode]]:
    models: set[tuple[type[BaseModel], JsonSchemaMode]] = {(Problem, "serialization")}
    for operation in operations:
        models.update((body.model, "validation") for body in operation.request)
        models.update((a.model, "serialization") for a in operation.answers if a.model)
    return models


def _operation(operation: Operation, schemas: Schemas) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "operationId": _operation_id(operation.method, operation.path),
        "summary": operation.summary,
        "parameters": [*_path_parameters(operation.path), *_query_parameters(operation.query)],
        "responses": {str(answer.status): {} for answer in operation.answers},
    }
    if operation.request:
        entry["requestBody"] = {
            "required": True,
            "content": {
                body.media_type: {"schema": _body_schema(body, schemas)}
                for body in operation.request
            },
        }
    for answer in operation.answers:
        response = entry["responses"][str(answer.status)]
        response["description"] = answer.description
        media_type = answer.media_type or ("application/json" if answer.model else None)
        if media_type is not None:
            schema = schemas[answer.model, "serialization"] if answer.model else {}
            response.setdefault("content", {})[media_type] = {"schema": schema}
        for link in answer.links:
            operation_id = _operation_id(link.method, link.path)
            response.setdefault("links", {})[operation_id] = {
                "operationId": operation_id,
                "parameters": dict(link.parameters),
            }
    for status in sorted({*operation.problems, *_EVERYWHERE}):
        entry["responses"][str(status)] = {"$ref": "#/components/responses/Problem"}
    return entry


def _operation_id(method: str, path: str) -> str:
    return re.sub(r"[^a-z0-9]+", "_", f"{method} {path}".lower()).strip("_")


def _body_schema(body: Body, schemas: Schemas) -> dict[str, Any]:
    if body.file is None:
        return schemas[body.model, "validation"]
    # One object: the model's own schema, referred to, would forbid the file as an extra field.
    schema = body.model.model_json_schema(ref_template=_REFERENCE)
    upload = {"type": "string", "contentMediaType": "application/octet-stream"}
    return {
        **schema,
        "properties": {**schema["properties"], body.file: upload},
        "required": [*schema.get("required", []), body.file],
    }


def _path_parameters(path: str) -> list[dict[str, Any]]:
    return [
        {"name": name, "in": "path", "required": True, "schema": _PARAMETERS[name]}
        for name in re.findall(r"\{(\w+)\}", path)
    ]


def _query_parameters(model: type[BaseModel] | None) -> list[dict[str, Any]]:
    if model is None:
        return []
    schema = model.model_json_schema(ref_template=_REFERENCE)
    required = schema.get("required", [])
    return [
        {"name": name, "in": "query", "required": name in required, "schema": _not_null(entry)}
        for name, entry in schema["properties"].items()
    ]


def _not_null(schema: dict[str, Any]) -> dict[str, Any]:
    """Return the schema of a parameter, which may be left out but cannot be null."""
    options = [option for option in schema.get("anyOf", []) if option != {"type": "null"}]
    if len(options) != 1:
        return schema
    rest = {key: value for key, value in schema.items() if key not in {"anyOf", "default"}}
    return {**options[0], **rest}
