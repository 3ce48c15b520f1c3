"""Made-up programmes of master plans, from a line of ``data/demonstration/plans.yaml`` to a whole content."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from pilar.areas.queries import OfficeRow
from pilar.config.drawn.campaigns import FASTER
from pilar.evaluation.queries.became import Became
from pilar.evaluation.queries.follow_up import FollowUpRow
from pilar.masterplan.operations import Attendee, Member, Proposed
from pilar.masterplan.queries import programmes as programmes_of
from pilar.masterplan.queries import version as version_of
from pilar.masterplan.reference import framework
from pilar.masterplan.rules.content import (
    Activity,
    Better,
    Budget,
    Content,
    Fund,
    Horizon,
    Judged,
    Monitored,
    Risk,
    Target,
)
from pilar.masterplan.rules.decisions import Outcome
from pilar.masterplan.rules.framework import Named
from pilar.masterplan.rules.quarters import Quarter
from pilar.masterplan.rules.stages import ProposalKind
from pilar.masterplan.rules.statements import Stated, fingerprint
from pilar.people.rules import Standing

SEED = 20261127
MADE_UP = "data contoh untuk peragaan"
MILLION = 1_000_000
SUBDISTRICTS = 29

Offices = Mapping[str, OfficeRow]


@dataclass(frozen=True, slots=True)
class Kind:
    """Common parts of programmes that build the same kind of thing: four activities, and a risk."""

    activities: tuple[str, str, str, str]
    risk: Risk


@dataclass(frozen=True, slots=True)
class Planned:
    """A programme in short. ``indicator``: title, unit, value before, value aimed at; ``money``: million rupiah a year;
    ``measured``: further indicators of the second plan, each with the code of its measure. ``plans``: the only plan in
    which it stands; ``into``: the title of the proposal that it was merged into.

    Of a proposal: ``draft`` and ``withdrawn``, and ``question``, what the secretariat asked back.
    """

    part: str
    office: str
    title: str
    does: str
    need: str
    indicator: tuple[str, str, int, int]
    kind: str
    thing: str
    money: int
    plans: str = ""
    quick_win: bool = False
    measure: str = ""
    measured: tuple[tuple[str, str, int, int, str], ...] = ()
    outcome: Outcome = Outcome.ACCEPTED
    into: str = ""
    draft: bool = False
    withdrawn: bool = False
    question: str = ""


@dataclass(frozen=True, slots=True)
class Years:
    """A plan's years; ``plan`` is its name in the file."""

    plan: str
    first: int
    last: int

    def at(self, place: int, quarter: int) -> Quarter:
        """A quarter of the plan's year number ``place``, from 0; the last quarter of the plan for one beyond."""
        return min(Quarter(self.first + place, quarter), Quarter(self.last, 4))


@dataclass(frozen=True, slots=True)
class Drawn:
    """A programme in short and in full."""

    planned: Planned
    content: Content

    @property
    def is_changed(self) -> bool:
        return self.planned.outcome is Outcome.CHANGED

    @property
    def changed(self) -> Content | None:
        """Return what the meeting made of it, if it accepted it with changes: half the money of the first year."""
        if not self.is_changed:
            return None
        first, *others = self.content.budgets
        return replace(self.content, budgets=(replace(first, amount=first.amount // 2), *others))


@dataclass(frozen=True, slots=True)
class Change:
    """A proposal for the revision, and the office that makes it."""

    office: int
    given: Proposed


@dataclass(frozen=True, slots=True)
class Revision:
    """The changes of the revision, by titles of programmes; ``move``: title to sub-dimension."""

    drop: tuple[str, ...]
    retarget: tuple[str, ...]
    move: Mapping[str, str]
    add: tuple[Planned, ...]
    improve: str = ""
    """The title of the programme that a recommendation on permits changes."""


@dataclass(frozen=True, slots=True)
class Written:
    """A text of all plans, with its mark of readiness in each."""

    text: str
    key: str = ""
    levels: tuple[int, ...] = ()


def nothing_seen() -> str:
    """Return what somebody has seen who writes the first text of a part."""
    return fingerprint(())


def statements(*, texts: Sequence[Written], place: int) -> list[Stated]:
    """The texts of a part in the plan number ``place``."""
    return [Stated(text.text, text.key, text.levels[place] if text.levels else None, MADE_UP) for text in texts]


def attendance(*, chair: str, offices: Offices) -> list[Attendee]:
    """Draw who is at a meeting: its chair and the head of each office; a few have not come."""
    made = [Attendee(chair, "pimpinan rapat", None, present=True, signs=True)]
    for place, (_short, office) in enumerate(sorted(offices.items())):
        made.append(Attendee(f"Kepala {office.name}", "peserta", office.key, present=place % 9 != 8))
    return made


def members(*, fixed: Sequence[Member], pillars: Sequence[Named], heads: int, offices: Offices) -> list[Member]:
    """Seats of a body, held by positions: those named, who answers for each pillar, the heads of some offices."""
    answering = "penanggung jawab pilar"
    return [
        *fixed,
        *(Member(answering, f"Asisten atau kepala dinas pengampu (contoh), pilar {pillar.title.id}", pillar=pillar.code)
          for pillar in pillars),
        *(Member("anggota", f"Kepala {office.name}", office=office.key)
          for _short, office in sorted(offices.items())[:heads]),
    ]  # fmt: skip


def programmes(
    *, rows: Sequence[Planned], years: Years, offices: Offices, kinds: Mapping[str, Kind], risk: Risk
) -> list[Drawn]:
    """The programmes of a plan."""
    wanted = [row for row in rows if row.plans in ("", years.plan)]
    return [Drawn(planned, _content(planned, years, offices, kinds[planned.kind], risk)) for planned in wanted]


def changes(*, by: Standing, version: int, revision: Revision, added: Sequence[Drawn], year: int) -> list[Change]:
    """Return what the offices propose to change in the plan in force from a year on."""
    there = {programme.content.title: programme for programme in programmes_of(version_of(version, scope=by))}
    made = [Change(drawn.content.owner, Proposed(ProposalKind.ADD, drawn.content)) for drawn in added]
    wanted = [(title, _retargeted(there[title].content, year)) for title in revision.retarget]
    wanted += [(title, replace(there[title].content, part=part)) for title, part in revision.move.items()]
    for title, content in wanted:
        made.append(Change(content.owner, Proposed(ProposalKind.CHANGE, content, there[title].key)))
    for title in revision.drop:
        reason = "Sasaran tercapai; kegiatan menjadi tugas rutin (contoh)."
        given = Proposed(ProposalKind.DROP, None, there[title].key, reason)
        made.append(Change(there[title].content.owner, given))
    return made


def recommended(*, rows: Sequence[Became], node: str) -> list[FollowUpRow]:
    """List the one recommendation about an indicator that changes a programme: of those that no proposal came of that
    to be faster, which what is measured answers, otherwise the first."""
    open_ones = [row.follow_up for row in rows if row.follow_up.node == node and not row.changes]
    return sorted(open_ones, key=lambda up: up.recommendation != FASTER)[:1]


def code_of(*, by: Standing, version: int, title: str) -> str:
    """The code of a programme by its title."""
    return next(
        programme.code for programme in programmes_of(version_of(version, scope=by)) if programme.content.title == title
    )


def improved(*, by: Standing, version: int, code: str, measure: str, year: int) -> Content:
    """A programme with one more activity in the first half of a year, after which the target of a measure is reached a
    year earlier than planned."""
    content = next(
        programme.content for programme in programmes_of(version_of(version, scope=by)) if programme.code == code
    )
    activity = Activity(
        max(activity.number for activity in content.activities) + 1,
        "Memangkas tahap dan memberi tenggat kepada tiap tahap",
        Quarter(year, 1), Quarter(year, 2),
    )  # fmt: skip
    targets = tuple(_year_earlier(target, year) if target.measure == measure else target for target in content.targets)
    return replace(content, activities=(*content.activities, activity), targets=targets)


def _year_earlier(target: Target, year: int) -> Target:
    values = target.by_year
    return replace(
        target,
        yearly=tuple((at, value if at < year else values.get(at + 1, value)) for at, value in target.yearly),
    )


def _content(planned: Planned, years: Years, offices: Offices, kind: Kind, risk: Risk) -> Content:
    draw = random.Random(f"{SEED} {years.plan} {planned.title}")  # noqa: S311 - made-up figures, no secret
    horizon = Horizon.SHORT if planned.quick_win else draw.choice(list(Horizon))
    begins = {Horizon.SHORT: 0, Horizon.MIDDLE: 0, Horizon.LONG: 1}[horizon]
    activities = tuple(_activities(planned, years, kind, begins))
    partners = [name for name in sorted(offices) if name != planned.office]
    return Content(
        title=planned.title,
        part=planned.part,
        owner=offices[planned.office].key,
        description=f"{planned.does} ({MADE_UP})",
        need=planned.need,
        horizon=horizon,
        quick_win=planned.quick_win,
        partners=tuple(offices[name].key for name in draw.sample(partners, draw.randint(0, 2))),
        outside_partners=draw.choice(("", "", "Perguruan tinggi setempat (contoh)", "Pengelola kawasan (contoh)")),
        targets=tuple(_targets(planned, years, begins, draw)),
        budgets=tuple(_budgets(planned, years, activities, draw)),
        activities=activities,
        risks=(kind.risk, risk),
        monitored=tuple(_monitored(planned, years, begins)),
        judged=tuple(
            Judged(criterion.code, draw.randint(2, 4), "Penilaian contoh.")
            for criterion in framework().criteria.entries
            if planned.quick_win
        ),
    )


def _activities(planned: Planned, years: Years, kind: Kind, begins: int) -> Iterator[Activity]:
    titles = [title.format(thing=planned.thing) for title in kind.activities]
    soon = 0 if planned.quick_win else 1
    yield Activity(1, titles[0], years.at(begins, 1), years.at(begins, 2 + soon))
    yield Activity(2, titles[1], years.at(begins, 3), years.at(begins + soon, 4))
    yield Activity(3, "Tahap percontohan", years.at(begins, 3), years.at(begins, 4), parent=2)
    if soon:
        yield Activity(4, "Tahap perluasan", years.at(begins + 1, 1), years.at(begins + 1, 4), parent=2)
    yield Activity(5, titles[2], years.at(begins + soon, 2), years.at(begins + 1 + soon, 1))
    yield Activity(6, titles[3], years.at(begins + 1 + soon, 1), years.at(years.last - years.first, 4))


def _targets(planned: Planned, years: Years, begins: int, draw: random.Random) -> Iterator[Target]:
    title, unit, before, aim = planned.indicator
    first = years.first + begins
    # A later plan goes on where the first one is meant to have led.
    base = before if years.plan == "first" else before + (aim - before) // 3
    steps = years.last - first + 1
    yield Target(
        1, title, unit,
        better=Better.UP if aim > before else Better.DOWN,
        base=Decimal(base),
        base_year=years.first - 1,
        source=MADE_UP,
        measure=planned.measure if years.plan == "second" else "",
        yearly=tuple(
            (first + place, Decimal(round(base + (aim - base) * (place + 1) / steps))) for place in range(steps)
        ),
    )  # fmt: skip
    if draw.random() < 0.5:
        reach = draw.randint(12, SUBDISTRICTS)
        yield Target(
            2, "Kecamatan yang terjangkau", "kecamatan", base=Decimal(0), base_year=years.first - 1, source=MADE_UP,
            yearly=tuple((first + place, Decimal(round(reach * (place + 1) / steps))) for place in range(steps)),
        )  # fmt: skip
    if years.plan == "second":
        for number, (title, unit, before, aim, measure) in enumerate(planned.measured, 3):
            yield Target(
                number, title, unit, better=Better.UP if aim > before else Better.DOWN, base=Decimal(before),
                base_year=years.first - 1, source=MADE_UP, measure=measure,
                yearly=tuple(
                    (first + place, Decimal(round(before + (aim - before) * (place + 1) / steps)))
                    for place in range(steps)
                ),
            )  # fmt: skip


def _budgets(planned: Planned, years: Years, activities: Sequence[Activity], draw: random.Random) -> Iterator[Budget]:
    second = draw.choice((Fund.CSR, Fund.APBN, Fund.OTHER, None, None))
    for year in range(activities[0].starts.year, years.last + 1):
        amount = round(planned.money * draw.uniform(0.7, 1.3) * (1.04 ** (year - 2019)))
        if second is not None and year > activities[0].starts.year:
            yield Budget(year, second, Decimal(amount // 5 * MILLION))
            amount -= amount // 5
        yield Budget(year, Fund.APBD, Decimal(amount * MILLION))


def _monitored(planned: Planned, years: Years, begins: int) -> Iterator[Monitored]:
    yield Monitored(1, planned.kind, planned.thing, years.at(begins + (0 if planned.quick_win else 1), 4).year)
    if planned.kind != "literacy":
        yield Monitored(2, "literacy", "Pelatihan pengguna dan petugas", years.at(begins + 2, 4).year)


def _retargeted(content: Content, year: int) -> Content:
    """With targets from ``year`` on lowered or raised by a tenth of what is to be gained."""
    (first, *others) = content.targets
    base = first.base or Decimal(0)
    yearly = tuple(
        (at, value if at < year else Decimal(round(base + (value - base) * Decimal("0.9"))))
        for at, value in first.yearly
    )
    return replace(content, targets=(replace(first, yearly=yearly), *others))
