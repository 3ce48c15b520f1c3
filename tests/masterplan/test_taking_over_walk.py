"""A plan decreed in 2023 is taken over in 2026 with its past reports by one coordinator, page by page, and replaced.

The clicks of docs/taking-over.md, in their order.
"""

from __future__ import annotations

import csv
import io
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from confirming import confirmed
from evidence import samples
from kit.neighbours import own
from masterplan.books import exported
from masterplan.pages import address, client_of
from masterplan.replacing import IN_2027, next_to
from masterplan.reporting import said
from masterplan.world import OWN, World, content
from pilar.masterplan import queries
from pilar.masterplan.models import Attendance, Meeting, Report, Version
from pilar.masterplan.queries.due import late_reports
from pilar.masterplan.queries.taking_over import seen_of
from pilar.masterplan.rules.content import Activity, Budget, Content, Fund, Monitored, Target
from pilar.masterplan.rules.quarters import Quarter
from pilar.masterplan.rules.stages import VersionState
from pilar.people.rules import PUBLIC
from pilar.platform.imports import keeping
from pilar.platform.models import Import

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 10, 3, tzinfo=UTC)
NAMES = ("Antrean puskesmas", "Lampu jalan", "Taman bacaan", "Sampah terpilah", "Surat kelurahan", "Pasar daring")
PER_PROGRAMME = 11
"""Quarters from the second of 2023 to the last of 2025."""


def programme(office: int, title: str) -> Content:
    """A programme of the years 2023 to 2026."""
    return content(
        office, title,
        targets=(Target(1, "Pengguna", "orang", base=Decimal(0), base_year=2022, source="Laporan 2022",
                        yearly=((2023, Decimal(100)), (2025, Decimal(900)))),),
        budgets=(Budget(2024, Fund.APBD, Decimal(300_000_000)),),
        activities=(Activity(1, "Menyiapkan", Quarter(2023, 1), Quarter(2024, 4)),
                    Activity(2, "Menjalankan", Quarter(2024, 1), Quarter(2026, 4))),
        monitored=(Monitored(1, "application", f"Aplikasi {title}", 2025),),
    )  # fmt: skip


def test_taken_over_in_2026_and_replaced_before_its_last_day(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)
    client = client_of(world, "coordinator")

    def sent(page: str, given: dict[str, Any], *, key: int | None = None) -> Any:
        answer = client.post(address(page, *([world.version] if key is None else [key])), given, follow=True)
        said(answer)
        return answer

    # The plan, and its programmes from the workbook of the region.
    answer = client.post(address("start", OWN), {"title": "Masterplan 2023", "first_year": 2023, "last_year": 2032})
    world.version = int(answer["Location"].rstrip("/").rpartition("/")[2])
    book = exported(world, [(f"B{number}", programme(world.office, name)) for number, name in enumerate(NAMES, 1)])
    client.post(address("imports", world.version), {"file": SimpleUploadedFile("p.xlsx", book)})
    kept = Import.objects.get(subject=str(world.version))
    keeping.work(key=kept.pk)
    page = f"{address('imports', world.version)}?import={kept.pk}"
    token = client.get(page).context["import"]["kept"].token
    client.post(address("imports", world.version), {"rows": token})
    keeping.work(key=kept.pk)

    # The meeting as it was held: the rest as proposed, the general part, the minutes.
    held = {"kind": "finalisation", "title": "Rapat 2023", "held_at": "2023-03-01T09:00", "venue": "", "agenda": ""}
    sent("plan-meeting", held)
    meeting = own(Meeting).get(version=world.version).pk
    sent("attendance", {"added": "Sekretaris Daerah; ketua", "came": "on", "seen": 1}, key=meeting)
    who = Attendance.objects.get(meeting=meeting)
    listed = {"listed": who.pk, "present": who.pk, "signs": who.pk, "added": "", "seen": 2}
    sent("attendance", listed, key=meeting)
    said(confirmed(client, address("begin-meeting", meeting), follow=True))
    rest = confirmed(client, address("accept-rest", meeting), {"decided_by": who.pk}, follow=True)
    assert f"{len(NAMES)} usulan diterima apa adanya" in said(rest)
    sent("decide-general", {"outcome": "accepted", "decided_by": who.pk, "reason": "", "seen": 0}, key=meeting)
    said(confirmed(client, address("sign-off", meeting), follow=True))

    # The regulation of 2023, and since when it is in force.
    said(confirmed(client, address("step", world.version, "legal_review"), follow=True))
    decree: dict[str, Any] = {"form": "regent", "number": "12 Tahun 2023", "day": "2023-03-15"}
    decree |= {"file": SimpleUploadedFile("perbup.pdf", samples.pdf(), "application/pdf")}
    said(confirmed(client, address("decree", world.version), decree, follow=True))
    said(confirmed(client, address("force", world.version), {"since": "2023-04-01"}, follow=True))
    assert sum(one.count for one in late_reports(world.row(), now=NOW)) == len(NAMES) * PER_PROGRAMME

    # From when on reports are owed, and those of before from the file.
    why = {"since": "2026-Q1", "reason": "Laporan sampai 2025 disampaikan ke Bappeda.", "seen": seen_of(None, "")}
    sent("begin-reporting", why)
    assert late_reports(world.row(), now=NOW) == ()
    assert not own(Report).filter(line__plan=world.row().plan.key).exists()
    blank = client.get(address("past-template", world.version, "csv")).content.decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(blank), delimiter=";"))
    assert len(rows) == 1 + len(NAMES) * PER_PROGRAMME
    for place, row in enumerate(rows[1:]):
        quarter = place % PER_PROGRAMME
        row[5:7], row[10] = [str(min(100, 9 * quarter)), "25.000.000"], "Laporan tahunan Bappeda"
    text = io.StringIO()
    csv.writer(text, delimiter=";").writerows(rows)
    shown = client.post(
        address("past-reports", world.version), {"file": SimpleUploadedFile("lalu.csv", text.getvalue().encode())}
    )
    said(shown)
    sent("past-reports", {"rows": shown.context["import"]["kept"].token})
    reports = own(Report).filter(line__plan=world.row().plan.key)
    assert reports.count() == len(NAMES) * PER_PROGRAMME
    assert set(reports.values_list("taken_from", "account")) == {
        ("Laporan tahunan Bappeda", world.cast.user("coordinator").pk)
    }
    figures = queries.year_figures(OWN, 2025, scope=PUBLIC, now=NOW)
    assert figures is not None
    assert sum(part.count.planned for part in figures.parts) == len(NAMES)
    assert sum(part.count.realised for part in figures.parts) == len(NAMES)

    # The next plan replaces it before its last day.
    former = next_to(world)
    monkeypatch.setattr("django.utils.timezone.now", lambda: IN_2027)
    client = client_of(world, "coordinator")
    replacing = {"since": "2027-02-01", "replaces": "on"}
    said(confirmed(client, address("force", world.version), replacing, follow=True))
    ended = own(Version).get(pk=former)
    assert (ended.state, ended.in_force_until) == (VersionState.EXPIRED, date(2027, 1, 31))
    assert queries.public_plan(OWN, date(2026, 6, 1)).plan.title == "Masterplan 2023"
    assert queries.public_plan(OWN, date(2027, 2, 1)).plan.title == "Rencana induk 2027-2031"
