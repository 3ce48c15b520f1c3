"""Measures reported monthly by a part of Pilar: defined once, values sent when they change."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction

from pilar.areas.queries import offices
from pilar.areas.reference import today_in
from pilar.measures.models import Measure
from pilar.measures.operations.defining import NewMeasure, define_measure
from pilar.measures.operations.reporting import report_values
from pilar.measures.operations.sources import BUILT_IN, SourceOff, built_in_source
from pilar.measures.rules.authority import SourceStanding
from pilar.measures.rules.definitions import Definition
from pilar.measures.rules.periods import PeriodKind, period_of
from pilar.measures.rules.reports import Report
from pilar.people.rules import Standing
from pilar.platform import locks


@dataclass(frozen=True)
class Part:
    """A room as a source of measures, for the schedule and the operator only.

    ``office``: words in the name of the office that the measures belong to. ``later``: the reason why a figure takes
    the place of another one of its month.
    """

    room: str
    title: str
    office: str
    definitions: Mapping[str, Definition]
    due_days: int
    later: str

    @transaction.atomic
    def define(
        self, *, by: Standing, region: str, since: date | None = None, synthetic: bool = False, now: datetime
    ) -> SourceStanding | None:
        """Define the measures that are not there yet, from a first day of a month on (that of the year before); the
        source that reports them. ``synthetic``: of made-up records.

        None where there is no such office or the region has shut the source off. Raises :class:`NotAllowed`.
        """
        by.require_server()
        office = next((row.key for row in offices(region, scope=by) if self.office in row.name.casefold()), None)
        if office is None:
            return None
        locks.take(f"{self.room}.measures.{region}")
        try:
            source = built_in_source(by=by, region=region, code=BUILT_IN + self.room, title=self.title, now=now)
        except SourceOff:
            return None
        known = set(Measure.objects.filter(region=region).values_list("code", flat=True))
        for code in sorted(set(self.definitions) - known):
            given = NewMeasure(
                code, PeriodKind.MONTH, office, since or date(today_in(region, now).year - 1, 1, 1), self.due_days,
                self.definitions[code], source=source.source, synthetic=synthetic, public=True,
            )  # fmt: skip
            define_measure(by=by, region=region, given=given, now=now)
        return source

    @transaction.atomic
    def report(self, *, by: Standing, region: str, day: date, figures: Mapping[str, Decimal], now: datetime) -> int:
        """Report the figures of the month of a day; those that changed replace what was reported.

        Returns how many were stored: none where :meth:`define` gives no source.
        """
        source = self.define(by=by, region=region, since=day.replace(day=1), now=now)
        if source is None:
            return 0
        period = str(period_of(PeriodKind.MONTH, day))
        reports = [Report(code, period, str(figure)) for code, figure in sorted(figures.items())]
        told = report_values(by=source, region=region, reports=reports, now=now)
        later = [
            replace(report, reason=self.later) for report, verdict in zip(reports, told, strict=True)
            if "already-reported" in {fault.code for fault in verdict.faults}
        ]  # fmt: skip
        corrected = report_values(by=source, region=region, reports=later, now=now) if later else ()
        return sum(verdict.stored for verdict in (*told, *corrected))
