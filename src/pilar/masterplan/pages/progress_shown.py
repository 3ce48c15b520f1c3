"""Progress in the reader's words: shares in per cent, lights by name, totals by group, charts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

from pilar.design import charts
from pilar.index import round_published
from pilar.masterplan.queries import VersionRow
from pilar.masterplan.queries.progress import PlanProgress, ProgrammeHistory, ProgrammeProgress, progress
from pilar.masterplan.reference import framework
from pilar.masterplan.rules.content import Activity
from pilar.masterplan.rules.framework import ProgressRules
from pilar.masterplan.rules.monitored import GroupCount
from pilar.masterplan.rules.progress import LATE, LIGHT_NAMES, Light, light_of, share_of_activity
from pilar.masterplan.rules.quarters import Quarter, last_due
from pilar.masterplan.rules.summary import Total, YearLine, total, totals, year_lines
from pilar.masterplan.wording import group_name, part_name
from pilar.people.rules import PUBLIC
from pilar.platform.language import N_, translate

GROUPS = {
    "pillar": N_("Pillar"),
    "part": N_("Sub-dimension"),
    "office": N_("Office"),
    "year": N_("Year"),
}
"""The ways of grouping programmes, by the value of the choice."""
MAX_BARS = 18
"""The most bars of a chart next to a table; with more labels it is unreadable."""
MILLION = 1_000_000
TONES: tuple[charts.Tone, ...] = ("positive", "caution", "negative", "neutral")


@dataclass(frozen=True, slots=True)
class LightShown:
    """A light, or the sign of a late report next to it."""

    code: str
    name: str
    tone: str


LATE_CODE = "late"


@dataclass(frozen=True, slots=True)
class Line:
    """A programme in the list; shares in whole per cent, money in rupiah."""

    one: ProgrammeProgress
    light: LightShown
    part: str
    planned: Decimal
    done: Decimal | None
    reached: str


@dataclass(frozen=True, slots=True)
class GroupLine:
    """A pillar, sub-dimension or office with the sums of its programmes; ``budget`` and ``spent`` in million rupiah."""

    name: str
    total: Total
    planned: Decimal | None
    done: Decimal | None
    budget: Decimal | None
    spent: Decimal | None
    lights: tuple[tuple[LightShown, int], ...]


@dataclass(frozen=True, slots=True)
class YearShown:
    line: YearLine
    planned: Decimal | None
    done: Decimal | None


def light_shown(light: Light) -> LightShown:
    name, tone = LIGHT_NAMES[light]
    return LightShown(light.value, translate(name), "" if tone == "neutral" else tone)


def late_shown() -> LightShown:
    return LightShown(LATE_CODE, translate(LATE), LATE_CODE)


def percent(share: Fraction | None) -> Decimal | None:
    """Return whole per cent, rounded once."""
    return None if share is None else round_published(share * 100, 0)


def lines(rows: Iterable[ProgrammeProgress]) -> list[Line]:
    shown = {light: light_shown(light) for light in Light}
    names = {part.code: str(part.title) for part in framework().pillars.parts()}
    lines_shown = []
    for row in rows:
        targeted = [figure for figure in row.figures if figure.wanted is not None]
        reached = f"{sum(figure.reached for figure in targeted)} / {len(targeted)}" if targeted else "–"
        planned = percent(row.standing.planned)
        assert planned is not None
        lines_shown.append(
            Line(
                row,
                shown[row.standing.light],
                names[row.row.content.part],
                planned,
                percent(row.standing.done),
                reached,
            )
        )
    return lines_shown


def whole(rows: Iterable[ProgrammeProgress]) -> GroupLine:
    """Return one line for all of them."""
    return _group("", total(rows))


def groups(rows: Sequence[ProgrammeProgress], by: str) -> list[GroupLine]:
    """Return totals by pillar, sub-dimension or office; pillars and sub-dimensions in the order of the framework."""
    if by == "office":
        made = totals(rows, lambda programme_progress: programme_progress.row.owner_name)
        return [_group(name, made[name]) for name in sorted(made)]
    pillars = framework().pillars
    codes = [named.code for named in (pillars.parts() if by == "part" else pillars.entries)]
    key: Callable[[ProgrammeProgress], str] = (
        (lambda programme_progress: programme_progress.row.content.part)
        if by == "part"
        else (lambda programme_progress: programme_progress.pillar)
    )
    made = totals(rows, key)
    return [_group(part_name(code), made[code]) for code in codes if code in made]


def years(plan_progress: PlanProgress, rows: Sequence[ProgrammeProgress]) -> list[YearShown]:
    plan, quarter = plan_progress.row.plan, plan_progress.quarter
    assert quarter is not None
    made = year_lines(
        [(row.row.content, row.reports) for row in rows],
        range(plan.first_year, plan.last_year + 1),
        quarter,
        last_due(plan_progress.today, plan_progress.rules),
        plan_progress.rules,
        since=plan.reports_since,
    )
    return [YearShown(year_line, percent(year_line.planned), percent(year_line.done)) for year_line in made]


def per_pillar(row: VersionRow, now: datetime) -> dict[str, Any]:
    """Return the progress for the public page of a plan; empty until the first quarter has ended."""
    plan_progress = progress(row, None, scope=PUBLIC, now=now)
    if plan_progress.quarter is None:
        return {}
    return {
        "quarter": plan_progress.quarter,
        "group_lines": groups(plan_progress.programmes, "pillar"),
        "whole": whole(plan_progress.programmes),
        "monitored": monitored_lines(plan_progress),
        "rules": plan_progress.rules,
    }


def monitored_lines(plan_progress: PlanProgress) -> list[tuple[str, GroupCount]]:
    """Return the monitored things by the name of their group."""
    return [(group_name(count.group), count) for count in plan_progress.monitored]


def share_chart(rows: Iterable[tuple[str, Decimal | None, Decimal | None]], label: str) -> charts.Chart | None:
    """Chart planned and done shares side by side, in per cent."""
    values = {name: (planned, done) for name, planned, done in rows}
    if not 0 < len(values) <= MAX_BARS:
        return None
    return charts.comparison(values, columns=(label, translate("Planned, %"), translate("Done, %")), unit="%")


def money_chart(rows: Iterable[tuple[str, Decimal, Decimal | None]], label: str) -> charts.Chart | None:
    """Chart budget and spending side by side, in whole millions of rupiah."""
    values = {name: (_millions(budget), _millions(spent)) for name, budget, spent in rows}
    if not 0 < len(values) <= MAX_BARS or not any(budget or spent for budget, spent in values.values()):
        return None
    columns = (label, translate("Budget, million rupiah"), translate("Spent, million rupiah"))
    return charts.comparison(values, columns=columns)


def road_map(plan_progress: PlanProgress, rows: Iterable[ProgrammeProgress]) -> charts.Chart:
    """Chart a bar for each programme from its first activity to its last, by pillar; the finished part is darker."""
    spans = [
        charts.Span(
            label=f"{row.row.code} {row.row.content.title}",
            group=part_name(row.pillar),
            starts=min(activity.starts for activity in row.row.content.activities).start,
            ends=max(activity.ends for activity in row.row.content.activities).end,
            done=_share(row.standing.done),
            tone=_tone(row.standing.light),
            flagged=bool(row.standing.late),
        )
        for row in rows
        if row.row.content.activities
    ]
    return _gantt(spans, plan_progress.today)


def activity_map(history: ProgrammeHistory, last: Quarter | None) -> charts.Chart:
    """Chart a bar for each activity of a programme, with the light of the newest report at the end of ``last``."""
    content, done = history.row.content, history.done
    titles = {activity.number: activity.title for activity in content.activities}
    spans = [
        charts.Span(
            label=leaf.title,
            group=titles.get(leaf.parent, "") if leaf.parent else "",
            starts=leaf.starts.start,
            ends=leaf.ends.end,
            done=None if done is None else Decimal(done.get(leaf.number, 0)) / 100,
            tone="neutral" if last is None or done is None else _tone(_light(leaf, done, last, history.rules)),
        )
        for leaf in content.leaves
    ]
    return _gantt(spans, history.today)


def _light(activity: Activity, done: Mapping[int, int], last: Quarter, rules: ProgressRules) -> Light:
    return light_of(share_of_activity(activity, last), Fraction(done.get(activity.number, 0), 100), rules)


def _gantt(spans: Sequence[charts.Span], today: date) -> charts.Chart:
    names = {
        "positive": translate("On course"),
        "caution": translate("Behind"),
        "negative": translate("Far behind"),
        "neutral": translate("Not begun or not reported"),
    }
    columns = tuple(
        translate(heading)
        for heading in (N_("Work"), N_("Group"), N_("Begins"), N_("Ends"), N_("Done, %"), N_("Light"))
    )
    return charts.gantt(
        spans,
        today=today,
        today_label=translate("today"),
        tones={tone: names[tone] for tone in TONES},
        flag=translate(LATE),
        columns=columns,  # type: ignore[arg-type]
    )


def _group(name: str, made: Total) -> GroupLine:
    lights = [(light_shown(light), count) for light, count in made.lights.items() if count]
    if made.late:
        lights.append((late_shown(), made.late))
    shares = percent(made.planned_share), percent(made.done_share)
    return GroupLine(name, made, *shares, _millions(made.budget), _millions(made.spent), tuple(lights))


def _tone(light: Light) -> charts.Tone:
    return LIGHT_NAMES[light][1]  # type: ignore[return-value]


def _share(done: Fraction | None) -> Decimal | None:
    return None if done is None else round_published(done, 2)


def _millions(value: Decimal | None) -> Decimal | None:
    return None if value is None else round_published(value / MILLION, 0)
