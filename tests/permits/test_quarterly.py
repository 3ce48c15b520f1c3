"""The report of a quarter by article 56: every heading, from the records, and never invented."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.urls import reverse

from kit.worlds import once
from people.team import account
from permits.around import NOW, OWN, PEOPLE, enter, letter
from permits.world import World
from pilar.people.models import User
from pilar.people.rules import SCHEDULE, NotFound
from pilar.permits import operations as do
from pilar.permits.documents.quarterly import quarterly_document, quarterly_workbook
from pilar.permits.models import ReportNote
from pilar.permits.queries.quarterly import quarterly
from pilar.permits.rules.quarterly import HEADINGS, Heading, Quarterly, days_of
from pilar.permits.rules.roles import Role
from pilar.platform.errors import Faults
from pilar.platform.tables import inspect_sheets
from pilar.reports.pdf import typeset

pytestmark = pytest.mark.django_db
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@once
def full(world: World) -> World:
    """A quarter with a complaint, confirmed investment, staff, and a note."""
    do.answer_letter(by=PEOPLE["front"], letter=letter(), answer="Besok", now=NOW)
    do.judge_realised(by=PEOPLE["head"], entry=enter(), confirmed=True, now=NOW)
    account("loket@contoh.invalid", Role.FRONT, region=OWN)  # type: ignore[arg-type]
    note({Heading.FACILITIES: "Dua loket"})
    return world


def note(notes: dict[Heading, str], by: str = "back") -> None:
    do.note_quarter(by=PEOPLE[by], region=OWN, year=2026, quarter=1, notes=notes, now=NOW)


def report(**changed: Any) -> Quarterly:
    given = {"year": 2026, "quarter": 1, "scope": PEOPLE["inspectorate"], "now": NOW, **changed}
    return quarterly(OWN, given.pop("year"), given.pop("quarter"), **given)


@pytest.mark.parametrize(
    ("quarter", "since", "until"),
    [
        ((2026, 1), date(2026, 1, 1), date(2026, 3, 31)),
        ((2024, 1), date(2024, 1, 1), date(2024, 3, 31)),
        ((2026, 2), date(2026, 4, 1), date(2026, 6, 30)),
        ((2026, 3), date(2026, 7, 1), date(2026, 9, 30)),
        ((2026, 4), date(2026, 10, 1), date(2026, 12, 31)),
    ],
)
def test_a_quarter_has_its_days(quarter: tuple[int, int], since: date, until: date) -> None:
    assert days_of(*quarter) == (since, until)


def test_every_heading_is_there_in_its_order(full: World) -> None:
    found = report()
    assert [one.heading for one in found.sections] == list(HEADINGS)
    told = {one.heading: one for one in found.sections}
    assert told[Heading.COMPLAINTS].counts.rows == (("Pengaduan", 1, 1, 1, 0),)  # type: ignore[union-attr]
    assert told[Heading.INVESTMENT].counts.rows[0][0] == "PMDN"  # type: ignore[union-attr]
    assert told[Heading.STAFF].counts.rows == (("Loket depan perizinan", 1),) or told[Heading.STAFF].recorded
    assert told[Heading.FACILITIES].note == "Dua loket"
    assert not told[Heading.INNOVATIONS].recorded


def test_the_permits_of_the_quarter_and_what_went_wrong(world: World) -> None:
    world.to_sign()
    world.sign()
    do.mark_issued(by=SCHEDULE, case=world.case, now=datetime(2026, 3, 30, 3, tzinfo=UTC))
    told = {one.heading: one.counts for one in report(now=NOW + timedelta(days=60)).sections}
    assert told[Heading.PERMITS].rows == (("Surat izin praktik perawat", 1, 0, 0),)  # type: ignore[union-attr]
    assert [row[1] for row in told[Heading.OBSTACLES].rows] == [1]  # type: ignore[union-attr]
    assert told[Heading.STANDARDS].rows[0][0] == "Surat izin praktik perawat"  # type: ignore[union-attr]
    assert told[Heading.SIMPLIFICATION].rows == ()  # type: ignore[union-attr]


def test_what_nobody_recorded_says_so_in_both_files(full: World) -> None:
    found = report()
    said = str(quarterly_document(found).blocks)
    assert said.count("tidak tercatat") == sum(not one.recorded for one in found.sections)
    sheets = inspect_sheets("laporan.xlsx", quarterly_workbook(found), most_rows=100)
    assert "tidak tercatat" in str(sheets[next(iter(sheets))].rows)
    assert any("Pengaduan" in name for name in sheets)
    content = typeset(quarterly_document(found))
    assert content[:5] == b"%PDF-"
    assert content == typeset(quarterly_document(report())), "equal records give equal bytes"


def test_another_quarter_has_none_of_it(full: World) -> None:
    found = report(quarter=2)
    assert {one.heading for one in found.sections if one.recorded} <= {Heading.STAFF, Heading.STANDARDS}


def test_notes_are_written_anew_and_taken_away(full: World) -> None:
    note({Heading.FACILITIES: "Tiga loket", Heading.PLEDGE: "x"})
    note({Heading.PLEDGE: " "})
    rows = ReportNote.objects.filter(region=OWN).values_list("heading", "text")
    assert [*rows] == [("facilities", "Tiga loket")]
    with pytest.raises(Faults) as refused:
        note({Heading.STAFF: "a" * 4_001})
    assert [one.place for one in refused.value.faults] == ["staff"]
    with pytest.raises(NotFound):
        report(scope=PEOPLE["neighbour"])


def test_the_page_and_its_files(full: World, client: Any) -> None:
    address = reverse("permits:quarter", args=[OWN, (2026, 1)])
    assert client.get(address).status_code == 302
    keys = {
        role: account(f"{role}@contoh.invalid", role, region=OWN)  # type: ignore[arg-type]
        for role in (Role.HEAD, Role.INSPECTORATE)
    }
    client.force_login(User.objects.get(pk=keys[Role.INSPECTORATE]), BACKEND)
    page = client.get(address).content.decode()
    assert "tidak tercatat" in page
    assert "Dua loket" in page
    assert client.post(address, {"pledge": "x"}).status_code == 403
    pdf = client.get(reverse("permits:quarter-pdf", args=[OWN, (2026, 1)]))
    assert pdf.content[:5] == b"%PDF-"
    assert client.get(reverse("permits:quarter-xlsx", args=[OWN, (2026, 1)])).content[:2] == b"PK"
    client.force_login(User.objects.get(pk=keys[Role.HEAD]), BACKEND)
    assert client.post(address, {"pledge": "Kami melayani"}).status_code == 302
    assert "Kami melayani" in client.get(address).content.decode()
