"""Standard letters: read by the officer before they go, and by applicant and office afterwards."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from pilar.design.final_acts import Check, Done, confirm
from pilar.design.views import file
from pilar.people.rules import Standing
from pilar.people.views import knowing
from pilar.permits.documents.case_letter import letter_document
from pilar.permits.forms.cases import LETTER, Given
from pilar.permits.operations.letters import preview_letter
from pilar.permits.pages.applying import applicants
from pilar.permits.queries.letters import letter_out
from pilar.permits.rules.letters import Written
from pilar.reports.pdf import typeset


@applicants
@require_safe
@knowing
def case_letter(request: HttpRequest, case: int, key: int, *, by: Standing, now: datetime) -> HttpResponse:
    """A letter as it was sent."""
    found = letter_out(case, key, scope=by, now=now)
    return file(typeset(letter_document(found)), f"surat-{found.key}.pdf", "application/pdf", inline=True)


def confirm_letter(
    request: HttpRequest, look: Callable[[], Check | Done], act: Callable[[], object], *, form: Given, case: int
) -> HttpResponse:
    """As ``confirm``, but whoever acts reads the letter first that it sends, if it sends one."""
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
