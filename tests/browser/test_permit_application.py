"""A nurse applies by phone; the front office, the health office, the back office and the head work on it."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from django.test import Client
from django.utils import timezone
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from browser.conftest import PASSWORD, SESSION, Committed
from browser.tablet import waits
from evidence import samples
from people.citizens import entered
from permits.world import NIK, definition
from pilar.areas import operations as areas
from pilar.areas.models import Region
from pilar.areas.reference import today_in
from pilar.evidence import queries, store
from pilar.evidence.operations import sign_documents
from pilar.people.operations import create_account
from pilar.people.rules import OPERATOR, SCHEDULE
from pilar.permits.models import Case, CaseFile, Levy, ServiceVersion
from pilar.permits.operations import seal_lists
from pilar.permits.rules.roles import Role
from pilar.permits.rules.services import read, written

OFFICERS = {"front": Role.FRONT, "back": Role.BACK, "head": Role.HEAD, "treasury": Role.TREASURY}


LEVY = {"key": "levy", "kind": "levy", "name": {"id": "Retribusi"}, "role": "treasury", "limit": {"days": 1},
        "after": ["health", "visit"]}  # fmt: skip
PLACE = """Object.defineProperty(navigator, "geolocation", {value: {
  silent: false,
  getCurrentPosition(given, refused) {
    const coords = {latitude: -6.17011, longitude: 106.6403, accuracy: 12};
    setTimeout(() => this.silent ? refused({code: 1}) : given({coords}));
  },
}});"""
"""Where the surveyor's phone is: what Chromium is told of a place is now and then not there when a page asks."""
FEE = {"formula": "beds * rate", "inputs": {"rate": {"value": "16000", "source": "contoh"}}, "basis": "contoh"}


def office(now: object, short: str = "uji", *, fee: bool = False) -> dict[str, str]:
    """A service that takes applications (``sip-uji``), and the addresses of those who work on it; each test has one of
    its own (``short``). ``fee``: it costs something."""
    dinkes = areas.add_office(by=OPERATOR, region="36.03", name=f"Dinas Kesehatan {short}", abbreviation=short)
    given = definition(key=f"sip-{short}", name={"id": f"Surat izin praktik {short}"})
    given["stages"][1]["office"] = given["stages"][2]["office"] = short
    if fee:
        given |= {"fee": FEE, "stages": [*given["stages"][:3], LEVY, *given["stages"][3:]]}
        given["stages"][4]["after"] = ["levy"]
    given["form"]["properties"]["place"]["x-place"] = True
    given["form"]["properties"]["coordinates"] = {"type": "string", "format": "point", "title": "Koordinat"}
    ServiceVersion.objects.create(
        region=Region.objects.get(code="36.03"), key=f"sip-{short}", number=1, valid_from="2026-01-01",
        state="published", definition=written(read(given)), publisher="user:0", published_at=now, hash="0" * 64,
        shipped=True,
    )  # fmt: skip
    emails = {}
    for name, role in {**OFFICERS, "technical": Role.TECHNICAL, "surveyor": Role.SURVEYOR}.items():
        emails[name] = f"{name}.{short}@contoh.invalid"
        place = {"office": dinkes} if role in (Role.TECHNICAL, Role.SURVEYOR) else {"region": "36.03"}
        create_account(
            by=OPERATOR, email=emails[name], name=name.title(), role=role, password=PASSWORD, now=now, **place
        )
    return emails


def fill_application(phone: Page) -> None:
    """Who applies and what is asked, kept as a draft."""
    for label, text in (
        ("Nama lengkap", "Fatimah"), ("NIK", NIK), ("Telepon", "081234567890"), ("Alamat", "Balaraja"),
        ("Tempat tidur", "12"), ("Nomor STR", "STR-77"), ("STR berlaku sampai", "2030-01-31"),
        ("Tempat praktik", "Puskesmas"), ("Koordinat", "6,198 LS; 106,452 BT"),
    ):  # fmt: skip
        phone.get_by_label(label, exact=False).first.fill(text)
    phone.get_by_role("button", name="Simpan konsep").click()
    expect(phone.locator("#case-kept")).to_contain_text("Konsep tersimpan")


def attach(phone: Page, *keys: str) -> None:
    """Documents of these requirements."""
    for key in keys:
        if not phone.locator(f"#{key}[open]").count():
            phone.locator(f"#{key} > summary").click()
        phone.locator(f"#file-{key}").set_input_files(
            {"name": f"{key}.pdf", "mimeType": "application/pdf", "buffer": samples.pdf()}
        )
        phone.locator(f"form[action$='/dokumen/{key}/'] button").click()
        expect(phone.locator(f"#{key}")).to_contain_text(f"{key}.pdf")


def test_by_phone_from_the_draft_to_the_signature(
    signed_in: Callable[..., Page],
    open_page: Callable[..., Page],
    site: LiveServer,
    accessible: Callable[[Page], None],
    fits: Callable[[Page], None],
    snap: Callable[[Page, str], None],
    committed: Committed,
    settings: Any,
) -> None:
    settings.PILAR_SIGNER = "pilar.reports.signing.signers.DemonstrationSigner"
    with committed():
        emails = office(timezone.now(), fee=True)

    def looked_at(page: Page, name: str) -> None:
        fits(page)
        accessible(page)
        snap(page, f"permit-{name}-360")

    phone = open_page(width=360)
    with committed():
        client = entered(Client(), "perawat.izin@contoh.invalid", "Fatimah")
        session = {"name": SESSION, "value": client.cookies[SESSION].value, "url": site.url}
    phone.context.add_cookies([session])
    phone.goto("/perizinan/layanan/36.03/sip-uji/")
    phone.get_by_role("link", name="Mulai permohonan").click()
    looked_at(phone, "begin")
    phone.get_by_label("Jenis permohonan").select_option("new")
    phone.get_by_role("button", name="Mulai konsep").click()
    looked_at(phone, "draft")
    fill_application(phone)
    attach(phone, "ktp", "str")
    phone.get_by_role("link", name="Kirim permohonan").click()
    looked_at(phone, "send")
    phone.get_by_role("button", name="Kirim permohonan").click()
    expect(phone.get_by_text(re.compile("P3603-")).first).to_be_visible()
    looked_at(phone, "sent")
    key = Case.objects.latest("pk").pk

    def acts(name: str, button: str, *filled: tuple[str, str], tick: bool = False) -> None:
        page = signed_in(emails[name], width=360)
        page.goto("/perizinan/kerja/meja/")
        looked_at(page, f"desk-{name}")
        page.goto(f"/perizinan/kerja/permohonan/{key}/")
        looked_at(page, f"case-{name}")
        page.get_by_role("link", name=button, exact=True).click()
        looked_at(page, f"act-{name}")
        for label, text in filled:
            field = page.get_by_label(label, exact=True)
            if field.evaluate("one => one.tagName") == "SELECT":
                field.select_option(text)
            else:
                field.fill(text)
        if tick:
            page.get_by_role("checkbox").check()
        page.get_by_role("button", name=button, exact=True).click()
        expect(page).to_have_url(re.compile(rf"/permohonan/{key}/$"))
        page.context.close()

    acts("front", "Nyatakan lengkap", tick=True)
    acts("technical", "Serahkan rekomendasi", ("Hasil", "agreed"), ("Penjelasan", "Layak"))
    tablet = signed_in(emails["surveyor"], width=360)
    tablet.context.add_init_script(PLACE)
    tablet.goto("/perizinan/kerja/meja/")
    tablet.get_by_role("link", name="Kunjungan", exact=True).click()
    tablet.evaluate("navigator.geolocation.silent = true")
    tablet.get_by_role("button", name="Mulai dari tempat saya").click()
    expect(tablet.get_by_text("Ponsel tidak memberi tahu tempatnya")).to_be_visible()
    expect(tablet.get_by_label("Mulai dari")).to_be_focused()
    tablet.evaluate("navigator.geolocation.silent = false")
    tablet.get_by_role("button", name="Mulai dari tempat saya").click()
    expect(tablet.get_by_role("cell", name="21,0")).to_be_visible()
    looked_at(tablet, "visits")
    tablet.goto(f"/perizinan/kerja/permohonan/{key}/")
    tablet.get_by_role("link", name="Tulis berita acara di lokasi, juga tanpa sambungan").click()
    expect(tablet.locator("[data-start]")).to_be_visible()
    looked_at(tablet, "visit")
    tablet.locator("[data-start]").click()
    today = today_in("36.03", timezone.now())
    for label, text in (
        ("Tanggal peninjauan", today.isoformat()), ("Hasil peninjauan", "Sesuai"),
        ("Yang menandatangani untuk pemohon", "Fatimah"),
    ):  # fmt: skip
        tablet.get_by_label(label, exact=False).fill(text)
    tablet.get_by_label("Foto lokasi", exact=False).set_input_files(
        {"name": "lokasi.png", "mimeType": "image/png", "buffer": samples.png(40, 30)}
    )
    expect(tablet.get_by_text("lokasi.png")).to_be_visible()
    expect(tablet.locator("input[name=device]")).to_have_value(re.compile("-6.17011, 106.64030"))
    looked_at(tablet, "visit-form")
    tablet.get_by_role("button", name="Serahkan kunjungan").click()
    expect(tablet.get_by_text("Semua kunjungan sudah diterima")).to_be_visible()
    waits(tablet, 0)
    tablet.goto(f"/perizinan/kerja/permohonan/{key}/")
    tablet.get_by_role("heading", name="Peninjauan: foto 1").click()
    expect(tablet.get_by_text("lokasi.png")).to_be_visible()
    expect(tablet.get_by_role("link", name="-6.17011, 106.64030")).to_be_visible()
    assert CaseFile.objects.filter(case=key, requirement="visit-1").exists()
    phone.reload()
    phone.get_by_role("link", name="Tandatangani berita acara").click()
    looked_at(phone, "minutes")
    phone.get_by_label("Saya setuju dengan berita acara ini").check()
    phone.get_by_role("checkbox").check()
    phone.get_by_role("button", name="Tandatangani berita acara").click()
    looked_at(phone, "minutes-signed")
    treasury = signed_in(emails["treasury"], width=360)
    treasury.goto("/perizinan/kerja/meja/")
    treasury.get_by_role("link", name="Kas", exact=True).click()
    treasury.get_by_role("button", name="Tetapkan retribusi").first.click()
    looked_at(treasury, "levies")
    with committed():
        number = Levy.objects.get(case=key).number
    phone.reload()
    expect(phone.get_by_text("Rp192.000").first).to_be_visible()
    looked_at(phone, "levy")
    treasury.get_by_role("link", name="Laporan bank").first.click()
    report = f"Tanggal,Keterangan,Kredit,Referensi\n{today:%d/%m/%Y},TRSF {number},192.000,FT-{number}\n"
    treasury.locator("input[type=file]").set_input_files(
        {"name": "mutasi.csv", "mimeType": "text/csv", "buffer": report.encode()}
    )
    treasury.get_by_role("button", name="Periksa berkas").click()
    looked_at(treasury, "bank-preview")
    treasury.get_by_role("button", name="Simpan semuanya").click()
    acts("back", "Serahkan kepada kepala", ("Hasil", "agreed"), ("Penjelasan", "Lengkap"))
    acts("head", "Tanda tangani", tick=True)
    phone.reload()
    looked_at(phone, "signed")

    # The worker signs the file; everybody finds the permit, follows the case, and checks the file without a line.
    with committed():
        now = timezone.now()
        assert sign_documents(by=SCHEDULE, now=now) == 1
        seal_lists(by=SCHEDULE, now=now)
        case = Case.objects.get(pk=key)
        permit, row = case.permit, queries.signature("permits.permit", f"{case.permit.pk}/1")
        assert row is not None
        with store.open_file(row.storage_key) as file:
            content = file.read()
    phone.reload()
    expect(phone.get_by_role("link", name="Buka izin (PDF)")).to_be_visible()
    looked_at(phone, "issued")
    visitor = open_page(width=360)
    visitor.goto("/perizinan/daftar/?q=puskesmas")
    looked_at(visitor, "register")
    visitor.get_by_role("link", name=permit.number).click()
    expect(visitor.get_by_text("F.", exact=True)).to_be_visible()
    looked_at(visitor, "permit")
    visitor.goto("/perizinan/lacak/")
    looked_at(visitor, "track")
    visitor.get_by_label("Nomor permohonan").fill(case.number)
    visitor.get_by_label("Empat karakter terakhir").fill(NIK[-4:])
    visitor.get_by_role("button", name="Lihat").click()
    expect(visitor.get_by_role("link", name=permit.number)).to_be_visible()
    looked_at(visitor, "tracked")
    visitor.goto("/perizinan/daftar-periksa/36.03/")
    looked_at(visitor, "seals")
    visitor.goto("/periksa/")
    expect(visitor.get_by_text("Halaman ini kini dapat dipakai tanpa jaringan")).to_be_visible()
    given = {"name": "izin.pdf", "mimeType": "application/pdf", "buffer": content}
    for offline in (False, True):
        visitor.context.set_offline(offline)
        visitor.reload()
        visitor.get_by_label("Atau PDF-nya").set_input_files(given)
        for said in ("Kode ini asli", "tidak ada yang ditambahkan", "Ada dalam daftar dan berlaku"):
            expect(visitor.get_by_text(said).locator("visible=true").first).to_be_visible()

    for name, path in (("treasury", ""), ("bank-report", "laporan/"), ("qris", "qris/")):
        treasury.goto(f"/perizinan/kerja/kas/36.03/{path}")
        looked_at(treasury, name)
