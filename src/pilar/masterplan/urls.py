"""Addresses of master plans: what everybody reads below /rencana/, what is worked on below /kerja/rencana/."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path

from pilar.masterplan.pages import progress, reports

app_name = "masterplan"


def later(request: HttpRequest, **_named: object) -> HttpResponse:
    raise Http404


urlpatterns = [
    # Public
    path("rencana/", later, name="plans"),
    path("rencana/<str:code>/", later, name="plan"),

    # A plan and its versions
    path("kerja/rencana/", later, name="own"),
    path("kerja/rencana/versi/<int:key>/", later, name="version"),
    path("kerja/rencana/versi/<int:key>/naskah/", later, name="texts"),
    path("kerja/rencana/versi/<int:key>/program/", later, name="programmes"),
    path("kerja/rencana/versi/<int:key>/program/<str:programme>/", later, name="programme"),
    path("kerja/rencana/versi/<int:key>/lembaga/", later, name="bodies"),

    # Proposals
    path("kerja/rencana/versi/<int:key>/usulan/", later, name="proposals"),
    path("kerja/rencana/usulan/<int:key>/", later, name="proposal"),

    # Meetings
    path("kerja/rencana/versi/<int:key>/rapat/", later, name="meetings"),
    path("kerja/rencana/rapat/<int:key>/", later, name="meeting"),

    # Progress and reports
    path("kerja/rencana/versi/<int:key>/kemajuan/", progress.progress, name="progress"),
    path("kerja/rencana/versi/<int:key>/kemajuan/peta-jalan/", progress.road_map, name="road-map"),
    path("kerja/rencana/versi/<int:key>/kemajuan/terlambat/", progress.late, name="late-reports"),
    path("kerja/rencana/versi/<int:key>/kemajuan/<str:programme>/", progress.programme, name="programme-progress"),
    path("kerja/rencana/laporan/", reports.reports, name="reports"),
    path("kerja/rencana/laporan/<int:line>/<str:quarter>/", reports.report, name="report"),

    # Documents
    path("kerja/rencana/versi/<int:key>/dokumen/", later, name="documents"),
]  # fmt: skip
