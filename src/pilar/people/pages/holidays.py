"""Days off of a region with their decrees, for users who manage its offices: limits in working days depend on them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date, datetime
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.module_loading import import_string
from django.utils.translation import gettext

from pilar.areas import operations, queries
from pilar.areas.operations.holidays import GivenDecree, require_fit
from pilar.areas.reference import today_in
from pilar.design.final_acts import Check, Done, confirm
from pilar.design.forms import posted, stored
from pilar.design.views import done
from pilar.people.forms import DecreeForm, HolidayForm
from pilar.people.pages.offices import managed_region
from pilar.people.rules import Permission, Standing, existing
from pilar.people.views import Shown, answer, page
from pilar.platform.language import reader_language
from pilar.platform.writing import in_words

KEPT = ("number", "made_on", "source", "sets", "area")
"""Fields that stay filled after a day was entered, since a decree has several days."""
Touched = Callable[[str, date, bool, str], Iterator[str]]
"""A room's function that describes in sentences what a day off affects in an area (empty: the nation), for joint leave
or not, by the number of the decree; named in ``settings.PILAR_DAYS_OFF``."""


@page("people/holidays.html", sends=True)
def holidays(request: HttpRequest, code: str, *, by: Standing, now: datetime) -> Shown:
    """The days off of a year, and a form to enter one, which first shows what the day affects."""
    region = managed_region(by, code)
    asked = request.GET.get("tahun", "")
    year = int(asked) if re.fullmatch("[12][0-9]{3}", asked) else today_in(code, now).year
    first = {name: request.GET[name] for name in KEPT if name in request.GET}
    form = HolidayForm(posted(request), initial={"area": code, **first})
    nation = [("", gettext("The nation"))] if by.may(Permission.MANAGE_OFFICES) else []
    form.fields["area"].choices = [(code, region.name), *nation]

    def decree() -> GivenDecree:
        given_decree = form.decree(form.cleaned_data["area"])
        assert given_decree is not None
        return given_decree

    def enter() -> int:
        named = {name: form.cleaned_data[name] for name in ("day", "name", "joint_leave")}
        return operations.add_holiday(by=by, decree=decree(), **named)

    def fit() -> None:
        require_fit(decree=decree(), **{name: form.cleaned_data[name] for name in ("day", "name")})

    moves: tuple[str, ...] = ()
    if stored(form, fit):  # a day that no decree can be about affects nothing
        moves = _moved(*(form.cleaned_data[name] for name in ("area", "day", "joint_leave")), decree().number.strip())
    if moves and form.cleaned_data["seen"] != form.sign:
        form.show_first()
    elif stored(form, enter):
        kept = urlencode({name: request.POST.get(name, "") for name in KEPT})
        said = gettext("The day off is entered. Open applications get their new due dates soon")
        return done(request, said, f"{reverse('people:holidays', args=[code])}?{kept}")
    return {
        "region": region, "year": year, "years": range(year - 1, year + 3), "rows": queries.days_off(code, year),
        "form": form, "nation": bool(nation), "moves": moves,
    }  # fmt: skip


@answer
def take_back_holiday(request: HttpRequest, code: str, key: int, *, by: Standing) -> HttpResponse:
    """Check before you withdraw a day off."""
    managed_region(by, code)
    address, day = reverse("people:holidays", args=[code]), existing(queries.day_off(key))
    form = DecreeForm(posted(request), required=not day.entered)

    def look() -> Check | Done:
        row = queries.day_off(key)
        if row is None or row.holiday.dropped_by is not None:
            return Done(gettext("The day is worked"), address)
        day = f"{in_words(row.holiday.day, reader_language())}, {row.holiday.name}"
        mistyped = gettext("It was entered here: without a decree it is erased, as something that was mistyped")
        return Check(
            title=gettext("Check before you take back the day off"), act=gettext("Take it back"),
            about=f"{day} ({row.holiday.decree.number})", trail=((gettext("Public holidays"), address), (day, address)),
            will=(
                gettext("The day is worked again; open applications become due earlier, and their applicants are told"),
                *_moved(row.holiday.decree.area, row.holiday.day, row.holiday.joint_leave, row.holiday.decree.number),
                *((mistyped,) if row.entered else ()),
                gettext("Entered again by the decree that made it one, it is a day off again"),
            ),
            final=False,
        )  # fmt: skip

    def act() -> None:
        operations.take_back_holiday(by=by, holiday=key, decree=form.decree(day.holiday.decree.area))

    return confirm(request, look, act, form=form)


def _moved(area: str, day: date, joint_leave: bool, decree: str) -> tuple[str, ...]:
    """Return what a day off affects in all rooms."""
    touched: list[Touched] = [import_string(path) for path in settings.PILAR_DAYS_OFF]
    return tuple(said for tell in touched for said in tell(area, day, joint_leave, decree))
