"""Late steps of villages, stages they can ask for, and when their cash runs out; for those who oversee them.

The number of queries does not depend on the number of villages.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import connection
from django.db.models import Count, Exists, Min, Q

from pilar.areas.queries import village_names, working_days
from pilar.areas.reference import midnight_in, today_in
from pilar.people.rules import Standing
from pilar.villagefinance import reference
from pilar.villagefinance.models import (
    BankRow,
    BudgetStep,
    BudgetVersion,
    Ceiling,
    Flag,
    PaymentRequest,
    Period,
    ReportStep,
    Withholding,
)
from pilar.villagefinance.models.steps import CHECKED
from pilar.villagefinance.queries.corrections import held_paper, reports_as_they_hold
from pilar.villagefinance.queries.realisation import overseen
from pilar.villagefinance.queries.statements import MATCHED
from pilar.villagefinance.queries.villages import silent
from pilar.villagefinance.rules import oversight
from pilar.villagefinance.rules.auditing import UNANSWERED
from pilar.villagefinance.rules.budgets import INTERIM, BudgetState
from pilar.villagefinance.rules.clocks import due
from pilar.villagefinance.rules.codes import ADVANCE, EXPENDITURE, MONEY, TRANSFER
from pilar.villagefinance.rules.measures import Counted
from pilar.villagefinance.rules.oversight import CashMonth, Late, NextStage, OnRecord, Step, YearFacts
from pilar.villagefinance.rules.reports import ReportAct
from pilar.villagefinance.rules.requests import RequestKind, RequestState
from pilar.villagefinance.rules.stages import FundFacts, plan_for, readiness, received_stages
from pilar.villagefinance.rules.taxes import TaxKind

ZERO = Decimal(0)
Amounts = dict[tuple[str, str], Decimal]
"""By village and fund, in rupiah."""


def late(region: str, year: int, *, scope: Standing, now: datetime, village: str = "") -> tuple[Late, ...]:
    """Read the late steps of the villages whose books ``scope`` reads, or of one village, by village; for the present
    year also those left from the year before, if the village had a budget here. Villages that have recorded nothing yet
    are left out. Raises :class:`NotFound`. Eighteen queries at most."""
    villages, names, today = _heard_of(region, scope, village), village_names(region=region), today_in(region, now)
    steps, before = steps_of(region, villages, year, today), {}
    if year == today.year and (kept := budgeted(region, villages, year - 1)):
        before = steps_of(region, kept, year - 1, today)
    return tuple(
        row for code in villages
        for row in oversight.late(code, names.get(code, code), (*before.get(code, ()), *steps[code]))
    )  # fmt: skip


def budgeted(region: str, villages: Collection[str], year: int) -> frozenset[str]:
    """Return those of the villages that had a budget of a year here, without a check of permission. One query."""
    rows = BudgetVersion.objects.filter(region=region, village__in=villages, year=year)
    return frozenset(rows.values_list("village", flat=True))


def steps_of(region: str, villages: Collection[str], year: int, today: date) -> Mapping[str, tuple[Step, ...]]:
    """Return the steps of a year of each village, without a check of permission. Seven queries."""
    of = {"region": region, "village__in": villages, "year": year}
    enacted = dict(
        BudgetVersion.objects.filter(**of, kind="original", state=BudgetState.ENACTED).values_list(
            "village", "rule_date"
        )
    )
    checks = BudgetStep.objects.filter(**of, act=CHECKED, version__gt=INTERIM).order_by()
    checked = dict(checks.values_list("village").annotate(Min("day")))
    closed = _closed_months(of, region)
    reported = {
        (village, act): today_in(region, at)
        for village, act, at in ReportStep.objects.filter(**of).values_list("village", "act", "at")
    }
    advances: dict[str, list[date]] = defaultdict(list)
    rows = PaymentRequest.objects.filter(**of, kind=RequestKind.ADVANCE, state=RequestState.PAID)
    for village, paid in rows.values_list("village", "paid_on"):
        advances[village].append(paid)
    kinds = reference.tax_rules(region=region, day=today).kinds
    taxes: dict[str, list[tuple[TaxKind, date]]] = defaultdict(list)
    owed = Withholding.objects.filter(**of, ntpn=None).order_by().values_list("village", "tax", "due").distinct()
    for village, tax, last in owed:
        if tax in kinds:
            taxes[village].append((kinds[tax], last))
    clocks, calendar = reference.clock_rules(region=region, day=min(today, date(year, 12, 31))), working_days(region)
    return {
        code: oversight.steps(
            clocks,
            YearFacts(
                enacted.get(code), checked.get(code), closed[code], reported.get((code, ReportAct.SENT)),
                reported.get((code, ReportAct.AGREED)), tuple(advances[code]), tuple(taxes[code]),
            ),
            year=year, today=today, calendar=calendar,
        )
        for code in villages
    }  # fmt: skip


def on_record(region: str, year: int, act: ReportAct, *, scope: Standing) -> tuple[OnRecord, ...]:
    """Read for each village whose books ``scope`` reads whether a report of the year is on record; raises
    :class:`NotFound`. Three queries."""
    villages, names = overseen(region, scope=scope), village_names(region=region)
    rows = reports_as_they_hold().filter(region=region, village__in=villages, year=year, act=act)
    kept = {row.village: (held_paper(row)[0], today_in(region, row.at)) for row in rows}
    return tuple(OnRecord(code, names.get(code, code), *kept.get(code, ())) for code in villages)


def consolidation_due(region: str, year: int, clock: str) -> date:
    """Return the day by which the regency must consolidate a year, or its first semester."""
    rules = reference.clock_rules(region=region, day=date(year, 12, 31))
    return due(rules[clock], date(year, 1, 1), working_days(region)).day


def counted(region: str, last: date) -> Counted:
    """Count the bank movements that were matched, and the flags that were answered, up to a day. Two queries."""
    moved = BankRow.objects.filter(region=region, date__lte=last).aggregate(
        all=Count("number"), unmatched=Count("number", filter=~Exists(MATCHED))
    )
    raised = Flag.objects.filter(region=region, raised_at__lt=midnight_in(region, last + timedelta(days=1))).aggregate(
        all=Count("number"), open=Count("number", filter=Q(state__in=UNANSWERED))
    )
    return Counted(moved["all"], moved["unmatched"], raised["all"], raised["open"])


def next_stages(
    region: str, year: int, *, scope: Standing, now: datetime, fund: str = "", village: str = ""
) -> tuple[NextStage, ...]:
    """Read the next stage of each fund of the villages whose books ``scope`` reads, or of one village, by village;
    raises :class:`NotFound`. Villages that have recorded nothing yet are left out. Nine queries.

    Amounts received tell which stages have come. The report on a stage is computed from the books, so it exists once
    they are closed up to the month before.
    """
    villages = _heard_of(region, scope, village)
    names, today = village_names(region=region), today_in(region, now)
    of = {"region": region, "village__in": villages, "year": year}
    whole = BudgetVersion.objects.filter(**of, state=BudgetState.ENACTED, number__gt=INTERIM)
    enacted = set(whole.values_list("village", flat=True))
    closed = _closed_months(of, region)
    ceilings = {
        (ceiling.village, ceiling.fund): ceiling
        for ceiling in Ceiling.objects.filter(**of).order_by("village", "fund", "-number").distinct("village", "fund")
    }
    spent, received = _moved(of, EXPENDITURE), _moved(of, TRANSFER)
    for key, outside in _settled(of).items():
        received[key] = received.get(key, ZERO) - outside
    advances = _held(of, ADVANCE, today)
    day = min(max(today, date(year, 1, 1)), date(year, 12, 31))
    plans, earmarks = reference.stage_plans(region=region, day=day), _earmarks(region, day)
    made = []
    for (code, of_fund), granted in sorted(ceilings.items()):
        plan, ceiling = plan_for(plans, fund=of_fund, status=granted.status), granted.amount
        if plan is None or fund not in ("", of_fund):
            continue
        key = (code, of_fund)
        got = received_stages(plan, ceiling, received.get(key, ZERO), earmarks)
        reported = set(got) if _closed_before(closed[code], year, today) else set()
        facts = FundFacts(ceiling, code in enacted, got, spent.get(key, ZERO), advances.get(key, ZERO), reported)
        following = oversight.next_of(readiness(plan, facts, year=year, today=today, earmarks=earmarks))
        if following:
            made.append(NextStage(code, names.get(code, code), of_fund, following, plan.origin.is_assumption))
    return tuple(made)


def unheard(region: str, *, scope: Standing) -> int:
    """Count the villages whose books ``scope`` reads and that have recorded nothing yet; raises :class:`NotFound`. Two
    queries."""
    return len(silent(region).intersection(overseen(region, scope=scope)))


def _heard_of(region: str, scope: Standing, village: str) -> list[str]:
    unheard_of = silent(region)
    return [code for code in overseen(region, scope=scope, village=village) if code not in unheard_of]


def forecast(region: str, year: int, *, scope: Standing, now: datetime) -> tuple[CashMonth, ...]:
    """Read the money of the villages whose books ``scope`` reads by fund, and its forecast by their cash plans (RAK) to
    the end of the year; raises :class:`NotFound`. Three queries.

    For the present month, planned amounts count as far as they have not happened.
    """
    villages, today = overseen(region, scope=scope), today_in(region, now)
    of = {"region": region, "village__in": villages, "year": year}
    held: dict[str, Decimal] = defaultdict(lambda: ZERO)
    for (_village, fund), amount in _held(of, MONEY, today).items():
        held[fund] += amount
    rows = _rows(
        """
        SELECT l.fund, c.month, sum(greatest(c.amount - coalesce(p.moved, 0), 0)) FILTER (WHERE NOT o.goes),
            sum(greatest(c.amount - coalesce(p.moved, 0), 0)) FILTER (WHERE o.goes)
        FROM villagefinance_book AS b CROSS JOIN LATERAL (
            SELECT max(v.number) AS number FROM villagefinance_budgetversion AS v
            WHERE (v.region, v.village, v.year, v.state) = (b.region, b.village, %(year)s, 'enacted')
            AND v.in_force_from <= %(today)s
        ) AS v JOIN villagefinance_cashplan AS c
            ON (c.region, c.village, c.year, c.version) = (b.region, b.village, %(year)s, v.number)
        JOIN villagefinance_budgetline AS l ON (l.region, l.village, l.year, l.key)
            = (c.region, c.village, c.year, c.line)
        CROSS JOIN LATERAL (SELECT left(l.account, 1) = '5' OR starts_with(l.account, '6.2.') AS goes) AS o
        LEFT JOIN villagefinance_budgetposition AS p ON (p.region, p.village, p.year, p.line, p.month)
            = (c.region, c.village, c.year, c.line, c.month)
        WHERE b.region = %(region)s AND b.village = ANY(%(villages)s) AND c.month >= %(month)s
            AND NOT starts_with(l.account, '6.1.1.')
        GROUP BY 1, 2
        """,
        _given(of, today=today, month=1 if today.year < year else today.month if today.year == year else 13),
    )
    return oversight.forecast(held, [(fund, month, into or ZERO, out or ZERO) for fund, month, into, out in rows])


def _closed_months(of: Mapping[str, Any], region: str) -> defaultdict[str, dict[int, date]]:
    """Return by village the day on which each month was closed, except reopened months."""
    latest = Period.objects.filter(**of).order_by("village", "month", "-no").distinct("village", "month")
    closed: defaultdict[str, dict[int, date]] = defaultdict(dict)
    for period in latest:
        if period.act != "reopened":
            closed[period.village][period.month] = today_in(region, period.at)
    return closed


def _closed_before(closed: Mapping[int, date], year: int, today: date) -> bool:
    ended = 12 if today.year > year else today.month - 1
    return all(month in closed for month in range(1, ended + 1))


def _earmarks(region: str, day: date) -> Any:
    return reference.budget_rules(region=region, day=day).earmarks


def _moved(of: Mapping[str, Any], head: str) -> Amounts:
    """Return the realisation under a head of the chart."""
    rows = _rows(
        "SELECT p.village, l.fund, sum(p.moved) FROM villagefinance_budgetposition AS p JOIN villagefinance_budgetline"
        " AS l ON (l.region, l.village, l.year, l.key) = (p.region, p.village, p.year, p.line) WHERE p.region ="
        " %(region)s AND p.village = ANY(%(villages)s) AND p.year = %(year)s AND starts_with(l.account, %(head)s)"
        " GROUP BY 1, 2",
        _given(of, head=f"{head}."),
    )
    return {(village, fund): moved for village, fund, moved in rows}


def _settled(of: Mapping[str, Any]) -> Amounts:
    """Return the transfers settled outside the accounts of the villages."""
    rows = _rows(
        "SELECT l.village, l.fund, sum(CASE l.side WHEN 'C' THEN l.amount ELSE -l.amount END)"
        " FROM villagefinance_entry AS e JOIN villagefinance_line AS l ON (l.region, l.village, l.year, l.place) ="
        " (e.region, e.village, e.year, e.place) LEFT JOIN villagefinance_entry AS r ON (r.region, r.village, r.year,"
        " r.place) = (e.region, e.village, e.year, e.reverses) WHERE e.region = %(region)s AND e.village ="
        " ANY(%(villages)s) AND e.year = %(year)s AND coalesce(r.kind, e.kind) = 'settlement'"
        " AND starts_with(l.account, %(head)s) GROUP BY 1, 2",
        _given(of, head=f"{TRANSFER}."),
    )
    return {(village, fund): moved for village, fund, moved in rows}


def _held(of: Mapping[str, Any], head: str, today: date) -> Amounts:
    """Return the amounts held by a day under a head outside the budget."""
    rows = _rows(
        "SELECT village, fund, sum(moved) FROM villagefinance_cashposition WHERE region = %(region)s"
        " AND village = ANY(%(villages)s) AND year = %(year)s AND starts_with(account, %(head)s) AND day <= %(today)s"
        " GROUP BY 1, 2",
        _given(of, head=head, today=today),
    )
    return {(village, fund): moved for village, fund, moved in rows}


def _given(of: Mapping[str, Any], **more: Any) -> dict[str, Any]:
    return {"region": of["region"], "villages": list(of["village__in"]), "year": of["year"], **more}


def _rows(sql: str, given: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, given)
        return cursor.fetchall()
