"""A questionnaire that the secretariat sends: a draft, which a second person releases."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from pilar.people.operations import held
from pilar.people.rules import Standing
from pilar.platform import audit, locks
from pilar.platform.documents import own
from pilar.platform.errors import Faults
from pilar.surveys.models import Form, FormDraft
from pilar.surveys.queries.questionnaires import versions_of, waiting_of
from pilar.surveys.reference import parse
from pilar.surveys.rules.authority import Action, Case, require
from pilar.surveys.rules.questionnaire_check import check
from pilar.surveys.rules.questionnaire_drafts import (
    QuestionnaireReleased,
    QuestionnaireTaken,
    ReleasesOwnQuestionnaire,
    draft_faults,
)

TARGET = "surveys.form-draft"


@transaction.atomic
def send_questionnaire(*, by: Standing, document: str, file: str, now: datetime) -> int:
    """Keep the file of a questionnaire as a draft, which no survey uses; returns its key.

    Raises Faults for what is no questionnaire, rests on no paper or is there already, :class:`NotAllowed`.
    """
    require(by, Action.SEND_QUESTIONNAIRE, Case(), known=True)
    misfits = check(document)
    if misfits:
        raise Faults([own(fault) for fault in misfits])
    form = parse(document)
    locks.take(f"surveys.form {form.code}")
    faults = draft_faults(form, versions=versions_of(form.code), drafts=waiting_of(form.code))
    if faults:
        raise Faults(faults)
    made = FormDraft.objects.create(
        code=form.code, version=form.version, sha256=form.fingerprint, title_id=form.title.id, title_en=form.title.en,
        document=document, file=file, sent_by_id=by.account, sent_by_name=by.actor.name, sent_at=now,
    )  # fmt: skip
    audit.record(by, "send", TARGET, made.pk, after={"form": str(made), "sha256": made.sha256, "file": file})
    return int(made.pk)


@transaction.atomic
def release_questionnaire(*, by: Standing, draft: int, now: datetime) -> None:
    """Let surveys be drawn up with the questionnaire of a draft, which then never changes; not by whoever sent it.

    Releasing again changes nothing. Raises :class:`ReleasesOwnQuestionnaire`, :class:`QuestionnaireTaken`,
    :class:`NotFound`, :class:`NotAllowed`.
    """
    require(by, Action.RELEASE_QUESTIONNAIRE, Case(), known=True)
    row = held(FormDraft.objects, pk=draft)
    if row.form_id is not None:
        return
    if row.is_of(by.account):
        raise ReleasesOwnQuestionnaire
    locks.take(f"surveys.form {row.code}")
    if row.version in versions_of(row.code):
        raise QuestionnaireTaken(form=row.code, version=row.version)
    made = Form.objects.create(code=row.code, version=row.version, fingerprint=row.sha256, text=row.document)
    row.save(update_fields=row.release(made, account=by.account, name=by.actor.name, now=now))
    audit.record(by, "release", TARGET, row.pk, after={"form": str(row), "four_eyes": row.four_eyes})


@transaction.atomic
def drop_questionnaire_draft(*, by: Standing, draft: int) -> None:
    """Throw a draft away. Raises :class:`QuestionnaireReleased`, :class:`NotFound`, :class:`NotAllowed`."""
    require(by, Action.SEND_QUESTIONNAIRE, Case(), known=True)
    row = held(FormDraft.objects, pk=draft)
    if row.form_id is not None:
        raise QuestionnaireReleased
    before = {"form": str(row), "sha256": row.sha256, "file": row.file}
    row.delete()
    audit.record(by, "drop", TARGET, draft, before=before)
