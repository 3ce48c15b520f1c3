"""Many stages in the background: each is processed separately, on behalf of the person who ordered it, and refusals are
reported."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

import structlog
from django.db import transaction

from pilar.people.operations import held
from pilar.people.queries import standing_of_key
from pilar.people.rules import NotAllowed, NotFound, Standing
from pilar.permits.models import Case, DeskBatch
from pilar.permits.operations.checking import pass_check
from pilar.permits.operations.deciding import decide, sign_case
from pilar.permits.operations.handling import recommend, take_stage
from pilar.permits.queries import trail
from pilar.permits.rules.cases import Outcome
from pilar.platform import audit
from pilar.platform.errors import Fault, Faults, PilarError
from pilar.platform.jobs import background
from pilar.platform.language import N_, translate
from pilar.platform.live import tell
from pilar.platform.outage import database_is_away

TARGET = "permits.desk-batch"
MOST = 1_000
ACTS: Mapping[str, Callable[..., object]] = {
    step.__name__: step for step in (take_stage, pass_check, recommend, decide, sign_case)
}
BESIDES: Mapping[str, Mapping[str, object]] = {
    take_stage.__name__: {"only_take": True},
    sign_case.__name__: {"refuses": False},  # its letter has to be read first
}
"""Default arguments of an act on many stages, which nobody looks at one by one."""
BROKE = N_("It could not be done. Try it by itself, and tell the operator")

log = structlog.get_logger(__name__)


@transaction.atomic
def order_many(
    *, by: Standing, region: str, act: str, stages: Sequence[tuple[int, str]], given: Mapping[str, str], now: datetime
) -> int:
    """Order an act (of :data:`ACTS`) on many stages, performed by the worker; returns the key of the order. If the same
    order is already waiting, its key is returned. ``given``: further arguments, as text.

    Raises :class:`NotFound` for cases that the reader may not see, Faults for none and too many.
    """
    cases = {case for case, _stage in stages}
    seen = trail.readable(region, trail.acting(by, now)).filter(pk__in=cases)
    if by.account is None or act not in ACTS or seen.count() < len(cases):
        raise NotFound
    if not 0 < len(stages) <= MOST:
        raise Faults([Fault("too-many", N_("Choose 1 to %(most)s applications"), {"most": MOST}, "stages")])
    ordered: dict[str, Any] = {
        "region_id": region, "act": act, "stages": [list(stage) for stage in stages], "given": dict(given),
        "ordered_by_id": by.account,
    }  # fmt: skip
    if waits := DeskBatch.objects.filter(**ordered, ended_at=None).first():
        return int(waits.pk)
    row = DeskBatch.objects.create(**ordered, ordered_at=now)
    audit.record(by=by.actor, action="order", target=TARGET, key=row.pk, area=region,
                 after={"act": act, "stages": len(stages)})  # fmt: skip
    act_on_many.later(batch=row.pk)
    return int(row.pk)


@background("permits.act-on-many")
def act_on_many(*, by: Standing, batch: int, now: datetime) -> int:
    """Process an order, each stage together with its result in a transaction of its own, so that a worker that was
    killed continues where it stopped; returns how many were done. For the schedule and the operator only."""
    if not by.unrestricted:
        raise NotAllowed
    stages = DeskBatch.objects.values_list("stages", flat=True).get(pk=batch)
    return sum(_next(batch, now) for _stage in stages)


@transaction.atomic
def _next(batch: int, now: datetime) -> bool:
    row = held(DeskBatch.objects, pk=batch)
    if row.ended_at is not None:
        return False
    case, stage = row.stages[row.done]
    given: dict[str, Any] = {**row.given, **BESIDES.get(row.act, {})}
    if row.act != pass_check.__name__:
        given["stage"] = stage
    if "outcome" in given:
        given["outcome"] = Outcome(given["outcome"])
    by, why = standing_of_key(row.ordered_by_id, now), ""
    try:
        with transaction.atomic():
            ACTS[row.act](by=by, case=case, now=now, **given)
    except PilarError as error:
        why = error.text()
    except Exception as error:
        if database_is_away(error):
            raise
        log.exception("part-of-batch-broke", batch=batch, case=case, stage=stage)
        why = translate(BROKE)
    refused = [[Case.objects.values_list("number", flat=True).get(pk=case), why]] if why else []
    row.done, row.refused = row.done + 1, [*row.refused, *refused]
    row.ended_at = now if row.done == len(row.stages) else None
    row.save(update_fields=["done", "refused", "ended_at"])
    tell(f"permits.desk-batch {batch}")
    return not refused
