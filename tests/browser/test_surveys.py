"""Surveys in a browser: the public answers on a phone with large text; a coordinator sets one up and reads it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from browser.walk import decide

COORDINATOR = "koordinator@contoh.invalid"
REGION = "36.03"


@dataclass(frozen=True)
class Made:
    """An open survey with the link of its first programme, and a closed one."""

    open: int
    token: str
    closed: int


@pytest.fixture(scope="module")
def _made() -> list[Made]:
    return []


@pytest.fixture
def made(chromium: Browser, committed: Callable[[], AbstractContextManager[None]], _made: list[Made]) -> Made:
    """Two surveys, once for this file; like the site, after the browser has started."""
    if not _made:
        with committed():
            _made.append(_make())
    return _made[0]


def _make() -> Made:
    from pilar.areas.operations import add_office
    from pilar.people.rules import OPERATOR
    from pilar.surveys import operations, queries
    from pilar.surveys.operations import NewSurvey, Source
    from pilar.surveys.rules.surveys import NewCell
    from surveys.world import impact

    now = timezone.now()
    office = add_office(by=OPERATOR, region=REGION, name="Dinas Uji Survei")
    keys = []
    for title, begins, ends in (("Survei berjalan", 1, -20), ("Survei selesai", 30, 3)):
        given = NewSurvey(
            "impact-2023", title, now.year, now - timedelta(days=begins), now - timedelta(days=ends), synthetic=True
        )
        past = now - timedelta(days=begins)
        key = operations.create_survey(by=OPERATOR, region=REGION, given=given, now=past)
        cells = [
            NewCell("Layanan desa daring", office, 17, "governance", "governance_public_service"),
            NewCell("Pasar digital", office, 17, "economy", "economy_transaction"),
            NewCell("Puskesmas tanpa antre", office, 6, "living", "living_health"),
            NewCell("Bank sampah", office, 6, "environment", "environment_waste"),
        ]
        operations.set_cells(by=OPERATOR, survey=key, cells=cells)
        operations.open_survey(by=OPERATOR, survey=key)
        keys.append(key)
    running, over = (queries.cells(queries.survey(key, scope=OPERATOR), scope=OPERATOR) for key in keys)
    moment = now - timedelta(days=10)
    for cell, count in zip(over, (9, 7, 6, 2), strict=True):
        for number in range(count):
            answers: dict[str, Any] = {"easier": 1 + number % 4, "quicker": 4 - number % 3, "heard": 2 + number % 2}
            answers["suggestion"] = f"Tambah jam layanan {number}, juga pada hari Sabtu." if number % 2 else ""
            operations.answer(
                token=cell.token, key=uuid4(), given=impact(answers=answers), began_at=moment - timedelta(minutes=4),
                source=Source(), contact=f"{'warga' * 12}{number}@contoh.invalid" if number < 2 else "", now=moment,
            )  # fmt: skip
    operations.close_survey(by=OPERATOR, survey=keys[1], now=now)
    return Made(keys[0], running[0].token, keys[1])


def test_the_public_answers_on_a_phone_with_large_text(
    made: Made,
    open_page: Callable[..., Page],
    accessible: Callable[[Page], None],
    fits: Callable[[Page], None],
    snap: Callable[[Page, str], None],
) -> None:
    page = open_page(width=360)

    def looked_at(name: str) -> None:
        accessible(page)
        snap(page, f"surveys-{name}-360")
        page.evaluate("document.documentElement.style.fontSize = '200%'")
        fits(page)
        snap(page, f"surveys-{name}-360-large")

    page.goto(f"/s/{made.token}/")
    page.get_by_role("button", name="Mulai").click()
    expect(page.get_by_role("alert")).to_be_visible()
    looked_at("start")
    for chosen in ("Pengguna atau penerima manfaat", "30 sampai 39 tahun", "Perempuan", "S1", "Petani atau nelayan"):
        page.get_by_label(chosen, exact=True).check()
    page.get_by_label("Saya bersedia menjawab").check()
    page.get_by_role("button", name="Mulai").click()
    page.get_by_label("Sering").check()
    looked_at("first")
    page.get_by_role("button", name="Berikutnya").click()
    for _ in range(3):
        page.wait_for_load_state()
        looked_at(f"section-{page.url.rstrip('/').rpartition('/')[2]}")
        for group in page.locator("main fieldset").all():
            group.get_by_label("Setuju", exact=True).check()
        page.get_by_role("button", name="Berikutnya").click()
    page.get_by_label("Saran Anda").fill("Tambah jam layanan")
    page.get_by_role("button", name="Berikutnya").click()
    looked_at("last")
    page.get_by_role("button", name="Kirim jawaban").click()
    expect(page.get_by_text("Terima kasih")).to_be_visible()
    looked_at("thanks")


def test_a_coordinator_sets_a_survey_up(
    signed_in: Callable[..., Page],
    accessible: Callable[[Page], None],
    fits: Callable[[Page], None],
    snap: Callable[[Page, str], None],
) -> None:
    page = signed_in(COORDINATOR, width=360)
    page.goto("/kerja/survei/")
    fits(page)
    accessible(page)
    page.get_by_role("link", name="Susun survei").click()
    page.get_by_label("Kuesioner").select_option("impact-2023")
    page.get_by_label("Judul").fill("Survei dampak")
    page.get_by_label("Menerima jawaban mulai (WIB)").fill("2035-01-01T08:00")
    page.get_by_label("Menerima jawaban sampai (WIB)").fill("2035-02-01T16:00")
    fits(page)
    accessible(page)
    snap(page, "surveys-create-360")
    page.get_by_role("button", name="Susun").click()
    page.get_by_label("Program atau layanan").fill("Layanan desa daring")
    page.get_by_label("Perangkat daerah").select_option(index=1)
    page.get_by_label("Pilar dan subdimensi").select_option("living_health")
    page.get_by_role("button", name="Tambah baris").click()
    expect(page.get_by_label("Program atau layanan")).to_have_count(2)
    page.get_by_role("button", name="Isi jumlah responden menurut metode").click()
    expect(page.get_by_label("Jumlah responden yang diperlukan").first).to_have_value("50")
    fits(page)
    accessible(page)
    snap(page, "surveys-cells-360")
    page.get_by_role("button", name="Simpan").last.click()
    expect(page.get_by_text("Program sudah disimpan")).to_be_visible()
    decide(page, "Buka survei")
    expect(page.get_by_text("Survei sudah dibuka")).to_be_visible()


@pytest.mark.parametrize(("width", "language"), [(360, ""), pytest.param(1280, "/en", marks=pytest.mark.thorough)])
def test_a_survey_is_followed_and_read(
    made: Made,
    signed_in: Callable[..., Page],
    accessible: Callable[[Page], None],
    fits: Callable[[Page], None],
    snap: Callable[[Page, str], None],
    width: int,
    language: str,
) -> None:
    page = signed_in(COORDINATOR, width=width)
    shown = {"daerah/36.03/": "list", f"{made.open}/": "progress", f"{made.open}/tautan/": "links",
             f"{made.closed}/nilai/": "scores", f"{made.closed}/pernyataan/": "statement",
             f"{made.closed}/alamat/": "addresses", f"{made.closed}/saran/": "words"}  # fmt: skip
    for address, name in shown.items():
        page.goto(f"{language}/kerja/survei/{address}")
        fits(page)
        accessible(page)
        snap(page, f"surveys-{name}-{width}")
