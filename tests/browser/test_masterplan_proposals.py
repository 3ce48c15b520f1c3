"""Proposals on a phone and at a desk: called for, written without a script, compared, merged, imported."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from browser.walk import agree
from masterplan.world import content
from pilar.areas.models import Office
from pilar.masterplan import operations, queries
from pilar.masterplan.documents.programmes import programmes_workbook
from pilar.masterplan.models import Plan, Proposal, Version
from pilar.masterplan.operations import NewPlan, Proposed
from pilar.masterplan.rules.stages import ProposalKind
from pilar.people.models import User
from pilar.people.queries import standing
from pilar.people.rules import OPERATOR
from pilar.platform.imports import keeping

COORDINATOR, CONTRIBUTOR = "koordinator@contoh.invalid", "kontributor@contoh.invalid"
OWN = "36.03"


@pytest.fixture
def version(chromium: Browser, committed: Callable[[], AbstractContextManager[None]]) -> Iterator[int]:
    """A plan of later years being drawn up, with an open call and two proposals that look alike."""
    with committed():
        now = timezone.now()
        by = standing(User.objects.get(email=COORDINATOR), now)
        year = max(now.year, *Plan.objects.filter(region=OWN).values_list("last_year", flat=True), 0) + 1
        made = operations.start_plan(by=by, region=OWN, given=NewPlan("Rencana uji usulan", year, year + 4), now=now)
        text = "Satu usulan tiap pilar, utamakan layanan desa."
        operations.open_call(by=by, version=made, text=text, closes_at=now + timedelta(days=9), now=now)
        offices = Office.objects.filter(region=OWN, closed_at=None).order_by("pk")
        for number, title in enumerate(("Surat desa daring terpadu", "Surat desa secara daring terpadu")):
            office = offices[number % len(offices)].pk
            said = content(office, title, targets=(), budgets=(), activities=(), monitored=())
            given = Proposed(ProposalKind.ADD, said)
            key = operations.propose(by=OPERATOR, version=made, office=office, given=given, now=now)
            Proposal.objects.filter(pk=key).update(state="submitted", submitted_at=now)
    yield made
    with committed():
        Version.objects.filter(pk=made).update(state="dropped")


@pytest.fixture
def looks(
    accessible: Callable[[Page], None], fits: Callable[[Page], None], snap: Callable[[Page, str], None]
) -> Callable[[Page, str], None]:
    def look(page: Page, name: str) -> None:
        fits(page)
        accessible(page)
        snap(page, name)

    return look


@pytest.mark.thorough
def test_an_office_proposes_on_a_phone_without_a_script(
    signed_in: Callable[..., Page], version: int, looks: Callable[[Page, str], None]
) -> None:
    phone = signed_in(CONTRIBUTOR, width=360, javascript=False)
    phone.goto(f"/kerja/rencana/versi/{version}/usulan/")
    phone.get_by_role("link", name="Usulan baru").click()
    phone.get_by_label("Judul program").fill("Kartu sehat daring")
    phone.locator("#content-risks").get_by_role("button", name="Tambah baris").click()
    expect(phone.get_by_label("Judul program")).to_have_value("Kartu sehat daring")
    phone.locator("#content-risks").get_by_label("Risiko").last.fill("Listrik padam")
    phone.get_by_role("button", name="Simpan dan ajukan").click()
    expect(phone.get_by_text("Perbaiki dahulu")).to_be_visible()
    expect(phone.get_by_label("Judul program")).to_have_value("Kartu sehat daring")
    phone.get_by_label("Pilar dan subdimensi").select_option("living_health")
    phone.get_by_role("button", name="Simpan dan ajukan").click()
    expect(phone.get_by_text("belum lengkap")).to_be_visible()
    phone.get_by_label("Uraian program").fill("Warga mengantre dari rumah.")
    phone.get_by_label("Kebutuhan yang dijawab").fill("Antrean panjang.")
    target = phone.locator("#content-targets")
    target.get_by_role("button", name="Tambah baris").click()
    target.get_by_label("Indikator", exact=False).first.fill("Puskesmas terhubung")
    target.get_by_label("Satuan").fill("puskesmas")
    target.locator(".year-fields input").first.fill("12,5")
    road = phone.locator("#content-activities")
    road.get_by_role("button", name="Tambah baris").click()
    road.get_by_label("Kegiatan", exact=False).first.fill("Menyiapkan antrean")
    road.get_by_label("Mulai").select_option(index=1)
    road.get_by_label("Selesai").select_option(index=4)
    phone.locator(".money-cell input").first.fill("Rp 1.250.000.000")
    phone.get_by_role("button", name="Simpan dan ajukan").click()
    agree(phone, "Ajukan")
    expect(phone.get_by_text("Usulan sudah diajukan")).to_be_visible()
    expect(phone.get_by_text("1.250.000.000").first).to_be_visible()
    # What looks at pages needs a script of its own.
    with_script = signed_in(CONTRIBUTOR, width=360)
    with_script.goto(phone.url)
    looks(with_script, "proposal-phone")
    with_script.goto(f"/kerja/rencana/versi/{version}/usulan/")
    looks(with_script, "proposals-office-phone")
    with_script.get_by_role("link", name="Usulan baru").click()
    looks(with_script, "proposal-form-phone")
    with_script.set_viewport_size({"width": 1280, "height": 800})
    looks(with_script, "proposal-form-desk")


@pytest.mark.thorough
def test_the_secretariat_looks_asks_and_merges(
    signed_in: Callable[..., Page], version: int, looks: Callable[[Page, str], None]
) -> None:
    for width in (360, 1280):
        page = signed_in(COORDINATOR, width=width)
        for rest, name in (("", "list"), ("panggilan/", "call"), ("mirip/", "alike"), ("impor/", "imports")):
            page.goto(f"/kerja/rencana/versi/{version}/usulan/{rest}")
            looks(page, f"proposals-{name}-{width}")
        page.goto(f"/en/kerja/rencana/versi/{version}/usulan/")
        looks(page, f"proposals-list-{width}-en")
    page.goto(f"/kerja/rencana/versi/{version}/usulan/")
    page.get_by_role("link", name="1. Surat desa").click()
    looks(page, "proposal-desk")
    page.get_by_label("Yang perlu dijawab").fill("Berapa desa?")
    page.goto(f"/kerja/rencana/versi/{version}/usulan/mirip/")
    page.get_by_role("link", name="Gabung kedua usulan ini").click()
    page.get_by_role("radio").first.check()
    page.get_by_label("Alasan").fill("Tujuan yang sama")
    looks(page, "proposals-merge")
    agree(page, "Gabung")
    expect(page.get_by_text("Usulan digabung")).to_be_visible()


@pytest.mark.thorough
def test_a_workbook_is_checked_shown_and_stored_while_somebody_looks(
    signed_in: Callable[..., Page],
    version: int,
    committed: Callable[[], AbstractContextManager[None]],
    looks: Callable[[Page, str], None],
) -> None:
    with committed():
        row = queries.version(version, scope=OPERATOR)
        choices = queries.content_choices(row.plan, scope=OPERATOR)
        years = range(row.plan.first_year, row.plan.last_year + 1)
        office = choices.offices[0].key
        said = content(office, "Sampah pilah", targets=(), budgets=(), activities=(), monitored=())
        book = programmes_workbook([("B1", said)], title="Uji", years=years, choices=choices)
    page = signed_in(COORDINATOR)
    page.goto(f"/kerja/rencana/versi/{version}/usulan/impor/")
    file = {"name": "program.xlsx", "mimeType": "application/octet-stream", "buffer": book}
    page.locator("#file").set_input_files(file)
    page.get_by_role("button", name="Periksa").click()
    expect(page.get_by_text("Menunggu pekerja latar")).to_be_visible()
    looks(page, "import-waiting")
    key = int(page.url.rpartition("import=")[2])
    with committed():
        keeping.work(key=key)
    expect(page.get_by_text("Isi sedikitnya satu indikator").first).to_be_visible()
    looks(page, "import-refused")
    page.set_viewport_size({"width": 360, "height": 800})
    looks(page, "import-refused-phone")
