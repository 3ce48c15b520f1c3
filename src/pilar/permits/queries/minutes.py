"""Minutes of visits from the events of a case, with the signature of the applicant."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from types import MappingProxyType
from uuid import UUID

from pilar.people.models import PublicCode
from pilar.people.public import TIME_TO_OPEN, CodeRefused
from pilar.permits.models import Case, CaseEvent, DrawnSignature
from pilar.permits.queries.services import service_in
from pilar.permits.rules.authority import RIGHTS, Right
from pilar.permits.rules.cases import EventKind
from pilar.permits.rules.signatures import BINDING, Stroke, capacity_name, points_text, read_strokes
from pilar.platform import secrets
from pilar.platform.language import N_, translate

HOW = {"": N_("with their account"), "code": N_("with a code sent to the address or number in the application")}
"""How an applicant has signed, as recorded in the event."""


@dataclass(frozen=True, slots=True)
class MinutesRow:
    """The minutes of a visit (event ``number``): findings, the person who was there, and whether the applicant agreed,
    as the surveyor wrote and, once ``signed_at``, by their own account. ``capacity`` and ``strokes`` belong to the
    signature drawn on the surveyor's device."""

    number: int
    stage: str
    at: datetime
    by: str
    day: date
    found: str
    present: str
    agreed: bool
    remarks: str
    capacity: str = ""
    strokes: tuple[Stroke, ...] = ()
    signed_at: datetime | None = None
    signed_agreed: bool = False
    signed_remarks: str = ""
    signed_how: str = ""

    @property
    def how(self) -> str:
        """The way in which the applicant has signed."""
        return translate(HOW[self.signed_how]) if self.signed_at else ""

    @property
    def signed_as(self) -> str:
        """The capacity of the person who has signed on the surveyor's device."""
        return capacity_name(self.capacity) if self.capacity else ""

    @property
    def binds(self) -> bool:
        """Return whether the applicant, or somebody with a letter of authority, has signed on the surveyor's device."""
        return self.capacity in BINDING

    @property
    def lines(self) -> tuple[str, ...]:
        """The strokes as SVG has them."""
        return tuple(points_text(stroke) for stroke in self.strokes)


def drawn_at_visits(case: Case) -> Mapping[int, tuple[Stroke, ...]]:
    """Decrypt the drawn signatures of a case, by the number of their event; for a reader who may read the case."""
    return {
        signature.number: read_strokes(secrets.decrypt(signature.strokes.text, context=signature.strokes.context))
        for signature in DrawnSignature.objects.filter(case=case)
    }


def minutes_of(
    events: Iterable[CaseEvent], drawn: Mapping[int, tuple[Stroke, ...]] = MappingProxyType({})
) -> tuple[MinutesRow, ...]:
    """The last minutes of each visit; ``drawn`` as returned by :func:`drawn_at_visits`, for readers who may see
    signatures."""
    rows = sorted(events, key=lambda event: event.number)
    signed = {row.facts["of"]: row for row in rows if row.kind == EventKind.MINUTES}
    last = {row.stage: row for row in rows if row.kind == EventKind.DONE and "found" in row.facts}
    return tuple(_row(event, signed.get(event.number), drawn.get(event.number, ())) for event in last.values())


def to_sign(case: Case) -> MinutesRow | None:
    """The minutes that wait for the signature of the person who filed a case at the counter."""
    if not case.at_counter or case.state not in RIGHTS[Right.SIGN_MINUTES]:
        return None
    return next((minutes for minutes in minutes_of(case.events.all()) if minutes.signed_at is None), None)


def by_code(case: int, reference: UUID, now: datetime) -> tuple[str, str, MinutesRow | None]:
    """Number and service of a case filed at the counter, and its minutes that wait, for the person who has just entered
    the code; raises :class:`CodeRefused`."""
    if not PublicCode.objects.filter(pk=reference, used_at__gt=now - TIME_TO_OPEN).exists():
        raise CodeRefused
    row = Case.objects.get(pk=case)
    return row.number, str(service_in(row.version_id).name), to_sign(row)


def _row(event: CaseEvent, signed: CaseEvent | None, strokes: tuple[Stroke, ...]) -> MinutesRow:
    said = event.facts
    return MinutesRow(
        event.number, event.stage, event.at, str(event.by), date.fromisoformat(said["day"]), said["found"],
        said["present"], said["agreed"], said.get("remarks", ""), said.get("drawn", ""), strokes,
        *((signed.at, signed.facts["agreed"], signed.facts["remarks"], signed.facts.get("how", "")) if signed else ()),
    )  # fmt: skip
