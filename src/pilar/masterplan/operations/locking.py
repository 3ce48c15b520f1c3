"""Finding what is to be changed: what the actor may not know of is not there, and what is there is locked.

Everything of a version is changed under the lock of its row, so that its state holds until the change is stored.
"""

from __future__ import annotations

from collections.abc import Iterable

from pilar.masterplan.models import Line, Meeting, Plan, Proposal, Version
from pilar.masterplan.queries.scoping import readable_proposals, readable_versions
from pilar.masterplan.rules.authority import Action, Case, holds, require
from pilar.masterplan.rules.stages import VersionState
from pilar.people.rules import NotFound, Standing
from pilar.platform.errors import Fault, Faults


def locked_version(
    by: Standing, key: int, action: Action, *, office: int | None = None, known: bool = False
) -> Version:
    """The version, for who may do ``action`` with it now (for ``office``, if given); ``known``: the actor knows of it
    by something that they read.

    Raises :class:`NotFound` for who may not know of it, :class:`NotAllowed`, :class:`WrongState`. The lock lets foreign
    keys be checked meanwhile.
    """
    row = Version.objects.select_for_update(no_key=True, of=("self",)).select_related("plan").filter(pk=key).first()
    if row is None:
        raise NotFound
    case = Case(row.region_id, office, VersionState(row.state))
    known = known or holds(by, action, case) or Version.objects.filter(readable_versions(by), pk=key).exists()
    require(by, action, case, known=known)
    return row


def locked_proposal(by: Standing, key: int, action: Action) -> Proposal:
    """The proposal, with its version locked; raises as :func:`locked_version`."""
    version = Proposal.objects.filter(readable_proposals(by), pk=key).values_list("version", "office").first()
    if version is None:
        raise NotFound
    locked_version(by, version[0], action, office=version[1], known=True)
    return (
        Proposal.objects.select_for_update(no_key=True, of=("self",))
        .select_related("version__plan", "content", "line", "office")
        .get(pk=key)
    )


def locked_meeting(by: Standing, key: int) -> Meeting:
    """The meeting, with its version locked, for who holds meetings; raises as :func:`locked_version`."""
    found = Meeting.objects.filter(pk=key).values_list("version", "version__region").first()
    if found is None:
        raise NotFound
    known = holds(by, Action.READ_MEETINGS, Case(found[1]))
    if not known and not holds(by, Action.HOLD_MEETINGS, Case(found[1])):
        raise NotFound
    locked_version(by, found[0], Action.HOLD_MEETINGS)
    return Meeting.objects.select_for_update(no_key=True, of=("self",)).select_related("version__plan").get(pk=key)


def locked_line(by: Standing, key: int) -> tuple[Line, Plan]:
    """A programme and its plan, the programme locked; who may do what with it the caller asks."""
    row = Line.objects.select_for_update(no_key=True, of=("self",)).select_related("plan").filter(pk=key).first()
    if row is None:
        raise NotFound
    return row, row.plan


def refuse(faults: Iterable[Fault]) -> None:
    """Raise Faults if there are any."""
    found = tuple(faults)
    if found:
        raise Faults(found)
