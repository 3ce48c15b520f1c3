"""Read decisions open to objection, and objections with their outcome."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.core.paginator import Page
from django.db.models import F

from pilar.areas.queries import working_days
from pilar.areas.reference import today_in
from pilar.people.rules import NotFound, Standing, existing
from pilar.permits.models import Case, CaseFile, Levy, Objection, Permit, PermitEvent
from pilar.permits.queries import trail
from pilar.permits.reference.deadlines import objection_terms
from pilar.permits.rules.authority import AUTHORITY, Action
from pilar.permits.rules.cases import CaseState
from pilar.permits.rules.levies import LevyState
from pilar.permits.rules.objections import ABOUT_NAMES, STATE_NAMES, About, Ground, ObjectionState, Terms
from pilar.permits.rules.register import PermitEventKind, PermitState
from pilar.platform.language import translate
from pilar.platform.names import Signature
from pilar.platform.paging import PAGE, paged

ATTACHED = "keberatan"


@dataclass(frozen=True, slots=True)
class ObjectionRow:
    """An objection. ``text`` and ``file`` (key and name of a document of the case) are left out in lists; ``silent``:
    its limit passed without an answer."""

    key: int
    case: int
    number: str
    region: str
    about: About
    thing: str
    filed_at: datetime
    due: date
    late: bool
    silent: bool
    state: ObjectionState
    answer: str
    answered_by: Signature
    answered_at: datetime | None
    terms: Terms
    text: str = ""
    file: tuple[int, str] | None = None

    @property
    def about_name(self) -> str:
        return translate(ABOUT_NAMES[self.about])

    @property
    def state_name(self) -> str:
        return translate(STATE_NAMES[self.state][0])

    @property
    def tone(self) -> str:
        return STATE_NAMES[self.state][1]


def grounds(case: Case, day: date = date.min) -> tuple[Ground, ...]:
    """List the decisions about a case that its applicant can still object to on a day."""
    reasons: list[tuple[About, str, datetime]] = []
    if case.state == CaseState.REFUSED and case.closed_at:
        reasons.append((About.REFUSAL, case.number, case.closed_at))
    for levy in Levy.objects.filter(case=case).exclude(state=LevyState.VOID):
        reasons.append((About.LEVY, levy.number, levy.set_at))
    for permit in Permit.objects.filter(case=case, state=PermitState.REVOKED):
        revoked = permit.events.filter(kind=PermitEventKind.REVOKED).latest("pk")
        reasons.append((About.REVOCATION, permit.number, revoked.at))
    filed = Objection.objects.filter(case=case).order_by("filed_at").values_list("about", "thing", "filed_at")
    before = {(about, thing): at for about, thing, at in filed}  # the last of each
    days = working_days(case.region_id)
    made = []
    for about, thing, at in reasons:
        decided_on = today_in(case.region_id, at)
        terms = objection_terms(about, decided_on)
        last = terms.within.after(decided_on, days)
        objected = before.get((about, thing))
        if (objected is None or objected < at) and last >= day:
            made.append(Ground(about, thing, decided_on, last, terms))
    return tuple(made)


def revoked_wrongly(number: str) -> bool:
    """Return whether an objection to the last revocation of a permit was upheld."""
    last = PermitEvent.objects.filter(permit__number=number, kind=PermitEventKind.REVOKED).order_by("pk").last()
    rows = Objection.objects.filter(about=About.REVOCATION, thing=number, state=ObjectionState.UPHELD)
    return last is not None and rows.filter(answered_at__gte=last.at).exists()


def objections_of(case: Case, *, now: datetime) -> tuple[ObjectionRow, ...]:
    """The objections about a case, for people who may read the case; their contents are returned by
    :func:`objection`."""
    return tuple(_rows(Objection.objects.filter(case=case).select_related("case"), now))


def objections(
    region: str, *, scope: Standing, now: datetime, page: int | str = 1, size: int | None = PAGE
) -> Page[ObjectionRow]:
    """The objections about cases of a region that the reader may see, those that wait first. Raises :class:`NotFound`
    for users who see none."""
    reach = AUTHORITY.extent(scope, Action.READ)
    if region not in reach.touched and not reach.everywhere:
        raise NotFound
    rows = Objection.objects.filter(case__in=trail.readable(region, scope)).select_related("case")
    ordered = rows.order_by(F("answered_at").desc(nulls_first=True), "due", "pk")
    return paged(ordered, lambda part: _rows(part, now), page=page, size=size)


def objection(key: int, *, scope: Standing, now: datetime) -> ObjectionRow:
    """An objection with its contents, for readers of its case; the reading is logged. Raises :class:`NotFound`."""
    row = existing(Objection.objects.select_related("case").filter(pk=key).first())
    if not AUTHORITY.holds(trail.acting(scope, now), Action.READ, trail.about(row.case)):
        raise NotFound
    text = row.text.read(by=scope.actor, key=row.pk, area=row.case.region_id)
    file = CaseFile.objects.filter(case=row.case_id, requirement=attachment(key)).first()
    return next(_rows([row], now, text=text, file=(file.pk, file.file_name) if file else None))


def attachment(objection: int) -> str:
    """The name under which the case stores the document of an objection."""
    return f"{ATTACHED}-{objection}"


def _rows(rows: Iterable[Objection], now: datetime, **sent: Any) -> Iterable[ObjectionRow]:
    for row in rows:
        region, state = row.case.region_id, ObjectionState(row.state)
        yield ObjectionRow(
            row.pk, row.case_id, row.case.number, region, About(row.about), row.thing, row.filed_at, row.due,
            state is ObjectionState.OPEN and row.due < today_in(region, now), row.silent_at is not None, state,
            row.answer, row.answered_by, row.answered_at,
            objection_terms(About(row.about), today_in(region, row.filed_at)), **sent,
        )  # fmt: skip
