"""The report of a quarter, gathered from the records."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Count, Q
from django.utils.translation import gettext as _

from pilar.areas import queries as areas
from pilar.people.queries.accounts import current
from pilar.people.rules import ROLES, Standing
from pilar.permits.models import ReportNote
from pilar.permits.queries.desk import letter_counts
from pilar.permits.queries.investment import realised_sums
from pilar.permits.rules.authority import AUTHORITY, Action, Case
from pilar.permits.rules.investment import Capital
from pilar.permits.rules.quarterly import Counts, Heading, Quarterly, Section, days_of
from pilar.permits.rules.roles import Role
from pilar.platform.language import translate


def quarterly(region: str, year: int, quarter: int, *, scope: Standing, now: datetime) -> Quarterly:
    """What the records say under each heading, with what the office wrote. Raises :class:`NotFound`."""
    AUTHORITY.require(scope, Action.READ_AROUND, Case(region), known=False)
    notes = dict(ReportNote.objects.filter(region=region, year=year, quarter=quarter).values_list("heading", "text"))
    since, until = days_of(year, quarter)
    found = {
        Heading.STAFF: _staff(region, now),
        Heading.COMPLAINTS: Counts(
            (_("Kind"), _("Came"), _("Answered"), _("In time"), _("Taken to the head")),
            tuple((one.kind_name, one.came, one.answered, one.in_time, one.escalated)
                  for one in letter_counts(region, since, until, scope=scope)),
        ),
        Heading.INVESTMENT: _investment(region, year, quarter, scope),
    }  # fmt: skip
    sections = tuple(Section(one, found.get(one), notes.get(one, "")) for one in Heading)
    return Quarterly(region, areas.region(region).name, year, quarter, sections)


def _staff(region: str, now: datetime) -> Counts:
    rows = current(now).filter(Q(region=region) | Q(office__region=region), user__is_active=True, role__in=list(Role))
    held = dict(rows.order_by().values_list("role").annotate(Count("user", distinct=True)))
    counted = tuple((translate(ROLES[one].name), held[one]) for one in Role if one in held)
    return Counts((_("Role"), _("People")), counted)


def _investment(region: str, year: int, quarter: int, scope: Standing) -> Counts:
    found = realised_sums(region, year, [quarter], scope=scope)
    rows = tuple((one.upper(), *found[one]) for one in Capital if one in found)
    return Counts((_("Capital"), _("Planned, Rp"), _("Realised, Rp"), _("Workers")), rows)
