"""Every operation on plans, and what it leaves behind (kit/acts.py)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal
from typing import Any

from kit.acts import Acts, Call
from kit.neighbours import own
from masterplan.doors import (
    begin_reporting,
    bring_into_force,
    enter_decree,
    return_to_meeting,
    start_plan,
    start_revision,
)
from masterplan.replacing import IN_2027, REPLACED, decreed_next
from masterplan.reporting import IN_TIME, in_force
from masterplan.world import AFTER_SECOND_QUARTER, CLOSES, DECREED, LATER, MET, NOW, SECOND_QUARTER, World, content
from pilar.masterplan import operations as do
from pilar.masterplan.models import Line, Meeting, Plan, Proposal, Version
from pilar.masterplan.operations import Attendee, Member, NewBody, NewMeeting, Past, Proposed, SaidWord, WordKind
from pilar.masterplan.rules.decisions import Outcome, Verdict
from pilar.masterplan.rules.meetings import MeetingKind
from pilar.masterplan.rules.reports import Given
from pilar.masterplan.rules.stages import ProposalKind, ProposalState, VersionState
from pilar.masterplan.rules.statements import BodyKind, Stated, StatementPart, fingerprint
from pilar.masterplan.rules.workbook_judging import NEW, UPDATE, KnownProposal, RowVerdict
from pilar.masterplan.rules.workbook_reading import Imported

GIVEN = Given(done={1: 60, 2: 0}, readings={1: Decimal(50)}, spent=Decimal(200_000_000))
BODY = NewBody(BodyKind.FORUM, "Forum", members=(Member("ketua", "Bupati"),))


def newest(model: Any) -> Any:
    """The last row of the own region."""
    return own(model).order_by("-pk")[0]


def _key(model: Any) -> int:
    return int(newest(model).pk)


def called(world: World) -> None:
    world.call()


def proposed(world: World) -> None:
    world.call()
    world.propose()


def submitted(world: World) -> None:
    world.call()
    world.submitted("Layanan surat", by="colleague")
    world.submitted()


def planned(world: World) -> None:
    world.meeting(running=False)


def running(world: World) -> None:
    submitted(world)
    world.meeting()


def decided(world: World) -> None:
    running(world)
    for one in (*own(Proposal).order_by("pk"), None):
        world.decide(_key(Meeting), one and one.pk)


def met(world: World) -> None:
    decided(world)
    world.sign(_key(Meeting))


def reviewed(world: World) -> None:
    met(world)
    do.move_version(by=world.who("coordinator"), version=world.version, target=VersionState.LEGAL_REVIEW, now=LATER)


def decreed(world: World) -> None:
    world.call()
    world.decreed(world.submitted())


def law(world: World) -> None:
    in_force(world, 2)


def reported(world: World) -> None:
    world.report(world.in_force())


def revised(world: World) -> None:
    """Of two programmes in force one is to be changed and the other to be dropped, as the meeting has decided."""
    lines = in_force(world, 2)
    world.version = do.start_revision(by=world.who("coordinator"), version=world.version, reason="R", now=LATER)
    world.call()
    by, keys = world.who("contributor"), []
    for line, kind in zip(lines, (ProposalKind.CHANGE, ProposalKind.DROP), strict=True):
        given = content(world.office, "Nama lain") if kind is ProposalKind.CHANGE else None
        one = Proposed(kind, given, line=line, reason="Selesai")
        keys.append(do.propose(by=by, version=world.version, office=world.office, given=one, now=NOW))
        do.submit_proposal(by=by, proposal=keys[-1], now=NOW)
    meeting = world.meeting()
    for key in (*keys, None):
        world.decide(meeting, key)


def decreed_again(world: World) -> None:
    """The revision has its regulation, and the plan before it is in force."""
    revised(world)
    by = world.who("coordinator")
    world.sign(_key(Meeting))
    do.move_version(by=by, version=world.version, target=VersionState.LEGAL_REVIEW, now=LATER)
    enter_decree(world, by)


def _verdicts(world: World) -> list[RowVerdict]:
    """A workbook with a new programme and another content of the proposal that is there."""
    code = f"B{own(Proposal).count()}"
    new, other = (Imported({"code": code}, content(world.office, title), ()) for title in ("Sampah", "Nama lain"))
    row = newest(Proposal)
    known = KnownProposal(row.pk, row.number, ProposalState(row.state), row.office_id, None, row.saves)
    return [RowVerdict(new, NEW), RowVerdict(other, UPDATE, proposal=known)]


def _deciding(outcome: Outcome, **more: Any) -> Call:
    def call(w: World, by: Any) -> object:
        into = own(Proposal).earliest("pk").pk if outcome is Outcome.MERGED else None
        verdict = Verdict(outcome, w.chair(_key(Meeting)), "Sebab", into, changed="content" in more)
        return do.decide(
            by=by, meeting=_key(Meeting), proposal=_key(Proposal), verdict=verdict, seen=0, now=MET,
            **{name: one(w) for name, one in more.items()},
        )  # fmt: skip

    return call


CALLS: Mapping[str, Call] = {
    "start_plan": start_plan,
    "write_part": lambda w, by: do.write_part(
        by=by,
        version=w.version,
        part=StatementPart.VISION,
        given=[Stated("Kota yang melayani")],
        seen=fingerprint(()),
        now=NOW,
    ),
    "save_body": lambda w, by: do.save_body(by=by, plan=own(Plan).get().pk, given=BODY),
    "open_call": lambda w, by: do.open_call(by=by, version=w.version, text="Usulkan", closes_at=CLOSES, now=NOW),
    "end_calls": lambda _w, by: do.end_calls(by=by, now=CLOSES + timedelta(hours=1)),
    "propose": lambda w, by: do.propose(
        by=by, version=w.version, office=w.office, given=Proposed(ProposalKind.ADD, content(w.office)), now=NOW
    ),
    "save_proposal": lambda w, by: do.save_proposal(
        by=by, proposal=_key(Proposal), content=content(w.office, "Nama lain"), reason="", seen=1, now=NOW
    ),
    "submit_proposal": lambda _w, by: do.submit_proposal(by=by, proposal=_key(Proposal), now=NOW),
    "withdraw_proposal": lambda _w, by: do.withdraw_proposal(by=by, proposal=_key(Proposal), now=NOW),
    "ask_back": lambda _w, by: do.ask_back(by=by, proposal=_key(Proposal), question="Berapa desa?", now=NOW),
    "merge_proposals": lambda _w, by: do.merge_proposals(
        by=by, into=own(Proposal).earliest("pk").pk, merged=[_key(Proposal)], reason="Sama", now=NOW
    ),
    "plan_meeting": lambda w, by: do.plan_meeting(
        by=by, version=w.version, given=NewMeeting(MeetingKind.FINALISATION, "Rapat", MET), now=NOW
    ),
    "save_meeting": lambda _w, by: do.save_meeting(
        by=by, meeting=_key(Meeting), title="Rapat lain", held_at=MET, venue="Aula", agenda="", notes="", seen=2
    ),
    "save_attendance": lambda _w, by: do.save_attendance(
        by=by, meeting=_key(Meeting), given=[Attendee("Sekretaris Daerah", "ketua", None, True, True)], seen=2
    ),
    "begin_meeting": lambda _w, by: do.begin_meeting(by=by, meeting=_key(Meeting), now=MET),
    "decide": _deciding(Outcome.ACCEPTED),
    "decide:changed": _deciding(Outcome.CHANGED, content=lambda w: content(w.office, "Nama lain")),
    "decide:merged": _deciding(Outcome.MERGED),
    "accept_rest": lambda w, by: do.accept_rest(
        by=by, meeting=_key(Meeting), decided_by=w.chair(_key(Meeting)), seen=newest(Meeting).saves, now=MET
    ),
    "sign_off": lambda _w, by: do.sign_off(by=by, meeting=_key(Meeting), seen=newest(Meeting).saves, now=MET),
    "sign_off:revision": lambda _w, by: do.sign_off(by=by, meeting=_key(Meeting), seen=newest(Meeting).saves, now=MET),
    "move_version": lambda w, by: do.move_version(
        by=by, version=w.version, target=VersionState.LEGAL_REVIEW, now=LATER
    ),
    "return_to_meeting": return_to_meeting,
    "enter_decree": enter_decree,
    "bring_into_force": bring_into_force,
    "bring_into_force:revision": lambda w, by: do.bring_into_force(
        by=by, version=w.version, since=DECREED + timedelta(days=1), now=LATER
    ),
    "bring_into_force:replacing": lambda w, by: do.bring_into_force(
        by=by,
        version=w.version,
        since=REPLACED,
        now=IN_2027,
        replaces=own(Version).get(state=VersionState.IN_FORCE).pk,
    ),
    "start_revision": start_revision,
    "begin_reporting": begin_reporting,
    "report": lambda _w, by: do.report(
        by=by, line=_key(Line), quarter=SECOND_QUARTER, given=GIVEN, seen=0, now=AFTER_SECOND_QUARTER
    ),
    "report:corrected": lambda _w, by: do.report(
        by=by, line=_key(Line), quarter=SECOND_QUARTER, given=GIVEN, reason="Salah", seen=1, now=AFTER_SECOND_QUARTER
    ),
    "report:for the office": lambda _w, by: do.report(
        by=by, line=_key(Line), quarter=SECOND_QUARTER, given=GIVEN, seen=0, now=AFTER_SECOND_QUARTER
    ),
    "report_past": lambda _w, by: do.report_past(
        by=by, plan=own(Plan).get().pk, past=[Past(_key(Line), SECOND_QUARTER, GIVEN, IN_TIME)], now=IN_TIME
    ),
    "remind_of_reports": lambda _w, by: do.remind_of_reports(by=by, now=IN_TIME),
    "order_papers": lambda w, by: do.order_papers(by=by, version=w.version, now=NOW),
    "hold_proposals": lambda w, by: do.hold_proposals(by=by, version=w.version),
    "say_list_words": lambda w, by: do.say_list_words(
        by=by, version=w.version, said=[SaidWord(WordKind.OFFICE, "dinkes", str(w.office))]
    ),
    "store_programmes": lambda w, by: do.store_programmes(
        by=by, version=w.version, verdicts=_verdicts(w), name="p.xlsx", now=NOW
    ),
}

LEFT = """
operation | who | audit | rows
start_plan | coordinator | start masterplan.plan | plan+1 version+1
write_part | coordinator | write masterplan.version | statement+1
save_body | coordinator | save masterplan.body | body+1 bodymember+1
open_call | coordinator | call masterplan.version | call+1 people_notice+2
end_calls | schedule | . | people_notice~2
propose | contributor | propose masterplan.proposal | content+1 proposal+1
save_proposal | contributor | save masterplan.proposal | content+1 proposal~1
submit_proposal | contributor | submitted masterplan.proposal | people_notice~1 proposal~1
withdraw_proposal | contributor | withdrawn masterplan.proposal | proposal~1
ask_back | coordinator | returned masterplan.proposal | people_notice+1 proposal~1
merge_proposals | coordinator | merged masterplan.proposal | content+1 proposal~2
plan_meeting | coordinator | plan masterplan.meeting | meeting+1
save_meeting | coordinator | save masterplan.meeting | meeting~1
save_attendance | coordinator | attendance masterplan.meeting | attendance-1~1 meeting~1
begin_meeting | coordinator | move masterplan.version, begin masterplan.meeting | meeting~1 version~1
decide | coordinator | decide masterplan.meeting | decision+1 meeting~1
decide:changed | coordinator | decide masterplan.meeting | content+1 decision+1 meeting~1
decide:merged | coordinator | decide masterplan.meeting | decision+1 meeting~1
accept_rest | coordinator | 2 x decide masterplan.meeting | decision+2 meeting~1
sign_off | coordinator | adopt masterplan.version, sign masterplan.meeting | entry+2 line+2 meeting~1 people_notice+2
    platform_documentnumber+1
sign_off:revision | coordinator | adopt masterplan.version, sign masterplan.meeting | entry-1~1 meeting~1
    people_notice+1 platform_documentnumber+1
move_version | coordinator | move masterplan.version | version~1
return_to_meeting | coordinator | move masterplan.version | version~1
enter_decree | coordinator | move masterplan.version | version~1
bring_into_force | coordinator | move masterplan.version | version~1
bring_into_force:revision | coordinator | 2 x move masterplan.version | version~2
bring_into_force:replacing | coordinator | 2 x move masterplan.version | version~2
start_revision | coordinator | revise masterplan.version | entry+2 version+1
begin_reporting | coordinator | begin-reporting masterplan.plan | plan~1
report | contributor | report masterplan.report | report+1
report:corrected | contributor | correct masterplan.report | report+1
report:for the office | coordinator | report masterplan.report | report+1
report_past | contributor | report masterplan.report | report+1
remind_of_reports | schedule | . | people_notice+1
order_papers | coordinator | order masterplan.paper-batch | paperbatch+1 procrastinate_events+1 procrastinate_jobs+1
hold_proposals | coordinator | . | .
say_list_words | coordinator | say-list-words masterplan.version | listword+1
store_programmes | coordinator | 2 x import masterplan.proposal | content+2 proposal+1~1
"""

ACTS = Acts(
    "masterplan", CALLS, LEFT,
    before={
        "end_calls": called, "propose": called, "save_proposal": proposed, "submit_proposal": proposed,
        "withdraw_proposal": submitted, "ask_back": submitted, "merge_proposals": submitted,
        "save_meeting": planned, "save_attendance": planned, "begin_meeting": planned,
        "decide": running, "decide:changed": running, "decide:merged": running,
        "accept_rest": running,
        "sign_off": decided, "sign_off:revision": revised, "move_version": met,
        "return_to_meeting": reviewed, "enter_decree": reviewed, "bring_into_force": decreed,
        "bring_into_force:revision": decreed_again, "bring_into_force:replacing": decreed_next,
        "start_revision": law, "report": law, "report:for the office": law,
        "report:corrected": reported, "report_past": law,
        "remind_of_reports": law, "store_programmes": submitted,
    },
    repeated="open_call propose store_programmes",
    within="hold_proposals",
)  # fmt: skip
EXEMPT = {
    "make_papers": "makes files for seconds: tests/masterplan/test_documents.py",
}
