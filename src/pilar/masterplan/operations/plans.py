"""Begin plans and their versions, and write their content except programmes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.db import transaction

from pilar.areas import queries as areas
from pilar.masterplan.models import Entry, Plan, Statement, Version
from pilar.masterplan.operations.locking import locked_version, refuse
from pilar.masterplan.reference import framework
from pilar.masterplan.rules.authority import Action, Case, holds, require
from pilar.masterplan.rules.content import MAX_TEXT, MAX_TITLE
from pilar.masterplan.rules.stages import UNDER_WAY, VersionState, faults_of_period, move
from pilar.masterplan.rules.statements import Stated, StatementPart, faults_of_part, fingerprint
from pilar.people.rules import Standing
from pilar.platform import audit
from pilar.platform.errors import Fault, PilarError
from pilar.platform.language import N_
from pilar.platform.versions import Outdated, Stored

PLAN, VERSION = "masterplan.plan", "masterplan.version"


class PlanUnderWay(PilarError):
    """A version is being drawn up already."""

    code = "plan-under-way"
    status = 409
    sentence = N_("A version of this plan is already being drawn up")


@dataclass(frozen=True, slots=True)
class NewPlan:
    """The input for a new plan; ``source`` and ``synthetic`` as in the table."""

    title: str
    first_year: int
    last_year: int
    source: str = ""
    synthetic: bool = False


@transaction.atomic
def start_plan(*, by: Standing, region: str, given: NewPlan, now: datetime) -> int:
    """Begin a plan of a region with its first version, a draft; return the key of the version.

    Raises Faults at the names of the fields, :class:`UnknownRegion`, :class:`NotAllowed`, :class:`NotFound`; needs
    ``start-plan`` in the region.
    """
    require(by, Action.START_PLAN, Case(region), known=holds(by, Action.READ_PLAN, Case(region)))
    areas.region(region)
    rules = framework()
    faults = faults_of_period(
        given.first_year, given.last_year, shortest=rules.shortest_period, longest=rules.longest_period
    )
    if not given.title.strip() or len(given.title) > MAX_TITLE:
        faults.append(Fault("no-title", N_("A title of 1 to %(most)s characters"), {"most": MAX_TITLE}, "title"))
    if len(given.source) > MAX_TEXT:
        faults.append(Fault("too-long", N_("At most %(most)s characters"), {"most": MAX_TEXT}, "source"))
    if not faults and Plan.objects.filter(region=region, first_year=given.first_year).exists():
        faults.append(Fault("plan-twice", N_("The region already has a plan from this year on"), {}, "first_year"))
    refuse(faults)
    plan = Plan.objects.create(
        region_id=region,
        title=given.title.strip(),
        first_year=given.first_year,
        last_year=given.last_year,
        source=given.source,
        synthetic=given.synthetic,
        created_at=now,
    )
    version = Version.objects.create(plan=plan, region_id=region, number=1, opened_at=now)
    audit.record(
        by=by.actor, action="start", target=PLAN, key=plan.pk, area=region,
        after={"title": plan.title, "first_year": plan.first_year, "last_year": plan.last_year},
    )  # fmt: skip
    return version.pk


@transaction.atomic
def start_revision(*, by: Standing, version: int, reason: str, now: datetime) -> int:
    """Begin the next version of a plan as a copy of the one in force; return its key.

    Raises Faults at ``reason``, :class:`PlanUnderWay`, :class:`NoSuchMove` unless the version is in force; needs
    ``start-plan``.
    """
    base = locked_version(by, version, Action.START_PLAN)
    move(VersionState(base.state), VersionState.REVISED)
    if not reason.strip() or len(reason) > MAX_TEXT:
        refuse([Fault("no-reason", N_("Say why the plan is revised"), {}, "reason")])
    others = Version.objects.filter(plan=base.plan_id)
    if others.filter(state__in=list(UNDER_WAY)).exists():
        raise PlanUnderWay
    row = Version.objects.create(
        plan_id=base.plan_id,
        region_id=base.region_id,
        number=others.latest("number").number + 1,
        base=base,
        reason=reason.strip(),
        opened_at=now,
    )
    Entry.objects.bulk_create(
        Entry(version=row, line_id=entry.line_id, content_id=entry.content_id)
        for entry in Entry.objects.filter(version=base).order_by("line")
    )
    Statement.objects.bulk_create(
        Statement(
            version=row,
            part=statement.part,
            key=statement.key,
            place=statement.place,
            text=statement.text,
            level=statement.level,
            source=statement.source,
            written_by=statement.written_by,
            written_at=statement.written_at,
        )
        for statement in Statement.objects.filter(version=base)
    )
    audit.record(
        by=by.actor, action="revise", target=VERSION, key=row.pk, area=row.region_id,
        after={"base": base.pk, "number": row.number, "reason": row.reason},
    )  # fmt: skip
    return row.pk


@transaction.atomic
def write_part(
    *, by: Standing, version: int, part: StatementPart, given: Sequence[Stated], seen: str, now: datetime
) -> None:
    """Replace all statements of one part; unchanged ones keep their author and decision.

    ``seen``: ``rules.statements.fingerprint`` of the part as it was shown. Raises Faults at the rows (``2.text``),
    :class:`Outdated`; needs ``write-plan``.
    """
    row = locked_version(by, version, Action.WRITE_PLAN)
    there = list(Statement.objects.filter(version=row, part=part))
    if seen != fingerprint(_stated(statement) for statement in there):
        last = max(there, key=lambda statement: statement.written_at, default=None)
        raise Outdated(Stored(1, {"rows": [statement.text for statement in there]}, last.written_by if last else ""))
    refuse(faults_of_part(part, given, framework()))
    former = {_stated(statement): statement for statement in there}
    Statement.objects.filter(version=row, part=part).delete()
    made = []
    for place, stated in enumerate(given):
        clean = replace(stated, text=stated.text.strip(), source=stated.source.strip())
        old = former.get(clean)
        made.append(
            Statement(
                version=row, part=part, key=clean.key, place=place, text=clean.text, level=clean.level,
                source=clean.source, decision_id=old.decision_id if old else None,
                written_by=old.written_by if old else by.actor.name, written_at=old.written_at if old else now,
            )
        )  # fmt: skip
    Statement.objects.bulk_create(made)
    audit.record(
        by=by.actor, action="write", target=VERSION, key=row.pk, area=row.region_id,
        before={part.value: [statement.text for statement in there]},
        after={part.value: [statement.text for statement in made]},
    )  # fmt: skip


def _stated(row: Statement) -> Stated:
    return Stated(row.text, row.key, row.level, row.source)
