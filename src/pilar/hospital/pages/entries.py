"""Management's pages for master data: the hospital, its clinics, doctors and rooms."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpRequest
from django.utils.translation import gettext as _

from pilar.design.forms import posted, stored
from pilar.design.views import done
from pilar.hospital import operations
from pilar.hospital.forms.entries import FORMS
from pilar.hospital.queries import entries as queries
from pilar.hospital.rules.entries import NAMES, Entry
from pilar.people.rules import NotFound, Standing
from pilar.people.views import Shown, page
from pilar.platform.language import translate


@page("hospital/keeping/entries.html")
def entries(request: HttpRequest, hospital: str, *, by: Standing) -> Shown:
    """All entries, each with a link to correct it."""
    return {"found": queries.entries(hospital, scope=by)}


@page("hospital/keeping/entry.html", sends=True)
def entry(
    request: HttpRequest, hospital: str, entry: str, key: int | None = None, *, by: Standing, now: datetime
) -> Shown:
    """Correct an entry, or add a new one."""
    if entry not in [*Entry]:
        raise NotFound
    what, entries = Entry(entry), queries.entries(hospital, scope=by)
    new = key is None and what is not Entry.HOSPITAL
    row = None if new else entries.of(what, key)
    form = FORMS[what](posted(request), initial=row.facts if row else {})
    if stored(form, lambda: operations.keep_entry(
        by=by, hospital=hospital, entry=what, key=key, facts=form.cleaned_data, now=now
    )):  # fmt: skip
        return done(request, _("Kept: %(name)s") % {"name": form.cleaned_data["name"]}, "hospital:entries", hospital)
    return {"found": entries, "row": row, "form": form, "what": translate(NAMES[what])}
