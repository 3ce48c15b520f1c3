"""Write, send, complete and withdraw an application: by its applicant, a proxy, or the counter for a walk-in."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Max

from pilar.areas.reference import today_in
from pilar.evidence.operations import HeldUpload, keep_private, to_be_scanned
from pilar.evidence.rules import ScanState, require_servable
from pilar.people.operations import held, there
from pilar.people.queries import acting_for
from pilar.people.queries.public import contact_of
from pilar.people.rules import NotAllowed, NotFound, Standing
from pilar.permits.models import Case, CaseFile, OwnDocument
from pilar.permits.models.cases import IDENTITY
from pilar.permits.operations.levies import drop_levy
from pilar.permits.operations.steps import TARGET, drop_open, happened, open_stages, own_case, reckon
from pilar.permits.queries import completeness, trail
from pilar.permits.queries.services import is_offered
from pilar.permits.queries.services import service as service_on
from pilar.permits.reference.reasons import Why, require_reason
from pilar.permits.rules import authority, persons, services
from pilar.permits.rules.authority import AUTHORITY, Action, Right
from pilar.permits.rules.cases import CaseState, EventKind
from pilar.permits.rules.services import Service
from pilar.permits.rules.services.answers import MAX_ANSWER
from pilar.platform import audit, locks, numbering, receipts, secrets
from pilar.platform.errors import Fault, Faults
from pilar.platform.language import N_
from pilar.platform.versions import Outdated, Stored

"""Of the identity number: NIK of a person, NIB of a business."""


@dataclass(frozen=True, slots=True)
class Person:
    """The personal data of an application: name, identity number (NIK or NIB), phone, address, e-mail if given."""

    name: str
    identity: str
    phone: str
    address: str
    email: str = ""


@transaction.atomic
def begin_case(
    *, by: Standing, region: str, service: str, kind: str, account: int | None = None, renews: int | None = None,
    now: datetime,
) -> int:  # fmt: skip
    """Begin a draft for the citizen's own account or for one they act for; returns its key.

    ``renews``: an earlier case, whose applicant, personal data and answers are taken over. Raises :class:`NotAllowed`
    for anyone who acts for nobody or not for ``account``, :class:`NotFound`, Faults at ``kind``.
    """
    accounts = {acted_for.account for acted_for in acting_for(by, purpose="permits", now=now)}
    before = None if renews is None else there(Case.objects, pk=renews, applicant__in=accounts)
    wanted = before.applicant_id if before else by.citizen if account is None else account
    if wanted not in accounts:
        raise NotAllowed
    applicant, proxy = completeness.kind_of(wanted), wanted != by.citizen
    row = _begun(by, (region, service), kind, applicant, proxy=proxy, now=now, applicant_id=wanted)
    if before is not None:
        row.renews, row.answers, row.person = before, before.answers | row.answers, before.person
        row.identity_hash = before.identity_hash
    return _drafted(row, by, now)


@transaction.atomic
def begin_at_counter(
    *, by: Standing, region: str, service: str, kind: str, applicant: str = "person", proxy: bool = False,
    now: datetime,
) -> int:  # fmt: skip
    """Begin a draft for somebody at the counter (``applicant``: a person or a business; ``proxy``: the visitor acts for
    them); returns its key.

    Raises :class:`NotAllowed`, :class:`NotFound`, Faults at ``kind`` and ``applicant``.
    """
    AUTHORITY.require(trail.acting(by, now), Action.FILE, authority.Case(region, state=CaseState.DRAFT), known=True)
    return _drafted(_begun(by, (region, service), kind, applicant, proxy=proxy, now=now, at_counter=True), by, now)


@transaction.atomic
def save_answers(
    *, by: Standing, case: int, seen: int, answers: Mapping[str, Any], person: Person | None = None, now: datetime
) -> int:
    """Store answers as typed; they are validated when the case is sent. Returns the new version.

    ``seen`` is the version that was edited. Answers to unknown questions are left out. Raises :class:`NotFound`,
    :class:`WrongState` (also while the clock stands for documents alone), :class:`Outdated`, Faults for values that
    cannot be answers.
    """
    row = own_case(by, case, Right.CHANGE, now=now)
    if row.state == CaseState.WAITING and not trail.asks_answers(
        row.events.filter(kind=EventKind.STOPPED).latest("number")
    ):
        raise authority.WrongState(state=CaseState.WAITING)
    if row.edition != seen:
        raise Outdated(Stored(row.edition, row.answers))
    service = trail.service_of(row)
    kept = {field.key: answers[field.key] for field in service.fields if answers.get(field.key) not in (None, "")}
    if unfit := [name for name, value in kept.items() if not _storable(value)]:
        raise Faults([Fault("unfit-answer", N_("This is no answer to the question"), {}, name) for name in unfit])
    context = {name: row.answers[name] for name in services.CONTEXT if name in row.answers}
    row.answers, row.edition = kept | context, row.edition + 1
    changed = ["answers", "edition"]
    if person is not None:
        _require_short(person)
        row.person = json.dumps(asdict(person), ensure_ascii=False)
        row.identity_hash = secrets.lookup(person.identity, context=IDENTITY) if person.identity else ""
        changed += ["person", "identity_hash"]
    row.save(update_fields=changed)
    return row.edition


@transaction.atomic
def keep_file(
    *, by: Standing, case: int, requirement: str, held_file: HeldUpload, valid_until: date | None = None, now: datetime
) -> int:
    """Store a held file as the document of a requirement, replacing the previous one; returns its key.

    If the service allows it, the account can use it again in its next application. Raises :class:`NotFound`,
    :class:`WrongState`, Faults at ``requirement``, ``valid_until`` and ``file``.
    """
    row = own_case(by, case, Right.CHANGE, now=now)
    wanted = _requirement(trail.service_of(row), requirement)
    _require_valid(valid_until, row.region_id, now)
    file = keep_private(by=by, held=held_file)
    made = add_case_file(row, requirement, by, now, **file, valid_until=valid_until)
    to_be_scanned(made)
    if wanted.keeps and row.applicant_id is not None:
        locks.take(f"permits.own-document {row.applicant_id} {requirement}")
        OwnDocument.objects.filter(account=row.applicant_id, requirement=requirement, removed_at=None).update(
            removed_at=now
        )
        own = OwnDocument.objects.create(
            account_id=row.applicant_id, requirement=requirement, valid_until=valid_until, kept_at=now, **file
        )
        to_be_scanned(own)
    return int(made.pk)


@transaction.atomic
def reuse_document(*, by: Standing, case: int, requirement: str, now: datetime) -> int:
    """Use one of the applicant's earlier documents for a requirement; returns its key.

    Raises :class:`NotFound` where there is none, :class:`WrongState`, :class:`Infected`, Faults at ``requirement`` (it
    has expired).
    """
    row = own_case(by, case, Right.CHANGE, now=now)
    if not _requirement(trail.service_of(row), requirement).keeps or row.applicant_id is None:
        raise NotFound
    own = there(OwnDocument.objects, account=row.applicant_id, requirement=requirement, removed_at=None)
    _require_valid(own.valid_until, row.region_id, now, place="requirement")
    require_servable(ScanState(own.scan), name=own.file_name, found=own.scan_found)
    names = ("file_name", "media_type", "size", "sha256", "storage_key", "scan", "scan_found", "valid_until")
    made = add_case_file(row, requirement, by, now, reused=own, **{name: getattr(own, name) for name in names})
    to_be_scanned(made)
    return int(made.pk)


@transaction.atomic
def remove_own_document(*, by: Standing, document: int, now: datetime) -> None:
    """Stop offering a document for further applications; it stays where it was used. Raises :class:`NotFound`."""
    row = held(OwnDocument.objects, pk=document, removed_at=None)
    if row.account_id not in {acted_for.account for acted_for in acting_for(by, purpose="permits", now=now)}:
        raise NotFound
    row.removed_at = now
    row.save(update_fields=["removed_at"])
    audit.record(by=by.actor, action="remove", target="permits.own-document", key=row.pk)


@transaction.atomic
def submit(*, by: Standing, case: int, key: UUID, now: datetime) -> str:
    """Send an application, or send it again after it was returned; returns its number.

    Sent twice under the same ``key``, it is sent once. Raises :class:`NotFound`, :class:`WrongState`, and Faults with
    everything that is open, each at its place.
    """
    who = by.citizen if by.account is None else by.account
    receipts.once(
        kind="permits.submit", key=key, owner=who or 0, content={"case": case}, act=lambda: _submit(by, case, now)
    )
    return str(Case.objects.values_list("number", flat=True).get(pk=case))


def _submit(by: Standing, key: int, now: datetime) -> None:
    row = own_case(by, key, Right.SUBMIT, now=now)
    service, again = trail.service_of(row), row.state == CaseState.RETURNED
    person = completeness.person_of(row)
    today = today_in(row.region_id, now)
    faults = [
        *services.judge(service, row.answers, today=today),
        *_unfit_person(person, row.answers.get("applicant", "person")),
    ]
    if not again and not is_offered(row.region_id, row.version.key, today):
        sentence = N_("The office takes no applications of this kind any more")
        faults.append(Fault("service-closed", sentence))
    if faults:
        raise Faults(faults)
    facts = completeness.facts_of(row, service, now=now)
    number = row.number or numbering.give(
        kind="permits.case", scope=row.region_id, day=today, target=TARGET, key=row.pk,
        parts={"region": row.region_id.replace(".", "")},
    )  # fmt: skip
    fields = {
        "number": number, "submitted_at": row.submitted_at or now, "marks": completeness.marks_of(row, service),
        "tracking_hash": completeness.tracked_by(number, person["identity"]),
    }  # fmt: skip
    happened(row, EventKind.SUBMITTED, by=by, now=now, to=CaseState.SUBMITTED, facts=facts, fields=fields)
    if not again:
        open_stages(row, service, by=by, now=now)
    reckon(row, service, now=now)


@transaction.atomic
def hand_in(*, by: Standing, case: int, now: datetime) -> None:
    """Hand in what was asked for while the clock was stopped; the clock continues immediately, since it is the office's
    turn again.

    Raises :class:`NotFound`, :class:`WrongState`, Faults for documents that are still to be replaced, and for answers.
    """
    row = own_case(by, case, Right.ANSWER, now=now)
    service = trail.service_of(row)
    if faults := services.judge(service, row.answers):
        raise Faults(faults)
    facts = completeness.facts_of(row, service, now=now)
    if facts.unfit:
        sentence = N_("Replace the documents: %(what)s")
        raise Faults([Fault("documents-unfit", sentence, {"what": facts.unfit})])
    happened(row, EventKind.CORRECTED, by=by, now=now)
    happened(row, EventKind.RESUMED, by=by, now=now, to=CaseState.RUNNING)
    open_stages(row, service, by=by, now=now)
    reckon(row, service, now=now)


@transaction.atomic
def withdraw_case(*, by: Standing, case: int, now: datetime) -> None:
    """Withdraw an application before the permit is decided; its open levy becomes void.

    Raises :class:`NotFound`, :class:`WrongState`.
    """
    row = own_case(by, case, Right.WITHDRAW, now=now)
    require_reason(Why.WITHDRAW, "withdrawn")
    drop_levy(row, by=by, now=now)
    drop_open(row, by=by, now=now)
    happened(
        row, EventKind.WITHDRAWN, by=by, now=now, to=CaseState.WITHDRAWN, reason="withdrawn", fields={"due_at": None}
    )


def _begun(
    by: Standing, service: tuple[str, str], kind: str, applicant: str, *, proxy: bool, now: datetime, **given: Any
) -> Case:
    region, key = service
    version = service_on(region, key, today_in(region, now))
    definition = version.service
    faults = []
    if kind not in definition.kinds:
        faults.append(Fault("unfit-kind", N_("The service does not take this kind of application"), {}, "kind"))
    if applicant not in definition.applicants:
        sentence = N_("The service is not for this kind of applicant")
        faults.append(Fault("unfit-applicant", sentence, {}, "applicant"))
    if not services.is_open(definition):
        sentence = N_("The office has not set everything for this service yet, so it takes no applications")
        faults.append(Fault("service-not-set", sentence))
    if faults:
        raise Faults(faults)
    answers = {"kind": kind, "applicant": applicant, "proxy": proxy}
    return Case(
        region_id=region,
        version_id=version.pk,
        kind=kind,
        answers=answers,
        filed_by=by.signature,
        created_at=now,
        **given,
    )


def _drafted(row: Case, by: Standing, now: datetime) -> int:
    row.save()
    happened(row, EventKind.DRAFTED, by=by, now=now)
    return int(row.pk)


def _requirement(service: Service, key: str) -> services.Requirement:
    for requirement in service.requirements:
        if requirement.key == key:
            return requirement
    raise Faults([Fault("unknown-requirement", N_("The service does not ask for this document"), {}, "requirement")])


def add_case_file(row: Case, requirement: str, by: Standing, now: datetime, **given: Any) -> CaseFile:
    """Add a document to a case that the caller holds locked; ``given`` are its other columns."""
    last = CaseFile.objects.filter(case=row, requirement=requirement).aggregate(last=Max("number"))["last"] or 0
    made = CaseFile.objects.create(
        case=row, requirement=requirement, number=last + 1, added_at=now, added_by=by.signature, **given
    )
    audit.record(
        by=by.actor, action="add-file", target=TARGET, key=row.pk, area=row.region_id,
        after={"requirement": requirement, "number": made.number, "sha256": made.sha256},
    )  # fmt: skip
    return made


def _require_valid(until: date | None, region: str, now: datetime, *, place: str = "valid_until") -> None:
    if until is not None and until < today_in(region, now):
        raise Faults([Fault("document-expired", N_("The document has expired. Add one that is valid"), {}, place)])


def _storable(value: Any) -> bool:
    return isinstance(value, bool | int) or (isinstance(value, str) and len(value) <= MAX_ANSWER and "\0" not in value)


def _require_short(person: Person) -> None:
    faults = [
        Fault("too-long", N_("Write at most %(most)s characters"), {"most": 300}, name)
        for name, text in asdict(person).items() if len(text) > 300 or "\0" in text
    ]  # fmt: skip
    if faults:
        raise Faults(faults)


def _unfit_person(person: Mapping[str, str], applicant: str) -> list[Fault]:
    faults = persons.open_of(person, applicant)
    if person.get("email"):
        try:
            contact_of(person["email"], place="email")
        except Faults as unfit:
            faults += unfit.faults
    return faults
