"""Addresses of results, regions and instruments."""

from __future__ import annotations

import re

from django.urls import URLPattern, include, path, register_converter
from django.urls.converters import StringConverter

from pilar.evaluation.pages import (
    agreement,
    analysis,
    answer_sheets,
    answers,
    attachments,
    batches,
    became,
    campaigns,
    chains,
    computed,
    downloads,
    evidence_requests,
    findings,
    follow_up,
    hub,
    instruments,
    lifting,
    marking,
    meetings,
    next_steps,
    panel_marks,
    panels,
    participation,
    peers,
    plan_figures,
    progress,
    proposing,
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


def _computed(version: str) -> list[URLPattern]:
    """Address the results of a phase: those that count, or those of a version, whose names end in ``version``."""
    return [
        path("", computed.computed, name=f"computed{version}"),
        path("analisis/", analysis.phase, name=f"analysis-phase{version}"),
        path("analisis/<str:region>/", analysis.region, name=f"analysis-region{version}"),
        path("<str:region>/", computed.computed_region, name=f"computed-region{version}"),
        path("<str:region>/lembar.pdf", downloads.computed_sheet, name=f"computed-sheet{version}"),
        path("<phase_file:file>", downloads.computed_file, name=f"computed-file{version}"),
        path("<str:region>/sebanding/", peers.peers, name=f"peers{version}"),
    ]


snapshot_patterns = [
    path("", snapshots.snapshot, name="snapshot"),
    path("<phase_file:file>", downloads.version_file, name="version-file"),
    path("lembar/", batches.sheets, name="sheets"),
    path("lembar/<int:key>.zip", batches.sheets_file, name="sheets-file"),
    path("<str:region>/lembar.pdf", downloads.version_sheet, name="version-sheet"),
    path("analisis/", analysis.version_phase, name="snapshot-analysis"),
    path("analisis/<str:region>/", analysis.version_region, name="snapshot-analysis-region"),
    path("setujui/", snapshots.approve, name="approve-results"),
    path("terbitkan/", snapshots.publish, name="publish-results"),
    path("skenario/", scenarios.scenario, name="scenario"),
    path("skenario/simpan/", scenarios.save, name="save-scenario"),
]

urlpatterns = [
    path("hasil/", results.years, name="years"),
    path("hasil/<int:year>/", results.results, name="results"),
    path("wilayah/", regions.regions, name="regions"),
    path("wilayah/<str:code>/", hub.region, name="region"),
    path("wilayah/<str:code>/bagian/", hub.part, name="region-part"),
    path("wilayah/<str:code>/lembar.pdf", hub.sheet, name="region-sheet"),
    path("wilayah/<str:code>/gambar.png", hub.picture, name="region-picture"),
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
    path("kerja/penilaian/<int:key>/indikator/<str:node>/rencana/", plan_figures.take, name="take-plan-figures"),
    path("kerja/penilaian/<int:key>/indikator/<str:node>/asal/", chains.answer_chain, name="answer-chain"),
    path("kerja/penilaian/<int:key>/rencana/", plan_figures.take_all, name="plan-figures"),
    path("kerja/penilaian/<int:key>/salin/", answers.take_over, name="take-over"),
    path("kerja/penilaian/<int:key>/verifikasi/", attachments.verification, name="verification"),
    path("kerja/penilaian/<int:key>/pembagian/", submission.allocation, name="allocation"),
    path("kerja/penilaian/<int:key>/pengajuan/", submission.submission, name="submission"),
    path("kerja/penilaian/<int:key>/langkah/", next_steps.next_steps, name="next-steps"),
    path("kerja/penilaian/<int:key>/langkah/ukuran/", lifting.measure_steps, name="measure-steps"),
    path(
        "kerja/penilaian/<int:key>/langkah/ukuran/<str:programme>/<int:number>/usulan/",
        proposing.propose_target,
        name="propose-target",
    ),
    path("kerja/penilaian/<int:key>/formulir.xlsx", answer_sheets.export, name="answer-form"),
    path("kerja/penilaian/<int:key>/impor/", answer_sheets.sheet_import, name="answer-import"),
    path("hasil/segel/", downloads.sealed, name="seals"),
    path("hasil/segel/terbitan.json", downloads.published_now, name="published-now"),
    path("hasil/pilar/register-segel.json", downloads.seal_register, name="seal-register"),
    path("hasil/pilar/periksa_segel.py", downloads.seal_checker, name="seal-checker"),
    path("hasil/pilar/<str:code>/<int:number>/<str:region>/asal/", chains.published_chains, name="published-chains"),
    path("hasil/pilar/<str:code>/<int:number>/", include(_computed(""))),
    path("hasil/pilar/<str:code>/<int:number>/versi/<int:version>/", include(_computed("-version"))),
    path("kerja/hasil/", region_result.own_results, name="own-results"),
    path("kerja/hasil/<int:key>/", region_result.result, name="result"),
    path("kerja/hasil/<int:key>/lembar.pdf", downloads.own_sheet, name="own-sheet"),
    path("kerja/hasil/<int:key>/sanggah/<str:node>/", region_result.make_objection, name="make-objection"),
    path("kerja/hasil/<int:key>/terima/", region_result.accept, name="accept-result"),
    path("kerja/hasil/<int:key>/koreksi/", region_result.correct, name="correct"),
    path("kerja/hasil/<int:key>/tindak-lanjut/", follow_up.follow_ups, name="follow-ups"),
    path("kerja/tindak-lanjut/wilayah/<str:region>/", became.became, name="became"),
    path("kerja/tindak-lanjut/<int:key>/", follow_up.follow_up, name="follow-up"),
    path("kerja/tindak-lanjut/<int:key>/usulan/", proposing.propose, name="propose"),
    path("kerja/tindak-lanjut/<int:key>/bukti/", follow_up.attach, name="attach-to-follow-up"),
    path("kerja/tindak-lanjut/<int:key>/bukti/<uuid:evidence>/", follow_up.detach, name="detach-from-follow-up"),
    path("kerja/periode/<str:code>/peringkat/<int:number>/", snapshots.ranking, name="ranking"),
    path("kerja/periode/<str:code>/hasil/<int:number>/", snapshots.phase_results, name="phase-results"),
    path("kerja/periode/<str:code>/hasil/<int:number>/hitung/", snapshots.compute, name="compute-results"),
    path("kerja/periode/<str:code>/hasil/<int:number>/versi/<int:version>/", include(snapshot_patterns)),
    path("kerja/periode/<str:code>/kesepakatan/<int:number>/", agreement.agreement, name="agreement"),
    path("kerja/periode/<str:code>/kesepakatan/<int:number>/asesor/", agreement.assessors, name="agreement-assessors"),
    path(
        "kerja/periode/<str:code>/kesepakatan/<int:number>/indikator/<str:node>/",
        agreement.indicator,
        name="agreement-indicator",
    ),
    path("kerja/periode/<str:code>/sanggahan/<int:number>/", region_result.objections, name="objections"),
    path("kerja/sanggahan/<int:key>/", region_result.objection, name="objection"),
    path("kerja/periode/", campaigns.campaigns, name="campaigns"),
    path("kerja/periode-baru/", campaigns.new_campaign, name="new-campaign"),
    path("kerja/periode/<str:code>/", campaigns.campaign, name="campaign"),
    path("kerja/periode/<str:code>/ubah/", campaigns.edit_campaign, name="edit-campaign"),
    path("kerja/periode/<str:code>/tahap/<int:number>/jadwal/", campaigns.dates, name="phase-dates"),
    path("kerja/periode/<str:code>/tahap/<int:number>/pindah/<str:target>/", campaigns.move, name="move-phase"),
    path("kerja/periode/<str:code>/daerah/", participation.participants, name="participants"),
    path("kerja/periode/<str:code>/daerah/<str:region>/batal/", participation.withdraw, name="withdraw-region"),
    path("kerja/periode/<str:code>/kelompok/<str:group>/", participation.group, name="campaign-group"),
    path("kerja/periode/<str:code>/kelompok/<str:group>/hapus/", participation.remove_group, name="remove-group"),
    path("kerja/periode/<str:code>/panel/", panels.board, name="panels"),
    path("kerja/periode/<str:code>/panel-usulan/", panels.proposal, name="panel-proposal"),
    path("kerja/periode/<str:code>/panel/<str:region>/", panels.panel, name="panel-of"),
    path("kerja/periode/<str:code>/panel/<str:region>/ketua/<int:assessor>/", panels.make_chair, name="make-chair"),
    path("kerja/periode/<str:code>/panel/<str:region>/cabut/<int:assessor>/", panels.unseat, name="unseat"),
    path("kerja/periode/<str:code>/kemajuan/<int:number>/", progress.progress, name="progress"),
    path("kerja/penilaian/<int:key>/kembalikan/", progress.return_assessment, name="return-assessment"),
    path("kerja/konflik/", panels.conflicts, name="conflicts"),
    path("kerja/konflik/<int:key>/hapus/", panels.remove_conflict, name="remove-conflict"),
]
