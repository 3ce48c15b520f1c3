"""The page of one's own account."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext

from pilar.people import operations, queries
from pilar.people.forms import LanguageForm
from pilar.people.rules import NotFound
from pilar.people.signin import standing_of


@login_required
def account(request: HttpRequest) -> HttpResponse:
    """Who I am here, which roles I hold, in which language, and how I sign in."""
    by = standing_of(request)
    own = queries.own_account(scope=by, now=timezone.now())
    form = LanguageForm(request.POST or None, initial={"language": own.language})
    if request.method == "POST" and form.is_valid():
        chosen = form.cleaned_data["language"]
        operations.set_language(by=by, language=chosen)
        with translation.override(chosen):
            messages.success(request, gettext("Your language is kept"))
            return redirect(reverse("people:account"))
    return render(request, "people/account.html", {"account": own, "form": form})


def closed(request: HttpRequest, **_: str) -> HttpResponse:
    """An address of the sign-in library that Pilar does not offer."""
    raise NotFound
