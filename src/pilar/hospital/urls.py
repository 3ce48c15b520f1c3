"""Addresses of hospital visits, below ``/rumah-sakit/``."""

from __future__ import annotations

from django.urls import path

from pilar.hospital.pages import booking

app_name = "hospital"

urlpatterns = [
    path("", booking.hospitals, name="home"),
    path("saya/", booking.own_bookings, name="own-bookings"),
]
