"""Electronic signatures: a room orders them in its transaction, the worker makes them, the bytes are kept for good.

The worker typesets the document, signs it and puts the file into the store. An attempt that is killed leaves a row with
the key of its file; the next one takes that file away and begins again. What is signed is never made again.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from typing import Any
from uuid import uuid4

import structlog
from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from pilar.evidence import store
from pilar.evidence.models import SignedDocument
from pilar.evidence.rules import NotKept
from pilar.evidence.rules.signing import LEASE, MAX_BREAKS, SigningState, ToSign, pause
from pilar.people.rules import Standing
from pilar.platform import audit, sealing
from pilar.platform.jobs import background, every
from pilar.reports.document import Document, Notice, Paragraph
from pilar.reports.pdf import typeset
from pilar.reports.signing import NotSigned, Reason
from pilar.reports.signing.record import Record, fitted, written
from pilar.reports.signing.signers import Signer, signer

LANGUAGE = "id"
"""What is signed is official, and so Indonesian."""
FOLDER = "signed"
TARGET = "evidence.signed-document"

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Signed:
    """A document whose signature is there; ``cause``: why it had to wait for it, if the last attempt failed."""

    key: str
    pages_sha256: str
    sha256: str
    cause: str
    ordered_at: datetime
    now: datetime
    by: Standing


@dataclass(frozen=True, slots=True)
class Signatures:
    """The signed documents of one kind of a room; ``make`` gives the document of a key, upright; its corner is taken.

    ``remark``: what has become of it since, for everybody who checks a copy. ``lists``: where the lists of what became
    of them are (``reports.signing.lists``), an address with ``{scope}`` and ``{year}``. ``signed`` is told of each
    signature in the transaction that stores it. Made once when the room is loaded, in its operations, so that the
    worker knows it.
    """

    kind: str
    make: Callable[[str], Document]
    remark: Callable[[str], str] = lambda _key: ""
    lists: str = ""
    signed: Callable[[Signed], None] = lambda _signed: None

    def __post_init__(self) -> None:
        KINDS[self.kind] = self

    def order(self, *, by: Standing, documents: Iterable[ToSign], now: datetime) -> None:
        """Have documents signed, in the open transaction; one that is ordered already stays as it is.

        Nothing happens where nothing is signed (``PILAR_SIGNER``). The caller has asked whether ``by`` may.
        """
        if not settings.PILAR_SIGNER:
            return
        made = SignedDocument.objects.bulk_create(
            (
                SignedDocument(
                    kind=self.kind,
                    key=document.key,
                    title=document.title,
                    number=document.number,
                    day=document.day,
                    scope=document.scope,
                    address=_address(*document.page),
                    ordered_at=now,
                    due_at=now,
                )
                for document in documents
            ),
            ignore_conflicts=True,
        )
        if made:
            audit.record(by, "order", TARGET, self.kind, after={"keys": [document.key for document in made]})
            sign_documents.later()


KINDS: dict[str, Signatures] = {}


def _address(page: Any, *arguments: object) -> str:
    """The path of a page as what is signed keeps it, whatever language the one who orders reads."""
    with translation.override(LANGUAGE):
        return reverse(page, args=arguments)


@background("evidence.sign-documents")
@every("evidence.sign-waiting-documents", cron="* * * * *")
def sign_documents(*, by: Standing, now: datetime) -> int:
    """Sign all that waits and is due; returns how many. Raises NotAllowed for anybody but the schedule and the console.

    What cannot be signed for now waits for up to an hour and is tried again; what is refused for good has failed.
    """
    by.require_server()
    signed, chosen = 0, cache(signer)  # its key is read once for all of them, and again after it could not be
    while (row := _begin(now)) is not None:
        try:
            _finish(by, row, *_signed(row, chosen(), now), now)
        except NotSigned as error:
            _put_off(row, error.reason, final=error.final, now=now)
        except NotKept:
            _put_off(row, Reason.NOT_KEPT, final=False, now=now)
        except Exception:
            log.exception("document-not-made", kind=row.kind, key=row.key)
            _put_off(row, Reason.BROKEN, final=row.tries >= MAX_BREAKS, now=now)
        else:
            signed += 1
    return signed


@transaction.atomic
def sign_again(*, by: Standing, now: datetime) -> int:
    """Have signed what has failed; returns how many documents. Raises NotAllowed for anybody but the operator."""
    by.require_server()
    rows = SignedDocument.objects.filter(state=SigningState.FAILED)
    keys = [f"{kind} {key}" for kind, key in rows.order_by("pk").values_list("kind", "key")]
    rows.update(state=SigningState.WAITING, due_at=now)
    if keys:
        audit.record(by, "sign-again", TARGET, "all", after={"keys": keys})
        sign_documents.later()
    return len(keys)


@transaction.atomic
def _begin(now: datetime) -> SignedDocument | None:
    """Take what has waited longest; what an attempt before left in the store goes."""
    due = SignedDocument.objects.filter(state=SigningState.WAITING, due_at__lte=now)
    row = due.select_for_update(skip_locked=True).order_by("due_at", "pk").first()
    if row is None:
        return None
    if row.storage_key:
        store.delete(row.storage_key)
    row.tries, row.due_at, row.storage_key = row.tries + 1, timezone.now() + LEASE, f"{FOLDER}/{uuid4().hex}.pdf"
    row.save(update_fields=["tries", "due_at", "storage_key"])
    return row


def _signed(row: SignedDocument, chosen: Signer, now: datetime) -> tuple[bytes, dict[str, Any]]:
    """The signed file, and the facts shown about it."""
    # Loaded where something is signed: a sixth of the time that every process takes to start.
    from pilar.reports.signing.pades import Words, sign, signed_by

    with translation.override(LANGUAGE):
        pages = typeset(_to_sign(row, chosen))
        sha256 = hashlib.sha256(pages).hexdigest()
        key = sealing.signing_key()
        record = written(Record(row.kind, row.scope, fitted(row.number), row.day, sha256), key)
        words = Words(
            reason=_("Demonstration: this signature has no legal force") if chosen.demonstration else row.title,
            label=_("Electronic signature with a code that leads to the page that checks it"),
        )
        address = settings.SITE_ADDRESS.rstrip("/") + reverse("evidence:check", args=[record])
    content = sign(pages, chosen, code=address, words=words, at=now)
    return content, {
        "signer": signed_by(content)[:300],
        "demonstration": chosen.demonstration,
        "record": record,
        "seal_key": key.public_key().public_bytes_raw().hex(),
        "size": len(content),
        "sha256": hashlib.sha256(content).hexdigest(),
        "pages_size": len(pages),
        "pages_sha256": sha256,
        "signed_at": now,
    }


def _to_sign(row: SignedDocument, chosen: Signer) -> Document:
    """The document of the room with the place for its code, and what it says of its signature."""
    from pilar.reports.signing.pades import place

    document = KINDS[row.kind].make(row.key)
    said: list[Notice | Paragraph] = []
    if chosen.demonstration:
        said.append(Notice(_("Demonstration: the electronic signature on this document has no legal force.")))
    said.append(
        Paragraph(
            _("Signed electronically. The code on the first page leads to the page that checks this document; whose "
              "signature it is says the program that shows this file."), quiet=True,
        )
    )  # fmt: skip
    corner = place(_("QR code that leads to the page that checks this document"), _("Check this document"))
    return replace(document, corner=corner, blocks=(*document.blocks, *said))


def _finish(by: Standing, row: SignedDocument, content: bytes, told: dict[str, Any], now: datetime) -> None:
    store.put(row.storage_key, io.BytesIO(content))
    with transaction.atomic():
        kept = _mine(row).update(state=SigningState.SIGNED, reason="", **told)
        if kept:
            audit.record(
                by=by.actor, action="sign", target=TARGET, key=f"{row.kind} {row.key}", area=row.scope,
                after={"sha256": told["sha256"], "signer": told["signer"], "demonstration": told["demonstration"]},
            )  # fmt: skip
            hashes = told["pages_sha256"], told["sha256"]
            KINDS[row.kind].signed(Signed(row.key, *hashes, row.reason, row.ordered_at, now, by))
    if not kept:  # this attempt was taken for dead
        store.delete(row.storage_key)


def _put_off(row: SignedDocument, reason: Reason, *, final: bool, now: datetime) -> None:
    log.warning("document-not-signed", kind=row.kind, key=row.key, reason=reason, tries=row.tries, final=final)
    state = SigningState.FAILED if final else SigningState.WAITING
    _mine(row).update(state=state, reason=reason, due_at=now + pause(row.tries))


def _mine(row: SignedDocument) -> QuerySet[SignedDocument]:
    """The row while this attempt is the last one."""
    return SignedDocument.objects.filter(pk=row.pk, tries=row.tries, state=SigningState.WAITING)
