"""``deadline``: when a number of working days is over, with the days counted and the decrees behind them."""

from __future__ import annotations

import argparse
import datetime as dt
import sys
from collections.abc import Iterable, Iterator
from typing import Any

from pilar.areas import reference, rules
from pilar.platform.calendar import Deadline, Holiday, Leave, deadline, hours_on, received_on
from pilar.platform.errors import Fault, Faults
from pilar.platform.language import N_, reader_language, translate
from pilar.platform.reading import read_day, read_moment
from pilar.platform.tables import shown
from pilar.platform.writing import dated

ASSUMPTION = "assumption"
MAX_NUMBER = 6


def register(subparsers: Any) -> None:
    """Add the command of this room; it needs no database."""
    command = subparsers.add_parser(
        "deadline",
        help=translate("when a number of working days is over, and which holidays lie between"),
        description=translate(
            "Counts working days from the day after receipt. What comes after the offices have closed, or on a day "
            "off, counts as received on the next working day."
        ),
    )
    command.add_argument(
        "--received", required=True, metavar=translate("MOMENT"),
        help=translate("when it was received: 2026-03-13T10:00, or a day alone"),
    )  # fmt: skip
    command.add_argument("--days", required=True, metavar="N", help=translate("number of working days"))
    command.add_argument(
        "--leave", choices=[leave.value for leave in Leave], default=Leave.OFF.value,
        help=translate("whether joint leave is off (the default) or worked"),
    )  # fmt: skip
    command.add_argument(
        "--known", metavar=translate("DAY"), help=translate("with the decrees that were known on this day")
    )
    command.add_argument(
        "--region", default="", metavar=translate("REGION"),
        help=translate("code or name of the regency or city, whose time and holidays count; otherwise Jakarta's time"),
    )  # fmt: skip
    command.set_defaults(run=_run)


def _run(options: argparse.Namespace) -> int:
    region = reference.directory().find(options.region).code if options.region else ""
    faults: list[Fault] = []
    moment, zone = _received(options.received, region, faults)
    days = _days(options.days, faults)
    known = _day(options.known, faults)
    if faults:
        raise Faults(faults)
    calendar = reference.working_days(region, leave=Leave(options.leave), known=known)
    day_zero = received_on(moment, calendar, reference.calendar().hours)
    due = deadline(calendar, day_zero=day_zero, days=days)
    sys.stdout.write("\n".join(_told(due, moment, zone, options)) + "\n")
    return 0


def _received(given: str, region: str, faults: list[Fault]) -> tuple[dt.datetime, rules.TimeZone]:
    """The moment by the clocks of the region; a day alone is its morning."""
    day = read_day(given)
    received = dt.datetime.combine(day, dt.time()) if isinstance(day, dt.date) else None
    written = ""
    if received is None:
        moment = read_moment(given)
        if moment is None or isinstance(moment, Fault):
            sentence = N_("“%(given)s” is no moment. Write it such as 2026-03-13T10:00, or a day such as 2026-03-13")
            faults.append(Fault("no-moment", sentence, {"given": shown(given)}, "--received"))
        else:
            received, written = moment.local, moment.zone
    zone = rules.zone_of(region, dt.datetime.combine(received or dt.date.max, dt.time()), reference.time_zones())
    if written and written != zone.name:
        sentence = N_("Write the time as the clocks of the region show it (%(zone)s)")
        faults.append(Fault("other-zone", sentence, {"zone": zone.name}, "--received"))
    return received or dt.datetime.combine(dt.date.min, dt.time()), zone


def _days(given: str, faults: list[Fault]) -> int:
    if given.isascii() and given.isdigit() and len(given) <= MAX_NUMBER and int(given):
        return int(given)
    sentence = N_("“%(given)s” is no number of working days. Write a whole number from 1 on")
    faults.append(Fault("no-days", sentence, {"given": shown(given)}, "--days"))
    return 0


def _day(given: str | None, faults: list[Fault]) -> dt.date | None:
    day_read = None if given is None else read_day(given)
    if given is not None and not isinstance(day_read, dt.date):
        sentence = N_("“%(given)s” is no day. Write it such as 20 October 2026, 20/10/2026 or 2026-10-20")
        faults.append(Fault("no-day", sentence, {"given": shown(given)}, "--known"))
    return day_read if isinstance(day_read, dt.date) else None


def _told(due: Deadline, moment: dt.datetime, zone: rules.TimeZone, options: argparse.Namespace) -> Iterator[str]:
    language = reader_language()
    clock = "" if moment.time() == dt.time() else f" {moment:%H.%M}" if language == "id" else f" {moment:%H:%M}"
    yield translate("Received: %(moment)s %(zone)s", moment=dated(moment.date(), language) + clock, zone=zone.name)
    if due.day_zero != moment.date():
        yield translate(
            "Counts as received on %(day)s: it came after the offices had closed, or on a day off",
            day=dated(due.day_zero, language),
        )
        if hours_on(moment.date(), reference.calendar().hours).source == ASSUMPTION:
            yield translate("The office hours of that day are an assumption")
    yield translate("Due: %(day)s, working day %(days)s", day=dated(due.due, language), days=len(due.counted))
    yield ""
    yield translate("Days counted:")
    width = len(str(len(due.counted)))
    for number, day in enumerate(due.counted, 1):
        yield f"  {number:>{width}}  {dated(day, language)}"
    yield ""
    if due.holidays:
        yield translate("Not counted besides weekends:")
        yield from _off(due.holidays, language)
        yield ""
        for decree in dict.fromkeys(row.decree for row in due.holidays):
            yield f"{decree.number}: {decree.source}"
    else:
        yield translate("No holiday lies between them")
    if options.leave == Leave.WORKED:
        yield translate("Joint leave counts as worked")
    if options.known:
        yield translate("With the decrees known on %(day)s", day=read_day(options.known))
    for year in due.undecreed:
        yield translate("The holidays of %(year)s are not decreed yet: only its weekends are left out", year=year)


def _off(holidays: Iterable[Holiday], language: str) -> Iterator[str]:
    rows = [
        (
            dated(row.day, language),
            translate("joint leave, %(name)s", name=row.name) if row.joint_leave else str(row.name),
            row,
        )
        for row in holidays
    ]
    days, names = (max(len(row[place]) for row in rows) for place in (0, 1))
    for day, name, row in rows:
        made = translate("of %(day)s", day=row.decree.made_on)
        yield f"  {day:<{days}}  {name:<{names}}  {row.decree.number}, {made}"
