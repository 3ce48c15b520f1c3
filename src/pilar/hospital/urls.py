"""Addresses of hospital visits, below ``/rumah-sakit/``."""

from __future__ import annotations

from django.urls import path

from pilar.hospital.pages import booking, management

app_name = "hospital"

urlpatterns = [
    path("", booking.hospitals, name="home"),
    path("saya/", booking.own_bookings, name="own-bookings"),
    path("wilayah/<str:region>/", management.compared, name="compared"),
    path("kelola/<slug:hospital>/", management.figures, name="figures"),
    path("kelola/<slug:hospital>/<slug:clinic>/aturan/", management.plan, name="planning"),
    path("<slug:hospital>/jadwal/", management.public_schedule, name="schedule"),
]
