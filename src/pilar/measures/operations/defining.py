"""Define, revise, hand over and close measures."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction

from pilar.measures import reference
from pilar.measures.models import Definition as StoredDefinition
from pilar.measures.models import Measure, SourceSystem, Value
from pilar.measures.operations.locking import locked_measure, require_office, require_region, source_fault
from pilar.measures.queries.rows import is_built_in, version_of
from pilar.measures.rules.authority import Action
from pilar.measures.rules.definitions import (
    MAX_DELAY,
    Definition,
    faults_of,
    faults_of_beginning,
    faults_of_closing,
    faults_of_code,
    faults_of_revision,
)
from pilar.measures.rules.periods import Period, PeriodKind
from pilar.people.rules import Standing
from pilar.platform import audit
from pilar.platform.errors import Fault, Faults, PilarError
from pilar.platform.language import N_

TARGET = "measures.measure"


class AlreadyClosed(PilarError):
    """A measure ends once."""

    code = "measure-closed"
    status = 409
    sentence = N_("This measure has ended on %(day)s")


@dataclass(frozen=True, slots=True)
class NewMeasure:
    """The facts that a measure is made of. ``office`` and ``source`` are keys; ``starts_on`` is the first day of a
    period."""

    code: str
    kind: PeriodKind
    office: int
    starts_on: date
    due_days: int
    definition: Definition
    source: int | None = None
    public: bool = False
    synthetic: bool = False


@transaction.atomic
def define_measure(*, by: Standing, region: str, given: NewMeasure, now: datetime) -> int:
    """Add a measure to the region of this code; returns its key.

    Raises Faults at the names of the fields, :class:`UnknownOffice`, :class:`UnknownRegion`, :class:`NotAllowed`,
    :class:`NotFound`; needs ``manage-measures`` in the region.
    """
    require_region(by, region, Action.MANAGE_MEASURES)
    require_office(region, given.office)
    _refuse(
        [
            *faults_of_code(given.code),
            *_code_taken(region, given.code),
            *faults_of_beginning(given.kind, given.starts_on, place="starts_on"),
            *_due_faults(given.due_days),
            *source_fault(region, given.source),
            *faults_of(given.definition),
        ]
    )
    row = Measure.objects.create(
        region_id=region,
        code=given.code,
        office_id=given.office,
        source_id=given.source,
        period=given.kind.value,
        starts_on=given.starts_on,
        due_days=given.due_days,
        public=given.public,
        synthetic=given.synthetic,
        created_at=now,
    )
    _write(by, row, 1, given.definition, since=given.starts_on, now=now)
    audit.record(
        by=by.actor,
        action="define",
        target=TARGET,
        key=row.pk,
        area=region,
        after={
            "code": row.code, "period": row.period, "office": row.office_id, "source": row.source_id,
            "starts_on": row.starts_on, "due_days": row.due_days, "public": row.public, "synthetic": row.synthetic,
            **_said(given.definition),
        },
    )  # fmt: skip
    return row.pk


@transaction.atomic
def revise_measure(
    *, by: Standing, region: str, measure: str, definition: Definition, since: date, now: datetime
) -> int:
    """Give a measure a new definition for periods from ``since`` on, which closes the old one; returns its number.

    Raises Faults, among them one at ``since`` if values are reported for periods that it would cover;
    :class:`AlreadyClosed`, :class:`NotAllowed`, :class:`NotFound`; needs ``manage-measures``.
    """
    row = locked_measure(by, region, measure, Action.MANAGE_MEASURES)
    if row.ends_on is not None:
        raise AlreadyClosed(day=row.ends_on.isoformat())
    holding = row.definitions.get(until=None)
    kind = PeriodKind(row.period)
    _refuse([*faults_of_revision(kind, version_of(holding), since=since, latest=latest(row)), *faults_of(definition)])
    holding.until = since
    holding.save(update_fields=["until"])
    _write(by, row, holding.number + 1, definition, since=since, now=now)
    audit.record(
        by=by.actor,
        action="revise",
        target=TARGET,
        key=row.pk,
        area=region,
        before={"number": holding.number, **_said(version_of(holding).definition)},
        after={"number": holding.number + 1, "since": since, **_said(definition)},
    )
    return int(holding.number) + 1


@transaction.atomic
def assign_measure(
    *,
    by: Standing,
    region: str,
    measure: str,
    office: int,
    source: int | None,
    due_days: int,
    public: bool,
    standards: Collection[str] | None = None,
) -> None:
    """Say which office answers for a measure, which source reports it, when values are due, who reads it, and which
    indicators of standards it is; None leaves these as they are.

    Raises Faults, :class:`UnknownOffice`, :class:`NotAllowed`, :class:`NotFound`; needs ``manage-measures``.
    """
    row = locked_measure(by, region, measure, Action.MANAGE_MEASURES)
    if office != row.office_id:
        require_office(region, office)
    marked = row.standards if standards is None else sorted(set(standards))
    _refuse([*_due_faults(due_days), *_other_source_faults(row, source), *_standard_faults(marked)])
    given = {
        "office_id": office, "source_id": source, "due_days": due_days, "public": public, "standards": marked,
    }  # fmt: skip
    before = {name: getattr(row, name) for name in given if getattr(row, name) != given[name]}
    if not before:
        return
    for name in before:
        setattr(row, name, given[name])
    row.save(update_fields=[*before])
    audit.record(by, "assign", TARGET, row.pk, area=region, before=before, after={name: given[name] for name in before})


@transaction.atomic
def close_measure(*, by: Standing, region: str, measure: str, ends_on: date) -> None:
    """End a measure with the last day of a period: nothing later is expected or taken.

    Raises Faults at ``ends_on``, :class:`AlreadyClosed`, :class:`NotAllowed`, :class:`NotFound`; needs
    ``manage-measures``.
    """
    row = locked_measure(by, region, measure, Action.MANAGE_MEASURES)
    if row.ends_on is not None:
        raise AlreadyClosed(day=row.ends_on.isoformat())
    _refuse(faults_of_closing(PeriodKind(row.period), row.starts_on, ends_on=ends_on, latest=latest(row)))
    row.ends_on = ends_on
    row.save(update_fields=["ends_on"])
    audit.record(by, "close", TARGET, row.pk, area=region, after={"ends_on": ends_on})


def _standard_faults(marked: Collection[str]) -> Iterable[Fault]:
    for key in sorted(set(marked) - reference.standards().keys()):
        yield Fault("unknown-standard", N_("There is no indicator %(given)s"), {"given": key[:100]}, "standards")


def latest(row: Measure) -> Period | None:
    """The newest period with a value."""
    start = Value.objects.filter(measure=row).order_by("-starts_on").values_list("starts_on", flat=True).first()
    return None if start is None else Period(PeriodKind(row.period), start)


def _write(by: Standing, row: Measure, number: int, given: Definition, *, since: date, now: datetime) -> None:
    StoredDefinition.objects.create(
        measure=row, number=number, since=since, written_by=by.actor.name, written_at=now, **_said(given)
    )


def _said(given: Definition) -> dict[str, Any]:
    return {
        "title_id": given.title.id.strip(), "title_en": given.title.en.strip(),
        "text_id": given.text.id.strip(), "text_en": given.text.en.strip(),
        "unit_id": given.unit.id.strip(), "unit_en": given.unit.en.strip(),
        "direction": given.direction.value, "aggregation": given.aggregation.value,
        "decimals": given.decimals, "lowest": given.lowest, "highest": given.highest,
    }  # fmt: skip


def _code_taken(region: str, code: str) -> list[Fault]:
    if Measure.objects.filter(region=region, code=code).exists():
        return [Fault("code-taken", N_("There is already a measure of this code in the region"), {}, "code")]
    return []


def _other_source_faults(row: Measure, source: int | None) -> list[Fault]:
    """Return why a measure cannot go over to a source; what a part of Pilar measures stays with it."""
    if source == row.source_id:
        return []
    if is_built_in(row) or SourceSystem.objects.filter(pk=source, built_in=True).exists():
        return [Fault("built-in-source", N_("What Pilar measures itself has no other source"), {}, "source")]
    return source_fault(row.region_id, source)


def _due_faults(days: int) -> list[Fault]:
    if 0 <= days <= MAX_DELAY:
        return []
    return [Fault("due-days", N_("Between 0 and %(most)s days"), {"most": MAX_DELAY}, "due_days")]


def _refuse(faults: Iterable[Fault]) -> None:
    told = tuple(faults)
    if told:
        raise Faults(told)
