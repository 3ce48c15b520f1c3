"""Issue, amend, suspend and revoke permits: number, register, seal and the order for the signature in one transaction.

The file is signed by the worker (:mod:`pilar.evidence.operations.signing`); the case is finished once it is signed.
"""

from __future__ import annotations

import hashlib
import json
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from pilar.areas import queries as areas
from pilar.areas.reference import today_in
from pilar.evidence import queries as evidence
from pilar.evidence.operations import Signatures
from pilar.evidence.operations.signing import Signed
from pilar.evidence.rules.signing import SigningState, ToSign
from pilar.people.operations import held, locked
from pilar.people.rules import SCHEDULE, NotAllowed, Standing
from pilar.permits.documents.licence import Licence, licence, title_of
from pilar.permits.models import Case, Permit, PermitEdition, PermitEvent, PermitList
from pilar.permits.operations import steps
from pilar.permits.operations.hooks import announce
from pilar.permits.queries import trail
from pilar.permits.queries.objections import revoked_wrongly
from pilar.permits.queries.register import listed, rows_of, years_listed
from pilar.permits.rules import authority, services
from pilar.permits.rules.authority import AUTHORITY, Action
from pilar.permits.rules.cases import EventKind
from pilar.permits.rules.hooks import HookEvent
from pilar.permits.rules.register import (
    KIND,
    MADE,
    PERMITS,
    STATE_NAMES,
    PermitElsewhere,
    PermitEventKind,
    PermitFacts,
    PermitRow,
    PermitState,
    document_key,
    initials,
    list_scope,
    scope,
    told,
)
from pilar.permits.rules.services import Service, Status
from pilar.platform import audit, moves, numbering, sealing
from pilar.platform.errors import Fault, Faults
from pilar.platform.jobs import background, every
from pilar.platform.language import N_, translate
from pilar.reports.document import Document
from pilar.reports.signing import lists

TARGET = "permits.permit"
LISTS = "/perizinan/daftar-periksa/{scope}/{year}.txt"
MAX_REASON = 1_000
TOLD = {
    PermitState.SUSPENDED: HookEvent.SUSPENDED, PermitState.VALID: HookEvent.RESTORED,
    PermitState.REVOKED: HookEvent.REVOKED,
}  # fmt: skip
"""The message to subscribed systems for each state that a permit enters."""


def issue(*, by: Standing, case: Case, definition: Service, now: datetime) -> str:
    """Issue the permit of a case that the caller holds locked, in the transaction of its decision; returns its number.

    Without a signer the case is finished immediately, otherwise when its document is signed. Raises Faults for an
    invalid answer about the end of the permit.
    """
    region, today = case.region_id, today_in(case.region_id, now)
    person = _person(by, case)
    business = case.answers.get("applicant") == services.Applicant.BUSINESS
    number = numbering.give(
        kind=definition.number, scope=region, day=today, target=steps.TARGET, key=case.pk, parts={"region": region}
    )
    row = Permit.objects.create(
        case=case, region_id=region, version_id=case.version_id, service=definition.key, number=number,
        issued_on=today, issued_at=now,
        holder=person["name"] if business else initials(person["name"]), place=_place(definition, case.answers),
        valid_until=services.valid_until(definition, case.answers, today),
        synthetic=bool(definition.synthetic) or definition.status is Status.SYNTHETIC,
    )  # fmt: skip
    _happened(row, PermitEventKind.ISSUED, by=by, now=now)
    audit.record(by=by.actor, action="issue", target=TARGET, key=row.pk, area=region, after={"number": number})
    _order(by, row, definition, today, now)
    if evidence.signature(KIND, document_key(row.pk, 1)) is None:
        steps.mark_issued(by=SCHEDULE, case=case.pk, now=now)
    return number


@transaction.atomic
def decide_permit(*, by: Standing, permit: int, to: PermitState, reason: str, now: datetime) -> None:
    """Suspend a permit, reinstate it or revoke it, with a public reason; a revocation is undone if an objection to it
    was upheld.

    Raises :class:`NotFound`, :class:`NotAllowed`, :class:`PermitElsewhere`, Faults.
    """
    row = _locked(by, permit)
    source = PermitState(row.state)
    if source is to:
        raise PermitElsewhere
    move = PERMITS.move(source, to)
    move.require(permit_facts(row))
    _fit(reason)
    moves.make(move, row, by=by.actor, what=TARGET, area=row.region_id, said={"reason": reason.strip()})
    _happened(row, MADE[source, to], by=by, now=now, reason=reason.strip())
    announce(row.region_id, TOLD[to], row.number, {"service": row.service}, now)
    seal_lists.once()


@transaction.atomic
def amend_permit(
    *, by: Standing, permit: int, place: str, valid_until: date, reason: str, now: datetime
) -> None:  # fmt: skip
    """Change the place or the last day of a permit, as a new edition whose document replaces the previous one.

    Raises as :func:`decide_permit`; Faults where nothing changes, or the end is in the past.
    """
    row = _locked(by, permit)
    move = PERMITS.move(PermitState(row.state), PermitState.VALID)
    move.require(permit_facts(row))
    _fit(reason)
    today = today_in(row.region_id, now)
    if valid_until < today:
        raise Faults([Fault("over", N_("A permit holds at least until today"), {}, "valid_until")])
    if (place.strip(), valid_until) == (row.place, row.valid_until):
        raise Faults([Fault("unchanged", N_("Nothing was changed"), {}, "place")])
    fields = {"place": place.strip(), "valid_until": valid_until, "edition": row.edition + 1}
    moves.make(
        move, row, by=by.actor, what=TARGET, action="amend", area=row.region_id, fields=fields,
        said={"reason": reason.strip()},
    )  # fmt: skip
    _happened(row, PermitEventKind.AMENDED, by=by, now=now, reason=reason.strip())
    said = {"service": row.service, "edition": row.edition, "valid_until": valid_until.isoformat()}
    announce(row.region_id, HookEvent.AMENDED, row.number, said, now)
    _order(by, row, trail.service_of(row.case), today, now)


@background("permits.seal-lists")
@every("permits.seal-lists-daily", cron="20 17 * * *")  # 0.20 WIB
@transaction.atomic
def seal_lists(*, by: Standing, now: datetime) -> int:
    """Rewrite the lists of the states of documents, seal their hashes and sign heads; returns how many are new.

    For the schedule and the console only.
    """
    if not by.unrestricted:
        raise NotAllowed
    made = 0
    for region in Permit.objects.order_by("region").values_list("region", flat=True).distinct():
        today = today_in(region, now)
        for year in years_listed(region):
            text = lists.written(KIND, region, year, today, listed(region, year))
            before = PermitList.objects.filter(region=region, year=year).first()
            if before is not None and before.text == text:
                continue
            sha256 = hashlib.sha256(text.encode()).hexdigest()
            subject = f"{year}/{today}/{sha256[:16]}"
            sealing.append(
                scope=list_scope(region), subject=subject, content={"year": year, "day": str(today), "sha256": sha256},
                at=now,
            )  # fmt: skip
            PermitList.objects.update_or_create(
                region_id=region, year=year, defaults={"day": today, "text": text, "subject": subject}
            )
            made += 1
    sealing.sign_heads(at=now)
    return made


def permit_facts(row: Permit) -> PermitFacts:
    """Collect the facts by which the moves of a permit are judged."""
    signature = evidence.signature(KIND, document_key(row.pk, row.edition))
    return PermitFacts(signature is None or signature.state is SigningState.SIGNED, revoked_wrongly(row.number))


def _locked(by: Standing, permit: int) -> Permit:
    return locked(
        Permit.objects, by=by, action=Action.REGISTER, authority=AUTHORITY, pk=permit,
        case=lambda row: authority.Case(row.region_id), readable=Q(),
    )  # fmt: skip


def _fit(reason: str) -> None:
    """Raise Faults for a reason that is missing or too long."""
    if not 0 < len(reason.strip()) <= MAX_REASON:
        sentence = N_("Say why, in at most %(most)s characters")
        raise Faults([Fault("no-reason", sentence, {"most": MAX_REASON}, "reason")])


def _person(by: Standing, case: Case) -> dict[str, str]:
    assert case.person is not None
    person: dict[str, str] = json.loads(case.person.read(by=by.actor, key=case.pk, area=case.region_id))
    return person


def _place(definition: Service, answers: dict[str, Any]) -> str:
    """Return where the permit holds: the answers to questions marked ``x-place`` in the form."""
    said = (answers.get(field.key) for field in services.shown(definition, answers) if field.schema.get("x-place"))
    return ", ".join(str(answer) for answer in said if answer)[:500]


def _happened(row: Permit, kind: PermitEventKind, *, by: Standing, now: datetime, reason: str = "") -> None:
    """Store and seal an event of a permit."""
    subject = f"{row.number}#{row.events.count() + 1}"
    content = told(_told(row), kind, reason)
    sealed = sealing.append(scope=scope(row.region_id), subject=subject, content=content, at=now)
    PermitEvent.objects.create(permit=row, kind=kind, at=now, by=by.signature, reason=reason, sealed=sealed)


def _told(row: Permit) -> PermitRow:
    return next(rows_of(Permit.objects.filter(pk=row.pk)))


def _order(by: Standing, row: Permit, definition: Service, day: date, now: datetime) -> None:
    """Have the document of the last edition signed."""
    PermitEdition.objects.create(permit=row, region_id=row.region_id, number=row.edition, day=day)
    given = ToSign(
        key=document_key(row.pk, row.edition), title=title_of(definition), number=row.number, day=day,
        scope=row.region_id, page=("permits:permit", row.number),
    )  # fmt: skip
    SIGNATURES.order(by=by, documents=[given], now=now)


def document_of(key: str) -> Document:
    """The permit as it is signed."""
    permit, _slash, edition = key.partition("/")
    row = Permit.objects.select_related("case").get(pk=int(permit))
    made = row.editions.get(number=int(edition))
    person = _person(SCHEDULE, row.case)
    decided = row.case.events.filter(kind=EventKind.DECIDED).order_by("number").last()
    amended = (
        row.events.filter(kind=PermitEventKind.AMENDED).order_by("id")[made.number - 2] if made.number > 1 else None
    )
    return licence(
        Licence(
            row=_told(row), service=trail.service_of(row.case), answers=row.case.answers,
            region=areas.region(row.region_id).name, holder=person["name"], address=person["address"],
            conditions=decided.facts.get("conditions", "") if decided else "", edition=made.number, day=made.day,
            reason=amended.reason if amended else "", made_at=amended.at if amended else row.issued_at,
        )
    )  # fmt: skip


def _remark(key: str) -> str:
    """Update the state that is shown to everybody who checks a document."""
    permit, _slash, edition = key.partition("/")
    row = Permit.objects.get(pk=int(permit))
    if int(edition) < row.edition:
        return _("Replaced by an amendment of the same number.")
    if row.state != PermitState.VALID:
        last = row.events.order_by("id").last()
        assert last is not None
        said, day = translate(STATE_NAMES[PermitState(row.state)]), today_in(row.region_id, last.at)
        return translate(N_("%(state)s since %(day)s: %(reason)s"), state=said, day=day, reason=last.reason)
    over = row.valid_until < today_in(row.region_id, timezone.now())
    return translate(N_("It was valid until %(day)s"), day=row.valid_until) if over else ""


def _signed(signed: Signed) -> None:
    """Store and seal the signature; with the first document the case is finished, and its event says why it had to
    wait."""
    permit, _slash, edition = signed.key.partition("/")
    row = Permit.objects.select_related("case").get(pk=int(permit))
    made = held(PermitEdition.objects, permit=row, number=int(edition))
    made.signed_at, made.pages_sha256, made.sha256 = signed.now, signed.pages_sha256, signed.sha256
    made.save(update_fields=["signed_at", "pages_sha256", "sha256"])
    content = {"event": "signed", "number": row.number, "edition": made.number, "pages": signed.pages_sha256,
               "file": signed.sha256}  # fmt: skip
    sealing.append(scope=scope(row.region_id), subject=f"{row.number}/{made.number}", content=content, at=signed.now)
    if made.number == 1:
        waited = {"ordered_at": signed.ordered_at.isoformat(), "waited_for": signed.cause} if signed.cause else {}
        steps.mark_issued(by=signed.by, case=row.case_id, now=signed.now, said=waited)


SIGNATURES = Signatures(KIND, document_of, _remark, LISTS, _signed)
