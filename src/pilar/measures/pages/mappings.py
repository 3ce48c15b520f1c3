"""Pages of data portal mappings: the list of a region, one mapping, and its end."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pilar.areas import queries as areas
from pilar.areas.reference import local, local_time
from pilar.design.final_acts import Check, Done, Remark, confirm
from pilar.design.tables import Asked, Column, Table
from pilar.measures import operations
from pilar.measures.queries.mappings import mapping, mappings, others_beside, removes, was_removed
from pilar.measures.rules.authority import reports_in
from pilar.measures.rules.mapping import PART_NAMES, Part, faults_of_removing
from pilar.people.rules import NotAllowed, Standing
from pilar.people.views import Shown, answer, page
from pilar.platform.language import translate

MAPPINGS = Table(
    gettext_lazy("Mappings of data portals"),
    Column("title", gettext_lazy("Source"), "row.title"),
    Column("measures", gettext_lazy("Measures"), lambda row: ", ".join(row.row.measures)),
    Column("number", gettext_lazy("Version"), "row.number", number=True),
    Column("confirmed_by", gettext_lazy("Confirmed by"), "row.confirmed_by"),
    Column("confirmed_at", gettext_lazy("Confirmed"), lambda row: local(row.row.confirmed_at, row.region)),
    Column("files", gettext_lazy("Files taken over"), number=True),
    Column("taken_at", gettext_lazy("Last file"), lambda row: row.taken_at and local(row.taken_at, row.region)),
)


@page("measures/mappings.html")
def kept(request: HttpRequest, code: str, *, by: Standing) -> Shown:
    """The mappings of a region."""
    asked = Asked.of(request)
    return {
        "region": areas.region(code),
        "mappings": MAPPINGS.of(mappings(code, scope=by), asked, about=code),
        "may_report": reports_in(by, code),
    }


@page("measures/mapping.html")
def one(request: HttpRequest, code: str, shape: str, *, by: Standing) -> Shown:
    """Show what one source means: its columns, its series and their measures."""
    kept = mapping(code, shape, scope=by)
    told = kept.row.mapping
    columns = [
        (key, translate(PART_NAMES[part]), told.only.get(key, ""))
        for key, part in told.parts.items()
        if part is not Part.LEFT_OUT or key in told.only
    ]
    series = [(told.label(series), meant.measure, meant.factor) for series, meant in told.series.items()]
    return {
        "region": areas.region(code),
        "kept": kept,
        "columns": columns,
        "left_out": ", ".join(
            key for key, part in told.parts.items() if part is Part.LEFT_OUT and key not in told.only
        ),
        "series": series,
        "may_remove": removes(code, scope=by),
    }


@answer
def remove(request: HttpRequest, code: str, shape: str, *, by: Standing, now: datetime) -> HttpResponse:
    """Let a mapping no longer hold."""
    seen = 0

    def look() -> Check | Done:
        nonlocal seen
        here = reverse("measures:mappings", args=[code])
        if was_removed(code, shape, scope=by):
            return Done(_("The mapping is removed"), here)
        kept = mapping(code, shape, scope=by)
        if not removes(code, scope=by):
            raise NotAllowed
        seen = kept.row.number
        faults = faults_of_removing(kept.row.mapping, others_beside(code, scope=by))
        return Check(
            title=_("Check before you remove the mapping"),
            act=_("Remove"),
            about=kept.row.title,
            will=(
                _("The next file of this source is asked about again: somebody says again what its columns mean."),
                _("Values that were taken over stay, and still tell by which version they were read."),
            ),
            counts=(
                (_("Measures"), ", ".join(kept.row.measures)),
                (_("Files taken over"), str(kept.files)),
                (_("Last file"), local_time(kept.taken_at, code) if kept.taken_at else _("none")),
            ),
            blocked=tuple(Remark(fault.text()) for fault in faults),
            trail=(
                (_("Mappings of data portals"), here),
                (kept.row.title, reverse("measures:mapping", args=[code, shape])),
            ),
            final=False,
            state=str(seen),
        )

    return confirm(
        request, look, lambda: operations.remove_mapping(by=by, region=code, shape=shape, seen=seen, now=now)
    )
