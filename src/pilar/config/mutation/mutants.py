"""The ways in which a file can be wrong: one mutant a place, each gives the whole text of the changed file.

A kind is what the change breaks: a permission, a lock, an audit record, a filter, a condition, a limit, a number.
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class Kind(StrEnum):
    """The thing that a mutant breaks."""

    PERMISSION = "permission"
    LOCK = "lock"
    AUDIT = "audit"
    ATOMIC = "transaction"
    FILTER = "filter"
    EFFECT = "effect"
    REFUSAL = "refusal"
    CONDITION = "condition"
    COMPARISON = "comparison"
    NUMBER = "number"


Change = Callable[[ast.AST], None]
"""Changes a node of a copy in place."""


@dataclass(frozen=True, slots=True)
class Mutant:
    """A changed file: ``line`` is where the change stands in the text as it was.

    ``within`` is the first line of the outermost function that it changes; None for what runs when a module is loaded.
    """

    kind: Kind
    line: int
    told: str
    within: int | None
    tree: ast.Module = field(repr=False)
    number: int = field(repr=False)
    change: Change = field(repr=False)

    @property
    def changed(self) -> ast.Module:
        """The changed file, each line where it was."""
        changed = copy.deepcopy(self.tree)
        self.change(_places(changed)[self.number])
        return ast.fix_missing_locations(changed)

    @property
    def text(self) -> str:
        return ast.unparse(self.changed) + "\n"


FLIPPED: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is,
}  # fmt: skip
ARITHMETIC: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult, ast.FloorDiv: ast.Mult,
}  # fmt: skip
QUERIES = {"filter", "exclude", "get", "get_or_404", "hold", "held"}
IMPLIED = {"region": "village"}
"""Filters that are implied by another: the code of a village begins with that of its region."""
UNLOCKED = "lambda rows, **wanted: rows.filter(**wanted).first()"
"""What stands for ``locks.hold`` while a call that holds a row is made without the lock."""
EFFECTS = {
    "notify", "settle", "save", "delete", "update", "create", "bulk_create", "later", "once", "remove", "add", "append",
    "tell", "announce",
}  # fmt: skip
RECORDS = {"record", "record_each", "happened"}
PERMISSIONS = {"require", "require_any", "require_server"}


def mutants(source: str) -> list[Mutant]:
    """All mutants of a file, in the order of its lines."""
    tree = ast.parse(source)
    within, unsaid = _functions(tree), _unsaid(tree)
    return sorted(
        (
            Mutant(kind, node.lineno, told, within.get(node), tree, number, change)
            for number, node in enumerate(_places(tree))
            if node not in unsaid
            for kind, told, change in _changes(node)
        ),
        key=lambda mutant: (mutant.line, mutant.number),
    )


def _places(tree: ast.Module) -> list[Any]:
    return [node for node in ast.walk(tree) if hasattr(node, "lineno")]


def _unsaid(tree: ast.Module) -> set[ast.AST]:
    """Nodes that change no answer: how much a cache keeps, and what only the type checker reads."""
    unsaid: set[ast.AST] = set()
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Name(id="lru_cache")) | ast.If(test=ast.Name(id="TYPE_CHECKING"), orelse=[]):
                unsaid.update(ast.walk(node))
    return unsaid


def _functions(tree: ast.Module) -> dict[ast.AST, int]:
    """Functions and what runs when they are called, with the first line of the outermost, its decorators with it."""
    functions: dict[ast.AST, int] = {}
    for function in (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)):
        first = min([function.lineno, *(decorator.lineno for decorator in function.decorator_list)])
        for node in (function, *(node for statement in function.body for node in ast.walk(statement))):
            functions.setdefault(node, first)
    return functions


def _changes(node: ast.AST) -> Iterator[tuple[Kind, str, Change]]:
    match node:
        case ast.Expr(value=ast.Call() as call):
            yield from _statement(call)
        case ast.Raise():
            yield Kind.REFUSAL, f"without: {ast.unparse(node)[:60]}", _emptied
        case ast.If() | ast.IfExp():
            yield Kind.CONDITION, f"not: {ast.unparse(node.test)[:60]}", _negated
        case ast.BoolOp():
            yield Kind.CONDITION, f"and for or: {ast.unparse(node)[:60]}", _swapped
        case ast.Compare(ops=[op, *_]) if type(op) in FLIPPED:
            yield Kind.COMPARISON, f"other comparison: {ast.unparse(node)[:60]}", _flipped
        case ast.BinOp(op=op) if type(op) in ARITHMETIC:
            yield Kind.NUMBER, f"other operator: {ast.unparse(node)[:60]}", _other_operator
        case ast.Constant(value=int(value)) if not isinstance(node.value, bool):
            yield Kind.NUMBER, f"{value + 1} for {value}", _next_number
        case ast.Call():
            yield from _call(node)
        case ast.FunctionDef() if any("atomic" in ast.unparse(decorator) for decorator in node.decorator_list):
            yield Kind.ATOMIC, f"{node.name} without a transaction", _without_atomic


def _call(node: ast.Call) -> Iterator[tuple[Kind, str, Change]]:
    name = _name(node)
    holds = name in {"held", "locked"} or ast.unparse(node.func) == "locks.hold"
    if holds or name.startswith(("held_", "locked_")):
        yield Kind.LOCK, f"without the lock: {ast.unparse(node)[:60]}", _unlocked
    match node:
        case ast.Call(func=ast.Attribute(attr=name) | ast.Name(id=name)) if name in QUERIES and node.keywords:
            given = {keyword.arg for keyword in node.keywords}
            for place, keyword in enumerate(node.keywords):
                if keyword.arg and IMPLIED.get(keyword.arg, "") not in given:
                    yield Kind.FILTER, f"{name} without {keyword.arg}=", _without_keyword(place)
        case ast.Call(func=ast.Attribute(attr="select_for_update")):
            yield Kind.LOCK, "without select_for_update", _without_lock
        case ast.Call(func=ast.Name(id="Allowed"), args=[_, _, *rest]):
            yield Kind.PERMISSION, f"every role: {ast.unparse(node)[:60]}", _for_everybody
            if rest:
                yield Kind.PERMISSION, f"in every state: {ast.unparse(node)[:60]}", _in_every_state


def _statement(call: ast.Call) -> Iterator[tuple[Kind, str, Change]]:
    name = _name(call)
    told = f"without: {ast.unparse(call)[:60]}"
    if name in RECORDS or name.startswith("_record"):
        yield Kind.AUDIT, told, _emptied
    elif name in PERMISSIONS:
        yield Kind.PERMISSION, told, _emptied
    elif name.startswith("lock") or ast.unparse(call.func) in {"locks.take", "locks.hold_shared"}:
        yield Kind.LOCK, told, _emptied
    elif name in EFFECTS or name.startswith(("_require", "refuse", "_tell", "_check")):
        yield Kind.EFFECT, told, _emptied


def _name(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


def _emptied(node: ast.AST) -> None:
    """A statement becomes one that does nothing, in its place."""
    nothing = ast.Expr(ast.Constant(None))
    node.__class__ = ast.Expr  # the parent keeps the object
    node.__dict__.clear()
    node.__dict__.update(nothing.__dict__)


def _negated(node: ast.AST) -> None:
    assert isinstance(node, (ast.If, ast.IfExp))
    node.test = ast.UnaryOp(ast.Not(), node.test)


def _swapped(node: ast.AST) -> None:
    assert isinstance(node, ast.BoolOp)
    node.op = ast.Or() if isinstance(node.op, ast.And) else ast.And()


def _flipped(node: ast.AST) -> None:
    assert isinstance(node, ast.Compare)
    node.ops[0] = FLIPPED[type(node.ops[0])]()


def _other_operator(node: ast.AST) -> None:
    assert isinstance(node, ast.BinOp)
    node.op = ARITHMETIC[type(node.op)]()


def _next_number(node: ast.AST) -> None:
    assert isinstance(node, ast.Constant)
    assert isinstance(node.value, int)
    node.value += 1


def _without_keyword(place: int) -> Change:
    def change(node: ast.AST) -> None:
        assert isinstance(node, ast.Call)
        del node.keywords[place]

    return change


def _without_lock(node: ast.AST) -> None:
    assert isinstance(node, ast.Call)
    assert isinstance(node.func, ast.Attribute)
    node.func.attr, node.args, node.keywords = "all", [], []


def _unlocked(node: ast.AST) -> None:
    assert isinstance(node, ast.Call)
    patched = f'__import__("unittest.mock").mock.patch("pilar.platform.locks.hold", {UNLOCKED})'
    made = ast.parse(f"{patched}(lambda: {ast.unparse(node)})()", mode="eval").body
    assert isinstance(made, ast.Call)
    node.func, node.args, node.keywords = made.func, [], []


def _for_everybody(node: ast.AST) -> None:
    assert isinstance(node, ast.Call)
    node.args[0] = ast.parse("frozenset(Role)", mode="eval").body


def _in_every_state(node: ast.AST) -> None:
    assert isinstance(node, ast.Call)
    del node.args[2:]


def _without_atomic(node: ast.AST) -> None:
    assert isinstance(node, ast.FunctionDef)
    node.decorator_list = [decorator for decorator in node.decorator_list if "atomic" not in ast.unparse(decorator)]
