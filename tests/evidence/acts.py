"""Every operation on evidence, and what it leaves behind (kit/acts.py)."""

from __future__ import annotations

import io
from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

from evidence import samples
from evidence.cast import Cast
from kit.acts import Acts, Call
from kit.neighbours import OWN, own
from people.team import LATER, NOW
from pilar.evidence import operations as do
from pilar.evidence.models import Evidence, HeldFile, Release, Revision
from pilar.evidence.operations import HeldUpload, Link, MadeFile
from pilar.evidence.rules import ScanState

LINK = Link("https://contoh.invalid/baru")
MADE = MadeFile("rekap.pdf", "application/pdf", samples.pdf())


def _piece() -> UUID:
    return own(Evidence).get().pk


def _revision() -> int:
    return own(Revision).get().pk


def _held() -> HeldUpload:
    held = HeldFile.objects.first()
    return HeldUpload(held.pk if held else UUID(int=0))


def _file(cast: Cast) -> None:
    cast.add()


def _link(cast: Cast) -> None:
    cast.add(link=LINK.address)


def _upload(cast: Cast) -> None:
    cast.receive()


def _released(cast: Cast) -> None:
    _link(cast)
    Release.objects.create(revision_id=_revision(), released_by_id=cast.keys["secretariat"], released_at=NOW)


def _adding(content: Any) -> Call:
    return lambda cast, by: do.add_evidence(
        by=by, region=OWN, office=cast.office, title="SK Bupati", content=content(), now=LATER
    )


CALLS: Mapping[str, Call] = {
    "receive": lambda cast, by: do.receive(
        by=by, region=OWN, office=cast.office, upload=io.BytesIO(samples.pdf()), name="bukti.pdf", now=LATER
    ),
    "add_evidence": _adding(lambda: LINK),
    "add_evidence:file": _adding(_held),
    "add_revision": lambda _cast, by: do.add_revision(by=by, evidence=_piece(), content=LINK, now=LATER),
    "hold_made": lambda _cast, by: do.hold_made(by=by, region=OWN, file=MADE, now=LATER),
    "hold_upload": lambda _cast, by: do.hold_upload(
        by=by, region=OWN, upload=io.BytesIO(MADE.content), name=MADE.name, now=LATER
    ),
    "keep_made": lambda _cast, by: do.keep_made(by=by, region=OWN, title="Rekap", held=_held(), now=LATER),
    "verify": lambda _cast, by: do.verify(by=by, evidence=_piece(), number=1, now=LATER),
    "return_to_owner": lambda _cast, by: do.return_to_owner(
        by=by, evidence=_piece(), number=1, reason="Halaman kurang", now=LATER
    ),
    "release": lambda _cast, by: do.release(by=by, evidence=_piece(), number=1, now=LATER),
    "withdraw": lambda _cast, by: do.withdraw(by=by, evidence=_piece(), number=1),
    "scan": lambda _cast, by: do.scan(by=by, revision=_revision(), now=LATER),
    "record_scan": lambda _cast, by: do.record_scan(by=by, revision=_revision(), state=ScanState.CLEAN, now=LATER),
    "scan_waiting": lambda _cast, by: do.scan_waiting(by=by),
    "sweep": lambda _cast, by: do.sweep(by=by, now=NOW + timedelta(days=1)),
    "keep_document": lambda _cast, _by: do.keep_document(key="a" * 64, make=samples.pdf, now=LATER),
}

LEFT = """
operation | who | audit | rows
receive | contributor | . | heldfile+1
add_evidence | contributor | add evidence.evidence | evidence+1 revision+1
add_evidence:file | contributor | add evidence.evidence | evidence+1 heldfile-1 procrastinate_events+1
    procrastinate_jobs+1 revision+1
add_revision | contributor | revise evidence.evidence | revision+1
hold_made | contributor | . | heldfile+1
hold_upload | contributor | . | heldfile+1
keep_made | contributor | add evidence.evidence | evidence+1 heldfile-1 procrastinate_events+1 procrastinate_jobs+1
    revision+1
verify | verifier | verify evidence.evidence | verification+1
return_to_owner | verifier | return evidence.evidence | verification+1
release | secretariat | release evidence.evidence | release+1
withdraw | secretariat | withdraw evidence.evidence | release-1
scan | schedule | scan evidence.evidence | scanverdict+1
record_scan | schedule | scan evidence.evidence | scanverdict+1
scan_waiting | schedule | . | procrastinate_events+1 procrastinate_jobs+1
sweep | schedule | . | heldfile-1
keep_document | coordinator | . | keptdocument+1
"""

ACTS = Acts(
    "evidence", CALLS, LEFT,
    before={
        "add_evidence:file": _upload, "keep_made": _upload, "sweep": _upload, "withdraw": _released,
        "add_revision": _link, "verify": _link, "return_to_owner": _link, "release": _link,
        "scan": _file, "record_scan": _file, "scan_waiting": _file,
    },
    open_to_all="keep_document",
    piecewise="keep_document sweep",
    repeated="add_evidence add_revision hold_made hold_upload receive record_scan scan_waiting",
)  # fmt: skip
EXEMPT = {
    "check_store": "changes nothing",
    "hold_private": "asked by the room that keeps the file: tests/permits/acts.py",
    "keep_private": "tests/permits/acts.py",
    "scan_private": "of a file of a room: tests/permits/test_files.py",
    "to_be_scanned": "tests/permits/test_files.py",
    "sign_documents": "makes files for seconds: tests/evidence/test_signing.py",
    "sign_again": "tests/evidence/test_signing.py",
}
