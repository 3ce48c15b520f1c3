"""Addresses of permits, below ``/perizinan/``."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver

app_name = "permits"
urlpatterns: list[URLPattern | URLResolver] = []
