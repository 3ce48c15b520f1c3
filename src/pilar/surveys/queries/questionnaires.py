"""Questionnaires: those that can be chosen for a survey, and drafts that the secretariat has sent."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import QuerySet

from pilar.people.queries.drafts import DraftRow, DraftView, draft_row, version_faults, waiting_versions
from pilar.people.rules import Standing, existing
from pilar.platform.errors import Fault
from pilar.surveys.models import Form, FormDraft
from pilar.surveys.reference import UnknownQuestionnaire, parse, shipped_texts
from pilar.surveys.rules.authority import Action, Case, holds, require
from pilar.surveys.rules.questionnaire import Questionnaire
from pilar.surveys.rules.questionnaire_drafts import changes, whole


@dataclass(frozen=True, slots=True)
class Offered:
    """A questionnaire that can be chosen for a new survey, and the text of its file; ``ships``: it is part of Pilar."""

    form: Questionnaire
    text: str
    ships: bool


def offered() -> tuple[Offered, ...]:
    """Return the questionnaires for new surveys, by code: the version released last, or else the one shipped with
    Pilar. One query. They are public."""
    forms = {form.code: Offered(form, text, ships=True) for text in shipped_texts() for form in (parse(text),)}
    for text in _released().values_list("form__text", flat=True):
        form = parse(text)
        forms[form.code] = Offered(form, text, ships=False)
    return tuple(forms[code] for code in sorted(forms))


def offered_form(code: str) -> Offered:
    """Return the questionnaire with this code; raises :class:`UnknownQuestionnaire`."""
    forms = {template.form.code: template for template in offered()}
    if code not in forms:
        raise UnknownQuestionnaire(given=code, known=", ".join(forms))
    return forms[code]


def may_send_questionnaires(by: Standing) -> bool:
    """Return whether the reader may send questionnaires."""
    return holds(by, Action.SEND_QUESTIONNAIRE, Case())


def require_sending(by: Standing) -> None:
    """Raise :class:`NotAllowed` if a person may not send questionnaires."""
    require(by, Action.SEND_QUESTIONNAIRE, Case(), known=True)


def versions_of(code: str) -> set[str]:
    """Return the versions of a questionnaire that are shipped, in use or released."""
    ships = {form.version for form in map(parse, shipped_texts()) if form.code == code}
    return ships | set(Form.objects.filter(code=code).values_list("version", flat=True))


def sending_faults(form: Questionnaire) -> tuple[Fault, ...]:
    """Return a fault if the version of a valid questionnaire exists already, so that it cannot become a draft."""
    drafts = waiting_versions(FormDraft, form.code)
    return version_faults(form.code, form.version, versions=versions_of(form.code), drafts=drafts)


def before(code: str, *, released: int | None = None) -> Questionnaire | None:
    """Return the version before a draft of this code: the one in use, or the one before ``released``, another draft."""
    earlier = _released().filter(code=code)
    if released is not None:
        at = FormDraft.objects.values_list("released_at", flat=True).get(pk=released)
        earlier = earlier.filter(released_at__lt=at)
    last = earlier.values_list("form__text", flat=True).last()
    ships = {form.code: form for form in map(parse, shipped_texts())}
    return ships.get(code) if last is None else parse(last)


def form_drafts(*, scope: Standing) -> tuple[DraftRow, ...]:
    """Return the waiting drafts, newest first; empty for a reader who may not release them."""
    if not holds(scope, Action.RELEASE_QUESTIONNAIRE, Case()):
        return ()
    return tuple(
        draft_row(sent, scope, releases=True) for sent in FormDraft.objects.filter(form=None).defer("document")
    )


def form_draft(key: int, *, scope: Standing) -> DraftView[Questionnaire]:
    """Return a draft with its changes. Raises :class:`NotFound`, :class:`NotAllowed`."""
    require(scope, Action.RELEASE_QUESTIONNAIRE, Case(), known=True)
    sent = existing(FormDraft.objects.filter(pk=key).first())
    form = parse(sent.document)
    earlier = before(sent.code, released=None if sent.form_id is None else sent.pk)
    row = draft_row(sent, scope, releases=True)
    return DraftView(row, form, sent.document, earlier, whole(earlier, form), changes(earlier, form))


def _released() -> QuerySet[FormDraft]:
    return FormDraft.objects.exclude(form=None).order_by("released_at", "pk")
