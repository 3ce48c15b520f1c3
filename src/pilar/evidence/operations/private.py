"""Files that a room keeps for its own readers: what a citizen sends with an application is no evidence of a region.

Who may send and read them is decided by that room, before it calls. As with an upload, :func:`hold_private` comes first
and outside any transaction (adr/0007).
"""

from __future__ import annotations

from datetime import datetime
from typing import IO, Any

from pilar.evidence.models import HeldFile
from pilar.evidence.operations.adding import HeldUpload, taken, taken_out
from pilar.people.rules import Standing


def hold_private(*, by: Standing, upload: IO[bytes], name: str, now: datetime) -> HeldUpload:
    """Check a file and put it into the store, held for ``by`` until it is kept or swept away after an hour.

    Raises Faults at ``file``, :class:`NotAllowed` for the person who has no account, :class:`NotKept`. Commits.
    """
    return taken(by, upload, name, now)


def keep_private(*, by: Standing, held: HeldUpload) -> dict[str, Any]:
    """The columns of a :class:`PrivateFile` for a held file, in the transaction that makes its row; raises Faults at
    ``file``. Have it scanned by :func:`to_be_scanned` then."""
    return taken_out(HeldFile.objects.filter(received_by=by.account, citizen=by.citizen), held)
