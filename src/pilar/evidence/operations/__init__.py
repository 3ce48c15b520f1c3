"""Operations of evidence."""

from __future__ import annotations

from pilar.evidence.operations.adding import (
    Content,
    HeldUpload,
    Link,
    MadeFile,
    add_evidence,
    add_revision,
    hold_made,
    hold_upload,
    keep_made,
    receive,
)
from pilar.evidence.operations.documents import keep_document
from pilar.evidence.operations.keeping import check_store, sweep
from pilar.evidence.operations.private import hold_private, keep_private
from pilar.evidence.operations.releasing import AlreadyReleased, ReservedEvidence, release, withdraw
from pilar.evidence.operations.scanning import record_scan, scan, scan_private, scan_waiting, to_be_scanned
from pilar.evidence.operations.signing import Signatures, sign_again, sign_documents
from pilar.evidence.operations.verifying import return_to_owner, verify
