"""Personal data: the register for everybody, one's own data, and what the secretariat does when a person asks."""

from __future__ import annotations

import json
from datetime import datetime

from django.core.serializers.json import DjangoJSONEncoder
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from pilar.design.final_acts import Check, Done, Remark, confirm
from pilar.design.views import file
from pilar.people import operations, queries, reference
from pilar.people.rules import NotFound, Permission, Standing
from pilar.people.views import Shown, answer, page
from pilar.platform import audit


@page("people/privacy.html", public=True)
def register(request: HttpRequest) -> Shown:
    """Show which personal data are kept: what, why, how long, who reads; for everybody."""
    register, today = reference.register(), timezone.localdate()
    kinds = [(kind, kind.kept_for(today)) for kind in register.kinds]
    return {"register": register, "kinds": kinds}


@never_cache
@page("people/own_data.html")
def own_data(request: HttpRequest, *, by: Standing, now: datetime) -> Shown:
    """Show the reader's stored data by table, with a link to download them."""
    data = queries.personal_data(_own(by), scope=by, now=now)
    counts = {**{f"axes: {name}": len(rows) for name, rows in data["sign_in"].items()}}
    counts |= {table: len(rows) for table, rows in data["records"].items()}
    context = {"account": data["account"], "counts": [pair for pair in counts.items() if pair[1]]}
    return context | {"total": queries.count_of(data)}


@never_cache
@answer
@require_safe
def own_file(request: HttpRequest, *, by: Standing) -> HttpResponse:
    """All stored data of the reader, as JSON."""
    return _file(by, _own(by))


@never_cache
@answer
@require_safe
def file_of(request: HttpRequest, key: int, *, by: Standing) -> HttpResponse:
    """All stored data of a person, for the secretariat to answer their request."""
    return _file(by, key)


@never_cache
@answer
def anonymise(request: HttpRequest, key: int, *, by: Standing, now: datetime) -> HttpResponse:
    """Check before an account is anonymised: what is deleted and what stays, with a box to tick; then do it."""
    if not by.may(Permission.MANAGE_ACCOUNTS):
        raise NotFound
    here = reverse("people:account-of", args=[key])

    def look() -> Check | Done:
        account = queries.account(key, scope=by, now=now)
        if account.is_anonymised:
            return Done(gettext("The account is anonymised. Name and address are gone for good"), here)
        own = Remark(gettext("This is your own account. Another member of the secretariat has to do this."))
        rows = queries.count_of(queries.personal_data(key, scope=by, now=now))
        return Check(
            title=gettext("Check before you anonymise"),
            act=gettext("Anonymise for good"),
            about=f"{account.name}, {account.email}",
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
                (gettext("Roles that end"), str(len(account.roles))),
            ),
            blocked=(own,) if by.account == key else (),
            unready=(Remark(gettext("Download the data first (JSON)"), reverse("people:data-of", args=[key])),),
            trail=((gettext("Accounts"), reverse("people:accounts")), (account.name, here)),
        )

    return confirm(request, look, lambda: operations.anonymise(by=by, user=key, now=now))


def _own(by: Standing) -> int:
    if by.account is None:
        raise NotFound
    return by.account


def _file(by: Standing, key: int) -> HttpResponse:
    data = queries.personal_data(key, scope=by, now=timezone.now())
    audit.read(by, "people.personal-data", key, rows=queries.count_of(data))
    content = json.dumps(data, cls=DjangoJSONEncoder, ensure_ascii=False, indent=1, default=str)
    return file(content, f"data-pribadi-{key}.json", "application/json")
