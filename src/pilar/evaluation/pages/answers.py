"""The self-assessment: one's own list, one assessment, one indicator."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache

from pilar import index
from pilar.design.autosave import autosaved, is_autosave, require_same_person, told
from pilar.design.views import done
from pilar.evaluation import operations
from pilar.evaluation.pages.answer_fields import differences, fields, saved_state, typed_texts
from pilar.evaluation.pages.marking import typed_version
from pilar.evaluation.queries.answer_rows import Form, Indicator
from pilar.evaluation.queries.answers import earlier_answers
from pilar.evaluation.queries.answers import form as form_for
from pilar.evaluation.queries.answers import indicator as indicator_for
from pilar.evaluation.queries.assessment_lists import dimensions, office_progress, own_assessments, waiting_evidence
from pilar.evaluation.queries.rows import Bilingual
from pilar.evaluation.reference import plan_figures
from pilar.evaluation.rules.answers import FIELDS, NUMBERS, Given, read_given
from pilar.evaluation.rules.authority import Action, SelfAssessmentOver, WrongState
from pilar.evaluation.rules.instrument_texts import told_of
from pilar.evaluation.rules.plan_figures import NOTHING_BESIDE, Figure, Taken
from pilar.evaluation.rules.plan_words import SurveyView, how, origin, said, survey_view
from pilar.evaluation.rules.readiness import SEVERITIES, TO_EXPLAIN
from pilar.evaluation.rules.standing import weight_of
from pilar.evaluation.workbooks import rubric
from pilar.evidence.forms import EvidenceForm
from pilar.evidence.queries import Place, RevisionRow, evidence_list, region_evidence
from pilar.masterplan.reference import framework
from pilar.people.rules import Standing
from pilar.people.signin import standing_of
from pilar.people.views import Shown, button, page
from pilar.platform.errors import Faults, PilarError
from pilar.platform.language import translate
from pilar.platform.reading import typed_notation
from pilar.platform.versions import Outdated, Stored


@dataclass(frozen=True)
class Attempt:
    """An answer as it was typed and not saved: seen version, sentences by field, what is stored in its place."""

    typed: Mapping[str, str]
    seen: int
    errors: Mapping[str, Sequence[str]] = field(default_factory=dict)
    conflict: Stored | None = None


@page("evaluation/answers/assessments.html")
def assessments(request: HttpRequest, *, by: Standing, now: datetime) -> Shown:
    """The self-assessments that the reader takes part in, with the indicators of their office."""
    assessments = own_assessments(scope=by, now=now)
    return {"assessments": assessments}


@page("evaluation/answers/assessment.html")
def assessment(request: HttpRequest, key: int, *, by: Standing, now: datetime) -> Shown:
    """One self-assessment: tree, completeness by dimension and office, estimate, what is next."""
    form = form_for(key, scope=by, now=now)
    own = [row for row in form.tree if row.mine]
    open_rows = [row for row in own if not row.answer.given.is_answered]
    return {
        **frame(form),
        "dimensions": (progresses := dimensions(form)),
        "titles": [progress.title for progress in progresses],
        "offices": office_progress(form),
        "waiting": len(waiting_evidence(form)),
        "next": next(iter(open_rows or own or form.instrument.leaves), None),
        "open": len(open_rows),
        "own": len(own),
        "earlier": len(earlier_answers(form)),
        "plan_figures": sum(
            row.mine and (beside := form.beside.get(row.code)) is not None and beside.can_be_taken(row.answer.given)
            for row in form.tree
        ),
    }


@button
def take_over(request: HttpRequest, key: int, *, by: Standing, now: datetime) -> HttpResponse:
    """Copy the last answers of phases before to what is open here."""
    taken = operations.take_over_answers(by=by, assessment=key, now=now)
    sentence = ngettext("%(count)s answer was copied: check it", "%(count)s answers were copied: check them", taken)
    return done(request, sentence % {"count": taken}, "evaluation:assessment", key)


@autosaved
@never_cache
def indicator(request: HttpRequest, key: int, node: str) -> HttpResponse:
    """One indicator: the question, what stands next to it, and the answer, saved by a script or by a button."""
    by = standing_of(request)
    if request.method != "POST":
        return indicator_page(request, indicator_for(key, node, scope=by, now=timezone.now()))
    return _save(request, key, node)


def frame(form: Form, current: str = "") -> dict[str, Any]:
    """Return what every page of a self-assessment shows: head, tree, and what the reader may do."""
    return {
        "form": form,
        "header": form.header,
        "current": current,
        "dimension": next((top.code for top, below in form.branches if current in {row.code for row in below}), ""),
        "severities": {severity: translate(name) for severity, name in SEVERITIES.items()},
        "may": {
            "allocate": form.may(Action.ALLOCATE),
            "verify": form.may(Action.VERIFY),
            "submit": form.may(Action.SUBMIT),
            "confirm_filled": form.may(Action.CONFIRM_FILLED),
            "request_evidence": form.may(Action.REQUEST_EVIDENCE),
            "answer": any(row.mine for row in form.tree),
        },
    }


def indicator_page(
    request: HttpRequest,
    indicator: Indicator,
    *,
    attempt: Attempt | None = None,
    new: EvidenceForm | None = None,
    status: int = 200,
) -> HttpResponse:
    """The page of one indicator, with what was typed where it was not saved."""
    context = _shown(indicator, attempt)
    form = indicator.form
    if context["mine"]:
        attached = {row.evidence for row in indicator.evidence}
        known = region_evidence(form.header.region_code, scope=form.by, size=100)
        context["new"] = new or EvidenceForm(places=evidence_places(indicator))
        context["choices"] = [row for row in known.object_list if row.evidence not in attached]
    return render(request, "evaluation/answers/indicator.html", context, status=status)


def evidence_places(indicator: Indicator) -> tuple[Place, ...]:
    """Return where new evidence of an indicator belongs: to the office that answers it, or to the region."""
    office = indicator.form.offices.get(indicator.node.code)
    return (Place(office.key, office.name) if office else Place(None, indicator.form.header.region),)


def _save(request: HttpRequest, key: int, node: str) -> HttpResponse:
    by = standing_of(request)
    indicator = indicator_for(key, node, scope=by, now=timezone.now())
    seen = typed_version(request.POST.get("over") or request.POST.get("version", ""))
    attempt = Attempt({name: request.POST.get(name, "") for name in FIELDS}, seen)
    try:
        require_same_person(request)
        given = _given(indicator, attempt.typed)
        operations.save_answer(by=by, assessment=key, node=node, given=given, seen_version=seen, now=timezone.now())
    except Outdated as refused:
        return _refused(request, indicator, replace(attempt, conflict=refused.stored), refused)
    except Faults as refused:
        errors: dict[str, list[str]] = defaultdict(list)
        for fault in refused.faults:
            errors[fault.place].append(translate(fault.sentence, **fault.fields))
        return _refused(request, indicator, replace(attempt, errors=errors), refused)
    except PilarError as refused:
        if not (is_autosave(request) or isinstance(refused, (WrongState, SelfAssessmentOver))):
            raise
        return _refused(request, indicator, attempt, refused)
    saved = indicator_for(key, node, scope=by, now=timezone.now())
    if is_autosave(request):
        return told(request, "evaluation/answers/saved.html", _shown(saved, None), outcome="saved")
    return done(
        request,
        _("The answer is saved"),
        "evaluation:indicator",
        key,
        saved.after if "next" in request.POST and saved.after else node,
    )


def _refused(request: HttpRequest, indicator: Indicator, attempt: Attempt, why: PilarError) -> HttpResponse:
    """Show a refused answer with the typed input; a script gets only the sentences."""
    if attempt.conflict or not attempt.errors:
        # Read again: what stands there now is newer than what was loaded before.
        indicator = indicator_for(
            indicator.form.header.key, indicator.node.code, scope=indicator.form.by, now=timezone.now()
        )
    if not is_autosave(request):
        return indicator_page(request, indicator, attempt=attempt, status=why.status)
    context = _shown(indicator, attempt)
    context["state"] = _("Not saved: see what has to be mended") if attempt.errors else why.text()
    outcome = "conflict" if attempt.conflict else "refused"
    return told(request, "evaluation/answers/saved.html", context, outcome=outcome, status=why.status)


def _given(indicator: Indicator, typed: Mapping[str, str]) -> Given:
    """The answer that was typed; raises Faults at its fields."""
    notations = dict.fromkeys(NUMBERS, typed_notation())
    reading = read_given(indicator.node, typed, notations, scale=indicator.form.instrument.scale)
    if reading.faults:
        raise Faults(reading.faults)
    return reading.given


def _shown(indicator: Indicator, attempt: Attempt | None) -> dict[str, Any]:
    form, node, answer = indicator.form, indicator.node, indicator.answer
    stored = typed_texts(answer.given)
    mine = form.may(Action.ANSWER, node.code)
    unsaved = differences(attempt.typed, stored) if attempt and not mine else ()
    above = {node.code, *form.instrument.ancestors(node.code)}
    conflict = attempt.conflict if attempt else None
    errors = attempt.errors if attempt else _to_explain(indicator)
    # After signing in, a page without a form: this one, opened twice, would be somebody else to itself.
    weight = weight_of(form.instrument, node.code)
    after = urlencode({"next": reverse("evaluation:assessments")})
    return {
        **frame(form, node.code),
        "indicator": indicator,
        "node": node,
        "mark": None if indicator.mark is None else Decimal(index.decimal_text(indicator.mark)),
        "rubric": tuple(rubric(node.mark)) if node.mark else (),
        "told": told_of(node),
        "weight": weight,
        "weight_above": _text(weight.above.title) if weight else "",
        "asked": _text(node.evidence.text) if node.evidence else "",
        "meaning": _text(node.meaning.text) if node.meaning else "",
        "note": _text(node.note) if node.note else "",
        "filled": form.filled_at(node.code),
        "fields": fields(node, attempt.typed if attempt and mine else stored, errors),
        "plan": plan_box(indicator),
        "version": attempt.seen if attempt else answer.version,
        "state": saved_state(answer.changed_at, form.header.region_code),
        "conflict": conflict,
        "differences": differences(attempt.typed, stored) if attempt and conflict else (),
        "unsaved": unsaved,
        "mine": mine,
        "why_not": form.why_not(Action.ANSWER, node.code),
        "rows": [row for row in form.tree if row.code in above],
        "person": form.by.account,
        "sign_in": f"{reverse('account_login')}?{after}",
        "place": f"{form.by.account}:{form.header.key}:{node.code}",
    }


def _to_explain(indicator: Indicator) -> dict[str, list[str]]:
    """Return the remarks that require an explanation, to be shown at its field, too."""
    said = [remark.text for remark in indicator.remarks if remark.fault.code in TO_EXPLAIN]
    return {"explanation": said} if said else {}


def _text(text: dict[str, str]) -> str:
    """A text of the instrument in the reader's language."""
    return str(Bilingual(**text))


@dataclass(frozen=True, slots=True)
class PlanBox:
    """``said``, ``how`` and ``origin`` are sentences; ``evidence`` is what taking the figures would attach, of a survey
    also the files that are made then. ``rule``: where the rule comes from that picks figure and level, an address or
    ``assumption``.

    ``is_taken``: the answer is what is said now. ``before``: what was taken, where something else is said now.
    """

    figure: Figure | None
    said: str
    how: str
    rule: str
    origin: str
    evidence: tuple[RevisionRow, ...]
    is_taken: bool
    taken: Taken | None
    before: str
    survey: SurveyView | None


def plan_box(indicator: Indicator) -> PlanBox | None:
    """The box of an indicator; None where there is nothing to say."""
    beside, header = indicator.beside, indicator.form.header
    if beside == NOTHING_BESIDE:
        return None
    figure = beside.now
    attached = {row.evidence for row in indicator.evidence}
    wanted = () if figure is None else tuple(key for key in figure.evidence if key not in attached)
    return PlanBox(
        figure=figure,
        said=said(beside.shown),
        how="" if figure is None else how(figure, header.year, framework().progress.realised_from),
        rule=plan_figures().source,
        origin=origin(beside.shown),
        evidence=evidence_list(wanted, scope=indicator.form.by) if wanted else (),
        is_taken=beside.is_taken(indicator.answer.given),
        taken=beside.taken,
        before=said(beside.taken.counted) if beside.taken is not None and beside.changed else "",
        survey=survey_view(beside, beside.shown),
    )
