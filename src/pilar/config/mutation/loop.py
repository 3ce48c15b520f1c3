"""A pytest plugin, loaded by ``-p``: in place of running the tests of a room, try its mutants on them.

Python, Django, the house and its tests are loaded once, and every mutant is tried in a child of this process. The child
changes the function in place and runs the tests that reach the line; where the change is in what runs when a module is
loaded, it becomes a pytest of its own, which loads the changed text (``planted``).
"""

from __future__ import annotations

import ast
import gc
import inspect
import json
import os
import signal
import sys
import time
import traceback
from collections.abc import Callable, Generator, Iterator, Sequence
from functools import partial
from pathlib import Path
from types import CodeType, FunctionType
from typing import Any

import pytest
from coverage import Coverage, CoverageData
from django.db import connection
from django.db.transaction import Atomic

from pilar.config.mutation.drawing import Placed, drawn, measured
from pilar.config.mutation.mutants import Kind

CORES = len(os.sched_getaffinity(0))
PATIENCE, TIMES, WAITED = 60, 5, 1800
"""A mutant that never ends counts as noticed: after so many seconds of the processor and so many times what its tests
take on the source as it is, or of waiting."""
BROKEN = 70
"""How a child ends that could not try its mutant."""
SHOWN = os.dup(2)
_seconds: dict[str, float] = {}
"""Of the processor, by test."""


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Note how long a test takes, its fixtures with it."""
    begun = time.process_time()
    done = yield
    _seconds[item.nodeid] = time.process_time() - begun
    return done


@pytest.hookimpl(wrapper=True)
def pytest_runtest_setup(item: pytest.Item) -> Generator[None]:
    """Count the lines run by a fixture for the whole file: it may be made once for all its tests."""
    _within(item.nodeid.partition("::")[0])
    yield


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None]:
    """Note what a test runs by itself."""
    _within(item.nodeid)
    yield


def _within(context: str) -> None:
    current = Coverage.current()
    if current is not None:
        current.switch_context(context)


@pytest.hookimpl(tryfirst=True)
def pytest_runtestloop(session: pytest.Session) -> bool:
    """Do what ``PILAR_MUTATE`` asks; the answer is written into the folder that it names."""
    asked = json.loads(os.environ["PILAR_MUTATE"])
    room, folder = asked["room"], Path(asked["folder"])
    parts = [folder / f"coverage-{place}" for place in range(CORES)]
    whole = [partial(_observed, _dealt(session, place), room, data) for place, data in enumerate(parts)]
    if session.testsfailed or any(_forked(whole)):
        return True
    known = CoverageData(no_disk=True)
    for data in parts:
        part = CoverageData(str(data))
        part.read()
        known.update(part)
        _seconds.update(json.loads(Path(f"{data}.seconds").read_text(encoding="utf-8")))
    reached = {path: known.contexts_by_lineno(path) for path in known.measured_files()}
    tried = drawn(room, reached, most=asked["most"], seed=asked["seed"])
    marks = [folder / f"again-{place}" for place in range(len(tried))]
    noticed = _forked([partial(_tried, session, placed, mark) for placed, mark in zip(tried, marks, strict=True)])
    # What fails on the source as it is says nothing about a mutant.
    told_of = [placed for placed, mark, seen in zip(tried, marks, noticed, strict=True) if seen and mark.exists()]
    anew = {(placed.path, placed.tests): placed for placed in told_of}
    failing = _forked([partial(_as_it_is, placed) for placed in anew.values()])
    unsound = {key for key, fails in zip(anew, failing, strict=True) if fails}
    told = [
        (placed.mutant.kind, f"{placed.path}:{placed.mutant.line}", placed.mutant.told, bool(placed.tests), seen)
        for placed, mark, seen in zip(tried, marks, noticed, strict=True)
        if not mark.exists() or (placed.path, placed.tests) not in unsound
    ]
    (folder / "told").write_text(json.dumps(told), encoding="utf-8")
    return True


def _dealt(session: pytest.Session, place: int) -> list[pytest.Item]:
    """The tests of one core: a file stays together, since its tests share what it has set up."""
    files = list(dict.fromkeys(item.path for item in session.items))[place::CORES]
    return [item for item in session.items if item.path in files]


def _forked(tasks: Sequence[Callable[[], bool]]) -> list[bool]:
    """Return what each task answers, in a child of its own; True if the child is killed, as by a recursion without
    end."""
    answers: dict[int, bool] = {}
    running: dict[int, int] = {}
    for place, task in enumerate(tasks):
        if len(running) == CORES:
            _wait(running, answers)
        if not (child := os.fork()):
            _be_child(task)
        running[child] = place
    while running:
        _wait(running, answers)
    return [answers[place] for place in range(len(tasks))]


def _wait(running: dict[int, int], answers: dict[int, bool]) -> None:
    child, status = os.wait()
    if child in running:
        if os.waitstatus_to_exitcode(status) == BROKEN:
            raise RuntimeError("A mutant could not be tried; its traceback stands above")
        answers[running.pop(child)] = status != 0
        os.write(SHOWN, b"." if status else b"s")


def _be_child(task: Callable[[], bool]) -> None:
    try:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        os.dup2(1, 2)
        connection.settings_dict["TEST"]["NAME"] = f"test_{os.getpid()}"
        os._exit(task())
    except BaseException:
        os.write(SHOWN, traceback.format_exc().encode())
        os._exit(BROKEN)


def _observed(items: Sequence[pytest.Item], room: str, data: Path) -> bool:
    """Run tests on the source as it is, and keep which of them ran which line; whether any failed."""
    coverage = Coverage(str(data), include=measured(room), config_file=False)
    coverage.set_option("run:disable_warnings", ["module-not-measured", "no-data-collected"])
    coverage.start()
    failed = _failed(items)
    coverage.stop()
    coverage.save()
    Path(f"{data}.seconds").write_text(json.dumps(_seconds), encoding="utf-8")
    if failed:
        os.dup2(SHOWN, 1)
        items[0].config.pluginmanager.get_plugin("terminalreporter").summary_failures()
    return failed


def _tried(session: pytest.Session, placed: Placed, mark: Path) -> bool:
    """Return whether a test fails on the mutant; a line that no test reaches is never noticed.

    ``mark`` is a file made where the module is loaded again.
    """
    if not placed.tests:
        return False
    signal.setitimer(signal.ITIMER_PROF, _patience(placed))
    signal.alarm(WAITED)
    if placed.mutant.within is None or not _changed_in_place(placed):
        mark.touch()
        return _anew(placed, placed.mutant.changed)
    chosen = set(placed.tests)
    first = [item for item in session.items if item.nodeid in chosen]
    of_files = [item for item in session.items if item.nodeid.partition("::")[0] in chosen]
    return _failed([*first, *(item for item in of_files if item.nodeid not in chosen)])


def _patience(placed: Placed) -> float:
    usual = sum(
        seconds for test, seconds in _seconds.items() if not {test, test.partition("::")[0]}.isdisjoint(placed.tests)
    )
    return PATIENCE + TIMES * usual


def _failed(items: Sequence[pytest.Item]) -> bool:
    """Return whether one of the tests fails; those after it are left out."""
    session = items[0].session
    for item, following in zip(items, [*items[1:], None], strict=True):
        item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
        if session.testsfailed:
            session._setupstate.teardown_exact(None)
            return True
    return False


def _changed_in_place(placed: Placed) -> bool:
    """Give the function its changed code, wherever it is called from; False where there is none to be changed."""
    gc.unfreeze()  # the suite freezes what it has loaded, and what is frozen is not told
    living = [thing for thing in gc.get_objects() if type(thing) is FunctionType]
    gc.freeze()
    functions = [function for function in living if _is(function.__code__, placed)]
    try:
        if placed.mutant.kind is Kind.ATOMIC:
            # What ``atomic`` has put around the function keeps it as ``func``, and from now on only calls it.
            functions = [function for function in living if _wraps(function, functions)]
            code = _called("self", functions).__code__
        else:
            (code,) = _codes(compile(placed.mutant.changed, str(placed.path), "exec"), placed)
        for function in functions:
            function.__code__ = code
    except ValueError:  # it has other variables of the functions around it
        return False
    return bool(functions)


def _wraps(function: FunctionType, wrapped: Sequence[FunctionType]) -> bool:
    cells = inspect.getclosurevars(function).nonlocals if function.__code__.co_freevars == ("func", "self") else {}
    return isinstance(cells.get("self"), Atomic) and cells["func"] in wrapped


def _called(self: object, func: Any) -> Any:
    return lambda *args, **kwds: func(*args, **kwds) if self else None


def _codes(code: CodeType, placed: Placed) -> Iterator[CodeType]:
    for inner in code.co_consts:
        if isinstance(inner, CodeType):
            if _is(inner, placed):
                yield inner
            else:
                yield from _codes(inner, placed)


def _is(code: CodeType, placed: Placed) -> bool:
    name = code.co_name
    return code.co_filename == str(placed.path) and code.co_firstlineno == placed.mutant.within and name[0] != "<"


def _as_it_is(placed: Placed) -> bool:
    """Return whether those tests fail on the source as it is; what they say is shown."""
    os.dup2(SHOWN, 1)
    return _anew(placed, placed.mutant.tree)


def _anew(placed: Placed, tree: ast.Module) -> bool:
    """Become a pytest that loads the module from another text; how that ends is the answer."""
    planted = {"PILAR_PLANTED": f"{placed.path}\n{ast.unparse(tree)}"}
    del os.environ["DATABASE_URL"]  # a server of its own, as this one's would be cleared away
    command = ["-m", "pytest", "-x", "-q", "-p", "pilar.config.mutation.planted", "-m", "not browser", *placed.tests]
    os.execve(sys.executable, [sys.executable, *command], os.environ | planted)  # noqa: S606 - by our own arguments
