"""The source systems of a region and their tokens."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from pilar.areas import queries as areas
from pilar.areas import reference
from pilar.design.final_acts import Check, Done, confirm
from pilar.design.forms import shown_on
from pilar.measures import operations, queries
from pilar.measures.forms import SourceForm, SourceTokenForm
from pilar.measures.rules.authority import Action, Case, may, require
from pilar.people.rules import NotFound
from pilar.people.signin import standing_of


@login_required
def sources(request: HttpRequest, code: str) -> HttpResponse:
    """The source systems of a region; a form to add one, for who manages them."""
    by, now = standing_of(request), timezone.now()
    rows = queries.sources(code, scope=by, now=now)
    manages = may(by, Action.MANAGE_SOURCES, Case(code))
    if request.method == "POST":
        require(by, Action.MANAGE_SOURCES, Case(code), known=True)
    form = SourceForm(request.POST if request.method == "POST" else None) if manages else None
    if form is not None and request.method == "POST" and form.is_valid():
        with shown_on(form):
            operations.add_source(by=by, region=code, now=now, **form.cleaned_data)
            messages.success(request, _("The source system is added. Issue a token for it"))
            return redirect("measures:source", code, form.cleaned_data["code"])
    return render(request, "measures/sources.html", {"region": areas.region(code), "sources": rows, "form": form})


@login_required
@never_cache
def source(request: HttpRequest, code: str, source: str) -> HttpResponse:
    """One source system: its tokens, and a form for a new one, whose secret the answer shows once."""
    by, now = standing_of(request), timezone.now()
    row = queries.source(code, source, scope=by, now=now)
    form, made = SourceTokenForm(request.POST if request.method == "POST" else None), None
    if request.method == "POST" and form.is_valid():
        with shown_on(form):
            made = operations.issue_token(by=by, region=code, source=source, now=now, **form.cleaned_data)
            form = SourceTokenForm()
    context = {
        "region": areas.region(code),
        "row": row,
        "tokens": [(one, one.works(now)) for one in queries.source_tokens(row)],
        "form": form,
        "made": made,
        "address": request.build_absolute_uri(f"/api/v1/regions/{code}/values"),
    }
    return render(request, "measures/source.html", context)


@login_required
@require_POST
def switch(request: HttpRequest, code: str, source: str) -> HttpResponse:
    """Shut a source off or on: ``active`` is ``yes`` or ``no``."""
    active = request.POST.get("active") == "yes"
    operations.switch_source(by=standing_of(request), region=code, source=source, active=active)
    said = _("The source system reports again") if active else _("The source system is shut off")
    messages.success(request, said)
    return redirect("measures:source", code, source)


@login_required
def revoke(request: HttpRequest, code: str, source: str, key: int) -> HttpResponse:
    """End a token of a source."""
    by = standing_of(request)

    def look() -> Check | Done:
        require(by, Action.MANAGE_SOURCES, Case(code), known=may(by, Action.READ, Case(code)))
        now = timezone.now()
        row = queries.source(code, source, scope=by, now=now)
        token = next((one for one in queries.source_tokens(row) if one.key == key), None)
        if token is None:
            raise NotFound
        here = reverse("measures:source", args=[code, source])
        if token.revoked_at is not None:
            return Done(_("The token no longer opens anything"), here)
        used = reference.local_time(token.last_used_at, code) if token.last_used_at else _("never")
        others = sum(one.works(now) and one.key != key for one in queries.source_tokens(row))
        return Check(
            title=_("Check before you revoke the token"),
            act=_("Revoke"),
            about=f"{row.title}: {token.name}",
            will=(
                _("What the application sends with it is refused from now on."),
                _("The token never works again: a new one has to be issued, and entered in the application."),
            ),
            counts=((_("Last used"), used), (_("Other tokens that work"), str(others))),
            trail=((row.title, here),),
        )

    def act() -> None:
        operations.revoke_source_token(by=by, region=code, source=source, token=key, now=timezone.now())

    return confirm(request, look, act)
