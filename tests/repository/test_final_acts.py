"""Every operation is either free or has its page "check before you …", and no page goes past it."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import TypeGuard

import pytest

import pilar
from final_acts import ASKED, FINAL, ROOMS, asked, free
from kit.acts import operations_of

SOURCE = Path(pilar.__file__).parent


CONFIRMS = {"confirm", "confirm_letter"}
"""What shows the page "check before you …"; the second lets read what is sent, too."""

DRAFTS = {"release", "drop"}
"""What of ``people.pages.drafts.DraftPages`` shows it, before what is done with a draft of any room."""


@pytest.mark.parametrize("room", ROOMS)
def test_every_operation_stands_on_the_list_once(room: str) -> None:
    exported = operations_of(import_module(f"pilar.{room}.operations"))
    listed = [*FINAL.get(room, ()), *ASKED.get(room, ()), *free(room)]
    assert sorted(listed) == sorted(exported)


def calls(tree: ast.AST, name: str) -> list[ast.Call]:
    return _calls(tree).get(name, [])


@cache
def _calls(tree: ast.AST) -> dict[str, list[ast.Call]]:
    found: defaultdict[str, list[ast.Call]] = defaultdict(list)
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            found[node.func.attr].append(node)
    return found


@cache
def modules(room: str) -> list[ast.Module]:
    """The pages of a room, with the question that several share; an office is closed on a page of ``people``."""
    folders = [room, "people"] if room == "areas" else [room]
    names = "pages.py", "pages/*.py"
    own = [path for folder in folders for name in names for path in (SOURCE / folder).glob(name)]
    return [ast.parse(path.read_text(encoding="utf-8")) for path in (*own, SOURCE / "design/told_systems.py")]


def views(room: str) -> list[ast.FunctionDef]:
    return [node for tree in modules(room) for node in tree.body if isinstance(node, ast.FunctionDef)]


@pytest.mark.parametrize(("room", "operation"), [(room, name) for room in ROOMS for name in sorted(asked(room))])
def test_pages_act_behind_the_check_only(room: str, operation: str) -> None:
    """Each call stands in an ``act`` that is handed to ``confirm``; opening a blocked account again asks nobody."""
    found = 0
    for view in views(room):
        every = [call for call in calls(view, operation) if _is_operation(call)]
        if not every:
            continue
        behind = {call for act in _acts(view) for call in calls(act, operation)}
        past = [call for call in every if call not in behind and not _reopens(call)]
        assert not past, f"{room}.{view.name} calls {operation} without a check"
        found += bool(behind)
    assert found or rows_of(room, operation), f"{operation} has no page that asks before it"


@pytest.mark.parametrize("room", ROOMS)
def test_what_stands_in_a_table_acts_behind_the_check(room: str) -> None:
    """A row ``Step(operations.name, …)`` acts where a function hands it to ``confirm``, and nowhere else."""
    for view in views(room):
        behind = {call for act in _acts(view) for call in calls(act, "operation")}
        assert {*calls(view, "operation")} == behind, f"{room}.{view.name} takes a step without a check"


def rows_of(room: str, operation: str) -> list[ast.Call]:
    """The rows of tables of steps whose operation this is."""
    return [
        node
        for tree in modules(room)
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and getattr(node.func, "id", "") == "Step"
        and isinstance(node.args[0], ast.Attribute)
        and node.args[0].attr == operation
    ]


def _acts(view: ast.FunctionDef) -> Iterator[ast.AST]:
    """What a page hands to ``confirm`` to be done after the tick: a function inside it, or a lambda."""
    inner = {node.name: node for node in ast.walk(view) if isinstance(node, ast.FunctionDef) and node is not view}
    for node in ast.walk(view):
        if _asks(node):
            act = node.args[2]
            yield inner[act.id] if isinstance(act, ast.Name) else act


def _asks(node: ast.AST) -> TypeGuard[ast.Call]:
    return isinstance(node, ast.Call) and (getattr(node.func, "id", "") in CONFIRMS or bool(_of_drafts(node)))


def _of_drafts(call: ast.Call) -> str:
    """The method of ``DraftPages`` that is called, if it is one that asks."""
    of = call.func
    shared = isinstance(of, ast.Attribute) and isinstance(of.value, ast.Name) and of.value.id == "PAGES"
    return of.attr if shared and of.attr in DRAFTS else ""


def _is_operation(call: ast.Call) -> bool:
    assert isinstance(call.func, ast.Attribute)
    return isinstance(call.func.value, ast.Name) and call.func.value.id == "operations"


def _reopens(call: ast.Call) -> bool:
    return any(
        word.arg == "active" and isinstance(word.value, ast.Constant) and word.value.value is True
        for word in call.keywords
    )


@cache
def _functions(room: str) -> defaultdict[str, list[ast.FunctionDef]]:
    named: defaultdict[str, list[ast.FunctionDef]] = defaultdict(list)
    for tree in modules(room):
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef):
                named[node.name].append(node)
    return named


def told(room: str, operation: str) -> list[ast.Call]:
    """Every ``Check(…)`` that is shown before an operation."""
    named = _functions(room)
    found: list[ast.Call] = []
    for view in views(room):
        if not any(_is_operation(call) for call in calls(view, operation)):
            continue
        for call in filter(_asks, ast.walk(view)):
            look = call.args[1]
            if method := _of_drafts(call):
                pages = ast.parse((SOURCE / "people/pages/drafts.py").read_text(encoding="utf-8"))
                found += [
                    check
                    for node in ast.walk(pages)
                    if isinstance(node, ast.FunctionDef) and node.name == method
                    for check in _checks(node)
                ]
            elif isinstance(look, ast.Lambda):
                assert isinstance(look.body, ast.Call)
                found += [check for function in named[_name(look.body)] for check in _checks(function)]
            else:
                local = next(one for one in ast.walk(view) if isinstance(one, ast.FunctionDef) and one.name == "look")
                found += _checks(local) or [
                    check
                    for inner in ast.walk(local)
                    if isinstance(inner, ast.Call) and _name(inner) in named
                    for function in named[_name(inner)]
                    for check in _checks(function)
                ]
    return found


def _name(call: ast.Call) -> str:
    return str(getattr(call.func, "attr", "") or getattr(call.func, "id", ""))


def _checks(function: ast.FunctionDef) -> list[ast.Call]:
    return [
        node for node in ast.walk(function) if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Check"
    ]


@pytest.mark.parametrize(("room", "operation"), [(room, name) for room in ROOMS for name in sorted(asked(room))])
def test_what_is_final_has_its_box_and_nothing_else(room: str, operation: str) -> None:
    checks = told(room, operation) + rows_of(room, operation)
    assert checks, "nothing is told before it"
    for check in checks:
        given = next((word.value for word in check.keywords if word.arg == "final"), None)
        without_a_box = isinstance(given, ast.Constant) and given.value is False
        assert without_a_box == (operation in ASKED.get(room, ()))
