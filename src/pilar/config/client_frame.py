"""Pilar's API, typed, for version PILAR_VERSION: made from its OpenAPI description, to be made again and never changed.

```python
pilar = Pilar("https://pilar.example.go.id", token="…")
for row in pilar.measures_measures("36.03").measures:
    print(row.code, row.latest_value)
```
"""

from __future__ import annotations

import json
import types
import typing
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, is_dataclass  # noqa: F401 - what is made uses them
from datetime import date, datetime
from functools import cache
from typing import Any, Literal, cast
from urllib.error import HTTPError
from urllib.parse import quote, urlencode
from urllib.request import Request, urlopen
from uuid import UUID

__all__ = ["Literal", "Pilar", "Refused", "cast"]
Send = Callable[[str, str, dict[str, str], bytes | None], tuple[int, bytes]]
"""Method, address, headers and body; gives status and content."""


class Refused(Exception):
    """The API has said no: ``status``, and ``problem`` as RFC 9457 has it."""

    def __init__(self, status: int, problem: Mapping[str, Any]) -> None:
        super().__init__(f"{status} {problem.get('title', '')}: {problem.get('detail', '')}")
        self.status, self.problem = status, problem


def send(method: str, address: str, headers: dict[str, str], body: bytes | None) -> tuple[int, bytes]:
    """Ask by the standard library; waits a minute."""
    if not address.startswith(("https://", "http://")):
        raise ValueError(address)
    try:
        with urlopen(Request(address, body, headers, method=method), timeout=60) as answer:  # noqa: S310 - as above
            return answer.status, answer.read()
    except HTTPError as error:
        return error.code, error.read()


# Schemas


@cache
def _hint(said: str) -> Any:
    return eval(said, globals())  # noqa: S307 - annotations of this file


@cache
def _hints(kind: Any) -> dict[str, Any]:
    return typing.get_type_hints(kind)


def _made(kind: Any, value: Any) -> Any:
    """Return what JSON tells, as its annotation says. What a newer server adds is left out."""
    origin, inner = typing.get_origin(kind), typing.get_args(kind)
    if value is None:
        return None
    if origin in (typing.Union, types.UnionType):
        ways = [kind for kind in inner if kind is not type(None)]
        return _made(ways[0], value) if len(ways) == 1 else value
    if origin is list:
        return [_made(inner[0], item) for item in value]
    if origin is dict:
        return {key: _made(inner[1], item) for key, item in value.items()}
    return _single(kind, value)


def _single(kind: Any, value: Any) -> Any:
    if is_dataclass(kind):
        names = {field.name: field.metadata.get("name", field.name) for field in fields(kind)}
        hints = _hints(cast(Any, kind))
        return cast(Any, kind)(**{name: _made(hints[name], value[key]) for name, key in names.items() if key in value})
    if kind is datetime:
        return datetime.fromisoformat(value)
    if kind is date:
        return date.fromisoformat(value)
    return UUID(value) if kind is UUID else value


def _plain(value: Any) -> Any:
    """Return what is sent, as JSON; None is left out of an object, which means the default."""
    if is_dataclass(value):
        pairs = ((field.metadata.get("name", field.name), getattr(value, field.name)) for field in fields(value))
        return {key: _plain(item) for key, item in pairs if item is not None}
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value.isoformat() if isinstance(value, date) else str(value) if isinstance(value, UUID) else value


class Pilar:
    """The API of a site; ``token`` is one of an account, or of a source system."""

    def __init__(self, address: str, *, token: str = "", language: str = "id", send: Send = send) -> None:
        self.address, self.send = address.rstrip("/"), send
        self.headers = {"Accept-Language": language} | ({"Authorization": f"Bearer {token}"} if token else {})

    def ask(self, way: str, inside: Mapping[str, object], query: Mapping[str, object], given: Any, kind: str) -> Any:
        """One call: ``way`` is method and path, ``given`` what is sent. Raises :class:`Refused`."""
        method, path = way.split(" ")
        for name, value in inside.items():
            path = path.replace(f"{{{name}}}", quote(str(_plain(value)), safe=""))
        asked = {key: _plain(value) for key, value in query.items() if value is not None}
        where = f"{self.address}{path}" + (f"?{urlencode(asked, doseq=True)}" if asked else "")
        sent = None if given is None else json.dumps(_plain(given)).encode()
        headers = self.headers | ({"Content-Type": "application/json"} if sent else {})
        status, content = self.send(method, where, headers, sent)
        if status >= 400:
            try:
                problem = json.loads(content)
            except ValueError:
                problem = {}
            raise Refused(status, problem if isinstance(problem, dict) else {})
        if kind in ("None", "bytes"):
            return content if kind == "bytes" else None
        return _made(_hint(kind), json.loads(content))
