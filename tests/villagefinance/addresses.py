"""The API routes of village finance, for the sweeps over all routes."""

from __future__ import annotations

from pilar.config.api import api
from villagefinance.world import REGION, VILLAGE, YEAR

TAG = "village budgets"


def route_arguments() -> dict[str, dict[str, object]]:
    """The path arguments of every API route of the room, by method and path, as they are asked for."""
    return {
        f"{method.upper()} {path}": {
            one["name"]: YEAR if one["name"] == "year" else REGION if path.startswith("/regions") else VILLAGE
            for one in route["parameters"] if one["in"] == "path"
        }
        for path, methods in api.get_openapi_schema(path_prefix="")["paths"].items()
        for method, route in methods.items()
        if TAG in route["tags"]
    }  # fmt: skip
