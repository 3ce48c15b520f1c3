"""Count the limits that a day off moves, shown before it is entered or withdrawn."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from django.db.models import Exists, OuterRef, Q

from pilar.areas import queries as areas
from pilar.areas.reference import calendar, midnight_in, today_in
from pilar.permits.models import Case, Letter, Objection, ServiceVersion, Task
from pilar.permits.reference.deadlines import objection_terms
from pilar.permits.rules.desk import LetterState
from pilar.permits.rules.objections import About, ObjectionState
from pilar.platform.calendar import Leave
from pilar.platform.language import N_, translate


def touched(area: str, day: date, joint_leave: bool, decree: str = "") -> Iterator[str]:
    """Return how many limits the decree of this number moves, in a region, or in the nation if ``area`` is empty.
    Nothing is moved by a day that is off anyway (a weekend, a day of another decree) or by joint leave that is worked;
    limits in months are never moved."""
    if day.isoweekday() in calendar().weekend:
        return
    begins, ends = midnight_in(area, day), midnight_in(area, day + timedelta(days=1))
    of, always, leave = Q(region=area) if area else Q(), Q(pk=None), Q(pk=None)
    for holiday in areas.holidays():
        if holiday.day == day and holiday.is_known(None) and holiday.decree.number != decree:
            here = Q(region__code__startswith=holiday.decree.area)
            always, leave = (always, leave | here) if holiday.joint_leave else (always | here, leave)
    works = Q(version__in=ServiceVersion.objects.filter(definition__leave=Leave.WORKED.value))
    stages = Task.objects.filter(case=OuterRef("pk"), done_at=None, opened_at__lt=ends, due_at__gt=begins)
    counted = Q(accepted_at__lt=ends, due_at__gt=begins) | Exists(stages)
    cases = Case.objects.filter(of, counted, closed_at=None).exclude(always).exclude(leave & ~works)
    if joint_leave:
        cases = cases.exclude(works)
    if count := cases.count():
        yield translate(N_("The limits of %(count)s open applications run over this day and move"), count=count)
    letters = Letter.objects.filter(of, due__gte=day, asked_at__lt=ends).exclude(always | leave)
    objections = Objection.objects.filter(
        case__in=Case.objects.filter(of).exclude(always | leave), state=ObjectionState.OPEN, silent_at=None,
        due__gte=day, filed_at__lt=ends,
    )  # fmt: skip
    filed = objections.values_list("about", "filed_at", "case__region")
    in_days = sum(bool(objection_terms(About(about), today_in(region, at)).answer.days) for about, at, region in filed)
    if count := letters.exclude(state=LetterState.ANSWERED).count() + in_days:
        sentence = N_("The limits of %(count)s complaints, enquiries and objections run over this day and move")
        yield translate(sentence, count=count)
