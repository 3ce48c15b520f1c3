"""Addresses of results, regions and instruments."""

from __future__ import annotations

import re

from django.urls import path, register_converter
from django.urls.converters import StringConverter

from pilar.evaluation.pages import (
    agreement,
    analysis,
    answer_sheets,
    answers,
    attachments,
    batches,
    campaigns,
    computed,
    downloads,
    evidence_requests,
    findings,
    follow_up,
    instruments,
    marking,
    meetings,
    next_steps,
    panel_marks,
    panels,
    participation,
    peers,
    progress,
    region_result,
    regions,
    results,
    scenarios,
    snapshots,
    submission,
)

app_name = "evaluation"


class PhaseFile(StringConverter):
    """One of the files about a phase as a whole."""

    regex = "|".join(map(re.escape, downloads.KINDS))


register_converter(PhaseFile, "phase_file")

urlpatterns = [
    path("hasil/", results.years, name="years"),
    path("hasil/<int:year>/", results.results, name="results"),
    path("wilayah/", regions.regions, name="regions"),
    path("wilayah/<str:code>/", regions.region, name="region"),
    path("wilayah/<str:code>/<int:year>/", regions.region_year, name="region_year"),
    path("wilayah/<str:code>/<int:year>/lembar.pdf", downloads.stated_sheet, name="stated-sheet"),
    path("instrumen/", instruments.instruments, name="instruments"),
    path("instrumen/<str:code>/<str:version>/", instruments.instrument, name="instrument"),
    path("instrumen/<str:code>/<str:version>/berkas.yaml", instruments.instrument_file, name="instrument_file"),
    path("kerja/asesor/", marking.regions, name="duties"),
    path("kerja/asesor/jadwal/", meetings.days, name="days"),
    path("kerja/asesor/<int:key>/", marking.form, name="marking"),
    path("kerja/asesor/<int:key>/nilai/<str:node>/", marking.save, name="save-mark"),
    path("kerja/asesor/<int:key>/selesai/", marking.finish, name="finish-marking"),
    path("kerja/asesor/<int:key>/panel/", panel_marks.panel, name="panel"),
    path("kerja/asesor/<int:key>/panel/nilai/<str:node>/", panel_marks.settle, name="settle-mark"),
    path("kerja/asesor/<int:key>/panel/buka/<int:assessor>/", panel_marks.reopen, name="reopen-marking"),
    path("kerja/asesor/<int:key>/temuan/", findings.findings, name="findings"),
    path("kerja/temuan/<int:key>/", findings.finding, name="finding"),
    path("kerja/temuan/<int:key>/hapus/", findings.remove, name="remove-finding"),
    path("kerja/penilaian/<int:key>/pertemuan/", meetings.meetings, name="meetings"),
    path("kerja/pertemuan/<int:key>/", meetings.meeting, name="meeting"),
    path("kerja/pertemuan/<int:key>/batal/", meetings.cancel, name="cancel-meeting"),
    path("kerja/penilaian/<int:key>/permintaan/", evidence_requests.requests, name="requests"),
    path("kerja/permintaan/<int:key>/", evidence_requests.evidence_request, name="request"),
    path("kerja/permintaan/<int:key>/tarik/", evidence_requests.withdraw, name="withdraw-request"),
    path("kerja/permintaan/<int:key>/bukti/", evidence_requests.add_evidence, name="request-evidence"),
    path("kerja/penilaian/<int:key>/nilai-panel/", panel_marks.agreed, name="agreed-marks"),
    path("kerja/penilaian/", answers.assessments, name="assessments"),
    path("kerja/penilaian/<int:key>/", answers.assessment, name="assessment"),
    path("kerja/penilaian/<int:key>/indikator/<str:node>/", answers.indicator, name="indicator"),
    path("kerja/penilaian/<int:key>/indikator/<str:node>/bukti/", attachments.attach, name="attach"),
    path("kerja/penilaian/<int:key>/indikator/<str:node>/bukti/lepas/", attachments.detach, name="detach"),
    path("kerja/penilaian/<int:key>/salin/", answers.take_over, name="take-over"),
    path("kerja/penilaian/<int:key>/verifikasi/", attachments.verification, name="verification"),
    path("kerja/penilaian/<int:key>/pembagian/", submission.allocation, name="allocation"),
    path("kerja/penilaian/<int:key>/pengajuan/", submission.submission, name="submission"),
    path("kerja/penilaian/<int:key>/langkah/", next_steps.next_steps, name="next-steps"),
    path("kerja/penilaian/<int:key>/formulir.xlsx", answer_sheets.export, name="answer-form"),
    path("kerja/penilaian/<int:key>/impor/", answer_sheets.sheet_import, name="answer-import"),
    path("hasil/pilar/<str:code>/<int:number>/", computed.computed, name="computed"),
    path("hasil/pilar/<str:code>/<int:number>/versi/<int:version>/", computed.computed, name="computed-version"),
    path("hasil/pilar/<str:code>/<int:number>/analisis/", analysis.phase, name="analysis-phase"),
    path("hasil/pilar/<str:code>/<int:number>/analisis/<str:region>/", analysis.region, name="analysis-region"),
    path(
        "hasil/pilar/<str:code>/<int:number>/versi/<int:version>/analisis/",
        analysis.phase,
        name="analysis-phase-version",
    ),
    path(
        "hasil/pilar/<str:code>/<int:number>/versi/<int:version>/analisis/<str:region>/",
        analysis.region,
        name="analysis-region-version",
    ),
    path("hasil/pilar/<str:code>/<int:number>/<str:region>/", computed.computed_region, name="computed-region"),
    path(
        "hasil/pilar/<str:code>/<int:number>/versi/<int:version>/<str:region>/",
        computed.computed_region,
        name="computed-region-version",
    ),
    path(
        "hasil/pilar/<str:code>/<int:number>/<str:region>/lembar.pdf", downloads.computed_sheet, name="computed-sheet"
    ),
    path(
        "hasil/pilar/<str:code>/<int:number>/versi/<int:version>/<str:region>/lembar.pdf",
        downloads.computed_sheet,
        name="computed-sheet-version",
    ),
    path("hasil/pilar/<str:code>/<int:number>/<phase_file:file>", downloads.computed_file, name="computed-file"),
    path(
        "hasil/pilar/<str:code>/<int:number>/versi/<int:version>/<phase_file:file>",
        downloads.computed_file,
        name="computed-file-version",
    ),
    path("hasil/pilar/<str:code>/<int:number>/<str:region>/sebanding/", peers.peers, name="peers"),
    path(
        "hasil/pilar/<str:code>/<int:number>/versi/<int:version>/<str:region>/sebanding/",
        peers.peers,
        name="peers-version",
    ),
    path("kerja/hasil/", region_result.own_results, name="own-results"),
    path("kerja/hasil/<int:key>/", region_result.result, name="result"),
    path("kerja/hasil/<int:key>/lembar.pdf", downloads.own_sheet, name="own-sheet"),
    path("kerja/hasil/<int:key>/sanggah/<str:node>/", region_result.make_objection, name="make-objection"),
    path("kerja/hasil/<int:key>/terima/", region_result.accept, name="accept-result"),
    path("kerja/hasil/<int:key>/koreksi/", region_result.correct, name="correct"),
    path("kerja/hasil/<int:key>/tindak-lanjut/", follow_up.follow_ups, name="follow-ups"),
    path("kerja/tindak-lanjut/<int:key>/", follow_up.follow_up, name="follow-up"),
    path("kerja/tindak-lanjut/<int:key>/bukti/", follow_up.attach, name="attach-to-follow-up"),
    path("kerja/tindak-lanjut/<int:key>/bukti/<uuid:evidence>/", follow_up.detach, name="detach-from-follow-up"),
    path("kerja/kampanye/<str:code>/peringkat/<int:number>/", snapshots.ranking, name="ranking"),
    path("kerja/kampanye/<str:code>/hasil/<int:number>/", snapshots.phase_results, name="phase-results"),
    path("kerja/kampanye/<str:code>/hasil/<int:number>/versi/<int:version>/", snapshots.snapshot, name="snapshot"),
    path(
        "kerja/kampanye/<str:code>/hasil/<int:number>/versi/<int:version>/<phase_file:file>",
        downloads.version_file,
        name="version-file",
    ),
    path("kerja/kampanye/<str:code>/hasil/<int:number>/versi/<int:version>/lembar/", batches.sheets, name="sheets"),
    path(
        "kerja/kampanye/<str:code>/hasil/<int:number>/versi/<int:version>/lembar/<int:key>.zip",
        batches.sheets_file,
        name="sheets-file",
    ),
    path(
        "kerja/kampanye/<str:code>/hasil/<int:number>/versi/<int:version>/<str:region>/lembar.pdf",
        downloads.version_sheet,
        name="version-sheet",
    ),
    path(
        "kerja/kampanye/<str:code>/hasil/<int:number>/versi/<int:version>/analisis/",
        analysis.version_phase,
        name="snapshot-analysis",
    ),
    path(
        "kerja/kampanye/<str:code>/hasil/<int:number>/versi/<int:version>/analisis/<str:region>/",
        analysis.version_region,
        name="snapshot-analysis-region",
    ),
    path("kerja/kampanye/<str:code>/kesepakatan/<int:number>/", agreement.agreement, name="agreement"),
    path("kerja/kampanye/<str:code>/kesepakatan/<int:number>/asesor/", agreement.assessors, name="agreement-assessors"),
    path(
        "kerja/kampanye/<str:code>/kesepakatan/<int:number>/indikator/<str:node>/",
        agreement.indicator,
        name="agreement-indicator",
    ),
    path(
        "kerja/kampanye/<str:code>/hasil/<int:number>/versi/<int:version>/setujui/",
        snapshots.approve,
        name="approve-results",
    ),
    path(
        "kerja/kampanye/<str:code>/hasil/<int:number>/versi/<int:version>/terbitkan/",
        snapshots.publish,
        name="publish-results",
    ),
    path(
        "kerja/kampanye/<str:code>/hasil/<int:number>/versi/<int:version>/skenario/",
        scenarios.scenario,
        name="scenario",
    ),
    path(
        "kerja/kampanye/<str:code>/hasil/<int:number>/versi/<int:version>/skenario/simpan/",
        scenarios.save,
        name="save-scenario",
    ),
    path("kerja/kampanye/<str:code>/sanggahan/<int:number>/", region_result.objections, name="objections"),
    path("kerja/sanggahan/<int:key>/", region_result.objection, name="objection"),
    path("kerja/kampanye/", campaigns.campaigns, name="campaigns"),
    path("kerja/kampanye-baru/", campaigns.new_campaign, name="new-campaign"),
    path("kerja/kampanye/<str:code>/", campaigns.campaign, name="campaign"),
    path("kerja/kampanye/<str:code>/ubah/", campaigns.edit_campaign, name="edit-campaign"),
    path("kerja/kampanye/<str:code>/fase/<int:number>/jadwal/", campaigns.dates, name="phase-dates"),
    path("kerja/kampanye/<str:code>/fase/<int:number>/pindah/", campaigns.move, name="move-phase"),
    path("kerja/kampanye/<str:code>/daerah/", participation.participants, name="participants"),
    path("kerja/kampanye/<str:code>/daerah/<str:region>/batal/", participation.withdraw, name="withdraw-region"),
    path("kerja/kampanye/<str:code>/kelompok/<str:group>/", participation.group, name="campaign-group"),
    path("kerja/kampanye/<str:code>/kelompok/<str:group>/hapus/", participation.remove_group, name="remove-group"),
    path("kerja/kampanye/<str:code>/panel/", panels.board, name="panels"),
    path("kerja/kampanye/<str:code>/panel-usulan/", panels.proposal, name="panel-proposal"),
    path("kerja/kampanye/<str:code>/panel/<str:region>/", panels.panel, name="panel-of"),
    path("kerja/kampanye/<str:code>/panel/<str:region>/ketua/<int:assessor>/", panels.make_chair, name="make-chair"),
    path("kerja/kampanye/<str:code>/panel/<str:region>/cabut/<int:assessor>/", panels.unseat, name="unseat"),
    path("kerja/kampanye/<str:code>/kemajuan/<int:number>/", progress.progress, name="progress"),
    path("kerja/penilaian/<int:key>/kembalikan/", progress.return_assessment, name="return-assessment"),
    path("kerja/konflik/", panels.conflicts, name="conflicts"),
    path("kerja/konflik/<int:key>/hapus/", panels.remove_conflict, name="remove-conflict"),
]
