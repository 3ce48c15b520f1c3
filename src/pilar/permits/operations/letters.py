"""Standard letters to applicants: written from data and the facts of a case, kept with it, and read before they go."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from django.db import transaction

from pilar.areas.queries import working_days
from pilar.areas.reference import today_in
from pilar.people.rules import Standing
from pilar.permits.models import Case, CaseLetter
from pilar.permits.queries import completeness, trail
from pilar.permits.queries.letters import written
from pilar.permits.reference.deadlines import objection_terms
from pilar.permits.reference.letters import sentence, template
from pilar.permits.reference.reasons import Why
from pilar.permits.rules.cases import Finding
from pilar.permits.rules.letters import StandardLetter, Written
from pilar.permits.rules.objections import About
from pilar.platform.writing import in_words

LANGUAGE = "id"


def send_letter(
    case: Case, kind: StandardLetter, *, by: Standing, now: datetime, findings: Sequence[Finding] = (), **facts: str
) -> None:
    """Write a letter about what has just happened to a case that the caller holds; ``facts`` are additional to those of
    the case."""
    today, person = today_in(case.region_id, now), completeness.person_of(case)
    service, terms = trail.service_of(case), objection_terms(About.REFUSAL, today)
    names = {asked.key: asked.name.id for asked in (*service.requirements, *service.fields)}
    sent = today_in(case.region_id, case.submitted_at or now)
    known = {
        "name": person["name"], "address": person["address"], "service": service.name.id, "number": case.number,
        "sent": in_words(sent, LANGUAGE), "day": in_words(today, LANGUAGE), "law": terms.law,
        "last_day": in_words(terms.within.after(today, working_days(case.region_id)), LANGUAGE),
        "findings": "\n".join(_line(finding, names) for finding in findings),
    }  # fmt: skip
    made = template(kind).filled({**known, **facts})
    CaseLetter.objects.create(case=case, kind=kind, at=now, by=by.signature, title=made.title, text=made.text)


def preview_letter(act: Callable[[], object], *, case: int) -> Written | None:
    """The letter that an act on a case would send, if any. The act is performed and rolled back, so that the preview is
    exactly what would be sent. Raises what ``act`` raises."""
    with transaction.atomic():
        before = CaseLetter.objects.filter(case=case).count()
        act()
        made = CaseLetter.objects.filter(case=case)[before:].first()
        text = None if made is None else written(made)
        transaction.set_rollback(True)
    return text


def _line(finding: Finding, names: dict[str, str]) -> str:
    what = names.get(finding.requirement or finding.field, "")
    said = sentence(Why.FINDING, finding.code) if what or not finding.text else ""
    return "- " + " ".join(part for part in (f"{what}:" if what else "", said, finding.text) if part)
