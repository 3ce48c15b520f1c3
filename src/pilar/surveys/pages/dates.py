"""Change the dates of a survey, and end a survey before its closing time."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from pilar.areas import reference
from pilar.design.final_acts import Check, Done, confirm
from pilar.design.forms import posted, stored
from pilar.design.views import done
from pilar.people.rules import Standing
from pilar.people.views import Shown, answer
from pilar.surveys import operations, queries
from pilar.surveys.forms.setting_up import DatesForm, EndForm
from pilar.surveys.pages.frame import survey_page
from pilar.surveys.rules.authority import Action, SurveyState, require


@survey_page("surveys/dates.html", tab="survey", sends=True)
def dates(request: HttpRequest, key: int, *, by: Standing, now: datetime) -> Shown:
    """Show and change the dates of a survey, with the reasons of changes."""
    row = queries.survey(key, scope=by)
    require(by, Action.MOVE_DATES, row.case, known=True)
    form = DatesForm(
        posted(request), region_code=row.region, now=now,
        initial={"opens_at": row.opens_at, "closes_at": row.closes_at},
    )  # fmt: skip

    def move() -> None:
        given = form.cleaned_data
        # The field has no seconds: an untouched moment stays exactly as it is.
        kept = {
            name: there if given[name] == there.replace(second=0, microsecond=0) else given[name]
            for name, there in (("opens_at", row.opens_at), ("closes_at", row.closes_at))
        }
        operations.move_dates(by=by, survey=key, reason=given["reason"], now=now, **kept)

    if stored(form, move):
        return done(request, _("The dates are moved"), "surveys:survey", key)
    return {"row": row, "form": form}


@answer
def end(request: HttpRequest, key: int, *, by: Standing, now: datetime) -> HttpResponse:
    """Take no more answers from now on."""
    form = EndForm(posted(request))
    return confirm(
        request,
        lambda: _end_check(key, by, now),
        lambda: operations.end_survey(by=by, survey=key, reason=form.cleaned_data["reason"], now=now),
        form=form,
    )


def _end_check(key: int, by: Standing, now: datetime) -> Check | Done:
    row = queries.survey(key, scope=by)
    here = reverse("surveys:survey", args=[key])
    require(by, Action.END, row.case, known=True)
    changes = queries.date_changes(row)
    if row.state is SurveyState.OPEN and row.closes_at <= now and changes and changes[0].ended:
        return Done(_("The survey takes no answers any more"), here)
    return Check(
        title=_("Check before you end the survey early"),
        act=_("End the survey now"),
        about=row.title,
        will=(
            _("No answer is taken that is given from now on, neither from links nor from tablets or paper."),
            _(
                "Answers that were given before may arrive until a day from now; then it is closed, and its scores"
                " stand."
            ),
            _("Your reason stands with the survey, for everybody who follows it."),
        ),
        counts=((_("Takes answers until"), reference.local_end(row.closes_at, row.region)),),
        trail=((row.title, here),),
        state=str(row.closes_at),
    )
