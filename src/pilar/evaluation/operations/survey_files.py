"""The files of a survey that become evidence when its figures are taken: its recap, and its single answers.

The offices of a region take figures of all its programmes, but see no single answer: those are kept as reserved
evidence, which the coordinator, the panel and the secretariat read, whoever has taken the figure.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from pilar.evaluation.models import Assessment, SurveyFile
from pilar.evaluation.operations.attachments import tie_piece
from pilar.evaluation.queries.survey_figures import WHOLE, survey_row
from pilar.evidence.operations import HeldUpload, MadeFile, hold_made, keep_made
from pilar.evidence.queries import evidence_list
from pilar.people.rules import Standing
from pilar.platform import locks
from pilar.surveys.documents import HandedIn, handed_in


@dataclass(frozen=True, slots=True)
class HeldFile:
    """A file that was made, with its SHA-256; ``held`` is None where it is kept already."""

    file: HandedIn
    sha256: str
    held: HeldUpload | None


HeldFiles = tuple[HeldFile, ...]


def hold_files(by: Standing, region: str, survey: int, now: datetime) -> HeldFiles:
    """Make the files of a closed survey, and hold what is not kept yet. Commits."""
    kept = {one.kind: _newest(one) for one in SurveyFile.objects.filter(survey=survey)}
    found = []
    for file in handed_in(survey_row(survey), scope=WHOLE):
        made = MadeFile(file.name, file.media_type, file.content)
        new = kept.get(file.kind) != made.sha256
        held = hold_made(by=by, region=region, file=made, now=now) if new else None
        found.append(HeldFile(file, made.sha256, held))
    return tuple(found)


def attach_files(by: Standing, found: Assessment, node: str, survey: int, *, files: HeldFiles, now: datetime) -> None:
    """Keep what is held, each content once, and tie all to the answer of an assessment that the caller holds."""
    locks.take(f"evaluation.survey-files {survey}")
    kept = {one.kind: one for one in SurveyFile.objects.filter(survey=survey)}
    for one in files:
        row = kept.get(one.file.kind)
        if one.held is not None and (row is None or _newest(row) != one.sha256):
            key = keep_made(
                by=by, region=found.participation.region_id, title=one.file.title, held=one.held,
                piece=None if row is None else row.evidence_id, reserved=one.file.single_answers, now=now,
            )  # fmt: skip
            row = row or SurveyFile.objects.create(survey_id=survey, kind=one.file.kind, evidence_id=key)
        assert row is not None
        tie_piece(by, found, node, row.evidence_id, now)


def _newest(row: SurveyFile) -> str:
    """The SHA-256 of what is kept."""
    (piece,) = evidence_list([row.evidence_id], scope=WHOLE)
    return piece.sha256
