"""Objections: filed by the applicant, answered by somebody who took no part in what is objected to."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pilar.areas import queries as areas
from pilar.areas.reference import today_in
from pilar.design.final_acts import Check, Done, confirm
from pilar.design.forms import posted
from pilar.design.tables import Asked, Column, Table
from pilar.evidence.operations import hold_private
from pilar.people.rules import Standing
from pilar.people.views import Shown, answer, knowing, page
from pilar.permits import operations
from pilar.permits.forms.cases import ObjectionAnswerForm, ObjectionForm
from pilar.permits.pages.applying import applicants, trail_of
from pilar.permits.pages.letters import confirm_letter
from pilar.permits.queries import cases
from pilar.permits.queries import objections as queries
from pilar.permits.rules.authority import AUTHORITY, Action, Case
from pilar.permits.rules.objections import About, ObjectionState
from pilar.platform.language import N_, translate
from pilar.platform.names import reference_of

OBJECTIONS = Table(
    gettext_lazy("Objections of applicants"),
    Column("number", gettext_lazy("Application")),
    Column("about_name", gettext_lazy("Objected to")),
    Column("filed_at", gettext_lazy("Came on"), lambda row: today_in(row.region, row.filed_at)),
    Column("due", gettext_lazy("To be answered by")),
    Column("state_name", gettext_lazy("State")),
)


@applicants
@knowing
def file_objection(request: HttpRequest, key: int, *, by: Standing, now: datetime) -> HttpResponse:
    """Check before you object to what was decided about an application."""
    first = cases.own_case(key, scope=by, now=now)
    form = ObjectionForm(posted(request), row=first, files=request.FILES or None)

    def look() -> Check | Done:
        row = cases.own_case(key, scope=by, now=now)
        if not row.grounds:
            said = _("The objection has arrived; the answer stands here")
            if not row.objections:
                said = _("This is not to be done now")
            return Done(said, trail_of(row)[-1][1])
        until = N_("%(name)s: you can object until %(day)s (%(law)s)")
        return Check(
            title=_("Check before you file the objection"), act=_("File the objection"),
            about=f"{row.row.number}, {row.service.name}", trail=trail_of(row), final=False,
            will=(
                *(translate(until, name=ground.name, day=ground.last_day, law=ground.terms.law)
                  for ground in row.grounds),
                _("Somebody who took no part in the decision answers, within a time of its own"),
                _("What was decided, and what is to be paid, stands until then"),
            ),
        )  # fmt: skip

    def act() -> Done:
        given = dict(form.given())
        sent = given.pop("file")
        attached = hold_private(by=by, upload=sent, name=sent.name, now=now) if sent else None
        operations.file_objection(by=by, case=key, attached=attached, now=now, **given)
        return Done(_("The objection has arrived; the answer stands here"), trail_of(first)[-1][1])

    return confirm(request, look, act, form=form)


@page("permits/desk/objections.html")
def objections(request: HttpRequest, region: str, *, by: Standing, now: datetime) -> Shown:
    """The objections in a region, those that wait first."""
    asked = Asked.of(request)
    rows = queries.objections(region, scope=by, now=now, **asked.part)
    return {"region": areas.region(region), "rows": OBJECTIONS.of(rows, asked, about=region)}


@page("permits/desk/objection.html")
def objection(request: HttpRequest, key: int, *, by: Standing, now: datetime) -> Shown:
    """An objection with what was sent and its answer."""
    row = queries.objection(key, scope=by, now=now)
    answers = row.state is ObjectionState.OPEN and AUTHORITY.may(by, Action.OBJECTION, Case(row.region))
    return {"row": row, "region": areas.region(row.region), "answers": answers}


@answer
def answer_objection(request: HttpRequest, key: int, *, by: Standing, now: datetime) -> HttpResponse:
    """Check before you answer an objection."""
    form, address = ObjectionAnswerForm(posted(request)), reverse("permits:objection", args=[key])
    case = queries.objection(key, scope=by, now=now).case

    def look() -> Check | Done:
        row = queries.objection(key, scope=by, now=now)
        if row.state is not ObjectionState.OPEN:
            faster = _("A colleague has answered it before. Nothing of yours was kept")
            own = reference_of(row.answered_by) == by.signature
            return Done(_("The objection is answered") if own else faster, address)
        over = _("It was not answered in time and counts as granted: it can only be upheld")
        late = (over,) if row.silent or row.late else ()
        again = _("If it is upheld, the application goes back to be decided within %(span)s, and is not refused again")
        again %= {"span": row.terms.then or _("its limit")}
        return Check(
            title=_("Check before you answer the objection"), act=_("Answer it"),
            about=f"{row.number}: {row.about_name}",
            trail=(
                (_("Objections of applicants"), reverse("permits:objections", args=[row.region])),
                (row.number, address),
            ),
            will=(*late, *((again,) if row.about is About.REFUSAL else ()),
                  _("The applicant gets the answer; if it is upheld, the person who acts next is notified")),
        )  # fmt: skip

    def act() -> None:
        operations.answer_objection(by=by, objection=key, now=now, **form.given())

    return confirm_letter(request, look, act, form=form, case=case)
