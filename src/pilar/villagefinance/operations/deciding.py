"""Steps of a budget: agreed with the council, sent to the camat, evaluated, enacted, and carried out by its DPA."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.urls import reverse

from pilar.areas import reference as places
from pilar.areas.queries import working_days
from pilar.areas.reference import today_in
from pilar.people.operations import settle
from pilar.people.rules import SCHEDULE, NotAllowed, Standing
from pilar.platform import audit, moves
from pilar.platform.calendar import received_on
from pilar.platform.errors import Fault, Faults
from pilar.platform.jobs import every
from pilar.platform.language import N_
from pilar.platform.transactions import one_by_one
from pilar.platform.versions import sign_of
from pilar.villagefinance import reference
from pilar.villagefinance.models import BudgetStep, BudgetVersion
from pilar.villagefinance.models.steps import APPROVED, CHECKED, TOLD, UNCHECKED
from pilar.villagefinance.operations.drafting import TARGET, key_of, last_check, locked_version, require_unchecked
from pilar.villagefinance.operations.locking import held_book, require_open_year
from pilar.villagefinance.operations.locking import told as refusing
from pilar.villagefinance.operations.telling import holders, tell
from pilar.villagefinance.queries.budgets import BudgetDetail, budget, facts_of, items_seen, sheet_of, stored_sheet
from pilar.villagefinance.queries.corrections import held_paper, steps_as_they_hold
from pilar.villagefinance.rules import sheets
from pilar.villagefinance.rules.authority import AUTHORITY, Action, case_of, moved_by
from pilar.villagefinance.rules.budgets import (
    BY_HEAD,
    BudgetElsewhere,
    BudgetKind,
    BudgetState,
    lifecycle_of,
)
from pilar.villagefinance.rules.clocks import due

B = BudgetState
GROUNDS = (B.EVALUATED, B.RETURNED, B.CORRECTED, B.DEEMED, TOLD)
"""Steps that a regulation is based on."""


@transaction.atomic
def agree_budget(*, by: Standing, village: str, year: int, number: int, minutes: str, day: date, now: datetime) -> None:
    """Record that the council agreed to a draft, or to its correction after an evaluation, by its minutes.

    Raises :class:`NotFound`, :class:`NotAllowed`, :class:`BudgetElsewhere`, Faults.
    """
    row = locked_version(by, village, year, number, Action.AGREE)
    target = B.CORRECTED if row.state == B.RETURNED else B.AGREED
    _move(by, row, target, {"minutes": minutes, "day": day}, now)
    _tell(by, row, Action.SUBMIT, N_("The council has agreed the budget of %(village)s: it is yours to go on"), now)


@transaction.atomic
def take_back_budget(*, by: Standing, village: str, year: int, number: int, reason: str, now: datetime) -> None:
    """Take a version back into draft that is agreed or evaluated, but neither with the camat nor enacted.

    Raises :class:`NotFound`, :class:`NotAllowed`, :class:`BudgetElsewhere`.
    """
    row = locked_version(by, village, year, number, Action.DRAW_UP)
    _move(by, row, B.DRAFT, {"told": reason}, now)


@transaction.atomic
def submit_budget(*, by: Standing, village: str, year: int, number: int, letter: str, now: datetime) -> None:
    """Send an agreed budget to the camat, whose deadline counts from this day.

    Raises :class:`NotFound`, :class:`NotAllowed`, :class:`BudgetElsewhere`.
    """
    row = locked_version(by, village, year, number, Action.SUBMIT)
    if row.state != B.AGREED:  # a result can go back to the camat too, but only the camat may do that
        raise BudgetElsewhere
    until = _due(row, "evaluate", now)
    _move(by, row, B.SUBMITTED, {"minutes": letter, "day": today_in(row.region, now), "due": until}, now)
    sentence = N_("The budget of %(village)s waits for your evaluation")
    _tell(by, row, Action.EVALUATE, sentence, now, until=until)


@transaction.atomic
def evaluate_budget(
    *, by: Standing, village: str, year: int, number: int, fit: bool, letter: str, day: date, told: str = "",
    now: datetime,
) -> None:  # fmt: skip
    """Record the result of the evaluation by its letter: fit to be enacted, or to be corrected, with remarks.

    The sheet is kept as it is now. Raises :class:`NotFound`, :class:`NotAllowed`, :class:`BudgetElsewhere`, Faults.
    """
    row = locked_version(by, village, year, number, Action.EVALUATE)
    until = None if fit else _due(row, "correct", now)
    given = {"minutes": letter, "day": day, "told": told, "due": until}
    _move(by, row, B.EVALUATED if fit else B.RETURNED, given, now, keep=True)
    said = N_("The budget of %(village)s is evaluated") if fit else N_("The budget of %(village)s is to be corrected")
    _tell(by, row, Action.ENACT if fit else Action.DRAW_UP, said, now, until=until)


@transaction.atomic
def retract_evaluation(*, by: Standing, village: str, year: int, number: int, reason: str, now: datetime) -> None:
    """Take back a wrong result while there is time to give another and the village has not acted on it; the step stays
    on record.

    Raises :class:`NotFound`, :class:`NotAllowed`, :class:`BudgetElsewhere`, Faults.
    """
    row = locked_version(by, village, year, number, Action.EVALUATE)
    if row.state not in (B.EVALUATED, B.RETURNED):
        raise BudgetElsewhere
    if row.state == B.RETURNED and _being_corrected(row, now):
        sentence = N_("The village has begun to correct it: evaluate the correction")
        raise Faults([Fault("being-corrected", sentence)])
    sent = BudgetStep.objects.filter(**_of(row), act=B.SUBMITTED).order_by("-no")
    given = {"day": today_in(row.region, now), "told": reason, "due": sent.values_list("due", flat=True).first()}
    _move(by, row, B.SUBMITTED, given, now)
    sentence = N_("The result of the evaluation of %(village)s is taken back: another one comes")
    both = {account for action in (Action.DRAW_UP, Action.ENACT) for account in holders(village, action, now)}
    _tell(by, row, both - {by.account or 0}, sentence, now, needs_action=False)


def _being_corrected(row: BudgetVersion, now: datetime) -> bool:
    """Return whether a returned version differs from the one that was judged. Older steps have no checksum, or one of
    the lines alone; then the sheets are compared as well."""
    detail = budget(row.village, row.year, row.number, scope=SCHEDULE)
    returned = BudgetStep.objects.filter(**_of(row), act=B.RETURNED).order_by("-no")
    kept = returned.values_list("lines", flat=True).first()
    if kept == _judged(detail):
        return False
    if kept not in (None, items_seen(detail.lines)):
        return True
    return stored_sheet(detail.version) != sheets.read(sheets.kept(sheet_of(detail, now=now)))


def _judged(detail: BudgetDetail) -> int:
    """Return a checksum of everything that an evaluation judges (posts and lines), made from plain text so that it does
    not depend on field names."""
    posts = detail.version.posts
    lines = [
        (line.activity, line.account, line.fund, _plain(line.amount), [
            (item.description, item.package, item.output, item.unit,
             *map(_plain, (item.volume, item.unit_price, item.amount)))
            for item in line.items
        ])
        for line in detail.lines
    ]  # fmt: skip
    return sign_of((posts.head, posts.secretary, posts.staff, lines))


def _plain(amount: Decimal) -> str:
    return str(amount.normalize())


@every("villagefinance.deem-budgets", cron="20 17 * * *")  # after midnight in the west
def deem_budgets(*, by: Standing, now: datetime) -> int:
    """Let budgets take effect whose evaluation did not come in time, each in its own transaction; return their number.

    Only for the schedule; raises :class:`NotAllowed` for anybody else.
    """
    if not by.unrestricted:
        raise NotAllowed
    waiting = BudgetVersion.objects.filter(state=B.SUBMITTED).order_by("region", "village")
    keys = list(waiting.values_list("village", "year", "number"))
    return one_by_one(keys, lambda key: _deem(by, key, now), job="villagefinance.deem-budgets")


def _deem(by: Standing, key: tuple[str, int, int], now: datetime) -> int:
    village, year, number = key
    held_book(village)
    row = BudgetVersion.objects.get(region=village[:5], village=village, year=year, number=number)
    sent = BudgetStep.objects.filter(**_of(row), act=B.SUBMITTED).order_by("-no")
    until, today = sent.values_list("due", flat=True).first(), today_in(row.region, now)
    if row.state != B.SUBMITTED or until is None or until >= today:
        return 0
    _move(by, row, B.DEEMED, {"due": until, "day": today}, now, keep=True)
    sentence = N_("No evaluation of the budget of %(village)s has come in time: you may enact it")
    _tell(by, row, Action.ENACT, sentence, now)
    return 1


@transaction.atomic
def drop_budget(*, by: Standing, village: str, year: int, number: int, reason: str, now: datetime) -> None:
    """Drop a draft, or cancel a version that was not corrected in time.

    Raises :class:`NotFound`, :class:`NotAllowed`, :class:`BudgetElsewhere`, Faults.
    """
    row = locked_version(by, village, year, number, Action.READ_BOOKS)
    AUTHORITY.require(by, moved_by(B(row.state), B.DROPPED) or Action.DRAW_UP, case_of(village), known=True)
    _move(by, row, B.DROPPED, {"told": reason}, now)


@transaction.atomic
def tell_council(*, by: Standing, village: str, year: int, number: int, letter: str, day: date, now: datetime) -> None:
    """Record that the council was told of a version that the head enacts alone; raises :class:`NotFound`,
    :class:`NotAllowed`, :class:`BudgetElsewhere`, Faults."""
    row = locked_version(by, village, year, number, Action.DRAW_UP)
    steps = BudgetStep.objects.filter(**_of(row), act__in=[TOLD, B.DROPPED]).order_by("-no")
    if row.kind not in BY_HEAD or row.state != B.DRAFT or steps.values_list("act", flat=True).first() == TOLD:
        raise BudgetElsewhere
    _require_past(row, day, now)
    _step(by, row, TOLD, now, paper=letter, day=day)


@transaction.atomic
def enact_budget(
    *, by: Standing, village: str, year: int, number: int, elaboration: str, day: date, regulation: str = "",
    now: datetime,
) -> None:  # fmt: skip
    """Enact a version on a day that is not before the steps it is based on: by a regulation of the village with the
    head's elaboration, a shift by the head's regulation alone. It is in force from then on, but not before its year
    begins.

    Raises :class:`NotFound`, :class:`NotAllowed`, :class:`BudgetElsewhere`, Faults, :class:`Refused`.
    """
    row = locked_version(by, village, year, number, Action.ENACT)
    require_open_year(village, year)
    given = {"minutes": regulation, "elaboration": elaboration, "day": day}
    fields = {
        "rule_number": elaboration if row.kind in BY_HEAD else regulation,
        "rule_date": day,
        "in_force_from": max(day, date(year, 1, 1)),
    }
    _move(by, row, B.ENACTED, given, now, keep=True, fields=fields)
    _tell(by, row, Action.PLAN_CASH, N_("The budget of %(village)s is enacted: plan its cash by month"), now)


@transaction.atomic
def check_execution(*, by: Standing, village: str, year: int, number: int, now: datetime) -> None:
    """Check the documents of execution (DPA) of an enacted version, with its cash plan (RAK).

    Raises :class:`NotFound`, :class:`NotAllowed`, :class:`BudgetElsewhere`, Faults.
    """
    row = locked_version(by, village, year, number, Action.CHECK_EXECUTION)
    if row.state != B.ENACTED:
        raise BudgetElsewhere
    require_unchecked(row)
    unplanned = budget(village, year, number, scope=by).unplanned
    if unplanned:
        sentence = N_("The cash plan of %(count)s lines does not add up to them")
        raise Faults([Fault("cash-unplanned", sentence, {"count": len(unplanned)})])
    _step(by, row, CHECKED, now, day=today_in(row.region, now))
    _tell(by, row, Action.APPROVE_EXECUTION, N_("The DPA of %(village)s is checked: approve it"), now)


@transaction.atomic
def return_execution(*, by: Standing, village: str, year: int, number: int, reason: str, now: datetime) -> None:
    """Give back a DPA that is checked or approved, so that its cash plan can be corrected; it must be checked and
    approved again, and until then no payment can be requested.

    Raises :class:`NotFound`, :class:`NotAllowed`, :class:`BudgetElsewhere`.
    """
    row = locked_version(by, village, year, number, Action.APPROVE_EXECUTION)
    if last_check(row) not in (CHECKED, APPROVED):
        raise BudgetElsewhere
    _step(by, row, UNCHECKED, now, told=reason)
    _tell(by, row, Action.CHECK_EXECUTION, N_("The head has given back the DPA of %(village)s"), now)


@transaction.atomic
def approve_execution(*, by: Standing, village: str, year: int, number: int, now: datetime) -> None:
    """Approve a DPA that the secretary has checked; payments can be made from now on.

    Raises :class:`NotFound`, :class:`NotAllowed`, :class:`BudgetElsewhere`, :class:`Refused` for the person who checked
    it.
    """
    row = locked_version(by, village, year, number, Action.APPROVE_EXECUTION)
    if last_check(row) != CHECKED:
        raise BudgetElsewhere
    with refusing():
        _step(by, row, APPROVED, now, day=today_in(row.region, now))


def _move(
    by: Standing,
    row: BudgetVersion,
    target: BudgetState,
    given: Mapping[str, Any],
    now: datetime,
    *,
    keep: bool = False,
    fields: Mapping[str, Any] | None = None,
) -> None:
    """Move a version to a state and store the step with its papers; ``keep``: with its sheet, too."""
    move = lifecycle_of(BudgetKind(row.kind)).move(BudgetState(row.state), target)
    if "day" in given:
        _require_past(row, given["day"], now)
    if target == B.ENACTED:
        _require_after_its_grounds(row, given["day"])
    detail = budget(row.village, row.year, row.number, scope=SCHEDULE)
    sheet = sheet_of(detail, now=now)
    move.require(facts_of(detail, sheet, now, **given))
    with refusing():
        moves.make(
            move, row, by=by.actor, what=TARGET, key=key_of(row.village, row.year, row.number), area=row.region,
            fields=fields,
        )  # fmt: skip
    settle(by=by, subject=_subject(row), now=now)
    kept = {"sheet": sheets.kept(sheet), "lines": _judged(detail)} if keep else {}
    papers = {name: given[name] for name in ("day", "due", "told", "elaboration") if given.get(name)}
    _add(by, row, target, now, paper=given.get("minutes", ""), **papers, **kept)


def _require_past(row: BudgetVersion, day: date, now: datetime) -> None:
    if day > today_in(row.region, now):
        raise Faults([Fault("day-to-come", N_("The day of a paper is not one to come"), {}, "day")])


def _require_after_its_grounds(row: BudgetVersion, day: date) -> None:
    """Raise Faults if the day of a regulation is before that of the evaluation, its correction, the deemed approval, or
    the letter to the council."""
    days = [held_paper(step)[1] for step in steps_as_they_hold().filter(**_of(row), act__in=GROUNDS)]
    last = max(filter(None, days), default=None)
    if last and day < last:
        sentence = N_("The day of the regulation is not before %(day)s, that of the step that it rests on")
        raise Faults([Fault("day-too-early", sentence, {"day": last}, "day")])


def _add(by: Standing, row: BudgetVersion, act: str, now: datetime, **papers: Any) -> None:
    last = BudgetStep.objects.filter(**_of(row)).order_by("-no").values_list("no", flat=True).first()
    BudgetStep.objects.create(**_of(row), no=(last or 0) + 1, act=act, by=by.actor.name, at=now, **papers)


def _step(by: Standing, row: BudgetVersion, act: str, now: datetime, **papers: Any) -> None:
    """Store a step without a change of state, with its audit record; settle earlier notices about the version."""
    settle(by=by, subject=_subject(row), now=now)
    _add(by, row, act, now, **papers)
    key = key_of(row.village, row.year, row.number)
    audit.record(by=by.actor, action=act, target=TARGET, key=key, area=row.region, after=papers)


def _of(row: BudgetVersion) -> dict[str, Any]:
    return {"region": row.region, "village": row.village, "year": row.year, "version": row.number}


def _due(row: BudgetVersion, rule: str, now: datetime) -> date:
    """Return the last day for the step that begins now; what arrives after office hours counts from the next working
    day."""
    today, calendar = today_in(row.region, now), working_days(row.region)
    hours = places.calendar().hours
    day_zero = received_on(places.local(now, row.region), calendar, hours)
    return due(reference.clock_rules(region=row.region, day=today)[rule], day_zero, calendar).day


def _tell(
    by: Standing, row: BudgetVersion, to: Action | Collection[int], sentence: str, now: datetime, *,
    until: date | None = None, needs_action: bool = True,
) -> None:  # fmt: skip
    """Notify those who act next, or these accounts."""
    tell(
        by, row.village, to, needs_action=needs_action, sentence=sentence,
        kind=f"villagefinance.budget-{row.state}", subject=_subject(row),
        address=reverse("villagefinance:budget", args=[row.village, row.year, row.number]), until=until, now=now,
    )  # fmt: skip


def _subject(row: BudgetVersion) -> str:
    return f"{TARGET}:{key_of(row.village, row.year, row.number)}"
