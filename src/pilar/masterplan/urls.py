"""Addresses of master plans: public pages below /rencana/, working pages below /kerja/rencana/."""

from __future__ import annotations

from django.urls import path

from pilar.masterplan.pages import (
    bodies,
    deciding,
    deciding_rest,
    documents,
    importing,
    lists,
    lists_importing,
    meetings,
    minutes,
    overview,
    programmes,
    progress,
    proposals,
    proposing,
    public,
    reports,
    taking_over,
    texts,
)

app_name = "masterplan"


urlpatterns = [
    # Public
    path("rencana/", public.plans, name="plans"),
    path("rencana/<str:code>/", public.plan, name="plan"),

    # A plan and its versions
    path("kerja/rencana/", lists.own, name="own"),
    path("kerja/rencana/daerah/<str:code>/", lists.region, name="region"),
    path("kerja/rencana/daerah/<str:code>/mulai/", lists.start, name="start"),
    path("kerja/rencana/versi/<int:key>/", overview.version, name="version"),
    path("kerja/rencana/versi/<int:key>/revisi/", lists.revise, name="revise"),
    path("kerja/rencana/versi/<int:key>/langkah/<str:target>/", overview.step, name="step"),
    path("kerja/rencana/versi/<int:key>/penetapan/", overview.decree, name="decree"),
    path("kerja/rencana/versi/<int:key>/pemberlakuan/", overview.force, name="force"),
    path("kerja/rencana/versi/<int:key>/kembali/", overview.send_back, name="return"),
    path("kerja/rencana/versi/<int:key>/naskah/", texts.texts, name="texts"),
    path("kerja/rencana/versi/<int:key>/naskah/<str:part>/", texts.write, name="write"),
    path("kerja/rencana/versi/<int:key>/program/", programmes.programmes, name="programmes"),
    path("kerja/rencana/versi/<int:key>/program/<str:programme>/", programmes.programme, name="programme"),
    path("kerja/rencana/versi/<int:key>/quick-win/", programmes.quick_wins, name="quick-wins"),
    path("kerja/rencana/versi/<int:key>/perubahan/", programmes.changes, name="changes"),
    path("kerja/rencana/versi/<int:key>/lembaga/", bodies.bodies, name="bodies"),
    path("kerja/rencana/versi/<int:key>/lembaga/baru/", bodies.add, name="add-body"),
    path("kerja/rencana/versi/<int:key>/lembaga/<int:body>/", bodies.change, name="change-body"),

    # Proposals
    path("kerja/rencana/versi/<int:key>/usulan/", proposals.proposals, name="proposals"),
    path("kerja/rencana/versi/<int:key>/usulan/panggilan/", proposals.call, name="call"),
    path("kerja/rencana/versi/<int:key>/usulan/baru/", proposing.propose, name="propose"),
    path("kerja/rencana/versi/<int:key>/usulan/mirip/", proposals.alike, name="alike"),
    path("kerja/rencana/versi/<int:key>/usulan/gabung/", proposals.merge, name="merge"),
    path("kerja/rencana/versi/<int:key>/program.xlsx", importing.programmes, name="programmes-workbook"),
    path("kerja/rencana/versi/<int:key>/usulan/usulan.xlsx", importing.proposals, name="proposals-workbook"),
    path("kerja/rencana/versi/<int:key>/usulan/impor/", importing.imports, name="imports"),
    path("kerja/rencana/versi/<int:key>/usulan/daftar/", lists_importing.imports, name="list-imports"),
    path("kerja/rencana/impor/<int:key>/", importing.one, name="import"),
    path("kerja/rencana/usulan/<int:key>/", proposing.proposal, name="proposal"),
    path("kerja/rencana/usulan/<int:key>/ubah/", proposing.edit, name="proposal-edit"),
    path("kerja/rencana/usulan/<int:key>/ajukan/", proposing.submit, name="proposal-submit"),
    path("kerja/rencana/usulan/<int:key>/tarik/", proposing.withdraw, name="proposal-withdraw"),
    path("kerja/rencana/usulan/<int:key>/tanya/", proposing.ask, name="proposal-ask"),

    # Meetings
    path("kerja/rencana/versi/<int:key>/rapat/", meetings.meetings, name="meetings"),
    path("kerja/rencana/versi/<int:key>/rapat/baru/", meetings.plan, name="plan-meeting"),
    path("kerja/rencana/rapat/<int:key>/", meetings.meeting, name="meeting"),
    path("kerja/rencana/rapat/<int:key>/ubah/", meetings.edit, name="edit-meeting"),
    path("kerja/rencana/rapat/<int:key>/kehadiran/", meetings.attendance, name="attendance"),
    path("kerja/rencana/rapat/<int:key>/mulai/", meetings.begin, name="begin-meeting"),
    path("kerja/rencana/rapat/<int:key>/putusan/", deciding.decisions, name="decisions"),
    path("kerja/rencana/rapat/<int:key>/putusan/daftar/", deciding.decisions_list, name="decisions-list"),
    path("kerja/rencana/rapat/<int:key>/putusan/sisanya/", deciding_rest.accept_rest, name="accept-rest"),
    path("kerja/rencana/rapat/<int:key>/putusan/umum/", deciding.decide_general, name="decide-general"),
    path("kerja/rencana/rapat/<int:key>/putusan/<int:proposal>/", deciding.decide, name="decide"),
    path("kerja/rencana/rapat/<int:key>/pengesahan/", minutes.sign_off, name="sign-off"),
    path("kerja/rencana/rapat/<int:key>/notulen/", minutes.minutes, name="minutes"),
    path("kerja/rencana/rapat/<int:key>/notulen.<str:kind>", minutes.minutes_download, name="minutes-file"),
    path("rencana/notulen/<str:sha256>/", minutes.check, name="check-minutes"),

    # Progress and reports
    path("kerja/rencana/versi/<int:key>/kemajuan/", progress.progress, name="progress"),
    path("kerja/rencana/versi/<int:key>/kemajuan/peta-jalan/", progress.road_map, name="road-map"),
    path("kerja/rencana/versi/<int:key>/kemajuan/terlambat/", progress.late, name="late-reports"),
    path("kerja/rencana/versi/<int:key>/kemajuan/mulai-lapor/", taking_over.begin_reporting, name="begin-reporting"),
    path("kerja/rencana/versi/<int:key>/kemajuan/laporan-lalu/", taking_over.past_reports, name="past-reports"),
    path("kerja/rencana/versi/<int:key>/kemajuan/laporan-lalu.<str:form>", taking_over.template, name="past-template"),
    path("kerja/rencana/versi/<int:key>/kemajuan/<str:programme>/", progress.programme, name="programme-progress"),
    path("kerja/rencana/laporan/", reports.reports, name="reports"),
    path("kerja/rencana/laporan/<int:line>/<str:quarter>/", reports.report, name="report"),

    # Documents
    path("kerja/rencana/versi/<int:key>/dokumen/", documents.documents, name="documents"),
    path("kerja/rencana/versi/<int:key>/dokumen/arsip/", documents.order, name="order-papers"),
    path("kerja/rencana/versi/<int:key>/dokumen/arsip/<int:batch>/", documents.archive, name="papers-archive"),
    path("kerja/rencana/versi/<int:key>/dokumen/<str:name>.<str:form>", documents.paper, name="paper"),
]  # fmt: skip
