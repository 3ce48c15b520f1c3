"""Addresses of hospital visits, below ``/rumah-sakit/``."""

from __future__ import annotations

from django.urls import path

from pilar.hospital.bpjs import incoming
from pilar.hospital.fhir.views import fhir
from pilar.hospital.pages import booking, bpjs, management, privacy

app_name = "hospital"

urlpatterns = [
    path("bpjs/<slug:hospital>/<path:path>", incoming.serve, name="bpjs"),
    path("", booking.hospitals, name="home"),
    path("fhir/<slug:code>/<path:rest>", fhir, name="fhir"),
    path("saya/", booking.own_bookings, name="own-bookings"),
    path("wilayah/<str:region>/", management.compared, name="compared"),
    path("kelola/<slug:hospital>/", management.figures, name="figures"),
    path("kelola/<slug:hospital>/bpjs/", bpjs.line, name="bpjs-line"),
    path("kelola/<slug:hospital>/bpjs/ulang/", bpjs.again, name="bpjs-again"),
    path("kelola/<slug:hospital>/operasi/", bpjs.planned, name="operations"),
    path("kelola/<slug:hospital>/operasi/<str:operation>/", bpjs.change, name="operation"),
    path("kelola/<slug:hospital>/<slug:clinic>/aturan/", management.plan, name="planning"),
    path("<slug:hospital>/jadwal/", management.public_schedule, name="schedule"),
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
]
