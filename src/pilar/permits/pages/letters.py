"""Standard letters: read by the officer before they are sent, and by applicant and office afterwards; and the evidence
that a limit has passed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.views.decorators.http import require_safe

from pilar.design.final_acts import Check, Done, confirm
from pilar.design.views import file
from pilar.people.rules import Standing
from pilar.people.views import Shown, knowing, page
from pilar.permits.documents.case_letter import letter_document
from pilar.permits.documents.silence import silence_document
from pilar.permits.forms.cases import LETTER, Given
from pilar.permits.operations.letters import preview_letter
from pilar.permits.pages.applying import applicants
from pilar.permits.queries import silence as queries
from pilar.permits.queries.letters import letter_out
from pilar.permits.queries.letters import readings as case_readings
from pilar.permits.rules.letters import Written
from pilar.reports.pdf import typeset


@applicants
@require_safe
@knowing
def case_letter(request: HttpRequest, case: int, key: int, *, by: Standing, now: datetime) -> HttpResponse:
    """A letter as it was sent."""
    letter = letter_out(case, key, scope=by, now=now)
    return file(typeset(letter_document(letter)), f"surat-{letter.key}.pdf", "application/pdf", inline=True)


@applicants
@page("permits/cases/silence.html", public=True)
def silence(request: HttpRequest, case: int, *, by: Standing, now: datetime) -> Shown:
    """The evidence that a limit passed without a decision."""
    return {"row": queries.silence(case, scope=by, now=now), "inside": by.account is not None}


@applicants
@require_safe
@knowing
def silence_file(request: HttpRequest, case: int, *, by: Standing, now: datetime) -> HttpResponse:
    """The same as a document, in Indonesian."""
    with translation.override("id"):
        certificate = queries.silence(case, scope=by, now=now)
    return file(typeset(silence_document(certificate)), f"bukti-{certificate.case}.pdf", "application/pdf", inline=True)


@applicants
@page("permits/cases/readings.html", public=True)
def readings(request: HttpRequest, case: int, *, by: Standing, now: datetime) -> Shown:
    """Show who has read the personal data of the applicant."""
    number, region, rows = case_readings(case, scope=by, now=now)
    return {"case": case, "number": number, "region": region, "rows": rows, "inside": by.account is not None}


def confirm_letter(
    request: HttpRequest, look: Callable[[], Check | Done], act: Callable[[], object], *, form: Given, case: int
) -> HttpResponse:
    """As ``confirm``, but the officer first reads the letter that the act sends, if it sends one."""
    shown: list[Written] = []
    form.fields[LETTER] = forms.CharField(required=False, widget=forms.HiddenInput)

    def acted() -> None:
        letter = preview_letter(act, case=case)
        if letter is None or letter.sign == request.POST.get(LETTER):
            act()
            return
        shown.append(letter)
        form.data = form.data.copy()
        form.data[LETTER] = letter.sign

    def drawn(request: HttpRequest, context: dict[str, Any], status: int) -> HttpResponse:
        letter = shown[0] if shown else None
        return render(request, "permits/desk/act.html", {**context, "letter": letter}, status=200 if shown else status)

    return confirm(request, look, acted, form=form, page=drawn)
