"""The report of a quarter, gathered from the records."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Count, F, Q, QuerySet
from django.utils.translation import gettext as _

from pilar.areas import queries as areas
from pilar.areas.reference import midnight_in, today_in
from pilar.people.queries.accounts import current
from pilar.people.rules import ROLES, Standing
from pilar.permits.models import Case, ReportNote, ServiceVersion
from pilar.permits.queries.desk import letter_counts
from pilar.permits.queries.investment import realised_sums
from pilar.permits.queries.services import VersionRow, row_of, services
from pilar.permits.rules import authority
from pilar.permits.rules.authority import AUTHORITY, Action
from pilar.permits.rules.cases import CaseState
from pilar.permits.rules.investment import Capital
from pilar.permits.rules.measures import OFFICE_WORDS
from pilar.permits.rules.quarterly import Counts, Heading, Quarterly, Section, days_of
from pilar.permits.rules.roles import Role
from pilar.permits.rules.services import fee_text, limit_text
from pilar.platform.language import translate
from pilar.surveys.queries import satisfaction


def quarterly(region: str, year: int, quarter: int, *, scope: Standing, now: datetime) -> Quarterly:
    """Fill each heading of the report from the records, with the notes of the office. Raises :class:`NotFound`."""
    AUTHORITY.require(scope, Action.READ_AROUND, authority.Case(region), known=False)
    notes = dict(ReportNote.objects.filter(region=region, year=year, quarter=quarter).values_list("heading", "text"))
    since, until = days_of(year, quarter)
    begins, ends = midnight_in(region, since), midnight_in(region, until + timedelta(days=1))
    over = Case.objects.filter(region=region, closed_at__gte=begins, closed_at__lt=ends)
    rows = services(region, min(until, today_in(region, now)))
    countses = {
        Heading.POWERS: Counts(
            (_("Service"), _("Legal basis")),
            tuple((str(row.service.name), "; ".join(row.service.basis)) for row in rows if row.service.basis),
        ),
        Heading.STAFF: _staff(region, now),
        Heading.STANDARDS: Counts(
            (_("Service"), _("Papers"), _("Time"), _("Cost"), _("Version")),
            tuple(
                (
                    str(row.service.name),
                    len(row.service.requirements),
                    limit_text(row.service.limit),
                    fee_text(row.service.fee),
                    row.number,
                )
                for row in rows
            ),
        ),
        Heading.SURVEY: Counts(
            (_("Service"), _("Index"), _("Answers")),
            tuple(
                (satisfied.title, satisfied.score, satisfied.count)
                for satisfied in satisfaction(region, OFFICE_WORDS, scope=scope)
                if since <= satisfied.until <= until
            ),
        ),
        Heading.COMPLAINTS: Counts(
            (_("Kind"), _("Came"), _("Answered"), _("In time"), _("Taken to the head")),
            tuple(
                (count.kind_name, count.came, count.answered, count.in_time, count.escalated)
                for count in letter_counts(region, since, until, scope=scope)
            ),
        ),
        Heading.SIMPLIFICATION: Counts(
            (_("Service"), _("Version"), _("What changed")),
            tuple((row.service.name.id, row.number, row.reason) for row in _published(region, begins, ends)),
        ),
        Heading.PERMITS: _permits(over, {row.key: str(row.service.name) for row in rows}),
        Heading.INVESTMENT: _investment(region, year, quarter, scope),
        Heading.OBSTACLES: _obstacles(over),
    }
    sections = tuple(Section(heading, countses.get(heading), notes.get(heading, "")) for heading in Heading)
    return Quarterly(region, areas.region(region).name, year, quarter, sections, synthetic=settings.DEMO)


def _published(region: str, begins: datetime, ends: datetime) -> list[VersionRow]:
    """Versions of services that the office itself has published."""
    rows = ServiceVersion.objects.filter(
        region=region, shipped=False, published_at__gte=begins, published_at__lt=ends
    ).order_by("published_at")
    return [row_of(row) for row in rows]


def _permits(over: QuerySet[Case], names: Mapping[str, str]) -> Counts:
    states = (CaseState.ISSUED, CaseState.REFUSED, CaseState.WITHDRAWN)
    counts = {case_state.value: Count("pk", filter=Q(state=case_state)) for case_state in states}
    rows = over.order_by().values("version__key").annotate(**counts).order_by("version__key")
    return Counts(
        (_("Service"), _("Issued"), _("Refused"), _("Withdrawn")),
        tuple((names.get(row["version__key"], row["version__key"]), *(row[state] for state in states)) for row in rows),
    )


def _obstacles(over: QuerySet[Case]) -> Counts:
    """List the obstacles of the cases that ended; empty if there were none."""
    told = over.aggregate(
        late=Count("pk", filter=Q(closed_at__gt=F("due_at"))), silent=Count("deemed_at"),
        returned=Count("pk", filter=Q(returns__gt=0)),
    )  # fmt: skip
    said = {
        "late": _("Decided after their limit"), "silent": _("Limit over without a decision"),
        "returned": _("Returned to be completed"),
    }  # fmt: skip
    return Counts((_("Applications"), _("Number")), tuple((said[kind], told[kind]) for kind in said if told[kind]))


def _staff(region: str, now: datetime) -> Counts:
    rows = current(now).filter(Q(region=region) | Q(office__region=region), user__is_active=True, role__in=list(Role))
    held = dict(rows.order_by().values_list("role").annotate(Count("user", distinct=True)))
    counted = tuple((translate(ROLES[role].name), held[role]) for role in Role if role in held)
    return Counts((_("Role"), _("People")), counted)


def _investment(region: str, year: int, quarter: int, scope: Standing) -> Counts:
    sums = realised_sums(region, year, [quarter], scope=scope)
    rows = tuple((capital.upper(), *sums[capital]) for capital in Capital if capital in sums)
    return Counts((_("Capital"), _("Planned, Rp"), _("Realised, Rp"), _("Workers")), rows)
