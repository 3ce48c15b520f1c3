"""Store answers from paper and files: each sheet once, by its number within a programme; all of them or none."""

from __future__ import annotations

import hashlib
import hmac
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, time, timedelta, timezone
from uuid import UUID

from django.conf import settings
from django.db import transaction

from pilar.areas import reference
from pilar.areas.reference import today_in
from pilar.areas.rules import zone_of
from pilar.people.rules import Standing, existing
from pilar.platform.errors import Fault, Faults
from pilar.platform.language import N_
from pilar.surveys.models import Cell, Response, Survey
from pilar.surveys.operations.answering import Entered, enter_answers
from pilar.surveys.queries.surveys import visible
from pilar.surveys.rules.answers import Mode
from pilar.surveys.rules.authority import Action, Case, SurveyState, require_somewhere
from pilar.surveys.rules.paper import CELL, DAY, MAX_NUMBER, NUMBER, Sheet, day_faults
from pilar.surveys.rules.surveys import ReplayedAnswer


@dataclass(frozen=True, slots=True)
class SheetsStored:
    """The number of new sheets, and the places (``known_at``, from 0) of those stored before with the same answers."""

    new: int
    known: int
    known_at: frozenset[int] = field(default=frozenset(), compare=False)


@transaction.atomic
def enter_sheets(
    *, by: Standing, survey: int, mode: Mode, sheets: Sequence[Sheet], now: datetime, rehearsal: bool = False
) -> SheetsStored:
    """Store answers from paper or a file, for any programmes of a survey: all of them, or none.

    A sheet that is entered twice is stored once; a different one with the same number is a fault. Raises Faults,
    counted from 0, at ``<sheet>.<code of the question>``, ``.sheet_number``, ``.sheet_day`` or ``.cell``, and as
    :func:`enter_answers`; needs ``enter`` for the offices of the programmes. A ``rehearsal`` leaves nothing behind.
    """
    row = existing(Survey.objects.filter(visible(by), pk=survey).first())
    require_somewhere(by, Action.ENTER, Case(row.region_id, None, SurveyState(row.state)))
    known = set(Cell.objects.filter(survey=row).values_list("pk", flat=True))
    faults = list(_faults(row, sheets, known, now))
    places: dict[int, dict[UUID, int]] = defaultdict(dict)
    for place, sheet in enumerate(sheets):
        if sheet.cell in known:
            places[sheet.cell].setdefault(_key(sheet), place)
    stored = set(Response.objects.filter(key__in=[key for some in places.values() for key in some]).values_list("key"))
    known_at = frozenset(at for some in places.values() for key, at in some.items() if (key,) in stored)
    new = 0
    for cell in sorted(places):
        entered = [
            Entered(key, sheets[place].given, None, _moment(row, sheets[place], now))
            for key, place in places[cell].items()
        ]
        count, refused = enter_answers(by=by, cell=cell, mode=mode, entered=entered, now=now)
        new += count
        faults += [_at(places[cell][key], fault) for key, faults in refused.items() for fault in faults]
    if faults:
        raise Faults(faults)
    if rehearsal:
        transaction.set_rollback(True)
    return SheetsStored(new, len(sheets) - new, known_at)


def _key(sheet: Sheet) -> UUID:
    """Return the key of a sheet: always the same for its number and programme, and unpredictable, because a stranger
    could otherwise answer by link under that key and block the sheet. After a change of ``SECRET_KEY`` sheets count as
    new."""
    said = f"surveys sheet {sheet.cell} {sheet.number}".encode()
    return UUID(bytes=hmac.new(settings.SECRET_KEY.encode(), said, hashlib.sha256).digest()[:16], version=5)


def _faults(row: Survey, sheets: Sequence[Sheet], known: set[int], now: datetime) -> Iterator[Fault]:
    opened, closed, today = (today_in(row.region_id, moment) for moment in (row.opens_at, row.closes_at, now))
    seen: set[tuple[int, int]] = set()
    for place, sheet in enumerate(sheets):
        if sheet.cell not in known:
            sentence = N_("The survey does not ask about this programme")
            yield Fault("unknown-programme", sentence, {}, f"{place}.{CELL}")
        if not 1 <= sheet.number <= MAX_NUMBER:
            sentence = N_("A whole number from 1 to %(most)s")
            yield Fault("number-outside", sentence, {"most": MAX_NUMBER}, f"{place}.{NUMBER}")
        if (sheet.cell, sheet.number) in seen:
            sentence = N_("This number stands twice; each sheet of a programme has its own")
            yield Fault("number-twice", sentence, {}, f"{place}.{NUMBER}")
        seen.add((sheet.cell, sheet.number))
        for fault in day_faults(sheet.day, opened=opened, closed=closed, today=today):
            yield replace(fault, place=f"{place}.{DAY}")


def _at(place: int, fault: Fault) -> Fault:
    if fault.code == ReplayedAnswer.code:
        sentence = N_("A sheet of this number is stored already, with other answers. Check the number on the sheet")
        return Fault("sheet-differs", sentence, {}, f"{place}.{NUMBER}")
    return replace(fault, place=f"{place}.{fault.place}")


def _moment(row: Survey, sheet: Sheet, now: datetime) -> datetime:
    """Return a moment on the day of the sheet at which the survey took answers; only the day is recorded."""
    zone = zone_of(row.region_id, now, reference.time_zones())
    noon = datetime.combine(sheet.day, time(12), timezone(timedelta(hours=zone.hours)))
    return min(max(noon, row.opens_at), row.closes_at, now)
