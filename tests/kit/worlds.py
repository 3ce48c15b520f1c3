"""Worlds that are built once for all the tests in a row that ask for them.

A fixture under ``@once`` builds rows; its arguments are other fixtures under ``@once``, on which it stands::

    @once
    def world() -> World:
        return make_world()

    @once
    def opened(world: World) -> World:
        world.set_phase(PhaseState.OPEN)
        return world

Each is built in a transaction that stays open while the following tests ask for it, and is rolled back before the first
that does not. A test's own transaction lies within, so that whatever it does is undone; of what the builders gave it
gets a copy. Files, settings and patches are not kept: a fixture that needs them takes what was built and adds them.

A test that commits (``transaction=True``, ``transactional_db``) has everything built for itself alone.
"""

from __future__ import annotations

import copy
import functools
import inspect
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection, transaction
from pytest_django import DjangoDbBlocker

Build = Callable[..., Any]
Chain = tuple[tuple[str, Build], ...]

BY_CONTENT = {"pilar.evaluation.queries.instruments._parsed"}
"""What a process remembers by the whole content it was made of, so that it holds for every test."""


def once(build: Build) -> Any:
    """A fixture whose rows are built once for all the tests in a row that ask for it."""
    under = tuple(inspect.signature(build).parameters)

    @functools.wraps(build)
    def built(**named: Any) -> Any:
        request = named["request"]
        if named["kept_worlds"].holds(request.node):
            return named["kept_worlds"].value(build.__name__)
        return build(**{name: named[name] for name in under})

    names = dict.fromkeys((*under, "kept_worlds", "db", "request"))
    built.__signature__ = inspect.Signature(  # type: ignore[attr-defined]
        [inspect.Parameter(name, inspect.Parameter.POSITIONAL_OR_KEYWORD) for name in names]
    )
    built.once = build  # type: ignore[attr-defined]
    return pytest.fixture(built)


@dataclass
class _Level:
    """One builder's rows, in a transaction of their own, and what all builders up to it gave."""

    name: str
    build: Build
    values: dict[str, Any]
    atomic: transaction.Atomic


class Kept:
    """The worlds that stand now, each in the one before."""

    def __init__(self) -> None:
        self.levels: list[_Level] = []
        self._given: dict[str, Any] = {}
        self._item: pytest.Item | None = None
        self._session: object = None
        self._fault: Exception | None = None

    def holds(self, item: pytest.Item) -> bool:
        return self._item is item

    def value(self, name: str) -> Any:
        """What a builder gave, in the copy of this test."""
        if self._fault:
            raise self._fault
        return self._given[name]

    def leave(self, chain: Chain = ()) -> None:
        """Undo what is not the beginning of this chain, and everything if the connection was lost."""
        self._item = None
        lost = self._fault or connection.connection is not self._session or connection.closed_in_transaction
        while self.levels and (
            lost or tuple((one.name, one.build) for one in self.levels) != chain[: len(self.levels)]
        ):
            level = self.levels.pop()
            if connection.in_atomic_block:  # not on a connection made again, on which nothing of it stands
                transaction.set_rollback(True)
                level.atomic.__exit__(None, None, None)

    def stand(self, chain: Chain, item: pytest.Item) -> None:
        """Build what is missing of a chain, and hold it ready for one test."""
        self.leave(chain)
        self._item, self._fault = item, None
        forget()
        try:
            for name, build in chain[len(self.levels) :]:
                self._raise(name, build)
            self._given = copy.deepcopy(self.levels[-1].values)
        except Exception as fault:
            # Here nobody could tell whose it is: the test's fixture says it.
            self._fault = fault

    def _raise(self, name: str, build: Build) -> None:
        values = copy.deepcopy(self.levels[-1].values) if self.levels else {}
        atomic = transaction.atomic()
        # As in Django's own test cases: what insists on a transaction of its own may run inside this one.
        atomic._from_testcase = True  # type: ignore[attr-defined]
        atomic.__enter__()
        self._session = connection.connection
        level = _Level(name, build, values, atomic)
        self.levels.append(level)
        values[name] = build(**{under: values[under] for under in inspect.signature(build).parameters})
        connection.check_constraints()


KEPT = Kept()


@pytest.fixture(scope="session")
def kept_worlds(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Kept]:
    yield KEPT
    with django_db_blocker.unblock():
        KEPT.leave()


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    if KEPT.levels and _asks_the_database(item):
        with item.session.config.stash[_BLOCKER].unblock():
            KEPT.leave(_chain(item))


@pytest.hookimpl(tryfirst=True)
def pytest_fixture_setup(request: pytest.FixtureRequest) -> None:
    """Before the first fixture of a test alone, so before the test's own transaction."""
    item = request.node
    if request.scope != "function" or KEPT.holds(item) or not (chain := _chain(item)):
        return
    blocker = request.getfixturevalue("django_db_blocker")
    request.getfixturevalue("kept_worlds")
    item.session.config.stash[_BLOCKER] = blocker
    with blocker.unblock():
        KEPT.stand(chain, item)


_BLOCKER = pytest.StashKey[DjangoDbBlocker]()
_COMMITS = {"transactional_db", "django_db_reset_sequences", "live_server"}
_ASKS = _COMMITS | {"db", "django_db_setup", "django_db_serialized_rollback"}


def _asks_the_database(item: pytest.Item) -> bool:
    return bool(_ASKS & set(getattr(item, "fixturenames", ())) or item.get_closest_marker("django_db"))


def _chain(item: pytest.Item) -> Chain:
    """The builders of a test, each after those that it stands on; none if the test commits."""
    names = getattr(item, "fixturenames", ())
    marked = item.get_closest_marker("django_db")
    if _COMMITS & set(names) or (marked and (marked.kwargs.get("transaction") or any(marked.args))):
        return ()
    chain: dict[str, Build] = {}

    def add(name: str, *, on_top: str = "") -> None:
        fixture = item._fixtureinfo.name2fixturedefs.get(name, (None,))[-1]  # type: ignore[attr-defined]
        build = getattr(getattr(fixture, "func", None), "once", None)
        if on_top and not build:
            raise pytest.UsageError(f"{on_top} is built once, and cannot stand on {name}, which is not")
        if build and name not in chain:
            for under in inspect.signature(build).parameters:
                add(under, on_top=name)
            chain[name] = build

    for name in names:
        add(name)
    return tuple(chain.items())


def forget() -> None:
    """Forget what is remembered by the key of a row, which comes again with every test: on a site it never does."""
    cache.clear()
    if pages := sys.modules.get("pilar.evaluation.pages.hub"):
        pages.forget()  # a world that stands has the same rows, whatever a test has patched
    if plans := sys.modules.get("pilar.masterplan.pages.public"):
        plans.PAGES.forget()
    if progress := sys.modules.get("pilar.masterplan.queries.progress"):
        progress.forget()
    for one in _remembering(len(sys.modules)):
        one.cache_clear()


@functools.lru_cache(maxsize=1)
def _remembering(_loaded: int) -> list[functools._lru_cache_wrapper[Any]]:
    """The functions of the queries that remember; looked for again when more modules are loaded."""
    modules = [module for name, module in sys.modules.items() if name.startswith("pilar.") and ".queries" in name]
    return [
        one
        for module in modules
        for one in vars(module).values()
        if isinstance(one, functools._lru_cache_wrapper) and f"{one.__module__}.{one.__name__}" not in BY_CONTENT
    ]
