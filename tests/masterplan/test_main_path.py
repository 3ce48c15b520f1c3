"""From a proposal to a report: the main path through the operations."""

from __future__ import annotations

from datetime import date

import pytest

from kit.neighbours import own
from masterplan.world import AFTER_SECOND_QUARTER, DECREED, LATER, NOW, OWN, SECOND_QUARTER, World, content
from pilar.masterplan import operations, queries
from pilar.masterplan.models import Decision, Entry, Report
from pilar.masterplan.operations import Proposed
from pilar.masterplan.rules.comparing import ChangeKind, programme_changes
from pilar.masterplan.rules.decisions import Outcome
from pilar.masterplan.rules.stages import ProposalKind, VersionState
from pilar.people.rules import PUBLIC, NotFound

pytestmark = pytest.mark.django_db


def test_a_proposal_becomes_law_and_is_reported(world: World) -> None:
    line = world.in_force()
    row = queries.version_in_force(OWN, date(2026, 6, 1), scope=PUBLIC)
    assert row is not None
    assert (row.state, row.in_force_since, row.in_force_until) == (VersionState.IN_FORCE, DECREED, date(2030, 12, 31))
    (programme,) = queries.programmes(row)
    assert (programme.code, programme.content) == ("P001", content(world.office))
    assert programme.decision is not None
    assert (programme.decision.outcome, programme.decision.decided_by) == (Outcome.ACCEPTED, "Sekretaris Daerah")
    assert world.report(line) == 1
    assert own(Report).get().body == {"done": {"1": 60, "2": 0}, "readings": {"1": "50"}, "there": []}
    assert world.report(line, seen=1, reason="Salah ketik") == 2


def test_a_draft_is_not_there_for_others(world: World) -> None:
    for name in ("neighbour", "assessor", "contributor"):
        with pytest.raises(NotFound):
            world.row(name)
    with pytest.raises(NotFound):
        queries.version(world.version, scope=PUBLIC)


def test_a_revision_replaces_the_version_in_force(world: World) -> None:
    line = world.in_force()
    by = world.who("coordinator")
    first = world.version
    world.version = operations.start_revision(by=by, version=first, reason="Rekomendasi 2026", now=LATER)
    world.call()
    changed = content(world.office, description="Juga untuk kelurahan.", part="governance_bureaucracy")
    given = Proposed(ProposalKind.CHANGE, changed, line)
    key = operations.propose(
        by=world.who("contributor"), version=world.version, office=world.office, given=given, now=NOW
    )
    operations.submit_proposal(by=world.who("contributor"), proposal=key, now=NOW)
    world.decreed(key)
    operations.bring_into_force(by=by, version=world.version, since=date(2026, 6, 1), now=AFTER_SECOND_QUARTER)
    before, after = world.row(version=first), world.row()
    assert (before.state, before.in_force_until) == (VersionState.REVISED, date(2026, 5, 31))
    assert (after.state, after.base) == (VersionState.IN_FORCE, 1)
    (found,) = programme_changes(*({p.code: p.content for p in queries.programmes(v)} for v in (before, after)))
    assert found.kinds == (ChangeKind.MOVED,)
    assert {one.field for one in found.differences} == {"description", "part"}
    assert own(Entry).get(version=world.version).decision == own(Decision).filter(proposal=key).get()
    assert world.report(line, SECOND_QUARTER) == 1
