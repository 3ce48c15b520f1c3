"""Management's pages: performance of a hospital, simulated alternatives, and the hospitals of a region."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from operator import attrgetter
from typing import Any

from django.http import HttpRequest
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pilar.areas import queries as areas
from pilar.areas.reference import today_in
from pilar.design.forms import posted, stored
from pilar.design.tables import Asked, Column, Table
from pilar.design.views import done
from pilar.hospital import operations
from pilar.hospital.forms.planning import DecideForm, TriedForm
from pilar.hospital.queries import forecasts, lateness, management, schedule
from pilar.hospital.queries.planning import Planning, Simulated, planning
from pilar.hospital.reference.indicators import waiting
from pilar.hospital.rules.forecast import LEAST, MOST, SHARE
from pilar.hospital.rules.schedule import GridRule
from pilar.people.rules import Standing
from pilar.people.views import Shown, page

MONTHS = 12
"""The months that are shown."""
WEIGHTS = (1, 3, 10)
"""The weights for which the best rule is proposed, in addition to the hospital's own."""
_DAY = timedelta(days=1)


def _tenth(path: str) -> Callable[[object], Decimal | None]:
    """Make a function that rounds a figure of a row to one decimal."""
    read = attrgetter(path)

    def rounded(row: object) -> Decimal | None:
        value = read(row)
        return None if value is None else Decimal(f"{value:.1f}")

    return rounded


@dataclass(frozen=True, slots=True)
class Compared:
    """A simulated rule, and why it is listed."""

    label: str
    simulated: Simulated


FACTS = (
    Column("booked", gettext_lazy("Bookings"), number=True),
    Column("share", gettext_lazy("In time, %"), _tenth("share"), number=True),
    Column("median", gettext_lazy("Median, min"), _tenth("median"), number=True),
    Column("use", gettext_lazy("Places used, %"), _tenth("use"), number=True),
    Column("absence", gettext_lazy("Did not come, %"), _tenth("absence"), number=True),
    Column("booked_ahead", gettext_lazy("Booked ahead, %"), _tenth("booked_ahead"), number=True),
    Column("overtime", gettext_lazy("Overtime, min"), _tenth("overtime"), number=True),
    Column("days", gettext_lazy("Days ahead"), _tenth("days"), number=True),
)
CLINICS = Table(gettext_lazy("By clinic"), Column("name", gettext_lazy("Clinic")), *FACTS)
DOCTORS = Table(gettext_lazy("By doctor"), Column("name", gettext_lazy("Doctor")), *FACTS)
CHANNELS = Table(gettext_lazy("By channel"), Column("name", gettext_lazy("Channel")), *FACTS)
HOSPITALS = Table(gettext_lazy("Hospitals"), Column("name", gettext_lazy("Hospital")), *FACTS)
SIMULATED = Table(
    gettext_lazy("What each rule leads to"),
    Column("name", gettext_lazy("Rule of appointments"), "simulated.name"),
    Column("label", gettext_lazy("Why it stands here"), on_page=False),
    Column("minutes", gettext_lazy("Apart, min"), "simulated.minutes", number=True),
    Column("places", gettext_lazy("Places"), "simulated.places", number=True),
    *(
        Column(name, head, _tenth(f"simulated.outcome.{name}"), number=True)
        for name, head in (
            ("wait", gettext_lazy("Wait, min")),
            ("ninth", gettext_lazy("Nine in ten, min")),
            ("within_hour", gettext_lazy("Within 60 min, %")),
            ("idle", gettext_lazy("Doctor idle, min")),
            ("overtime", gettext_lazy("Overtime, min")),
        )
    ),
    Column("cost", gettext_lazy("Cost, min per patient"), _tenth("simulated.cost"), number=True),
)


@page("hospital/figures.html")
def figures(request: HttpRequest, hospital: str, *, by: Standing, now: datetime) -> Shown:
    """Show the management what its hospital achieved in a month."""
    row = schedule.hospital(hospital)
    first, last, months = _month(request, row.region, now)
    achieved = management.achieved(hospital, first, last, scope=by)
    weeks = forecasts.weeks(hospital, scope=by)
    return {
        "hospital": row,
        "found": achieved,
        "indicator": waiting(),
        "month": first,
        "months": months,
        "clinics": CLINICS.of(achieved.clinics, Asked.of(request), about=f"{hospital} {first:%Y-%m}"),
        "doctors": DOCTORS.of(achieved.doctors),
        "channels": CHANNELS.of(achieved.channels, without=("use", "overtime")),
        "left_out": [(name, achieved.whole.waits.left_out.get(why, 0)) for why, name in waiting().left_out.items()],
        "weeks": weeks,
        "outside": any(week.outside for week in weeks[:1]),
        "won": lateness.won(hospital, first, last, scope=by),
        "promised": SHARE,
        "least": LEAST,
        "most": MOST,
        "to_plan": schedule.clinics(hospital),
    }


@page("hospital/planning.html", sends=True)
def plan(request: HttpRequest, hospital: str, clinic: str, *, by: Standing, now: datetime) -> Shown:
    """Appointment rules of a clinic by simulation; a person decides on the rule that was tried."""
    weighed = planning(hospital, clinic, scope=by, now=now)
    policy = weighed.policy
    now_holds = weighed.outcome(GridRule(policy.rule), policy.minutes, weighed.seats + policy.overbook)
    begins = {
        "rule": policy.rule, "minutes": policy.minutes, "places": weighed.seats + policy.overbook, "late": 0,
        "weight": policy.weight,
    }  # fmt: skip
    trying = TriedForm(request.GET if "rule" in request.GET else begins)
    tried = _tried(weighed, trying)
    form = DecideForm(posted(request), initial={"valid_from": today_in(weighed.hospital.region, now) + _DAY})
    if tried and stored(form, lambda: _decide(by, weighed, tried, trying.cleaned_data | form.cleaned_data, now)):
        return done(request, _("The rule is decided"), "hospital:planning", hospital, clinic)
    rows = [Compared(_("holds now"), now_holds), *([Compared(_("tried"), tried)] if tried else [])]
    for weight in sorted({*WEIGHTS, policy.weight}):
        rows.append(Compared(_("proposed for weight %(weight)s") % {"weight": weight}, weighed.best(weight)))
    return {
        "plan": weighed, "trying": trying, "tried": tried, "form": form, "rows": SIMULATED.of(rows),
        "more": weighed.more(),
    }  # fmt: skip


@page("hospital/compared.html")
def compared(request: HttpRequest, region: str, *, by: Standing, now: datetime) -> Shown:
    """The hospitals of a region side by side, for the health office; as a workbook, too."""
    area = areas.region(region)
    first, last, months = _month(request, region, now)
    rows = [figures for _hospital, figures in management.compared(region, first, last, scope=by)]
    listed = HOSPITALS.of(rows, Asked.of(request), about=f"{region} {first:%Y-%m}")
    return {"region": area, "month": first, "months": months, "rows": listed, "indicator": waiting()}


def _decide(by: Standing, planning: Planning, tried: Simulated, given: Mapping[str, Any], now: datetime) -> int:
    changes = {
        "rule": tried.rule.value, "minutes": tried.minutes, "overbook": max(0, tried.places - planning.seats),
        "weight": given["weight"],
    }  # fmt: skip
    return operations.decide_policy(
        by=by, clinic=planning.clinic.key, changes=changes, effect=asdict(tried.outcome) | {"late": given["late"]},
        reason=given["reason"], valid_from=given["valid_from"], now=now,
    )  # fmt: skip


def _tried(planning: Planning, form: TriedForm) -> Simulated | None:
    if not form.is_valid():
        return None
    given = form.cleaned_data
    return planning.outcome(GridRule(given["rule"]), given["minutes"], given["places"], late=given["late"])


def _month(request: HttpRequest, region: str, now: datetime) -> tuple[date, date, list[tuple[str, str]]]:
    """The past days of the requested month, and the months that can be chosen."""
    today = today_in(region, now)
    firsts = [today.replace(day=1)]
    while len(firsts) < MONTHS:
        firsts.append((firsts[-1] - _DAY).replace(day=1))
    named = {f"{day:%Y-%m}": day for day in firsts}
    # In the first week of a month, the previous month is shown by default.
    first = named.get(request.GET.get("bulan", ""), (today - 7 * _DAY).replace(day=1))
    last = min((first.replace(day=28) + 4 * _DAY).replace(day=1), today) - _DAY
    return first, last, [(key, date_format(day, "F Y")) for key, day in named.items()]
