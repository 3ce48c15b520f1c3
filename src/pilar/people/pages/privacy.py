"""Personal data: the register for everybody, one's own data, and what the secretariat does when a person asks."""

from __future__ import annotations

import json

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.serializers.json import DjangoJSONEncoder
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from pilar.people import operations, queries, reference
from pilar.people.forms import AnonymiseForm, told_on
from pilar.people.rules import NotFound, Permission, Standing
from pilar.people.signin import standing_of
from pilar.platform import audit


@require_safe
def register(request: HttpRequest) -> HttpResponse:
    """Which personal data are kept: what, why, how long, who reads; for everybody."""
    found, today = reference.register(), timezone.localdate()
    kinds = [(one, one.kept_for(today)) for one in found.kinds]
    return render(request, "people/privacy.html", {"register": found, "kinds": kinds})


@login_required
@never_cache
@require_safe
def own_data(request: HttpRequest) -> HttpResponse:
    """What is kept of the reader, by table, and the way to a copy."""
    by = standing_of(request)
    found = queries.personal_data(_own(by), scope=by, now=timezone.now())
    counts = {**{f"axes: {name}": len(rows) for name, rows in found["sign_in"].items()}}
    counts |= {table: len(rows) for table, rows in found["records"].items()}
    context = {"account": found["account"], "counts": [pair for pair in counts.items() if pair[1]]}
    return render(request, "people/own_data.html", context | {"total": queries.count_of(found)})


@login_required
@never_cache
@require_safe
def own_file(request: HttpRequest) -> HttpResponse:
    """All that is kept of the reader, as JSON."""
    by = standing_of(request)
    return _file(by, _own(by))


@login_required
@never_cache
@require_safe
def file_of(request: HttpRequest, key: int) -> HttpResponse:
    """All that is kept of a person, for the secretariat that answers a request of theirs."""
    return _file(standing_of(request), key)


@login_required
@never_cache
def anonymise(request: HttpRequest, key: int) -> HttpResponse:
    """Check before an account is anonymised: what goes, what stays, a tick; then it is done."""
    by, now = standing_of(request), timezone.now()
    if not by.may(Permission.MANAGE_ACCOUNTS):
        raise NotFound
    found = queries.account(key, scope=by, now=now)
    if found.is_anonymised:
        return redirect("people:account-of", key)
    form = AnonymiseForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        with told_on(form):
            operations.anonymise(by=by, user=key, now=now)
            messages.success(request, gettext("The account is anonymised. Name and address are gone for good"))
            return redirect("people:account-of", key)
    rows = queries.count_of(queries.personal_data(key, scope=by, now=now))
    context = {"account": found, "form": form, "rows": rows, "own": by.account == key}
    return render(request, "people/anonymise.html", context, status=422 if form.errors else 200)


def _own(by: Standing) -> int:
    if by.account is None:
        raise NotFound
    return by.account


def _file(by: Standing, key: int) -> HttpResponse:
    found = queries.personal_data(key, scope=by, now=timezone.now())
    audit.read(by=by.actor, what="people.personal-data", key=key, rows=queries.count_of(found))
    content = json.dumps(found, cls=DjangoJSONEncoder, ensure_ascii=False, indent=1, default=str)
    headers = {
        "Content-Disposition": f'attachment; filename="data-pribadi-{key}.json"',
        "Cache-Control": "private, no-store",
    }
    return HttpResponse(content, content_type="application/json", headers=headers)
