"""Addresses of surveys: answering below /s/, short for links on paper; work below /kerja/survei/."""

from __future__ import annotations

from django.urls import path

from pilar.surveys.pages import (
    answering,
    charts,
    dates,
    enumerator,
    importing,
    lists,
    paper,
    progress,
    questionnaires,
    results,
    satisfaction,
    setting_up,
)

app_name = "surveys"

urlpatterns = [
    path("s/<str:token>/", answering.start, name="answer"),
    path("s/<str:token>/<int:number>/", answering.section, name="section"),
    path("s/<str:token>/kirim/", answering.last, name="last"),
    path("s/<str:token>/terima-kasih/", answering.thanks, name="thanks"),

    path("survei/<int:key>/", satisfaction.result, name="result"),
    path("survei/<int:key>/laporan.pdf", satisfaction.report, name="report"),

    path("kerja/survei/", lists.own, name="own"),
    path("kerja/survei/daerah/<str:code>/", lists.surveys, name="surveys"),
    path("kerja/survei/daerah/<str:code>/baru/", lists.create, name="create"),
    path("kerja/survei/kuesioner/", questionnaires.send, name="send-questionnaire"),
    path("kerja/survei/kuesioner/<str:form>.yaml", questionnaires.offered_file, name="questionnaire-file"),
    path("kerja/survei/kuesioner/<str:form>.xlsx", questionnaires.offered_workbook, name="questionnaire-workbook"),
    path("kerja/survei/kuesioner/<int:key>/", questionnaires.draft, name="questionnaire-draft"),
    path("kerja/survei/kuesioner/<int:key>/berkas.yaml", questionnaires.draft_file, name="questionnaire-draft-file"),
    path("kerja/survei/kuesioner/<int:key>/sahkan/", questionnaires.release, name="release-questionnaire"),
    path("kerja/survei/kuesioner/<int:key>/buang/", questionnaires.drop, name="drop-questionnaire-draft"),
    path("kerja/survei/<int:key>/", progress.survey, name="survey"),
    path("kerja/survei/<int:key>/kemajuan/", progress.counts, name="counts"),
    path("kerja/survei/<int:key>/tidak-dihitung/", progress.uncounted, name="uncounted"),
    path("kerja/survei/<int:key>/tautan/", progress.links, name="links"),
    path("kerja/survei/<int:key>/tautan/<int:place>.svg", progress.code, name="code"),
    path("kerja/survei/<int:key>/kertas/", paper.papers, name="papers"),
    path("kerja/survei/<int:key>/kertas/formulir.pdf", paper.forms, name="paper-forms"),
    path("kerja/survei/<int:key>/kertas/<int:place>/formulir.pdf", paper.form, name="paper-form"),
    path("kerja/survei/<int:key>/kertas/<int:place>/", paper.entry, name="paper-entry"),
    path("kerja/survei/<int:key>/impor/", importing.sheet, name="import"),
    path("kerja/survei/<int:key>/impor/templat.xlsx", importing.template, name="import-template"),
    path("kerja/survei/<int:key>/program/", setting_up.cells, name="cells"),
    path("kerja/survei/<int:key>/buka/", setting_up.open_, name="open"),
    path("kerja/survei/<int:key>/tanggal/", dates.dates, name="dates"),
    path("kerja/survei/<int:key>/akhiri/", dates.end, name="end"),
    path("kerja/survei/<int:key>/tutup/", setting_up.close, name="close"),
    path("kerja/survei/<int:key>/pernyataan/", setting_up.statement, name="statement"),
    path("kerja/survei/<int:key>/tindak-lanjut/", satisfaction.follow_up, name="follow-up"),
    path("kerja/survei/<int:key>/nilai/", results.scores, name="scores"),
    path("kerja/survei/<int:key>/grafik/", charts.charts, name="charts"),
    path("kerja/survei/petugas/<int:key>/<int:place>/", enumerator.enumerator, name="enumerator"),
    path("kerja/survei/petugas/sw.js", enumerator.ANSWERS.serve_worker, name="worker"),
    path("kerja/survei/<int:key>/rekap.<str:kind>", results.recap_file, name="recap"),
    path("kerja/survei/<int:key>/jawaban.csv", results.answers, name="answers"),
    path("kerja/survei/<int:key>/saran/", results.words, name="words"),
    path("kerja/survei/<int:key>/alamat/", results.contacts, name="contacts"),
]  # fmt: skip
