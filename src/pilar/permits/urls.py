"""Addresses of permits, below ``/perizinan/``."""

from __future__ import annotations

from django.urls import path, register_converter

from pilar.permits.forms.services import PARTS
from pilar.permits.pages import (
    applying,
    desk,
    editing,
    flow,
    handing_over,
    handling,
    investment,
    letters,
    many,
    meeting,
    minutes,
    objections,
    register,
    services,
    statistics,
    treasury,
    visiting,
)
from pilar.permits.rules.desk import LetterKind


class Triwulan:
    """A quarter, as ``2026-1``."""

    regex = r"20\d\d-[1-4]"

    def to_python(self, value: str) -> tuple[int, int]:
        year, _dash, quarter = value.partition("-")
        return int(year), int(quarter)

    def to_url(self, value: tuple[int, int]) -> str:
        return f"{value[0]}-{value[1]}"


class Tahun:
    """A year, as ``2026``."""

    regex = r"20\d\d"

    def to_python(self, value: str) -> int:
        return int(value)

    def to_url(self, value: int) -> str:
        return str(value)


register_converter(Triwulan, "triwulan")
register_converter(Tahun, "tahun_izin")

app_name = "permits"

urlpatterns = [
    path("", services.own, name="home"),
    path("investasi/", investment.regions, name="investment-regions"),
    path("investasi/<str:region>/", investment.investment, name="investment"),
    path("investasi/<str:region>/kbli/<str:code>/", investment.answer_for, name="kbli"),
    path("investasi/<str:region>/tanya/", desk.write, {"kind": LetterKind.ENQUIRY}, name="enquire"),
    path("investasi/<str:region>/laporan/", investment.report, name="report-investment"),
    path("pengaduan/<str:region>/", desk.write, {"kind": LetterKind.COMPLAINT}, name="complain"),
    path("surat/<str:token>/", desk.letter_of, name="letter-of"),

    path("statistik/", statistics.regions, name="statistics-regions"),
    path("statistik/<str:region>/<tahun_izin:year>/", statistics.year, name="statistics"),
    path("statistik/<str:region>/<tahun_izin:year>.zip", statistics.data, name="statistics-data"),

    path("kerja/surat/<int:key>/", desk.letter, name="letter"),
    path("kerja/sistem/<int:key>/", desk.system, name="system"),
    path("kerja/sistem/<int:key>/akhiri/", desk.end_system, name="end-system"),
    path("kerja/sistem/<int:key>/<uuid:delivery>/", desk.deliver_again, name="deliver-again"),
    path("kerja/daerah/<str:region>/arus/", flow.flow, name="flow"),
    path("kerja/daerah/<str:region>/surat/", desk.letters, name="letters"),
    path("kerja/daerah/<str:region>/sistem/", desk.systems, name="systems"),
    path("kerja/daerah/<str:region>/potensi/", investment.potentials, name="potentials"),
    path("kerja/daerah/<str:region>/potensi/<str:code>/", investment.withdraw_potential, name="withdraw-potential"),
    path("kerja/daerah/<str:region>/realisasi/", investment.realised, name="realised"),
    path("kerja/daerah/<str:region>/realisasi/<int:entry>/", investment.judge_realised, name="judge-realised"),
    path("kerja/daerah/<str:region>/laporan/<triwulan:of>/", desk.quarter, name="quarter"),
    path("kerja/daerah/<str:region>/laporan/<triwulan:of>.pdf", desk.quarter_file, {"kind": "pdf"}, name="quarter-pdf"),
    path("kerja/daerah/<str:region>/laporan/<triwulan:of>.xlsx", desk.quarter_file, {"kind": "xlsx"},
         name="quarter-xlsx"),
    path("kerja/daerah/<str:region>/oss/", investment.oss, name="oss"),
    path("kerja/daerah/<str:region>/oss/rekomendasi/", investment.recommended, name="recommended"),
    path("kerja/daerah/<str:region>/impor/<str:what>/", investment.import_, name="import"),
    path("kerja/daerah/<str:region>/impor/<str:what>/templat.csv", investment.import_template, name="import-template"),

    path("daftar/", register.register, name="register"),
    path("daftar/<path:number>/", register.permit, name="permit"),
    path("daftar-periksa/<str:region>/", register.seals, name="seals"),
    path("daftar-periksa/<str:region>/<int:year>.txt", register.document_list, name="document-list"),
    path("daftar-periksa/<str:region>/<int:year>.json", register.list_proof, name="list-proof"),
    path("lacak/", register.tracking, name="tracking"),
    path("lacak/berita-acara/kode/", minutes.code, name="minutes-code"),
    path("lacak/berita-acara/", minutes.sign, name="sign-minutes-by-code"),
    path("kerja/permohonan/<int:key>/izin/berkas/", register.file, name="permit-file"),
    path("kerja/permohonan/<int:key>/retribusi/berkas/", register.levy_file, name="levy-file"),
    path("kerja/izin/<int:key>/<slug:slug>/", register.act, name="permit-act"),
    path("kerja/kas/<str:region>/", treasury.desk, name="treasury"),
    path("kerja/kas/<str:region>/<int:case>/<slug:stage>/tetapkan/", treasury.set_one, name="levy-set"),
    path("kerja/kas/<str:region>/laporan/", treasury.report, name="payments"),
    path("kerja/kas/<str:region>/laporan/contoh.csv", treasury.sample, name="payments-sample"),
    path("kerja/kas/<str:region>/qris/", treasury.code, name="merchant-code"),
    path("kerja/retribusi/<int:key>/", treasury.levy, name="levy"),
    path("kerja/retribusi/<int:key>/batal/", treasury.void, name="levy-void"),
    path("kerja/retribusi/<int:key>/lepas/<int:payment>/", treasury.unmatch, name="payment-unmatch"),
    path("kerja/retribusi/<int:key>/kembalikan/", treasury.refund, name="levy-refund"),

    path("layanan/", services.own, name="own-services"),
    path("layanan/<str:region>/", services.listed, name="services"),
    path("layanan/<str:region>/cari/", services.finder, name="finder"),
    path("layanan/<str:region>/<slug:key>/", services.service, name="service"),
    path("kelola/layanan/", editing.own, name="own-editing"),
    path("kelola/layanan/<str:region>/", editing.edited, name="edit-services"),
    path("kelola/layanan/<str:region>/<slug:key>/mulai/", editing.begin, name="begin-version"),
    path("kelola/versi/<int:version>/", editing.version, name="edit-version"),
    path("kelola/versi/<int:version>/pratinjau/", editing.preview, name="preview-version"),
    path("kelola/versi/<int:version>/pratinjau.pdf", editing.preview_document, name="preview-document"),
    path("kelola/versi/<int:version>/buang/", editing.drop, name="drop-version"),
    *(
        path(f"kelola/versi/<int:version>/tulis/{part}/", editing.write, {"part": part}, name=f"write-{part}")
        for part in PARTS
    ),
    *(
        path(f"kelola/versi/<int:version>/{step}/", editing.move, {"step": step}, name=f"version-{step}")
        for step in editing.STEPS
    ),

    path("saya/", applying.own_cases, name="own-cases"),
    path("saya/dokumen/<int:key>/hapus/", applying.remove_document, name="remove-document"),
    path("saya/<int:key>/", applying.own_case, name="own-case"),
    path("saya/<int:key>/dokumen/<slug:requirement>/", applying.add_file, name="add-file"),
    path("saya/<int:key>/dokumen/<slug:requirement>/pakai/", applying.reuse, name="reuse"),
    path("saya/<int:key>/pesan/", applying.write, name="write"),
    path("saya/<int:key>/kirim/", applying.submit, name="submit"),
    path("saya/<int:key>/serahkan/", applying.hand_in, name="hand-in"),
    path("saya/<int:key>/tarik/", applying.withdraw, name="withdraw"),
    path("saya/<int:key>/berita-acara/<slug:stage>/", visiting.sign_minutes, name="sign-minutes"),
    path("dokumen/<int:case>/berita-acara/<slug:stage>.pdf", visiting.minutes, name="minutes"),
    path("saya/<int:key>/izin/", applying.own_permit, name="own-permit"),
    path("saya/<int:key>/retribusi/", applying.own_levy, name="own-levy"),
    path("saya/<int:key>/keberatan/", objections.file_objection, name="file-objection"),
    path("saya/<int:key>/alihkan/", handing_over.transfer, name="transfer"),
    path("saya/<int:key>/ambil-kembali/", handing_over.take_back, name="take-back-case"),
    path("janji/<int:key>/", meeting.appointment, name="appointment"),
    path("janji/<int:key>/jawab/", meeting.answer_appointment, name="answer-appointment"),
    path("ajukan/<str:region>/<slug:service>/", applying.begin, name="begin"),
    path("dokumen/<int:case>/<int:key>/", applying.show_file, name="file"),
    path("dokumen/<int:case>/surat/<int:key>.pdf", letters.case_letter, name="case-letter"),
    path("dokumen/<int:case>/lewat-batas/", letters.silence, name="silence"),
    path("dokumen/<int:case>/lewat-batas.pdf", letters.silence_file, name="silence-file"),
    path("dokumen/<int:case>/pembaca/", letters.readings, name="readings"),
    path("kerja/keberatan/<int:key>/", objections.objection, name="objection"),
    path("kerja/keberatan/<int:key>/jawab/", objections.answer_objection, name="answer-objection"),
    path("kerja/daerah/<str:region>/keberatan/", objections.objections, name="objections"),
    path("kerja/kunjungan/sw.js", visiting.VISITS.serve_worker, name="visits-worker"),
    path("kerja/<str:region>/kunjungan/", visiting.visits, name="visits"),
    path("kerja/kunjungan/<int:key>/<slug:stage>/", visiting.visit, name="visit"),
    path("kerja/kunjungan/<int:key>/<slug:stage>/foto/", visiting.hold_photo, name="hold-photo"),
    path("kerja/kunjungan/<int:key>/<slug:stage>/kirim/", visiting.take_visit, name="take-visit"),
    path("kerja/meja/", handling.own_desk, name="own-desk"),
    path("kerja/<str:region>/meja/", handling.desk, name="desk"),
    path("kerja/<str:region>/pengganti/", handling.colleagues, name="colleagues"),
    path("kerja/<str:region>/pengganti/<int:key>/akhiri/", handling.end_absence, name="end-absence"),
    path("kerja/<str:region>/meja/<slug:step>/", many.act_many, name="act-many"),
    path("kerja/kelompok/<int:key>/", many.desk_batch, name="desk-batch"),
    path("kerja/<str:region>/permohonan/", handling.all_cases, name="cases"),
    path("kerja/permohonan/<int:key>/", handling.desk_case, name="desk-case"),
    path("kerja/permohonan/<int:key>/<slug:stage>/ambil/", handling.take, name="take"),
    path("kerja/permohonan/<int:key>/<slug:step>/", handling.act, name="act"),
    path("kerja/permohonan/<int:key>/<slug:step>/<slug:stage>/", handling.act, name="act"),
]  # fmt: skip
