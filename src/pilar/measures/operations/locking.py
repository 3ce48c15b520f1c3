"""Finding what is to be changed: what the actor may not know of is not there, and what is there is locked."""

from __future__ import annotations

from pilar.areas.models import Office, Region
from pilar.areas.operations import UnknownOffice
from pilar.areas.rules import UnknownRegion
from pilar.measures.models import Measure, SourceSystem
from pilar.measures.queries import readable
from pilar.measures.queries.rows import is_built_in
from pilar.measures.rules.authority import Action, Case, may, require
from pilar.people.rules import NotFound, Standing
from pilar.platform.errors import Fault
from pilar.platform.language import mark


def locked_measure(by: Standing, region: str, code: str, action: Action) -> Measure:
    """The measure, for who may do ``action`` with it.

    Raises :class:`NotFound` for who may not know of it, :class:`NotAllowed` for who only reads it. The lock lets
    foreign keys be checked meanwhile.
    """
    rows = Measure.objects.select_for_update(no_key=True, of=("self",)).select_related("source")
    row = rows.filter(readable(by), region=region, code=code).order_by().first()
    if row is None:
        raise NotFound
    require(by, action, Case(region, row.office_id, row.source_id, is_built_in(row)), known=True)
    return row


def locked_source(by: Standing, region: str, code: str) -> SourceSystem:
    """The source system, for who manages those of the region; raises :class:`NotFound`, :class:`NotAllowed`."""
    require_region(by, region, Action.MANAGE_SOURCES)
    row = SourceSystem.objects.select_for_update(no_key=True).filter(region=region, code=code).first()
    if row is None:
        raise NotFound
    return row


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
        Fault("unknown-source", mark("There is no such source system in this region, or it is shut off"), {}, "source")
    ]
