"""The public register of permits, one permit, the tracking of a case by its number, and the decisions of the head."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from pilar.areas import queries as areas
from pilar.areas.reference import today_in
from pilar.design.final_acts import Check, Done, Remark, confirm
from pilar.design.forms import posted
from pilar.design.tables import Asked, Column, Table
from pilar.design.views import file as sent
from pilar.design.views import number, searched
from pilar.evidence.serving import signed_answer
from pilar.people.rules import PUBLIC, NotFound, Standing, existing
from pilar.people.views import Shown, answer, page
from pilar.permits import operations
from pilar.permits.documents.levy import levy_notice
from pilar.permits.forms.register import AmendForm, ReasonForm, TrackForm
from pilar.permits.pages.minutes import ask_to_sign
from pilar.permits.queries import cases, services
from pilar.permits.queries import register as queries
from pilar.permits.queries.levies import levy_of
from pilar.permits.queries.objections import revoked_wrongly
from pilar.permits.queries.rows import CaseDetail
from pilar.permits.queries.tracking import track
from pilar.permits.rules.authority import AUTHORITY, Action, Case
from pilar.permits.rules.register import MAX_LISTED, PERMITS, STATE_NAMES, PermitDetail, PermitFacts, PermitState
from pilar.platform import limits
from pilar.platform.language import N_, translate
from pilar.reports.codes import qr_svg
from pilar.reports.pdf import typeset

TRACKING = limits.Limit("permit-tracking", most=20)
PROOFS = limits.Limit("permit-proof", most=10)
"""Computed over the whole register (assumption)."""
PERMITS_LISTED = Table(
    gettext_lazy("Register of permits"),
    Column("number", gettext_lazy("Number")),
    Column("service_name", gettext_lazy("Permit")),
    Column("holder", gettext_lazy("Holder")),
    Column("place", gettext_lazy("Place")),
    Column("issued_on", gettext_lazy("Issued on")),
    Column("valid_until", gettext_lazy("Valid until")),
    Column("state_name", gettext_lazy("Status")),
)


@page("permits/register/register.html", public=True)
def register(request: HttpRequest, *, now: datetime) -> Shown:
    """All permits that were ever issued, with search and filters."""
    asked, given, today = Asked.of(request), request.GET, today_in("", now)
    regions = services.regions(today)
    offered = dict(service for code in regions for service in queries.services_listed(code, today))
    state = given.get("status", "")
    wanted = queries.Wanted(
        searched(request), given.get("daerah", ""), given.get("layanan", ""), state if state in STATE_NAMES else "",
        number(request, "tahun", most=4),
    )  # fmt: skip
    return {
        "permits": PERMITS_LISTED.of(queries.register(wanted, scope=PUBLIC, **asked.part), asked),
        "wanted": wanted, "today": today, "most": MAX_LISTED,
        "services": [("", _("All")), *offered.items()],
        "states": [("", _("All")), *((str(to), translate(name)) for to, name in STATE_NAMES.items())],
        "regions": [(region, areas.region(region).name) for region in regions],
    }  # fmt: skip


@page("permits/register/permit.html", public=True)
def permit(request: HttpRequest, number: str, *, by: Standing, now: datetime) -> Shown:
    """The public page of a permit, with the decisions that the head can take."""
    detail = queries.permit(number, scope=PUBLIC)
    row = detail.row
    return {
        "found": detail, "row": row, "region": areas.region(row.region), "over": row.over(today_in(row.region, now)),
        "acts": [(slug, step) for slug, step in STEPS.items() if step.fits(detail)] if _decides(by, row.region) else [],
        "newest": next(iter(queries.heads(row.region)), None),
    }  # fmt: skip


@page("permits/register/seals.html", public=True)
def seals(request: HttpRequest, region: str) -> Shown:
    """The signed heads of a region's register, and the lists for offline checks."""
    return {"region": areas.region(region), "heads": queries.heads(region), "years": queries.years_with_list(region)}


@require_safe
def document_list(request: HttpRequest, region: str, year: int) -> HttpResponse:
    """Serve the states of all documents of a year, as a text for offline checks."""
    text = queries.list_text(region, year, scope=PUBLIC)
    etag = f'"{hashlib.sha256(text.encode()).hexdigest()}"'
    unchanged: HttpResponse | None = get_conditional_response(request, etag=etag)
    response = unchanged or HttpResponse(text, content_type="text/plain; charset=utf-8")
    response["ETag"] = etag
    return response


@never_cache
@require_safe
def list_proof(request: HttpRequest, region: str, year: int) -> HttpResponse:
    """Show the position of the list of a year in the sealed lists, as ``periksa_segel.py`` reads it."""
    limits.count(request, PROOFS, now=timezone.now())
    return JsonResponse(queries.list_proof(region, year, scope=PUBLIC))


@never_cache
@page("permits/register/track.html", public=True, sends=True)
def tracking(request: HttpRequest, *, now: datetime) -> Shown:
    """Show the status of a case, by its number and the last characters of the identity number; no personal data."""
    form = TrackForm(posted(request))
    tracked = None
    if request.method == "POST":
        limits.count(request, TRACKING, now=now)
        if form.is_valid():
            tracked = track(form.cleaned_data["number"], form.cleaned_data["digits"], scope=PUBLIC, now=now)
            if tracked is None:
                form.add_error(None, _("No application has this number and these characters. Look at both again"))
            elif tracked.to_sign and request.POST.get("do") == "sign":
                asked = ask_to_sign(request, tracked.key, form, now)
                if asked is not None:
                    return asked
    return {"form": form, "found": tracked}


@answer
def file(request: HttpRequest, key: int, *, by: Standing, now: datetime) -> HttpResponseBase:
    """The permit of a case as it was signed, for officers who see the case."""
    cases.officers_case(key, scope=by, now=now)
    return signed_file(request, key)


@answer
def levy_file(request: HttpRequest, key: int, *, by: Standing, now: datetime) -> HttpResponse:
    """The notice of the levy of a case, for officers who see the case."""
    return levy_answer(cases.officers_case(key, scope=by, now=now), now)


def levy_answer(row: CaseDetail, now: datetime) -> HttpResponse:
    """The notice of the levy of a case as PDF; raises :class:`NotFound` without one."""
    levy = existing(levy_of(row.row.key, now=now))
    made = typeset(levy_notice(row, levy, areas.region(levy.region).name, now))
    return sent(made, f"{levy.number}.pdf", "application/pdf", inline=True)


def signed_file(request: HttpRequest, case: int) -> HttpResponseBase:
    """The signed permit of a case that the reader may see; raises :class:`NotFound` without one."""
    row = existing(queries.permit_of(case))
    signature = queries.permit(row.key, scope=PUBLIC).signature
    if signature is None or not signature.signed:
        raise NotFound
    response = signed_answer(request, signature, name=f"izin-{row.key}.pdf")
    response["Cache-Control"] = "private, no-cache"
    return response


def came_of(case: int, *, own: bool = False, now: datetime) -> dict[str, Any]:
    """Levy and permit of a case that the reader may see, as ``permits/parts/came_of.html`` shows them; ``own``: to the
    applicant."""
    levy, row = levy_of(case, now=now), queries.permit_of(case)
    permit_file, levy_file = ("own-permit", "own-levy") if own else ("permit-file", "levy-file")
    return {
        "levy": levy, "code": qr_svg(levy.code) if levy and levy.by_code else "",
        "permit": queries.permit(row.key, scope=PUBLIC) if row else None,
        "file_address": reverse(f"permits:{permit_file}", args=[case]),
        "levy_file": reverse(f"permits:{levy_file}", args=[case]),
    }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Step:
    """A decision of the head about a permit: operation, title, button, message, consequences, and the state
    afterwards."""

    operation: Callable[..., None]
    title: str
    act: str
    done: str
    will: str
    to: PermitState
    form: type[ReasonForm] = ReasonForm
    final: bool = True

    def fits(self, detail: PermitDetail) -> bool:
        state = detail.row.state
        moves = PERMITS.find(state, self.to) is not None and (self.form is AmendForm or state is not self.to)
        return moves and (state is not PermitState.REVOKED or _facts(detail).upheld)


STEPS: Mapping[str, Step] = {
    "ubah": Step(
        operations.amend_permit, N_("Check before you amend the permit"), N_("Amend"),
        N_("The permit is amended"),
        N_("A further document of the same number is signed; the one before counts no longer."),
        PermitState.VALID, AmendForm,
    ),
    "tangguhkan": Step(
        operations.decide_permit, N_("Check before you suspend the permit"), N_("Suspend"),
        N_("The permit is suspended"), N_("Everybody sees that it is suspended, and why."), PermitState.SUSPENDED,
    ),
    "pulihkan": Step(
        operations.decide_permit, N_("Check before you let the permit be valid again"), N_("Let it be valid again"),
        N_("The permit is valid again"), N_("Everybody sees that it is valid again, and why."), PermitState.VALID,
    ),
    "cabut": Step(
        operations.decide_permit, N_("Check before you revoke the permit"), N_("Revoke"),
        N_("The permit is revoked"), N_("Everybody sees that it is revoked, and why."), PermitState.REVOKED,
    ),
}  # fmt: skip
"""By the names of their addresses."""


@answer
def act(request: HttpRequest, key: int, slug: str, *, by: Standing, now: datetime) -> HttpResponse:
    """The page "check before you …" of a decision about a permit."""
    step, first = STEPS.get(slug), queries.permit(key, scope=PUBLIC).row
    if step is None or not _decides(by, first.region):
        raise NotFound
    form = step.form(posted(request), initial={"place": first.place, "valid_until": first.valid_until})

    def look() -> Check | Done:
        detail = queries.permit(key, scope=PUBLIC)
        row, address = detail.row, reverse("permits:permit", args=[detail.row.number])
        if (row.state, row.edition) != (first.state, first.edition) or not step.fits(detail):
            return Done(translate(step.done), address)
        return Check(
            title=translate(step.title), act=translate(step.act), will=(translate(step.will),), final=step.final,
            trail=((_("Register of permits"), reverse("permits:register")), (row.number, address)),
            about=f"{row.number} · {row.service_name} · {row.holder}", synthetic=row.synthetic,
            blocked=tuple(Remark(fault.text()) for fault in PERMITS.move(row.state, step.to).faults(_facts(detail))),
            state=f"{row.state}/{row.edition}",
        )  # fmt: skip

    def acted() -> None:
        to = {} if step.form is AmendForm else {"to": step.to}
        step.operation(by=by, permit=key, now=now, **to, **form.cleaned_data)

    return confirm(request, look, acted, form=form)


def _facts(detail: PermitDetail) -> PermitFacts:
    return PermitFacts(detail.signature is None or detail.signature.signed, revoked_wrongly(detail.row.number))


def _decides(by: Standing, region: str) -> bool:
    return AUTHORITY.may(by, Action.REGISTER, Case(region))
