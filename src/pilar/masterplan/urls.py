"""Addresses of master plans: what everybody reads below /rencana/, what is worked on below /kerja/rencana/."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path

from pilar.masterplan.pages import importing, proposals, proposing

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
    path("kerja/rencana/versi/<int:key>/usulan/", proposals.proposals, name="proposals"),
    path("kerja/rencana/versi/<int:key>/usulan/panggilan/", proposals.call, name="call"),
    path("kerja/rencana/versi/<int:key>/usulan/baru/", proposing.propose, name="propose"),
    path("kerja/rencana/versi/<int:key>/usulan/mirip/", proposals.alike, name="alike"),
    path("kerja/rencana/versi/<int:key>/usulan/gabung/", proposals.merge, name="merge"),
    path("kerja/rencana/versi/<int:key>/program.xlsx", importing.programmes, name="programmes-workbook"),
    path("kerja/rencana/versi/<int:key>/usulan/usulan.xlsx", importing.proposals, name="proposals-workbook"),
    path("kerja/rencana/versi/<int:key>/usulan/impor/", importing.imports, name="imports"),
    path("kerja/rencana/impor/<int:key>/", importing.one, name="import"),
    path("kerja/rencana/impor/<int:key>/simpan/", importing.confirm, name="import-confirm"),
    path("kerja/rencana/impor/<int:key>/batal/", importing.drop, name="import-drop"),
    path("kerja/rencana/usulan/<int:key>/", proposing.proposal, name="proposal"),
    path("kerja/rencana/usulan/<int:key>/ubah/", proposing.edit, name="proposal-edit"),
    path("kerja/rencana/usulan/<int:key>/ajukan/", proposing.submit, name="proposal-submit"),
    path("kerja/rencana/usulan/<int:key>/tarik/", proposing.withdraw, name="proposal-withdraw"),
    path("kerja/rencana/usulan/<int:key>/tanya/", proposing.ask, name="proposal-ask"),

    # Meetings
    path("kerja/rencana/versi/<int:key>/rapat/", later, name="meetings"),
    path("kerja/rencana/rapat/<int:key>/", later, name="meeting"),

    # Progress and reports
    path("kerja/rencana/versi/<int:key>/kemajuan/", later, name="progress"),

    # Documents
    path("kerja/rencana/versi/<int:key>/dokumen/", later, name="documents"),
]  # fmt: skip
