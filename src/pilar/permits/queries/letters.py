"""Standard letters that the office sent to applicants."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from pilar.areas import queries as areas
from pilar.areas.reference import today_in
from pilar.people.queries import acting_for
from pilar.people.rules import NotFound, Standing, existing
from pilar.permits.models import Case, CaseLetter
from pilar.permits.queries import trail
from pilar.permits.rules.authority import AUTHORITY, Action
from pilar.permits.rules.letters import Written
from pilar.permits.rules.services import Status
from pilar.platform import secrets


@dataclass(frozen=True, slots=True)
class LetterOut:
    """A letter of the office about the case of a ``number``, sent on a ``day`` of the region; ``synthetic``: about data
    that were made up. ``text`` is empty in lists."""

    key: int
    case: int
    number: str
    region: str
    at: datetime
    day: date
    synthetic: bool
    title: str
    text: str = ""


def letters_of(case: Case) -> tuple[LetterOut, ...]:
    """The letters about a case, for whoever reads the case; newest first."""
    return tuple(_row(one, case) for one in CaseLetter.objects.filter(case=case).order_by("-pk"))


def letter_out(case: int, key: int, *, scope: Standing, now: datetime) -> LetterOut:
    """A letter for its applicant and for officers who see the case, whose reading is logged; raises
    :class:`NotFound`."""
    row = existing(CaseLetter.objects.select_related("case").filter(pk=key, case=case).first())
    if scope.citizen is not None:
        if row.case.applicant_id not in {one.account for one in acting_for(scope, purpose="permits", now=now)}:
            raise NotFound
        return _row(row, row.case, written(row).text)
    if not AUTHORITY.holds(trail.acting(scope, now), Action.READ, trail.about(row.case)):
        raise NotFound
    return _row(row, row.case, row.text.read(by=scope.actor, key=row.pk, area=row.case.region_id))


def written(row: CaseLetter) -> Written:
    """What a letter says, for an act of the case itself."""
    return Written(row.title, secrets.decrypt(row.text.text, context=row.text.context))


def _row(row: CaseLetter, case: Case, text: str = "") -> LetterOut:
    region, service = case.region_id, trail.service_of(case)
    return LetterOut(
        row.pk, case.pk, case.number, areas.region(region).name, row.at, today_in(region, row.at),
        bool(service.synthetic) or service.status is Status.SYNTHETIC, row.title, text,
    )  # fmt: skip
