"""Addresses of results, regions and instruments."""

from __future__ import annotations

from django.urls import path

from pilar.evaluation.pages import instruments, regions, results

app_name = "evaluation"

urlpatterns = [
    path("hasil/", results.years, name="years"),
    path("hasil/<int:year>/", results.results, name="results"),
    path("wilayah/", regions.regions, name="regions"),
    path("wilayah/<str:code>/", regions.region, name="region"),
    path("wilayah/<str:code>/<int:year>/", regions.region_year, name="region_year"),
    path("instrumen/", instruments.instruments, name="instruments"),
    path("instrumen/<str:code>/<str:version>/", instruments.instrument, name="instrument"),
    path("instrumen/<str:code>/<str:version>/berkas.yaml", instruments.instrument_file, name="instrument_file"),
]
