"""A payment request in three screens on a phone, usable offline: choose the budget line, photograph the evidence,
send."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from pilar.areas.reference import today_in
from pilar.design.outbox import Outbox, Sent, UnreadableRecords
from pilar.evidence.operations import HeldUpload, hold_upload
from pilar.people.rules import Standing
from pilar.people.views import Shown, page, receives
from pilar.platform.errors import Faults
from pilar.platform.language import N_
from pilar.villagefinance import operations
from pilar.villagefinance.forms.paying import DraftForm, at_fields
from pilar.villagefinance.operations import NewProof
from pilar.villagefinance.pages.frame import require, village_name
from pilar.villagefinance.queries.cash import Left, lines_left
from pilar.villagefinance.queries.executors import own_lines
from pilar.villagefinance.queries.suppliers import suppliers
from pilar.villagefinance.rules.authority import Action, case_of_own
from pilar.villagefinance.rules.codes import EXPENDITURE, is_under
from pilar.villagefinance.rules.refusals import Refused
from pilar.villagefinance.rules.requests import ProofKind, RequestState

DRAFTS = Outbox(
    "payment-requests",
    worker="villagefinance:drafts-worker",
    pages=r"\d\d\.\d\d\.\d\d\.\d{4}/",
    one=N_("payment request"),
    many=N_("payment requests"),
    scripts=("villagefinance/drafts.js",),
    days=30,
)


@DRAFTS.kept
@page("villagefinance/paying/draft.html")
def draft(request: HttpRequest, village: str, *, by: Standing, now: datetime) -> Shown:
    """The three screens; the phone stores them with the rest of each budget line and without any person's name."""
    require(by, Action.WRITE_REQUEST, village, case_of_own(by, village))
    today = today_in(village[:5], now)
    at = [village]
    shown = DRAFTS.shown(
        request, title=_("Ask for a payment"), eyebrow=village_name(village),
        send=reverse("villagefinance:take-drafts", args=at), files=reverse("villagefinance:hold-proof", args=at),
    )  # fmt: skip
    lines = _lines(by, village, today)
    return {**shown, "village": village, "now": now, "lines": lines, "form": DraftForm(lines=lines)}


@receives
def hold_proof(request: HttpRequest, village: str, *, by: Standing, now: datetime) -> HttpResponse:
    """Hold one photograph of a request that is sent after it."""

    def hold(upload: UploadedFile) -> UUID:
        return hold_upload(by=by, region=village[:5], upload=upload, name=upload.name or "", now=now).key

    return DRAFTS.hold(request, hold)


@receives
def take_drafts(request: HttpRequest, village: str, *, by: Standing, now: datetime) -> HttpResponse:
    """Take requests from a phone: store each once, and send it to the secretary if it is complete."""
    today = today_in(village[:5], now)
    form, year = DraftForm(lines=()), today.year

    def read(typed: QueryDict) -> DraftForm:
        nonlocal form, year
        year = today.year - 1 if typed.get("line", "").startswith(f"{today.year - 1}-") else today.year
        form = DraftForm(typed, lines=_lines(by, village, min(today, date(year, 12, 31))))
        return form

    def store(sent: Sent, _given: dict[str, Any]) -> None:
        day = min(today_in(village[:5], sent.began_at), today)
        named = [(kind, key) for kind in ProofKind for key in sent.content.get(kind.value, [])]
        if any(key not in sent.files for _kind, key in named):
            raise UnreadableRecords
        proofs = [NewProof(kind, HeldUpload(sent.files[key])) for kind, key in named]
        written = form.new_request(min(max(day, date(year, 1, 1)), date(year, 12, 31)), suppliers(village, scope=by))
        at = {"by": by, "village": village, "year": year, "now": now}
        try:
            number = operations.write_request(**at, given=written, proofs=proofs)
        except Faults as error:
            raise at_fields(error) from error
        if form.cleaned_data["later"]:
            return
        try:
            operations.move_request(**at, number=number, to=RequestState.SUBMITTED)
        except (Faults, Refused):
            return  # it waits for its maker, whose page says what it lacks

    return DRAFTS.take(request, read, store)


def _lines(by: Standing, village: str, today: date) -> list[Left]:
    lefts = [left for left in lines_left(village, today) if is_under(left.account, EXPENDITURE)]
    return own_lines(by, village, lefts)
