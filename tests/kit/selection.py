"""Which tests run: all, or the quick selection of a change (docs/adr/0014); on which servers; in which order.

``PILAR_TEST_ORDER`` is a number, by which files and the tests in them are shuffled.
"""

from __future__ import annotations

import math
import os
import random
import re
import zlib
from collections.abc import Iterable, Mapping
from typing import Any

import pytest
from hypothesis import settings
from hypothesis.internal.conjecture import providers

from pilar.config.suite import BY_NAME, STORING, is_quick

QUICK = is_quick(os.environ)
THOROUGH = "thorough"
SERVER = "server"
IN_ORDER = "in_order"
SHARE = 10
"""Of the examples of a law the quick selection draws one in so many."""
AT_LEAST = 2
"""So many it draws of every law, if there are as many: one alone would be the simplest that there is."""

ABOUT_QUERIES = re.compile(
    r"_(few|more|as_many|as_few|the_same)_queries|_no_query_a_|_costs_a_query_a_|_queries_do_not_grow|_asks?_as_(often|much)_"
)
"""Tests, by their names, that a page asks the database as often for many rows as for few: they plant many."""
GIVING_UP = re.compile(r"_(locks|locking|races|at_once)\b|::test_(who_would_wait_long|a_held_assessment)")
"""Tests of a lock that is waited for and not given: within libfaketime PostgreSQL's own timers never go off, since it
tells a signal handler the true time."""


def examples(number: int, one_in: int = SHARE) -> int:
    """How many examples of a law hypothesis draws in this run, where all are ``number``."""
    return max(math.ceil(number / one_in), min(number, AT_LEAST)) if QUICK else number


def few(every: Iterable[Any], number: int = 1) -> list[Any]:
    """The cases of a parametrized test that cost much and go through one door: some of them in the quick selection."""
    return [*every][:number] if QUICK else [*every]


def turns(answers: Mapping[str, object], at: str) -> set[str]:
    """Who is asked at an address: everybody, by their names in ``answers``.

    In the quick selection one of those who get the same answer, another one at each address.
    """
    if not QUICK:
        return {*answers}
    alike: dict[object, list[str]] = {}
    for who, answer in answers.items():
        alike.setdefault(answer, []).append(who)
    turn = zlib.crc32(at.encode())
    return {people[turn % len(people)] for people in alike.values()}


# A busy machine is no fault of an example: speed is for ./pilar bench.
settings.register_profile("all", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True, max_examples=examples(100))
settings.load_profile("ci" if QUICK else "all")
if QUICK:
    # Every worker would read the source of all that it has loaded for numbers and words to draw, and draw others than
    # one that has loaded something else.
    providers._get_local_constants = lambda: providers._local_constants


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    _mark(items)
    _leave_out(config, items)
    shuffle(items)


def _mark(items: Iterable[pytest.Item]) -> None:
    """Mark the tests that another PostgreSQL may answer otherwise (see ``config.suite``), and those about queries."""
    for item in items:
        if ABOUT_QUERIES.search(item.name):
            item.add_marker(THOROUGH)
        if item.nodeid.startswith(STORING) and BY_NAME.search(item.nodeid.split("::")[0]):
            item.add_marker(SERVER)


def _leave_out(config: pytest.Config, items: list[pytest.Item]) -> None:
    """What is thorough, in the quick selection; on another day what waits until PostgreSQL gives up."""
    other_day = bool(os.environ.get("PILAR_TEST_NOW"))
    left_out = {
        item
        for item in items
        if (QUICK and item.get_closest_marker(THOROUGH)) or (other_day and GIVING_UP.search(item.nodeid))
    }
    if left_out:
        config.hook.pytest_deselected(items=[*left_out])
        items[:] = [item for item in items if item not in left_out]


def shuffle(items: list[pytest.Item]) -> None:
    """Shuffle files, and tests within each, by the number in ``PILAR_TEST_ORDER``; every worker does it alike."""
    if number := os.environ.get("PILAR_TEST_ORDER"):
        chance = random.Random(number)
        files = sorted({item.path for item in items})
        places = {path: chance.random() for path in files}
        items.sort(key=lambda item: (places[item.path], not item.get_closest_marker(IN_ORDER) and chance.random()))
