"""Many accounts and offices from a file: looked at first, then stored as if made one by one."""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from procrastinate.contrib.django.models import ProcrastinateJob
from python_calamine import CalamineWorkbook

from people.team import Team
from pilar.areas.models import Office
from pilar.people.imports import enrolling
from pilar.people.models import Membership, User
from pilar.platform import audit
from pilar.platform.imports import keeping
from pilar.platform.imports.states import State
from pilar.platform.models import Import

pytestmark = pytest.mark.django_db

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
ACCOUNTS, OFFICES = "/en/akun/impor/", "/en/perangkat-daerah/impor/"


class Desk:
    """Somebody at the page of an import."""

    def __init__(self, user: int, address: str) -> None:
        self.client, self.address = Client(), address
        self.client.force_login(User.objects.get(pk=user), BACKEND)

    def send(self, *rows: str) -> Any:
        content = "\n".join(rows).encode()
        self.shown = self.client.post(self.address, {"file": SimpleUploadedFile("isi.csv", content)}, follow=True)
        return self.shown.context["import"]["report"]

    def store(self) -> Any:
        return self.client.post(self.address, {"rows": self.shown.context["import"]["kept"].token})


HEAD = "nama;email;peran;daerah;perangkat daerah"
ROWS = (
    HEAD,
    "Asesor Baru;asesor.baru@contoh.invalid;Asesor;;",
    "Asesor Baru;asesor.baru@contoh.invalid;panel_chair;;",
    "Koordinator Baru;koor.baru@contoh.invalid;coordinator;Kota Tangerang;",
    "Pengisi Baru;isi.baru@contoh.invalid;contributor;36.03;Dinas Komunikasi dan Informatika",
    "Rudi;rudi@contoh.invalid;assessor;;",
    "Edi;edi@contoh.invalid;verifier;36.71;",
)


def roles(email: str) -> set[tuple[str, str | None, int | None]]:
    rows = Membership.objects.filter(user__email=email).values_list("role", "region", "office")
    return set(rows)


def test_accounts_roles_and_invitations_as_when_made_singly(team: Team) -> None:
    desk = Desk(team.secretariat, ACCOUNTS)
    report = desk.send(*ROWS)
    assert [(row.row, row.outcome.code) for row in report.rows] == [
        (2, "new"), (3, "added"), (4, "new"), (5, "new"), (7, "added"),
    ]  # fmt: skip
    assert report.counts_by_code["unchanged"] == 1
    assert not User.objects.filter(email="koor.baru@contoh.invalid").exists()
    before = ProcrastinateJob.objects.count()
    desk.store()
    assert roles("asesor.baru@contoh.invalid") == {("assessor", None, None), ("panel_chair", None, None)}
    assert roles("koor.baru@contoh.invalid") == {("coordinator", "36.71", None)}
    assert roles("isi.baru@contoh.invalid") == {("contributor", None, team.office)}
    assert roles("edi@contoh.invalid") == {("verifier", "36.03", None), ("verifier", "36.71", None)}
    invited = ProcrastinateJob.objects.count() - before
    assert invited == 3
    made = list(User.objects.order_by("pk").values_list("pk", flat=True))
    again = Desk(team.secretariat, ACCOUNTS).send(*ROWS)
    assert again.counts_by_code == {"new": 0, "added": 0, "unchanged": 6, "refused": 0}
    assert not again.applicable
    assert list(User.objects.order_by("pk").values_list("pk", flat=True)) == made


@pytest.mark.parametrize(
    ("row", "column", "code"),
    [
        (";a@contoh.invalid;assessor;;", "nama (A)", "no-value"),
        ("A;bukan alamat;assessor;;", "email (B)", "unfit-email"),
        ("A;a@contoh.invalid;raja;;", "peran (C)", "unknown-role"),
        ("A;a@contoh.invalid;assessor;36.03;", "daerah (D)", "unfit-reach"),
        ("A;a@contoh.invalid;coordinator;;", "daerah (D)", "unfit-reach"),
        ("A;a@contoh.invalid;coordinator;Kota Atlantis;", "daerah (D)", "unknown-region"),
        ("A;a@contoh.invalid;contributor;36.03;Dinas Khayal", "perangkat daerah (E)", "unknown-office"),
        ("A;a@contoh.invalid;coordinator;36.03;Bappeda", "perangkat daerah (E)", "unfit-reach"),
    ],
)
def test_what_is_wrong_is_told_at_its_cell_and_nothing_is_stored(team: Team, row: str, column: str, code: str) -> None:
    desk = Desk(team.secretariat, ACCOUNTS)
    report = desk.send(HEAD, "Benar;benar@contoh.invalid;assessor;;", row)
    assert [(one.row, one.column, one.fault.code) for one in report.faults] == [(3, column, code)]
    assert not report.applicable
    assert not User.objects.filter(email="benar@contoh.invalid").exists()


def test_a_coordinator_gives_the_roles_of_the_region_alone_and_learns_of_nobody_elses_account(team: Team) -> None:
    report = Desk(team.coordinator, ACCOUNTS).send(
        HEAD,
        "A;a@contoh.invalid;assessor;;",
        "B;b@contoh.invalid;verifier;36.71;",
        "Budi;budi@contoh.invalid;verifier;36.03;",
        "C;c@contoh.invalid;verifier;36.03;",
        "C;c@contoh.invalid;verifier;36.03;",
    )
    assert [(one.row, one.fault.code) for one in report.faults] == [
        (2, "not-allowed"), (3, "not-allowed"), (4, "email-taken"), (6, "row-twice"),
    ]  # fmt: skip


def test_offices_are_added_and_what_is_there_stays(team: Team) -> None:
    rows = ("daerah;nama;singkatan", "36.03;Dinas Perhubungan;Dishub", "Kota Tangerang;Bappeda;")
    desk = Desk(team.secretariat, OFFICES)
    assert desk.send(*rows).counts_by_code == {"new": 1, "unchanged": 1, "refused": 0}
    desk.store()
    assert set(Office.objects.values_list("region", "name", "abbreviation")) >= {
        ("36.03", "Dinas Perhubungan", "Dishub"),
        ("36.71", "Bappeda", ""),
    }
    assert Desk(team.secretariat, OFFICES).send(*rows).counts_by_code["new"] == 0
    report = Desk(team.coordinator, OFFICES).send(
        "daerah;nama;singkatan", "36.71;Dinas Baru;", f"36.03;{'x' * 201};", "36.03;Dinas Baru;", "36.03;dinas baru;"
    )
    assert [(one.row, one.column, one.fault.code) for one in report.faults] == [
        (2, "daerah (A)", "not-allowed"), (3, "nama (B)", "too-long"), (5, "nama (B)", "row-twice"),
    ]  # fmt: skip


def test_a_word_that_stands_for_another_office_is_refused_before_anything_is_stored(team: Team) -> None:
    Office.objects.create(region_id="36.03", name="Dinas Pekerjaan Umum", abbreviation="DPU")
    report = Desk(team.secretariat, OFFICES).send(
        "daerah;nama;singkatan",
        "36.03;Dinas Perumahan;dpu",
        "36.03;DPU;",
        "36.03;Dinas Sosial;Dinsos",
        "36.03;Dinas Lain;dinsos",
        "36.03;Dinsos;",
        "36.03;Bappeda;Bappeda",
        "36.71;Dinas Sosial;Dinsos",
        "36.03;dinas pekerjaan umum;DPU",
    )
    assert [(one.row, one.column, one.fault.code) for one in report.faults] == [
        (2, "singkatan (C)", "office-word-taken"), (3, "nama (B)", "row-twice"),
        (5, "singkatan (C)", "row-twice"), (6, "nama (B)", "row-twice"), (9, "singkatan (C)", "row-twice"),
    ]  # fmt: skip
    named = Desk(team.secretariat, OFFICES).send("daerah;nama;singkatan", "36.03;DPU;")
    assert [(one.column, one.fault.code) for one in named.faults] == [("nama (B)", "office-word-taken")]
    stays = Desk(team.secretariat, OFFICES).send("daerah;nama;singkatan", "36.03;dinas pekerjaan umum;DPU")
    assert stays.counts_by_code == {"new": 0, "unchanged": 1, "refused": 0}
    assert (
        "“dpu” already stands for the office “Dinas Pekerjaan Umum”"
        in report.faults[0].fault.sentence % report.faults[0].fault.fields
    )


def test_no_office_is_chosen_where_several_are_called_alike(team: Team) -> None:
    Office.objects.create(region_id="36.03", name="DPA", abbreviation="")
    Office.objects.create(region_id="36.03", name="Dinas Pajak", abbreviation="DPA")
    report = Desk(team.secretariat, ACCOUNTS).send(
        HEAD,
        "A;a@contoh.invalid;contributor;36.03;DPA",
        "B;b@contoh.invalid;contributor;36.03;Dinas Pajak",
    )
    assert [(one.row, one.fault.code) for one in report.faults] == [(2, "unknown-office")]
    assert "several open offices “DPA”" in report.faults[0].fault.sentence % report.faults[0].fault.fields


def test_many_rows_are_left_to_the_worker_and_who_looked_stands_in_the_log(team: Team) -> None:
    desk = Desk(team.coordinator, ACCOUNTS)
    rows = [f"A;a{number}@contoh.invalid;verifier;36.03;" for number in range(enrolling.AT_ONCE + 1)]
    desk.send(HEAD, *rows)
    kept = Import.objects.get()
    assert kept.state == State.WAITING
    keeping.work(key=kept.pk)
    assert Import.objects.get().report["counts"]["new"] == len(rows)
    desk.client.post(ACCOUNTS, {"import": kept.pk, "drop": "1"})
    events = audit.events(target="people.import", key=kept.pk)
    assert [one.action for one in events] == ["drop", "upload"]


@pytest.mark.parametrize("address", [ACCOUNTS, OFFICES])
def test_the_template_comes_back_and_nobody_else_opens_the_pages(team: Team, address: str) -> None:
    desk = Desk(team.secretariat, address)
    content = desk.client.get(f"{address}templat.xlsx").content
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()
    assert len(sheet) == 2
    sent = desk.client.post(address, {"file": SimpleUploadedFile("templat.xlsx", content)}, follow=True)
    assert sent.context["import"]["report"].counts_by_code["new"] == 1
    for page in (address, f"{address}templat.xlsx"):
        assert Desk(team.verifier, page).client.get(page).status_code == 404
