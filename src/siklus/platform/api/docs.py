"""The API's page: every operation with its parameters and bodies, read from the OpenAPI document itself."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_GET
from ninja import NinjaAPI

from siklus.platform.web.jinja import render


def page_of(api: NinjaAPI) -> Any:
    """A view that shows this API to people who are signed in."""

    @require_GET
    def docs(request: HttpRequest) -> HttpResponse:
        if not request.user.is_authenticated:
            return redirect(f"/sign-in/?next={request.path}")
        schema = api.get_openapi_schema()
        return render(
            request, "api/docs.html", {"groups": groups_of(schema), "about": schema["info"]["description"]}
        )

    return docs


def groups_of(schema: dict[str, Any]) -> dict[str, list[dict[str, Any]]]:
    """Operations by tag: method, path, sentence, parameters and the fields of the body."""
    groups: dict[str, list[dict[str, Any]]] = {}
    for path, operations in schema["paths"].items():
        for method, operation in operations.items():
            body = operation.get("requestBody", {}).get("content", {})
            fields = _fields(next(iter(body.values()))["schema"], schema) if body else []
            groups.setdefault(operation["tags"][0], []).append(
                {
                    "method": method.upper(),
                    "path": path,
                    "id": operation["operationId"],
                    "text": operation.get("description") or operation["summary"],
                    "parameters": [_parameter(one) for one in operation.get("parameters", [])],
                    "fields": fields,
                    "body_kind": next(iter(body), ""),
                }
            )
    return groups


def _parameter(one: dict[str, Any]) -> tuple[str, str, bool]:
    return one["name"], _kind(one.get("schema", {})), bool(one.get("required"))


def _fields(schema: dict[str, Any], document: dict[str, Any]) -> list[tuple[str, str, bool]]:
    if reference := schema.get("$ref"):
        schema = document["components"]["schemas"][reference.rsplit("/", 1)[1]]
    required = set(schema.get("required", []))
    return [(name, _kind(value), name in required) for name, value in schema.get("properties", {}).items()]


def _kind(schema: dict[str, Any]) -> str:
    """A short word for a JSON type."""
    if "anyOf" in schema:
        return " | ".join(dict.fromkeys(_kind(one) for one in schema["anyOf"]))
    if reference := schema.get("$ref"):
        return str(reference.rsplit("/", 1)[1])
    if schema.get("type") == "array":
        return f"{_kind(schema.get('items', {}))}[]"
    return str(schema.get("format") or schema.get("type", "any"))
