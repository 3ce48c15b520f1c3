"""Set, void and match levies: a case continues once, even if the bank reports a payment several times."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db import transaction
from django.db.models import Q

from pilar.areas.reference import midnight_in, today_in
from pilar.people.operations import held, there
from pilar.people.rules import Standing
from pilar.permits.models import Case, Levy, MerchantCode, Payment, Task
from pilar.permits.operations import steps
from pilar.permits.queries import trail
from pilar.permits.queries.levies import account_of, to_give_back
from pilar.permits.rules import authority, qris, services, workflow
from pilar.permits.rules.authority import AUTHORITY, Action
from pilar.permits.rules.cases import CaseElsewhere, CaseState, EventKind
from pilar.permits.rules.levies import DAYS_TO_PAY, LevyElsewhere, LevyState, Numbers
from pilar.permits.rules.services import StageKind
from pilar.platform import audit, locks, numbering
from pilar.platform.errors import Fault, Faults, PilarError
from pilar.platform.language import N_

TARGET = "permits.levy"
TWICE = N_("The reference %(reference)s stands here before, and a reference names one payment")


@dataclass(frozen=True, slots=True)
class Reported:
    """A payment as a report of the bank has it; ``reference`` is the bank's identifier."""

    reference: str
    paid_on: date
    amount: Decimal
    text: str = ""


@transaction.atomic
def set_levy(*, by: Standing, case: int, stage: str, now: datetime) -> str:
    """Set the levy of a case by the formula of its service, and stop its clock until it is paid; returns the number of
    the levy.

    A levy of zero ends its stage immediately, as does one that was paid before the case was sent back; the returned
    number is then empty. Raises :class:`NotFound`, :class:`NotAllowed`, :class:`WrongState`, what ``steps.stage_of``
    raises, Faults (if more is owed than was paid before).
    """
    row, acting = steps.desk_case(by, case, Action.LEVY, now=now)
    service = trail.service_of(row)
    task, _stage = steps.stage_of(acting, row, service, stage, StageKind.LEVY, now=now)
    if row.state != CaseState.RUNNING:
        raise CaseElsewhere
    owed = services.fee_of(service, row.answers)
    before = Levy.objects.filter(case=row, state=LevyState.PAID).first()
    if before and owed.amount > before.amount:
        sentence = N_("Levy %(number)s is paid already, and it is less than the Rp%(owed)s that are owed now")
        raise Faults([Fault("paid-less", sentence, {"number": before.number, "owed": owed.amount})])
    if before or not owed.amount:
        steps.finish(row, task, steps.Outcome.DONE, by=acting, now=now)
        steps.open_stages(row, service, by=acting, now=now)
        steps.reckon(row, service, now=now)
        return ""
    region, today = row.region_id, today_in(row.region_id, now)
    count = Levy.objects.filter(case=row).count()
    number = numbering.give(
        kind="permits.levy", scope=region, day=today, target=TARGET, key=f"{row.pk}/{count + 1}",
        parts={"region": region},
    )  # fmt: skip
    static = MerchantCode.objects.filter(region=region).order_by("-pk").values_list("text", flat=True).first()
    levy = Levy.objects.create(
        case=row, region_id=region, number=number, amount=owed.amount, formula=owed.formula, inputs=dict(owed.inputs),
        due_on=today + timedelta(days=DAYS_TO_PAY), code=qris.dynamic(static, owed.amount, number) if static else "",
        set_at=now, set_by=acting.signature,
    )  # fmt: skip
    audit.record(
        by=acting.actor, action="set", target=TARGET, key=levy.pk, area=region,
        after={"number": number, "amount": str(owed.amount)},
    )  # fmt: skip
    steps.pay(row, service, task, by=acting, now=now, said={"number": number, "amount": str(owed.amount)})
    return number


@transaction.atomic
def void_levy(*, by: Standing, levy: int, reason: str, now: datetime) -> None:
    """Void an unpaid levy, with a reason; its stage has to be repeated, and partial payments wait to be matched.

    Raises as :func:`set_levy`, :class:`LevyElsewhere`.
    """
    known = there(Levy.objects, pk=levy)
    case, acting = steps.desk_case(by, known.case_id, Action.LEVY, now=now)
    row = _open(levy)
    if not reason.strip():
        raise Faults([Fault("no-reason", N_("Say why"), {}, "reason")])
    row.payments.update(levy=None, matched_at=None, matched_by="")
    _close(row, LevyState.VOID, by=acting, now=now, reason=reason.strip()[:500])
    steps.happened(case, EventKind.RESUMED, by=acting, now=now, to=CaseState.RUNNING, said={"number": row.number})
    steps.reckon(case, trail.service_of(case), now=now)


def drop_levy(case: Case, *, by: Standing, now: datetime) -> None:
    """Void the open levy of a withdrawn case that the caller holds locked; partial payments have to be refunded."""
    row = locks.hold(Levy.objects, case=case, state=LevyState.OPEN)
    if row is not None:
        _close(row, LevyState.VOID, by=by, now=now, reason="withdrawn")


@transaction.atomic
def store_payments(*, by: Standing, region: str, given: Iterable[Reported], now: datetime) -> tuple[int, int]:
    """Store the payments of a bank report and match those that name their levy, in full or in part; returns how many
    payments are new, and how many of them were matched. Known payments change nothing.

    Raises :class:`NotFound` for anyone who is not of the treasury.
    """
    AUTHORITY.require(by, Action.TREASURY, authority.Case(region), known=False)
    locks.take(f"permits.payments:{region}")
    reported = {reported.reference: reported for reported in given}
    known = Payment.objects.filter(region=region, reference__in=reported).values_list("reference", flat=True)
    new = [reported[name] for name in reported.keys() - set(known)]
    Payment.objects.bulk_create(
        (
            Payment(
                region_id=region, reference=reported.reference, paid_on=reported.paid_on, amount=reported.amount,
                text=reported.text, reported_at=now, reported_by=by.signature,
            )
            for reported in sorted(new, key=lambda reported: (reported.paid_on, reported.reference))
        ),
        ignore_conflicts=True,
    )  # fmt: skip
    if new:
        audit.record(by=by.actor, action="report", target="permits.payment", key=region, area=region,
                 after={"payments": len(new)})  # fmt: skip
    matched = 0
    rows = Levy.objects.filter(~Q(state=LevyState.VOID) | Q(case__state=CaseState.WITHDRAWN), region=region)
    numbers = Numbers(rows.values_list("number", flat=True)) if new else Numbers(())
    references = {reported.reference for reported in new}
    for row in Payment.objects.filter(region=region, reference__in=references, levy=None).order_by("pk"):
        number = numbers.named_in(f"{row.text} {row.reference}")
        if not number:
            continue
        try:
            with transaction.atomic():
                matched += _pay(by, row.pk, there(Levy.objects, number=number), now, strict=False)
        except PilarError:
            continue  # it waits for the treasury and does not hold up the others
    return len(new), matched


@transaction.atomic
def match_payment(*, by: Standing, payment: int, levy: str, now: datetime) -> None:
    """Match a payment with the levy of this number; once the levy is fully paid, the case continues.

    Raises :class:`NotFound`, :class:`OwnCase`, :class:`LevyElsewhere`.
    """
    row = there(Payment.objects, pk=payment)
    AUTHORITY.require(by, Action.TREASURY, authority.Case(row.region_id), known=False)
    _pay(by, row.pk, there(Levy.objects, region=row.region_id, number=levy.strip()), now, strict=True)


@transaction.atomic
def unmatch_payment(*, by: Standing, payment: int, reason: str, now: datetime) -> None:
    """Undo a match with the wrong levy: the payment waits to be matched again. If the levy is not fully paid without
    it, it is reopened and its case returns to the payment stage; later stages are repeated.

    Raises :class:`NotFound`, :class:`OwnCase`, :class:`LevyElsewhere`, :class:`WrongState` for a case that has gone too
    far, Faults at ``reason``, also if part of the levy was refunded.
    """
    known = there(Payment.objects, pk=payment)
    AUTHORITY.require(by, Action.TREASURY, authority.Case(known.region_id), known=False)
    if known.levy is None or known.amount < 0:
        raise LevyElsewhere
    case = held(Case.objects, pk=known.levy.case_id)
    steps.require_no_relative(by, case)
    levy, row = held(Levy.objects, pk=known.levy_id), held(Payment.objects, pk=payment)
    if row.levy_id != levy.pk:
        raise LevyElsewhere
    if levy.payments.filter(amount__lt=0).exists():
        sentence = N_("Something of this levy was given back already: it is no longer taken apart")
        raise Faults([Fault("given-back", sentence, {}, "reason")])
    if not reason.strip():
        raise Faults([Fault("no-reason", N_("Say why"), {}, "reason")])
    paid = levy.state == LevyState.PAID
    if paid:
        levy.state, levy.closed_at, levy.closed_by, levy.paid_on, levy.owed = LevyState.OPEN, None, "", None, None
        levy.save(update_fields=["state", "closed_at", "closed_by", "paid_on", "owed"])
    row.levy, row.matched_at, row.matched_by = None, None, ""
    row.save(update_fields=["levy", "matched_at", "matched_by"])
    audit.record(
        by=by.actor, action="unmatch", target="permits.payment", key=row.pk, area=row.region_id,
        before={"levy": levy.number}, after={"reason": reason.strip()[:500]},
    )  # fmt: skip
    account = account_of(levy, today_in(levy.region_id, now))
    if paid and account.settled_on:
        _close(levy, LevyState.PAID, by=by, now=now, paid_on=account.settled_on, owed=account.owed)
    elif paid:
        _to_be_paid_again(case, levy, reason.strip()[:500], by=by, now=now)


def _to_be_paid_again(case: Case, levy: Levy, reason: str, *, by: Standing, now: datetime) -> None:
    if case.state != CaseState.RUNNING:
        raise authority.WrongState(state=CaseState(case.state))
    service = trail.service_of(case)
    done = case.tasks.filter(kind=StageKind.LEVY).order_by("pk").last()
    assert done is not None
    steps.drop_open(case, by=by, now=now, among=workflow.undone(service.stages, done.stage))
    steps.happened(case, EventKind.SENT_BACK, by=by, now=now, stage=done.stage, said={"to": done.stage, "text": reason})
    steps.open_stages(case, service, by=by, now=now)
    task = there(Task.objects, case=case, stage=done.stage, done_at=None)
    steps.pay(case, service, task, by=by, now=now, said={"number": levy.number, "amount": str(levy.amount)})


@transaction.atomic
def refund_levy(*, by: Standing, levy: int, amount: Decimal, given_on: date, reference: str, now: datetime) -> None:
    """Record a refund by the treasury: of an overpayment, or up to the whole levy if an objection to it was upheld or
    its case is withdrawn.

    Raises :class:`NotFound`, :class:`OwnCase`, :class:`LevyElsewhere` if nothing can be refunded, Faults at the names
    of the fields.
    """
    case = held(Case.objects, pk=there(Levy.objects, pk=levy).case_id)
    row = held(Levy.objects, pk=levy)
    AUTHORITY.require(by, Action.TREASURY, authority.Case(row.region_id), known=False)
    steps.require_no_relative(by, case)
    most = to_give_back(row)
    if not most:
        raise LevyElsewhere
    name, faults = reference.strip()[:80], []
    if not 0 < amount <= most:
        faults.append(Fault("not-that-much", N_("At most Rp%(most)s can be given back"), {"most": most}, "amount"))
    if given_on > today_in(row.region_id, now):
        faults.append(Fault("in-the-future", N_("Choose today or an earlier day"), {}, "given_on"))
    if not name or Payment.objects.filter(region=row.region_id, reference=name).exists():
        sentence = N_("Write what the bank knows it by, which no other has")
        faults.append(Fault("unfit-reference", sentence, {}, "reference"))
    if faults:
        raise Faults(faults)
    Payment.objects.create(
        region_id=row.region_id, reference=name, paid_on=given_on, amount=-amount, reported_at=now,
        reported_by=by.signature, levy=row, matched_at=now, matched_by=by.signature,
    )  # fmt: skip
    audit.record(by=by.actor, action="refund", target=TARGET, key=row.pk, area=row.region_id,
                 after={"amount": str(amount), "reference": name})  # fmt: skip


@transaction.atomic
def set_merchant_code(*, by: Standing, region: str, text: str, now: datetime) -> None:
    """Set the static QRIS code of a region's treasury, used from the next levy on.

    Raises :class:`NotFound` for anyone who is not of the treasury, :class:`NotQris`.
    """
    AUTHORITY.require(by, Action.TREASURY, authority.Case(region), known=False)
    qris.dynamic(text.strip(), Decimal(1), "1")
    row = MerchantCode.objects.create(region_id=region, text=text.strip(), set_at=now, set_by=by.signature)
    audit.record(by=by.actor, action="set", target="permits.merchant-code", key=row.pk, area=region)


def _pay(by: Standing, payment: int, known: Levy, now: datetime, *, strict: bool) -> bool:
    """Match under the lock of the case; a second request finds it done. ``strict``: raise an error then.

    The clock of the case continues from the day of the payment; the time that the treasury takes to match it does not
    count for the case.
    """
    case = held(Case.objects, pk=known.case_id)
    if strict:
        steps.require_no_relative(by, case)
    levy, row = held(Levy.objects, pk=known.pk), held(Payment.objects, pk=payment)
    owed = {LevyState.OPEN: CaseState.PAYING, LevyState.VOID: CaseState.WITHDRAWN}  # WITHDRAWN: to be refunded
    if case.state != owed.get(LevyState(levy.state), case.state) or row.levy_id is not None:
        if strict:
            raise LevyElsewhere
        return False
    row.levy, row.matched_at, row.matched_by = levy, now, by.signature
    row.save(update_fields=["levy", "matched_at", "matched_by"])
    audit.record(
        by=by.actor, action="match", target="permits.payment", key=row.pk, area=row.region_id,
        after={"levy": levy.number, "amount": str(row.amount)},
    )  # fmt: skip
    account = account_of(levy, today_in(levy.region_id, now))
    if levy.state == LevyState.OPEN and account.settled_on:
        _close(levy, LevyState.PAID, by=by, now=now, paid_on=account.settled_on, owed=account.owed)
        said = {"number": levy.number, "amount": str(account.paid), "paid_on": str(account.settled_on),
                "matched_at": now.isoformat()}  # fmt: skip
        set_at = case.events.filter(kind=EventKind.LEVIED).latest("number").at  # for the last time
        at = max(set_at, midnight_in(levy.region_id, account.settled_on))
        steps.paid(case, trail.service_of(case), by=by, now=now, at=min(at, now), said=said)
    return True


def _open(levy: int) -> Levy:
    row = held(Levy.objects, pk=levy)
    if row.state != LevyState.OPEN:
        raise LevyElsewhere
    return row


def _close(
    row: Levy, state: LevyState, *, by: Standing, now: datetime, reason: str = "", paid_on: date | None = None,
    owed: Decimal | None = None,
) -> None:  # fmt: skip
    row.state, row.closed_at, row.closed_by, row.reason = state, now, by.signature, reason
    row.paid_on, row.owed = paid_on, owed
    row.save(update_fields=["state", "closed_at", "closed_by", "reason", "paid_on", "owed"])
    audit.record(
        by=by.actor, action=state, target=TARGET, key=row.pk, area=row.region_id,
        before={"state": LevyState.OPEN}, after={"state": state, **({"reason": reason} if reason else {})},
    )  # fmt: skip
