"""Several secretaries at one meeting at the same moment, and a server that is killed while minutes are signed off."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from kit.killed import killed_at_every_statement
from kit.neighbours import own
from kit.races import together
from masterplan.world import LATER, MET, NOW, World
from pilar.masterplan import operations
from pilar.masterplan.models import Attendance, Decision, Entry, Line, Meeting, Statement
from pilar.masterplan.operations import Attendee, MeetingNotRunning
from pilar.masterplan.rules.decisions import Outcome, Verdict
from pilar.masterplan.rules.proposals import AlreadyDecided
from pilar.masterplan.rules.stages import MeetingState
from pilar.masterplan.rules.statements import Stated, StatementPart, fingerprint
from pilar.people.models import Notice
from pilar.platform.errors import Faults, PilarError
from pilar.platform.models import AuditEvent
from pilar.platform.versions import Outdated

Doing = Callable[[], object]


@pytest.fixture
def prepared(committed_world: World) -> tuple[World, int, list[int]]:
    """A running meeting with three proposals on its agenda and a vision."""
    world = committed_world
    operations.write_part(
        by=world.who("coordinator"), version=world.version, part=StatementPart.VISION,
        given=[Stated("Kabupaten yang melayani")], seen=fingerprint([]), now=NOW,
    )  # fmt: skip
    world.call()
    proposals = [world.submitted(title) for title in ("Surat desa daring", "Antrean puskesmas", "Izin satu pintu")]
    return world, world.meeting(), proposals


def deciding(world: World, name: str, meeting: int, proposal: int | None, outcome: Outcome, seen: int = 0) -> Doing:
    by, chair = world.who(name), world.chair(meeting)
    verdict = Verdict(outcome, chair, "" if outcome is Outcome.ACCEPTED else f"Kata {name}")
    return lambda: operations.decide(by=by, meeting=meeting, proposal=proposal, verdict=verdict, seen=seen, now=MET)


def signing(world: World, name: str, meeting: int, now: object = LATER) -> Doing:
    by, saves = world.who(name), Meeting.objects.get(pk=meeting).saves
    return lambda: operations.sign_off(by=by, meeting=meeting, seen=saves, now=LATER)


def decide_all(world: World, meeting: int, proposals: list[int]) -> None:
    for one in (*proposals, None):
        world.decide(meeting, one)


def test_of_two_secretaries_one_decides_and_the_other_is_told(prepared: tuple[World, int, list[int]]) -> None:
    world, meeting, (first, *_rest) = prepared
    for _round in range(5):
        seen = own(Decision).filter(proposal=first).count()
        found = together(
            deciding(world, "coordinator", meeting, first, Outcome.REFUSED, seen),
            deciding(world, "both", meeting, first, Outcome.DEFERRED, seen),
        )
        told = [one for one in found if isinstance(one, Outdated)]
        assert [one for one in found if one == seen + 1] == [seen + 1]
        assert len(told) == 1
        kept = own(Decision).filter(proposal=first).latest("number")
        assert (told[0].stored.version, told[0].stored.values["outcome"]) == (kept.number, kept.outcome)
        assert told[0].stored.values["reason"] == kept.reason
        assert own(Decision).filter(proposal=first).count() == seen + 1


def test_two_who_decide_different_proposals_do_not_disturb_each_other(prepared: tuple[World, int, list[int]]) -> None:
    world, meeting, (first, second, third) = prepared
    found = together(
        deciding(world, "coordinator", meeting, first, Outcome.ACCEPTED),
        deciding(world, "both", meeting, second, Outcome.REFUSED),
        deciding(world, "coordinator", meeting, third, Outcome.DEFERRED),
        deciding(world, "both", meeting, None, Outcome.ACCEPTED),
    )
    assert found == [1, 1, 1, 1]
    assert own(Meeting).get().saves == 3 + 4, "each decision counts as a save"


def test_two_first_decisions_about_the_general_part(prepared: tuple[World, int, list[int]]) -> None:
    world, meeting, _proposals = prepared
    found = together(
        deciding(world, "coordinator", meeting, None, Outcome.ACCEPTED),
        deciding(world, "both", meeting, None, Outcome.REFUSED),
    )
    assert sorted(type(one).__name__ for one in found) == ["Outdated", "int"]
    assert own(Decision).get().proposal is None


def test_signing_off_while_another_decides(prepared: tuple[World, int, list[int]]) -> None:
    world, meeting, proposals = prepared
    decide_all(world, meeting, proposals)
    found = together(
        signing(world, "coordinator", meeting), deciding(world, "both", meeting, proposals[0], Outcome.REFUSED, 1)
    )
    row = own(Meeting).get()
    if row.state == MeetingState.SIGNED:
        assert found[0] is None
        assert isinstance(found[1], (PilarError,)), "the decision came too late"
        assert own(Entry).count() == 3
        assert own(Decision).count() == 4
    else:
        assert isinstance(found[0], Outdated), "somebody decided anew since the minutes were read"
        assert found[1] == 2
        assert not own(Entry).exists()


def test_a_decision_after_signing_off_is_refused(prepared: tuple[World, int, list[int]]) -> None:
    world, meeting, proposals = prepared
    decide_all(world, meeting, proposals)
    world.sign(meeting)
    with pytest.raises(PilarError):
        deciding(world, "both", meeting, proposals[0], Outcome.REFUSED, 1)()
    by = world.who("coordinator")
    saves = own(Meeting).get().saves
    with pytest.raises(MeetingNotRunning):
        operations.save_attendance(by=by, meeting=meeting, given=[Attendee("Tono")], seen=saves)
    with pytest.raises(MeetingNotRunning):
        operations.begin_meeting(by=by, meeting=meeting, now=LATER)


def test_a_double_click_signs_off_once(prepared: tuple[World, int, list[int]]) -> None:
    world, meeting, proposals = prepared
    decide_all(world, meeting, proposals)
    assert together(*[signing(world, name, meeting) for name in ("coordinator", "both", "coordinator")]) == [None] * 3
    assert own(Line).count() == own(Entry).count() == 3
    assert AuditEvent.objects.filter(action="sign").count() == 1
    assert AuditEvent.objects.filter(action="adopt").count() == 1
    assert Notice.objects.filter(kind="masterplan.decided").count() == 1, "one for the contributor of the office"


def test_two_lists_of_attendance_at_once(prepared: tuple[World, int, list[int]]) -> None:
    world, meeting, _proposals = prepared
    saves = own(Meeting).get().saves
    kept = [Attendee("Sekretaris Daerah", "pimpinan rapat", None, True, True)]

    def saving(name: str, added: str) -> Doing:
        by = world.who(name)
        return lambda: operations.save_attendance(by=by, meeting=meeting, given=[*kept, Attendee(added)], seen=saves)

    found = together(saving("coordinator", "Tono"), saving("both", "Rina"))
    assert sorted(type(one).__name__ for one in found) == ["NoneType", "Outdated"]
    assert own(Attendance).count() == 2


def test_an_office_takes_back_what_the_meeting_is_deciding(prepared: tuple[World, int, list[int]]) -> None:
    world, meeting, (first, *_rest) = prepared
    office = world.who("contributor")
    found = together(
        deciding(world, "coordinator", meeting, first, Outcome.ACCEPTED),
        lambda: operations.withdraw_proposal(by=office, proposal=first, now=MET),
    )
    decided, withdrawn = found
    assert (decided == 1) == isinstance(withdrawn, AlreadyDecided)
    assert (withdrawn is None) == (type(decided).__name__ == "NotFound")


def test_a_meeting_that_is_still_to_come_is_not_signed_off(prepared: tuple[World, int, list[int]]) -> None:
    world, meeting, proposals = prepared
    for one in (*proposals, None):
        world.decide(meeting, one)
    saves = own(Meeting).get().saves
    with pytest.raises(Faults) as refused:
        operations.sign_off(by=world.who("coordinator"), meeting=meeting, seen=saves, now=MET - timedelta(days=1))
    assert [(one.code, one.place) for one in refused.value.faults] == [("meeting-to-come", "held_at")]


def test_what_is_missing_is_told_all_at_once(prepared: tuple[World, int, list[int]]) -> None:
    world, meeting, (first, *_rest) = prepared
    world.decide(meeting, first)
    with pytest.raises(Faults) as refused:
        world.sign(meeting)
    assert {one.code: one.fields for one in refused.value.faults} == {
        "undecided": {"numbers": "2, 3"}, "general-undecided": {},
    }  # fmt: skip
    assert own(Meeting).get().state == MeetingState.RUNNING


def stored() -> dict[str, object]:
    """Everything that signing off changes."""
    row = own(Meeting).get()
    return {
        "state": row.state,
        "minutes": bool(row.minutes),
        "lines": own(Line).count(),
        "entries": own(Entry).count(),
        "statements": own(Statement).filter(decision__isnull=False).count(),
        "notices": Notice.objects.filter(kind="masterplan.decided").count(),
        "audit": sorted(AuditEvent.objects.filter(action__in=["sign", "adopt"]).values_list("action", flat=True)),
    }


NOTHING = {"state": "running", "minutes": False, "lines": 0, "entries": 0, "statements": 0, "notices": 0, "audit": []}
WHOLE = {
    "state": "signed", "minutes": True, "lines": 3, "entries": 3, "statements": 1, "notices": 1,
    "audit": ["adopt", "sign"],
}  # fmt: skip


def test_signing_off_killed_at_any_statement_is_whole_or_never_was(prepared: tuple[World, int, list[int]]) -> None:
    world, meeting, proposals = prepared
    decide_all(world, meeting, proposals)
    sign = signing(world, "coordinator", meeting)
    assert killed_at_every_statement(sign, stored=stored, nothing=NOTHING) > 10
    assert stored() == WHOLE
    sign()
    assert stored() == WHOLE, "a second click after the restart"
