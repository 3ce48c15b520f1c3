from __future__ import annotations

from django.urls import path

from pilar.portal import pages

app_name = "portal"

urlpatterns = [
    path("", pages.front, name="front"),
    path("beranda/", pages.home, name="home"),
    path("beranda/menunggu/", pages.waiting, name="waiting"),
    path("cari/", pages.search, name="search"),
    path("tentang/", pages.about, name="about"),
    path("surat/", pages.letters, name="letters"),
    path("surat/<slug:name>/", pages.letter, name="letter"),
    path("robots.txt", pages.robots, name="robots"),
    path("favicon.ico", pages.favicon, name="favicon"),
]
