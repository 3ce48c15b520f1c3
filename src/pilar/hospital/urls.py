"""Addresses of hospital visits, below ``/rumah-sakit/``."""

from __future__ import annotations

from django.urls import path

from pilar.hospital.bpjs import incoming
from pilar.hospital.fhir.views import fhir
from pilar.hospital.pages import booking, bpjs, day, desk, following, keeping, management, privacy, schedules

app_name = "hospital"

urlpatterns = [
    path("bpjs/<slug:hospital>/<path:path>", incoming.serve, name="bpjs"),
    path("", schedules.hospitals, name="home"),
    path("fhir/<slug:code>/<path:rest>", fhir, name="fhir"),
    path("rs/<slug:hospital>/", schedules.hospital, name="hospital"),
    path("rs/<slug:hospital>/<slug:clinic>/", schedules.clinic, name="clinic"),
    path("saya/", booking.own_bookings, name="own-bookings"),
    path("pesan/<key:session>/", booking.book, name="book"),
    path("data-diri/<slug:hospital>/<key:account>/", booking.person, name="person"),
    path("reservasi/<slug:code>/", booking.booking, name="booking"),
    path("reservasi/<slug:code>/slip/", booking.slip, name="slip"),
    path("reservasi/<slug:code>/kalender.ics", booking.calendar, name="calendar"),
    path("reservasi/<slug:code>/pindah/", booking.move, name="move"),
    path("reservasi/<slug:code>/pindah/<key:session>/", booking.move_to, name="move-to"),
    path("reservasi/<slug:code>/batal/", booking.cancel, name="cancel"),
    path("tunggu/<key:clinic>/", booking.wait, name="wait"),
    path("tunggu/<key:key>/ambil/", booking.take_offer, name="take-offer"),
    path("tunggu/<key:key>/lepas/", booking.leave_waiting, name="leave-waiting"),
    path("loket/<slug:hospital>/", desk.desk, name="desk"),
    path("loket/<slug:hospital>/baru/", desk.register, name="register"),
    path("pasien/<key:key>/", desk.patient, name="desk-patient"),
    path("pasien/<key:key>/gabung/<key:into>/", desk.merge, name="merge"),
    path("jadwal/<slug:hospital>/", keeping.schedules, name="schedules"),
    path("poli/<key:key>/", keeping.clinic, name="keep-clinic"),
    path("sesi/<key:key>/", keeping.session, name="keep-session"),
    path("sesi/<key:key>/batal/", keeping.cancel_session, name="cancel-session"),
    path("wilayah/<str:region>/", management.compared, name="compared"),
    path("kelola/<slug:hospital>/", management.figures, name="figures"),
    path("kelola/<slug:hospital>/bpjs/", bpjs.line, name="bpjs-line"),
    path("kelola/<slug:hospital>/bpjs/ulang/", bpjs.again, name="bpjs-again"),
    path("kelola/<slug:hospital>/operasi/", bpjs.planned, name="operations"),
    path("kelola/<slug:hospital>/operasi/<str:operation>/", bpjs.change, name="operation"),
    path("kelola/<slug:hospital>/<slug:clinic>/aturan/", management.plan, name="planning"),
    path("saya/data/", privacy.own_records, name="own-records"),
    path("saya/data/<key:key>/", privacy.own_record, name="own-record"),
    path("saya/data/<key:key>/persetujuan/<slug:purpose>/", privacy.purpose, name="purpose"),
    path("saya/data/<key:key>/salinan/", privacy.copy, name="copy"),
    path("saya/data/<key:key>/hapus/", privacy.erase, name="erase"),
    path("darurat/<key:key>/", privacy.opened, name="opened"),
    path("kebocoran/<key:key>/surat.pdf", privacy.breach_file, {"kind": "pdf"}, name="breach-pdf"),
    path("kebocoran/<key:key>/surat.docx", privacy.breach_file, {"kind": "docx"}, name="breach-docx"),
    path("kebocoran/<key:key>/diberitahukan/", privacy.tell_breach, name="breach-told"),
    path("<slug:code>/darurat/", privacy.emergency, name="emergency"),
    path("<slug:code>/pelindungan-data/", privacy.protection, name="protection"),
    path("<slug:code>/pelindungan-data/kebocoran/", privacy.breach, name="new-breach"),
    path("<slug:code>/pelindungan-data/kebocoran/<key:key>/", privacy.breach, name="breach"),

    path("papan/<slug:code>/", following.board, name="board"),
    path("antrean/<slug:code>/", following.place, name="place"),
    path("kios/", following.kiosk, name="kiosk"),
    path("kerja/<slug:code>/", day.sessions, name="day"),
    path("kerja/<slug:code>/kedatangan/", day.arrivals, name="arrivals"),
    path("kerja/<slug:code>/kios/", following.set_up_kiosk, name="set-up-kiosk"),
    path("kerja/<slug:code>/farmasi/", day.pharmacy, name="pharmacy"),
    path("kerja/<slug:code>/farmasi/<slug:booking>/<slug:to>/", day.dispense, name="dispense"),
    path("kerja/sesi/<int:key>/", day.session, name="session"),
    path("kerja/sesi/<int:key>/panggil/", day.call_next, name="call-next"),
    path("kerja/sesi/<int:key>/akhiri/", day.end, name="end-session"),
    path("kerja/sesi/<int:key>/terlambat/", day.late, name="late"),
    path("kerja/sesi/<int:key>/terlambat/<slug:times>/", day.replan, name="replan"),
    path("kerja/kunjungan/<slug:code>/", day.visit, name="visit"),
    path("kerja/kunjungan/<slug:code>/kontrol/", day.control, name="control"),
    path("kerja/kunjungan/<slug:code>/<slug:step>/", day.act, name="act"),
]  # fmt: skip
