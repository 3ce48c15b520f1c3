"""A smallest body for every API route, made from the API's own description, so that it is the address that decides."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

TEXTS = {
    "uuid": "00000000-0000-4000-8000-000000000000",
    "date": "2026-03-01",
    "date-time": "2026-03-01T08:00:00Z",
}
FITTING = {"region": "36.03", "instrument": "cycle-test", "node": "policy", "link": "https://contoh.invalid/"}
"""What a field of that name takes, where the description says no more than text."""

EITHER = ("/evidence", "/versions")
"""Routes that take a file or a link, and so neither of them as required."""


def body_of(description: Mapping[str, Any], route: Mapping[str, Any]) -> tuple[str, Any] | None:
    """Content type and smallest content of a route's body; None for a route that takes none."""
    given = route.get("requestBody")
    if given is None:
        return None
    (kind, content), *_others = given["content"].items()
    return kind, sample(description, content["schema"])


def sample(description: Mapping[str, Any], schema: Mapping[str, Any]) -> Any:
    """The smallest value that a schema takes."""
    if "$ref" in schema:
        return sample(description, description["components"]["schemas"][schema["$ref"].rsplit("/", 1)[-1]])
    for several in ("anyOf", "oneOf", "allOf"):
        if several in schema:
            return sample(description, schema[several][0])
    if "const" in schema:
        return schema["const"]
    if "enum" in schema:
        return schema["enum"][0]
    match schema.get("type"):
        case "object" if "properties" in schema:
            needed = schema.get("required", ())
            return {name: sample(description, schema["properties"][name]) for name in needed}
        case "object":
            one = schema.get("additionalProperties")
            return {"policy": sample(description, one)} if schema.get("minProperties") else {}
        case "array":
            return [sample(description, schema["items"])] * schema.get("minItems", 0)
        case "integer" | "number":
            return schema.get("minimum", 1)
        case "boolean":
            return False
        case "string" if schema.get("format") == "binary":
            return b"x"
        case _:
            return TEXTS.get(schema.get("format", ""), "1")
