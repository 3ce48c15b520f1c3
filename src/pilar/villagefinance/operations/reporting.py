"""Put reports of a year on record: that of the first semester when it is sent, the account of the year when it is made
and when the council agrees to it."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from pilar.people.rules import Standing
from pilar.platform import audit
from pilar.platform.errors import Faults
from pilar.villagefinance.models import ReportStep
from pilar.villagefinance.operations.locking import locked_book, told
from pilar.villagefinance.queries.reports import facts
from pilar.villagefinance.rules.authority import REPORTED_BY
from pilar.villagefinance.rules.reports import ReportAct, faults


@transaction.atomic
def record_report(
    *, by: Standing, village: str, year: int, act: ReportAct, now: datetime, paper: str = "", day: date | None = None
) -> None:
    """Put on record that a report was sent or agreed, by a letter or regulation (``paper``) of a day, or made.

    Raises :class:`NotFound`, :class:`NotAllowed`, :class:`Refused`, Faults.
    """
    locked_book(by, village, REPORTED_BY[act])
    obstacles = faults(act, facts(village, year, scope=by, now=now, paper=paper.strip(), day=day))
    if obstacles:
        raise Faults(obstacles)
    with told():
        ReportStep.objects.create(
            region=village[:5],
            village=village,
            year=year,
            act=act,
            by=by.signature,
            at=now,
            paper=paper.strip(),
            day=day,
        )
    audit.record(
        by=by.actor, action="record", target="villagefinance.report", key=f"{village}/{year}/{act}", area=village[:5],
        after={"paper": paper.strip(), "day": str(day)} if day else None,
    )  # fmt: skip
