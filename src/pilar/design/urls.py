from __future__ import annotations

from django.urls import path

from pilar.design import live, pages

app_name = "design"

urlpatterns = [
    path("komponen/", pages.components, name="components"),
    path("langsung/", live.listen, name="live"),
]
