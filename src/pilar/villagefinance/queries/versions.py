"""Versions of the budget of a village, with their steps."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Q

from pilar.areas.queries import working_days
from pilar.people.authority import Case
from pilar.people.queries import within
from pilar.people.rules import NotFound, Standing
from pilar.platform.language import N_, translate
from pilar.platform.statements import planned
from pilar.villagefinance import reference
from pilar.villagefinance.models import BudgetVersion
from pilar.villagefinance.models.steps import APPROVED, CHECKED, TOLD, UNCHECKED
from pilar.villagefinance.queries.corrections import held_paper, steps_as_they_hold
from pilar.villagefinance.rules.authority import AUTHORITY, Action, case_of
from pilar.villagefinance.rules.budgets import BUDGET_NAMES, BY_HEAD, KIND_NAMES, OPEN, WRITTEN, BudgetKind, BudgetState
from pilar.villagefinance.rules.clocks import Due, due
from pilar.villagefinance.rules.evaluation import Posts
from pilar.villagefinance.rules.oversight import DRAFT, VERIFY

_EXECUTED = """
SELECT (
    SELECT s.act FROM villagefinance_budgetstep AS s WHERE s.act = ANY(%(acts)s)
    AND (s.region, s.village, s.year, s.version) = (v.region, v.village, v.year, v.number) ORDER BY s.no DESC LIMIT 1
) FROM villagefinance_budgetversion AS v
WHERE (v.region, v.village, v.year) = (%(region)s, %(village)s, %(year)s)
AND v.state = 'enacted' AND v.in_force_from <= %(day)s ORDER BY v.number DESC LIMIT 1
"""
STEP_NAMES = {
    **{state.value: name for state, name in BUDGET_NAMES.items()},
    TOLD: N_("Council told"),
    CHECKED: N_("DPA checked"),
    UNCHECKED: N_("DPA given back"),
    APPROVED: N_("DPA approved"),
}


@dataclass(frozen=True, slots=True)
class StepRow:
    """A step of a version, with its papers as corrected."""

    act: str
    by: str
    at: datetime
    paper: str
    elaboration: str
    day: date | None
    due: date | None
    told: str

    @property
    def name(self) -> str:
        return translate(STEP_NAMES[self.act])


@dataclass(frozen=True, slots=True)
class VersionRow:
    """A version of a budget; ``steps`` in order."""

    village: str
    year: int
    number: int
    kind: BudgetKind
    state: BudgetState
    rule_number: str
    rule_date: date | None
    in_force_from: date | None
    extraordinary: str
    period: int
    posts: Posts
    steps: tuple[StepRow, ...]

    @property
    def region(self) -> str:
        return self.village[:5]

    @property
    def case(self) -> Case:
        return case_of(self.village)

    @property
    def key(self) -> tuple[str, int, int]:
        """The parts of the version's address."""
        return self.village, self.year, self.number

    @property
    def kind_name(self) -> str:
        return translate(KIND_NAMES[self.kind])

    @property
    def state_name(self) -> str:
        return translate(BUDGET_NAMES[self.state])

    @property
    def title(self) -> str:
        return f"{self.kind_name} {self.year}"

    @property
    def is_written(self) -> bool:
        return self.state in WRITTEN

    @property
    def is_open(self) -> bool:
        return self.state in OPEN

    @property
    def by_head(self) -> bool:
        return self.kind in BY_HEAD

    @property
    def enacted(self) -> bool:
        return self.state is BudgetState.ENACTED

    def step(self, *acts: str) -> StepRow | None:
        """Return the last of these steps."""
        return next((step for step in reversed(self.steps) if step.act in acts), None)

    @property
    def checked(self) -> StepRow | None:
        """The step by which the secretary checked its DPA, unless the head has given it back."""
        last = self._executed
        return self.step(CHECKED) if last and last.act != UNCHECKED else None

    @property
    def given_back(self) -> bool:
        """True if the head gave its DPA back and it was not checked again."""
        last = self._executed
        return last is not None and last.act == UNCHECKED

    @property
    def approved(self) -> StepRow | None:
        """The step by which the head approved its DPA and cash plan, unless given back; payments need it."""
        last = self._executed
        return last if last and last.act == APPROVED else None

    @property
    def _executed(self) -> StepRow | None:
        return self.step(CHECKED, UNCHECKED, APPROVED)

    @property
    def retracted(self) -> bool:
        """True if the camat has taken a result back, and not given another."""
        acts = [step.act for step in self.steps]
        return acts[-1:] == [BudgetState.SUBMITTED] and acts[-2:-1] in ([BudgetState.EVALUATED], [BudgetState.RETURNED])

    @property
    def told_council(self) -> StepRow | None:
        """The step by which the council was told of it; a dropped version that is begun again is told again."""
        last = self.step(TOLD, BudgetState.DROPPED)
        return last if last and last.act == TOLD else None


def versions(village: str, *years: int, scope: Standing) -> tuple[VersionRow, ...]:
    """The versions of years, the newest first; raises :class:`NotFound` if the reader may not know of them. Two
    queries."""
    AUTHORITY.require(scope, Action.READ_BOOKS, case_of(village), known=False)
    return _rows(Q(region=village[:5], village=village, year__in=years))


def version(village: str, year: int, number: int, *, scope: Standing) -> VersionRow:
    """Read one version; raises :class:`NotFound`."""
    wanted = next((row for row in versions(village, year, scope=scope) if row.number == number), None)
    if wanted is None:
        raise NotFound
    return wanted


def versions_of(villages: Iterable[str], region: str, year: int) -> dict[str, tuple[VersionRow, ...]]:
    """Read the versions of a year of several villages of a region, without a check of permission. Two queries."""
    version_rows = defaultdict[str, list[VersionRow]](list)
    for row in _rows(Q(region=region, village__in=list(villages), year=year)):
        version_rows[row.village].append(row)
    return {village: tuple(rows) for village, rows in version_rows.items()}


def submitted(region: str, *, scope: Standing) -> tuple[VersionRow, ...]:
    """The versions of all years that wait for an evaluation by ``scope``, by village. Three queries."""
    mine = within(AUTHORITY.extent(scope, Action.EVALUATE), unit="village") & Q(region=region)
    waiting = set(BudgetVersion.objects.filter(mine, state=BudgetState.SUBMITTED).values_list("village", "year"))
    of = Q(
        region=region, village__in={village for village, _year in waiting}, year__in={year for _one, year in waiting}
    )
    return tuple(row for row in _rows(of) if row.state is BudgetState.SUBMITTED)


def in_force(rows: Iterable[VersionRow], day: date) -> VersionRow | None:
    """Return the version in force on a day, among those of a year, newest first."""
    return next((row for row in rows if row.enacted and row.in_force_from and row.in_force_from <= day), None)


def executed(village: str, year: int, day: date) -> tuple[bool, bool]:
    """Return whether a budget of the year is in force on a day, and whether its DPA and cash plan are approved. One
    query."""
    with planned() as cursor:
        cursor.execute(_EXECUTED, {
            "region": village[:5], "village": village, "year": year, "day": day, "acts": [CHECKED, UNCHECKED, APPROVED],
        })  # fmt: skip
        last = cursor.fetchone()
    return last is not None, last is not None and last[0] == APPROVED


def waiting_since(row: VersionRow, today: date) -> Due | None:
    """Return when the next step of a version is due; for an enacted one, the check of its DPA. Deadlines that end in
    deemed approval were computed at submission."""
    clocks = reference.clock_rules(region=row.region, day=today)
    event, rule = date(row.year, 1, 1), ""
    match row.state:
        case _ if row.kind in BY_HEAD:
            return None
        case BudgetState.DRAFT if row.kind is BudgetKind.ORIGINAL:
            rule = "agree_draft"
        case BudgetState.AGREED if agreed := row.step(BudgetState.AGREED):
            rule, event = "send_draft", agreed.day or today
        case BudgetState.SUBMITTED | BudgetState.RETURNED if row.steps and row.steps[-1].due:
            rule = "evaluate" if row.state is BudgetState.SUBMITTED else "correct"
            return Due(clocks[rule], event, row.steps[-1].due)
        case BudgetState.EVALUATED | BudgetState.DEEMED | BudgetState.CORRECTED if row.kind is BudgetKind.ORIGINAL:
            rule = "enact"
        case BudgetState.ENACTED if row.rule_date and not row.checked:
            rule, event = VERIFY, due(clocks[DRAFT], row.rule_date, working_days(row.region)).day
    return due(clocks[rule], event, working_days(row.region)) if rule in clocks else None


def _rows(which: Q) -> tuple[VersionRow, ...]:
    steps = defaultdict[tuple[str, int, int], list[StepRow]](list)
    for step in steps_as_they_hold().filter(which).defer("sheet").order_by("village", "version", "no"):
        paper, day = held_paper(step)
        steps[step.village, step.year, step.version].append(
            StepRow(step.act, step.by, step.at, paper, step.elaboration, day, step.due, step.told)
        )
    rows = BudgetVersion.objects.filter(which).order_by("village", "-year", "-number")
    return tuple(_row(row, steps[row.village, row.year, row.number]) for row in rows)


def _row(row: BudgetVersion, steps: Iterable[StepRow]) -> VersionRow:
    copied: dict[str, Any] = {
        name: getattr(row, name)
        for name in (
            "village", "year", "number", "rule_number", "rule_date", "in_force_from", "extraordinary", "period",
        )
    }  # fmt: skip
    return VersionRow(
        **copied,
        kind=BudgetKind(row.kind),
        state=BudgetState(row.state),
        posts=Posts(row.heads, row.secretaries, row.staff),
        steps=tuple(steps),
    )
