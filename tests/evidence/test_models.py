"""What the database itself refuses."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, InternalError, transaction

from evidence.cast import OTHER, OWN, Cast
from people.team import LATER, NOW
from pilar.evidence.models import Evidence, HeldFile, Release, Revision, ScanVerdict, Verification

pytestmark = pytest.mark.django_db

FILE = {
    "file_name": "a.pdf", "media_type": "application/pdf", "size": 1, "sha256": "0" * 64, "storage_key": "aa/1",
}  # fmt: skip
LINK = {"link": "https://contoh.invalid/"}


@pytest.fixture
def piece(cast: Cast) -> Evidence:
    return Evidence.objects.create(region_id=OWN, title="SK", created_by=cast.user("coordinator"), created_at=NOW)


def revise(piece: Evidence, **fields: Any) -> Revision:
    with transaction.atomic():
        return Revision.objects.create(
            **{"evidence": piece, "number": 1, "uploaded_by": piece.created_by, "uploaded_at": NOW, **fields}
        )


@pytest.mark.parametrize("fields", [FILE, LINK])
def test_a_revision_is_a_file_or_a_link(piece: Evidence, fields: dict[str, Any]) -> None:
    assert revise(piece, **fields).pk


@pytest.mark.parametrize(
    "fields",
    [
        {},
        FILE | LINK,
        FILE | {"size": None},
        FILE | {"size": 0},
        FILE | {"sha256": "0" * 63},
        FILE | {"sha256": "G" * 64},
        FILE | {"sha256": ""},
        FILE | {"file_name": ""},
        FILE | {"storage_key": ""},
        FILE | {"media_type": "image/svg+xml"},
        FILE | {"media_type": ""},
        LINK | {"size": 1},
        LINK | {"sha256": "0" * 64},
        LINK | {"storage_key": "aa/1"},
        {"link": "javascript:alert(1)"},
    ],
)
def test_anything_between_file_and_link_is_refused(piece: Evidence, fields: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError, match="revision_is_file_or_link"):
        revise(piece, **fields)


def test_numbers_and_files_are_used_once(piece: Evidence) -> None:
    revise(piece, **FILE)
    with pytest.raises(IntegrityError, match="revision_number_once"):
        revise(piece, **LINK)
    with pytest.raises(IntegrityError, match="revision_file_named_once"):
        revise(piece, number=2, **FILE)
    with pytest.raises(IntegrityError, match="revision_number_from_one"):
        revise(piece, number=0, **LINK)
    revise(piece, number=2, **LINK)
    revise(piece, number=3, **LINK)


def test_evidence_has_a_title_and_its_office_is_in_its_region(cast: Cast) -> None:
    made = {"created_by": cast.user("coordinator"), "created_at": NOW}
    with pytest.raises(IntegrityError, match="evidence_has_a_title"), transaction.atomic():
        Evidence.objects.create(region_id=OWN, title=" ", **made)
    with pytest.raises(IntegrityError, match="evidence_office_in_region"), transaction.atomic():
        Evidence.objects.create(region_id=OTHER, office_id=cast.office, title="SK", **made)
    assert Evidence.objects.create(region_id=OWN, office_id=cast.office, title="SK", **made).pk


def test_a_file_is_held_once(cast: Cast) -> None:
    held = {**FILE, "received_by": cast.user("contributor"), "received_at": NOW}
    HeldFile.objects.create(**held)
    with pytest.raises(IntegrityError, match="storage_key"), transaction.atomic():
        HeldFile.objects.create(**held)


def test_verdicts_are_of_known_kinds_and_end_with_infected(piece: Evidence) -> None:
    revision = revise(piece, **FILE)
    with pytest.raises(IntegrityError, match="verdict_state_known"), transaction.atomic():
        ScanVerdict.objects.create(revision=revision, state="not_scanned", scanned_at=NOW)
    for state in ("clean", "infected"):
        ScanVerdict.objects.create(revision=revision, state=state, scanned_at=NOW)
    with pytest.raises(IntegrityError, match="verdict_not_after_infected"), transaction.atomic():
        ScanVerdict.objects.create(revision=revision, state="clean", scanned_at=LATER)


def test_a_verification_is_by_another_and_a_return_says_why(cast: Cast, piece: Evidence) -> None:
    revision = revise(piece, **FILE)
    with pytest.raises(IntegrityError, match="verification_by_another"), transaction.atomic():
        Verification.objects.create(
            revision=revision, outcome="verified", verified_by=piece.created_by, verified_at=NOW
        )
    said = {"revision": revision, "verified_by": cast.user("verifier"), "verified_at": NOW}
    for fields in ({"outcome": "returned", "reason": " "}, {"outcome": "open"}):
        with pytest.raises(IntegrityError, match="verification_returned_with_reason"), transaction.atomic():
            Verification.objects.create(**said, **fields)
    assert Verification.objects.create(outcome="returned", reason="buram", **said).pk


def test_a_version_is_released_once(cast: Cast, piece: Evidence) -> None:
    made = {"revision": revise(piece, **FILE), "released_by": cast.user("secretariat"), "released_at": NOW}
    Release.objects.create(**made)
    with pytest.raises(IntegrityError, match="revision_id"), transaction.atomic():
        Release.objects.create(**made)


def test_what_was_said_is_never_changed_or_deleted(cast: Cast, piece: Evidence) -> None:
    revision = revise(piece, **FILE)
    rows = [
        piece,
        revision,
        ScanVerdict.objects.create(revision=revision, state="clean", scanned_at=NOW),
        Verification.objects.create(
            revision=revision, outcome="verified", verified_by=cast.user("verifier"), verified_at=NOW
        ),
    ]
    for row in reversed(rows):
        table = type(row).objects.filter(pk=row.pk)
        with pytest.raises((InternalError, DatabaseError), match="Cannot update or delete"), transaction.atomic():
            table.update(id=row.pk)
        with pytest.raises((InternalError, DatabaseError), match="Cannot update or delete"), transaction.atomic():
            table._raw_delete(table.db)
        assert table.exists()


def test_the_neighbour_has_rows_of_every_kind(cast: Cast) -> None:
    """Otherwise a filter that forgets the region would find no more than it should."""
    assert cast.neighbour.lacks() == set()
