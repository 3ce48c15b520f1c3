"""A region that draws up a plan, and everybody who has to do with it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet

from evidence.cast import Cast, NextDoor, make_cast
from kit.neighbours import Neighbour, own
from pilar.masterplan import operations, queries
from pilar.masterplan.imports import Programmes
from pilar.masterplan.models import Attendance, Line, Meeting, PaperBatch, Proposal, Version
from pilar.masterplan.operations import Attendee, Member, NewBody, NewMeeting, NewPlan, Proposed, SaidWord, WordKind
from pilar.masterplan.queries import VersionRow
from pilar.masterplan.rules.content import Activity, Budget, Content, Fund, Monitored, Risk, Target
from pilar.masterplan.rules.decisions import Outcome, Verdict
from pilar.masterplan.rules.meetings import MeetingKind
from pilar.masterplan.rules.quarters import Quarter
from pilar.masterplan.rules.reports import Given
from pilar.masterplan.rules.stages import Decree, LegalForm, ProposalKind, VersionState
from pilar.masterplan.rules.statements import BodyKind, Stated, StatementPart, fingerprint
from pilar.people.rules import OPERATOR, Standing
from pilar.platform.models import Import

NOW = datetime(2026, 3, 10, 3, tzinfo=UTC)
"""A Tuesday morning in Tangerang, nine days after the accounts were made."""
CLOSES = datetime(2026, 4, 1, 3, tzinfo=UTC)
MET = datetime(2026, 4, 14, 2, tzinfo=UTC)
DECREED = date(2026, 4, 30)
LATER = datetime(2026, 5, 4, 3, tzinfo=UTC)
SECOND_QUARTER = Quarter(2026, 2)
AFTER_SECOND_QUARTER = datetime(2026, 7, 6, 3, tzinfo=UTC)
OWN, OTHER = "36.03", "36.71"


def content(owner: int, title: str = "Layanan desa daring", **changed: Any) -> Content:
    """A programme that lacks nothing, of the years 2026 to 2030."""
    made = Content(
        title=title,
        part="governance_public_service",
        owner=owner,
        description="Desa mengurus surat warga lewat satu pintu.",
        need="Warga menempuh jarak jauh untuk satu surat.",
        targets=(Target(1, "Desa terhubung", "desa", base=Decimal(20), base_year=2025, source="Laporan 2025",
                        yearly=((2026, Decimal(80)), (2027, Decimal(246)))),),
        budgets=(Budget(2026, Fund.APBD, Decimal(750_000_000)), Budget(2027, Fund.CSR, Decimal(100_000_000))),
        activities=(
            Activity(1, "Menyiapkan aplikasi", Quarter(2026, 1), Quarter(2026, 4)),
            Activity(2, "Melatih perangkat desa", Quarter(2026, 3), Quarter(2027, 2)),
        ),
        risks=(Risk("Listrik padam", "Mode luring"),),
        monitored=(Monitored(1, "application", "Aplikasi surat desa", 2026),),
    )  # fmt: skip
    return replace(made, **changed)


@dataclass
class World:
    cast: Cast | NextDoor
    version: int
    neighbour: Neighbour | None = None

    def who(self, name: str) -> Any:
        return self.cast.who(name)

    @property
    def office(self) -> int:
        return self.cast.office

    def row(self, by: str = "coordinator", version: int | None = None) -> VersionRow:
        return queries.version(version or self.version, scope=self.who(by))

    def state(self) -> VersionState:
        return VersionState(Version.objects.get(pk=self.version).state)

    def call(self) -> None:
        operations.open_call(by=self.who("coordinator"), version=self.version, text="", closes_at=CLOSES, now=NOW)

    def propose(self, title: str = "Layanan desa daring", by: str = "contributor", **changed: Any) -> int:
        """A proposal of the office of ``by``, not handed in yet."""
        office = self.cast.place(by)[1]
        assert office is not None
        given = Proposed(ProposalKind.ADD, content(office, title, **changed))
        return operations.propose(by=self.who(by), version=self.version, office=office, given=given, now=NOW)

    def submitted(self, title: str = "Layanan desa daring", by: str = "contributor", **changed: Any) -> int:
        key = self.propose(title, by, **changed)
        operations.submit_proposal(by=self.who(by), proposal=key, now=NOW)
        return key

    def meeting(self, *, running: bool = True) -> int:
        """The coordination meeting, with two people present; the first one signs."""
        by = self.who("coordinator")
        given = NewMeeting(MeetingKind.FINALISATION, "Rapat Koordinasi Finalisasi", MET)
        key = operations.plan_meeting(by=by, version=self.version, given=given, now=NOW)
        people = [Attendee("Sekretaris Daerah", "pimpinan rapat", None, True, True),
                  Attendee("Kepala Dinas", "peserta", self.office, True)]  # fmt: skip
        operations.save_attendance(by=by, meeting=key, given=people, seen=1)
        if running:
            operations.begin_meeting(by=by, meeting=key, now=MET)
        return key

    def chair(self, meeting: int) -> int:
        return Attendance.objects.get(meeting=meeting, signs=True).pk

    def decide(self, meeting: int, proposal: int | None, outcome: Outcome = Outcome.ACCEPTED, **more: Any) -> int:
        verdict = Verdict(
            outcome,
            self.chair(meeting),
            more.pop("reason", "" if outcome is Outcome.ACCEPTED else "Belum siap"),
            more.pop("into", None),
            changed=more.get("content") is not None,
        )
        return operations.decide(
            by=self.who("coordinator"), meeting=meeting, proposal=proposal, verdict=verdict, now=MET,
            **{"seen": 0, **more},
        )  # fmt: skip

    def sign(self, meeting: int) -> None:
        saves = Meeting.objects.get(pk=meeting).saves
        operations.sign_off(by=self.who("coordinator"), meeting=meeting, seen=saves, now=MET)

    def met(self, *proposals: int) -> int:
        """The meeting held: all of these proposals and the general part accepted, the minutes signed off."""
        key = self.meeting()
        for one in (*proposals, None):
            self.decide(key, one)
        self.sign(key)
        return key

    def decreed(self, *proposals: int) -> None:
        """From the meeting to the decree."""
        by = self.who("coordinator")
        self.met(*proposals)
        operations.move_version(by=by, version=self.version, target=VersionState.LEGAL_REVIEW, now=LATER)
        form = LegalForm.REGENT if self.cast.place("contributor")[0] == OWN else LegalForm.MAYOR
        decree = Decree(form, "7 Tahun 2026", DECREED)
        operations.enter_decree(by=by, version=self.version, decree=decree, file=None, now=LATER)

    def in_force(self) -> int:
        """A plan in force with one programme of the contributor's office; the key of its line."""
        self.call()
        proposal = self.submitted()
        self.decreed(proposal)
        operations.bring_into_force(by=self.who("coordinator"), version=self.version, since=DECREED, now=LATER)
        return queries.programmes(self.row())[0].key

    def report(self, line: int, quarter: Quarter = SECOND_QUARTER, **more: Any) -> int:
        given = more.pop("given", Given(done={1: 60, 2: 0}, readings={1: Decimal(50)}, spent=Decimal(200_000_000)))
        named = {"by": self.who("contributor"), "seen": 0, "now": AFTER_SECOND_QUARTER, **more}
        return operations.report(line=line, quarter=quarter, given=given, **named)

    def proposal(self, key: int) -> Proposal:
        return Proposal.objects.get(pk=key)


def make_world() -> World:
    """A plan of 2026 to 2030 of Kabupaten Tangerang, a draft."""
    cast = make_cast()
    return World(cast, draft(cast, OWN))


def draft(cast: Cast | NextDoor, region: str) -> int:
    given = NewPlan("Rencana induk kota cerdas 2026-2030", 2026, 2030)
    return operations.start_plan(by=cast.who("coordinator"), region=region, given=given, now=NOW)


def plan_next_door(own: Cast) -> Neighbour:
    """A plan of the neighbour in force, reported with evidence, and its revision in a running meeting."""
    cast = NextDoor(own)
    world, by = World(cast, draft(cast, OTHER)), cast.who("coordinator")
    body = NewBody(BodyKind.COUNCIL, "Dewan Smart City", members=(Member("ketua", "Wali Kota"),))
    operations.save_body(by=by, plan=world.row().plan.key, given=body)
    given = [Stated("Kota yang melayani")]
    operations.write_part(
        by=by, version=world.version, part=StatementPart.VISION, given=given, seen=fingerprint(()), now=NOW
    )
    world.report(world.in_force(), evidence=[cast.link()])
    world.version = operations.start_revision(by=by, version=world.version, reason="Rekomendasi 2026", now=LATER)
    world.call()
    key = world.submitted("Antrean puskesmas")
    world.decide(world.meeting(), key)
    operations.say_list_words(by=by, version=world.version, said=[SaidWord(WordKind.OFFICE, "dinkes", "-")])
    plant_import(world.version)
    PaperBatch.objects.create(version_id=world.version, total=1, ordered_at=LATER, progressed_at=LATER)
    return Neighbour(OTHER, ("masterplan",))


def plant_import(version: int) -> int:
    """A file that was sent into a version and waits for the worker; its key."""
    given = {"owner": 0, "owner_name": "", "name": "program.xlsx", "sha256": "0" * 64, "lasting": True}
    return int(Import.objects.create(kind=Programmes.kind, subject=str(version), **given).pk)


def own_imports() -> QuerySet[Import]:
    """The files that were sent into versions of the region that the tests act on."""
    versions = [str(key) for key in own(Version).values_list("pk", flat=True)]
    return Import.objects.filter(kind=Programmes.kind, subject__in=versions)


def plan_of(by: Standing, office: int, version: int) -> dict[str, object]:
    """What addresses about a draft ask for, by the names of arguments: a body, a proposal, a meeting, an import."""
    row = Version.objects.get(pk=version)
    body = NewBody(BodyKind.COUNCIL, "Dewan Smart City", members=(Member("ketua", "Bupati"),))
    operations.open_call(by=by, version=version, text="", closes_at=CLOSES, now=NOW)
    given = Proposed(ProposalKind.ADD, content(office, "Surat kelurahan daring"))
    meeting = NewMeeting(MeetingKind.FINALISATION, "Rapat Koordinasi Finalisasi", MET)
    return {
        "version": version,
        "plan": row.plan_id,
        "line": Line.objects.filter(plan=row.plan_id)[0].pk,
        "body": operations.save_body(by=by, plan=row.plan_id, given=body),
        "proposal": operations.propose(by=OPERATOR, version=version, office=office, given=given, now=NOW),
        "meeting": operations.plan_meeting(by=by, version=version, given=meeting, now=NOW),
        "key": plant_import(version),
        "sha256": "0" * 64,
    }
