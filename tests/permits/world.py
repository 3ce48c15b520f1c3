"""An office for permits, a nurse who applies for a licence, and a region next door."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import uuid4

from areas.places import PLACES, load
from evidence import samples
from kit.neighbours import Neighbour
from people.citizens import citizen
from people.team import account
from pilar.areas import operations as areas
from pilar.areas.models import Region
from pilar.evidence.operations import HeldUpload, hold_private
from pilar.people import queries
from pilar.people.models import User
from pilar.people.rules import OPERATOR, PUBLIC, SCHEDULE, Standing
from pilar.permits import operations
from pilar.permits.models import Case, CaseFile, DrawnSignature, ServiceVersion, Task
from pilar.permits.operations import Checked, Minutes, Person
from pilar.permits.rules.cases import Outcome
from pilar.permits.rules.roles import Role
from pilar.permits.rules.services import read, written

OWN, OTHER = "36.03", "36.71"
NOW = datetime(2026, 3, 2, 3, tzinfo=UTC)
"""Monday, 2 March 2026, ten in the morning."""
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
SIGNER = "pilar.reports.signing.signers.DemonstrationSigner"
"""Without one, a permit is issued when the head signs."""
NIK = "3603014501900001"
NURSE = Person("Fatimah Azzahra", NIK, "081234567890", "Kp. Talaga Sari RT 2, Balaraja")
ANSWERS = {"str_number": "STR-0099-2025", "str_until": "2030-01-31", "place": "Puskesmas Balaraja", "beds": 4}


def definition(region: str = OWN, **changed: Any) -> dict[str, Any]:
    """A licence that takes every kind of stage but the levy; the visit where there are more than ten beds."""
    return {
        "key": "sip-perawat",
        "name": {"id": "Surat izin praktik perawat", "en": "Licence to practise as a nurse"},
        "region": region,
        "from_region": "Kab. Tangerang",
        "source": "https://contoh.invalid",
        "status": "synthetic",
        "applicants": ["person"],
        "kinds": ["new", "renewal"],
        "form": {
            "type": "object",
            "properties": {
                "str_number": {"type": "string", "title": "Nomor STR", "x-once": True, "maxLength": 40},
                "str_until": {"type": "string", "format": "date", "title": "STR berlaku sampai"},
                "place": {"type": "string", "title": "Tempat praktik", "x-place": True},
                "beds": {"type": "integer", "title": "Tempat tidur", "minimum": 0},
            },
            "required": ["str_number", "str_until", "place"],
        },
        "requirements": [
            {"key": "ktp", "name": {"id": "KTP"}, "keeps": True},
            {"key": "str", "name": {"id": "STR"}, "keeps": True},
            {"key": "sip-lama", "name": {"id": "SIP lama"}, "when": "kind == 'renewal'"},
        ],
        "stages": [
            {"key": "check", "kind": "check", "name": {"id": "Pemeriksaan kelengkapan"}, "role": "front_office",
             "limit": {"days": 1}},
            {"key": "health", "kind": "recommend", "name": {"id": "Rekomendasi kesehatan"}, "role": "technical",
             "office": "dinkes", "limit": {"days": 3}, "after": ["check"], "returns": ["check"]},
            {"key": "visit", "kind": "visit", "name": {"id": "Peninjauan"}, "role": "surveyor", "office": "dinkes",
             "limit": {"days": 2}, "after": ["check"], "when": "beds > 10", "returns": ["check"]},
            {"key": "decide", "kind": "decide", "name": {"id": "Keputusan"}, "role": "back_office",
             "limit": {"days": 2}, "after": ["health", "visit"], "four_eyes": ["check"],
             "returns": ["check", "health"]},
            {"key": "sign", "kind": "sign", "name": {"id": "Tanda tangan"}, "role": "head", "limit": {"days": 1},
             "after": ["decide"], "returns": ["decide"]},
        ],
        "limit": {"days": 9},
        "fee": {"free": True},
        "validity": {"until": "str_until"},
        **changed,
    }  # fmt: skip


def publish(region: str = OWN, given: Mapping[str, Any] | None = None) -> ServiceVersion:
    """A version of the licence that applications can be sent for."""
    said = written(read(definition(region) if given is None else given))
    return ServiceVersion.objects.create(
        region=Region.objects.get(code=region), key=said["key"], number=1, valid_from=date(2026, 1, 1), definition=said,
        state="published", publisher="user:0", published_at=NOW, hash="0" * 64, shipped=True,
    )  # fmt: skip


@dataclass
class World:
    """``who("front")`` is a standing; ``nurse`` is a citizen, ``other citizen`` another one."""

    keys: dict[str, int]
    citizens: dict[str, Standing]
    offices: dict[str, int]
    neighbour: Neighbour | None = None
    case: int = 0
    proxy: int = 0
    held: list[HeldUpload] = field(default_factory=list)
    cases: dict[str, int] = field(default_factory=dict)

    def who(self, name: str) -> Standing:
        named = {"public": PUBLIC, "operator": OPERATOR, "schedule": SCHEDULE, **self.citizens}
        return named[name] if name in named else queries.standing(User.objects.get(pk=self.keys[name]), NOW)

    def row(self) -> Case:
        return Case.objects.get(pk=self.case)

    def hold(self, who: str = "nurse", content: bytes = b"", now: datetime = NOW) -> HeldUpload:
        upload = io.BytesIO(content or samples.pdf())
        return hold_private(by=self.who(who), upload=upload, name="berkas.pdf", now=now)

    def begin(self, who: str = "nurse", now: datetime = NOW, **given: Any) -> int:
        named = {"region": OWN, "service": "sip-perawat", "kind": "new", **given}
        self.case = operations.begin_case(by=self.who(who), now=now, **named)
        return self.case

    def fill(self, who: str = "nurse", now: datetime = NOW, person: Person = NURSE, **answers: Any) -> None:
        operations.save_answers(
            by=self.who(who), case=self.case, seen=self.row().edition, answers={**ANSWERS, **answers}, person=person,
            now=now,
        )  # fmt: skip

    def attach(self, *requirements: str, who: str = "nurse", now: datetime = NOW, **given: Any) -> None:
        for one in requirements:
            held = self.hold(who, now=now)
            operations.keep_file(by=self.who(who), case=self.case, requirement=one, held_file=held, now=now, **given)

    def submit(self, who: str = "nurse", now: datetime = NOW, **answers: Any) -> str:
        """A whole application, from the draft to its number."""
        if not self.case:
            self.begin(who, now)
        self.fill(who, now, **answers)
        self.attach("ktp", "str", who=who, now=now)
        return operations.submit(by=self.who(who), case=self.case, key=uuid4(), now=now)

    def accept(self, now: datetime = NOW + HOUR) -> None:
        operations.pass_check(by=self.who("front"), case=self.case, now=now)

    def recommend(self, outcome: Outcome = Outcome.AGREED, now: datetime = NOW + DAY) -> None:
        operations.recommend(
            by=self.who("technical"), case=self.case, stage="health", outcome=outcome, text="Memenuhi syarat", now=now
        )

    def visit(self, now: datetime = NOW + DAY) -> None:
        minutes = Minutes(date(2026, 3, 3), "Ruang praktik sesuai", "Fatimah", agreed=True)
        operations.record_visit(by=self.who("surveyor"), case=self.case, stage="visit", minutes=minutes, now=now)

    def decide(self, outcome: Outcome = Outcome.AGREED, now: datetime = NOW + DAY + HOUR, **given: Any) -> None:
        operations.decide(
            by=self.who("back"), case=self.case, stage="decide", outcome=outcome, text="Lengkap dan benar", now=now,
            **given,
        )  # fmt: skip

    def sign(self, now: datetime = NOW + DAY + 2 * HOUR) -> None:
        operations.sign_case(by=self.who("head"), case=self.case, stage="sign", now=now)

    def to_decide(self, **answers: Any) -> None:
        """On the desk of the back office."""
        self.submit(**answers)
        self.accept()
        self.recommend()

    def to_sign(self, outcome: Outcome = Outcome.AGREED, **given: Any) -> None:
        """On the desk of the head."""
        self.to_decide()
        self.decide(outcome, **given)

    def open_stages(self) -> set[str]:
        return set(Task.objects.filter(case=self.case, done_at=None).values_list("stage", flat=True))

    def file(self, requirement: str) -> CaseFile:
        return CaseFile.objects.filter(case=self.case, requirement=requirement).latest("number")

    def refuse_file(self, requirement: str, reason: str = "unreadable", now: datetime = NOW + HOUR) -> None:
        checked = [Checked(self.file(requirement).pk, reason)]
        operations.check_files(by=self.who("front"), case=self.case, checked=checked, now=now)


def make_world() -> World:
    """The office of the own region with everybody in it, and a citizen of each kind."""
    load(PLACES)
    offices = {
        key: areas.add_office(by=OPERATOR, region=region, name=name, abbreviation=short)
        for key, region, name, short in (
            ("dinkes", OWN, "Dinas Kesehatan", "Dinkes"), ("dlhk", OWN, "Dinas Lingkungan Hidup", "DLHK"),
            ("next", OTHER, "Dinas Kesehatan Kota", "Dinkes"),
        )
    }  # fmt: skip
    of_region = {
        "front": Role.FRONT, "front 2": Role.FRONT, "back": Role.BACK, "back 2": Role.BACK,
        "treasury": Role.TREASURY, "head": Role.HEAD, "editor": Role.EDITOR, "inspectorate": Role.INSPECTORATE,
    }  # fmt: skip
    of_office = {
        "technical": (Role.TECHNICAL, "dinkes"), "surveyor": (Role.SURVEYOR, "dinkes"),
        "elsewhere": (Role.TECHNICAL, "dlhk"), "next technical": (Role.TECHNICAL, "next"),
    }  # fmt: skip
    named = {name: f"izin-{name.replace(' ', '-')}@contoh.invalid" for name in (*of_region, *of_office)}
    keys = {name: account(named[name], role, region=OWN) for name, role in of_region.items()}
    keys |= {name: account(named[name], role, office=offices[at]) for name, (role, at) in of_office.items()}
    keys["neighbour"] = account("tetangga@contoh.invalid", Role.FRONT, region=OTHER)
    citizens = {
        "nurse": citizen("fatimah@contoh.invalid", now=NOW - DAY),
        "other citizen": citizen("rahmat@contoh.invalid", "Rahmat", now=NOW - DAY),
    }
    publish()
    publish(OTHER)
    return World(keys, citizens, offices)


def apply_next_door(world: World) -> Neighbour:
    """The same application in the other region, so that a forgotten region finds more than it should."""
    case, world.case = world.case, 0
    world.begin("other citizen", region=OTHER)
    world.fill("other citizen")
    world.attach("ktp", "str", who="other citizen")
    operations.submit(by=world.who("other citizen"), case=world.case, key=uuid4(), now=NOW)
    operations.write_message(by=world.who("other citizen"), case=world.case, text="Kapan selesai?", now=NOW)
    operations.arrange_appointment(
        by=world.who("other citizen"), case=world.case, day=date(2026, 3, 3), hour=time(10), place="Kantor", now=NOW
    )
    DrawnSignature.objects.create(case_id=world.case, number=1, capacity="applicant", strokes="0,0 300,200")
    world.case = case
    operations.enter_absence(
        by=world.who("next technical"), region=OTHER, user=world.keys["next technical"], role=Role.TECHNICAL,
        deputy=world.keys["neighbour"], since=NOW.date(), until=NOW.date(), now=NOW,
    )  # fmt: skip
    return Neighbour(OTHER, ("permits",))
