"""The completeness check by the front office: the clock starts, or the application is returned with one list of
everything that is missing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from django.db import transaction

from pilar.areas.reference import today_in
from pilar.people.operations import there
from pilar.people.rules import Standing
from pilar.permits.models import Case, CaseFile, Task
from pilar.permits.operations.letters import send_letter
from pilar.permits.operations.steps import TARGET, desk_case, finish, happened, open_stages, reckon, stage_of
from pilar.permits.queries import completeness, trail
from pilar.permits.reference.reasons import Why, require_reason
from pilar.permits.rules import services
from pilar.permits.rules.authority import Action
from pilar.permits.rules.cases import CaseElsewhere, CaseState, EventKind, FileState, Finding, Outcome
from pilar.permits.rules.letters import StandardLetter
from pilar.permits.rules.services import StageKind
from pilar.platform import audit
from pilar.platform.errors import Fault, Faults
from pilar.platform.language import N_

MAX_TOLD = 300


@dataclass(frozen=True, slots=True)
class Checked:
    """The verdict of the office on a document (``file`` is its key): accepted, or the code of why it has to be
    replaced."""

    file: int
    reason: str = ""
    told: str = ""


@transaction.atomic
def check_files(*, by: Standing, case: int, checked: Sequence[Checked], now: datetime) -> None:
    """Record which documents are accepted, one by one or all at once; this can be changed until the check ends.

    Raises :class:`NotFound`, :class:`NotAllowed`, :class:`WrongState`, what :func:`stage_of` raises, Faults at
    ``N.reason``.
    """
    row, _task, _acting = _in_check(by, case, now)
    for place, judgement in enumerate(checked):
        if judgement.reason:
            require_reason(Why.FINDING, judgement.reason, place=f"{place}.reason")
        _require_short(judgement.told, f"{place}.told")
        file = there(CaseFile.objects, pk=judgement.file, case=row)
        file.state = FileState.REFUSED if judgement.reason else FileState.ACCEPTED
        file.reason, file.told, file.checked_by = judgement.reason, judgement.told.strip(), by.signature
        file.save(update_fields=["state", "reason", "told", "checked_by"])
    audit.record(
        by=by.actor, action="check-files", target=TARGET, key=row.pk, area=row.region_id,
        after={str(judgement.file): judgement.reason or "accepted" for judgement in checked},
    )  # fmt: skip


@transaction.atomic
def pass_check(*, by: Standing, case: int, now: datetime) -> None:
    """Accept an application as complete: this is its day 0, and the next stages open.

    Documents without a verdict are accepted with it. Raises as :func:`check_files`, Faults for documents that are
    missing or have to be replaced, for an office that the region does not have, and for a permit that would end before
    today.
    """
    row, task, acting = _in_check(by, case, now)
    if row.state != CaseState.SUBMITTED:
        raise CaseElsewhere
    service = trail.service_of(row)
    services.valid_until(service, row.answers, today_in(row.region_id, now))
    CaseFile.objects.filter(case=row, state=FileState.WAITING).update(state=FileState.ACCEPTED, checked_by=by.signature)
    facts = completeness.facts_of(row, service, now=now)
    happened(
        row, EventKind.ACCEPTED, by=acting, now=now, to=CaseState.RUNNING, facts=facts, fields={"accepted_at": now}
    )
    finish(row, task, Outcome.DONE, by=acting, now=now)
    open_stages(row, service, by=acting, now=now)
    reckon(row, service, now=now)


@transaction.atomic
def return_case(*, by: Standing, case: int, findings: Sequence[Finding], now: datetime) -> None:
    """Return an application with everything that is missing or wrong; documents that were refused are listed with it.

    Raises as :func:`check_files`, Faults where nothing is listed.
    """
    row, _task, acting = _in_check(by, case, now)
    if row.state != CaseState.SUBMITTED:
        raise CaseElsewhere
    listed = all_findings(row, findings)
    facts = completeness.facts_of(row, trail.service_of(row), now=now, findings=len(listed))
    happened(
        row, EventKind.RETURNED, by=acting, now=now, to=CaseState.RETURNED, facts=facts,
        said={"findings": [asdict(finding) for finding in listed]}, fields={"returns": row.returns + 1},
    )  # fmt: skip
    send_letter(row, StandardLetter.RETURNED, by=acting, now=now, findings=listed)
    reckon(row, trail.service_of(row), now=now)


def all_findings(case: Case, findings: Sequence[Finding]) -> list[Finding]:
    """Join the listed findings with the documents that were refused; raises Faults for unknown codes and names."""
    service = trail.service_of(case)
    keys, fields = {requirement.key for requirement in service.requirements}, {field.key for field in service.fields}
    for place, finding in enumerate(findings):
        require_reason(Why.FINDING, finding.code, place=f"{place}.code")
        if (finding.requirement and finding.requirement not in keys) or (finding.field and finding.field not in fields):
            sentence = N_("Choose a document or a question")
            raise Faults([Fault("unknown-finding", sentence, {}, f"{place}.requirement")])
        _require_short(finding.text, f"{place}.text")
    named = {finding.requirement for finding in findings}
    refused = [
        last_file for last_file in completeness.last_files(case).values() if last_file.state == FileState.REFUSED
    ]
    return [*findings, *(Finding(case_file.reason, case_file.requirement, "", case_file.told) for case_file in refused
                         if case_file.requirement not in named)]  # fmt: skip


def _require_short(text: str, place: str) -> None:
    if len(text) > MAX_TOLD or "\0" in text:
        sentence = N_("Write at most %(most)s characters")
        raise Faults([Fault("too-long", sentence, {"most": MAX_TOLD}, place)])


def _in_check(by: Standing, key: int, now: datetime) -> tuple[Case, Task, Standing]:
    row, acting = desk_case(by, key, Action.CHECK, now=now)
    service = trail.service_of(row)
    first = next(stage for stage in service.stages if stage.kind is StageKind.CHECK)
    task, _stage = stage_of(acting, row, service, first.key, StageKind.CHECK, now=now)
    return row, task, acting
