"""Addresses of surveys: what is answered stands below /s/, short for links on paper."""

from __future__ import annotations

from django.urls import path

from pilar.surveys.pages import answering

app_name = "surveys"

urlpatterns = [
    path("s/<str:token>/", answering.start, name="answer"),
    path("s/<str:token>/<int:number>/", answering.section, name="section"),
    path("s/<str:token>/kirim/", answering.last, name="last"),
    path("s/<str:token>/terima-kasih/", answering.thanks, name="thanks"),
]
