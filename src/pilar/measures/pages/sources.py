"""The source systems of a region and their tokens."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from pilar.areas import queries as areas
from pilar.areas import reference
from pilar.design.final_acts import Check, Done, confirm
from pilar.design.forms import posted, stored
from pilar.design.views import done
from pilar.measures import operations, queries
from pilar.measures.forms import SourceForm, SourceTokenForm
from pilar.measures.rules.authority import Action, Case, may, require
from pilar.people.rules import Standing, existing
from pilar.people.views import Shown, answer, button, page


@page("measures/sources.html", sends=True)
def sources(request: HttpRequest, code: str, *, by: Standing, now: datetime) -> Shown:
    """The source systems of a region; a form to add one, for anyone who manages them."""
    rows = queries.sources(code, scope=by, now=now)
    manages = may(by, Action.MANAGE_SOURCES, Case(code))
    if request.method == "POST":
        require(by, Action.MANAGE_SOURCES, Case(code), known=True)
    form = SourceForm(posted(request)) if manages else None
    if form and stored(form, lambda: operations.add_source(by=by, region=code, now=now, **form.cleaned_data)):
        said = _("The source system is added. Issue a token for it")
        return done(request, said, "measures:source", code, form.cleaned_data["code"])
    return {"region": areas.region(code), "sources": rows, "form": form}


@never_cache
@page("measures/source.html", sends=True)
def source(request: HttpRequest, code: str, source: str, *, by: Standing, now: datetime) -> Shown:
    """One source system: its tokens, and a form for a new one, whose secret the answer shows once."""
    row = queries.source(code, source, scope=by, now=now)
    form, made = SourceTokenForm(posted(request)), None
    named = {"by": by, "region": code, "source": source, "now": now}
    if stored(form, lambda: operations.issue_token(**named, **form.cleaned_data)):
        form, made = SourceTokenForm(), form.outcome
    return {
        "region": areas.region(code),
        "row": row,
        "tokens": [(token, token.works(now)) for token in queries.source_tokens(row)],
        "form": form,
        "made": made,
        "address": request.build_absolute_uri(f"/api/v1/regions/{code}/values"),
    }


@button
def switch(request: HttpRequest, code: str, source: str, *, by: Standing) -> HttpResponse:
    """Shut a source off or on: ``active`` is ``yes`` or ``no``."""
    active = request.POST.get("active") == "yes"
    operations.switch_source(by=by, region=code, source=source, active=active)
    said = _("The source system reports again") if active else _("The source system is shut off")
    return done(request, said, "measures:source", code, source)


@answer
def revoke(request: HttpRequest, code: str, source: str, key: int, *, by: Standing, now: datetime) -> HttpResponse:
    """End a token of a source."""

    def look() -> Check | Done:
        require(by, Action.MANAGE_SOURCES, Case(code), known=may(by, Action.READ, Case(code)))
        row = queries.source(code, source, scope=by, now=now)
        token = existing(
            next((source_token for source_token in queries.source_tokens(row) if source_token.key == key), None)
        )
        here = reverse("measures:source", args=[code, source])
        if token.revoked_at is not None:
            return Done(_("The token no longer opens anything"), here)
        used = reference.local_time(token.last_used_at, code) if token.last_used_at else _("never")
        others = sum(source_token.works(now) and source_token.key != key for source_token in queries.source_tokens(row))
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

    return confirm(
        request, look, lambda: operations.revoke_source_token(by=by, region=code, source=source, token=key, now=now)
    )
