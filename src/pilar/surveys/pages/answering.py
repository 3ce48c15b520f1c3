"""Answering by link: a page for each section, saved after each, handed in at the end. No account, no script.

Unfinished answers are on the server under a key that only the respondent's browser knows.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from pilar.people.rules import NotFound
from pilar.platform.errors import Faults
from pilar.platform.network import client_address
from pilar.surveys import operations, queries
from pilar.surveys.forms.answering import LastForm, SectionForm, StartForm
from pilar.surveys.operations import Source
from pilar.surveys.queries import OpenForm
from pilar.surveys.rules.answers import Answered, storable
from pilar.surveys.rules.questionnaire import Section
from pilar.surveys.rules.surveys import TRACE_DAYS, UNFINISHED_DAYS, TooManyAnswers, TooManyBegun, takes_answers

DEVICE, DEVICE_AGE = "perangkat", 365 * 24 * 3600
DEVICE_CODE = re.compile(r"[\w-]{1,64}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Started:
    """The state of somebody's answering: the form, the key of their answer, and the answers so far."""

    form: OpenForm
    key: UUID
    began_at: datetime
    answered: Answered

    @property
    def sections(self) -> tuple[Section, ...]:
        """The sections with a question for this respondent."""
        return tuple(
            section
            for section in self.form.survey.questionnaire.sections
            if any(item.asked(self.answered.answers) for item in section.items)
        )


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def start(request: HttpRequest, token: str) -> HttpResponse:
    """Show purpose and consent, and ask for the kind of respondent; nothing is kept before somebody agrees."""
    open_form = queries.open_form(token)
    if request.method != "POST" and _has_arrived(request, open_form):
        return _arrived(open_form, _device(request))
    now, survey = timezone.now(), open_form.survey
    running = takes_answers(state=survey.state, opens_at=survey.opens_at, closes_at=survey.closes_at, now=now)
    if open_form.used or not running:
        return render(request, "surveys/answering/closed.html", {"found": open_form, "now": now})
    status = None
    form = StartForm(request.POST if request.method == "POST" else None, questionnaire=open_form.survey.questionnaire)
    if request.method == "POST":
        values = form.values()
        given = Answered(
            {}, {field.code: values[field.code] for field in open_form.survey.questionnaire.profile},
            values.get("group", ""),
            consent=bool(form.data.get("consent")),
        )  # fmt: skip
        if form.judge(given):
            key = uuid4()
            try:
                operations.keep_unfinished(token=token, key=key, body=_body(given), now=now)
            except TooManyBegun as error:
                form.add_error(None, error.text())
                status = error.status
            else:
                answer = redirect("surveys:section", token, 1)
                _mark(answer, _cookie(open_form), str(key), UNFINISHED_DAYS * 24 * 3600)
                # Set now, because the receipt of the whole answer may be lost on its way.
                _mark(answer, DEVICE, _device(request), DEVICE_AGE)
                return answer
    going_on = _started(request, open_form)
    context = {"found": open_form, "form": form, "going_on": going_on is not None, "days": TRACE_DAYS}
    return render(request, "surveys/answering/start.html", context, status=status or form.status)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def section(request: HttpRequest, token: str, number: int) -> HttpResponse:
    """Show and save the questions of a section; given answers are kept even while others are missing."""
    open_form = queries.open_form(token)
    started = _started(request, open_form)
    if started is None:
        return _nothing_begun(request, open_form)
    if not 1 <= number <= len(started.sections):
        raise NotFound
    asked = started.sections[number - 1]
    form = SectionForm(
        request.POST if request.method == "POST" else None,
        questionnaire=open_form.survey.questionnaire,
        section=asked,
        answers=started.answered.answers,
        initial={name: str(value) for name, value in started.answered.answers.items()},
    )
    if request.method == "POST":
        answers = {**started.answered.answers, **form.values()}
        given = _with(started.answered, {name: value for name, value in answers.items() if str(value).strip()})
        # An answer that cannot be kept is reported at its question, where it is still shown.
        kept = _with(given, {name: value for name, value in given.answers.items() if storable(str(value))})
        operations.keep_unfinished(token=token, key=started.key, body=_body(kept), now=timezone.now())
        if form.judge(given):
            sections = Started(open_form, started.key, started.began_at, given).sections
            if number < len(sections):
                return redirect("surveys:section", token, number + 1)
            return redirect("surveys:last", token)
    context = {
        "found": open_form, "form": form, "section": asked, "number": number, "count": len(started.sections) + 1,
        "before": number - 1, "days": UNFINISHED_DAYS,
    }  # fmt: skip
    return render(request, "surveys/answering/section.html", context, status=form.status)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def last(request: HttpRequest, token: str) -> HttpResponse:
    """Hand the answer in, or go back to the page of a missing answer."""
    open_form = queries.open_form(token)
    started = _started(request, open_form)
    if started is None:
        return _nothing_begun(request, open_form)
    status = None
    form = LastForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        device = _device(request)
        given = _with(started.answered, started.answered.answers, form.cleaned_data["alamat_situs"])
        try:
            operations.answer(
                token=token, key=started.key, given=given, began_at=started.began_at,
                source=Source(device, client_address(request) or ""), contact=form.cleaned_data["contact"],
                now=timezone.now(),
            )  # fmt: skip
        except Faults as error:
            number = _page_of(started, {fault.place for fault in error.faults})
            return redirect("surveys:section", token, number) if number else redirect("surveys:answer", token)
        except TooManyAnswers as error:
            form.add_error(None, error.text())
            status = error.status
        else:
            return _arrived(open_form, device)
    context = {"found": open_form, "form": form, "count": len(started.sections) + 1}
    return render(request, "surveys/answering/last.html", context, status=status or form.status)


@never_cache
@require_safe
def thanks(request: HttpRequest, token: str) -> HttpResponse:
    """Confirm that the answer has arrived."""
    return render(request, "surveys/answering/thanks.html", {"found": queries.open_form(token)})


def _key(request: HttpRequest, form: OpenForm) -> UUID | None:
    """Return the key of the answer that was begun with this link on this device."""
    try:
        return UUID(request.COOKIES.get(_cookie(form), ""))
    except ValueError:
        return None


def _device(request: HttpRequest) -> str:
    """Return the mark of the device from its cookie; a new one if the cookie cannot be ours."""
    given = request.COOKIES.get(DEVICE, "")
    return given if DEVICE_CODE.fullmatch(given) else str(uuid4())


def _has_arrived(request: HttpRequest, form: OpenForm) -> bool:
    """Return whether the answer was handed in but its receipt got lost: the browser still has its key."""
    key = _key(request, form)
    return key is not None and queries.arrived(key, token=form.token)


def _nothing_begun(request: HttpRequest, form: OpenForm) -> HttpResponse:
    """Show how to continue, after a second click or a repeated request for an answer that was stored."""
    if _has_arrived(request, form):
        return _arrived(form, _device(request))
    return redirect("surveys:answer", form.token)


def _started(request: HttpRequest, form: OpenForm) -> Started | None:
    key = _key(request, form)
    row = None if key is None else queries.unfinished(key, token=form.token)
    if row is None:
        return None
    body: dict[str, Any] = row.body
    given = Answered(body["answers"], body["profile"], body["group"], consent=body["consent"])
    return Started(form, row.key, row.began_at, given)


def _arrived(form: OpenForm, device: str) -> HttpResponse:
    done = redirect("surveys:thanks", form.token)
    done.delete_cookie(_cookie(form))
    _mark(done, DEVICE, device, DEVICE_AGE)
    return done


def _page_of(started: Started, places: set[str]) -> int | None:
    for number, section in enumerate(started.sections, start=1):
        if any(item.code in places for item in section.items):
            return number
    return None


def _with(given: Answered, answers: Any, trap: str = "") -> Answered:
    return Answered(answers, given.profile, given.group, given.consent, trap)


def _body(given: Answered) -> dict[str, object]:
    return {
        "answers": dict(given.answers), "profile": dict(given.profile), "group": given.group, "consent": given.consent,
    }  # fmt: skip


def _cookie(form: OpenForm) -> str:
    return f"jawaban-{form.token}"


def _mark(answer: HttpResponse, name: str, value: str, age: int) -> None:
    answer.set_cookie(name, value, max_age=age, httponly=True, samesite="Lax", secure=settings.SESSION_COOKIE_SECURE)
