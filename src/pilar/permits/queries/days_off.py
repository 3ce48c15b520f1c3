"""What of permits runs over a day: shown to who enters it as a day off, or takes it back, before it is done."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from django.db.models import Exists, OuterRef, Q

from pilar.areas.reference import midnight_in
from pilar.permits.models import Case, Letter, Objection, ServiceVersion, Task
from pilar.permits.rules.desk import LetterState
from pilar.permits.rules.objections import ObjectionState
from pilar.platform.calendar import Leave
from pilar.platform.language import mark, translate


def touched(area: str, day: date, joint_leave: bool) -> Iterator[str]:
    """Of a region, or of the nation where ``area`` is empty; a joint leave moves nothing where it is worked."""
    begins, ends = midnight_in(area, day), midnight_in(area, day + timedelta(days=1))
    of = {"region": area} if area else {}
    stages = Task.objects.filter(case=OuterRef("pk"), done_at=None, opened_at__lt=ends, due_at__gt=begins)
    counted = Q(accepted_at__lt=ends, due_at__gt=begins) | Exists(stages)
    cases = Case.objects.filter(counted, closed_at=None, **of)
    if joint_leave:
        cases = cases.exclude(version__in=ServiceVersion.objects.filter(definition__leave=Leave.WORKED.value))
    if count := cases.count():
        yield translate(mark("The limits of %(count)s open applications run over this day and move"), count=count)
    letters = Letter.objects.filter(due__gte=day, asked_at__lt=ends, **of)
    objections = Objection.objects.filter(
        case__in=Case.objects.filter(**of), state=ObjectionState.OPEN, silent_at=None, due__gte=day, filed_at__lt=ends
    )
    if count := letters.exclude(state=LetterState.ANSWERED).count() + objections.count():
        sentence = mark("The limits of %(count)s complaints, enquiries and objections run over this day and move")
        yield translate(sentence, count=count)
