"""Questionnaires: those that can be chosen for a survey, and those that the secretariat has sent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from pilar.people.rules import Standing, existing
from pilar.platform.imports import Value
from pilar.platform.imports.changes import Change
from pilar.platform.language import Bilingual
from pilar.platform.rows import row_of
from pilar.surveys.models import Form, FormDraft
from pilar.surveys.reference import UnknownQuestionnaire, parse, shipped_texts
from pilar.surveys.rules.authority import Action, Case, holds, require
from pilar.surveys.rules.questionnaire import Questionnaire
from pilar.surveys.rules.questionnaire_drafts import changes, whole


@dataclass(frozen=True, slots=True)
class Offered:
    """A questionnaire that can be chosen for a new survey, and the text of its file; ``ships``: with Pilar."""

    form: Questionnaire
    text: str
    ships: bool


@dataclass(frozen=True, slots=True)
class FormDraftRow:
    """A draft. ``own``: the reader sent it, and four eyes keep them from releasing it."""

    key: int
    code: str
    version: str
    sha256: str
    title: Bilingual
    file: str
    sent_by: str
    sent_at: datetime
    released: bool
    own: bool


@dataclass(frozen=True, slots=True)
class FormDraftView:
    """A draft with its questionnaire, the text of its file, and what it changes; ``earlier``: the version before."""

    row: FormDraftRow
    form: Questionnaire
    document: str
    earlier: Questionnaire | None
    whole: tuple[Value, ...]
    changes: tuple[Change, ...]


def offered() -> tuple[Offered, ...]:
    """Return what a survey can be drawn up with, by code: of each the version that was released last, or else the one
    that ships. One query. It is no secret: everybody who answers reads it."""
    forms = {form.code: Offered(form, text, ships=True) for text in shipped_texts() for form in (parse(text),)}
    for text in _released().values_list("form__text", flat=True):
        form = parse(text)
        forms[form.code] = Offered(form, text, ships=False)
    return tuple(forms[code] for code in sorted(forms))


def offered_form(code: str) -> Offered:
    """The questionnaire of this code; raises :class:`UnknownQuestionnaire`."""
    forms = {template.form.code: template for template in offered()}
    if code not in forms:
        raise UnknownQuestionnaire(given=code, known=", ".join(forms))
    return forms[code]


def may_send_questionnaires(by: Standing) -> bool:
    """Tell whether the reader may send questionnaires."""
    return holds(by, Action.SEND_QUESTIONNAIRE, Case())


def require_sending(by: Standing) -> None:
    """Raise :class:`NotAllowed` for who may not send questionnaires."""
    require(by, Action.SEND_QUESTIONNAIRE, Case(), known=True)


def versions_of(code: str) -> set[str]:
    """The versions of a questionnaire that ship, are asked or have been released."""
    ships = {form.version for form in map(parse, shipped_texts()) if form.code == code}
    return ships | set(Form.objects.filter(code=code).values_list("version", flat=True))


def waiting_of(code: str) -> set[str]:
    """The versions of a questionnaire that wait to be released."""
    return set(FormDraft.objects.filter(form=None, code=code).values_list("version", flat=True))


def before(code: str, *, released: int | None = None) -> Questionnaire | None:
    """The version that a draft of this code follows: the one in use, or before ``released``, a draft that has been."""
    earlier = _released().filter(code=code)
    if released is not None:
        at = FormDraft.objects.values_list("released_at", flat=True).get(pk=released)
        earlier = earlier.filter(released_at__lt=at)
    last = earlier.values_list("form__text", flat=True).last()
    ships = {form.code: form for form in map(parse, shipped_texts())}
    return ships.get(code) if last is None else parse(last)


def form_drafts(*, scope: Standing) -> tuple[FormDraftRow, ...]:
    """The drafts that wait, newest first; none for who may not release them."""
    if not holds(scope, Action.RELEASE_QUESTIONNAIRE, Case()):
        return ()
    return tuple(_row(draft, scope) for draft in FormDraft.objects.filter(form=None).defer("document"))


def form_draft(key: int, *, scope: Standing) -> FormDraftView:
    """A draft with what it changes. Raises :class:`NotFound`, :class:`NotAllowed`."""
    require(scope, Action.RELEASE_QUESTIONNAIRE, Case(), known=True)
    draft = existing(FormDraft.objects.filter(pk=key).first())
    form = parse(draft.document)
    earlier = before(draft.code, released=None if draft.form_id is None else draft.pk)
    return FormDraftView(
        _row(draft, scope), form, draft.document, earlier, whole(earlier, form), changes(earlier, form)
    )


def _released() -> QuerySet[FormDraft]:
    return FormDraft.objects.exclude(form=None).order_by("released_at", "pk")


def _row(draft: FormDraft, scope: Standing) -> FormDraftRow:
    return row_of(
        FormDraftRow,
        draft,
        title=Bilingual(draft.title_id, draft.title_en),
        sent_by=draft.sent_by_name,
        released=draft.form_id is not None,
        own=draft.is_of(scope.account),
    )
