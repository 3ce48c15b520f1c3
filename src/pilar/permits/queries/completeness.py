"""Read the state of an application: its documents, answers and applicant, and what is still missing."""

from __future__ import annotations

import json
import re
from datetime import datetime

from django.conf import settings

from pilar.areas.reference import today_in
from pilar.evidence.rules import ScanState
from pilar.people.models import Proxy, PublicAccount, User
from pilar.people.queries.public import account_with, kept_contact
from pilar.permits.models import Case, CaseFile, Relative
from pilar.permits.models.cases import IDENTITY, TRACKING
from pilar.permits.rules import persons, services
from pilar.permits.rules.cases import CaseFacts, CaseState, FileState
from pilar.permits.rules.services import Service
from pilar.platform import secrets
from pilar.platform.language import translate

LETTER = "surat-kuasa"
"""The requirement under which a letter of authority is stored if the service has none for it."""


def kind_of(account: int) -> str:
    """Return whether a public account is of a person or a business."""
    return str(PublicAccount.objects.values_list("kind", flat=True).get(pk=account))


def person_of(case: Case) -> dict[str, str]:
    """Decrypt the personal data of a case, for an act of the case itself; showing them to somebody must be logged by
    the caller."""
    return {} if case.person is None else json.loads(secrets.decrypt(case.person.text, context=case.person.context))


def open_person(case: Case) -> list[str]:
    """List the missing data of the applicant before the case can be sent."""
    if case.state not in (CaseState.DRAFT, CaseState.RETURNED):
        return []
    faults = persons.open_of(person_of(case), case.answers.get("applicant", "person"))
    return [translate(persons.ASKED[fault.place]) for fault in faults]


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
            if (file := files.get(requirement.key)) is not None
            and (
                file.state == FileState.REFUSED
                or file.scan == ScanState.INFECTED
                or (file.valid_until is not None and file.valid_until < today)
            )
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
