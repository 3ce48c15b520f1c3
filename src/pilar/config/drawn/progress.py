"""Made-up quarterly reports of the programmes of a plan."""

from __future__ import annotations

import random
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from uuid import UUID

from pilar.areas.reference import today_in
from pilar.config.drawn.plans import MILLION, SEED
from pilar.masterplan.operations import Past
from pilar.masterplan.queries import VersionRow, first_quarter, programmes, versions
from pilar.masterplan.reference import framework
from pilar.masterplan.rules.content import Content, Target
from pilar.masterplan.rules.progress import expected_quarters, planned_share
from pilar.masterplan.rules.quarters import Quarter, due_on, quarter_of, quarters
from pilar.masterplan.rules.reports import Given
from pilar.people.rules import Standing

EVERY = 8
"""Of so many programmes one has not reported the last quarter."""
CORRECTED = 17
"""Of so many programmes one has corrected its report of the year before the last quarter."""
CORRECTION = "Contoh koreksi: belanja satu kegiatan terhitung dua kali."
IN_TIME, TOO_LATE = 9, 14
"""Days after the end of a quarter, and after the day on which a report is due."""
OBSTACLES = (
    "Pengadaan mundur satu bulan.",
    "Petugas terlatih berpindah tugas.",
    "Data dari perangkat daerah mitra belum lengkap.",
    "Cuaca menunda pekerjaan lapangan.",
)


def reports(
    *,
    by: Standing,
    version: VersionRow,
    name: str,
    behind: int,
    evidence: Collection[UUID],
    improved: str = "",
    now: datetime,
) -> list[Past]:
    """Reports of all quarters of a plan that are over, each by the version that was in force then.

    In a plan that runs, some programmes have not reported the last quarter, among them those of the office ``behind``.
    ``name``: of the plan in its file; ``evidence`` is attached to reports of quick wins. The programme whose title is
    ``improved`` keeps to its plan from the last version on.
    """
    plan = version.plan
    since, over = first_quarter(plan.key), quarter_of(today_in(plan.region, now)).shifted(-1)
    until = min(over, Quarter(plan.last_year, 4))
    past: list[Past] = []
    for place, (line, code, held) in enumerate(_held(version, by)):
        course = Course(code, name)
        for quarter in quarters(since, until) if since else ():
            content = next((content for first, content in held if first <= quarter), None)
            if content is None or quarter not in expected_quarters(content, since=since, until=until):
                continue
            if content.title == improved and len(held) > 1 and content is held[0][1]:
                course.pace = max(course.pace, 1.0)
            if not (quarter == over and (place % EVERY == 0 or content.owner == behind)):
                attached = tuple(evidence) if content.quick_win else ()
                given = course.report(content, quarter)
                told = Past(line, quarter, given, min(_reported_at(quarter, place), now), evidence=attached)
                past += _corrected(told, now) if place % CORRECTED == 3 and quarter == over.shifted(-4) else [told]
    return past


def _held(version: VersionRow, by: Standing) -> Iterator[tuple[int, str, list[tuple[Quarter, Content | None]]]]:
    """The programmes of all versions of a plan: key, code, and by first quarter what each says (None: it is out), the
    latest first."""
    rows = [
        (quarter_of(in_force.in_force_since), {row.key: row for row in programmes(in_force)})
        for in_force in versions(version.plan.region, scope=by)
        if in_force.plan == version.plan and in_force.in_force_since is not None
    ]
    codes = {line: row.code for _since, programme_rows in rows for line, row in programme_rows.items()}
    for line, code in sorted(codes.items(), key=lambda item: item[1]):
        yield (
            line,
            code,
            [
                (since, programme_rows[line].content if line in programme_rows else None)
                for since, programme_rows in rows
            ],
        )


@dataclass
class Course:
    """The course of a programme: its quarters one after the other, the same at every start.

    ``pace`` is the share of what was planned that it gets done; nothing that is done is undone.
    """

    code: str
    plan: str
    pace: float = 1.0
    _done: dict[int, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._draw = random.Random(f"{SEED} {self.plan} {self.code}")  # noqa: S311 - made-up figures, no secret
        self.pace = self._draw.choice((1.05, 1.02, 1.0, 1.0, 0.98, 0.96, 0.9, 0.8, 0.72, 0.55))

    def report(self, content: Content, quarter: Quarter) -> Given:
        """Return what the office reports of a quarter; ask for the quarters in their order."""
        draw = self._draw
        for activity in content.leaves:
            length = activity.ends.place - activity.starts.place + 1
            elapsed = min(max(quarter.place - activity.starts.place + 1, 0), length) / length
            share = min(100, round(100 * elapsed * self.pace * draw.uniform(0.96, 1.04)))
            self._done[activity.number] = max(self._done.get(activity.number, 0), share)
        done = {leaf.number: self._done[leaf.number] for leaf in content.leaves}
        spent = content.budget_of(quarter.year) / 4 * Decimal(repr(round(draw.uniform(0.6, 1.05), 3)))
        behind = planned_share(content, quarter) > 0 and self.pace < 0.85
        return Given(
            done=done,
            readings={
                target.number: self._reading(target, quarter) for target in content.targets if not target.measure
            },
            there=frozenset(
                monitored.number
                for monitored in content.monitored
                if (monitored.year, 4) <= (quarter.year, quarter.number) and self.pace > 0.6
            ),
            spent=Decimal(round(spent / MILLION) * MILLION),
            obstacles=draw.choice(OBSTACLES) if behind else "",
        )

    def _reading(self, target: Target, quarter: Quarter) -> Decimal:
        base = target.base or Decimal(0)
        before = dict(target.yearly).get(quarter.year - 1, base)
        wanted = target.planned_for(quarter.year) or before
        course = before + (wanted - before) * quarter.number / 4
        return Decimal(round(base + (course - base) * Decimal(repr(self.pace * self._draw.uniform(0.94, 1.04)))))


def _corrected(told: Past, now: datetime) -> Sequence[Past]:
    """A report that said too much, and its correction."""
    wrong = replace(told, given=replace(told.given, spent=told.given.spent * 2))
    later = min(told.reported_at + timedelta(days=12), now)
    return [wrong, replace(told, reported_at=later, reason=CORRECTION)]


def _reported_at(quarter: Quarter, place: int) -> datetime:
    """Most report in time, some after the day on which the report is due."""
    if (place + quarter.place) % 11:
        return _morning(quarter.end + timedelta(days=IN_TIME))
    return _morning(due_on(quarter, framework().progress) + timedelta(days=TOO_LATE))


def _morning(day: date) -> datetime:
    """Ten o'clock in Tangerang."""
    return datetime.combine(day, time(3), UTC)
