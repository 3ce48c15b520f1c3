"""How the demonstration's plans came about: workshops, texts, proposals, the coordination meeting, bodies."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from pilar.masterplan import models
from pilar.masterplan.models import Attendance
from pilar.masterplan.operations.bodies import save_body
from pilar.masterplan.operations.deciding import decide, sign_off
from pilar.masterplan.operations.demonstration.people import People
from pilar.masterplan.operations.meetings import (
    Attendee,
    NewMeeting,
    begin_meeting,
    plan_meeting,
    save_attendance,
    save_meeting,
)
from pilar.masterplan.operations.plans import write_part
from pilar.masterplan.operations.proposals import (
    Proposed,
    ask_back,
    merge_proposals,
    open_call,
    propose,
    submit_proposal,
    withdraw_proposal,
)
from pilar.masterplan.queries.programmes import contents_by_title
from pilar.masterplan.reference import framework
from pilar.masterplan.rules.bodies import Member, NewBody
from pilar.masterplan.rules.content import Content
from pilar.masterplan.rules.decisions import Outcome, Verdict
from pilar.masterplan.rules.demonstration import (
    MADE_UP,
    Demonstration,
    Planned,
    Years,
    content_of,
    morning,
    retargeted,
)
from pilar.masterplan.rules.meetings import MeetingKind
from pilar.masterplan.rules.stages import ProposalKind, ProposalState
from pilar.masterplan.rules.statements import BodyKind, StatementPart, fingerprint
from pilar.platform.language import Bilingual

CHAIR = "Sekretaris Daerah (jabatan, contoh)"
PLACE = "Ruang rapat (contoh)"
NOTE = f"Tanggal, tempat, daftar hadir, dan keputusan: {MADE_UP}."
WORKSHOPS = (
    MeetingKind.WORKSHOP_1, MeetingKind.WORKSHOP_2, MeetingKind.WORKSHOP_3, MeetingKind.WORKSHOP_4,
)  # fmt: skip
BETWEEN = timedelta(weeks=3)
REASONS = {
    Outcome.CHANGED: "Disetujui dengan perubahan: anggaran tahun pertama dikurangi sesuai kemampuan keuangan daerah.",
    Outcome.MERGED: "Tujuannya sama dengan usulan lain dan digabung ke dalamnya.",
    Outcome.DEFERRED: "Ditunda sampai kajian dan sumber dananya siap.",
    Outcome.REFUSED: "Tidak sesuai dengan rencana tata ruang dan kemampuan keuangan.",
}


@dataclass(frozen=True, slots=True)
class Met:
    """When the coordination meeting was held; ``source``: the address that says that there was one."""

    held_at: datetime
    source: str = ""


@dataclass(frozen=True, slots=True)
class Formulation:
    """The work on one plan."""

    given: Demonstration
    people: People
    years: Years

    def workshops(self, version: int, opened: date, source: str, *, until: datetime | None = None) -> None:
        """The four workshops, the first on ``opened``; those before ``until`` (None: all) are held and signed off."""
        for place, kind in enumerate(WORKSHOPS):
            held_at = morning(opened + place * BETWEEN)
            known = f"Sumber hari pertama: {source}. " if source and place == 0 else ""
            meeting = self._plan(version, kind, self._workshop_title(kind), held_at, known + NOTE)
            if until is None or held_at < until:
                self._hold(meeting, held_at)
                self._sign(meeting, held_at)

    def write(self, version: int, now: datetime) -> None:
        """All texts of the version."""
        for part in StatementPart:
            stated = self.given.stated(part, self.years.plan)
            write_part(
                by=self.people.coordinator, version=version, part=part, given=stated, seen=fingerprint(()), now=now
            )

    def propose_and_meet(self, version: int, *, opened: datetime, meeting: Met) -> None:
        """The call, what the offices proposed, and what the meeting made of it."""
        planned = self.given.programmes_of(self.years.plan)
        self._call(version, opened, opened + timedelta(days=60))
        made = {one.title: self._submit(version, self._added(one), opened + timedelta(days=30)) for one in planned}
        self._meet(version, meeting, [(made[one.title], one) for one in planned], made)

    def revise(self, version: int, year: int, *, opened: datetime, meeting: Met) -> None:
        """What the offices wanted changed in the plan in force, and what the meeting made of it."""
        wanted = self.given.revision
        self._call(version, opened, opened + timedelta(days=45))
        there = contents_by_title(version)
        later = replace(self, years=replace(self.years, first=year))
        given = [later._added(one) for one in wanted.add]
        for title in wanted.retarget:
            line, content = there[title]
            given.append(Proposed(ProposalKind.CHANGE, retargeted(content, year), line))
        for title, part in wanted.move.items():
            line, content = there[title]
            given.append(Proposed(ProposalKind.CHANGE, replace(content, part=part), line))
        made = [self._submit(version, one, opened + timedelta(days=20)) for one in given]
        for title in wanted.drop:
            line, content = there[title]
            reason = "Sasaran tercapai; kegiatan menjadi tugas rutin (contoh)."
            ended = Proposed(ProposalKind.DROP, None, line, reason)
            made.append(self._submit(version, ended, opened + timedelta(days=20), office=content.owner))
        self._meet(version, meeting, [(one, None) for one in made], {})

    def going_on(self, version: int, now: datetime) -> None:
        """The next plan: two workshops held, texts written, the call running, proposals in all states."""
        opened = now - timedelta(days=20)
        self.workshops(version, (now - timedelta(weeks=5)).date(), "", until=now)
        self.write(version, now - timedelta(days=18))
        self._call(version, opened, now + timedelta(days=14))
        keys: dict[str, int] = {}
        for place, one in enumerate(self.given.proposals):
            keys[one.title] = self._in_state(version, one, now - timedelta(days=15) + timedelta(hours=7 * place), now)
        for one in self.given.proposals:
            if one.state is ProposalState.MERGED:
                merge_proposals(
                    by=self.people.coordinator, into=keys[one.into], merged=[keys[one.title]],
                    reason=REASONS[Outcome.MERGED], now=now,
                )  # fmt: skip
        title = f"Rapat Koordinasi Finalisasi Masterplan {self.years.first}–{self.years.last} (contoh)"
        self._plan(version, MeetingKind.FINALISATION, title, morning(now.date() + timedelta(days=30)), NOTE)
        # The deadline is moved today, so that the example account of an office is told.
        self._call(version, now, now + timedelta(days=21))

    def bodies(self, version: int, source: str) -> None:
        """Council, team and forum, whose seats are held by positions."""
        plan = models.Version.objects.get(pk=version).plan_id
        decree = "" if source else "Keputusan contoh 3 Tahun 2024 (data contoh)"
        heads = [Member("anggota", f"Kepala {name}", office=key) for name, key in self._named_offices()]
        pillars = [
            Member("penanggung jawab pilar", f"Asisten atau kepala dinas pengampu (contoh), pilar {one.title.id}",
                   pillar=one.code)
            for one in framework().pillars.entries
        ]  # fmt: skip
        given = (
            NewBody(BodyKind.COUNCIL, "Dewan Smart City", decree, None, source, (
                Member("ketua", "Bupati"), Member("wakil ketua", "Wakil Bupati"),
                Member("sekretaris", "Sekretaris Daerah"), *heads[:6],
            )),
            NewBody(BodyKind.TEAM, "Tim Pelaksana Smart City", decree, None, source, (
                Member("ketua", "Sekretaris Daerah"),
                Member("sekretaris", "Kepala Dinas Komunikasi dan Informatika",
                       office=self.people.offices["Diskominfo"]),
                *pillars, *heads,
            )),
            NewBody(BodyKind.FORUM, "Forum Smart City", "" if source else decree, None, MADE_UP, (
                Member("ketua", "Wakil perguruan tinggi (contoh)"), Member("anggota", "Wakil dunia usaha (contoh)"),
                Member("anggota", "Wakil komunitas warga (contoh)"),
            )),
        )  # fmt: skip
        for one in given:
            save_body(by=self.people.coordinator, plan=plan, given=one)

    def _workshop_title(self, kind: MeetingKind) -> str:
        found = framework().workshops.find(kind.value)
        title: Bilingual | str = found.title if found else kind.value
        return f"{title.id if isinstance(title, Bilingual) else title} ({self.years.first}–{self.years.last})"

    def _named_offices(self) -> list[tuple[str, int]]:
        return [(self.people.names[one], key) for one, key in sorted(self.people.offices.items())]

    def _call(self, version: int, now: datetime, closes_at: datetime) -> None:
        text = f"Usulkan program perangkat daerah Anda untuk {self.years.first}–{self.years.last}. ({MADE_UP})"
        open_call(by=self.people.coordinator, version=version, text=text, closes_at=closes_at, now=now)

    def _content(self, one: Planned) -> Content:
        criteria = [criterion.code for criterion in framework().criteria.entries]
        return content_of(one, self.years, self.people.offices, criteria=criteria)

    def _added(self, one: Planned) -> Proposed:
        return Proposed(ProposalKind.ADD, self._content(one))

    def _submit(self, version: int, given: Proposed, now: datetime, *, office: int | None = None) -> int:
        by = self.people.contributor
        owner = given.content.owner if given.content else office
        assert owner is not None
        key = propose(by=by, version=version, office=owner, given=given, now=now)
        submit_proposal(by=by, proposal=key, now=now)
        return key

    def _in_state(self, version: int, one: Planned, written: datetime, now: datetime) -> int:
        """A proposal brought into its state; merging needs the other one and comes later."""
        by, given = self.people.contributor, self._added(one)
        key = propose(by=by, version=version, office=self.people.offices[one.office], given=given, now=written)
        if one.state is not ProposalState.DRAFT:
            submit_proposal(by=by, proposal=key, now=written + timedelta(hours=2))
        if one.state is ProposalState.RETURNED:
            ask_back(by=self.people.coordinator, proposal=key, question=one.question, now=now)
        if one.state is ProposalState.WITHDRAWN:
            withdraw_proposal(by=by, proposal=key, now=written + timedelta(days=1))
        return key

    def _plan(self, version: int, kind: MeetingKind, title: str, held_at: datetime, notes: str) -> int:
        by = self.people.coordinator
        agenda = "Pembukaan\nPembahasan\nKesepakatan"
        key = plan_meeting(by=by, version=version, given=NewMeeting(kind, title, held_at, PLACE, agenda), now=held_at)
        save_meeting(by=by, meeting=key, title=title, held_at=held_at, venue=PLACE, agenda=agenda, notes=notes, seen=1)
        return key

    def _hold(self, meeting: int, held_at: datetime) -> None:
        by = self.people.coordinator
        save_attendance(by=by, meeting=meeting, given=list(self._attendance()), seen=_saves(meeting))
        begin_meeting(by=by, meeting=meeting, now=held_at)

    def _attendance(self) -> Iterable[Attendee]:
        yield Attendee(CHAIR, "pimpinan rapat", None, present=True, signs=True)
        for place, (name, key) in enumerate(self._named_offices()):
            yield Attendee(f"Kepala {name}", "peserta", key, present=place % 9 != 8)

    def _meet(
        self, version: int, met: Met, agenda: Sequence[tuple[int, Planned | None]], made: Mapping[str, int]
    ) -> None:
        """The coordination meeting: each proposal decided, then the general part, then the minutes signed off."""
        title = f"Rapat Koordinasi Finalisasi Masterplan {self.years.first}–{self.years.last}"
        known = f"Sumber bahwa rapat ini diadakan: {met.source}. " if met.source else ""
        meeting = self._plan(version, MeetingKind.FINALISATION, title, met.held_at, known + NOTE)
        self._hold(meeting, met.held_at)
        chair = Attendance.objects.get(meeting=meeting, signs=True).pk
        for place, (proposal, one) in enumerate(agenda):
            verdict, content = self._verdict(one, chair, made)
            taken = met.held_at + timedelta(minutes=3 * place)
            decide(
                by=self.people.coordinator, meeting=meeting, proposal=proposal, verdict=verdict, content=content,
                seen=0, now=taken,
            )  # fmt: skip
        over = met.held_at + timedelta(hours=6)
        verdict = Verdict(Outcome.ACCEPTED, chair)
        decide(by=self.people.coordinator, meeting=meeting, proposal=None, verdict=verdict, seen=0, now=over)
        self._sign(meeting, over)

    def _verdict(self, one: Planned | None, chair: int, made: Mapping[str, int]) -> tuple[Verdict, Content | None]:
        """What is decided about a proposal, and the content if it is changed."""
        outcome = one.outcome if one else Outcome.ACCEPTED
        content = None
        if one is not None and outcome is Outcome.CHANGED:
            content = self._content(one)
            first, *others = content.budgets
            content = replace(content, budgets=(replace(first, amount=first.amount // 2), *others))
        into = made[one.into] if one is not None and outcome is Outcome.MERGED else None
        return Verdict(outcome, chair, REASONS.get(outcome, ""), into, changed=content is not None), content

    def _sign(self, meeting: int, now: datetime) -> None:
        sign_off(by=self.people.coordinator, meeting=meeting, seen=_saves(meeting), now=now)


def _saves(meeting: int) -> int:
    return models.Meeting.objects.values_list("saves", flat=True).get(pk=meeting)
