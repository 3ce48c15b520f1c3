"""Objections (sanggah): made with evidence, advised on by the panel, decided by the secretariat, answered."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pilar.areas.reference import local
from pilar.design.final_acts import Done, confirm
from pilar.design.forms import posted
from pilar.design.tables import Asked, Column, Table
from pilar.design.views import done
from pilar.evaluation import operations
from pilar.evaluation.forms.results import AdviceForm, DecisionForm, ObjectionForm, ResponseForm
from pilar.evaluation.pages import result_checks as checks
from pilar.evaluation.queries import region_result as reads
from pilar.evaluation.queries.objections import ContestedMark, contested_mark
from pilar.evaluation.rules.objections import Wish
from pilar.evidence import queries as evidence
from pilar.evidence.listing import EVIDENCE
from pilar.people.rules import Standing
from pilar.people.views import Shown, answer, button, page
from pilar.platform.errors import Faults

OBJECTIONS = Table(
    gettext_lazy("Objections"),
    Column("region", gettext_lazy("Region and indicator")),
    Column("title", gettext_lazy("Indicator"), on_page=False),
    Column("text", gettext_lazy("Objection")),
    Column("wish_name", gettext_lazy("What is asked for"), on_page=False),
    Column("made_by", gettext_lazy("Made by"), on_page=False),
    Column("made_at", gettext_lazy("Made on"), lambda row: local(row.made_at, row.region_code), on_page=False),
    Column("agreed", gettext_lazy("Mark now"), number=True),
    Column("decision_name", gettext_lazy("Decision")),
    Column("decision_reason", gettext_lazy("Reason"), on_page=False),
    Column("response_name", gettext_lazy("Answer of the region"), on_page=False),
    Column("response_text", gettext_lazy("What the region says to it"), on_page=False),
)


@answer
def make_objection(request: HttpRequest, key: int, node: str, *, by: Standing, now: datetime) -> HttpResponse:
    """Object to one indicator, with evidence."""
    header, row, wishes = reads.indicator_to_object(key, node, by=by)
    region = header.region_code
    form = ObjectionForm(
        posted(request),
        request.FILES if request.method == "POST" else None,
        wishes=wishes,
        pieces=_pieces(region, by),
        places=evidence.places(region, scope=by),
    )
    typed = request.POST.get("text", "").strip() if request.method == "POST" else None

    def page(request: HttpRequest, shown: dict[str, Any], status: int) -> HttpResponse:
        context = {"header": header, "row": row, **shown}
        return render(request, "evaluation/cycle/results/make_objection.html", context, status=status)

    def act() -> Done:
        given = form.cleaned_data
        said = {"text": given["text"], "wish": given.get("wish", Wish.MARK), "evidence": given.get("evidence", ())}
        new = None
        if form.adds:
            content = form.take(by=by, region=region, office=given["office"], now=now)
            if content is None:
                raise Faults(())  # which stand at the form already
            new = operations.NewPiece(given["title"], content, given["note"], given["office"])
        operations.make_objection(by=by, assessment=key, node=node, new=new, now=now, **said)
        return checks.objected(key)

    return confirm(request, lambda: checks.make_objection(key, node, by, typed), act, form=form, page=page)


@page("evaluation/cycle/results/objections.html")
def objections(request: HttpRequest, code: str, number: int, *, by: Standing) -> Shown:
    """All objections of a phase."""
    objections = reads.objections(code, number, by=by)
    listed = OBJECTIONS.of(objections.rows, Asked.of(request), about=f"{code} {number}")
    return {"found": objections, "objections": listed, "header": objections.header}


@answer
def objection(request: HttpRequest, key: int, *, by: Standing, now: datetime) -> HttpResponse:
    """One objection with all that it is judged by: for its region, the panel that advises, and who decides."""
    mark = contested_mark(key, by=by)
    form = DecisionForm(posted(request), may_be_left_out=mark.may_be_left_out, applies=mark.applies)

    def page(request: HttpRequest, shown: dict[str, Any], status: int) -> HttpResponse:
        return _shown(request, key, by, shown, status)

    def act() -> Done:
        operations.decide_objection(by=by, objection=key, now=now, **form.decision())
        return checks.decided(key, by)

    if request.method != "POST" and mark.why_not_decide:
        return page(request, {}, 200)
    return confirm(request, lambda: checks.decide(key, by), act, form=form, page=page)


@button
def advise(request: HttpRequest, key: int, *, by: Standing, now: datetime) -> HttpResponse:
    """An assessor of the panel advises."""
    form = AdviceForm(request.POST)
    if form.is_valid():
        try:
            operations.advise_on_objection(by=by, objection=key, now=now, **form.cleaned_data)
        except Faults as refused:
            form.tell(refused)
        else:
            return done(request, _("Your advice is kept"), "evaluation:objection", key)
    return _shown(request, key, by, {"advice_form": form}, 422)


@answer
def answer_decision(request: HttpRequest, key: int, *, by: Standing, now: datetime) -> HttpResponse:
    """The region answers the decision."""
    form = ResponseForm(posted(request))

    def act() -> Done:
        operations.answer_decision(by=by, objection=key, now=now, **form.cleaned_data)
        return checks.answered(key)

    return confirm(request, lambda: checks.answer_decision(key, by), act, form=form)


def _shown(request: HttpRequest, key: int, by: Standing, shown: dict[str, Any], status: int) -> HttpResponse:
    mark = contested_mark(key, by=by)
    context = {
        "found": mark,
        "header": mark.header,
        "row": mark.row,
        "handed_in": EVIDENCE.of(mark.handed_in),
        "evidence": EVIDENCE.of(mark.evidence),
        "advice_form": _advice_form(mark),
        **shown,
    }
    return render(request, "evaluation/cycle/results/objection.html", context, status=status)


def _advice_form(mark: ContestedMark) -> AdviceForm | None:
    if not mark.advises or mark.why_not_advise:
        return None
    own = mark.own_advice
    return AdviceForm(initial=None if own is None else {"stance": own.stance, "text": own.text})


def _pieces(region: str, by: Standing) -> list[tuple[str, str]]:
    """The region's newest evidence, to choose from."""
    pieces = evidence.region_evidence(region, scope=by, size=evidence.MAX_PAGE)
    return [(str(piece.evidence), piece.title) for piece in pieces]
