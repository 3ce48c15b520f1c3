"""Addresses of master plans: what everybody reads below /rencana/, what is worked on below /kerja/rencana/."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path

from pilar.masterplan.pages import deciding, meetings, minutes

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
    path("kerja/rencana/versi/<int:key>/rapat/", meetings.meetings, name="meetings"),
    path("kerja/rencana/versi/<int:key>/rapat/baru/", meetings.plan, name="plan-meeting"),
    path("kerja/rencana/rapat/<int:key>/", meetings.meeting, name="meeting"),
    path("kerja/rencana/rapat/<int:key>/ubah/", meetings.edit, name="edit-meeting"),
    path("kerja/rencana/rapat/<int:key>/kehadiran/", meetings.attendance, name="attendance"),
    path("kerja/rencana/rapat/<int:key>/mulai/", meetings.begin, name="begin-meeting"),
    path("kerja/rencana/rapat/<int:key>/putusan/", deciding.decisions, name="decisions"),
    path("kerja/rencana/rapat/<int:key>/putusan/daftar/", deciding.decisions_list, name="decisions-list"),
    path("kerja/rencana/rapat/<int:key>/putusan/umum/", deciding.decide_general, name="decide-general"),
    path("kerja/rencana/rapat/<int:key>/putusan/<int:proposal>/", deciding.decide, name="decide"),
    path("kerja/rencana/rapat/<int:key>/pengesahan/", minutes.sign_off, name="sign-off"),
    path("kerja/rencana/rapat/<int:key>/notulen/", minutes.minutes, name="minutes"),
    path("kerja/rencana/rapat/<int:key>/notulen.<str:kind>", minutes.minutes_download, name="minutes-file"),
    path("rencana/notulen/<str:sha256>/", minutes.check, name="check-minutes"),

    # Progress and reports
    path("kerja/rencana/versi/<int:key>/kemajuan/", later, name="progress"),

    # Documents
    path("kerja/rencana/versi/<int:key>/dokumen/", later, name="documents"),
]  # fmt: skip
