"""Benchmark of the register and of tracking with half a million permits, against a read by primary key."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime
from statistics import quantiles
from typing import Any

from django.apps import apps
from django.db import connection, transaction

from pilar.index.benchmark import Measure
from pilar.people.rules import PUBLIC
from pilar.permits.queries.register import Wanted, register
from pilar.permits.queries.tracking import track
from pilar.permits.reference.services import shipped
from pilar.permits.rules import services
from pilar.permits.rules.versions import VersionState
from pilar.platform import secrets

PERMITS, ASKED, LIMIT = 500_000, 200, 20
Acts = Sequence[Callable[[], object]]
REGION, SEED, BEGUN = "36.03", 500, date(2021, 1, 1)
_WORDS = (
    "ARRAY['Maju','Sentosa','Abadi','Jaya','Karya','Mandiri','Prima','Utama','Lestari','Bersama','Mulia','Harapan']"
)
_TABLES = ("permits_case", "permits_permit")
_CASES = """
    INSERT INTO permits_case (region_id, version_id, kind, number, state, filed_by, at_counter, person, identity_hash,
        tracking_hash, marks, answers, edition, events_count, returns, created_at, submitted_at, accepted_at, closed_at)
    SELECT %(region)s, %(version)s, 'new', 'TOLOK-' || n, 'issued', 'user:1', true, 'pilar1.x.x', '', md5(n::text), '{}',
        '{}', 1, 0, 0, at, at, at, at
    FROM generate_series(1, %(permits)s) AS n, LATERAL (SELECT timestamptz '2021-01-01 03:00Z' + n * interval '5 min') AS t(at)
"""  # noqa: E501
_PERMITS = f"""
    INSERT INTO permits_permit (case_id, region_id, version_id, service, number, holder, place, issued_on, issued_at,
        valid_until, state, edition, synthetic)
    SELECT id, region_id, version_id, 'tolok-' || id %% 28, '503/' || lpad(id::text, 7, '0') || '/TOLOK',
        'PT ' || (w)[1 + id %% 12] || ' ' || (w)[1 + id / 12 %% 12] || ' ' || substr(md5(id::text), 1, 6),
        'Kecamatan ' || id %% 29, created_at::date, created_at, created_at::date + 1825,
        CASE WHEN id %% 500 = 0 THEN 'revoked' ELSE 'valid' END, 1, true
    FROM permits_case, (SELECT {_WORDS}) AS words(w) WHERE number LIKE 'TOLOK-%%'
"""  # noqa: S608 - words of our own


def benchmark() -> Iterator[Measure]:
    """Fill the database of this process, then measure the queries."""
    _fill()
    permits: Any = apps.get_model("permits", "Permit").objects
    cases: Any = apps.get_model("permits", "Case").objects
    drawn = random.Random(SEED)  # noqa: S311 - a sample
    keys = drawn.choices(list(permits.filter(number__endswith="/TOLOK").values_list("pk", flat=True)), k=ASKED)
    rows = list(permits.filter(pk__in=keys).select_related("case"))
    bare = [lambda row=row: permits.get(pk=row.pk) for row in rows]
    searches = {
        "by number": [Wanted(row.number) for row in rows],
        "by the beginning of a number": [Wanted(row.number[:9]) for row in rows],
        "by holder": [Wanted(row.holder.split()[-1]) for row in rows],
        "by words of which many have one": [Wanted(" ".join(row.holder.split()[1:3])) for row in rows],
        "by a word that all have": [Wanted("PT")] * ASKED,
        "by service and year": [Wanted(service=row.service, year=row.issued_on.year) for row in rows],
        "of revoked permits": [Wanted(state="revoked")] * ASKED,
        "without a search": [Wanted()] * ASKED,
    }
    for name, asked in searches.items():
        acts = [lambda wanted=wanted: list(register(wanted, scope=PUBLIC)) for wanted in asked]
        yield _measured(f"register {name}", acts, bare)
    for row in rows:
        cases.filter(pk=row.case_id).update(
            tracking_hash=secrets.lookup(f"{row.case.number} 0001", context="permits.case.tracking")
        )
    now = datetime.now(UTC)
    acts = [lambda row=row: track(row.case.number, "0001", scope=PUBLIC, now=now) for row in rows]
    yield _measured("tracking of a case", acts, bare)


@transaction.atomic
def _fill() -> None:
    definition = services.written(shipped()[0])
    versions: Any = apps.get_model("permits", "ServiceVersion").objects
    version = versions.create(
        region_id=REGION, key="tolok", number=1, definition=definition, state=VersionState.PUBLISHED, shipped=True,
        valid_from=BEGUN, published_at=datetime.now(UTC), publisher="user:1",
    )  # fmt: skip
    with connection.cursor() as cursor:
        for table in _TABLES:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        cursor.execute(_CASES, {"region": REGION, "version": version.pk, "permits": PERMITS})
        cursor.execute(_PERMITS, [])
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in _TABLES:
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
        cursor.execute("ANALYZE permits_case, permits_permit")


def _measured(name: str, acts: Acts, bare: Acts) -> Measure:
    """The 95th percentile of each. They run in turns, so that other work on the machine slows both, after one run to
    warm up."""
    taken: tuple[list[float], list[float]] = ([], [])
    for warm in (True, False):
        for both in zip(acts, bare, strict=False):
            for times, act in zip(taken, both, strict=True):
                began = time.perf_counter()
                act()
                if not warm:
                    times.append(time.perf_counter() - began)
    took, floor = (quantiles(times, n=20)[-1] for times in taken)
    return Measure(f"{name}, 95th percentile", took, took, floor, LIMIT)
