"""The documents of a case: required ones, present ones, and their names."""

from __future__ import annotations

from collections.abc import Iterable

from pilar.evidence.rules import ScanState
from pilar.permits.models import Case, CaseEvent, OwnDocument
from pilar.permits.queries import completeness
from pilar.permits.queries.objections import ATTACHED
from pilar.permits.queries.rows import FileRow
from pilar.permits.rules import services
from pilar.permits.rules.cases import FileState
from pilar.permits.rules.services import Service, StageKind
from pilar.platform.language import N_, translate


def files_of(case: Case, service: Service, events: Iterable[CaseEvent]) -> tuple[FileRow, ...]:
    """The documents of a case, and those still missing, for people who may read the case."""
    device = {key: said for event in events for key, said in event.facts.get("photos", {}).items()}
    there = completeness.last_files(case)
    wanted = {requirement.key: requirement for requirement in services.required(service, case.answers)}
    asked = {requirement.key for requirement in service.requirements}
    own = dict(
        OwnDocument.objects.filter(account=case.applicant_id, removed_at=None).exclude(scan=ScanState.INFECTED)
        .values_list("requirement", "storage_key")
    )  # fmt: skip
    papers = []
    for key in dict.fromkeys((*wanted, *there)):
        file, keeps = there.get(key), key in wanted and wanted[key].keeps
        other = own.get(key, "") not in ("", file.storage_key if file else "")
        kept, name = {"own": keeps and other, "keeps": keeps, "asked": key in asked}, paper_name(service, key)
        papers.append(
            FileRow(0, key, name, **kept) if file is None else FileRow(
                file.pk, key, name, file.file_name, file.media_type, FileState(file.state), file.reason,
                file.told, file.valid_until, ScanState(file.scan), file.reused_id is not None,
                device=device.get(key, {}), **kept,
            )
        )  # fmt: skip
    return tuple(papers)


def paper_name(service: Service, key: str) -> str:
    """Name a document of a case, from the service or from the act that it came with."""
    head, _dash, number = key.rpartition("-")
    known = {requirement.key: str(requirement.name) for requirement in service.requirements}
    visits = {stage.key: str(stage.name) for stage in service.stages if stage.kind is StageKind.VISIT}
    if key in known:
        return known[key]
    if key == completeness.LETTER:
        return translate(N_("Letter of who acts for the applicant (surat kuasa)"))
    if head == ATTACHED:
        return translate(N_("Document with the objection"))
    return (
        translate(N_("%(visit)s: photograph %(number)s"), visit=visits[head], number=number) if head in visits else key
    )
