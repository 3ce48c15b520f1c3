"""Who applied at the counter and is reached by nothing signs the minutes of a visit on the surveyor's phone, without a
line."""

from __future__ import annotations

import io
from collections.abc import Callable
from uuid import uuid4

from django.utils import timezone
from playwright.sync_api import Page, expect

from browser.conftest import Committed
from browser.tablet import waits
from browser.test_permit_application import office
from evidence.samples import pdf
from permits.world import ANSWERS, NURSE
from pilar.areas.reference import today_in
from pilar.evidence.operations import hold_private
from pilar.people.models import User
from pilar.people.queries import standing
from pilar.permits import operations as do
from pilar.permits.models import CaseEvent, DrawnSignature
from pilar.permits.rules.cases import EventKind


def file_at_counter(front: str) -> int:
    """A case that waits for its visit."""
    now = timezone.now()
    by = standing(User.objects.get(email=front), now)
    case = do.begin_at_counter(by=by, region="36.03", service="sip-tanda", kind="new", now=now)
    do.save_answers(by=by, case=case, seen=0, answers={**ANSWERS, "beds": 12}, person=NURSE, now=now)
    for requirement in ("ktp", "str"):
        held = hold_private(by=by, upload=io.BytesIO(pdf()), name="berkas.pdf", now=now)
        do.keep_file(by=by, case=case, requirement=requirement, held_file=held, now=now)
    do.submit(by=by, case=case, key=uuid4(), now=now)
    do.pass_check(by=by, case=case, now=now)
    return case


def draw(page: Page) -> None:
    """Two strokes in the field."""
    page.locator("canvas").evaluate("one => one.scrollIntoView({block: 'center', behavior: 'instant'})")
    box = page.locator("canvas").bounding_box()
    assert box is not None
    for way in (((0.1, 0.5), (0.2, 0.2), (0.4, 0.8)), ((0.5, 0.5), (0.9, 0.4))):
        points = [(box["x"] + across * box["width"], box["y"] + down * box["height"]) for across, down in way]
        page.mouse.move(*points[0])
        page.mouse.down()
        for point in points[1:]:
            page.mouse.move(*point, steps=8)
        page.mouse.up()


def test_signed_on_the_surveyors_phone_without_a_line(
    signed_in: Callable[..., Page],
    accessible: Callable[[Page], None],
    fits: Callable[[Page], None],
    snap: Callable[[Page, str], None],
    committed: Committed,
) -> None:
    with committed():
        emails = office(timezone.now(), "tanda")
        case = file_at_counter(emails["front"])
    phone = signed_in(emails["surveyor"], width=360)
    phone.goto(f"/perizinan/kerja/kunjungan/{case}/visit/")
    expect(phone.get_by_text("Halaman ini sekarang dapat dipakai tanpa jaringan")).to_be_visible()
    phone.context.set_offline(True)
    phone.reload()
    phone.locator("[data-start]").click()
    for label, text in (
        ("Tanggal peninjauan", today_in("36.03", timezone.now()).isoformat()), ("Hasil peninjauan", "Sesuai"),
        ("Yang menandatangani untuk pemohon", "Fatimah"),
    ):  # fmt: skip
        phone.get_by_label(label, exact=False).fill(text)
    signature = phone.locator("input[name=signature]")
    capacity, attested = (
        phone.get_by_label(label) for label in ("Menandatangani di perangkat ini", "Saya melihatnya menandatangani")
    )

    # What the server would refuse is told while who signs is still there: a touch by mistake is no signature.
    capacity.select_option("applicant")
    attested.check()
    phone.locator("canvas").click()
    assert signature.input_value()
    phone.get_by_role("button", name="Serahkan kunjungan").click()
    expect(phone.get_by_role("link", name="Tanda tangan tidak dapat dibaca")).to_be_visible()
    waits(phone, 0)
    phone.get_by_role("button", name="Hapus tanda tangan").click()
    capacity.select_option("")
    attested.uncheck()
    draw(phone)
    assert signature.input_value().count(";") == 1
    phone.get_by_role("button", name="Serahkan kunjungan").click()
    expect(phone.get_by_role("link", name="Pilih sebagai apa ia menandatangani")).to_be_visible()
    expect(phone.get_by_role("link", name="Tanda tangan tidak dapat dibaca")).to_have_count(0)

    # What changes after it was signed is signed again; what is half done is there again after the page was closed.
    phone.get_by_label("Hasil peninjauan").fill("Sesuai, kecuali wastafel")
    expect(phone.get_by_text("Tanda tangan dihapus karena isi yang ditandatangani berubah")).to_be_visible()
    expect(signature).to_have_value("")
    capacity.select_option("applicant")
    attested.check()
    draw(phone)
    kept = signature.input_value()
    assert kept.count(";") == 1
    fits(phone)
    accessible(phone)
    snap(phone, "permit-signature-360")
    phone.get_by_role("button", name="Berhenti di sini dan lanjutkan nanti").click()
    phone.reload()
    phone.get_by_role("button", name="Lanjut", exact=True).click()
    expect(signature).to_have_value(kept)
    assert phone.locator("canvas").evaluate(
        "one => one.getContext('2d').getImageData(0, 0, 900, 300).data.some((value) => value > 0)"
    ), "what was drawn is seen again"
    phone.get_by_role("button", name="Serahkan kunjungan").click()
    waits(phone, 1)
    assert not DrawnSignature.objects.filter(case=case).exists()
    phone.context.set_offline(False)
    waits(phone, 0)
    with committed():
        done = CaseEvent.objects.get(case=case, kind=EventKind.DONE, stage="visit")
        assert done.facts["drawn"] == "applicant"
        assert DrawnSignature.objects.get(case=case).number == done.number
    for width in (360, 1280):
        desk = signed_in(emails["back"], width=width)
        desk.goto(f"/perizinan/kerja/permohonan/{case}/")
        expect(desk.get_by_role("img", name="Tanda tangan Fatimah")).to_be_visible()
        fits(desk)
        accessible(desk)
        desk.get_by_role("img", name="Tanda tangan Fatimah").scroll_into_view_if_needed()
        snap(desk, f"permit-signature-minutes-{width}")
