"""Conditions and formulas that staff write: a small part of Python's grammar, read by ``ast``, never evaluated by it.

Numbers are exact (fractions inside, Decimal outside). What is not answered is ``None``: comparing with it is false,
computing with it gives ``None``. Both sides of ``and``, ``or`` and ``if`` are always computed, so one evaluation with
values of the right kinds shows every mixture of kinds.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from math import floor
from typing import Any

from pilar.platform.errors import Fault, Faults
from pilar.platform.language import mark

Value = Fraction | str | bool | None

LONGEST, DEEPEST, MOST_DIGITS = 500, 40, 30
"""Characters of an expression, levels within it, digits of a number."""
FUNCTIONS = ("min", "max", "round", "rupiah")
_OPERATORS: Mapping[type[ast.operator], Callable[[Fraction, Fraction], Fraction | None]] = {
    ast.Add: lambda one, other: one + other,
    ast.Sub: lambda one, other: one - other,
    ast.Mult: lambda one, other: one * other,
    ast.Div: lambda one, other: one / other if other else None,
}
_ORDERS: Mapping[type[ast.cmpop], Callable[[Any, Any], bool]] = {
    ast.Lt: lambda one, other: one < other,
    ast.LtE: lambda one, other: one <= other,
    ast.Gt: lambda one, other: one > other,
    ast.GtE: lambda one, other: one >= other,
}


@dataclass(frozen=True, slots=True)
class Expression:
    """An expression that may be computed: ``names`` are what it asks for, ``compared`` which texts it holds them
    against."""

    text: str
    names: frozenset[str]
    compared: frozenset[tuple[str, str]]
    _tree: ast.expr = field(compare=False, repr=False)

    def value(self, given: Mapping[str, Any]) -> Value:
        """Its value, exactly; raises Faults where kinds are mixed."""
        return _value(self._tree, given, self.text)

    def holds(self, given: Mapping[str, Any]) -> bool:
        """Whether it is true."""
        return self.value(given) is True


@lru_cache(maxsize=4096)
def parse(text: str) -> Expression:
    """Read an expression; raises Faults that name the column."""
    if len(text) > LONGEST:
        raise _refusal("too-long", mark("An expression has at most %(most)s characters"), most=LONGEST)
    if not text.isprintable() or "\\" in text:
        raise _refusal("unreadable", mark("The expression has signs that nobody can read"))
    try:
        tree = ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        column = getattr(error, "offset", 0) or 0
        sentence = mark("The expression cannot be read, see column %(column)s")
        raise _refusal("unreadable", sentence, column=column) from None
    names, compared = set[str](), set[tuple[str, str]]()
    waiting: list[tuple[ast.expr, int]] = [(tree, 1)]
    while waiting:
        node, depth = waiting.pop()
        if depth > DEEPEST:
            raise _refusal("too-deep", mark("An expression is nested at most %(most)s times"), most=DEEPEST)
        if isinstance(node, ast.Name):
            names.add(node.id)
        elif isinstance(node, ast.Compare):
            compared |= _compares(node)
        waiting += [(part, depth + 1) for part in _parts(node, text)]
    return Expression(text, frozenset(names), frozenset(compared), tree)


def literal(value: Any) -> str:
    """A value as an expression writes it, so that ``parse(literal(x)).value({})`` is the same."""
    read = known(value)
    if isinstance(read, Fraction):
        return f"{_decimal(read):f}"
    return repr(read) if isinstance(read, bool | None) else '"' + str(read).replace('"', "'") + '"'


def amount(text: str, given: Mapping[str, Any]) -> Decimal:
    """What a formula gives in whole rupiah, half up; raises Faults where it gives no number from 0 on."""
    found = parse(text).value(given)
    if not isinstance(found, Fraction) or found < 0:
        missing = sorted(name for name in parse(text).names if known(given.get(name)) is None)
        sentence = mark("The formula gives no amount; not answered: %(names)s")
        raise _refusal("no-amount", sentence, names=", ".join(missing) or "-")
    return Decimal(_half_up(found).numerator)


def known(value: Any) -> Value:
    """A value of the answers as expressions know it: whole numbers and decimals are exact, all else is text."""
    if isinstance(value, bool | str | Fraction) or value is None:
        return value
    if isinstance(value, int | Decimal) and Decimal(value).is_finite():
        return Fraction(value)
    return str(value)


def _parts(node: ast.expr, text: str) -> list[ast.expr]:  # noqa: PLR0911 - one answer a kind of node
    """What an allowed node is made of; refuses all others."""
    match node:
        case ast.Name():
            return []
        case ast.Constant(value=bool() | str() | None):
            return []
        case ast.Constant(value=int() | float()) if len(_source(node, text)) <= MOST_DIGITS and _written(node, text):
            return []
        case ast.BoolOp(values=values):
            return values
        case ast.UnaryOp(op=ast.Not() | ast.USub(), operand=one):
            return [one]
        case ast.BinOp(left=left, op=operator, right=right) if type(operator) in _OPERATORS:
            return [left, right]
        case ast.IfExp(test=test, body=body, orelse=other):
            return [test, body, other]
        case ast.Compare(left=left, ops=[ast.In() | ast.NotIn()], comparators=[ast.Tuple(elts=of) | ast.List(elts=of)]):
            return [left, *of]
        case ast.Compare(left=left, ops=ops, comparators=others) if all(
            isinstance(op, ast.Eq | ast.NotEq) or type(op) in _ORDERS for op in ops
        ):
            return [left, *others]
        case ast.Call(func=ast.Name(id=name), args=args, keywords=[]) if name in FUNCTIONS and _fits(name, args):
            return args
        case _:
            said = mark("“%(part)s” in column %(column)s is nothing that a condition or formula may say")
            part = (_source(node, text) or text)[:40]
            raise _refusal("not-allowed", said, part=part, column=node.col_offset + 1)


def _compares(node: ast.Compare) -> set[tuple[str, str]]:
    """Names with the texts beside them."""
    sides = [node.left, *node.comparators]
    sides += [one for side in sides if isinstance(side, ast.Tuple | ast.List) for one in side.elts]
    names = [one.id for one in sides if isinstance(one, ast.Name)]
    texts = [one.value for one in sides if isinstance(one, ast.Constant) and isinstance(one.value, str)]
    return {(name, said) for name in names for said in texts}


def _fits(name: str, args: list[ast.expr]) -> bool:
    if name == "rupiah":
        return len(args) == 1
    if name == "round":
        digits = args[1] if len(args) == 2 else ast.Constant(0)
        return len(args) in (1, 2) and isinstance(digits, ast.Constant) and digits.value in range(7)
    return 2 <= len(args) <= 20


def _source(node: ast.expr, text: str) -> str:
    return ast.get_source_segment(text.strip(), node) or ""


def _written(node: ast.expr, text: str) -> bool:
    return _source(node, text).replace(".", "", 1).isdecimal()


def _value(node: ast.expr, given: Mapping[str, Any], text: str) -> Value:  # noqa: PLR0911 - one answer a node
    match node:
        case ast.Name(id=name):
            return known(given.get(name))
        case ast.Constant(value=bool() | str() | None as value):
            return value
        case ast.Constant():
            return Fraction(_source(node, text))
        case ast.BoolOp(op=operator, values=values):
            held = [_value(one, given, text) is True for one in values]
            return all(held) if isinstance(operator, ast.And) else any(held)
        case ast.UnaryOp(op=ast.Not(), operand=one):
            return _value(one, given, text) is not True
        case ast.UnaryOp(operand=one):
            return _computed(lambda number: -number, [_value(one, given, text)], node, text)
        case ast.BinOp(left=left, op=operator, right=right):
            both = [_value(left, given, text), _value(right, given, text)]
            return _computed(_OPERATORS[type(operator)], both, node, text)
        case ast.IfExp(test=test, body=body, orelse=other):
            held, yes, no = (_value(one, given, text) for one in (test, body, other))
            return yes if held is True else no
        case ast.Compare(left=left, ops=ops, comparators=others):
            return _compared(left, ops, others, given, text)
        case ast.Call(func=ast.Name(id=name), args=args):
            return _computed(_FUNCTIONS[name], [_value(one, given, text) for one in args], node, text)
    raise AssertionError(node)


def _compared(
    left: ast.expr, ops: list[ast.cmpop], others: list[ast.expr], given: Mapping[str, Any], text: str
) -> bool:
    one, held = _value(left, given, text), True
    for op, other in zip(ops, others, strict=True):
        if isinstance(op, ast.In | ast.NotIn):
            assert isinstance(other, ast.Tuple | ast.List)
            among = any(_same(one, _value(each, given, text)) for each in other.elts)
            return among == isinstance(op, ast.In)
        right = _value(other, given, text)
        if isinstance(op, ast.Eq | ast.NotEq):
            held = held and _same(one, right) == isinstance(op, ast.Eq)
        elif one is not None and right is not None and (type(one) is not type(right) or isinstance(one, bool)):
            raise _mixed(left, text)
        else:
            held = held and one is not None and right is not None and _ORDERS[type(op)](one, right)
        one = right
    return held


def _same(one: Value, other: Value) -> bool:
    return type(one) is type(other) and one == other


def _computed(how: Callable[..., Fraction | None], values: list[Value], node: ast.expr, text: str) -> Fraction | None:
    if any(isinstance(one, str | bool) for one in values):
        raise _mixed(node, text)
    return None if None in values else how(*values)


def _half_up(number: Fraction, digits: int = 0) -> Fraction:
    scale = 10**digits
    size = Fraction(floor(abs(number) * scale + Fraction(1, 2)), scale)
    return -size if number < 0 else size


_FUNCTIONS: Mapping[str, Callable[..., Fraction | None]] = {
    "min": min,
    "max": max,
    "round": lambda number, digits=Fraction(0): _half_up(number, int(digits)),
    "rupiah": _half_up,
}


def _decimal(number: Fraction) -> Decimal:
    """A fraction that ends in decimal notation, as every answer and input does."""
    return Decimal(number.numerator) / Decimal(number.denominator)


def _mixed(node: ast.expr, text: str) -> Faults:
    sentence = mark("“%(part)s” computes or orders what are no numbers")
    return _refusal("mixed-kinds", sentence, part=_source(node, text)[:40])


def _refusal(code: str, sentence: str, **fields: Any) -> Faults:
    return Faults([Fault(code, sentence, fields)])


def placed(error: Faults, place: str) -> list[Fault]:
    """The faults of an expression at the place where it stands."""
    return [replace(fault, place=place) for fault in error.faults]
