"""What a hospital consists of: by the pages of its management, and by a file from the console."""

from __future__ import annotations

import re
from argparse import ArgumentParser
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from hospital.world import DAY, HERE, NOW, THERE, TUESDAY, World
from pilar.hospital import commands
from pilar.hospital import operations as do
from pilar.hospital.models import Clinic, Doctor, Hospital, PolicyVersion, Room, Session, WeeklySession
from pilar.hospital.queries.opening import apart
from pilar.hospital.reference.hospitals import read, shipped
from pilar.hospital.rules.entries import Entry
from pilar.people.models import User
from pilar.people.rules import OPERATOR
from pilar.platform.errors import Faults
from pilar.platform.models import AuditEvent

FILE = """
valid_from: 2026-01-01
shares: [30, 30, 20, 10]
clinics:
  - {code: mata, name: Mata, prefix: V, kind: umum, poli: MAT}
hospitals:
  - code: rsu-baru
    region: "36.03"
    name: RSU Baru
    source: surat direktur
    clinics:
      mata:
        - {doctor: "dr. Sari", hfis: 900501, days: [1, 2], from: "08:00", until: "10:00", capacity: 10}
"""
CLINIC = {"name": "Gigi Anak", "code": "gigi-anak", "prefix": "Q", "kind": "gigi", "poli": "GIG"}


def to(name: str, *args: object) -> str:
    return reverse(f"hospital:{name}", args=[HERE, *args])


@pytest.fixture
def manager(world: World) -> Client:
    client = Client()
    client.force_login(User.objects.get(pk=world.keys["manager"]))
    return client


@pytest.fixture
def run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., str]:
    def started(content: str, *given: str) -> str:
        parser, file = ArgumentParser(), tmp_path / "rs.yaml"
        commands.register(parser.add_subparsers())
        file.write_text(content)
        options = parser.parse_args(["load-hospitals", str(file), *given])
        options.run(options)
        return capsys.readouterr().out

    return started


def refused(act: Callable[[], object]) -> list[tuple[str, str]]:
    with pytest.raises(Faults) as error:
        act()
    return [(one.code, one.place) for one in error.value.faults]


def keep(world: World, entry: Entry, key: int | None = None, **facts: Any) -> int:
    return do.keep_entry(by=world.who("manager"), hospital=HERE, entry=entry, key=key, facts=facts, now=NOW)


def test_the_management_enters_a_clinic_a_doctor_and_a_room_and_opens_a_session(world: World, manager: Client) -> None:
    """By links from the schedules, and with all that BPJS and SATUSEHAT ask for."""
    page = manager.get(to("schedules")).content.decode()
    assert to("entries") in page
    page = manager.get(to("entries")).content.decode()
    sent = {
        "poli": {**CLINIC, "fingerprint": "on", "discreet": "on", "group": "Poli Terpadu"},
        "dokter": {"name": "dr. Sari", "hfis": 900501, "practitioner": "N10000001"},
        "ruang": {"name": "Ruang 3"},
        "rumah-sakit": {"name": "RSU Contoh", "ppk": "0223R001", "organization": "1000012345"},
    }
    for entry, given in sent.items():
        assert to("new-entry", entry) in page
        assert manager.post(to("new-entry", entry), given)["Location"] == to("entries")
    clinic, doctor, room = (model.objects.latest("pk") for model in (Clinic, Doctor, Room))
    page = manager.get(to("entries")).content.decode()
    for entry, key in (("poli", clinic.pk), ("dokter", doctor.pk), ("ruang", room.pk)):
        assert to("entry", entry, key) in page
    assert (clinic.poli, clinic.fingerprint, clinic.discreet, clinic.group) == ("GIG", True, True, "Poli Terpadu")
    assert (doctor.hfis, doctor.practitioner, room.name) == (900501, "N10000001", "Ruang 3")
    hospital = Hospital.objects.get(pk=HERE)
    assert (hospital.name, hospital.ppk, hospital.organization) == ("RSU Contoh", "0223R001", "1000012345")
    weekly = {"doctor": doctor.pk, "room": room.pk, "weekday": 3, "starts": "13:00", "ends": "15:00", "capacity": 8,
              "app": 2, "jkn": 2, "desk": 1, "kiosk": 0, "valid_from": "2026-03-03"}  # fmt: skip
    assert manager.post(reverse("hospital:keep-clinic", args=[clinic.pk]), weekly).status_code == 302
    assert WeeklySession.objects.get(clinic=clinic).room == room


def test_what_is_wrong_stands_at_its_field_and_again_does_nothing(world: World, manager: Client) -> None:
    doctor = Doctor.objects.get(hospital=HERE, name="dr. Budi")
    given = {"name": "dr. Budi Santoso", "hfis": 900001, "practitioner": "N1"}
    answer = manager.post(to("entry", "dokter", doctor.pk), given)
    assert answer.status_code == 422
    assert "sudah" in answer.content.decode()
    for _again in range(2):
        assert manager.post(to("entry", "dokter", doctor.pk), {**given, "hfis": 900009}).status_code == 302
    assert AuditEvent.objects.filter(target="hospital.doctor", action="change", key=str(doctor.pk)).count() == 1
    assert manager.post(to("new-entry", "ruang"), {"name": "Ruang 1"}).status_code == 422
    assert manager.get(to("new-entry", "gedung")).status_code == 404
    elsewhere = Doctor.objects.filter(hospital=THERE)[0]
    assert manager.get(to("entry", "dokter", elsewhere.pk)).status_code == 404
    assert manager.get(reverse("hospital:entries", args=[THERE])).status_code == 404
    for who in ("desk", "doctor"):
        manager.force_login(User.objects.get(pk=world.keys[who]))
        assert manager.get(to("entries")).status_code == 404


@pytest.mark.parametrize(
    ("changed", "code", "place"),
    [
        ({"code": "A B"}, "format", "code"), ({"prefix": "ab"}, "format", "prefix"), ({"poli": "x"}, "format", "poli"),
        ({"discreet": True}, "no-group", "group"), ({"name": " "}, "empty", "name"),
        ({"prefix": "A"}, "taken", "prefix"),
        ({"name": "x" * 81}, "too-long", "name"), ({"kind": ""}, "format", "kind"),
    ],
)  # fmt: skip
def test_a_clinic_is_refused(world: World, changed: dict[str, Any], code: str, place: str) -> None:
    assert refused(lambda: keep(world, Entry.CLINIC, **{**CLINIC, **changed})) == [(code, place)]


def test_a_new_clinic_has_rules_and_one_with_bookings_keeps_the_letters_of_its_numbers(world: World) -> None:
    key = keep(world, Entry.CLINIC, **CLINIC)
    assert PolicyVersion.objects.get(clinic=key).number == 1
    keep(world, Entry.CLINIC, key, prefix="QA")
    world.book()
    booked = world.session().clinic_id
    assert refused(lambda: keep(world, Entry.CLINIC, booked, prefix="Z", code="lain")) == [
        ("booked", "code"), ("booked", "prefix"),
    ]  # fmt: skip
    keep(world, Entry.CLINIC, booked, name="Penyakit Dalam Dewasa")


def test_a_doctor_who_leaves_has_no_sessions_but_those_that_are_booked(world: World) -> None:
    booked = world.session(TUESDAY + 7 * DAY)
    world.book(session=booked.pk)
    keep(world, Entry.DOCTOR, booked.doctor_id, ended_on=TUESDAY)
    mine = Session.objects.filter(doctor=booked.doctor_id, day__gt=TUESDAY)
    assert list(mine) == [booked]
    assert [one.session.key for one in apart(HERE, now=NOW)] == [booked.pk]
    keep(world, Entry.DOCTOR, booked.doctor_id, ended_on=None)
    assert mine.all().count() > 50


def test_a_file_is_shown_then_stored_then_says_nothing(world: World, run: Callable[..., str]) -> None:
    said = run(FILE)
    assert "RSU Baru" in said
    assert "--store" in said
    assert not Hospital.objects.filter(pk="rsu-baru").exists()
    said = run(FILE, "--store")
    assert Session.objects.filter(hospital="rsu-baru").exists()
    hospital, weekly = Hospital.objects.get(pk="rsu-baru"), WeeklySession.objects.filter(clinic__hospital="rsu-baru")
    assert (hospital.name, hospital.source, weekly.count()) == ("RSU Baru", "surat direktur", 2)
    assert re.search(r"\b4\b.*\b0\b", said)  # hospital, room, doctor, clinic … and nothing corrected
    assert run(FILE, "--store").count("\n") == 1


def test_a_file_corrects_and_leaves_alone_what_it_does_not_say(world: World, run: Callable[..., str]) -> None:
    run(FILE, "--store")
    Doctor.objects.filter(name="dr. Sari").update(practitioner="N10000001")
    clinic = Clinic.objects.get(hospital="rsu-baru")
    WeeklySession.objects.filter(clinic=clinic, weekday=1).update(capacity=7)
    said = run(FILE.replace("poli: MAT", "poli: MTA").replace(", hfis: 900501", ""), "--store")
    assert "MAT → MTA" in said
    doctor = Doctor.objects.get(name="dr. Sari")
    assert (doctor.hfis, doctor.practitioner) == (900501, "N10000001")
    assert list(clinic.weekly.values_list("capacity", flat=True)) == [7, 10]


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("- {code: mata", "- {code: [mata", "no-yaml"), ("region:", "wilayah:", "no-hospital"),
        ('"36.03"', '"99.99"', "no-region"), ("prefix: V", "prefix: v", "format"),
        ('until: "10:00"', 'until: "07:00"', "ends"), ("capacity: 10", "capacity: 0", "capacity"),
        ("hfis: 900501", "hfis: satu", "format"), ("RSU Baru", "''", "empty"), ("hospitals:", "rumah:", "no-hospital"),
    ],
)  # fmt: skip
def test_a_file_that_is_wrong_is_refused_with_the_place(
    world: World, run: Callable[..., str], old: str, new: str, code: str
) -> None:
    before = Hospital.objects.count()
    found = refused(lambda: run(FILE.replace(old, new, 1), "--store"))
    assert [one for one, _place in found] == [code]
    assert all(place for _code, place in found)
    assert Hospital.objects.count() == before


def test_a_file_that_is_not_there_is_said(tmp_path: Path) -> None:
    assert refused(lambda: read(tmp_path / "tidak-ada.yaml"))[0][0] == "no-file"


def test_what_ships_is_in_order(world: World) -> None:
    assert {one.before for one in do.load_hospitals(by=OPERATOR, given=shipped(), now=NOW)} == {None}
    assert do.load_hospitals(by=OPERATOR, given=shipped(), now=NOW) == []
