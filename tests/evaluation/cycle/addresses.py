"""Every address of the rooms that hold private things, whose it is, and what of the planted world it names.

* ``public``: for everybody; nothing private is on it
* ``open``: for everybody, with a form
* ``own``: what waits for the reader; nothing is named
* ``team``: what the reader manages in their own regions; refused without a look at what is named
* ``ministry``: the secretariat's; that the page exists is no secret
* ``campaign``: a campaign, for those who take part in it or sit on one of its panels
* ``region``: something of one region; to others it does not exist
* ``nobody``: closed

``name=value`` says which planted thing an argument names, where the two are not called the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

from evaluation.cycle.address_table import PAGES, ROUTES
from pilar.config.api import api

ROOMS = ("evaluation", "evidence", "people")
SWEPT_ELSEWHERE = frozenset({"masterplan", "masterplan meetings", "measures", "permits", "surveys", "village budgets"})
"""Tags of routes that the tests of their own rooms ask for."""
API = "/api/v1"

FORMS = {"evaluation:detach": {"evidence": "evidence"}}
"""What the form of a page must name before the page asks whose it is; the others are sent empty."""


@dataclass(frozen=True)
class Address:
    """``name`` is that of a page, or method and path of a route; ``named`` says what each argument names."""

    name: str
    whose: str
    named: Mapping[str, str]

    def arguments(self, needed: Iterator[str] | list[str], values: Mapping[str, object]) -> dict[str, object]:
        return {argument: values[self.named.get(argument, argument)] for argument in needed}


@cache
def pages() -> dict[str, Address]:
    return _read(PAGES, words=1)


@cache
def routes() -> dict[str, Address]:
    return _read(ROUTES, words=2)


def _read(table: str, words: int) -> dict[str, Address]:
    found = {}
    for line in table.strip().splitlines():
        parts = line.split()
        name, whose, named = " ".join(parts[:words]), parts[words], parts[words + 1 :]
        found[name] = Address(name, whose, dict(pair.split("=") for pair in named))
    return found


@cache
def page_arguments() -> dict[str, list[str]]:
    """The arguments of every page of the rooms, by its name."""
    rooms = _rooms(get_resolver())
    return {f"{room.namespace}:{name}": arguments for room in rooms for name, arguments in _pages(room, [])}


def _pages(below: URLResolver, before: list[str]) -> Iterator[tuple[str | None, list[str]]]:
    for one in below.url_patterns:
        arguments = [*before, *one.pattern.regex.groupindex]
        if isinstance(one, URLPattern):
            yield one.name, arguments
        else:
            yield from _pages(one, arguments)


def _rooms(resolver: URLResolver) -> Iterator[URLResolver]:
    for one in filter(lambda pattern: isinstance(pattern, URLResolver), resolver.url_patterns):
        yield from (one,) if one.namespace in ROOMS else _rooms(one)


@cache
def description() -> dict[str, Any]:
    return api.get_openapi_schema(path_prefix="")


@cache
def route_arguments() -> dict[str, list[str]]:
    """The path arguments of every API route of the rooms, by method and path."""
    return {
        f"{method.upper()} {path}": [one["name"] for one in route.get("parameters", ()) if one["in"] == "path"]
        for path, methods in description()["paths"].items()
        for method, route in methods.items()
        if SWEPT_ELSEWHERE.isdisjoint(route["tags"])
    }
