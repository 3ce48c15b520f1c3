"""Personal data: the register for everybody, one's own data, and what the secretariat does when a person asks."""

from __future__ import annotations

import json

from django.contrib.auth.decorators import login_required
from django.core.serializers.json import DjangoJSONEncoder
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from pilar.design.final_acts import Check, Done, Remark, confirm
from pilar.people import operations, queries, reference
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
    by = standing_of(request)
    if not by.may(Permission.MANAGE_ACCOUNTS):
        raise NotFound
    here = reverse("people:account-of", args=[key])

    def look() -> Check | Done:
        now = timezone.now()
        found = queries.account(key, scope=by, now=now)
        if found.is_anonymised:
            return Done(gettext("The account is anonymised. Name and address are gone for good"), here)
        own = Remark(gettext("This is your own account. Another member of the secretariat has to do this."))
        rows = queries.count_of(queries.personal_data(key, scope=by, now=now))
        return Check(
            title=gettext("Check before you anonymise"),
            act=gettext("Anonymise for good"),
            about=f"{found.name}, {found.email}",
            will=(
                gettext("Name and e-mail address go, in the account and in all that the person did, marked or signed."),
                gettext("Notices to the person, sessions, tokens, the second factor and traces of signing in go."),
                gettext("What the person did stays, under the number of the account."),
                gettext(
                    "Names that somebody typed into a text, a list of attendance or an uploaded file stay: these are "
                    "found by nobody’s account."
                ),
            ),
            counts=(
                (gettext("Rows that name this account"), str(rows)),
                (gettext("Roles that end"), str(len(found.memberships))),
            ),
            blocked=(own,) if by.account == key else (),
            unready=(Remark(gettext("Download the data first (JSON)"), reverse("people:data-of", args=[key])),),
            trail=((gettext("Accounts"), reverse("people:accounts")), (found.name, here)),
        )

    def act() -> None:
        operations.anonymise(by=by, user=key, now=timezone.now())

    return confirm(request, look, act)


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
