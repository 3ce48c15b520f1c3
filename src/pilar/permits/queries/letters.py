"""Standard letters that the office sent to applicants, and who read applicants' personal data."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime

from pilar.areas import queries as areas
from pilar.areas.reference import today_in
from pilar.people.rules import Standing, existing, shown_name
from pilar.permits.models import Case, CaseLetter
from pilar.permits.queries import trail
from pilar.permits.rules.letters import Written
from pilar.permits.rules.services import Status
from pilar.platform import audit, secrets

MAX_READINGS = 1_000


@dataclass(frozen=True, slots=True)
class LetterOut:
    """A letter of the office about the case of a ``number``, sent on a ``day`` of the region; ``synthetic``: about
    made-up data. ``text`` is empty in lists."""

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
    """The letters about a case, for people who may read the case; newest first."""
    return tuple(_row(letter, case) for letter in CaseLetter.objects.filter(case=case).order_by("-pk"))


def letter_out(case: int, key: int, *, scope: Standing, now: datetime) -> LetterOut:
    """A letter for its applicant and for officers who see the case, whose reading is logged; raises
    :class:`NotFound`."""
    row = existing(CaseLetter.objects.select_related("case").filter(pk=key, case=case).first())
    trail.seen_by(scope, case, now)
    if scope.citizen is not None:
        return _row(row, row.case, written(row).text)
    return _row(row, row.case, row.text.read(by=scope.actor, key=row.pk, area=row.case.region_id))


def readings(case: int, *, scope: Standing, now: datetime) -> tuple[str, str, tuple[tuple[date, str, int], ...]]:
    """List who has read the personal data of a case, for the applicant and for officers who see the case: number and
    region of the case, then each day and person with how often, newest first. Raises :class:`NotFound`."""
    row = trail.seen_by(scope, case, now)
    seen = Counter(
        (today_in(row.region_id, event.happened_at), shown_name(event.actor.name))
        for event in audit.events(target="permits.case.person", key=row.pk, limit=MAX_READINGS)
        if event.action == audit.READ
    )
    reads = tuple((day, name, count) for (day, name), count in seen.items())
    return row.number, row.region_id, reads


def written(row: CaseLetter) -> Written:
    """Return the text of a letter, for an act of the case itself."""
    return Written(row.title, secrets.decrypt(row.text.text, context=row.text.context))


def _row(row: CaseLetter, case: Case, text: str = "") -> LetterOut:
    region, service = case.region_id, trail.service_of(case)
    return LetterOut(
        row.pk, case.pk, case.number, areas.region(region).name, row.at, today_in(region, row.at),
        bool(service.synthetic) or service.status is Status.SYNTHETIC, row.title, text,
    )  # fmt: skip
