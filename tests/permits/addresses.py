"""The API routes of permits, for the sweeps over all routes."""

from __future__ import annotations

from pilar.config.api import api

API, TAG = "/api/v1", "permits"
VALUES: dict[str, object] = {"code": "36.03", "kbli": "10710", "number": "SIP-1"}
"""What is asked for, by the names of arguments."""


def route_arguments() -> dict[str, dict[str, object]]:
    """The path arguments of every API route of the room, by method and path, as they are asked for."""
    return {
        f"{method.upper()} {path}": {
            one["name"]: VALUES[one["name"]] for one in route["parameters"] if one["in"] == "path"
        }
        for path, methods in api.get_openapi_schema(path_prefix="")["paths"].items()
        for method, route in methods.items()
        if TAG in route["tags"]
    }  # fmt: skip
