"""Parts of the API description that hold for every address, such as the shape of an error."""

from __future__ import annotations

from collections.abc import MutableMapping
from http.client import responses
from typing import Any

PROBLEM = "application/problem+json"
OTHER_ERRORS = {
    "description": "Any other error",
    "content": {PROBLEM: {"schema": {"$ref": "#/components/schemas/Problem"}}},
}


# By RFC 9110. Python's own list has changed its words between versions.
REASONS = {"413": "Content Too Large", "422": "Unprocessable Content"}


def describe_errors(description: MutableMapping[str, Any]) -> None:
    """Give the errors in an OpenAPI description their media type, and each address one for all that it does not name.

    The schema ``Problem`` is one of its components.
    """
    for methods in description["paths"].values():
        for route in methods.values():
            for status, answer in route["responses"].items():
                if answer.get("description") == responses.get(int(status)):
                    answer["description"] = REASONS.get(str(status), answer["description"])
                if int(status) >= 400 and "application/json" in answer.get("content", {}):
                    answer["content"] = {PROBLEM: answer["content"]["application/json"]}
            route["responses"] |= {"default": OTHER_ERRORS}
