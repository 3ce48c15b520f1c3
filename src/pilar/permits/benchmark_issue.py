"""Benchmark of issuing permits: the decision with number, register and seal, then the signed file."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime
from typing import Any
from uuid import uuid4

from django.apps import apps
from django.test import override_settings

from pilar.evidence.operations.signing import sign_documents
from pilar.index.benchmark import Measure
from pilar.people.rules import OPERATOR
from pilar.permits import operations
from pilar.permits.benchmark import within
from pilar.permits.operations import Person
from pilar.permits.rules.cases import Outcome
from pilar.platform.benchmark import spent

REGION, SERVICE, SIGNER = "36.03", "tolok-terbit", "pilar.reports.signing.signers.DemonstrationSigner"
BATCH = 50
ONE, FIVE_HUNDRED = 1.0, 120.0
"""Limits in seconds: for one permit, and for 500 at once."""
_STAGES = {"check": "front_office", "decide": "back_office", "sign": "head"}
_PERSON = Person("Fatimah Azzahra", "3603014501900001", "081234567890", "Balaraja")


def benchmark() -> Iterator[Measure]:
    """Issue the permits of a batch one after the other, compared with processing their applications up to the head's
    desk."""
    now = datetime.now(UTC)
    _publish(now)
    with override_settings(PILAR_SIGNER=SIGNER):
        _issue([_decided(now)], now)  # what is loaded once
        began = spent()
        cases = [_decided(now) for _case in range(BATCH)]
        floor, wall, began = spent() - began, time.perf_counter(), spent()
        _issue(cases, now)
        took, wall = spent() - began, time.perf_counter() - wall
    yield within(Measure(f"{BATCH} permits issued at once", wall, took, floor, 4), FIVE_HUNDRED * BATCH / 500)
    yield within(Measure("one of them", wall / BATCH, took / BATCH, floor / BATCH, 4), ONE)


def _issue(cases: Iterable[int], now: datetime) -> None:
    for case in cases:
        operations.sign_case(by=OPERATOR, case=case, stage="sign", now=now)
    sign_documents(by=OPERATOR, now=datetime.now(UTC))


def _decided(now: datetime) -> int:
    """An application that was found complete and agreed to."""
    case = operations.begin_at_counter(by=OPERATOR, region=REGION, service=SERVICE, kind="new", now=now)
    operations.save_answers(by=OPERATOR, case=case, seen=0, answers={}, person=_PERSON, now=now)
    operations.submit(by=OPERATOR, case=case, key=uuid4(), now=now)
    operations.pass_check(by=OPERATOR, case=case, now=now)
    operations.decide(by=OPERATOR, case=case, stage="decide", outcome=Outcome.AGREED, text="Lengkap", now=now)
    return case


def _publish(now: datetime) -> None:
    stages, before = [], ""
    for key, role in _STAGES.items():
        stages.append({"key": key, "kind": key, "name": {"id": key}, "role": role, "after": [before] if before else []})
        before = key
    said = {
        "key": SERVICE, "name": {"id": "Tolok"}, "region": REGION, "from_region": "-", "source": "-",
        "status": "synthetic", "applicants": ["person"], "kinds": ["new"], "stages": stages, "limit": {"days": 5},
        "fee": {"free": True}, "validity": {"years": 5},
    }  # fmt: skip
    versions: Any = apps.get_model("permits", "ServiceVersion").objects
    versions.create(
        region_id=REGION, key=SERVICE, number=1, definition=said, state="published", shipped=True,
        valid_from=date(2024, 1, 1), published_at=now, publisher=OPERATOR.signature,
    )  # fmt: skip
