"""What an enumerator does on a tablet, step by step, and what lies in the browser and in the database."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.utils import timezone
from playwright.sync_api import Page, expect

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
        return [*rows.values("answers", "profile", "mode", "group", "key", "entered_by__email")]

    def words(self) -> list[str]:
        """The suggestions that have arrived: they tell the answers apart."""
        return sorted(one["answers"].get("suggestion", "") for one in self.stored())


def make_survey(title: str) -> Asked:
    """Written as the caller writes: committed, if the browser is to see it."""
    from pilar.areas.models import Office
    from pilar.people.rules import OPERATOR
    from pilar.surveys import operations
    from pilar.surveys.operations import NewSurvey
    from pilar.surveys.rules.surveys import NewCell

    now = timezone.now()
    office = Office.objects.get(region=REGION, abbreviation="Diskominfo").pk
    given = NewSurvey(
        "impact-2023", title, now.year, now - timedelta(days=1), now + timedelta(days=20), synthetic=True
    )  # fmt: skip
    key = operations.create_survey(by=OPERATOR, region=REGION, given=given, now=now - timedelta(days=1))
    cells = [
        NewCell("Layanan desa daring", office, 17, "governance", "governance_public_service"),
        NewCell("Pasar digital", office, 17, "economy", "economy_transaction"),
    ]
    operations.set_cells(by=OPERATOR, survey=key, cells=cells)
    operations.open_survey(by=OPERATOR, survey=key)
    return Asked(key)


def opened(page: Page, asked: Asked) -> Page:
    """The page of the first programme, once it works without a line."""
    page.goto(asked.address)
    expect(page.get_by_text("Halaman ini sekarang dapat dipakai tanpa jaringan")).to_be_visible()
    return page


def begin(page: Page, district: str = "") -> None:
    """A new answer up to its first question."""
    press(page, "Mulai jawaban")
    reached(page, "Survei dampak Smart City")
    for chosen in ("Pengguna atau penerima manfaat", "30 sampai 39 tahun", "Perempuan", "S1", "Petani atau nelayan"):
        page.get_by_label(chosen, exact=True).check()
    if district:
        page.get_by_label("Kecamatan").select_option(label=district)
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
    expect(page.get_by_role("button", name="Mulai jawaban")).to_be_focused()


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
    expect(page.get_by_text("Semua jawaban sudah diterima")).to_be_visible()
    waits(page, 0)


def sign_in(page: Page, email: str) -> None:
    page.get_by_label("Email").fill(email)
    page.locator("input[type=password]").fill("kata-sandi-contoh-2023")
    page.locator("main form:has(input[type=password]) button[type=submit]").first.click()
    page.wait_for_load_state()


def on_tablet(page: Page) -> list[dict[str, Any]]:
    """All records that the browser keeps."""
    found: list[dict[str, Any]] = page.evaluate("Store.open('enumerator').then((store) => store.all())")
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
             const store = await Store.open("enumerator");
             const record = (await store.all()).find((one) => one.content.answers.suggestion === words);
             Object.assign(record.content.answers, answers);
             Object.assign(record, changed);
             await store.transact("readwrite", (kept) => kept.put(record));
           }""",
        [words, answers, changed],
    )


def lies_on_tablet(page: Page, words: str) -> None:
    """Wait until an answer with this suggestion is written."""
    page.wait_for_function(
        """words => Store.open('enumerator').then((store) => store.all())
             .then((all) => all.some((one) => one.content.answers.suggestion === words))""",
        arg=words,
    )


def multiply(page: Page, times: int) -> None:
    """As many more answers like the one that waits."""
    page.evaluate(
        """async (times) => {
             const store = await Store.open("enumerator");
             const [record] = await store.all();
             await store.transact("readwrite", (kept) => {
               for (let count = 0; count < times; count += 1) kept.add({ ...record, key: newKey() });
             });
           }""",
        times,
    )


def age(page: Page, *, days: int) -> None:
    """Let all answers on the tablet have been begun so many days ago."""
    began = (timezone.now() - timedelta(days=days)).isoformat()
    page.evaluate(
        """async (began) => {
             const store = await Store.open("enumerator");
             const records = await store.all();
             await store.transact("readwrite", (kept) => records.forEach((one) => kept.put({ ...one, began })));
           }""",
        began,
    )


BEFORE = """async () => {
  const asked = indexedDB.open("pilar-enumerator", 1);
  asked.onupgradeneeded = () => asked.result.createObjectStore("answers", { keyPath: "key" });
  await new Promise((resolve) => { asked.onsuccess = resolve; });
  window.before = new Store(asked.result, "answers");
}"""


def lay_as_before(page: Page) -> None:
    """Let all records lie where and as the page kept them before outboxes were shared."""
    page.evaluate(BEFORE)
    page.evaluate(
        """async () => {
             const store = await Store.open("enumerator");
             const records = await store.all();
             const answers = records.map(({ title, content, ...record }) => (
               { ...record, cell: 1, programme: title, ...content }
             ));
             await before.transact("readwrite", (kept) => answers.forEach((one) => kept.add(one)));
             await store.transact("readwrite", (kept) => kept.clear());
           }"""
    )


def left_as_before(page: Page) -> int:
    """How many records still lie there."""
    page.evaluate(BEFORE)
    found: int = page.evaluate("before.all().then((all) => all.length)")
    return found
