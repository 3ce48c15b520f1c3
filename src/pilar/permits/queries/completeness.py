"""Read the state of an application: its documents, answers and applicant, and what is still missing."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import date, datetime

from django.conf import settings

from pilar.areas.reference import today_in
from pilar.evidence.rules import SCANS, ScanState
from pilar.people.models import Proxy, PublicAccount, User
from pilar.people.queries.public import account_with, kept_contact
from pilar.permits.models import Case, CaseFile, Relative
from pilar.permits.models.cases import IDENTITY, TRACKING
from pilar.permits.rules import persons, services
from pilar.permits.rules.cases import FILE_STATES, WRITTEN, CaseFacts, FileState
from pilar.permits.rules.services import Service
from pilar.platform import secrets
from pilar.platform.errors import Fault
from pilar.platform.language import N_, translate

LETTER = "surat-kuasa"
"""The requirement under which a letter of authority is stored if the service has none for it."""


@dataclass(frozen=True, slots=True)
class Gap:
    """An obstacle to sending an application. ``text``: a question or document, and what is wrong with it if it is
    there (``wrong``); ``place``: the id of its part of the page."""

    text: str
    place: str
    wrong: bool


def kind_of(account: int) -> str:
    """Return whether a public account is of a person or a business."""
    return str(PublicAccount.objects.values_list("kind", flat=True).get(pk=account))


def person_of(case: Case) -> dict[str, str]:
    """Decrypt the personal data of a case, for an act of the case itself; showing them to somebody must be logged by
    the caller."""
    return {} if case.person is None else json.loads(secrets.decrypt(case.person.text, context=case.person.context))


def gaps_of(case: Case, service: Service, *, now: datetime) -> tuple[Gap, ...]:
    """List what is missing or wrong before the case can be sent: of the applicant, of the answers, of the documents."""
    files, today, asked = last_files(case), today_in(case.region_id, now), []
    if case.state in WRITTEN:
        faults = persons.open_of(person_of(case), case.answers.get("applicant", "person"))
        asked = [(translate(persons.ASKED[fault.place]), fault) for fault in faults]
    names = {field.key: str(field.name) for field in service.fields}
    judged = services.judge(service, case.answers, today=today)
    asked += [(names.get(fault.place, fault.place), fault) for fault in judged]
    gaps = [_gap(name, f"id_{fault.place}", _wrong(fault)) for name, fault in asked]
    for requirement in services.required(service, case.answers):
        file = files.get(requirement.key)
        if file is None or (said := _unfit(file, today)):
            gaps.append(_gap(str(requirement.name), requirement.key, said if file else ""))
    return tuple(gaps)


def _gap(name: str, place: str, wrong: str) -> Gap:
    return Gap(f"{name}: {wrong}" if wrong else name, place, bool(wrong))


def _wrong(fault: Fault) -> str:
    return "" if fault.code in ("unanswered", "required") else fault.said()


def _unfit(file: CaseFile, today: date) -> str:
    """Say why a document cannot be used."""
    if file.state == FileState.REFUSED:
        return translate(FILE_STATES[FileState.REFUSED][0])
    if file.scan == ScanState.INFECTED:
        return translate(SCANS[ScanState.INFECTED][0])
    if file.valid_until is not None and file.valid_until < today:
        return translate(N_("it was valid until %(day)s"), day=file.valid_until)
    return ""


def last_files(case: Case) -> dict[str, CaseFile]:
    """The document that counts for each requirement."""
    return {file.requirement: file for file in CaseFile.objects.filter(case=case).order_by("requirement", "number")}


def facts_of(case: Case, service: Service, *, now: datetime, findings: int = 0) -> CaseFacts:
    """Collect the facts by which the moves of a case are judged."""
    files, today = last_files(case), today_in(case.region_id, now)
    wanted = services.required(service, case.answers)
    names = {field.key: str(field.name) for field in service.fields}
    return CaseFacts(
        gaps=tuple(str(services.GAP_NAMES[gap]) for gap in services.gaps(service)),
        unanswered=tuple(
            names.get(fault.place, fault.place) for fault in services.judge(service, case.answers, today=today)
        ),
        missing=tuple(str(requirement.name) for requirement in wanted if requirement.key not in files),
        unfit=tuple(
            str(requirement.name)
            for requirement in wanted
            if (file := files.get(requirement.key)) is not None and _unfit(file, today)
        ),
        unscanned=tuple(
            str(requirement.name)
            for requirement in wanted
            if settings.PILAR_CLAMD
            and (file := files.get(requirement.key)) is not None
            and file.scan in (ScanState.NOT_SCANNED, ScanState.FAILED)
        ),
        findings=findings,
    )


def is_of_relative(case: Case, account: int | None) -> bool:
    """Return whether an officer has declared that they, or a relative, apply in a case (also under a key that is not
    renewed yet on either side), or their e-mail address is that of the applicant, or of somebody who acts for them."""
    if account is None:
        return False
    person = person_of(case)
    hashes = {case.identity_hash, *identified_by(person.get("identity", ""))} if case.identity_hash else set()
    if Relative.objects.filter(user=account, identity_hash__in=hashes).exists():
        return True
    email = User.objects.values_list("email", flat=True).get(pk=account)
    citizen = account_with(kept_contact(email))
    if citizen is None or case.applicant_id is None:
        return person.get("email", "").lower() == email
    theirs = {case.applicant_id, case.handed_by_id}  # the account that handed it over may take it back
    return citizen in theirs or Proxy.objects.filter(holder=citizen, principal__in=theirs, ended_at=None).exists()


def marks_of(case: Case, service: Service) -> list[str]:
    """Hashes of the answers that should be unique: a parcel, the number of another licence. Each is hashed as written
    and by its letters and digits alone, so that the same number is found however it is punctuated."""
    return [
        secrets.lookup(said, context=f"permits.mark.{field.key}")
        for field in service.fields if field.schema.get("x-once") and case.answers.get(field.key)
        for said in _written(str(case.answers[field.key]).upper())
    ]  # fmt: skip


def _written(answer: str) -> list[str]:
    """An answer with single spaces between its words, and one without separators."""
    return list(dict.fromkeys(filter(None, (" ".join(answer.split()), re.sub(r"[\W_]", "", answer)))))


def tracked_by(number: str, identity: str) -> str:
    """The hash for tracking a case: its number and the last four characters of the identity number."""
    return secrets.lookup(f"{number.upper()} {identity[-4:]}", context=TRACKING)


def identified_by(identity: str) -> tuple[str, ...]:
    """The hashes under which an identity number may be stored."""
    return secrets.lookups(identity, context=IDENTITY)
