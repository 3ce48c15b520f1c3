"""Finding what is to be changed: what the actor may not know of is not there, and what is there is locked."""

from __future__ import annotations

from pilar.areas.models import Office, Region
from pilar.areas.operations import UnknownOffice
from pilar.areas.rules import UnknownRegion
from pilar.measures.models import Measure, SourceSystem
from pilar.measures.queries import readable
from pilar.measures.queries.rows import is_built_in
from pilar.measures.rules.authority import AUTHORITY, Action, Case, may, require
from pilar.people.operations import held, locked
from pilar.people.rules import Standing
from pilar.platform.errors import Fault
from pilar.platform.language import N_


def locked_measure(by: Standing, region: str, code: str, action: Action) -> Measure:
    """The measure, for anyone who may do ``action`` with it; raises as :func:`pilar.people.operations.locked`."""
    return locked(
        Measure.objects.select_related("source"),
        by=by,
        action=action,
        authority=AUTHORITY,
        case=lambda row: Case(region, row.office_id, row.source_id, is_built_in(row)),
        readable=readable(by),
        region=region,
        code=code,
    )


def locked_source(by: Standing, region: str, code: str) -> SourceSystem:
    """The source system, for anyone who manages those of the region; raises :class:`NotFound`, :class:`NotAllowed`."""
    require_region(by, region, Action.MANAGE_SOURCES)
    return held(SourceSystem.objects, region=region, code=code)


def require_region(by: Standing, region: str, action: Action) -> None:
    """Raise unless ``by`` may do ``action`` in the region as a whole and the region is there."""
    require(by, action, Case(region), known=may(by, Action.READ, Case(region)))
    if not Region.objects.filter(code=region, ended_at=None).exists():
        raise UnknownRegion(given=region, nearest="")


def require_office(region: str, office: int) -> None:
    """Raise :class:`UnknownOffice` unless this is an open office of the region."""
    if not Office.objects.filter(pk=office, region=region, closed_at=None).exists():
        raise UnknownOffice


def source_fault(region: str, source: int | None) -> list[Fault]:
    """The fault of a source that is not one of the region's active ones."""
    if source is None or SourceSystem.objects.filter(pk=source, region=region, active=True).exists():
        return []
    return [
        Fault("unknown-source", N_("There is no such source system in this region, or it is shut off"), {}, "source")
    ]
