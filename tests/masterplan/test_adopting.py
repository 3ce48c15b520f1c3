"""What the meeting decides is what becomes of the plan."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from kit.neighbours import own
from masterplan.reporting import in_force
from masterplan.world import LATER, NOW, World, content
from pilar.masterplan import operations, queries
from pilar.masterplan.models import Statement
from pilar.masterplan.operations import Proposed
from pilar.masterplan.rules.decisions import Outcome
from pilar.masterplan.rules.proposals import NotEditable
from pilar.masterplan.rules.stages import ProposalKind, VersionState
from pilar.masterplan.rules.statements import Stated, StatementPart, fingerprint
from pilar.platform.errors import Faults

pytestmark = pytest.mark.django_db


def refused(change: Callable[[], object]) -> list[tuple[str, str]]:
    with pytest.raises(Faults) as caught:
        change()
    return [(one.code, one.place) for one in caught.value.faults]


def write(world: World, text: str, seen: str) -> None:
    operations.write_part(
        by=world.who("coordinator"), version=world.version, part=StatementPart.VISION, given=[Stated(text)], seen=seen,
        now=NOW,
    )  # fmt: skip


def test_each_outcome_does_what_it_says(world: World) -> None:
    world.call()
    accepted, changed = world.submitted("Surat desa"), world.submitted("Wisata pantai", part="branding_tourism")
    merged, deferred = world.submitted("Surat kelurahan", by="colleague"), world.submitted("Bank sampah")
    refused_one = world.submitted("Patung")
    meeting = world.meeting()
    world.decide(meeting, accepted)
    world.decide(
        meeting, changed, Outcome.CHANGED, content=content(world.office, "Wisata pesisir"), reason="Lebih luas"
    )
    world.decide(meeting, merged, Outcome.MERGED, into=accepted)
    world.decide(meeting, deferred, Outcome.DEFERRED)
    world.decide(meeting, refused_one, Outcome.REFUSED)
    world.decide(meeting, None)
    world.sign(meeting)
    rows = {one.code: one for one in queries.programmes(world.row())}
    assert {code: one.content.title for code, one in rows.items()} == {"P001": "Surat desa", "P002": "Wisata pesisir"}
    assert rows["P001"].content.partners == (world.cast.colleagues_office,)
    assert [one.decision.outcome for one in rows.values() if one.decision] == [Outcome.ACCEPTED, Outcome.CHANGED]
    # A further meeting takes up what was deferred, and nothing else.
    again = world.meeting()
    world.decide(again, deferred, seen=1)
    world.decide(again, None)
    world.sign(again)
    assert [one.content.title for one in queries.programmes(world.row())] == [
        "Surat desa",
        "Wisata pesisir",
        "Bank sampah",
    ]


def test_of_two_programmes_the_one_that_is_changed_says_something_else(world: World) -> None:
    _first, second = in_force(world, 2)
    by = world.who("contributor")
    world.version = operations.start_revision(
        by=world.who("coordinator"), version=world.version, reason="Evaluasi", now=NOW
    )
    world.call()
    given = Proposed(ProposalKind.CHANGE, content(world.office, "Nama lain"), second)
    changed = operations.propose(by=by, version=world.version, office=world.office, given=given, now=NOW)
    operations.submit_proposal(by=by, proposal=changed, now=NOW)
    with pytest.raises(NotEditable):
        operations.save_proposal(by=by, proposal=changed, content=given.content, reason="", seen=2, now=NOW)
    world.met(changed)
    assert [one.content.title for one in queries.programmes(world.row())] == ["Program nomor 0", "Nama lain"]


def test_what_is_merged_into_a_refused_proposal_is_not_lost_unseen(world: World) -> None:
    world.call()
    first, second = world.submitted("Surat desa"), world.submitted("Surat kelurahan", by="colleague")
    meeting = world.meeting()
    world.decide(meeting, first, Outcome.MERGED, into=second)
    world.decide(meeting, second, Outcome.REFUSED)
    world.decide(meeting, None)
    assert refused(lambda: world.sign(meeting)) == [("merged-into-nothing", "decisions")]
    world.decide(meeting, second, seen=1)
    world.sign(meeting)
    assert [one.content.title for one in queries.programmes(world.row())] == ["Surat kelurahan"]


def test_a_merge_that_is_taken_back_can_be_merged_into(world: World) -> None:
    world.call()
    first, second = world.submitted("Surat desa"), world.submitted("Surat kelurahan", by="colleague")
    meeting = world.meeting()
    world.decide(meeting, first, Outcome.MERGED, into=second)
    assert refused(lambda: world.decide(meeting, second, Outcome.MERGED, into=first)) == [("no-target", "into")]
    world.decide(meeting, first, seen=1)
    assert world.decide(meeting, second, Outcome.MERGED, into=first) == 1


def test_a_sentence_names_the_decision_that_adopted_it(world: World) -> None:
    write(world, "Kabupaten cerdas", fingerprint([]))
    world.call()
    proposal = world.submitted()
    world.met(proposal)
    (vision,) = queries.statements(world.row())[StatementPart.VISION]
    assert vision.decision is not None
    assert (vision.decision.proposal, vision.decision.outcome) == (None, Outcome.ACCEPTED)
    # Written again after the meeting, it is no decision of the meeting: the version waits for a further meeting.
    write(world, "Kabupaten yang cerdas", fingerprint([Stated("Kabupaten cerdas")]))
    by = world.who("coordinator")

    def hand_over() -> None:
        operations.move_version(by=by, version=world.version, target=VersionState.LEGAL_REVIEW, now=LATER)

    assert refused(hand_over) == [("texts-not-adopted", "")]
    assert world.state() is VersionState.MEETING
    again = world.meeting()
    world.decide(again, None)
    world.sign(again)
    hand_over()
    assert world.state() is VersionState.LEGAL_REVIEW
    assert not own(Statement).filter(decision=None).exists()
