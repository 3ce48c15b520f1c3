"""Find and lock rows to be changed; a row that the actor may not know of counts as missing.

Everything of a version is changed under the lock of its row, so that its state holds until the change is stored.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Q

from pilar.masterplan.models import Line, Meeting, Plan, Proposal, Version
from pilar.masterplan.queries.scoping import readable_proposals, readable_versions
from pilar.masterplan.rules.authority import AUTHORITY, Action, Case
from pilar.masterplan.rules.stages import VersionState
from pilar.people.operations import held, locked
from pilar.people.queries import within
from pilar.people.rules import Standing, existing
from pilar.platform.errors import Fault, Faults


def locked_plan(by: Standing, key: int, action: Action) -> Plan:
    """Lock and return the plan for a person who may do ``action`` with it; raises as
    :func:`pilar.people.operations.locked`."""
    return locked(
        Plan.objects,
        by=by,
        action=action,
        authority=AUTHORITY,
        case=lambda row: Case(row.region_id),
        readable=within(AUTHORITY.extent(by, Action.READ_PLAN))
        | Q(pk__in=Version.objects.filter(readable_versions(by)).values("plan")),
        pk=key,
    )


def locked_version(
    by: Standing, key: int, action: Action, *, office: int | None = None, readable: Q | None = None
) -> Version:
    """Lock and return the version for a person who may do ``action`` with it now (for ``office``, if given);
    ``readable``: how the actor knows of it, if not as a plan. Raises as :func:`pilar.people.operations.locked`."""
    return locked(
        Version.objects.select_related("plan"),
        by=by,
        action=action,
        authority=AUTHORITY,
        case=lambda row: Case(row.region_id, office, VersionState(row.state)),
        readable=readable_versions(by) if readable is None else readable,
        pk=key,
    )


def locked_proposal(by: Standing, key: int, action: Action) -> Proposal:
    """Return the proposal with its version locked; raises as :func:`locked_version`."""
    row = existing(Proposal.objects.filter(readable_proposals(by), pk=key).values_list("version", "office").first())
    locked_version(by, row[0], action, office=row[1], readable=Q())
    return Proposal.objects.select_related("version__plan", "content", "line", "office").get(pk=key)


def locked_meeting(by: Standing, key: int) -> Meeting:
    """Return the meeting with its version locked, for a person who holds meetings; raises as :func:`locked_version`."""
    version = existing(Meeting.objects.filter(pk=key).values_list("version", flat=True).first())
    reading = within(AUTHORITY.extent(by, Action.READ_MEETINGS))
    locked_version(by, version, Action.HOLD_MEETINGS, readable=reading)
    return Meeting.objects.select_related("version__plan").get(pk=key)


def locked_line(by: Standing, key: int) -> tuple[Line, Plan]:
    """Return a programme and its plan, the programme locked; the caller checks the permission."""
    row = held(Line.objects.select_related("plan"), pk=key)
    return row, row.plan


def refuse(faults: Iterable[Fault]) -> None:
    """Raise Faults if there are any."""
    told = tuple(faults)
    if told:
        raise Faults(told)
