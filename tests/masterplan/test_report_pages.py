"""The pages of quarterly reports: what is due, the form, corrections, and that nothing typed is lost."""

from __future__ import annotations

import io
import re
from decimal import Decimal
from typing import Any

import pytest

from evidence import samples
from kit.neighbours import own
from masterplan.pages import BACKEND, client_of
from masterplan.reporting import IN_TIME, TOO_LATE, add_measure, bound, clock, in_force, said, tell
from masterplan.world import SECOND_QUARTER, World, content
from pilar.evidence.models import Evidence
from pilar.masterplan.models import Report
from pilar.masterplan.rules.reports import Given

pytestmark = pytest.mark.django_db

FIELDS = {
    "done.1": "60", "done.2": "0", "readings.1": "50,5", "spent": "Rp 200.000.000", "obstacles": "Listrik sering padam",
    "there": ["1"], "seen": "0",
}  # fmt: skip


@pytest.fixture(autouse=True)
def _in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    clock(monkeypatch, IN_TIME)


def address(line: int, quarter: str = "2026-Q2") -> str:
    return f"/kerja/rencana/laporan/{line}/{quarter}/"


def test_an_office_reports_and_corrects(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    line = world.in_force()
    client = client_of(world, "contributor")
    listed = said(client.get("/kerja/rencana/laporan/"))
    assert "Layanan desa daring" in listed
    assert address(line) in listed
    form = said(client.get(address(line)))
    assert "Menyiapkan aplikasi" in form
    assert "50 %" in form
    answer = client.post(address(line), FIELDS)
    assert (answer.status_code, answer["Location"]) == (302, "/kerja/rencana/laporan/")
    row = own(Report).get()
    assert row.body == {"done": {"1": 60, "2": 0}, "readings": {"1": "50.5"}, "there": [1]}
    assert (row.spent, row.obstacles, row.account.name) == (200_000_000, "Listrik sering padam", "Dewi")

    shown = said(client.get(address(line)))
    for text in ('value="60"', 'value="50,5"', 'value="200.000.000"', "Listrik sering padam", "Dewi"):
        assert text in shown
    corrected = FIELDS | {"seen": "1", "done.1": "70"}
    assert 'id="id_reason_error"' in said(client.post(address(line), corrected), 422)
    assert client.post(address(line), corrected | {"reason": "Salah ketik"}).status_code == 302
    assert own(Report).get(number=2).body["done"] == {"1": 70, "2": 0}
    page = said(client.get(f"/kerja/rencana/versi/{world.version}/kemajuan/P001/"))
    assert page.count("Listrik sering padam") == 2
    assert "Salah ketik" in page


def test_what_is_wrong_is_told_at_the_field_and_stays(world: World) -> None:
    line = world.in_force()
    client = client_of(world, "contributor")
    bad = FIELDS | {"done.1": "101", "done.2": "", "readings.1": "1.23.4", "spent": "-5"}
    page = said(client.post(address(line), bad), 422)
    for name in ("done.1", "done.2", "readings.1"):
        assert f'id="id_{name}_error"' in page
    for text in ('value="101"', 'value="1.23.4"', 'value="-5"', "Listrik sering padam"):
        assert text in page
    assert 'id="id_spent_error"' in said(client.post(address(line), FIELDS | {"spent": "-5"}), 422)
    assert 'id="id_spent_error"' in said(client.post(address(line), FIELDS | {"spent": "sejuta"}), 422)
    assert not own(Report).exists()


def test_a_sign_in_that_ended_loses_nothing(world: World) -> None:
    where = address(world.in_force())
    client = client_of(world, "contributor")
    sent = FIELDS | {"person": client.get(where).context["person"]}
    client.logout()
    answer = client.post(where, sent)
    assert (answer.status_code, answer["Location"]) == (302, f"/akun/login/?next={where}")
    client.force_login(world.cast.user("contributor"), BACKEND)
    page = said(client.get(where))
    assert "belum tersimpan" in page
    assert "Listrik sering padam" in page
    assert not own(Report).exists()
    assert "Listrik sering padam" not in said(client.get(where))


@pytest.mark.parametrize(
    ("quarter", "words"),
    [("2031-Q1", "2026"), ("2026-Q1", "triwulan II 2026"), ("2026-Q3", "30 September 2026")],
    ids=["outside the plan", "before force", "still running"],
)
def test_a_quarter_that_cannot_be_reported_on(world: World, quarter: str, words: str) -> None:
    line = world.in_force()
    client = client_of(world, "contributor")
    assert words in said(client.get(address(line, quarter)))
    page = said(client.post(address(line, quarter), FIELDS), 422)
    assert 'id="id_quarter_error"' in page
    assert "Listrik sering padam" in page
    assert client.get(address(line, "2026-Q5")).status_code == 404


def test_a_second_saver_is_told_and_shown_both(world: World) -> None:
    line = world.in_force()
    client = client_of(world, "contributor")
    said(client.get(address(line)))
    world.report(line, given=Given(done={1: 10, 2: 20}, spent=Decimal(7), obstacles="Dari rekan"))
    page = said(client.post(address(line), FIELDS), 409)
    for text in ("Dari rekan", "Listrik sering padam", 'name="seen" value="1"', 'value="60"'):
        assert text in page
    assert own(Report).count() == 1
    answer = client.post(address(line), FIELDS | {"seen": "1", "reason": "Milik saya yang benar"})
    assert answer.status_code == 302
    assert own(Report).get(number=2).body["done"] == {"1": 60, "2": 0}


def test_evidence_is_chosen_or_added_with_the_report(world: World) -> None:
    line = world.in_force()
    client = client_of(world, "contributor")
    chosen = world.cast.add(link="https://contoh.invalid/laporan", title="Laporan lama")
    assert "Laporan lama" in said(client.get(address(line)))
    piece = {"new-title": "Foto pelatihan", "new-office": str(world.office), "new-file": _file()}
    # The file is taken though something else has to be mended, and then chosen already.
    page = said(client.post(address(line), FIELDS | {"done.1": "x", "evidence": [str(chosen)], **piece}), 422)
    added = Evidence.objects.get(title="Foto pelatihan")
    ticked = re.findall(r'<input type="checkbox" name="evidence" value="([^"]+)"[^>]* checked', page)
    assert sorted(ticked) == sorted([str(chosen), str(added.pk)])
    both = [str(chosen), str(added.pk)]
    assert client.post(address(line), FIELDS | {"evidence": both}).status_code == 302
    assert set(own(Report).get().attachments.values_list("evidence", flat=True)) == {chosen, added.pk}


def test_a_file_that_is_not_what_it_says_is_told_at_the_field(world: World) -> None:
    line = world.in_force()
    client = client_of(world, "contributor")
    piece = {"new-title": "Foto", "new-office": str(world.office), "new-file": _file(b"bukan pdf")}
    page = said(client.post(address(line), FIELDS | piece), 422)
    assert 'id="id_new-file_error"' in page
    assert "Listrik sering padam" in page
    page = said(client.post(address(line), FIELDS | {"new-file": _file(), "new-office": str(world.office)}), 422)
    assert 'id="id_new-title_error"' in page
    assert 'name="new-held" value="' in page
    assert not own(Report).exists()


def test_a_measured_target_is_not_typed(world: World) -> None:
    add_measure(world)
    (line,) = in_force(world, 1, targets=(bound(),))
    tell(world, *((f"2026-{month:02}", "100") for month in range(1, 7)))
    client = client_of(world, "contributor")
    form = said(client.get(address(line)))
    assert ">600<" in form
    assert f"/nilai/{'izin-terbit'}/" in form
    assert 'name="readings.1"' not in form
    assert client.post(address(line), {**FIELDS, "readings.1": "9"}).status_code == 302
    assert own(Report).get().body["readings"] == {}


def test_what_the_quarter_before_left_standing_is_there_already(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    line = world.in_force()
    world.report(line, given=Given(done={1: 60, 2: 5}, there=frozenset({1})))
    clock(monkeypatch, TOO_LATE.replace(month=10))
    page = said(client_of(world, "contributor").get(address(line, "2026-Q3")))
    for text in ('value="60"', 'value="5"', "checked", "triwulan II 2026"):
        assert text in page
    assert 'name="reason"' not in page


def test_late_reports_are_listed_by_office(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    in_force(world, 3)
    at = f"/kerja/rencana/versi/{world.version}/kemajuan/terlambat/"
    assert "Tidak ada" in said(client_of(world, "coordinator").get(at))
    clock(monkeypatch, TOO_LATE)
    page = said(client_of(world, "coordinator").get(at))
    assert '<h3>Dinas Komunikasi dan Informatika</h3>\n<span class="muted figures">3</span>' in page
    assert "20 Juli 2026" in page
    assert "Dinas Komunikasi" not in said(client_of(world, "colleague").get(at)).split("<main")[1]
    assert client_of(world, "neighbour").get(at).status_code == 404


def test_an_office_without_programmes_is_told_so(world: World) -> None:
    world.in_force()
    assert "Layanan desa daring" not in said(client_of(world, "colleague").get("/kerja/rencana/laporan/"))
    assert client_of(world, "coordinator").get("/kerja/rencana/laporan/").status_code == 404


def test_a_programme_that_left_the_plan_ends_with_its_quarter(world: World) -> None:
    from datetime import date

    from masterplan.world import LATER, NOW
    from pilar.masterplan import operations
    from pilar.masterplan.operations import Proposed
    from pilar.masterplan.rules.stages import ProposalKind

    line = world.in_force()
    by = world.who("coordinator")
    world.version = operations.start_revision(by=by, version=world.version, reason="Usai", now=LATER)
    world.call()
    given = Proposed(ProposalKind.DROP, None, line, "Sudah selesai")
    key = operations.propose(
        by=world.who("contributor"), version=world.version, office=world.office, given=given, now=NOW
    )
    operations.submit_proposal(by=world.who("contributor"), proposal=key, now=NOW)
    other = world.submitted("Yang lain")
    world.decreed(key, other)
    operations.bring_into_force(by=by, version=world.version, since=date(2026, 5, 10), now=IN_TIME)
    client = client_of(world, "contributor")
    assert "triwulan II 2026" in said(client.post(address(line, "2026-Q3"), FIELDS), 422)
    assert client.post(address(line), FIELDS).status_code == 302


@pytest.mark.thorough
def test_queries_of_the_list_do_not_grow(world: World, django_assert_max_num_queries: Any) -> None:
    lines = in_force(world, 12)
    for line in lines[:6]:
        world.report(line)
    client = client_of(world, "contributor")
    with django_assert_max_num_queries(12):
        client.get("/kerja/rencana/laporan/")
    assert content(world.office).leaves
    assert SECOND_QUARTER.number == 2


def _file(given: bytes = b"") -> io.BytesIO:
    file = io.BytesIO(given or samples.pdf())
    file.name = "bukti.pdf"
    return file
