"""The self-assessment in a real browser: nothing that was typed is lost."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, Route, expect

from evaluation.cycle.world import INSTRUMENT, LEAVES
from pilar import index
from pilar.areas.models import Office
from pilar.evaluation import operations
from pilar.evaluation.models import (
    Allocation,
    Answer,
    Assessment,
    Campaign,
    CampaignGroup,
    Instrument,
    Participation,
    Phase,
)
from pilar.evaluation.rules.stages import PhaseState
from pilar.people.rules import OPERATOR

COORDINATOR, CONTRIBUTOR, VERIFIER = (
    f"{name}@contoh.invalid" for name in ("koordinator", "kontributor", "verifikator")
)
REGION = "36.03"

PASSWORD = "kata-sandi-contoh-2023"

SignedIn = Callable[..., Page]


@dataclass(frozen=True)
class Case:
    """An open self-assessment of the example region."""

    key: int

    def address(self, rest: str = "") -> str:
        return f"/kerja/penilaian/{self.key}/{rest}"

    def indicator(self, node: str) -> str:
        return self.address(f"indikator/{node}/")

    def answer(self, node: str) -> Answer | None:
        return Answer.objects.filter(assessment=self.key, node=node).first()


@pytest.fixture
def case(site: Any, django_db_blocker: Any, request: pytest.FixtureRequest) -> Iterator[Case]:
    """A campaign of this test alone, written as the server sees it: committed. Ended with the test."""
    from django.db import connections

    # The test's own connection is in a transaction that is rolled back; this one commits.
    other = connections.create_connection("default")
    kept, connections["default"] = connections["default"], other
    try:
        made = _make(request.node.name)
    finally:
        connections["default"] = kept
        other.close()
    yield made
    other = connections.create_connection("default")
    kept, connections["default"] = connections["default"], other
    try:
        Phase.objects.filter(assessments=made.key).update(state=PhaseState.CLOSED)
    finally:
        connections["default"] = kept
        other.close()


def _make(name: str) -> Case:
    now = timezone.now()
    parsed = index.parse_instrument(INSTRUMENT)
    operations.add_instrument(by=OPERATOR, instrument=parsed, document=INSTRUMENT)
    code = f"uji-{abs(hash(name)) % 10**9}"
    campaign = Campaign.objects.create(
        code=code, year=2026, title_id="Evaluasi uji 2026", title_en="Test evaluation 2026", synthetic=True,
        instrument=Instrument.objects.get(sha256=parsed.sha256),
    )  # fmt: skip
    group = CampaignGroup.objects.create(campaign=campaign, code="reguler", title_id="Reguler", title_en="Regular")
    phase = Phase.objects.create(
        campaign=campaign, number=1, state=PhaseState.OPEN, opens_at=now - timedelta(days=1),
        closes_at=now + timedelta(days=7),
    )  # fmt: skip
    participation = Participation.objects.create(campaign=campaign, region_id=REGION, group=group)
    office = Office.objects.get(region=REGION, abbreviation="Diskominfo")
    for node in LEAVES:
        Allocation.objects.create(participation=participation, node=node, office=office)
    return Case(Assessment.objects.create(participation=participation, phase=phase).pk)


def state(page: Page) -> Any:
    return page.locator("[data-state]")


def sign_in(page: Page, email: str) -> None:
    page.goto("/akun/login/")
    page.get_by_label("Email").fill(email)
    page.locator("input[type=password]").fill(PASSWORD)
    page.locator("main form:has(input[type=password]) button[type=submit]").first.click()
    page.wait_for_url("**/beranda/")


def expect_nothing_unsent(page: Page) -> None:
    """What this browser kept has gone to the server."""
    for _moment in range(600):
        if page.evaluate("Object.keys(localStorage).length") == 0:
            return
        page.wait_for_timeout(100)
    raise AssertionError(page.evaluate("JSON.stringify(localStorage)"))


@pytest.mark.thorough
def test_what_is_typed_is_saved_by_itself(signed_in: SignedIn, case: Case) -> None:
    page = signed_in(CONTRIBUTOR)
    page.goto(case.indicator("policy"))
    page.get_by_label("3 Baik").check()
    expect(state(page)).to_contain_text("Tersimpan")
    expect(page.locator("#row-policy")).to_contain_text("terjawab")
    page.get_by_label("Penjelasan").type("Perbup 7/2020")
    expect(state(page)).to_contain_text("belum tersimpan")
    expect(state(page)).to_contain_text("Tersimpan")
    expect(page.locator("#answer-derived")).to_contain_text("3")
    page.reload()
    expect(page.get_by_label("Penjelasan")).to_have_value("Perbup 7/2020")
    found = case.answer("policy")
    assert found is not None
    assert (found.mark, found.explanation) == (3, "Perbup 7/2020")
    assert page.evaluate("Object.keys(localStorage).length") == 0


def test_what_is_typed_without_a_connection_arrives_when_it_is_back(signed_in: SignedIn, case: Case) -> None:
    page = signed_in(CONTRIBUTOR)
    page.goto(case.indicator("policy"))
    page.context.set_offline(True)
    page.get_by_label("Penjelasan").type("Ditulis di kereta")
    expect(state(page)).to_contain_text("tidak ada sambungan")
    assert case.answer("policy") is None
    page.context.set_offline(False)
    expect(state(page)).to_contain_text("Tersimpan")
    found = case.answer("policy")
    assert found is not None
    assert found.explanation == "Ditulis di kereta"


@pytest.mark.thorough
def test_a_page_that_was_left_unsent_sends_when_another_one_is_opened(signed_in: SignedIn, case: Case) -> None:
    page = signed_in(CONTRIBUTOR)
    page.goto(case.indicator("policy"))
    page.context.clear_cookies(name="sessionid")
    page.get_by_label("Penjelasan").type("Tidak hilang")
    expect(page.get_by_text("Masa masuk Anda sudah berakhir")).to_be_visible()
    sign_in(page, CONTRIBUTOR)
    assert case.answer("policy") is None
    page.goto(case.indicator("budget"))
    expect_nothing_unsent(page)
    found = case.answer("policy")
    assert found is not None
    assert found.explanation == "Tidak hilang"


@pytest.mark.thorough
def test_an_answer_of_the_server_that_was_lost_is_no_conflict_with_oneself(signed_in: SignedIn, case: Case) -> None:
    page = signed_in(CONTRIBUTOR)
    page.goto(case.indicator("policy"))
    lost = []

    def lose(route: Route) -> None:
        """The server gets it and answers; the answer never comes back."""
        if route.request.method == "POST" and not lost:
            lost.append(route.fetch())
            route.abort()
        else:
            route.continue_()

    page.route("**/indikator/policy/", lose)
    page.get_by_label("Penjelasan").type("Satu")
    expect(state(page)).to_contain_text("tidak ada sambungan")
    assert lost[0].status == 200
    page.get_by_label("Penjelasan").type(" dan dua")
    expect(state(page)).to_contain_text("Tersimpan")
    expect(page.locator("#answer-conflict")).to_be_empty()
    found = case.answer("policy")
    assert found is not None
    assert (found.explanation, found.version) == ("Satu dan dua", 2)


@pytest.mark.thorough
def test_an_ended_sign_in_loses_nothing(signed_in: SignedIn, case: Case) -> None:
    page = signed_in(CONTRIBUTOR)
    page.goto(case.indicator("policy"))
    page.context.clear_cookies(name="sessionid")
    page.get_by_label("Penjelasan").type("Sesudah makan siang")
    expect(page.get_by_text("Masa masuk Anda sudah berakhir")).to_be_visible()
    assert case.answer("policy") is None
    with page.context.expect_page() as opened:
        page.get_by_role("link", name="Masuk, di tab baru").click()
    tab = opened.value
    tab.get_by_label("Email").fill(CONTRIBUTOR)
    tab.locator("input[type=password]").fill(PASSWORD)
    tab.locator("main form:has(input[type=password]) button[type=submit]").first.click()
    tab.wait_for_url("**/kerja/penilaian/")
    tab.close()
    page.bring_to_front()
    page.get_by_label("Penjelasan").type("!")
    expect(state(page)).to_contain_text("Tersimpan")
    expect(page.get_by_text("Masa masuk Anda sudah berakhir")).to_be_hidden()
    found = case.answer("policy")
    assert found is not None
    assert found.explanation == "Sesudah makan siang!"


@pytest.mark.thorough
def test_another_person_at_the_same_browser_sends_nothing_of_it(signed_in: SignedIn, case: Case) -> None:
    page = signed_in(CONTRIBUTOR)
    page.goto(case.indicator("policy"))
    page.context.clear_cookies(name="sessionid")
    page.get_by_label("Penjelasan").type("Milik kontributor")
    expect(page.get_by_text("Masa masuk Anda sudah berakhir")).to_be_visible()
    sign_in(page, COORDINATOR)
    page.goto(case.indicator("policy"))
    expect(page.get_by_label("Penjelasan")).to_have_value("")
    assert case.answer("policy") is None
    assert page.evaluate("Object.keys(localStorage).length") == 1


@pytest.mark.thorough
def test_the_later_of_two_sees_the_difference_and_chooses(signed_in: SignedIn, case: Case) -> None:
    first, second = signed_in(CONTRIBUTOR), signed_in(COORDINATOR)
    for page in (first, second):
        page.goto(case.indicator("policy"))
    first.get_by_label("Penjelasan").type("Dari dinas")
    expect(state(first)).to_contain_text("Tersimpan")
    second.get_by_label("Penjelasan").type("Dari koordinator")
    told = second.locator("#answer-conflict")
    expect(told).to_contain_text("Akun contoh Kontributor")
    expect(told).to_contain_text("Dari dinas")
    expect(told).to_contain_text("Dari koordinator")
    found = case.answer("policy")
    assert found is not None
    assert found.explanation == "Dari dinas"
    second.get_by_role("button", name="Simpan versi saya").click()
    expect(state(second)).to_contain_text("Tersimpan")
    expect(told.get_by_role("alert")).to_have_count(0)
    found.refresh_from_db()
    assert (found.explanation, found.version) == ("Dari koordinator", 2)
    first.get_by_label("Penjelasan").type(", lanjut")
    first.get_by_role("link", name="Ambil versi tersimpan").click()
    expect(first.get_by_label("Penjelasan")).to_have_value("Dari koordinator")
    assert first.evaluate("Object.keys(localStorage).length") == 0


@pytest.mark.thorough
def test_what_is_refused_is_told_and_stays(signed_in: SignedIn, case: Case) -> None:
    page = signed_in(CONTRIBUTOR)
    page.goto(case.indicator("poverty"))
    page.get_by_label("Kuantitas").type("enam")
    expect(page.locator("#error-quantity")).to_contain_text("bukan angka")
    expect(page.get_by_label("Kuantitas")).to_have_value("enam")
    page.get_by_label("Kuantitas").fill("6,93")
    expect(state(page)).to_contain_text("Tersimpan")
    expect(page.locator("#error-quantity")).to_be_empty()


def test_without_javascript_the_button_saves(signed_in: SignedIn, case: Case) -> None:
    page = signed_in(CONTRIBUTOR, javascript=False)
    page.goto(case.indicator("programmes"))
    page.get_by_label("Direncanakan").fill("10")
    page.get_by_label("Terealisasi").fill("6,5")
    page.get_by_role("button", name="Simpan dan lanjut").click()
    page.wait_for_url("**/indikator/poverty/")
    found = case.answer("programmes")
    assert found is not None
    assert (found.realised, found.planned) == (6.5, 10)


@pytest.mark.parametrize("width", [360, pytest.param(1280, marks=pytest.mark.thorough)])
@pytest.mark.thorough
def test_the_pages_fit_and_are_accessible(
    signed_in: SignedIn,
    case: Case,
    accessible: Callable[[Page], None],
    fits: Callable[[Page], None],
    snap: Callable[[Page, str], None],
    width: int,
) -> None:
    page = signed_in(COORDINATOR, width=width)
    page.goto(case.indicator("policy"))
    page.get_by_label("3 Baik").check()
    expect(state(page)).to_contain_text("Tersimpan")
    page.get_by_text("Tambah bukti baru").click()
    pages = {
        "policy": case.indicator("policy"), "poverty": case.indicator("poverty"), "survey": case.indicator("survey"),
        "assessment": case.address(), "allocation": case.address("pembagian/"),
        "submission": case.address("pengajuan/"),
        "verification": case.address("verifikasi/"), "import": case.address("impor/"), "list": "/kerja/penilaian/",
    }  # fmt: skip
    for name, address in pages.items():
        page.goto(address)
        if width == 360 and name == "policy":
            page.get_by_text("Indikator").first.click()
        fits(page)
        accessible(page)
        snap(page, f"answers-{name}-{width}")
