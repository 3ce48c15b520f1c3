"""Days off that officers enter and take back, each by its decree, in addition to those of the data folder."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db import transaction

from pilar.areas.models import Decree, Holiday, Region
from pilar.areas.operations.loading import bring_in_holidays
from pilar.areas.queries import working_days
from pilar.areas.rules import MANAGE_OFFICES, UnknownRegion
from pilar.platform import audit, locks
from pilar.platform.actors import Authority
from pilar.platform.calendar import OutsideCalendar
from pilar.platform.errors import Fault, Faults, PilarError
from pilar.platform.language import N_

TARGET = "areas.holiday"
YEARS_AHEAD = 2  # assumption: a decree is about days of its year or the two after it


class UnknownHoliday(PilarError):
    code = "unknown-holiday"
    status = 404
    sentence = N_("There is no such day off, or it was taken back already")


@dataclass(frozen=True, slots=True)
class GivenDecree:
    """A decree as somebody enters it: where it was read (``source``), the region where it holds (``area``; empty for
    the nation), the year whose calendar it ``sets``, if it does."""

    number: str
    made_on: date
    source: str
    area: str = ""
    sets: int | None = None


@transaction.atomic
def add_holiday(*, by: Authority, decree: GivenDecree, day: date, name: str, joint_leave: bool = False) -> int:
    """Enter a day off by a new decree or a further one of the same, or one of it again that was taken back, under the
    name that it had; returns its key. What is counted by working days follows.

    Raises :class:`UnknownRegion`, Faults at ``number``, ``source``, ``day``, ``name`` and ``sets``; needs
    ``manage-offices`` where it holds.
    """
    by.require(MANAGE_OFFICES, area=decree.area or None)
    locks.take("areas.load")
    _there(by)
    if decree.area and not Region.objects.filter(code=decree.area, ended_at=None).exists():
        raise UnknownRegion(given=decree.area, nearest="")
    require_fit(decree=decree, day=day, name=name)
    made = _decree(decree)
    row = made.holidays.filter(day=day).first()
    if row is not None and not row.taken_back:
        raise Faults([Fault("twice", N_("The decree has this day already"), {}, "day")])
    if row is not None:
        later, row.dropped_by, row.taken_back = row.dropped_by_id, None, False
        row.save(update_fields=["dropped_by", "taken_back"])
        Decree.objects.filter(pk=later, holidays=None, drops=None).delete()
    else:
        given = {"day": day, "name_id": name.strip(), "name_en": name.strip(), "joint_leave": joint_leave}
        row = Holiday.objects.create(decree=made, entered=True, **given)
    after = {"day": str(day), "name": row.name_id, "decree": made.number}
    audit.record(by, "add", TARGET, row.pk, area=decree.area, after=after)
    return int(row.pk)


def require_fit(*, decree: GivenDecree, day: date, name: str) -> None:
    """Raise Faults for a day off that no decree can be about, as :func:`add_holiday` does."""
    years = range(decree.made_on.year, decree.made_on.year + YEARS_AHEAD + 1)
    sentence = N_("A decree of that day is about the years %(first)s to %(last)s")
    spoken = {"first": years[0], "last": years[-1]}
    faults = [
        Fault("unfit-year", sentence, spoken, place)
        for place, year in (("day", day.year), ("sets", decree.sets)) if year is not None and year not in years
    ]  # fmt: skip
    counted = working_days()
    if not faults and not counted.first <= day <= counted.last:
        outside = {"first": counted.first, "last": counted.last}
        faults.append(Fault(OutsideCalendar.code, OutsideCalendar.sentence, outside, "day"))
    if decree.area and decree.sets is not None:
        faults.append(Fault("sets-nation", N_("The decree of a region sets no calendar of a year"), {}, "sets"))
    if not 0 < len(name.strip()) <= 100:
        faults.append(Fault("no-name", N_("Write 1 to %(most)s characters"), {"most": 100}, "name"))
    if faults:
        raise Faults(faults)


@transaction.atomic
def take_back_holiday(*, by: Authority, holiday: int, decree: GivenDecree | None = None) -> None:
    """Let a day be worked: by a later decree, or without one where somebody mistyped what they entered.

    Raises :class:`UnknownHoliday`, Faults at ``number`` and ``source``; needs ``manage-offices`` where it holds.
    """
    locks.take("areas.load")
    row = Holiday.objects.select_related("decree").filter(pk=holiday, dropped_by=None).first()
    if row is None:
        raise UnknownHoliday
    area = row.decree.area
    by.require(MANAGE_OFFICES, area=area or None)
    before = {"day": str(row.day), "decree": row.decree.number}
    if decree is None:
        if not row.entered:
            raise Faults([Fault("no-decree", N_("Name the decree that takes it back"), {}, "number")])
        row.delete()
        Decree.objects.filter(pk=row.decree_id, holidays=None, drops=None).delete()
    else:
        row.dropped_by, row.taken_back = _decree(decree), True
        if row.dropped_by == row.decree:
            raise Faults([Fault("same-decree", N_("Another decree has to take it back"), {}, "number")])
        row.save(update_fields=["dropped_by", "taken_back"])
    after = {"by": decree.number} if decree else None
    audit.record(by, "take-back", TARGET, holiday, area=area, before=before, after=after)


def _there(by: Authority) -> None:
    """Without the days of the data folder, one that is entered would be the only one."""
    if not Holiday.objects.filter(entered=False).exists():
        bring_in_holidays(by=by)


def _decree(given: GivenDecree) -> Decree:
    """The decree of this number, added if there is none; raises Faults where the number is that of another."""
    number, source = given.number.strip(), given.source.strip()
    sentence = N_("Write 1 to %(most)s characters")
    faults = [
        Fault("unfit", sentence, {"most": most}, place)
        for place, text, most in (("number", number, 100), ("source", source, 500)) if not 0 < len(text) <= most
    ]  # fmt: skip
    if faults:
        raise Faults(faults)
    fields = {"made_on": given.made_on, "source": source, "sets": given.sets, "area": given.area}
    row, _made = Decree.objects.get_or_create(number=number, defaults=fields)
    if (row.made_on, row.area) != (given.made_on, given.area):
        sentence = N_("There is a decree of this number already, of another day or area")
        raise Faults([Fault("another-decree", sentence, {}, "number")])
    if given.sets not in (None, row.sets):
        if row.sets is not None:
            sentence = N_("The decree sets the calendar of %(year)s already")
            raise Faults([Fault("another-year", sentence, {"year": row.sets}, "sets")])
        row.sets = given.sets
        row.save(update_fields=["sets"])
    return row
