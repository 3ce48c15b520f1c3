"""Questionnaires sent by the secretariat: drafts, which a second person releases."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from pilar.people.operations.drafts import drop_draft, keep_draft, release_draft
from pilar.people.queries.drafts import VersionTaken
from pilar.people.rules import Standing
from pilar.platform import locks
from pilar.platform.documents import own
from pilar.platform.errors import Faults
from pilar.surveys.models import Form, FormDraft
from pilar.surveys.queries.questionnaires import sending_faults, versions_of
from pilar.surveys.reference import parse
from pilar.surveys.rules.authority import Action, Case, require
from pilar.surveys.rules.questionnaire_check import check

TARGET = "surveys.form-draft"


@transaction.atomic
def send_questionnaire(*, by: Standing, document: str, file: str, now: datetime) -> int:
    """Keep the file of a questionnaire as a draft, which no survey uses yet; return its key.

    Raises Faults for a file that is no questionnaire, names no basis or exists already, :class:`NotAllowed`.
    """
    require(by, Action.SEND_QUESTIONNAIRE, Case(), known=True)
    misfits = check(document)
    if misfits:
        raise Faults([own(fault) for fault in misfits])
    form = parse(document)
    locks.take(f"surveys.form {form.code}")
    if faults := sending_faults(form):
        raise Faults(faults)
    return keep_draft(
        FormDraft, by=by, target=TARGET, code=form.code, version=form.version, sha256=form.fingerprint,
        title=form.title, document=document, file=file, now=now,
    )  # fmt: skip


@transaction.atomic
def release_questionnaire(*, by: Standing, draft: int, now: datetime) -> None:
    """Release the questionnaire of a draft for surveys; it then never changes. The sender of the draft may not release
    it.

    Releasing again changes nothing. Raises :class:`ReleasesOwn`, :class:`VersionTaken`, :class:`NotFound`,
    :class:`NotAllowed`.
    """
    require(by, Action.RELEASE_QUESTIONNAIRE, Case(), known=True)

    def become(row: FormDraft) -> Form:
        locks.take(f"surveys.form {row.code}")
        if row.version in versions_of(row.code):
            raise VersionTaken(name=row.code, version=row.version)
        return Form.objects.create(code=row.code, version=row.version, fingerprint=row.sha256, text=row.document)

    release_draft(FormDraft, draft, become, by=by, target=TARGET, now=now)


@transaction.atomic
def drop_questionnaire_draft(*, by: Standing, draft: int) -> None:
    """Delete a draft. Raises :class:`DraftReleased`, :class:`NotFound`, :class:`NotAllowed`."""
    require(by, Action.SEND_QUESTIONNAIRE, Case(), known=True)
    drop_draft(FormDraft, draft, by=by, target=TARGET)
