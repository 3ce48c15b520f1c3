"""A plan on a phone and at a desk: begun, written, decreed, brought into force, revised, and read by everybody."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from browser.conftest import PASSWORD
from browser.walk import agree, decide

REGION = "36.02"
COORDINATOR, CONTRIBUTOR = "lebak@contoh.invalid", "dinas.lebak@contoh.invalid"
Look = tuple[Callable[[Page], None], Callable[[Page], None], Callable[[Page, str], None]]


@dataclass
class Made:
    office: int
    version: int = 0


@pytest.fixture(scope="module")
def _made() -> list[Made]:
    return []


@pytest.fixture
def made(chromium: Browser, committed: Callable[[], AbstractContextManager[None]], _made: list[Made]) -> Made:
    """A region with a coordinator and an office that proposes, once for this file."""
    if not _made:
        from django.utils import timezone

        from pilar.areas import operations as areas
        from pilar.people.operations import create_account
        from pilar.people.rules import OPERATOR, Role

        with committed():
            office = areas.add_office(by=OPERATOR, region=REGION, name="Dinas Komunikasi, Informatika, dan Persandian")
            for email, named in (
                (COORDINATOR, {"role": Role.COORDINATOR, "region": REGION}),
                (CONTRIBUTOR, {"role": Role.CONTRIBUTOR, "office": office}),
            ):
                create_account(
                    by=OPERATOR, email=email, name=email.partition("@")[0].title(), password=PASSWORD,
                    now=timezone.now(), **named,
                )  # fmt: skip
        _made.append(Made(office))
    return _made[0]


@pytest.fixture
def look(
    accessible: Callable[[Page], None], fits: Callable[[Page], None], snap: Callable[[Page, str], None]
) -> Callable[[Page, str], None]:
    """Asserts that a page fits and is accessible, and keeps its picture."""

    def looked(page: Page, name: str) -> None:
        fits(page)
        accessible(page)
        snap(page, name)

    return looked


def test_a_plan_is_begun_and_written_on_a_phone(
    made: Made, signed_in: Callable[..., Page], look: Callable[[Page, str], None]
) -> None:
    phone = signed_in(COORDINATOR, width=360)
    phone.goto("/kerja/rencana/")
    look(phone, "plan-none-360")
    phone.get_by_role("link", name="Mulai rencana").click()
    phone.get_by_label("Judul").fill("Rencana Induk Kabupaten Cerdas Lebak")
    phone.get_by_label("Tahun terakhir").fill("2027")
    phone.get_by_role("button", name="Mulai rencana").click()
    expect(phone.get_by_role("alert")).to_contain_text("Masterplan berlaku 5 sampai 10 tahun")
    expect(phone.get_by_label("Judul")).to_have_value("Rencana Induk Kabupaten Cerdas Lebak")
    look(phone, "plan-start-360")
    years = [phone.get_by_label("Tahun pertama"), phone.get_by_label("Tahun terakhir")]
    from django.utils import timezone

    first = timezone.now().year
    years[0].fill(str(first))
    years[1].fill(str(first + 4))
    phone.get_by_role("button", name="Mulai rencana").click()
    expect(phone.get_by_text("Sedang disusun").first).to_be_visible()
    made.version = int(phone.url.rstrip("/").rpartition("/")[2])
    look(phone, "plan-draft-360")
    phone.goto(f"/kerja/rencana/versi/{made.version}/naskah/")
    look(phone, "plan-texts-empty-360")


@pytest.mark.parametrize("javascript", [True, False])
@pytest.mark.thorough
def test_rows_come_and_go_with_and_without_a_script(
    made: Made, signed_in: Callable[..., Page], look: Callable[[Page, str], None], javascript: bool
) -> None:
    part = "mission" if javascript else "gap"
    phone = signed_in(COORDINATOR, width=360, javascript=javascript)
    phone.goto(f"/kerja/rencana/versi/{made.version}/naskah/{part}/")
    phone.get_by_label("Naskah").first.fill("Pelayanan yang dekat dengan warga.")
    phone.get_by_role("button", name="Tambah baris").click()
    expect(phone.get_by_label("Naskah")).to_have_count(2)
    phone.get_by_label("Naskah").nth(1).fill("Desa yang berdaya.")
    phone.get_by_role("button", name="Tambah baris").click()
    expect(phone.get_by_label("Naskah")).to_have_count(3)
    phone.get_by_role("button", name="Hapus baris ini").nth(0).click()
    expect(phone.get_by_label("Naskah")).to_have_count(2)
    expect(phone.get_by_label("Naskah").first).to_have_value("Desa yang berdaya.")
    if javascript:
        look(phone, "plan-write-360")
    phone.get_by_role("button", name="Simpan").last.click()
    expect(phone.get_by_text("sudah disimpan")).to_be_visible()
    expect(phone.get_by_text("Desa yang berdaya.").first).to_be_visible()
    expect(phone.get_by_text("belum diputuskan").first).to_be_visible()


@pytest.mark.thorough
def test_grid_boxes_and_bodies(
    made: Made,
    signed_in: Callable[..., Page],
    look: Callable[[Page, str], None],
    committed: Callable[[], AbstractContextManager[None]],
) -> None:
    phone = signed_in(COORDINATOR, width=360)
    phone.goto(f"/kerja/rencana/versi/{made.version}/naskah/readiness/")
    phone.get_by_label("Naskah").first.fill("Separuh perangkat daerah punya pranata komputer.")
    phone.get_by_label("Nilai").first.select_option("2")
    look(phone, "plan-readiness-360")
    phone.get_by_role("button", name="Simpan").last.click()
    expect(phone.get_by_text("sudah disimpan")).to_be_visible()
    with committed():
        _texts(made.version)
    phone.reload()
    look(phone, "plan-texts-360")
    phone.goto(f"/kerja/rencana/versi/{made.version}/lembaga/baru/")
    phone.get_by_label("Nama lembaga").fill("Dewan Smart City Kabupaten Lebak")
    phone.get_by_label("Kedudukan").fill("Ketua")
    phone.get_by_label("Jabatan pemegangnya").fill("Bupati")
    phone.get_by_role("button", name="Tambah baris").click()
    expect(phone.get_by_label("Kedudukan")).to_have_count(2)
    phone.get_by_label("Kedudukan").nth(1).fill("Penanggung jawab pilar")
    phone.get_by_role("button", name="Simpan").last.click()
    expect(phone.get_by_role("alert")).to_contain_text("2. Jabatan pemegangnya")
    look(phone, "plan-body-360")
    phone.get_by_label("Jabatan pemegangnya").nth(1).fill("Kepala Dinas")
    phone.get_by_label("Pilar").nth(1).select_option("governance")
    phone.get_by_role("button", name="Simpan").last.click()
    expect(phone.get_by_text("sudah disimpan")).to_be_visible()
    look(phone, "plan-bodies-360")


def test_a_version_becomes_law(
    made: Made,
    signed_in: Callable[..., Page],
    look: Callable[[Page, str], None],
    committed: Callable[[], AbstractContextManager[None]],
    tmp_path: Path,
) -> None:
    desk = signed_in(COORDINATOR)
    at = f"/kerja/rencana/versi/{made.version}/"
    with committed():
        _met(made)
    desk.goto(at)
    decide(desk, "Serahkan ke harmonisasi")
    expect(desk.get_by_text("Status sekarang “Dalam harmonisasi”")).to_be_visible()
    look(desk, "plan-review-1280")
    desk.get_by_role("link", name="Catat penetapan").click()
    file = tmp_path / "perbup.pdf"
    file.write_bytes(_pdf())
    desk.get_by_label("Berkas peraturan").set_input_files(file)
    desk.get_by_label("Tanggal penetapan").fill("2019-01-02")
    agree(desk, "Catat penetapan")
    expect(desk.get_by_text("Berkas Anda tersimpan")).to_be_visible()
    look(desk, "plan-decree-1280")
    from django.utils import timezone

    desk.get_by_label("Nomor peraturan").fill("12 Tahun 2026")
    agree(desk, "Catat penetapan")
    expect(desk.get_by_role("alert")).to_contain_text("mendahului rapat koordinasi")
    desk.get_by_label("Tanggal penetapan").fill(timezone.localdate().isoformat())
    agree(desk, "Catat penetapan")
    expect(desk.get_by_text("Penetapan sudah dicatat")).to_be_visible()
    decide(desk, "Berlakukan")
    expect(desk.get_by_text("Versi ini berlaku")).to_be_visible()
    look(desk, "plan-in-force-1280")
    phone = signed_in(COORDINATOR, width=360)
    phone.goto(at)
    look(phone, "plan-in-force-360")


@pytest.mark.parametrize("width", [360, pytest.param(1280, marks=pytest.mark.thorough)])
def test_everybody_reads_the_plan(
    made: Made, open_page: Callable[..., Page], look: Callable[[Page, str], None], width: int
) -> None:
    page = open_page(width=width)
    for prefix in ("", "/en"):
        for name, address in {
            "list": "/rencana/",
            "public": f"/rencana/{REGION}/",
            "programmes": f"/kerja/rencana/versi/{made.version}/program/",
            "programme": f"/kerja/rencana/versi/{made.version}/program/P001/",
            "quick-wins": f"/kerja/rencana/versi/{made.version}/quick-win/",
            "law-texts": f"/kerja/rencana/versi/{made.version}/naskah/",
        }.items():
            page.goto(f"{prefix}{address}")
            look(page, f"plan-{name}-{width}{prefix.replace('/', '-')}")


@pytest.mark.thorough
def test_a_revision_tells_what_it_changes(
    made: Made,
    signed_in: Callable[..., Page],
    look: Callable[[Page, str], None],
    committed: Callable[[], AbstractContextManager[None]],
) -> None:
    desk = signed_in(COORDINATOR)
    desk.goto(f"/kerja/rencana/versi/{made.version}/")
    desk.get_by_role("link", name="Revisi rencana").click()
    desk.get_by_label("Alasan revisi rencana").fill("Rekomendasi evaluasi")
    desk.get_by_role("button", name="Mulai revisi").click()
    version = int(desk.url.rstrip("/").rpartition("/")[2])
    with committed():
        _changed(made, version)
    for width, page in ((1280, desk), (360, signed_in(COORDINATOR, width=360))):
        for name in ("perubahan", "program/P001"):
            page.goto(f"/kerja/rencana/versi/{version}/{name}/")
            look(page, f"plan-revision-{name.replace('/', '-')}-{width}")
        page.goto("/kerja/rencana/")
        look(page, f"plan-versions-{width}")


def _by(email: str = COORDINATOR) -> Any:
    from django.utils import timezone

    from pilar.people import queries
    from pilar.people.models import User

    return queries.standing(User.objects.get(email=email), timezone.now())


def _texts(version: int) -> None:
    from django.utils import timezone

    from pilar.masterplan import operations
    from pilar.masterplan.rules.statements import Stated, StatementPart, fingerprint

    said = {
        StatementPart.VISION: [Stated("Kabupaten Lebak yang melayani, dekat, dan tangguh pada tahun 2030.")],
        StatementPart.RPJMD: [Stated("Misi pertama RPJMD: tata kelola yang terbuka.", source="RPJMD 2025–2029")],
        StatementPart.STRENGTH: [Stated("Serat optik sampai semua kecamatan."), Stated("Pimpinan yang mendukung.")],
        StatementPart.WEAKNESS: [Stated("Data perangkat daerah belum terpadu.")],
        StatementPart.OPPORTUNITY: [Stated("Kemitraan dengan perguruan tinggi.")],
        StatementPart.THREAT: [Stated("Bencana yang memutus jaringan.")],
        StatementPart.STRATEGY: [Stated("Satu data, satu pintu."), Stated("Layanan desa daring.", "governance")],
    }
    for part, given in said.items():
        operations.write_part(
            by=_by(), version=version, part=part, given=given, seen=fingerprint([]), now=timezone.now()
        )


def _content(office: int, **changed: Any) -> Any:
    from django.utils import timezone

    from masterplan.world import content
    from pilar.masterplan.rules.content import Activity, Budget, Fund, Judged, Monitored, Target
    from pilar.masterplan.rules.quarters import Quarter

    year = timezone.now().year
    return replace(
        content(office),
        quick_win=True,
        link="https://contoh.invalid/layanan",
        targets=(
            Target(
                1, "Desa terhubung", "desa", base=Decimal(20), base_year=year - 1, source="Laporan",
                yearly=((year, Decimal(80)), (year + 1, Decimal(340))),
            ),
        ),
        budgets=(
            Budget(year, Fund.APBD, Decimal(750_000_000)),
            Budget(year + 1, Fund.APBD, Decimal(1_250_000_000)),
            Budget(year + 1, Fund.CSR, Decimal(100_000_000)),
        ),
        activities=(
            Activity(1, "Menyiapkan aplikasi", Quarter(year, 1), Quarter(year + 1, 2)),
            Activity(2, "Merancang", Quarter(year, 1), Quarter(year, 2), 1),
            Activity(3, "Melatih perangkat desa", Quarter(year + 1, 3), Quarter(year + 2, 2)),
        ),
        monitored=(Monitored(1, "application", "Aplikasi surat desa", year),),
        judged=(Judged("benefit", 4, "Dirasakan langsung"), Judged("risk", 2)),
        **changed,
    )  # fmt: skip


def _propose(made: Made, version: int, proposals: list[Any]) -> None:
    """From the call to signed minutes, all proposals and the general part accepted."""
    from django.utils import timezone

    from pilar.masterplan import operations
    from pilar.masterplan.models import Attendance, Meeting
    from pilar.masterplan.operations import Attendee, NewMeeting
    from pilar.masterplan.rules.decisions import Outcome, Verdict
    from pilar.masterplan.rules.meetings import MeetingKind

    now = timezone.now()
    operations.open_call(by=_by(), version=version, text="", closes_at=now + timedelta(days=9), now=now)
    keys: list[int | None] = [None]
    for given in proposals:
        key = operations.propose(by=_by(CONTRIBUTOR), version=version, office=made.office, given=given, now=now)
        operations.submit_proposal(by=_by(CONTRIBUTOR), proposal=key, now=now)
        keys.append(key)
    meeting = operations.plan_meeting(
        by=_by(), version=version, given=NewMeeting(MeetingKind.FINALISATION, "Rapat koordinasi finalisasi", now),
        now=now,
    )  # fmt: skip
    operations.save_attendance(
        by=_by(), meeting=meeting, given=[Attendee("Sekretaris Daerah", "pimpinan rapat", None, True, True)], seen=1
    )
    operations.begin_meeting(by=_by(), meeting=meeting, now=now)
    chair = Attendance.objects.get(meeting=meeting).pk
    for proposal in keys:
        verdict = Verdict(Outcome.ACCEPTED, chair)
        operations.decide(by=_by(), meeting=meeting, proposal=proposal, verdict=verdict, seen=0, now=now)
    operations.sign_off(by=_by(), meeting=meeting, seen=Meeting.objects.get(pk=meeting).saves, now=now)


def _met(made: Made) -> None:
    from pilar.masterplan.operations import Proposed
    from pilar.masterplan.rules.stages import ProposalKind

    others = [
        ("Pariwisata desa", "branding_tourism"),
        ("Bank sampah digital", "environment_waste"),
        ("Satu data daerah", "governance_public_policy"),
    ]
    given = [_content(made.office)]
    given += [
        replace(_content(made.office), title=title, part=part, quick_win=False, judged=()) for title, part in others
    ]
    _propose(made, made.version, [Proposed(ProposalKind.ADD, one) for one in given])


def _changed(made: Made, version: int) -> None:
    from pilar.masterplan import queries
    from pilar.masterplan.operations import Proposed
    from pilar.masterplan.rules.content import Horizon
    from pilar.masterplan.rules.stages import ProposalKind

    lines = {one.code: one.key for one in queries.programmes(queries.version(version, scope=_by()))}
    (target,) = _content(made.office).targets
    target = replace(target, yearly=((target.yearly[0][0], Decimal(100)), *target.yearly[1:]))
    changed = replace(
        _content(made.office), part="governance_bureaucracy", horizon=Horizon.MIDDLE, targets=(target,),
        description="Desa dan kelurahan mengurus surat warga lewat satu pintu.",
    )  # fmt: skip
    _propose(
        made,
        version,
        [
            Proposed(ProposalKind.CHANGE, changed, lines["P001"]),
            Proposed(ProposalKind.DROP, None, lines["P003"], reason="Digabung dengan program provinsi"),
            Proposed(ProposalKind.ADD, replace(_content(made.office), title="Posyandu digital", part="living_health")),
        ],
    )


def _pdf() -> bytes:
    from evidence import samples

    return samples.pdf()
