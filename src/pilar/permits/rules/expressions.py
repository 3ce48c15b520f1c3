"""Conditions and formulas that staff write: a small part of Python's grammar, parsed with ``ast`` and never passed to
``eval``.

Numbers are exact (fractions inside, Decimal outside). An unanswered question is ``None``: comparing with it is false,
computing with it gives ``None``. Both sides of ``and``, ``or`` and ``if`` are always computed, so one evaluation with
values of the right kinds reveals every mix of kinds.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from math import floor
from operator import ge, gt, le, lt
from typing import Any

from pilar.platform.errors import Fault, Faults
from pilar.platform.language import N_

Value = Fraction | str | bool | None
Given = Mapping[str, Any]
Computed = Callable[[Given], Value]

LONGEST, DEEPEST, MAX_DIGITS = 500, 40, 30
"""Characters of an expression, levels within it, digits of a number."""
_OPERATORS: Mapping[type, Callable[[Fraction, Fraction], Fraction | None]] = {
    ast.Add: lambda left, other: left + other,
    ast.Sub: lambda left, other: left - other,
    ast.Mult: lambda left, other: left * other,
    ast.Div: lambda left, other: left / other if other else None,
}
_ORDERS: Mapping[type, Callable[[Any, Any], bool]] = {ast.Lt: lt, ast.LtE: le, ast.Gt: gt, ast.GtE: ge}


def _half_up(number: Fraction, digits: Fraction = Fraction(0)) -> Fraction:
    scale = 10 ** int(digits)
    size = Fraction(floor(abs(number) * scale + Fraction(1, 2)), scale)
    return -size if number < 0 else size


_FUNCTIONS: Mapping[str, tuple[Callable[..., Fraction], range]] = {
    "min": (min, range(2, 21)), "max": (max, range(2, 21)), "round": (_half_up, range(1, 3)),
    "rupiah": (_half_up, range(1, 2)),
}  # fmt: skip
"""The functions, and the number of arguments of each."""


@dataclass(frozen=True, slots=True)
class Expression:
    """An expression that may be computed: ``names`` are the values it needs, ``compared`` the texts it compares them
    with."""

    text: str
    names: frozenset[str]
    compared: frozenset[tuple[str, str]]
    value: Computed = field(compare=False, repr=False)
    """Its exact value for the given names; raises Faults if kinds are mixed."""

    def holds(self, given: Given) -> bool:
        """Return whether it is true."""
        return self.value(given) is True


@lru_cache(maxsize=4096)
def parse(text: str) -> Expression:
    """Read an expression; raises Faults that name the column."""
    if len(text) > LONGEST:
        raise _refusal("too-long", N_("An expression has at most %(most)s characters"), most=LONGEST)
    if not text.isprintable() or "\\" in text:
        raise _refusal("unreadable", N_("The expression has signs that nobody can read"))
    try:
        tree = ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        sentence = N_("The expression cannot be read, see column %(column)s")
        raise _refusal("unreadable", sentence, column=getattr(error, "offset", 0) or 0) from None
    reader = _Reader(text.strip())
    value = reader.read(tree)
    return Expression(text, frozenset(reader.names), frozenset(reader.compared), value)


def literal(value: Any) -> str:
    """A value as an expression writes it, so that ``parse(literal(x)).value({})`` is the same."""
    read = known(value)
    if isinstance(read, Fraction):
        return f"{Decimal(read.numerator) / Decimal(read.denominator):f}"
    return repr(read) if isinstance(read, bool | None) else '"' + str(read).replace('"', "'") + '"'


def amount(text: str, given: Given) -> Decimal:
    """Compute a formula in whole rupiah, rounded half up; raises Faults if the result is not a number from 0 on."""
    value = parse(text).value(given)
    if isinstance(value, Fraction) and value >= 0:
        return Decimal(_half_up(value).numerator)
    missing = sorted(name for name in parse(text).names if known(given.get(name)) is None)
    sentence = N_("The formula gives no amount; not answered: %(names)s")
    raise _refusal("no-amount", sentence, names=", ".join(missing) or "-")


def known(value: Any) -> Value:
    """A value of the answers as expressions know it: whole numbers and decimals are exact, all else is text."""
    if isinstance(value, bool | str | Fraction) or value is None:
        return value
    if isinstance(value, int | Decimal) and Decimal(value).is_finite():
        return Fraction(value)
    return str(value)


def placed(error: Faults, place: str) -> list[Fault]:
    """The faults of an expression at the place where it stands."""
    return [replace(fault, place=place) for fault in error.faults]


class _Reader:
    """Compile each allowed node; refuse all others."""

    def __init__(self, text: str) -> None:
        self.text, self.names, self.compared = text, set[str](), set[tuple[str, str]]()

    def read(self, node: ast.expr, depth: int = 1) -> Computed:  # noqa: PLR0911, PLR0912 - one answer a kind of node
        if depth > DEEPEST:
            raise _refusal("too-deep", N_("An expression is nested at most %(most)s times"), most=DEEPEST)
        match node:
            case ast.Name(id=name):
                self.names.add(name)
                return lambda given: known(given.get(name))
            case ast.Constant(value=bool() | str() | None as value):
                return lambda _given: value
            case ast.Constant(value=int() | float()) if self._is_plain(said := self._said(node)):
                number = Fraction(said)
                return lambda _given: number
            case ast.BoolOp(op=operator, values=values):
                parts, of = (
                    [self.read(value, depth + 1) for value in values],
                    all if isinstance(operator, ast.And) else any,
                )
                return lambda given: of([part(given) is True for part in parts])
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                inner = self.read(operand, depth + 1)
                return lambda given: inner(given) is not True
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                return self._computed(node, lambda number: -number, [operand], depth)
            case ast.BinOp(left=left, op=operator, right=right) if type(operator) in _OPERATORS:
                return self._computed(node, _OPERATORS[type(operator)], [left, right], depth)
            case ast.IfExp(test=test, body=body, orelse=other):
                held, yes, no = (self.read(part, depth + 1) for part in (test, body, other))
                return lambda given: [no(given), yes(given)][held(given) is True]
            case ast.Compare(
                left=left, ops=[ast.In() | ast.NotIn() as op], comparators=[ast.Tuple() | ast.List() as of]
            ):
                self._notice(left, *of.elts)
                operand, among = self.read(left, depth + 1), [self.read(each, depth + 1) for each in of.elts]
                wanted = isinstance(op, ast.In)
                return lambda given: any(_same(operand(given), each(given)) for each in among) is wanted
            case ast.Compare(left=left, ops=ops, comparators=others):
                if all(isinstance(op, ast.Eq | ast.NotEq) or type(op) in _ORDERS for op in ops):
                    return self._compared(node, [left, *others], depth)
            case ast.Call(func=ast.Name(id=name), args=args, keywords=[]) if name in _FUNCTIONS:
                function, count = _FUNCTIONS[name]
                digits = args[1] if name == "round" and len(args) == 2 else ast.Constant(0)
                if len(args) in count and isinstance(digits, ast.Constant) and digits.value in range(7):
                    return self._computed(node, function, args, depth)
            case _:
                pass
        sentence = N_("“%(part)s” in column %(column)s is nothing that a condition or formula may say")
        raise _refusal("not-allowed", sentence, part=self._said(node)[:40], column=node.col_offset + 1)

    def _computed(
        self, node: ast.expr, how: Callable[..., Fraction | None], args: list[ast.expr], depth: int
    ) -> Computed:
        parts = [self.read(argument, depth + 1) for argument in args]

        def value(given: Given) -> Fraction | None:
            values = [part(given) for part in parts]
            if any(isinstance(value, str | bool) for value in values):
                raise self._mixed(node)
            return None if None in values else how(*values)

        return value

    def _compared(self, node: ast.Compare, sides: list[ast.expr], depth: int) -> Computed:
        self._notice(*sides)
        parts = [self.read(side, depth + 1) for side in sides]

        def value(given: Given) -> bool:
            values = [part(given) for part in parts]
            pairs = zip(node.ops, values[:-1], values[1:], strict=True)
            held = [self._holds(node, op, left, other) for op, left, other in pairs]
            return all(held)

        return value

    def _holds(self, node: ast.expr, op: ast.cmpop, left: Value, other: Value) -> bool:
        if isinstance(op, ast.Eq | ast.NotEq):
            return _same(left, other) == isinstance(op, ast.Eq)
        if left is None or other is None:
            return False
        if type(left) is not type(other) or isinstance(left, bool):
            raise self._mixed(node)
        return _ORDERS[type(op)](left, other)

    def _notice(self, *sides: ast.expr) -> None:
        """Collect the texts that each name is compared with."""
        names = [side.id for side in sides if isinstance(side, ast.Name)]
        texts = [side.value for side in sides if isinstance(side, ast.Constant) and isinstance(side.value, str)]
        self.compared |= {(name, said) for name in names for said in texts}

    def _said(self, node: ast.expr) -> str:
        return ast.get_source_segment(self.text, node) or self.text

    def _is_plain(self, said: str) -> bool:
        return len(said) <= MAX_DIGITS and said.replace(".", "", 1).isdecimal()

    def _mixed(self, node: ast.expr) -> Faults:
        sentence = N_("“%(part)s” computes or orders what are no numbers")
        return _refusal("mixed-kinds", sentence, part=self._said(node)[:40])


def _same(left: Value, other: Value) -> bool:
    return type(left) is type(other) and left == other


def _refusal(code: str, sentence: str, **fields: Any) -> Faults:
    return Faults([Fault(code, sentence, fields)])
