"""Figures of plan, follow-up and survey next to answers: the box at an indicator, and all of them at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from pilar.design.views import done
from pilar.evaluation import operations
from pilar.evaluation.operations import SeenFigure
from pilar.evaluation.pages.answers import frame, indicator_page
from pilar.evaluation.pages.marking import typed_version
from pilar.evaluation.queries.answer_rows import Form, TreeRow
from pilar.evaluation.queries.answers import form as form_for
from pilar.evaluation.queries.answers import indicator as indicator_for
from pilar.evaluation.rules.answers import FIELDS, Given, as_text
from pilar.evaluation.rules.authority import Action
from pilar.evaluation.rules.plan_figures import Figure, NoPlanFigure, PlanFigureChanged
from pilar.evaluation.rules.plan_words import origin, said
from pilar.people.rules import Standing
from pilar.people.views import Shown, button, page
from pilar.platform.language import translate
from pilar.platform.versions import Outdated
from pilar.surveys.rules.surveys import FileKind


@dataclass(frozen=True, slots=True)
class Choice:
    """An indicator of the preview: ``open`` ones are ticked, of others the answer would be overwritten.

    ``evidence`` is how many pieces would be attached, with the files that are made of a survey.
    """

    row: TreeRow
    said: str
    origin: str
    answered: str
    value: str
    open: bool
    evidence: int


@button
def take(request: HttpRequest, key: int, node: str, *, by: Standing, now: datetime) -> HttpResponse:
    """Answer one indicator with what is said next to it."""
    seen = SeenFigure(node, typed_version(request.POST.get("version", "")), request.POST.get("figures", ""))
    try:
        operations.take_plan_figures(by=by, assessment=key, seen=seen, now=now)
    except (Outdated, PlanFigureChanged, NoPlanFigure) as refused:
        messages.error(request, refused.text())
        indicator = indicator_for(key, node, scope=by, now=now)
        return indicator_page(request, indicator, status=refused.status)
    return done(request, _("The figures are the answer now"), "evaluation:indicator", key, node)


@page("evaluation/answers/plan_figures.html", sends=True)
def take_all(request: HttpRequest, key: int, *, by: Standing, now: datetime) -> Shown:
    """Show what is said about all indicators that the reader answers, to choose from."""
    status = 200
    if request.method == "POST":
        chosen = [figure for value in request.POST.getlist("chosen") if (figure := _chosen(value))]
        try:
            changed = operations.take_all_plan_figures(by=by, assessment=key, chosen=chosen, now=now)
        except (Outdated, PlanFigureChanged, NoPlanFigure) as refused:
            messages.error(request, _("Nothing was taken: an answer or a figure has changed since. Choose again"))
            status = refused.status
        else:
            sentence = ngettext(
                "%(count)s answer was filled in: check it", "%(count)s answers were filled in: check them", changed
            )
            return done(request, sentence % {"count": changed}, "evaluation:assessment", key)
    form = form_for(key, scope=by, now=now)
    context = {**frame(form), "choices": choices(form), "why_not": _why_not(form)}
    return context, status


def choices(form: Form) -> Sequence[Choice]:
    """Return what the reader can take: one for each indicator whose answer is not yet what is said next to it."""
    rows = []
    for row in form.tree:
        beside = form.beside.get(row.code)
        if row.mine and beside is not None and beside.now is not None and beside.can_be_taken(row.answer.given):
            rows.append(_choice(row, beside.now))
    return rows


def _choice(row: TreeRow, figure: Figure) -> Choice:
    given = row.answer.given
    return Choice(
        row=row,
        said=said(figure.counted),
        origin=origin(figure.counted),
        answered=answer_in_words(given),
        value=f"{row.code} {row.answer.version} {figure.fingerprint}",
        open=not given.is_answered,
        evidence=len(figure.evidence) + (len(FileKind) if figure.counted.surveyed is not None else 0),
    )


def answer_in_words(given: Given) -> str:
    """The values of an answer with their names; empty for none."""
    names = [name for name in FIELDS if name not in ("explanation", "source")]
    return ", ".join(f"{translate(FIELDS[name])} {text}" for name in names if (text := as_text(given, name)))


def _chosen(value: str) -> SeenFigure | None:
    node, _space, rest = value.partition(" ")
    version, _space, fingerprint = rest.partition(" ")
    return SeenFigure(node, typed_version(version), fingerprint) if fingerprint else None


def _why_not(form: Form) -> str:
    """Return why nothing can be taken now; empty where something can."""
    if any(row.mine for row in form.tree):
        return ""
    return form.why_not(Action.ANSWER)
