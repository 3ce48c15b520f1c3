"""A plan that ran before it was kept here: from when on it owes reports, and those of before from a file."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile

from kit.neighbours import own
from masterplan.pages import address, client_of
from masterplan.reporting import said
from masterplan.world import OWN, World, content
from pilar.masterplan import operations, queries
from pilar.masterplan.models import Plan, Report
from pilar.masterplan.operations import Past
from pilar.masterplan.queries.due import late_reports, own_reports
from pilar.masterplan.queries.progress import progress
from pilar.masterplan.queries.taking_over import seen_of
from pilar.masterplan.reference import framework
from pilar.masterplan.rules.content import Activity
from pilar.masterplan.rules.progress import Reported, in_year
from pilar.masterplan.rules.quarters import Quarter
from pilar.masterplan.rules.reports import Given
from pilar.masterplan.rules.summary import year_lines
from pilar.masterplan.rules.taking_over import beginnings
from pilar.people.models import Notice
from pilar.people.queries.inbox import inbox
from pilar.people.rules import PUBLIC, SCHEDULE, NotAllowed
from pilar.platform.errors import Faults
from pilar.platform.versions import Outdated

WHY = "Perbup 7 Tahun 2026; laporan sampai triwulan II masuk ke Bappeda."
JUNE = datetime(2026, 6, 3, 3, tzinfo=UTC)
"""When the plan is begun here: it may owe reports from the third quarter on."""
THIRD = Quarter(2026, 3)
NOVEMBER = datetime(2026, 11, 5, 3, tzinfo=UTC)


def begin(world: World, since: Quarter | None = THIRD, reason: str = WHY, **more: Any) -> None:
    plan = world.row().plan
    Plan.objects.filter(pk=plan.key).update(created_at=JUNE)
    given = {"by": world.who("coordinator"), "seen": seen_of(plan.reports_since, plan.reports_reason), "now": NOVEMBER}
    operations.begin_reporting(plan=plan.key, since=since, reason=reason, **given | more)


def late_notices(world: World) -> Any:
    """What waits in the inbox of the office that owes reports."""
    rows = Notice.objects.filter(kind="masterplan.reports-late", done_at=None)
    return rows.filter(user=world.cast.user("contributor"))


def test_the_quarters_from_which_on_a_plan_may_owe_reports() -> None:
    assert beginnings(2023, 2032, begun=date(2026, 3, 10))[-1] == Quarter(2026, 2)
    assert len(beginnings(2023, 2032, begun=date(2026, 3, 10))) == 14
    assert beginnings(2019, 2023, begun=date(2026, 3, 10))[-1] == Quarter(2024, 1)
    assert beginnings(2031, 2035, begun=date(2026, 3, 10)) == ()


@pytest.mark.django_db
def test_what_is_missing_of_before_is_not_late_anywhere(world: World) -> None:
    """Of the programme two quarters are late in November; reports are owed of the second of them on."""
    line = world.in_force()
    operations.remind_of_reports(by=SCHEDULE, now=NOVEMBER)
    assert [one.count for one in late_reports(world.row(), now=NOVEMBER)] == [2]
    notices = late_notices(world)
    assert notices.count() == 1
    begin(world)
    assert [one.count for one in late_reports(world.row(), now=NOVEMBER)] == [1]
    (plan,) = own_reports(scope=world.who("contributor"), now=NOVEMBER)
    assert [str(one.quarter) for one in plan.programmes[0].open] == ["2026-Q3"]
    (judged,) = progress(world.row(), None, scope=PUBLIC, now=NOVEMBER).programmes
    assert judged.standing.late == (Quarter(2026, 3),)
    waiting = [one.text for one in inbox(scope=world.who("contributor"), now=NOVEMBER)]
    assert waiting == ["Laporkan triwulan III 2026: 1 program"]
    assert notices.count() == 1  # still one quarter late

    begin(world, Quarter(2026, 2), "Salah ketik")
    assert [one.count for one in late_reports(world.row(), now=NOVEMBER)] == [2]
    begin(world, None, "Tidak diambil alih")
    assert own(Plan).get().reports_reason == ""
    # What lies before can be reported all the same.
    begin(world)
    assert world.report(line) == 1


@pytest.mark.django_db
def test_notices_of_what_is_owed_no_more_are_closed(world: World) -> None:
    world.in_force()
    august = datetime(2026, 8, 5, 3, tzinfo=UTC)
    operations.remind_of_reports(by=SCHEDULE, now=august)
    notices = late_notices(world)
    assert notices.count() == 1
    begin(world, now=august)
    assert notices.count() == 0
    assert operations.remind_of_reports(by=SCHEDULE, now=august) == 0


@pytest.mark.django_db
def test_bad_input_is_told_at_its_place(world: World) -> None:
    world.in_force()
    wrong = (
        (Quarter(2026, 4), WHY, "since"),
        (Quarter(2025, 4), WHY, "since"),
        (Quarter(2026, 2), " ", "reason"),
        (Quarter(2026, 2), "x" * 5000, "reason"),
    )
    for since, reason, place in wrong:
        with pytest.raises(Faults) as error:
            begin(world, since, reason)
        assert [one.place for one in error.value.faults] == [place]
    with pytest.raises(Outdated):
        begin(world, seen=1)


@pytest.mark.django_db
def test_a_year_of_which_nothing_was_owed_is_neither_planned_nor_realised(world: World) -> None:
    world.in_force()
    july = datetime(2026, 7, 25, 3, tzinfo=UTC)

    def counted(now: datetime) -> int:
        found = queries.year_figures(OWN, 2026, scope=PUBLIC, now=now)
        assert found is not None
        return sum(part.count.planned for part in found.parts)

    assert counted(july) == 1
    begin(world)
    assert (counted(july), counted(NOVEMBER)) == (0, 1)


def test_a_report_of_a_year_before_is_held_to_its_own_quarter() -> None:
    """Planned are 25 % by March and 100 % by the end of the year; of 2025 nothing was owed."""
    rules = framework().progress
    one = content(1, activities=(Activity(1, "Satu", Quarter(2025, 1), Quarter(2025, 4)),))
    told = [Reported(Quarter(2025, 1), done={1: 25})]
    asked = {"today": date(2026, 5, 1), "rules": rules}
    assert not in_year(one, told, 2025, **asked).realised
    held = in_year(one, told, 2025, **asked, since=Quarter(2026, 1))
    assert (held.quarter, held.due, held.realised) == (Quarter(2025, 1), True, True)
    assert not in_year(one, (), 2025, **asked, since=Quarter(2026, 1)).due
    lines = [year_lines([(one, told)], [2025], Quarter(2025, 4), Quarter(2026, 1), rules, since=since)[0].realised
             for since in (None, Quarter(2026, 1))]  # fmt: skip
    assert lines == [0, 1], "the page of progress says the same"
    years = year_lines([(one, ())], [2025], Quarter(2026, 1), Quarter(2026, 1), rules, since=Quarter(2026, 1))
    assert [line.programmes for line in years] == [0], "what was not owed and is not reported counts nowhere"
    assert in_year(one, (), 2025, **asked, since=Quarter(2025, 4)).due


@pytest.mark.django_db
def test_the_page_keeps_it_and_says_so_to_everybody(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.in_force()
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOVEMBER)
    own(Plan).update(created_at=JUNE)
    client, page = client_of(world, "coordinator"), address("begin-reporting", world.version)
    assert page in said(client.get(address("version", world.version)))
    form = said(client.get(page))
    assert "triwulan III 2026" in form
    assert "triwulan IV 2026" not in form
    assert "(tidak wajib)" not in form
    seen = seen_of(None, "")
    assert client.post(page, {"since": "2026-Q3", "reason": " ", "seen": seen}).status_code == 422
    answer = client.post(page, {"since": "2026-Q3", "reason": WHY, "seen": seen})
    assert answer.status_code == 302
    assert "Laporan wajib sejak triwulan III 2026" in said(client.get(answer["Location"]))
    assert "yang tersimpan sekarang" in said(client.post(page, {"since": "", "reason": WHY, "seen": seen}), 409).lower()
    for shown in (address("progress", world.version), address("plan", OWN)):
        assert WHY in said(client_of(world, "visitor").get(shown)), shown


SOURCE = "Laporan triwulan II 2026 ke Bappeda"


def sent(client: Any, page: str, *rows: str) -> Any:
    """A file of these rows, looked at."""
    text = "\n".join(["programme;quarter;activity;done;spent;readings;there;obstacles;source", *rows])
    return client.post(page, {"file": SimpleUploadedFile("lalu.csv", text.encode())})


@pytest.mark.django_db
def test_past_reports_are_looked_at_and_taken_over(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """By the coordinator, of an office that never reported here: marked, with who and from where."""
    line = world.in_force()
    operations.remind_of_reports(by=SCHEDULE, now=NOVEMBER)
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOVEMBER)
    client, page = client_of(world, "coordinator"), address("past-reports", world.version)
    blank = client.get(address("past-template", world.version, "csv")).content.decode("utf-8-sig").splitlines()
    assert [row.split(";")[0:4:3] for row in blank[1:]] == [["P001", "2026-Q2"], ["P001", "2026-Q3"]]
    rows = (
        f"P001;TW II 2026;1;62,5%;Rp150.000.000;1: 40;;Lelang mundur;{SOURCE}",
        "P001;TW II 2026;2;0;;;;;",
        f"p001;2026-Q3;;70;200000000;;1;;{SOURCE}",
        "P001;2026-Q4;;;;;;;",
    )
    shown = sent(client, page, *rows)
    text = said(shown)
    assert "62,5 % menjadi 63 %" in text
    assert not own(Report).exists()
    assert client.post(page, {"rows": shown.context["import"]["kept"].token}).status_code == 302
    second, third = own(Report).order_by("quarter")
    assert second.body == {"done": {"1": 63, "2": 0}, "readings": {"1": "40"}, "there": []}
    assert (second.spent, second.obstacles, second.taken_from) == (150_000_000, "Lelang mundur", SOURCE)
    assert (third.body["done"], third.body["there"], third.account) == ({"1": 70, "2": 70}, [1], second.account)
    assert second.account == world.cast.user("coordinator")
    assert not late_notices(world).exists()
    history = said(client.get(address("programme-progress", world.version, "P001")))
    assert "diambil alih" in history
    assert SOURCE in history
    # The same file changes nothing, and another figure is corrected on the page of the report alone.
    assert "2 sudah ada" in said(sent(client, page, *rows))
    assert "berbunyi lain" in said(sent(client, page, f"P001;2026-Q2;;10;0;;;;{SOURCE}"), 422)
    assert world.report(line, reason="Salah salin", seen=1) == 2
    assert [one.taken_from for one in own(Report).filter(quarter=2).order_by("number")] == [SOURCE, ""]


FAULTY = (
    ("P999;2026-Q2;;10;0;;;;S", "bukan program rencana ini"),
    ("P001;besok;;10;0;;;;S", "bukan triwulan"),
    ("P001;2026-Q1;;10;0;;;;S", "Pelaporan dimulai"),
    ("P001;2026-Q4;;10;0;;;;S", "berakhir"),
    ("P001;2026-Q2;7;10;0;;;;S", "tidak punya kegiatan 7"),
    ("P001;2026-Q2;1;10;0;;;;S", "kegiatan 2"),
    ("P001;2026-Q2;;130;0;;;;S", "Persen bulat dari 0 sampai 100"),
    ("P001;2026-Q2;;10;0;satu;;;S", "nomor indikator"),
    ("P001;2026-Q2;;10;0;12%;;;S", "12 % adalah persentase"),
    ('P001;2026-Q2;;10;0;"40; 50";;;S', "1 Desa terhubung"),
    ("P001;2026-Q2;;10;0;;x;;S", "nomor yang sudah ada"),
    ("P001;2026-Q2;;10;0;;;;", "asal laporan"),
    ("P001;2026-Q2;;;5;;;;S", "belum diisi"),
)


@pytest.mark.django_db
def test_what_is_wrong_in_a_file_is_told_at_its_row_and_nothing_is_kept(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.in_force()
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOVEMBER)
    client, page = client_of(world, "coordinator"), address("past-reports", world.version)
    for row, words in FAULTY:
        assert words in said(sent(client, page, row), 422), row
    twice = said(sent(client, page, "P001;2026-Q2;;10;0;;;;S", "P001;2026-Q2;1;20;0;;;;S"), 422)
    assert "sudah ada di baris 2" in twice
    assert not own(Report).exists()


@pytest.mark.django_db
def test_figures_of_indicators_are_read_as_the_file_writes_numbers(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.in_force()
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOVEMBER)
    client, page = client_of(world, "coordinator"), address("past-reports", world.version)
    either = f"P001;2026-Q2;;10;0;1: 40.125;;;{SOURCE}"
    assert "dua cara: " in said(sent(client, page, either), 422)
    shown = sent(client, page, either, f"P001;2026-Q3;;10;0;1: 12.5;;;{SOURCE}")
    assert "1: 40,125" in said(shown)
    assert client.post(page, {"rows": shown.context["import"]["kept"].token}).status_code == 302
    assert [one.body["readings"] for one in own(Report).order_by("quarter")] == [{"1": "40.125"}, {"1": "12.5"}]


@pytest.mark.django_db
def test_an_offices_own_way_of_writing_is_read_and_what_cannot_be_is_not_shown_as_naught(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A figure alone is that of the one indicator, a cell that shows per cent counts in per cent."""
    world.in_force()
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOVEMBER)
    client, page = client_of(world, "coordinator"), address("past-reports", world.version)
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True})
    sheet, per_cent = book.add_worksheet(), book.add_format({"num_format": "0%"})
    sheet.write_row(0, 0, ["programme", "quarter", "done", "spent", "readings", "source"])
    sheet.write_row(1, 0, ["P001", "II/2026", "Rp", "Rp. 125.000.000,-", "", SOURCE])
    sheet.write_number(1, 2, 0.75, per_cent)
    sheet.write_number(1, 4, 1.125)
    sheet.write_row(2, 0, ["P001", "iii - 2026", 80, "1,5 juta", 12, SOURCE])
    book.close()
    shown = client.post(page, {"file": SimpleUploadedFile("lalu.xlsx", stream.getvalue())})
    assert "1: 1,125" in said(shown)
    assert client.post(page, {"rows": shown.context["import"]["kept"].token}).status_code == 302
    reports = own(Report).order_by("quarter")
    kept = [(one.quarter, one.body["done"]["1"], one.spent, one.body["readings"]) for one in reports]
    assert kept == [(2, 75, 125_000_000, {"1": "1.125"}), (3, 80, 1_500_000, {"1": "12"})]
    refused = sent(client, page, f"P001;besok;;60;7000;;;;{SOURCE}").context["import"]["kept"].found.rows[0]
    assert [value.after for value in refused.values][1:3] == [None, None]


@pytest.mark.django_db
def test_only_the_coordinator_takes_reports_over(world: World) -> None:
    line, plan = world.in_force(), world.row().plan.key
    past = [Past(line, Quarter(2026, 2), Given(done={1: 1, 2: 1}), NOVEMBER, taken_from="Arsip")]
    for who in ("contributor", "verifier", "secretariat", "neighbour"):
        with pytest.raises(NotAllowed):
            operations.report_past(by=world.who(who), plan=plan, past=past, now=NOVEMBER)
    assert operations.report_past(by=world.who("coordinator"), plan=plan, past=past, now=NOVEMBER) == 1
    with pytest.raises(NotAllowed):  # what it is taken from makes the difference
        operations.report_past(
            by=world.who("coordinator"), plan=plan, past=[replace(past[0], taken_from="")], now=NOVEMBER
        )
