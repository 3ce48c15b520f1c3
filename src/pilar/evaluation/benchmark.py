"""Benchmark of the evaluation at full size: 514 regions, 100 indicators, 5 assessors, 2 phases, in the database."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from django.contrib.auth import get_user_model
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from pilar import index
from pilar.evaluation import operations
from pilar.evaluation.documents.sheet import result_sheet
from pilar.evaluation.queries.progress import ProgressFilter, progress
from pilar.evaluation.queries.sheets import version_book
from pilar.evaluation.rules.synthetic import document
from pilar.index.benchmark import Measure, measure
from pilar.people.operations import create_account
from pilar.people.rules import OPERATOR, Role
from pilar.platform.benchmark import spent
from pilar.reports.document import Document
from pilar.reports.pdf import typeset

CODE, YEAR, REGIONS, PANEL, SEED = "contoh", 2026, 514, 5, 514
PHASE = 2
REPEATS = 7
MAX_QUERIES = 12
SHEETS = 50

BARE_ROWS = """
    SELECT mark.assessment_id, mark.node, mark.value
    FROM evaluation_agreedmark AS mark
    JOIN evaluation_assessment AS assessment ON assessment.id = mark.assessment_id
    JOIN evaluation_phase AS phase ON phase.id = assessment.phase_id
    JOIN evaluation_campaign AS campaign ON campaign.id = phase.campaign_id
    WHERE campaign.code = %s AND phase.number = %s
"""


def benchmark() -> Iterator[Measure]:
    """Build the campaign in the database of this process, which holds all regions, and measure."""
    now = timezone.now()
    secretariat = create_account(
        by=OPERATOR,
        email="sekretariat@data-contoh.invalid",
        name="Sekretariat",
        role=Role.SECRETARIAT,
        password=secrets.token_urlsafe(24),
        now=now,
    )
    yield _building(now)
    yield _recomputing()
    yield from _pages(secretariat)
    yield _public()
    operations.compute_results(by=OPERATOR, campaign=CODE, phase=PHASE, now=timezone.now())
    yield from _questions(secretariat)
    yield _sheets()


def _building(now: datetime) -> Measure:
    """The campaign from nothing, compared with a bare copy of its marks inside the database; each once."""
    marks: list[int] = []

    def build() -> None:
        built = operations.build_large_campaign(
            by=OPERATOR, code=CODE, year=YEAR, regions=REGIONS, panel=PANEL, seed=SEED, now=now
        )
        marks.append(built)

    def copied() -> None:
        with connection.cursor() as cursor:
            cursor.execute("CREATE TEMPORARY TABLE bare_marks (LIKE evaluation_mark INCLUDING ALL)")
            cursor.execute("INSERT INTO bare_marks SELECT * FROM evaluation_mark")

    measured = measure("", build, copied, 40, 0, clock=spent)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return replace(measured, name=f"build the campaign, {marks[0]} marks")


def _recomputing() -> Measure:
    """A phase from agreed marks to stored results, compared with bare rows and exact scores alone."""
    instrument = index.parse_instrument(document(), name="synthetic")

    def recompute() -> None:
        with transaction.atomic():
            operations.compute_results(by=OPERATOR, campaign=CODE, phase=PHASE, now=timezone.now())
            transaction.set_rollback(True)

    def bare() -> None:
        with connection.cursor() as cursor:
            cursor.execute(BARE_ROWS, [CODE, PHASE])
            answers: dict[int, dict[str, index.Answer | None]] = {}
            for assessment, node, value in cursor.fetchall():
                answers.setdefault(assessment, {})[node] = value.to_integral_value()
        index.score_all(instrument, answers)

    return measure("recompute a phase, 514 x 100, and store it (aim: 3)", recompute, bare, 4, REPEATS, clock=spent)


def _pages(secretariat: int) -> Iterator[Measure]:
    """Server time of pages at full size, compared with the frame with an empty list."""
    office, panel = _signed_in(secretariat), _signed_in(_busiest())
    bare = reverse("evaluation:own-results")
    pages = [
        ("provisional ranking", office, reverse("evaluation:ranking", args=[CODE, PHASE]), 11),  # scores all regions
        ("progress board", office, reverse("evaluation:progress", args=[CODE, PHASE]), 8),
        ("assessor's list", panel, reverse("evaluation:duties"), 8),
    ]
    for name, client, address, limit in pages:
        with CaptureQueriesContext(connection) as asked:
            _get(client, address)
            queries = len(asked)
        missed = f"{queries} > {MAX_QUERIES} queries" if queries > MAX_QUERIES else ""
        yield measure(
            f"{name} ({queries} queries)", lambda c=client, a=address: _get(c, a), lambda: _get(office, bare),
            limit, REPEATS, clock=spent, missed=missed,
        )  # fmt: skip


def _public() -> Measure:
    """The page of a region for everybody while nothing is written, compared with a view that draws a line of text."""
    visitor, address, bare = Client(), reverse("evaluation:region", args=["36.03"]), reverse("portal:robots")
    return measure(
        "a region's page, kept", lambda: _get(visitor, address), lambda: _get(visitor, bare), 2, 30, clock=spent
    )


def _questions(secretariat: int) -> Iterator[Measure]:
    """Server time of what the secretariat and a region ask of a result, compared with the frame with an empty list."""
    office = _signed_in(secretariat)
    bare = reverse("evaluation:own-results")
    board = progress(CODE, PHASE, scope=OPERATOR, now=timezone.now(), filters=ProgressFilter())
    region = board.page[0].assessment
    pages = [
        (f"scenario, {REGIONS} regions", reverse("evaluation:scenario", args=[CODE, PHASE, 1]) + "?w.d1=20&w.d4=10"),
        ("next steps, 100 indicators", reverse("evaluation:next-steps", args=[region]) + "?goal=points&points=0.5"),
    ]
    for name, address in pages:
        yield measure(name, lambda a=address: _get(office, a), lambda: _get(office, bare), 60, REPEATS, clock=spent)


def _sheets() -> Measure:
    """Result sheets one after the other, compared with documents that hold a title alone; a sheet of each."""
    book = version_book(CODE, PHASE, 1, by=OPERATOR)
    codes = list(book.lines)[: SHEETS + 1]
    bare = [Document(code, "id", "Pilar", timezone.now(), ()) for code in codes]
    result_sheet(book.sheet(codes[0]))
    typeset(bare[0])

    def sheets() -> None:
        for code in codes[1:]:
            result_sheet(book.sheet(code))

    def empty() -> None:
        for further in bare[1:]:
            typeset(further)

    return measure(f"{SHEETS} result sheets as PDF", sheets, empty, 20, 0, clock=spent)


def _busiest() -> int:
    """An assessor of the campaign with as many regions as any."""
    return int(get_user_model().objects.filter(email=operations.synthetic_address(CODE, 1)).get().pk)


def _signed_in(account: int) -> Client:
    client = Client()
    client.force_login(get_user_model().objects.get(pk=account))
    return client


def _get(client: Client, address: str) -> None:
    answer = client.get(address)
    if answer.status_code != 200:
        raise RuntimeError(f"{address} answered {answer.status_code}")
