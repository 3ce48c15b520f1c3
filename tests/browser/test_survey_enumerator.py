"""Asking people on a tablet in a browser: without a line, with a bad one, after the sign-in has ended."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, Route, expect

COORDINATOR = "koordinator@contoh.invalid"
REGION = "36.03"
ANSWERS = "**/api/v1/survey-cells/*/answers"
Committed = Callable[[], AbstractContextManager[None]]
SignedIn = Callable[..., Page]


@dataclass(frozen=True)
class Asked:
    """An open survey of this test alone, with two programmes."""

    key: int

    @property
    def address(self) -> str:
        return f"/kerja/survei/petugas/{self.key}/0/"

    def stored(self) -> list[dict[str, Any]]:
        """What has arrived, in the order in which it did."""
        from pilar.surveys.models import Response

        rows = Response.objects.filter(survey=self.key).order_by("pk")
        return [*rows.values("answers", "mode", "group", "key", "entered_by__email")]

    def words(self) -> list[str]:
        """The suggestions that have arrived: they tell the answers apart."""
        return sorted(one["answers"].get("suggestion", "") for one in self.stored())


@pytest.fixture
def asked(chromium: object, committed: Committed, request: pytest.FixtureRequest) -> Asked:
    with committed():
        return Asked(_make(request.node.name))


def _make(title: str, form: str = "impact-2023") -> int:
    from pilar.areas.models import Office
    from pilar.people.rules import OPERATOR
    from pilar.surveys import operations
    from pilar.surveys.operations import NewSurvey
    from pilar.surveys.rules.surveys import NewCell

    now = timezone.now()
    office = Office.objects.get(region=REGION, abbreviation="Diskominfo").pk
    given = NewSurvey(
        form, title, now.year, now - timedelta(days=1), now + timedelta(days=20), synthetic=True
    )  # fmt: skip
    key = operations.create_survey(by=OPERATOR, region=REGION, given=given, now=now - timedelta(days=1))
    cells = [
        NewCell("Layanan desa daring", office, 17, "governance", "governance_public_service"),
        NewCell("Pasar digital", office, 17, "economy", "economy_transaction"),
    ]
    operations.set_cells(by=OPERATOR, survey=key, cells=cells)
    operations.open_survey(by=OPERATOR, survey=key)
    return key


def opened(page: Page, asked: Asked) -> Page:
    """The page of the first programme, once it works without a line."""
    page.goto(asked.address)
    expect(page.get_by_text("Halaman ini sekarang dapat dipakai tanpa jaringan")).to_be_visible(timeout=30_000)
    return page


def begin(page: Page) -> None:
    """A new answer up to its first question."""
    press(page, "Mulai jawaban")
    reached(page, "Survei dampak Smart City")
    for chosen in ("Pengguna atau penerima manfaat", "30 sampai 39 tahun", "Perempuan", "S1", "Petani atau nelayan"):
        page.get_by_label(chosen, exact=True).check()
    page.get_by_label("Saya bersedia menjawab").check()
    press(page, "Mulai")
    reached(page, "Pengalaman Anda")


def rate(page: Page) -> None:
    """The first question and the pages with a scale."""
    page.get_by_label("Sering").check()
    press(page, "Berikutnya")
    for title in ("Peningkatan pelayanan", "Pelibatan masyarakat", "Keberlanjutan"):
        reached(page, title)
        for group in page.locator("form:visible fieldset:visible").all():
            group.get_by_label("Setuju", exact=True).check()
        press(page, "Berikutnya")
    reached(page, "Saran")


def finish(page: Page, words: str) -> None:
    page.get_by_label("Saran Anda").fill(words)
    press(page, "Berikutnya")
    reached(page, "Siap diserahkan")
    press(page, "Serahkan jawaban")
    expect(page.get_by_text("Jawaban disimpan di tablet ini", exact=True)).to_be_visible()


def reached(page: Page, title: str) -> None:
    """A step is there once its heading has the focus."""
    expect(page.get_by_role("heading", name=title, exact=True)).to_be_focused()


def answer(page: Page, words: str) -> None:
    begin(page)
    rate(page)
    finish(page, words)


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def waits(page: Page, count: int) -> None:
    expect(page.locator("[data-waiting]")).to_have_text(str(count))


def arrived(page: Page) -> None:
    expect(page.get_by_text("Semua jawaban sudah diterima")).to_be_visible(timeout=15_000)
    waits(page, 0)


def test_answers_wait_for_a_line_and_arrive_once(asked: Asked, signed_in: SignedIn) -> None:
    page = opened(signed_in(COORDINATOR, width=800), asked)
    page.context.set_offline(True)
    page.reload()
    for number in (1, 2, 3):
        answer(page, f"jawaban {number}")
        waits(page, number)
    expect(page.get_by_text("Tidak ada jaringan")).to_be_visible()
    begin(page)
    rate(page)
    page.get_by_label("Saran Anda").fill("jawaban 4")
    context = page.context
    page.close()
    assert asked.stored() == []
    page = context.new_page()
    page.goto(asked.address)
    waits(page, 3)
    press(page, "Lanjut")
    expect(page.get_by_label("Saran Anda")).to_have_value("jawaban 4")
    finish(page, "jawaban 4")
    waits(page, 4)
    context.set_offline(False)
    arrived(page)
    assert asked.words() == ["jawaban 1", "jawaban 2", "jawaban 3", "jawaban 4"]
    (first, *_others) = asked.stored()
    assert (first["mode"], first["group"], first["entered_by__email"]) == ("enumerator", "public", COORDINATOR)
    assert on_tablet(page) == []


def test_an_answer_whose_receipt_is_lost_is_stored_once(asked: Asked, signed_in: SignedIn) -> None:
    page = opened(signed_in(COORDINATOR, width=800), asked)
    lost = []

    def lose(route: Route) -> None:
        if lost:
            route.continue_()
            return
        lost.append(route.fetch().status)
        route.abort()

    page.context.route(ANSWERS, lose)
    answer(page, "sekali saja")
    expect(page.get_by_text("Server tidak terjangkau")).to_be_visible()
    waits(page, 1)
    assert (lost, asked.words()) == ([200], ["sekali saja"])
    press(page, "Kirim sekarang")
    arrived(page)
    assert asked.words() == ["sekali saja"]


def test_a_sign_in_that_ends_loses_nothing(asked: Asked, signed_in: SignedIn) -> None:
    page = opened(signed_in(COORDINATOR, width=800), asked)
    page.context.clear_cookies(name="sessionid")
    answer(page, "tetap ada")
    expect(page.get_by_text("Masa masuk Anda sudah berakhir").first).to_be_visible()
    waits(page, 1)
    page.get_by_role("link", name="Masuk", exact=True).click()
    sign_in(page, COORDINATOR)
    page.wait_for_url(f"**{asked.address}")
    arrived(page)
    assert asked.words() == ["tetap ada"]


def test_who_signs_out_leaves_a_page_that_shows_nothing(asked: Asked, signed_in: SignedIn) -> None:
    page = opened(signed_in(COORDINATOR, width=800), asked)
    page.context.set_offline(True)
    answer(page, "milik koordinator")
    begin(page)
    press(page, "Berhenti di sini dan lanjutkan nanti")
    page.context.set_offline(False)
    page.context.route(ANSWERS, lambda route: route.abort())
    page.goto("/beranda/")
    press(page, "Keluar")
    page.context.set_offline(True)
    page.goto(asked.address)
    expect(page.get_by_text("Ada yang masuk atau keluar")).to_be_visible()
    expect(page.get_by_role("button", name="Mulai jawaban")).to_be_hidden()
    expect(page.get_by_text("Menunggu dikirim")).to_be_hidden()
    page.context.set_offline(False)
    page.context.unroute(ANSWERS)
    page.goto("/akun/login/")
    sign_in(page, "kontributor@contoh.invalid")
    page.goto(asked.address)
    expect(page.get_by_text("dicatat orang lain di tablet ini")).to_be_visible()
    waits(page, 0)
    assert asked.stored() == []


def test_a_refused_answer_is_told_and_mended(asked: Asked, signed_in: SignedIn) -> None:
    page = opened(signed_in(COORDINATOR, width=800), asked)
    page.context.set_offline(True)
    answer(page, "baik")
    answer(page, "cacat")
    spoil(page, "cacat", {"easier": "9"})
    page.context.set_offline(False)
    expect(page.get_by_text("Beberapa jawaban ditolak")).to_be_visible(timeout=15_000)
    waits(page, 0)
    assert asked.words() == ["baik"]
    kept = page.get_by_role("listitem").filter(has_text="Ditolak")
    expect(kept).to_contain_text("Program ini memudahkan urusan saya.: Pilih salah satu jawaban")
    press(page, "Buka dan perbaiki")
    expect(page.get_by_role("alert")).to_be_focused()
    expect(page.get_by_role("heading", name="Peningkatan pelayanan")).to_be_visible()
    expect(page.get_by_role("alert")).to_contain_text("Pilih salah satu jawaban")
    page.get_by_role("group", name="Program ini memudahkan urusan saya.").get_by_label("Setuju", exact=True).check()
    for title in ("Pelibatan masyarakat", "Keberlanjutan", "Saran", "Siap diserahkan"):
        press(page, "Berikutnya")
        reached(page, title)
    press(page, "Serahkan jawaban")
    arrived(page)
    assert asked.words() == ["baik", "cacat"]
    assert {one["answers"]["easier"] for one in asked.stored()} == {3}


def test_what_is_missing_is_told_and_conditions_hold(asked: Asked, signed_in: SignedIn) -> None:
    page = opened(signed_in(COORDINATOR, width=800), asked)
    press(page, "Mulai jawaban")
    press(page, "Mulai")
    summary = page.get_by_role("alert")
    expect(summary).to_be_focused()
    expect(summary.get_by_role("link")).to_have_count(6)
    press(page, "Kembali")
    assert on_tablet(page) == []
    begin(page)
    page.get_by_label("Belum pernah").check()
    press(page, "Berikutnya")
    reached(page, "Peningkatan pelayanan")
    expect(page.get_by_text("Program ini memudahkan urusan saya.")).to_be_hidden()
    press(page, "Berikutnya")
    expect(summary.get_by_role("link")).to_have_count(1)
    page.get_by_label("Setuju", exact=True).locator("visible=true").check()
    press(page, "Kembali")
    reached(page, "Pengalaman Anda")
    page.get_by_label("Pernah", exact=True).check()
    press(page, "Berikutnya")
    reached(page, "Peningkatan pelayanan")
    expect(page.get_by_text("Program ini memudahkan urusan saya.")).to_be_visible()
    page.reload()
    page.get_by_text("Buang", exact=True).click()
    press(page, "Buang jawaban")
    expect(page.get_by_text("Jawaban dibuang")).to_be_visible()
    assert on_tablet(page) == []


def test_a_double_tap_hands_in_once(asked: Asked, signed_in: SignedIn) -> None:
    page = opened(signed_in(COORDINATOR, width=800), asked)
    begin(page)
    rate(page)
    press(page, "Berikutnya")
    reached(page, "Siap diserahkan")
    page.get_by_role("button", name="Serahkan jawaban", exact=True).dblclick()
    arrived(page)
    assert len(asked.stored()) == 1
    assert on_tablet(page) == []


def test_one_that_cannot_be_read_does_not_hold_up_others(asked: Asked, signed_in: SignedIn) -> None:
    page = opened(signed_in(COORDINATOR, width=800), asked)
    page.context.set_offline(True)
    for words in ("satu", "dua", "tiga"):
        answer(page, words)
    spoil(page, "dua", {"heard": ["bukan", "nilai"]})
    page.context.set_offline(False)
    expect(page.get_by_text("Beberapa jawaban ditolak")).to_be_visible(timeout=15_000)
    waits(page, 0)
    assert asked.words() == ["satu", "tiga"]
    assert [(one["state"], one["answers"]["suggestion"]) for one in on_tablet(page)] == [("refused", "dua")]


def test_a_survey_that_closed_meanwhile_takes_what_was_answered_before(
    asked: Asked, signed_in: SignedIn, committed: Committed
) -> None:
    page = opened(signed_in(COORDINATOR, width=800), asked)
    page.context.set_offline(True)
    answer(page, "tepat waktu")
    answer(page, "terlambat")
    ended = timezone.now()
    spoil(page, "terlambat", {}, ended=(ended + timedelta(seconds=1)).isoformat())
    with committed():
        from pilar.surveys.models import Survey

        Survey.objects.filter(pk=asked.key).update(closes_at=ended)
    page.context.set_offline(False)
    kept = page.get_by_role("listitem").filter(has_text="Ditolak")
    expect(kept).to_contain_text("sesudah survei ditutup", timeout=15_000)
    waits(page, 0)
    assert asked.words() == ["tepat waktu"]
    page.get_by_text("Buang", exact=True).click()
    press(page, "Buang jawaban")
    expect(page.get_by_text("Jawaban dibuang")).to_be_visible()
    assert on_tablet(page) == []
    page.reload()
    expect(page.get_by_text("Survei ini tidak lagi menerima jawaban baru")).to_be_visible()
    expect(page.get_by_role("button", name="Mulai jawaban")).to_be_hidden()


def test_answers_of_another_programme_are_sent_from_here(asked: Asked, signed_in: SignedIn) -> None:
    page = opened(signed_in(COORDINATOR, width=800), asked)
    other = asked.address.replace("/0/", "/1/")
    page.goto(other)
    expect(page.get_by_text("Halaman ini sekarang dapat dipakai tanpa jaringan")).to_be_visible(timeout=30_000)
    page.context.set_offline(True)
    answer(page, "pasar baik")
    answer(page, "pasar cacat")
    spoil(page, "pasar cacat", {"easier": "9"})
    page.goto(asked.address)
    waits(page, 2)
    page.context.set_offline(False)
    expect(page.get_by_text("Beberapa jawaban ditolak")).to_be_visible(timeout=15_000)
    assert asked.words() == ["pasar baik"]
    page.get_by_role("link", name="Buka halaman program ini").click()
    page.wait_for_url(f"**{other}")
    expect(page.get_by_role("button", name="Buka dan perbaiki")).to_be_visible()


def test_a_new_version_replaces_the_old_one_whole(
    asked: Asked, signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    from pilar.surveys.pages import enumerator

    page = opened(signed_in(COORDINATOR, width=800), asked)
    (name,), kept = cached(page)
    assert name.endswith(enumerator.version())
    assert kept == {asked.address, *(f"/static/{one}" for one in enumerator.FILES)}
    monkeypatch.setattr(enumerator, "version", lambda: "versi-baru")
    page.reload()
    page.wait_for_function("caches.keys().then((names) => names.length === 1 && names[0].endsWith('versi-baru'))")
    (name,), now = cached(page)
    assert now == kept
    page.context.set_offline(True)
    page.reload()
    expect(page.get_by_role("button", name="Mulai jawaban")).to_be_visible()


@pytest.mark.parametrize(("width", "language"), [(360, ""), (800, "/en")])
def test_the_page_reads_well(
    asked: Asked,
    signed_in: SignedIn,
    accessible: Callable[[Page], None],
    fits: Callable[[Page], None],
    snap: Callable[[Page, str], Path],
    width: int,
    language: str,
) -> None:
    page = signed_in(COORDINATOR, width=width)

    def looked_at(name: str) -> None:
        fits(page)
        accessible(page)
        snap(page, f"enumerator-{name}-{width}")

    page.goto(f"{language}/kerja/survei/{asked.key}/")
    looked_at("survey")
    page.get_by_role("link", name="Layanan desa daring").click()
    expect(page.locator("[data-ready]")).to_contain_text("Halaman ini" if not language else "This page", timeout=30_000)
    looked_at("home")
    page.locator("[data-do=start]").click()
    page.locator("form:visible button[type=submit]").click()
    expect(page.get_by_role("alert")).to_be_visible()
    looked_at("start")
    for name, value in {"group": "public", "age": "from_30", "sex": "male", "education": "master"}.items():
        page.locator(f"[name={name}][value={value}]").check()
    page.locator("[name=occupation][value=other]").check()
    page.locator("[name=consent]").check()
    page.locator("form:visible button[type=submit]").click()
    page.locator("[name=used][value=often]").check()
    page.locator("form:visible button[type=submit]").click()
    page.locator("[name=easier][value='4']").check()
    looked_at("section")
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    fits(page)
    snap(page, f"enumerator-large-{width}")
    page.context.set_offline(True)
    page.reload()
    expect(page.locator("[data-kept]")).to_be_visible()
    page.locator("summary").click()
    looked_at("unfinished")
    page.context.set_offline(False)


def sign_in(page: Page, email: str) -> None:
    page.get_by_label("Email").fill(email)
    page.locator("input[type=password]").fill("kata-sandi-contoh-2023")
    page.locator("main button[type=submit]").click()
    page.wait_for_load_state()


def on_tablet(page: Page) -> list[dict[str, Any]]:
    """All records that the browser keeps."""
    found: list[dict[str, Any]] = page.evaluate("Store.open().then((store) => store.all())")
    return found


def cached(page: Page) -> tuple[list[str], set[str]]:
    """Names of the caches of the browser, and the paths that lie in them."""
    names, paths = page.evaluate(
        """async () => {
             const names = await caches.keys();
             const requests = await Promise.all(names.map(async (name) => (await caches.open(name)).keys()));
             return [names, requests.flat().map((request) => new URL(request.url).pathname)];
           }"""
    )
    return names, set(paths)


def spoil(page: Page, words: str, answers: dict[str, Any], **changed: str) -> None:
    """Change a waiting answer as no field of the page would: the page itself lets nothing through that is wrong."""
    page.evaluate(
        """async ([words, answers, changed]) => {
             const store = await Store.open();
             const record = (await store.all()).find((one) => one.answers.suggestion === words);
             Object.assign(record.answers, answers);
             Object.assign(record, changed);
             await store.transact("readwrite", (kept) => kept.put(record));
           }""",
        [words, answers, changed],
    )
