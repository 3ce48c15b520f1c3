"""A surveyor's visits in the order of the day; and the minutes of one: written on the phone with photographs, kept
offline, sent when there is a connection, and signed by the applicant."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from pilar.areas import queries as areas
from pilar.design import charts
from pilar.design.final_acts import Check, Done, confirm
from pilar.design.forms import posted
from pilar.design.outbox import Outbox, Sent, UnreadableRecords
from pilar.design.views import file
from pilar.evidence.operations import HeldUpload, hold_private
from pilar.people.rules import Standing, existing
from pilar.people.views import Shown, knowing, page, receives
from pilar.permits import operations
from pilar.permits.documents.minutes import minutes_document
from pilar.permits.forms.cases import SignMinutesForm
from pilar.permits.forms.places import StartForm
from pilar.permits.forms.visits import TabletVisitForm
from pilar.permits.operations import Minutes, Photo
from pilar.permits.pages.applying import applicants, trail_of
from pilar.permits.queries import cases
from pilar.permits.queries import visits as queries
from pilar.permits.rules.authority import Right
from pilar.permits.rules.places import read_point
from pilar.permits.rules.signatures import NO_CAPACITY, NOT_ATTESTED, NOT_DRAWN, SHORTEST, UNREADABLE, Drawing
from pilar.platform.language import N_, reader_language, translate
from pilar.platform.writing import in_words
from pilar.reports.pdf import typeset

VISITS = Outbox(
    "permit-visits",
    worker="permits:visits-worker",
    pages=r"\d+/[\w-]+/",
    one=N_("visit"),
    many=N_("visits"),
    scripts=("permits/visit.js",),
    styles=("permits/visit.css",),
    days=30,
)
CHANGED = N_("The signature is cleared: what was signed has changed. Let them read it again and sign")


@page("permits/desk/visits.html")
def visits(request: HttpRequest, region: str, *, by: Standing, now: datetime) -> Shown:
    """The visits that wait for the reader, each followed by the nearest one, on a map and as a list."""
    cases.require_reader(by, region)
    form = StartForm(request.GET if "start" in request.GET else None)
    start = form.cleaned_data["start"] if form.is_bound and form.is_valid() else None
    stops = queries.visits(region, scope=by, now=now, start=start)
    marks = [
        charts.Place(stop.row.number, stop.point.latitude, stop.point.longitude, (stop.place,))
        for stop in stops if stop.point
    ]  # fmt: skip
    columns = (_("Visit"), _("Place"))
    return {
        "region": areas.region(region), "form": form, "stops": stops,
        "chart": charts.places(marks, columns=columns, joined=True) if marks else None,
    }  # fmt: skip


@VISITS.kept
@page("design/outbox.html")
def visit(request: HttpRequest, key: int, stage: str, *, by: Standing, now: datetime) -> Shown:
    """The form of a visit, for officers who may do that stage; it identifies the application only by its number."""
    at = [key, stage]
    said = {
        "not_drawn": NOT_DRAWN, "unreadable": UNREADABLE, "no_capacity": NO_CAPACITY, "not_attested": NOT_ATTESTED,
        "changed": CHANGED,
    }  # fmt: skip
    shown = VISITS.shown(
        request, title=cases.visited(key, stage, scope=by, now=now), send=reverse("permits:take-visit", args=at),
        files=reverse("permits:hold-photo", args=at), texts={name: translate(text) for name, text in said.items()},
        shortest=SHORTEST,
    )  # fmt: skip
    return {**shown, "form": TabletVisitForm()}


@receives
def hold_photo(request: HttpRequest, key: int, stage: str, *, by: Standing, now: datetime) -> HttpResponse:
    """One photograph of minutes that come after it."""
    cases.visited(key, stage, scope=by, now=now)

    def hold(upload: UploadedFile) -> UUID:
        return hold_private(by=by, upload=upload, name=upload.name or "", now=now).key

    return VISITS.hold(request, hold)


@receives
def take_visit(request: HttpRequest, key: int, stage: str, *, by: Standing, now: datetime) -> HttpResponse:
    """Receive minutes from a phone, each only once."""

    def store(sent: Sent, given: dict[str, Any]) -> None:
        named = sent.content.get("photos", [])
        if any(name not in sent.files for name in named):
            raise UnreadableRecords
        given.pop("photos", None)
        device = given.pop("device")
        drawing = Drawing(given.pop("signature"), given.pop("capacity"), given.pop("attested"))

        def photo(key: str) -> Photo:
            said = device.get(UUID(key))
            held = HeldUpload(sent.files[key])
            return Photo(held, said.at, read_point(said.point), said.metres) if said else Photo(held)

        operations.record_visit(
            by=by, case=key, stage=stage, minutes=Minutes(**given), now=now,
            photos=[photo(name) for name in named], drawing=drawing,
        )  # fmt: skip

    return VISITS.take(request, TabletVisitForm, store)


@applicants
@knowing
def sign_minutes(request: HttpRequest, key: int, stage: str, *, by: Standing, now: datetime) -> HttpResponse:
    """Check before you sign the minutes of a visit."""
    form = SignMinutesForm(posted(request))

    def look() -> Check | Done:
        row = cases.own_case(key, scope=by, now=now)
        minutes_row = next((minutes_row for minutes_row in row.minutes if minutes_row.stage == stage), None)
        if minutes_row is None or minutes_row.signed_at or Right.SIGN_MINUTES not in row.acts:
            said = (
                _("The minutes are signed")
                if minutes_row and minutes_row.signed_at
                else _("This is not to be done now")
            )
            return Done(said, trail_of(row)[-1][1])
        return Check(
            title=_("Check before you sign the minutes"), act=_("Sign the minutes"), trail=trail_of(row),
            about=f"{row.row.number}, {row.service.name}",
            will=(f"{in_words(minutes_row.day, reader_language())}: {minutes_row.found}",
                  *((_("Remarks: %(remarks)s") % {"remarks": minutes_row.remarks},) if minutes_row.remarks else ()),
                  _("Your answer stands beside the minutes, with your account and the time, for who decides")),
            state=str(minutes_row.number),
        )  # fmt: skip

    return confirm(
        request, look, lambda: operations.sign_minutes(by=by, case=key, stage=stage, now=now, **form.given()), form=form
    )


@applicants
@require_safe
@knowing
def minutes(_request: HttpRequest, case: int, stage: str, *, by: Standing, now: datetime) -> HttpResponse:
    """The minutes of a visit as a document, for the applicant and for the officers of the case."""
    row = (cases.own_case if by.account is None else cases.officers_case)(case, scope=by, now=now)
    minutes_row = existing(next((minutes_row for minutes_row in row.minutes if minutes_row.stage == stage), None))
    made = minutes_document(row, minutes_row, areas.region(row.row.region).name, inside=by.account is not None)
    return file(typeset(made), f"berita-acara-{case}.pdf", "application/pdf", inline=True)
