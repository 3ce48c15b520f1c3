"""A smallest body for every API route, made from the API's own description, so that it is the address that decides."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

FORMATS = {
    "uuid": "00000000-0000-4000-8000-000000000000",
    "date": "2026-03-01",
    "date-time": "2026-03-01T08:00:00Z",
    "binary": b"x",
}
FIELDS = {"region": "36.03", "node": "policy"}
"""What a field of that name takes, where the description says no more than text."""

EITHER = {"link": "https://contoh.invalid/"}
"""For forms that take a file or a link, and so require neither."""


def body_of(description: Mapping[str, Any], route: Mapping[str, Any]) -> tuple[str, Any] | None:
    """Media type and smallest content of a route's body; None for a route that takes none."""
    given = route.get("requestBody")
    if given is None:
        return None
    ((kind, content),) = given["content"].items()
    schema = _resolved(description, content["schema"])
    body = sample(description, schema)
    return kind, body | {name: value for name, value in EITHER.items() if name in schema["properties"]}


def sample(description: Mapping[str, Any], schema: Mapping[str, Any], name: str = "") -> Any:
    """The smallest value that the schema of a field takes."""
    schema = _resolved(description, schema)
    if "anyOf" in schema:
        return sample(description, schema["anyOf"][0], name)
    if "const" in schema or "enum" in schema:
        return schema.get("const", schema.get("enum", [None])[0])
    match schema.get("type"):
        case "object":
            one = schema.get("additionalProperties")
            named = {"policy": one} if isinstance(one, dict) else schema["properties"]
            needed = named if isinstance(one, dict) else schema.get("required", ())
            return {field: sample(description, named[field], field) for field in needed}
        case "array":
            return [sample(description, schema["items"])] * schema.get("minItems", 0)
        case "integer" | "number":
            return schema.get("minimum", 1)
        case "boolean":
            return False
        case _:
            return FIELDS.get(name) or FORMATS.get(schema.get("format", ""), "1")


def _resolved(description: Mapping[str, Any], schema: Mapping[str, Any]) -> Mapping[str, Any]:
    while "$ref" in schema or "allOf" in schema:
        schema = schema["allOf"][0] if "allOf" in schema else schema
        if "$ref" in schema:
            schema = description["components"]["schemas"][schema["$ref"].rsplit("/", 1)[-1]]
    return schema
