"""Documents of applicants: scanned, never given out with a virus in them, and swept away where nobody used them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from procrastinate.contrib.django.models import ProcrastinateJob
from pytest_django.fixtures import Settings

from permits.world import DAY, NOW, World
from pilar.evidence import clamd
from pilar.evidence.models import HeldFile
from pilar.evidence.operations import check_store, scan_private, scan_waiting, sweep
from pilar.evidence.rules import Infected, ScanState
from pilar.people.rules import NotAllowed
from pilar.permits import operations as do
from pilar.permits.models import OwnDocument
from pilar.permits.queries import cases, completeness, trail
from pilar.platform.errors import Faults
from pilar.platform.models import AuditEvent


@pytest.fixture
def scanner(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the scanner says, one answer a file."""
    said: list[str] = []
    settings.PILAR_CLAMD = "127.0.0.1:3310"
    monkeypatch.setattr(clamd, "scan", lambda _file, address: said.pop(0))
    return said


def test_a_virus_is_found_before_anybody_reads_it(world: World, scanner: list[str]) -> None:
    world.begin()
    world.attach("ktp")
    file = world.file("ktp")
    scanner.append("Eicar-Test")
    scan_private(by=world.who("schedule"), model="permits.CaseFile", key=file.pk)
    assert (world.file("ktp").scan, world.file("ktp").scan_found) == (ScanState.INFECTED, "Eicar-Test")
    with pytest.raises(Infected):
        cases.file_for(world.case, file.pk, scope=world.who("nurse"), now=NOW)
    facts = completeness.facts_of(world.row(), trail.service_of(world.row()), now=NOW)
    assert (facts.unfit, facts.missing) == (("KTP",), ("STR",))
    assert AuditEvent.objects.filter(action="scan", target="permits.casefile", key=str(file.pk)).exists()


def test_a_clean_one_is_scanned_once_and_by_the_schedule_alone(world: World, scanner: list[str]) -> None:
    world.begin()
    world.attach("ktp")
    key = world.file("ktp").pk
    with pytest.raises(NotAllowed):
        scan_private(by=world.who("nurse"), model="permits.CaseFile", key=key)
    scanner.append("")
    for _ in range(2):
        scan_private(by=world.who("schedule"), model="permits.CaseFile", key=key)
    assert (world.file("ktp").scan, scanner) == (ScanState.CLEAN, [])


def test_without_a_scanner_nothing_is_asked(world: World, settings: Settings) -> None:
    world.begin()
    world.attach("ktp")
    settings.PILAR_CLAMD = ""
    scan_private(by=world.who("schedule"), model="permits.CaseFile", key=world.file("ktp").pk)
    assert world.file("ktp").scan == ScanState.NOT_SCANNED


def test_what_was_held_is_kept_by_who_sent_it_alone(world: World) -> None:
    world.begin()
    held = world.hold("other citizen")
    with pytest.raises(Faults, match="Pilih berkas itu lagi"):
        do.keep_file(by=world.who("nurse"), case=world.case, requirement="ktp", held_file=held, now=NOW)
    assert HeldFile.objects.get(pk=held.key).citizen_id == world.who("other citizen").citizen
    with pytest.raises(NotAllowed):
        world.hold("public")


def test_what_nobody_used_is_swept_away_and_what_was_kept_is_there(world: World) -> None:
    world.begin()
    world.attach("ktp")
    world.hold(now=NOW)
    assert sweep(by=world.who("schedule"), now=NOW + timedelta(hours=2)) == 1
    assert not HeldFile.objects.exists()
    assert [one for one in check_store(by=world.who("schedule")) if "permits" in one.what] == []
    assert cases.file_for(world.case, world.file("ktp").pk, scope=world.who("nurse"), now=NOW + DAY).size > 0


def test_what_the_scanner_was_away_for_is_asked_again(world: World, scanner: list[str]) -> None:
    world.submit()
    queued = ProcrastinateJob.objects.filter(task_name="evidence.scan-private")
    connection.cursor().execute("DELETE FROM procrastinate_jobs")  # failed, and given up
    keys = sorted(world.file(one).pk for one in ("ktp", "str"))
    for _time in range(2):
        scan_waiting(by=world.who("schedule"))
    again = [one.args["key"] for one in queued.filter(args__model="permits.CaseFile")]
    assert sorted(key for key in again if key in keys) == keys
    scanner.append("")
    scan(world, "CaseFile", keys[0])
    connection.cursor().execute("DELETE FROM procrastinate_jobs")
    scan_waiting(by=world.who("schedule"))
    assert keys[0] not in [one.args["key"] for one in queued.filter(args__model="permits.CaseFile")]


def scan(world: World, model: str, key: int) -> None:
    scan_private(by=world.who("schedule"), model=f"permits.{model}", key=key)


def test_a_document_of_ones_own_is_scanned_and_offered_no_more_with_a_virus(world: World, scanner: list[str]) -> None:
    queued = ProcrastinateJob.objects.filter(task_name="evidence.scan-private")
    world.begin()
    world.attach("ktp")
    own = OwnDocument.objects.get(account=world.who("nurse").citizen)
    assert {(one.args["model"], one.args["key"]) for one in queued} == {
        ("permits.CaseFile", world.file("ktp").pk), ("permits.OwnDocument", own.pk)
    }  # fmt: skip
    world.begin()
    use = {"by": world.who("nurse"), "case": world.case, "requirement": "ktp", "now": NOW}
    do.reuse_document(**use)
    assert queued.filter(args__key=world.file("ktp").pk, args__model="permits.CaseFile").exists(), "the copy, too"
    scanner.append("Eicar-Test")
    scan(world, "OwnDocument", own.pk)
    with pytest.raises(Infected):
        do.reuse_document(**use)
    assert not any(one.own for one in cases.own_case(world.case, scope=world.who("nurse"), now=NOW).files)


def test_nothing_is_accepted_before_the_scanner_has_spoken(world: World, scanner: list[str]) -> None:
    world.submit()
    with pytest.raises(Faults, match="virus"):
        world.accept(NOW)
    scanner += ["", ""]
    for one in ("ktp", "str"):
        scan(world, "CaseFile", world.file(one).pk)
    world.accept(NOW)
