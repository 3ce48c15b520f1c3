"""The minutes of a visit on a surveyor's phone: kept without a line, with photographs, and sent once there is one."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from pilar.design.outbox import Outbox, Sent, UnreadableRecords
from pilar.evidence.operations import HeldUpload, hold_private
from pilar.people.rules import Standing
from pilar.people.views import Shown, page, receives
from pilar.permits import operations
from pilar.permits.forms.cases import TabletVisitForm
from pilar.permits.operations import Minutes
from pilar.permits.queries import cases
from pilar.platform.language import mark

VISITS = Outbox(
    "permit-visits",
    worker="permits:visits-worker",
    pages=r"\d+/[\w-]+/",
    one=mark("visit"),
    many=mark("visits"),
    days=30,
)


@VISITS.kept
@page("design/outbox.html")
def visit(request: HttpRequest, key: int, stage: str, *, by: Standing, now: datetime) -> Shown:
    """The form of a visit, for who may do that stage; it names the application by its number alone."""
    at = [key, stage]
    shown = VISITS.shown(
        request, title=cases.visited(key, stage, scope=by, now=now), send=reverse("permits:take-visit", args=at),
        files=reverse("permits:hold-photo", args=at),
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
    """Minutes from a phone, each once."""

    def store(sent: Sent, given: dict[str, Any]) -> None:
        named = sent.content.get("photos", [])
        if any(one not in sent.files for one in named):
            raise UnreadableRecords
        given.pop("photos", None)
        operations.record_visit(
            by=by, case=key, stage=stage, minutes=Minutes(**given), now=now,
            photos=[HeldUpload(sent.files[one]) for one in named],
        )  # fmt: skip

    return VISITS.take(request, TabletVisitForm, store)
