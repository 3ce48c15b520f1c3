"""Files that a higher room makes: held, kept once, in versions, and reserved."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

from evidence.cast import OTHER, OWN, PANEL, Cast
from kit.neighbours import own
from people.team import LATER, NOW
from pilar.evidence import operations, queries
from pilar.evidence.models import Evidence, HeldFile, Release, Revision
from pilar.evidence.operations import HeldUpload, Link, MadeFile, ReservedEvidence
from pilar.people.models import Notice
from pilar.people.operations import notify
from pilar.people.rules import OPERATOR, NotAllowed, NotFound
from pilar.platform.errors import Faults

pytestmark = pytest.mark.django_db

FILE = MadeFile("jawaban.csv", "text/csv", b"pillar,weight\r\nliving,100\r\n")


def hold(cast: Cast, name: str = "contributor", file: MadeFile = FILE, region: str = OWN) -> HeldUpload:
    return operations.hold_made(by=cast.who(name), region=region, file=file, now=NOW)


def keep(cast: Cast, name: str = "contributor", **changed: object) -> object:
    held = changed.pop("held", None) or hold(cast, name)
    named = {"by": cast.who(name), "region": OWN, "title": "Jawaban", "held": held, "now": NOW} | changed
    return operations.keep_made(**named)  # type: ignore[arg-type]


def test_a_file_that_is_made_belongs_to_the_region_and_has_versions(cast: Cast) -> None:
    key = keep(cast)
    (row,) = queries.evidence_list([key], scope=cast.who("verifier"))  # type: ignore[list-item]
    assert (row.office, row.media_type, row.sha256, row.number, row.kind_name) == (
        None, "text/csv", FILE.sha256, 1, "CSV",
    )  # fmt: skip
    # An office adds the next version of what belongs to the region: the room above has said that it may.
    held = hold(cast, "colleague", MadeFile("jawaban.csv", "text/csv", b"pillar,weight\r\n"))
    assert keep(cast, "colleague", piece=key, held=held) == key
    assert own(Evidence).get().revisions.count() == 2
    assert not HeldFile.objects.exists()


def test_who_adds_no_evidence_in_the_region_has_none_made(cast: Cast) -> None:
    for name in ("secretariat", "verifier", "assessor", "neighbour", "public", "operator"):
        with pytest.raises(NotAllowed):
            hold(cast, name)
    with pytest.raises(NotAllowed):
        hold(cast, region=OTHER)
    held = hold(cast)
    with pytest.raises(NotAllowed):
        keep(cast, region=OTHER, held=held)
    with pytest.raises(Faults):
        keep(cast, "colleague", held=held)
    assert not own(Evidence).exists()


def test_of_two_pieces_of_a_region_the_one_that_is_named_gets_the_version(cast: Cast) -> None:
    pieces = [
        keep(cast, held=hold(cast, file=MadeFile("a.csv", "text/csv", content))) for content in (b"a\r\n", b"b\r\n")
    ]
    for key, content in zip(reversed(pieces), (b"c\r\n", b"d\r\n"), strict=True):
        assert keep(cast, held=hold(cast, file=MadeFile("a.csv", "text/csv", content)), piece=key) == key
    assert [one.revisions.count() for one in own(Evidence)] == [2, 2]


def test_a_piece_of_another_region_gets_no_version(cast: Cast) -> None:
    key = cast.add("neighbour")
    with pytest.raises(NotFound):
        keep(cast, piece=key)


@pytest.mark.parametrize(
    ("name", "reads"),
    [
        ("coordinator", True), ("both", True), ("secretariat", True), ("operator", True), ("assessor", True),
        ("contributor", False), ("colleague", False), ("verifier", False), ("neighbour", False), ("public", False),
        ("chair", False),
    ],
)  # fmt: skip
def test_who_reads_what_is_reserved(cast: Cast, settings: object, name: str, reads: bool) -> None:
    settings.PILAR_EVIDENCE_READERS = [PANEL]  # type: ignore[attr-defined]
    key = keep(cast, reserved=True)
    assert bool(queries.evidence_list([key], scope=cast.who(name))) is reads  # type: ignore[list-item]
    listed = queries.region_evidence(OWN, scope=cast.who(name)).object_list
    assert bool(listed) is reads
    assert bool(queries.same_file(FILE.sha256, scope=cast.who(name))) is reads


def test_what_is_reserved_is_never_public(cast: Cast) -> None:
    key = keep(cast, reserved=True)
    with pytest.raises(ReservedEvidence):
        operations.release(by=cast.who("secretariat"), evidence=key, number=1, now=NOW)  # type: ignore[arg-type]
    row = own(Revision).get()
    with pytest.raises(IntegrityError, match="release_not_reserved"), transaction.atomic():
        Release.objects.create(revision=row, released_by=cast.user("secretariat"), released_at=NOW)


def test_nobody_sends_such_a_file_in(cast: Cast) -> None:
    with pytest.raises(Faults) as refused:
        cast.receive(content=FILE.content, file_name="jawaban.csv")
    assert [one.code for one in refused.value.faults] == ["kind-not-taken"]
    assert operations.sweep(by=OPERATOR, now=NOW) == 0


def test_a_new_version_settles_that_the_one_before_came_back(cast: Cast) -> None:
    returned = [cast.add("contributor") for _ in range(2)]
    for key in returned:
        notify(
            by=cast.who("verifier"), to=[cast.keys["contributor"]], kind="tests.returned", sentence="Kembali",
            subject=f"evidence.evidence:{key}", address="/", now=NOW,
        )  # fmt: skip
    link = Link("https://contoh.invalid/")
    operations.add_revision(by=cast.who("contributor"), evidence=returned[0], content=link, now=LATER)
    open_ones = Notice.objects.filter(done_at=None, subject__startswith="evidence.evidence:")
    assert {one.subject for one in open_ones} == {f"evidence.evidence:{returned[1]}"}
