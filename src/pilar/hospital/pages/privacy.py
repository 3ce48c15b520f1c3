"""Data of patients: access, consent, download and erasure; emergencies; pages of the data protection officer."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta
from functools import wraps
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from pilar.areas.reference import local, midnight_in
from pilar.design.final_acts import Check, Done, Remark, confirm
from pilar.design.forms import posted, stored
from pilar.design.views import done, file
from pilar.hospital import operations
from pilar.hospital.documents.breach import breach_notice
from pilar.hospital.forms.privacy import BreachForm, GlassForm, LookForm, ReviewForm
from pilar.hospital.queries import privacy, schedule
from pilar.hospital.queries.records import readings
from pilar.hospital.rules.authority import AUTHORITY, Action
from pilar.hospital.rules.privacy import FIELD_NAMES, GLASS_HOLDS, Purpose, masked
from pilar.people.pages.citizens import to_sign_in
from pilar.people.rules import NotFound, Standing
from pilar.people.signin import standing_of
from pilar.people.views import Shown, View, answer, knowing, page
from pilar.platform.language import translate
from pilar.reports.pdf import typeset

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def patients(view: View) -> View:
    """A page for somebody who has signed in by a code, or works in the hospital; others are redirected to sign in."""

    @wraps(view)
    def answered(request: HttpRequest, *given: Any, **named: Any) -> HttpResponse:
        by = standing_of(request)
        nobody = by.citizen is None and by.account is None
        return to_sign_in(request) if nobody else view(request, *given, **named)

    return never_cache(answered)


@patients
@page("hospital/privacy/records.html", public=True)
def own_records(request: HttpRequest, *, by: Standing, now: datetime) -> Shown:
    """The records of the reader and of the people they act for."""
    return {"rows": privacy.own_records(scope=by, now=now)}


@patients
@page("hospital/privacy/record.html", public=True)
def own_record(request: HttpRequest, key: int, *, by: Standing, now: datetime) -> Shown:
    """Show patients their consents, and who has read which parts of their record."""
    row = privacy.own_record(key, scope=by, now=now)
    return {"row": row, "purposes": privacy.agreed(key), "readings": readings(key)}


@patients
@require_POST
@knowing
def purpose(request: HttpRequest, key: int, purpose: str, *, by: Standing, now: datetime) -> HttpResponse:
    """Agree to a purpose, or withdraw the consent."""
    if purpose not in set(Purpose):
        raise NotFound
    act = operations.withdraw if request.POST.get("do") == "withdraw" else operations.agree
    act(by=by, patient=key, purpose=Purpose(purpose), now=now)
    said = _("The decision is kept") if by.citizen is None else _("Your decision is kept")
    return done(request, said, "hospital:own-record", key)


@patients
@require_safe
@knowing
def copy(request: HttpRequest, key: int, *, by: Standing, now: datetime) -> HttpResponse:
    """All stored data of a patient, as JSON."""
    data = privacy.copy(key, scope=by, now=now)
    text = json.dumps(data, cls=DjangoJSONEncoder, ensure_ascii=False, indent=1)
    return file(text, "data-rumah-sakit.json", "application/json")


@patients
@knowing
def erase(request: HttpRequest, key: int, *, by: Standing, now: datetime) -> HttpResponse:
    """Erase one's bookings without a visit."""
    here = reverse("hospital:own-record", args=[key])

    def look() -> Check:
        row, counts = privacy.own_record(key, scope=by, now=now), privacy.erasable(key)
        if not row.alone:
            raise NotFound
        lost = _("Bookings that were cancelled, moved or missed lose their person.")
        stays = _("Visits stay on record for 25 years, as the law asks, with name and numbers.")
        gone = _("There was no visit, so name, numbers and record go too. A further booking starts from nothing.")
        holds = (
            Remark(_("A booking still holds: cancel it first"), reverse("hospital:own-bookings")) if row.own
            else Remark(_("A booking still holds: ask the registration desk to cancel it"))
        )  # fmt: skip
        return Check(
            title=_("Check before you erase the bookings"),
            act=_("Erase the bookings for good"),
            about=f"{row.hospital.name}, {row.record}",
            will=(lost, stays if counts.visits else gone),
            counts=((_("Bookings erased"), str(counts.unused)), (_("Visits that stay"), str(counts.visits))),
            blocked=(holds,) if counts.open else (),
            trail=((_("My data") if row.own else row.record, here),),
            synthetic=row.hospital.synthetic,
        )

    def act() -> Done:
        at = privacy.own_record(key, scope=by, now=now)
        operations.erase_bookings(by=by, patient=key, now=now)
        to = reverse("hospital:own-records") if at.own else reverse("hospital:protection", args=[at.hospital.code])
        return Done(_("The bookings are erased"), to)

    return confirm(request, look, act)


@page("hospital/privacy/emergency.html", sends=True)
def emergency(request: HttpRequest, code: str, *, by: Standing, now: datetime) -> Shown:
    """Open a record in an emergency."""
    at = schedule.hospital(code)
    AUTHORITY.require(by, Action.BREAK_GLASS, at.case, known=False)
    form = GlassForm(posted(request))
    if stored(form, lambda: operations.break_glass(by=by, hospital=code, now=now, **form.cleaned_data)):
        return redirect("hospital:opened", form.outcome)
    return {"at": at, "form": form, "minutes": GLASS_HOLDS.seconds // 60}


@never_cache
@page("hospital/privacy/opened.html")
def opened(request: HttpRequest, key: int, *, by: Standing, now: datetime) -> Shown:
    """A record opened in an emergency, while the access lasts; identity numbers stay partly masked."""
    glass, person = privacy.glass(key, scope=by, now=now)
    shown = [
        (translate(name), _shown(field, text))
        for field, name in FIELD_NAMES.items()
        if (text := getattr(person, field))
    ]
    return {"glass": glass, "shown": shown}


def _shown(field: str, text: str) -> str:
    match field:
        case "nik" | "card" | "family_card":
            return masked(text)
        case "birth_date":
            return date_format(date.fromisoformat(text), "j F Y")
        case "sex":
            return _("Female") if text == "P" else _("Male")
    return text


@page("hospital/privacy/protection.html", sends=True)
def protection(request: HttpRequest, code: str, *, by: Standing, now: datetime) -> Shown:
    """Show the data protection officer emergencies, readings of a record, and breaches."""
    at, looks = schedule.hospital(code), request.POST.get("do") == "look"
    review, look = ReviewForm(None if looks else posted(request)), LookForm(posted(request) if looks else None)
    glasses = privacy.glasses(code, scope=by)
    if not looks and stored(review, lambda: operations.review_glass(by=by, now=now, **review.cleaned_data)):
        return done(request, _("What you found is kept"), "hospital:protection", code)
    patient = privacy.record_of(code, look.cleaned_data["record"], scope=by) if looks and look.is_valid() else None
    breaches = privacy.breaches(code, scope=by)
    return {
        "at": at,
        "glasses": glasses,
        "review": review,
        "look": look,
        "patient": patient,
        "found": readings(patient) if patient else () if look.is_bound and look.is_valid() else None,
        "breaches": breaches,
        "now": now,
    }


@page("hospital/privacy/breach.html", sends=True)
def breach(request: HttpRequest, code: str, key: int | None = None, *, by: Standing, now: datetime) -> Shown:
    """The report of a breach, which can be edited until the notices are sent."""
    at = schedule.hospital(code)
    AUTHORITY.require(by, Action.PROTECT, at.case, known=False)
    row = None if key is None else privacy.breach(key, scope=by)
    seen = local(row.noticed_at if row else now, at.region)
    names = ("happened", "data", "affected", "consequences", "remedy", "contact", "version")
    first = {name: getattr(row, name) for name in names} if row else {"version": 0}
    form = BreachForm(posted(request), initial={**first, "noticed_on": seen.date(), "noticed_time": seen.time()})

    def store() -> int:
        facts = dict(form.cleaned_data)
        day, time, version = facts.pop("noticed_on"), facts.pop("noticed_time"), facts.pop("version") or 0
        facts["noticed_at"] = midnight_in(at.region, day) + timedelta(hours=time.hour, minutes=time.minute)
        return operations.write_breach(by=by, hospital=code, facts=facts, breach=key, version=version, now=now)

    if stored(form, store):
        return done(request, _("The report is kept"), "hospital:breach", code, form.outcome)
    return {"at": at, "row": row, "form": form, "late": row.late(now) if row else False}


@answer
def breach_file(request: HttpRequest, key: int, kind: str, *, by: Standing) -> HttpResponse:
    """The notice to agency and persons, as ``pdf`` or ``docx``."""
    made = breach_notice(privacy.breach(key, scope=by))
    if kind == "pdf":
        return file(typeset(made), "pemberitahuan.pdf", "application/pdf", inline=True)
    from pilar.reports.docx import write_docx  # takes half a second to load, so only for this file

    return file(write_docx(made), "pemberitahuan.docx", WORD)


@answer
def tell_breach(request: HttpRequest, key: int, *, by: Standing, now: datetime) -> HttpResponse:
    """Record that the notices were sent."""

    def look() -> Check | Done:
        row = privacy.breach(key, scope=by)
        here = reverse("hospital:breach", args=[row.at.code, key])
        if row.told_at is not None:
            return Done(_("It is kept that they were told"), here)
        return Check(
            title=_("Check before you say that all were told"),
            act=_("Agency and persons were told in writing"),
            will=(_("The report stays as it is from now on."), _("That you say so is kept, with the time.")),
            counts=((_("Persons"), "–" if row.affected is None else str(row.affected)),),
            trail=((_("Report of the breach"), here),),
            about=row.at.name,
            synthetic=row.at.synthetic,
            state=str(row.version),
        )

    return confirm(request, look, lambda: operations.tell_breach(by=by, breach=key, now=now))
