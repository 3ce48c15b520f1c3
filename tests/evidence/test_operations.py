"""Adding, verifying, releasing, scanning: who may, in which state, and what is left behind."""

from __future__ import annotations

import hashlib
import io
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import transaction
from django.utils import timezone

from evidence import samples
from evidence.cast import OTHER, OWN, PANEL, Cast
from kit.neighbours import own
from people.team import LATER, NOW
from pilar.areas.models import Region
from pilar.areas.operations import UnknownOffice, close_office
from pilar.areas.rules import UnknownRegion
from pilar.evidence import operations, queries
from pilar.evidence.models import Evidence, HeldFile, Release, Revision, ScanVerdict, Verification
from pilar.evidence.operations import AlreadyReleased, HeldUpload, Link
from pilar.evidence.receiving import OversizedFile
from pilar.evidence.rules import Infected, MoveNotOpen, OlderRevision, OwnRevision, ScanState, VerificationState
from pilar.people.rules import OPERATOR, SCHEDULE, HeldRole, NotAllowed, NotFound, Role, Standing
from pilar.platform import audit
from pilar.platform.actors import Actor
from pilar.platform.errors import Faults

pytestmark = pytest.mark.django_db

EVERYBODY = (
    "secretariat", "coordinator", "verifier", "contributor", "colleague", "assessor", "chair", "neighbour", "both",
    "public", "operator",
)  # fmt: skip


def events(key: UUID) -> list[str]:
    return [event.action for event in audit.events(target="evidence.evidence", key=key)][::-1]


def files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def test_a_file_comes_in_with_what_was_found_in_it(cast: Cast, folder: Path) -> None:
    content = samples.png()
    key = cast.add(content=content, file_name="Foto.PNG", title="  Foto \n pasar ")
    (row,) = queries.history(key, scope=cast.who("coordinator"))
    assert (row.title, row.number, row.newest, row.region_code, row.office) == ("Foto pasar", 1, 1, OWN, cast.office)
    assert (row.file_name, row.media_type, row.size) == ("Foto.PNG", "image/png", len(content))
    assert row.sha256 == hashlib.sha256(content).hexdigest()
    assert (row.scan, row.verification) == (ScanState.NOT_SCANNED, VerificationState.OPEN)
    assert (row.uploaded_by, row.uploader, row.uploaded_at) == (cast.keys["contributor"], "Dewi", NOW)
    (stored,) = files(folder)
    assert stored.read_bytes() == content
    assert not HeldFile.objects.exists()
    (event,) = audit.events(target="evidence.evidence", key=key)
    assert (event.action, event.area, event.actor.key) == ("add", OWN, str(cast.keys["contributor"]))
    assert event.after is not None
    assert event.after["sha256"] == row.sha256


def test_a_link_needs_no_file(cast: Cast, folder: Path) -> None:
    key = cast.add("coordinator", link="https://tangerangkab.go.id/")
    (row,) = queries.history(key, scope=cast.who("coordinator"))
    assert (row.link, row.is_file, row.size, row.office) == ("https://tangerangkab.go.id/", False, None, None)
    assert not files(folder)


ADDERS = {"coordinator", "contributor", "colleague", "both"}


@pytest.mark.parametrize("name", EVERYBODY)
def test_who_adds_to_a_region(cast: Cast, folder: Path, name: str) -> None:
    if name in ADDERS:
        assert cast.add(name)
        return
    with pytest.raises(NotAllowed):
        operations.receive(by=cast.who(name), region=OWN, upload=io.BytesIO(samples.pdf()), name="a.pdf", now=NOW)
    with pytest.raises(NotAllowed):
        operations.add_evidence(
            by=cast.who(name), region=OWN, title="SK", content=Link("https://contoh.invalid/"), now=NOW
        )
    assert not files(folder)
    assert not HeldFile.objects.exists()
    assert not own(Evidence).exists()


def test_an_office_adds_for_itself_only(cast: Cast) -> None:
    link, by = Link("https://contoh.invalid/"), cast.who("contributor")
    for office in (None, cast.colleagues_office):
        with pytest.raises(NotAllowed):
            operations.add_evidence(by=by, region=OWN, office=office, title="SK", content=link, now=NOW)
    assert operations.add_evidence(
        by=cast.who("coordinator"), region=OWN, office=cast.colleagues_office, title="SK", content=link, now=NOW
    )


def test_places_that_do_not_fit_are_refused(cast: Cast) -> None:
    link, by = Link("https://contoh.invalid/"), cast.who("coordinator")
    with pytest.raises(NotAllowed):
        operations.add_evidence(by=by, region=OTHER, title="SK", content=link, now=NOW)
    with pytest.raises(UnknownOffice):
        operations.add_evidence(by=by, region=OWN, office=cast.team.other_office, title="SK", content=link, now=NOW)
    close_office(by=OPERATOR, office=cast.colleagues_office, now=timezone.now())
    with pytest.raises(UnknownOffice):
        operations.add_evidence(by=by, region=OWN, office=cast.colleagues_office, title="SK", content=link, now=NOW)
    nowhere = Standing(by.actor, (HeldRole(Role.COORDINATOR, "36.99"),))
    with pytest.raises(UnknownRegion):
        operations.add_evidence(by=nowhere, region="36.99", title="SK", content=link, now=NOW)
    Region.objects.filter(code=OWN).update(ended_at=NOW)
    with pytest.raises(UnknownRegion):
        operations.add_evidence(by=by, region=OWN, title="SK", content=link, now=NOW)


def test_a_refused_file_leaves_nothing(cast: Cast, folder: Path, settings: Any) -> None:
    settings.PILAR_LARGEST_FILE = 100
    oversized = OversizedFile(io.BytesIO(), "a.pdf", "application/pdf", 5 * 2**20, None)
    refused = [
        (io.BytesIO(b"<svg/>"), "a.svg", "kind-not-taken"),
        (io.BytesIO(b""), "a.pdf", "empty-file"),
        (io.BytesIO(samples.pdf("x" * 100)), "a.pdf", "file-too-large"),
        (io.BytesIO(samples.pdf()), "a/b.pdf", "unfit-file-name"),
        (oversized, "a.pdf", "file-too-large"),
    ]
    for upload, name, code in refused:
        with pytest.raises(Faults) as raised:
            operations.receive(by=cast.who("coordinator"), region=OWN, upload=upload, name=name, now=NOW)
        assert [(fault.code, fault.place) for fault in raised.value.faults] == [(code, "file")]
        assert raised.value.text()
    assert not files(folder)
    assert not HeldFile.objects.exists()


def test_a_held_file_is_used_once_and_by_its_own_person(cast: Cast, folder: Path) -> None:
    held = cast.receive("contributor")
    for stranger in ("colleague", "coordinator", "neighbour"):
        region, office = cast.place(stranger)
        with pytest.raises(Faults) as raised:
            operations.add_evidence(
                by=cast.who(stranger), region=region, office=office, title="SK", content=held, now=NOW
            )
        assert [fault.code for fault in raised.value.faults] == ["upload-gone"]
    used = {"by": cast.who("contributor"), "region": OWN, "office": cast.office, "title": "SK", "now": NOW}
    assert operations.add_evidence(content=held, **used)
    for gone in (held, HeldUpload(uuid4())):
        with pytest.raises(Faults):
            operations.add_evidence(content=gone, **used)
    assert own(Evidence).count() == 1
    assert len(files(folder)) == 1


def test_a_fault_in_the_second_step_keeps_the_held_file(cast: Cast) -> None:
    held = cast.receive("coordinator")
    used = {"by": cast.who("coordinator"), "region": OWN, "content": held, "now": NOW}
    with pytest.raises(Faults):
        operations.add_evidence(title="", **used)
    with pytest.raises(Faults):
        operations.add_evidence(title="SK", note="x" * 1001, **used)
    assert operations.add_evidence(title="SK", **used)


def test_a_higher_rooms_transaction_takes_both_or_neither(cast: Cast, folder: Path) -> None:
    held = cast.receive("coordinator")
    used = {"by": cast.who("coordinator"), "region": OWN, "title": "SK", "content": held, "now": NOW}
    with transaction.atomic():
        operations.add_evidence(**used)
        transaction.set_rollback(True)
    assert HeldFile.objects.count() == 1
    assert not own(Evidence).exists()
    assert operations.add_evidence(**used)
    assert len(files(folder)) == 1


@pytest.mark.django_db(transaction=True)
def test_receiving_refuses_to_run_inside_a_transaction(committed_cast: Cast) -> None:
    with pytest.raises(RuntimeError, match="durable"), transaction.atomic():
        committed_cast.receive("coordinator")


def test_versions_are_kept_and_numbered(cast: Cast, folder: Path) -> None:
    key = cast.add("contributor")
    by = cast.who("contributor")
    held = cast.receive("contributor", samples.png(), "foto.png")
    assert operations.add_revision(by=by, evidence=key, content=held, note="lebih jelas", now=LATER) == 2
    assert (
        operations.add_revision(
            by=cast.who("coordinator"), evidence=key, content=Link("https://contoh.invalid/"), now=LATER
        )
        == 3
    )
    rows = queries.history(key, scope=by)
    assert [(row.number, row.newest, row.media_type) for row in rows] == [
        (3, 3, ""), (2, 3, "image/png"), (1, 3, "application/pdf"),
    ]  # fmt: skip
    assert rows[1].note == "lebih jelas"
    assert len(files(folder)) == 2
    assert events(key) == ["add", "revise", "revise"]


@pytest.mark.parametrize(
    ("name", "refusal"),
    [
        ("colleague", NotAllowed),
        ("verifier", NotAllowed),
        ("secretariat", NotAllowed),
        ("operator", NotAllowed),
        ("neighbour", NotFound),
        ("assessor", NotFound),
        ("chair", NotFound),
        ("public", NotFound),
    ],
)
def test_who_does_not_add_a_version(cast: Cast, name: str, refusal: type[Exception]) -> None:
    key = cast.add("contributor")
    with pytest.raises(refusal):
        operations.add_revision(by=cast.who(name), evidence=key, content=Link("https://contoh.invalid/"), now=NOW)
    with pytest.raises(NotFound):
        operations.add_revision(by=cast.who(name), evidence=uuid4(), content=Link("https://contoh.invalid/"), now=NOW)
    assert own(Revision).count() == 1


@pytest.mark.parametrize(
    ("name", "refusal"),
    [
        ("secretariat", NotAllowed),
        ("coordinator", NotAllowed),
        ("contributor", NotAllowed),
        ("colleague", NotAllowed),
        ("operator", NotAllowed),
        ("neighbour", NotFound),
        ("assessor", NotFound),
        ("chair", NotFound),
        ("public", NotFound),
    ],
)
def test_who_does_not_verify(cast: Cast, name: str, refusal: type[Exception]) -> None:
    key = cast.add("contributor")
    with pytest.raises(refusal):
        operations.verify(by=cast.who(name), evidence=key, number=1, now=NOW)
    with pytest.raises(refusal):
        operations.return_to_owner(by=cast.who(name), evidence=key, number=1, reason="buram", now=NOW)
    assert not own(Verification).exists()
    assert events(key) == ["add"]


def test_the_verifier_verifies_returns_and_verifies_again(cast: Cast) -> None:
    key = cast.add("contributor")
    said: dict[str, Any] = {"by": cast.who("verifier"), "evidence": key, "number": 1, "now": LATER}

    def now() -> tuple[VerificationState, str, str]:
        row = queries.revision(key, 1, scope=cast.who("contributor"))
        return row.verification, row.verified_by, row.reason

    operations.verify(**said)
    assert now() == (VerificationState.VERIFIED, "Edi", "")
    with pytest.raises(MoveNotOpen):
        operations.verify(**said)
    with pytest.raises(Faults):
        operations.return_to_owner(reason=" ", **said)
    operations.return_to_owner(reason="buram", **said)
    assert now() == (VerificationState.RETURNED, "Edi", "buram")
    operations.verify(**said)
    assert events(key) == ["add", "verify", "return", "verify"]


def test_nobody_verifies_what_they_uploaded(cast: Cast) -> None:
    key = cast.add("both")
    with pytest.raises(OwnRevision):
        operations.verify(by=cast.who("both"), evidence=key, number=1, now=NOW)
    with pytest.raises(OwnRevision):
        operations.return_to_owner(by=cast.who("both"), evidence=key, number=1, reason="buram", now=NOW)
    operations.verify(by=cast.who("verifier"), evidence=key, number=1, now=NOW)
    other = cast.add("contributor")
    operations.verify(by=cast.who("both"), evidence=other, number=1, now=NOW)


def test_a_token_acts_for_its_owner(cast: Cast) -> None:
    owner = cast.who("both")
    token = Standing(Actor("token", "7", "Skrip"), owner.memberships, owner=cast.keys["both"])
    key = operations.add_evidence(by=token, region=OWN, title="SK", content=Link("https://contoh.invalid/"), now=NOW)
    assert queries.revision(key, 1, scope=token).uploaded_by == cast.keys["both"]
    for by in (token, owner):
        with pytest.raises(OwnRevision):
            operations.verify(by=by, evidence=key, number=1, now=NOW)


def test_only_the_newest_version_is_verified_and_a_new_one_is_open_again(cast: Cast) -> None:
    key = cast.add("contributor")
    operations.verify(by=cast.who("verifier"), evidence=key, number=1, now=NOW)
    operations.add_revision(
        by=cast.who("contributor"), evidence=key, content=Link("https://contoh.invalid/"), now=LATER
    )
    (newest,) = queries.evidence_list([key], scope=cast.who("verifier"))
    assert (newest.number, newest.verification) == (2, VerificationState.OPEN)
    with pytest.raises(OlderRevision) as raised:
        operations.return_to_owner(by=cast.who("verifier"), evidence=key, number=1, reason="lama", now=LATER)
    assert raised.value.fields == {"newest": 2}
    with pytest.raises(NotFound):
        operations.verify(by=cast.who("verifier"), evidence=key, number=3, now=LATER)


@pytest.mark.parametrize("name", [name for name in EVERYBODY if name != "secretariat"])
def test_who_does_not_release(cast: Cast, settings: Any, name: str) -> None:
    settings.PILAR_EVIDENCE_READERS = [PANEL]
    key = cast.add("contributor")
    with pytest.raises((NotAllowed, NotFound)) as raised:
        operations.release(by=cast.who(name), evidence=key, number=1, now=NOW)
    assert isinstance(raised.value, NotFound) is (name in {"neighbour", "chair", "public"})
    assert not own(Release).exists()


def test_what_is_released_is_public_until_it_is_withdrawn(cast: Cast) -> None:
    key, by, public = cast.add("contributor"), cast.who("secretariat"), cast.who("public")
    operations.add_revision(
        by=cast.who("contributor"), evidence=key, content=Link("https://contoh.invalid/"), now=LATER
    )
    operations.release(by=by, evidence=key, number=1, now=LATER)
    with pytest.raises(AlreadyReleased):
        operations.release(by=by, evidence=key, number=1, now=LATER)
    assert [row.number for row in queries.history(key, scope=public)] == [1]
    with pytest.raises(NotAllowed):
        operations.withdraw(by=cast.who("coordinator"), evidence=key, number=1)
    operations.withdraw(by=by, evidence=key, number=1)
    with pytest.raises(NotFound):
        queries.history(key, scope=public)
    with pytest.raises(NotFound):
        operations.withdraw(by=by, evidence=key, number=1)
    assert events(key) == ["add", "revise", "release", "withdraw"]


def verdict(cast: Cast, key: UUID, state: ScanState, found: str = "") -> None:
    revision = queries.revision(key, 1, scope=OPERATOR).key
    operations.record_scan(by=SCHEDULE, revision=revision, state=state, found=found, now=NOW)


def test_what_a_scanner_found_is_kept_as_far_as_its_first_200_characters(cast: Cast) -> None:
    key = cast.add("contributor")
    verdict(cast, key, ScanState.INFECTED, "x" * 201)
    assert own(ScanVerdict).get().found == "x" * 200


def test_an_infected_file_is_not_given_out_verified_or_released(cast: Cast) -> None:
    key = cast.add("contributor")
    verdict(cast, key, ScanState.CLEAN)
    assert queries.stored_file(key, 1, scope=cast.who("verifier")).file_name == "bukti.pdf"
    verdict(cast, key, ScanState.INFECTED, "Eicar-Signature")
    for name in ("contributor", "secretariat", "operator"):
        with pytest.raises(Infected) as raised:
            queries.stored_file(key, 1, scope=cast.who(name))
        assert "Eicar-Signature" in raised.value.text()
    with pytest.raises(Infected):
        operations.verify(by=cast.who("verifier"), evidence=key, number=1, now=NOW)
    with pytest.raises(Infected):
        operations.release(by=cast.who("secretariat"), evidence=key, number=1, now=NOW)
    operations.return_to_owner(by=cast.who("verifier"), evidence=key, number=1, reason="virus", now=NOW)
    with pytest.raises(MoveNotOpen):
        verdict(cast, key, ScanState.CLEAN)
    with pytest.raises(NotFound):
        queries.stored_file(key, 1, scope=cast.who("neighbour"))


def test_verdicts_come_from_the_schedule_and_only_on_files(cast: Cast) -> None:
    key, link = cast.add("contributor"), cast.add("coordinator", link="https://contoh.invalid/")
    revision = queries.revision(key, 1, scope=OPERATOR).key
    for name in ("secretariat", "coordinator", "public"):
        with pytest.raises(NotAllowed):
            operations.record_scan(by=cast.who(name), revision=revision, state=ScanState.CLEAN, now=NOW)
        with pytest.raises(NotAllowed):
            operations.scan(by=cast.who(name), revision=revision, now=NOW)
        with pytest.raises(NotAllowed):
            operations.scan_waiting(by=cast.who(name))
        with pytest.raises(NotAllowed):
            operations.sweep(by=cast.who(name), now=LATER)
        with pytest.raises(NotAllowed):
            operations.check_store(by=cast.who(name))
        assert queries.unscanned(scope=cast.who(name)) == ()
    with pytest.raises(NotFound):
        verdict(cast, link, ScanState.CLEAN)
    with pytest.raises(NotFound):
        operations.record_scan(by=SCHEDULE, revision=0, state=ScanState.CLEAN, now=NOW)


def test_a_second_failure_in_a_row_is_not_written_again(cast: Cast) -> None:
    key = cast.add("contributor")
    for state in (ScanState.FAILED, ScanState.FAILED, ScanState.CLEAN):
        verdict(cast, key, state)
    assert list(own(ScanVerdict).order_by("pk").values_list("state", flat=True)) == ["failed", "clean"]
    assert events(key) == ["add", "scan", "scan"]
