"""Two at one piece of evidence, or at one held file, at the same moment."""

from __future__ import annotations

from uuid import UUID

from evidence.cast import OWN, Cast
from kit.races import together
from people.team import NOW
from pilar.evidence import operations
from pilar.evidence.models import Evidence, HeldFile, Revision, Verification
from pilar.evidence.operations import Link
from pilar.evidence.rules import OlderRevision
from pilar.platform.errors import Faults

LINK = Link("https://contoh.invalid/bukti")


def numbers(piece: UUID) -> list[int]:
    return list(Revision.objects.filter(evidence=piece).order_by("number").values_list("number", flat=True))


def test_versions_that_come_at_once_are_counted_one_after_the_other(committed_cast: Cast) -> None:
    cast = committed_cast
    by, coordinator, piece = cast.who("contributor"), cast.who("coordinator"), cast.add()
    held = cast.receive()
    first, kept, last = together(
        lambda: operations.add_revision(by=by, evidence=piece, content=LINK, now=NOW),
        lambda: operations.keep_made(by=by, region=OWN, title="", held=held, piece=piece, now=NOW),
        lambda: operations.add_revision(by=coordinator, evidence=piece, content=LINK, now=NOW),
    )
    assert (first, kept) == (2, piece)
    assert last in (3, 4), "of two who wait PostgreSQL lets either go on first"
    assert numbers(piece) == [1, 2, 3, 4]


def test_what_is_verified_is_the_newest_version_and_once(committed_cast: Cast) -> None:
    cast = committed_cast
    by, verifier, both, piece = (*map(cast.who, ("contributor", "verifier", "both")), cast.add())
    found = together(
        lambda: operations.add_revision(by=by, evidence=piece, content=LINK, now=NOW),
        lambda: operations.verify(by=verifier, evidence=piece, number=1, now=NOW),
    )
    assert [type(one) for one in found] == [int, OlderRevision]
    said = together(
        lambda: operations.verify(by=verifier, evidence=piece, number=2, now=NOW),
        lambda: operations.verify(by=both, evidence=piece, number=2, now=NOW),
    )
    assert [type(one).__name__ for one in said] == ["NoneType", "MoveNotOpen"]
    assert Verification.objects.get(revision__evidence=piece).outcome == "verified"


def test_a_held_file_counts_once(committed_cast: Cast) -> None:
    cast = committed_cast
    by, held = cast.who("contributor"), cast.receive()
    region, office = cast.place("contributor")

    def add() -> UUID:
        return operations.add_evidence(by=by, region=region, office=office, title="SK", content=held, now=NOW)

    first, second = together(add, add)
    assert isinstance(second, Faults)
    assert [*Evidence.objects.values_list("pk", flat=True)] == [first]
    assert not HeldFile.objects.exists()
