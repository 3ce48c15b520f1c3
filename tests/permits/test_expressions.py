"""Expressions: what they compute, exactly, and what they refuse with a sentence."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pilar.permits.rules.expressions import amount, known, literal, parse
from pilar.platform.errors import Faults

MONEY = st.decimals(min_value=0, max_value=10**9, places=4)


@pytest.mark.parametrize(
    ("text", "answers", "value"),
    [
        ("0.1 + 0.2 == 0.3", {}, True),
        ("1 / 3 * 3", {}, Fraction(1)),
        ("size > 18", {"size": Decimal("18.01")}, True),
        ("15 <= size <= 18", {"size": 18}, True),
        ("size > 18", {}, False),
        ("not size > 18", {}, True),
        ("size * 2", {}, None),
        ("1 / n", {"n": 0}, None),
        ("7 if n == 0 else 1 / n", {"n": 0}, Fraction(7)),
        ("kind == 'new'", {"kind": "new"}, True),
        ("kind in ('new', 'renewal') and not proxy", {"kind": "renewal", "proxy": False}, True),
        ("kind not in ['new']", {"kind": "new"}, False),
        ("proxy", {"proxy": True}, True),
        ("proxy == 1", {"proxy": True}, False),
        ("min(3, 1, 2) + max(n, 5)", {"n": 9}, Fraction(10)),
        ("rupiah(2.5)", {}, Fraction(3)),
        ("rupiah(-2.5)", {}, Fraction(-3)),
        ("round(2.345, 2)", {}, Fraction("2.35")),
        ("until > '2026-01-31'", {"until": "2026-02-01"}, True),
        ("missing == None", {}, True),
    ],
)
def test_what_it_computes(text: str, answers: dict[str, Any], value: object) -> None:
    found = parse(text).value(answers)

    assert (found, type(found)) == (value, type(value))


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("().__class__", "not-allowed"),
        ("kind.upper", "not-allowed"),
        ("__import__('os')", "not-allowed"),
        ("open('x')", "not-allowed"),
        ("min.__call__(1, 2)", "not-allowed"),
        ("(lambda: 1)()", "not-allowed"),
        ("9 ** 9 ** 9", "not-allowed"),
        ("1 << 99", "not-allowed"),
        ("7 % 2", "not-allowed"),
        ("7 // 2", "not-allowed"),
        ("'a' * 9 if 1e400 else 1", "not-allowed"),
        ("1j", "not-allowed"),
        ("1_000", "not-allowed"),
        ("0xff", "not-allowed"),
        ("9" * 31, "not-allowed"),
        ("[one for one in names]", "not-allowed"),
        ("(x := 1)", "not-allowed"),
        ("names[0]", "not-allowed"),
        ("f'{kind}'", "not-allowed"),
        ("b'x'", "not-allowed"),
        ("{1: 2}", "not-allowed"),
        ("kind is None", "not-allowed"),
        ("kind in names", "not-allowed"),
        ("(1, 2)", "not-allowed"),
        ("min(*names)", "not-allowed"),
        ("min(1, key=2)", "not-allowed"),
        ("min(1)", "not-allowed"),
        ("round(1, 9)", "not-allowed"),
        ("...", "not-allowed"),
        ("", "unreadable"),
        ("1 +", "unreadable"),
        ("a; b", "unreadable"),
        ("a = 1", "unreadable"),
        ("1\n+ 1", "unreadable"),
        ("'\\x41'", "unreadable"),
        ("a\0b", "unreadable"),
        ("(" * 240 + "1" + ")" * 240, "unreadable"),
        ("-" * 400 + "1", "too-deep"),
        ("+".join("1" * 60), "too-deep"),
        ("1" + " " * 500, "too-long"),
        ("a" * 10**6, "too-long"),
    ],
)
def test_what_it_refuses(text: str, code: str) -> None:
    with pytest.raises(Faults) as refused:
        parse(text)

    (fault,) = refused.value.faults
    assert fault.code == code
    assert fault.said()


@pytest.mark.parametrize(
    "text", ["kind + 1", "proxy * 2", "kind < 3", "proxy < proxy", "-kind", "1 if proxy else rupiah(kind)"]
)
def test_kinds_are_not_mixed(text: str) -> None:
    with pytest.raises(Faults) as refused:
        parse(text).value({"kind": "new", "proxy": True})

    assert [fault.code for fault in refused.value.faults] == ["mixed-kinds"]


def test_what_it_asks_for_and_compares() -> None:
    found = parse("kind == 'new' and zone in ('A', 'B') and size > 1")

    assert found.names == {"kind", "zone", "size"}
    assert found.compared == {("kind", "new"), ("zone", "A"), ("zone", "B")}


@given(MONEY, MONEY, st.integers(1, 999))
def test_an_amount_is_exact_and_rounded_once_half_up(size: Decimal, rate: Decimal, months: int) -> None:
    found = amount("size * rate * months", {"size": size, "rate": rate, "months": months})

    assert found == (size * rate * months).quantize(Decimal(1), ROUND_HALF_UP)


@pytest.mark.parametrize(("text", "names"), [("size * 2", "size"), ("kind == 'new'", "kind"), ("0 - 1", "-")])
def test_a_formula_without_an_amount(text: str, names: str) -> None:
    with pytest.raises(Faults) as refused:
        amount(text, {})

    assert [(fault.code, fault.fields["names"]) for fault in refused.value.faults] == [("no-amount", names)]


@given(
    st.one_of(MONEY, st.integers(-(10**12), 10**12), st.booleans(), st.none(), st.sampled_from(["A", "Jalan utama"]))
)
def test_a_literal_says_the_same_value(value: Any) -> None:
    found = parse(literal(value)).value({})

    assert (found, type(found)) == (known(value), type(known(value)))


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused_with_a_sentence(text: str) -> None:
    _read_or_refused(text)


WORDS = st.sampled_from(
    ["a", "b", "1", "2.5", "'x'", *"+-*/()<,.[]:", "==", "and", "or", "not", "in", "if", "else", "min", "**", "lambda"]
)


@given(st.lists(WORDS, max_size=14).map(" ".join))
def test_any_words_are_computed_or_refused_with_a_sentence(text: str) -> None:
    _read_or_refused(text)


def _read_or_refused(text: str) -> None:
    said = "read"
    try:
        parse(text).value({"a": Decimal("1.5"), "b": "x"})
    except Faults as error:
        said = error.text()
    assert said
