"""Name the executors of the activities of a year (PKA)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.db.models import Max

from pilar.people.rules import Standing
from pilar.platform import audit
from pilar.platform.errors import Fault, Faults
from pilar.platform.language import N_
from pilar.platform.names import reference_of
from pilar.platform.versions import Stored, require_seen
from pilar.villagefinance.models import ActivityExecutor, PaymentRequest
from pilar.villagefinance.operations.locking import locked_book
from pilar.villagefinance.operations.telling import tell_of_request
from pilar.villagefinance.queries.executors import executors, holders, named, seen_of
from pilar.villagefinance.rules.authority import Action
from pilar.villagefinance.rules.requests import RequestState


@transaction.atomic
def name_executors(
    *, by: Standing, village: str, year: int, given: Mapping[str, int | None], seen: int | None = None, now: datetime
) -> int:
    """Name the executors of activities of a year's budget by the keys of their accounts, or None for nobody; activities
    not given stay unchanged. Return the number of changes. ``seen``: the checksum of the names when the page was
    opened.

    Raises :class:`NotFound`, :class:`NotAllowed`, :class:`Outdated`, Faults at the code of the activity.
    """
    locked_book(by, village, Action.NAME_EXECUTORS)
    known = named(village, [year])
    new = {
        code: "" if account is None else f"user:{account}" for code, account in sorted(given.items())
        if reference_of(known.get((year, code), "")) != ("" if account is None else f"user:{account}")
    }  # fmt: skip
    if seen is not None and new:
        require_seen(seen, Stored(seen_of(known)))
    activities = {executor.activity for executor in executors(village, year, now=now)}
    there = {f"user:{account}" for account, _name in holders(village, now)}
    faults = [
        Fault("unknown-activity", N_("“%(code)s” is no activity"), {"code": code}, code)
        for code in new if code not in activities
    ]  # fmt: skip
    sentence = N_("Choose one of the executors of the village")
    faults += [Fault("no-executor", sentence, {}, code) for code, name in new.items() if name and name not in there]
    if faults:
        raise Faults(faults)
    of = {"region": village[:5], "village": village, "year": year}
    rows = ActivityExecutor.objects.filter(**of).order_by().values_list("activity").annotate(Max("no"))
    last = dict(rows)
    ActivityExecutor.objects.bulk_create(
        ActivityExecutor(
            **of, activity=code, no=last.get(code, 0) + 1, executor=executor, by=by.signature, at=now
        )
        for code, executor in new.items()
    )  # fmt: skip
    if new:
        audit.record(
            by=by.actor, action="name", target="villagefinance.executors", key=f"{village}/{year}", area=village[:5],
            before={code: reference_of(known.get((year, code), "")) for code in new}, after=new,
        )  # fmt: skip
        for row in PaymentRequest.objects.filter(**of, activity__in=new, state=RequestState.RETURNED):
            tell_of_request(by, row, now)  # the one who corrects it from now on
    return len(new)
