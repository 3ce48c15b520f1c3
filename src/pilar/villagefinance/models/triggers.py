"""Rules of the books that the database itself enforces, for every writer; by name in ``sql/``.

Each refusal carries the name of its rule, which ``rules.refusals`` turns into a sentence, and the facts in its detail.
Everything that a village books, promises, closes and enacts waits for the lock on the row of its book.
"""

from __future__ import annotations

from pathlib import Path
from string import Template

import pgtrigger

from pilar.villagefinance.rules.codes import (
    ADVANCE,
    EXPENDITURE,
    FINANCING_OUT,
    MONEY,
    SURPLUS,
    TRANSFER,
    WITHHELD,
)


def _under(head: str) -> str:
    return f"(l.account = '{head}' OR starts_with(l.account, '{head}.'))"


OUT = f"({_under(EXPENDITURE)} OR {_under(FINANCING_OUT)})"
"""SQL condition: the line is on an account of expenditure or outgoing financing."""
BESIDE = f"({_under(MONEY)} OR {_under(ADVANCE)} OR {_under(WITHHELD)})"
HOLDER = "coalesce(l.bank_account::text, nullif(l.tax, ''), l.activity)"
SIGNED = "CASE l.side WHEN 'D' THEN l.amount ELSE -l.amount END"
REALISED = f"CASE WHEN (l.side = 'D') = {OUT} THEN l.amount ELSE -l.amount END"
_NAMES = {
    "YEAR": "(e.region, e.village, e.year) = (NEW.region, NEW.village, NEW.year)",
    "OWN": "(l.region, l.village, l.year, l.place) = (e.region, e.village, e.year, e.place)",
    "SAME": "l.amount, l.account, l.activity, l.fund, l.line, l.bank_account, l.tax",
    "MONEY": MONEY,
    "ADVANCE": ADVANCE,
    "WITHHELD": WITHHELD,
    "SURPLUS": SURPLUS,
    "SPENT": _under(EXPENDITURE),
    "TRANSFER": _under(TRANSFER),
    "OUT": OUT,
    "BESIDE": BESIDE,
    "HOLDER": HOLDER,
    "SIGNED": SIGNED,
    "REALISED": REALISED,
}


def _sql(name: str) -> str:
    text = (Path(__file__).parent / "sql" / f"{name}.sql").read_text(encoding="utf-8")
    return Template(text).substitute(_NAMES)


def by_trigger_alone(
    name: str, operation: pgtrigger.Operation = pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete
) -> pgtrigger.Trigger:
    """Protect rows that only a trigger of another table may write."""
    return pgtrigger.Protect(name=name, operation=operation, condition=pgtrigger.Condition("pg_trigger_depth() = 0"))


def frozen(name: str) -> pgtrigger.Trigger:
    """Refuse to add, change or delete parts of an enacted version of a budget."""
    return pgtrigger.Trigger(
        name=name,
        when=pgtrigger.Before,
        operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
        func=_sql("frozen"),
    )


def balanced(name: str) -> pgtrigger.Trigger:
    """Require that the bank movements and the book lines of a match have the same sum."""
    return pgtrigger.Trigger(
        name=name,
        when=pgtrigger.After,
        operation=pgtrigger.Insert,
        timing=pgtrigger.Deferred,
        func=_sql("match"),
    )


MATCHED = pgtrigger.Trigger(
    name="matched_line_known", when=pgtrigger.Before, operation=pgtrigger.Insert, func=_sql("matched")
)
BOOK = pgtrigger.Trigger(
    name="book_begins",
    when=pgtrigger.Before,
    operation=pgtrigger.Insert,
    func=(
        "NEW.entries := 0; NEW.head := encode(sha256(convert_to(E'pilar-books\\n' || NEW.village, 'UTF8')), 'hex');"
        " RETURN NEW;"
    ),
)
PERIOD = pgtrigger.Trigger(
    name="period_follows",
    when=pgtrigger.Before,
    operation=pgtrigger.Insert,
    declare=[("last", "villagefinance_period")],
    func=_sql("period"),
)
BUDGET_LINE = pgtrigger.Trigger(
    name="budget_line_of_leaves", when=pgtrigger.Before, operation=pgtrigger.Insert, func=_sql("budget_line")
)
CASH_PLAN = pgtrigger.Trigger(
    name="cash_plan_approved_stays",
    when=pgtrigger.Before,
    operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
    declare=[("plan", "villagefinance_cashplan")],
    func=_sql("cash_plan"),
)
APPROVAL = pgtrigger.Trigger(
    name="budget_step_by_two",
    when=pgtrigger.After,
    operation=pgtrigger.Insert,
    condition=pgtrigger.Q(new__act="approved"),
    declare=[("bad", "integer")],
    func=_sql("approval"),
)
ENACTMENT = pgtrigger.Trigger(
    name="budget_enacted_balanced",
    when=pgtrigger.After,
    operation=pgtrigger.Insert | pgtrigger.Update,
    condition=pgtrigger.Q(new__state="enacted"),
    declare=[("told", "record")],
    func=_sql("enactment"),
)
COMMITMENT = pgtrigger.Trigger(
    name="request_within_budget",
    when=pgtrigger.After,
    operation=pgtrigger.Insert | pgtrigger.Update,
    condition=pgtrigger.Q(new__open__gt=0),
    declare=[("asked", "villagefinance_paymentrequest"), ("beyond", "numeric")],
    func=_sql("commitment"),
)
REMITTANCE = pgtrigger.Trigger(
    name="remittance_of_its_entry", when=pgtrigger.Before, operation=pgtrigger.Insert, func=_sql("remittance")
)
RENUMBERED = pgtrigger.Trigger(
    name="remittance_renumbered", when=pgtrigger.Before, operation=pgtrigger.Update, func=_sql("renumbered")
)
REPORT = pgtrigger.Trigger(
    name="report_step_by_two",
    when=pgtrigger.Before,
    operation=pgtrigger.Insert,
    condition=pgtrigger.Q(new__act="perdes"),
    func=_sql("report"),
)
WITHHOLDING = pgtrigger.Trigger(
    name="withholding_remitted",
    when=pgtrigger.After,
    operation=pgtrigger.Insert | pgtrigger.Update,
    condition=pgtrigger.Q(new__ntpn__isnull=False),
    func=_sql("withholding"),
)
ENTRY = pgtrigger.Trigger(
    name="entry_takes_its_place",
    when=pgtrigger.Before,
    operation=pgtrigger.Insert,
    declare=[("book", "villagefinance_book"), ("before", "integer"), ("last", "text")],
    func=_sql("entry"),
)
ENTRY_HAS_LINES = pgtrigger.Trigger(
    name="entry_has_lines",
    when=pgtrigger.After,
    operation=pgtrigger.Insert,
    timing=pgtrigger.Deferred,
    func=(
        "IF NOT EXISTS (SELECT 1 FROM villagefinance_line AS l WHERE (l.region, l.village, l.year, l.place)"
        " = (NEW.region, NEW.village, NEW.year, NEW.place))"
        " THEN PERFORM villagefinance_refuse('entry_without_lines'); END IF; RETURN NULL;"
    ),
)
LINES = pgtrigger.Trigger(
    name="lines_booked",
    level=pgtrigger.Statement,
    when=pgtrigger.After,
    operation=pgtrigger.Insert,
    referencing=pgtrigger.Referencing(new="fresh"),
    declare=[
        ("given", "record"), ("e", "villagefinance_entry"), ("told", "record"), ("bad", "record"),
        ("before", "integer"), ("room", "numeric"),
    ],
    func=_sql("lines"),
)  # fmt: skip
