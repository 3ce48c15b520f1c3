"""An import from the file to the rows that are stored, and what happens in between."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
import xlsxwriter
from django.contrib.auth.models import AnonymousUser
from django.contrib.messages.storage.cookie import CookieStorage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from django.utils import timezone, translation

from kit.imported import COLUMNS, STORED, Accounts
from pilar.design.imports import ImportPage, look_then_store
from pilar.platform import audit
from pilar.platform.errors import Faults
from pilar.platform.imports import (
    CHANGED,
    NEW,
    UNCHANGED,
    Column,
    Importer,
    Value,
    keeping,
    kept,
)
from pilar.platform.imports.keeping import FORGOTTEN
from pilar.platform.imports.kept import MAX_PREVIEW
from pilar.platform.imports.states import ImportNotFound, ImportUnderWay, NotConfirmable, State
from pilar.platform.language import Bilingual
from pilar.platform.models import ChosenHeadings, Import


@pytest.fixture(autouse=True)
def _stored() -> Iterator[None]:
    STORED.clear()
    with translation.override("id"):
        yield


# From the file to what is stored

FILE = b"Kode;Uraian;Anggaran\n4.1;Pajak;1000\n4.2;Retribusi;500\n"


def sent(content: bytes = FILE, by: Importer | None = None) -> keeping.Kept:
    importer = by or Accounts()
    return keeping.kept(importer, keeping.receive(importer, name="akun.csv", content=content))


@pytest.mark.django_db
def test_what_is_seen_is_what_is_stored() -> None:
    shown = sent()
    assert shown.report is not None
    assert (shown.state, shown.report.counts[NEW], STORED) == (State.CHECKED, 2, {})
    assert [[value.said for value in row.values] for row in shown.report.rows] == [
        ["4.1", "Pajak", "1.000"], ["4.2", "Retribusi", "500"],
    ]  # fmt: skip
    for _click in range(2):
        assert keeping.confirm(Accounts(), token=shown.token).state is State.DONE
    assert {code: row["amount"] for code, row in STORED.items()} == {"4.1": 1000, "4.2": 500}
    assert bytes(Import.objects.get().content) == b""
    again = sent()
    assert again.report is not None
    assert (again.report.counts[UNCHANGED], again.applicable) == (2, False)


@pytest.mark.django_db
def test_what_somebody_else_has_changed_is_shown_anew() -> None:
    shown = sent()
    STORED["4.1"] = {"code": "4.1"}
    found = keeping.confirm(Accounts(), token=shown.token)
    assert found.report is not None
    assert (found.state, found.report.changed, found.report.counts[CHANGED]) == (State.CHECKED, True, 1)
    assert "4.2" not in STORED
    with pytest.raises(NotConfirmable):
        keeping.confirm(Accounts(), token=shown.token)
    assert keeping.confirm(Accounts(), token=found.token).state is State.DONE
    late = sent(FILE + b"4.3;Lain;1\n")
    STORED["boom"] = {}
    found = keeping.confirm(Accounts(), token=late.token)
    assert (found.state, "4.3" in STORED) == (State.CHECKED, False)


@pytest.mark.django_db
def test_a_preview_is_of_its_person_and_subject_and_time(monkeypatch: pytest.MonkeyPatch) -> None:
    token = sent().token
    for other in (Accounts(owner=8), Accounts(subject="36.71")):
        with pytest.raises(Faults, match="Pratinjau"):
            keeping.confirm(other, token=token)
        with pytest.raises(ImportNotFound):
            keeping.kept(other, Import.objects.get().pk)
    for broken in ("", "x", token[:-2] + "xx"):
        with pytest.raises(Faults, match="Pratinjau"):
            keeping.confirm(Accounts(), token=broken)
    monkeypatch.setattr(kept, "MAX_PREVIEW", -MAX_PREVIEW)
    with pytest.raises(Faults, match="terlalu lama"):
        keeping.confirm(Accounts(), token=token)
    assert STORED == {}


@pytest.mark.django_db
def test_a_refused_row_keeps_the_file_out() -> None:
    shown = sent(FILE + b"4.3;;x\n")
    assert shown.report is not None
    assert [(one.row, one.column) for one in shown.report.faults] == [(4, "Uraian (B)"), (4, "Anggaran (C)")]
    with pytest.raises(NotConfirmable):
        keeping.confirm(Accounts(), token=shown.token)


@pytest.mark.django_db
def test_columns_that_were_chosen_are_remembered_for_their_owner() -> None:
    text = b"Nomor;Nama akun;Pagu\n4.1;Pajak;1000\n"
    shown = sent(text)
    assert not shown.applicable
    keeping.choose(Accounts(), key=shown.key, chosen={"nomor": "code", "nama akun": "title", "pagu": "amount"})
    assert keeping.kept(Accounts(), shown.key).applicable
    assert sent(text).applicable
    assert not sent(text, Accounts(owner=8)).applicable
    assert ChosenHeadings.objects.get().owner == 7


@pytest.mark.django_db
def test_a_large_file_is_the_work_of_the_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    many = b"".join(b"5.%d;Belanja;1000\n" % number for number in range(20_000))
    content = b"Kode;Uraian;Anggaran\n" + many
    shown = sent(content)
    assert (shown.state, shown.total, shown.report) == (State.WAITING, 20_000, None)
    keeping.work(key=shown.key)
    shown = keeping.kept(Accounts(), shown.key)
    assert shown.report is not None
    assert (shown.state, shown.report.counts[NEW], shown.report.row_count) == (State.CHECKED, 20_000, 20_000)
    assert keeping.confirm(Accounts(), token=shown.token).state is State.CONFIRMED
    assert keeping.confirm(Accounts(), token=shown.token).state is State.CONFIRMED
    keeping.work(key=shown.key)
    keeping.work(key=shown.key)
    assert (keeping.kept(Accounts(), shown.key).state, len(STORED)) == (State.DONE, 20_000)


@pytest.mark.django_db
def test_work_that_breaks_off_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeping, "AT_ONCE", 1)
    key = sent().key
    monkeypatch.setattr(Accounts, "judge", lambda *_given: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        keeping.work(key=key)
    assert keeping.kept(Accounts(), key).state is State.FAILED


@pytest.mark.django_db
def test_what_nobody_confirms_is_forgotten() -> None:
    old = sent().key
    sent()
    Import.objects.filter(pk=old).update(kept_at=timezone.now() - FORGOTTEN - timedelta(hours=1))
    keeping.forget(now=timezone.now())
    assert old not in set(Import.objects.values_list("pk", flat=True))
    assert Import.objects.count() == 1
    for _file in range(7):
        last = sent()
    assert Import.objects.filter(state=State.CHECKED).count() == keeping.MAX_OPEN
    keeping.drop(Accounts(), key=last.key)
    assert keeping.kept(Accounts(), last.key).state is State.DROPPED


@pytest.mark.django_db
def test_each_file_that_is_given_up_stands_in_the_log(monkeypatch: pytest.MonkeyPatch) -> None:
    """The one that is dropped by hand, and the one that another made room for."""
    monkeypatch.setattr(Accounts, "recorded", "platform.import", raising=False)
    files = [sent().key for _file in range(keeping.MAX_OPEN + 1)]
    keeping.drop(Accounts(), key=files[-1])
    done = {key: [one.action for one in audit.events(target="platform.import", key=key)] for key in files}
    assert done == {key: ["drop", "upload"] if key in (files[0], files[-1]) else ["upload"] for key in files}


# The page

PAGE = ImportPage(done="/selesai/", label="Berkas", hint="XLSX", templates=(("Templat", "/templat.xlsx"),))


def page(**given: Any) -> HttpResponse:
    request = RequestFactory().post("/impor/", given) if given else RequestFactory().get("/impor/")
    request.user = AnonymousUser()
    request._messages = CookieStorage(request)  # type: ignore[attr-defined]

    def draw(_request: HttpRequest, context: dict[str, Any], status: int) -> HttpResponse:
        answer = HttpResponse(status=status)
        answer.context = context["import"]  # type: ignore[attr-defined]
        return answer

    return look_then_store(request, Accounts(), PAGE, draw)


@pytest.mark.django_db
def test_the_page_asks_for_columns_shows_and_stores() -> None:
    assert page().status_code == 200
    assert page(x="1").status_code == 422
    answer = page(file=SimpleUploadedFile("akun.csv", b"Nomor;Uraian;Anggaran\n4.1;Pajak;1000\n"))
    shown = answer.context  # type: ignore[attr-defined]
    assert (answer.status_code, shown["unplaced"], [one.label for _n, _s, one, _c in shown["headings"]]) == (
        422, True, ["Nomor (A)", "Uraian (B)", "Anggaran (C)"],
    )  # fmt: skip
    answer = page(**{"import": str(shown["kept"].key), "column-0": "code", "column-1": "title", "column-2": "amount"})
    shown = answer.context  # type: ignore[attr-defined]
    assert (answer.status_code, shown["unplaced"], shown["counts"].split(",")[0]) == (200, False, "1 baru")
    assert page(rows=shown["kept"].token)["Location"] == "/selesai/"
    assert list(STORED) == ["4.1"]
    assert page(rows="x").status_code == 422


@pytest.mark.django_db
def test_the_same_fault_in_many_rows_is_told_once() -> None:
    few = page(file=SimpleUploadedFile("akun.csv", FILE + b"4.3;Lain;x\n4.4;Lain;x\n")).context  # type: ignore[attr-defined]
    assert [one.row for one in few["cells"]] == ["4", "5"]
    lines = b"".join(b"5.%d;Lain;%s\n" % (number, b"x" if number else b"y") for number in range(30))
    many = page(file=SimpleUploadedFile("akun.csv", FILE + lines)).context  # type: ignore[attr-defined]
    assert [(one.row, one.column) for one in many["cells"]] == [
        ("4", "Anggaran (C)"), ("5, 6, 7, 8, 9, 10, 11, 12 dan 21 lagi", "Anggaran (C)"),
    ]  # fmt: skip
    assert many["more_cells"] == 0


def test_values_are_said_in_the_readers_language() -> None:
    value = Value(Bilingual("Porsi", "Share"), Decimal("2.5"), Decimal(2), Bilingual("persen", "per cent"))
    assert (value.name, value.said) == ("Porsi", "2 persen → 2,5 persen")
    with translation.override("en"):
        assert (value.name, value.said) == ("Share", "2 per cent → 2.5 per cent")
    assert replace(value, after=None, before=None).said == ""


class Book(Accounts):
    """A workbook of two sheets that belongs to its region, one at a time; the worker reads it."""

    kind = "tests.book"
    shared, lasting, by_worker = True, True, True

    def sheets(self) -> dict[str, Sequence[Column]]:
        return {"Akun": COLUMNS[:3], "Porsi": (COLUMNS[0], COLUMNS[3])}


def sheets(*, share: Any = "40 %") -> bytes:
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream) as made:
        for name, lines in {
            "Akun": [["Kode", "Uraian", "Anggaran"], ["4.1", "Pajak", 1000]],
            "Porsi": [["Kode", "Porsi"], ["4.2", share]],
        }.items():
            sheet = made.add_worksheet(name)
            for number, line in enumerate(lines):
                sheet.write_row(number, 0, line)
    return stream.getvalue()


@pytest.mark.django_db
def test_a_workbook_of_several_sheets_belongs_to_its_subject() -> None:
    key = keeping.receive(Book(), name="buku.xlsx", content=sheets())
    with connection.cursor() as cursor:  # who sends another one at the same moment waits for the first
        cursor.execute("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()")
        assert cursor.fetchone() == (1,)
    with pytest.raises(ImportUnderWay):
        keeping.receive(Book(owner=8), name="buku.xlsx", content=sheets())
    keeping.work(key=key)
    shown = keeping.kept(Book(owner=8), key)
    assert shown.report is not None
    assert [(one.sheet, one.row) for one in shown.report.rows] == [("Akun", 2), ("Porsi", 2)]
    other = keeping.receive(Book(owner=8), name="buku.xlsx", content=sheets(share="banyak"))
    assert keeping.kept(Book(), key).state is State.DROPPED
    keeping.work(key=other)
    shown = keeping.kept(Book(), other)
    assert shown.report is not None
    assert [(one.sheet, one.row, one.column) for one in shown.report.faults] == [("Porsi", 2, "Porsi (B)")]
    last = keeping.receive(Book(), name="buku.xlsx", content=b"PK\x03\x04broken")
    keeping.work(key=last)
    broken = keeping.latest(Book())
    assert broken is not None
    assert broken.report is not None
    assert [one.fault.code for one in broken.report.faults] == ["broken-workbook"]
    Import.objects.update(kept_at=timezone.now() - FORGOTTEN - timedelta(hours=1))
    keeping.forget(now=timezone.now())
    assert (Import.objects.count(), keeping.kept(Book(), last).state) == (3, State.DROPPED)
