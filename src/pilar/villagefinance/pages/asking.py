"""Questions of the public to a village, its answers, and the photographs that it shows."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from pilar.areas.reference import today_in
from pilar.design.forms import posted, stored
from pilar.design.tables import Asked, Column, Table
from pilar.design.views import done
from pilar.evidence.pictures import small_picture
from pilar.people.rules import PUBLIC, NotFound, Standing
from pilar.people.views import Shown, button, page
from pilar.platform import limits
from pilar.platform.language import translate
from pilar.villagefinance import operations, reference
from pilar.villagefinance.forms.public import AnswerForm, PublishForm, QuestionForm
from pilar.villagefinance.pages.frame import village_name, village_page
from pilar.villagefinance.queries import public as queries
from pilar.villagefinance.queries.realisation import with_books
from pilar.villagefinance.queries.villages import require_books
from pilar.villagefinance.rules.authority import AUTHORITY, Action, case_of
from pilar.villagefinance.rules.questions import QUESTIONS, QuestionState

ASKING = limits.Limit("village-question", most=5, seconds=600)
ASKED = Table(
    gettext_lazy("Questions"),
    Column("number", gettext_lazy("Number")),
    Column("asked_at", gettext_lazy("Asked on"), lambda row: today_in(row.village[:5], row.asked_at)),
    Column("activity_name", gettext_lazy("Activity")),
    Column("due", gettext_lazy("To be answered by")),
    Column("state_name", gettext_lazy("State")),
)


@never_cache
@page("villagefinance/public/ask.html", public=True, sends=True)
def ask(request: HttpRequest, village: str, year: int, *, by: Standing, now: datetime) -> Shown:
    """The form for asking a village about its budget of a year, open to everybody."""
    with_books(village)
    activity = request.GET.get("kegiatan", "")
    activities = reference.activities().get(activity)
    if activity and activities is None:
        raise NotFound
    form = QuestionForm(posted(request))
    if request.method == "POST" and by.account is None:
        limits.count(request, ASKING, now=now)
    said = _("Your question has reached the village. Its answer will stand on this page.")
    here = "villagefinance:public", village, year
    if request.method == "POST" and request.POST.get("alamat_situs"):
        return done(request, said, *here)
    if stored(
        form,
        lambda: operations.ask_question(
            by=by, village=village, year=year, activity=activity, now=now,
            text=form.cleaned_data["text"], contact=form.cleaned_data["contact"],
        ),
    ):  # fmt: skip
        return done(request, said, *here)
    return {"village": village, "name": village_name(village), "year": year, "activity": activities, "form": form}


@require_safe
def photo(request: HttpRequest, village: str, evidence: UUID) -> HttpResponse:
    """A small picture of a photograph that the village shows to everybody."""
    return small_picture(request, evidence, queries.public_photo(village, evidence, scope=PUBLIC))


@village_page("villagefinance/questions.html", tab="questions")
def questions(request: HttpRequest, village: str, *, by: Standing, now: datetime) -> Shown:
    """The questions to a village."""
    asked = Asked.of(request)
    page_of_questions = queries.questions(village, scope=by, now=now, **asked.part)
    return {
        "village": village,
        "year": today_in(village[:5], now).year,
        "questions": ASKED.of(page_of_questions, asked),
    }


@village_page("villagefinance/question.html", tab="questions", sends=True)
def question(request: HttpRequest, village: str, number: int, *, by: Standing, now: datetime) -> Shown:
    """A question with the forms for answering and publishing it."""
    row = queries.question(village, number, scope=by, now=now)
    at = {"village": village, "number": number}
    case, publishes = case_of(village), request.POST.get("do") == "publish"
    form = AnswerForm(None if publishes else posted(request), initial={"answer": row.answer})
    shown = PublishForm(posted(request) if publishes else None, initial={"shown": row.text})
    if not publishes and stored(
        form, lambda: operations.answer_question(by=by, now=now, **at, answer=form.cleaned_data["answer"])
    ):
        return done(request, _("The answer is kept"), "villagefinance:question", village, number)
    to = QuestionState.PUBLISHED
    if publishes and stored(
        shown, lambda: operations.decide_question(by=by, now=now, **at, to=to, shown=shown.cleaned_data["shown"])
    ):
        return done(request, _("Everybody reads it now"), "villagefinance:question", village, number)
    ahead = QUESTIONS.moves(row.state)
    decides = AUTHORITY.may(by, Action.PUBLISH, case)
    answers = any(move.made_by for move in ahead) and AUTHORITY.may(by, Action.ANSWER_QUESTION, case)
    return {
        "village": village, "region": village[:5], "year": row.year, "asked": row, "form": form if answers else None,
        "publish": shown if decides and any(move.target is to for move in ahead) else None,
        "moves": [
            (translate(move.name), move.target) for move in ahead
            if decides and not move.made_by and move.target is not to
        ],
    }  # fmt: skip


@button
def decide(request: HttpRequest, village: str, number: int, *, by: Standing, now: datetime) -> HttpResponse:
    """Set a question aside, take it up again, or take it off the public page; ``to`` is the state."""
    to = request.POST.get("to", "")
    if to not in {*QuestionState} or to == QuestionState.PUBLISHED:
        raise NotFound
    operations.decide_question(by=by, village=village, number=number, to=QuestionState(to), now=now)
    return done(request, _("The changes are kept"), "villagefinance:question", village, number)


@village_page("villagefinance/photos.html", tab="photos")
def photos(request: HttpRequest, village: str, year: int, *, by: Standing) -> Shown:
    """The photographs of a year's works, and whether each is public."""
    require_books(village, scope=by)
    return {"village": village, "year": year, "photos": queries.progress_photos(village, year, scope=by)}


@button
def show_photo(
    request: HttpRequest, village: str, year: int, number: int, evidence: UUID, *, by: Standing, now: datetime
) -> HttpResponse:
    """Show a photograph to everybody, or hide it again."""
    shown = request.POST.get("shown") == "1"
    operations.show_photo(
        by=by, village=village, year=year, number=number, evidence=evidence, shown=shown,
        nobody=bool(request.POST.get("nobody")), now=now,
    )  # fmt: skip
    said = _("Everybody sees the photograph now") if shown else _("The photograph is no longer public")
    return done(request, said, "villagefinance:photos", village, year)
