"""Speed of the progress of a large plan: 300 programmes of 30 offices, five years of quarterly reports."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal

from django.contrib.auth import get_user_model
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from pilar.areas.operations import add_office
from pilar.index.benchmark import Measure, measure
from pilar.masterplan import operations, queries
from pilar.masterplan.operations import Attendee, NewMeeting, NewPlan, Proposed
from pilar.masterplan.queries.progress import forget, progress
from pilar.masterplan.reference import framework
from pilar.masterplan.rules.content import Activity, Budget, Content, Fund, Monitored, Risk, Target
from pilar.masterplan.rules.decisions import Outcome, Verdict
from pilar.masterplan.rules.meetings import MeetingKind
from pilar.masterplan.rules.quarters import Quarter
from pilar.masterplan.rules.stages import Decree, LegalForm, ProposalKind, VersionState
from pilar.people.operations import create_account
from pilar.people.rules import OPERATOR, Role
from pilar.platform.benchmark import spent

REGION, FIRST_YEAR, LAST_YEAR = "36.04", 2021, 2025
PROGRAMMES, OFFICES, REPEATS, MAX_QUERIES = 300, 30, 9, 15
BEGUN = datetime(2020, 9, 1, 3, tzinfo=UTC)
CLOSES = datetime(2020, 10, 1, 3, tzinfo=UTC)
MET = datetime(2020, 11, 2, 3, tzinfo=UTC)
LAW = datetime(2021, 1, 4, 3, tzinfo=UTC)

_REPORTS = """
    INSERT INTO masterplan_report
        (line_id, year, quarter, number, body, spent, obstacles, reason, account_id, reported_at, on_behalf, taken_from)
    SELECT line.id, year, quarter, 1,
           jsonb_build_object(
               'done', (SELECT jsonb_object_agg(number::text, least(100, (line.id %% 7 + 4) * (year - 2020) * quarter))
                        FROM generate_series(1, 5) AS number),
               'readings', jsonb_build_object('1', ((year - 2020) * 20)::text, '2', (line.id %% 90)::text),
               'there', '[1]'::jsonb),
           1000000 * (line.id %% 50), 'Listrik padam', '', %(account)s, make_date(year, quarter * 3, 28),
           false, ''
    FROM masterplan_line AS line
    JOIN masterplan_plan AS plan ON plan.id = line.plan_id AND plan.region_id = %(region)s,
         generate_series(2021, 2025) AS year, generate_series(1, 4) AS quarter
    WHERE (line.id + year + quarter) %% 11 > 0
"""
"""Reading is measured, so the database writes the reports; one of eleven is missing."""
_BARE = """
    SELECT content.body, report.body
    FROM masterplan_entry AS entry
    JOIN masterplan_content AS content ON content.id = entry.content_id
    LEFT JOIN masterplan_report AS report ON report.line_id = entry.line_id
    WHERE entry.version_id = %s
"""


def benchmark() -> Iterator[Measure]:
    """Build the plan in the database of this process, which holds all regions, and measure."""
    version, account = _build()
    row = queries.version(version, scope=OPERATOR)

    def bare() -> None:
        with connection.cursor() as cursor:
            cursor.execute(_BARE, [version])
            cursor.fetchall()

    def judged() -> object:
        forget()  # as after a report; the pages below find it kept
        return progress(row, None, scope=OPERATOR, now=timezone.now())

    yield measure(f"plan of {PROGRAMMES} programmes judged", judged, bare, 3, REPEATS, clock=spent)
    client = Client()
    client.force_login(get_user_model().objects.get(pk=account))
    late = reverse("masterplan:late-reports", args=[version])
    address = reverse("masterplan:progress", args=[version])
    plan = reverse("masterplan:plan", args=[REGION])
    pages = [
        ("progress page", address, 12),
        ("the same by office", f"{address}?by=office", 12),
        ("the same by year", f"{address}?by=year", 16),  # checks every programme in each of five years
        ("late reports", late, 15),
        ("public plan", plan, 16),
        ("one programme", reverse("masterplan:programme-progress", args=[version, "P001"]), 5),
    ]
    account_page = reverse("people:account")
    for name, path, limit in pages:
        with CaptureQueriesContext(connection) as asked:
            _get(client, path)
            count = len(asked)
        missed = f"{count} > {MAX_QUERIES} queries" if count > MAX_QUERIES else ""
        yield measure(
            f"{name} ({count} queries)", lambda p=path: _get(client, p), lambda: _get(client, account_page),
            limit, REPEATS, clock=spent, missed=missed,
        )  # fmt: skip
    everybody = Client()
    _get(everybody, plan)
    yield measure(
        "public plan, to everybody once somebody has read it", lambda: _get(everybody, plan),
        lambda: _get(client, account_page), 0.5, REPEATS, clock=spent,
    )  # fmt: skip


def _build() -> tuple[int, int]:
    """Build a plan that was in force from its first day to its last, all quarters ended; return the keys of version and
    account."""
    offices = [add_office(by=OPERATOR, region=REGION, name=f"Dinas Tolok {place}") for place in range(OFFICES)]
    account = create_account(
        by=OPERATOR, email="tolok@contoh.invalid", name="Tolok", role=Role.COORDINATOR, region=REGION,
        password=secrets.token_urlsafe(20), now=BEGUN,
    )  # fmt: skip
    given = NewPlan("Rencana tolok", FIRST_YEAR, LAST_YEAR)
    version = operations.start_plan(by=OPERATOR, region=REGION, given=given, now=BEGUN)
    operations.open_call(by=OPERATOR, version=version, text="", closes_at=CLOSES, now=BEGUN)
    keys = []
    for place in range(PROGRAMMES):
        office = offices[place % OFFICES]
        proposed = Proposed(ProposalKind.ADD, _content(place, office))
        keys.append(operations.propose(by=OPERATOR, version=version, office=office, given=proposed, now=BEGUN))
        operations.submit_proposal(by=OPERATOR, proposal=keys[-1], now=BEGUN)
    _meet(version, keys)
    operations.move_version(by=OPERATOR, version=version, target=VersionState.LEGAL_REVIEW, now=LAW)
    decree = Decree(LegalForm.REGENT, "1 Tahun 2021", date(2021, 1, 1))
    operations.enter_decree(by=OPERATOR, version=version, decree=decree, file=None, now=LAW)
    operations.bring_into_force(by=OPERATOR, version=version, since=date(2021, 1, 1), now=LAW)
    with connection.cursor() as cursor:
        cursor.execute(_REPORTS, {"account": account, "region": REGION})
        cursor.execute("ANALYZE masterplan_report, masterplan_entry, masterplan_content, masterplan_line")
    return version, account


def _meet(version: int, proposals: list[int]) -> None:
    given = NewMeeting(MeetingKind.FINALISATION, "Rapat Koordinasi Finalisasi", MET)
    meeting = operations.plan_meeting(by=OPERATOR, version=version, given=given, now=BEGUN)
    people = [Attendee("Sekretaris Daerah", "pimpinan rapat", None, True, True)]
    operations.save_attendance(by=OPERATOR, meeting=meeting, given=people, seen=1)
    operations.begin_meeting(by=OPERATOR, meeting=meeting, now=MET)
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM masterplan_attendance WHERE meeting_id = %s", [meeting])
        verdict = Verdict(Outcome.ACCEPTED, cursor.fetchone()[0])
    for proposal in (*proposals, None):
        operations.decide(by=OPERATOR, meeting=meeting, proposal=proposal, verdict=verdict, seen=0, now=MET)
    with connection.cursor() as cursor:
        cursor.execute("SELECT saves FROM masterplan_meeting WHERE id = %s", [meeting])
        saves = cursor.fetchone()[0]
    operations.sign_off(by=OPERATOR, meeting=meeting, seen=saves, now=MET)


def _content(place: int, office: int) -> Content:
    parts = [part.code for part in framework().pillars.parts()]
    years = range(FIRST_YEAR, LAST_YEAR + 1)
    return Content(
        title=f"Program tolok nomor {place}",
        part=parts[place % len(parts)],
        owner=office,
        description="Uraian " * 40,
        need="Kebutuhan " * 20,
        targets=tuple(
            Target(
                number, f"Indikator {number}", "buah", base=Decimal(0), base_year=2020, source="Laporan 2020",
                yearly=tuple((year, Decimal(20 * (year - 2020))) for year in years),
            )
            for number in (1, 2, 3)
        ),
        budgets=tuple(
            Budget(year, fund, Decimal(100_000_000 + place)) for year in years for fund in (Fund.APBD, Fund.CSR)
        ),
        activities=tuple(
            Activity(number, f"Kegiatan {number}", Quarter(2020 + number, 1), Quarter(min(2021 + number, 2025), 4))
            for number in range(1, 6)
        ),
        risks=(Risk("Listrik padam", "Mode luring"), Risk("Anggaran kurang", "Bertahap")),
        monitored=tuple(Monitored(number, "application", f"Aplikasi {number}", 2020 + number) for number in (1, 2, 3)),
    )  # fmt: skip


def _get(client: Client, address: str) -> None:
    answer = client.get(address)
    if answer.status_code != 200:
        raise RuntimeError(f"{address} answered {answer.status_code}")
