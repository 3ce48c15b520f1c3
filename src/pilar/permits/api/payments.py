"""Payments reported by the treasury's own program, handled payment by payment like the bank's report."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated

from ninja import Path, Schema
from pydantic import Field, StringConstraints

from pilar.areas.reference import today_in
from pilar.people.routes import Routes
from pilar.people.rules import Standing
from pilar.permits import operations
from pilar.permits.operations.levies import TWICE, Reported
from pilar.platform.api import NO_NUL, problem_of, refusals
from pilar.platform.errors import Fault, Faults
from pilar.platform.language import N_

desk = Routes(tags=["permits"])
PaymentProblem = problem_of("PermitPayment", __name__)
Region = Annotated[str, Path(pattern=r"^\d\d\.\d\d$")]


class PermitPaymentIn(Schema):
    """A payment as the bank knows it; ``reference`` identifies it; the number of its levy is in ``text`` or
    ``reference``."""

    reference: Annotated[str, StringConstraints(min_length=1, max_length=80, pattern=NO_NUL, strip_whitespace=True)]
    paid_on: date
    amount: Annotated[Decimal, Field(gt=0, max_digits=18, decimal_places=2)]
    text: Annotated[str, StringConstraints(max_length=500, pattern=NO_NUL)] = ""


class PermitPaymentsIn(Schema):
    payments: Annotated[list[PermitPaymentIn], Field(min_length=1, max_length=2_000)]


class PermitPaymentsKept(Schema):
    """Counts of payments: the ``new`` ones, and those of them that were ``matched`` with a levy."""

    new: int
    matched: int


@desk.post("/regions/{code}/permit-payments",
           response={200: PermitPaymentsKept, **refusals(PaymentProblem, 403, 404, 422)},
           summary="Report payments of levies to the treasury")  # fmt: skip
def report_payments(by: Standing, now: datetime, code: Region, given: PermitPaymentsIn) -> PermitPaymentsKept:
    """Needs the token of an account of the treasury. A payment whose reference is already known changes nothing. If a
    payment has a future date, or two have the same reference, none of them is stored."""
    told = [Reported(**payment.model_dump()) for payment in given.payments]
    today, sentence = today_in(code, now), N_("Choose today or an earlier day")
    faults = [
        Fault("in-the-future", sentence, {}, f"payments.{place}.paid_on")
        for place, reported in enumerate(told) if reported.paid_on > today
    ]  # fmt: skip
    seen: set[str] = set()
    for place, reported in enumerate(told):
        if reported.reference in seen:
            faults.append(Fault("twice", TWICE, {"reference": reported.reference}, f"payments.{place}.reference"))
        seen.add(reported.reference)
    if faults:
        raise Faults(faults)
    new, matched = operations.store_payments(by=by, region=code, given=told, now=now)
    return PermitPaymentsKept(new=new, matched=matched)
