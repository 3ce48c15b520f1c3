from __future__ import annotations

from django.urls import path, register_converter

from pilar.portal import pages
from pilar.portal.catalogue import KINDS

app_name = "portal"


class DataKind:
    """A kind of file of open data."""

    regex = "|".join(KINDS)

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


class CatalogueAction(DataKind):
    """An action of CKAN that is answered here."""

    regex = "package_list|package_show|package_search"


register_converter(DataKind, "data_kind")
register_converter(CatalogueAction, "catalogue_action")

urlpatterns = [
    path("", pages.front, name="front"),
    path("beranda/", pages.home, name="home"),
    path("beranda/menunggu/", pages.waiting, name="waiting"),
    path("cari/", pages.search, name="search"),
    path("data/", pages.data, name="data"),
    path("data/katalog.jsonld", pages.data_catalogue, name="data-catalogue"),
    path("data/<slug:slug>.<data_kind:kind>", pages.data_file, name="data-file"),
    path("data/<slug:slug>/<str:region>.<data_kind:kind>", pages.data_file, name="region-data-file"),
    path("tentang/", pages.about, name="about"),
    path("surat/", pages.letters, name="letters"),
    path("surat/<slug:name>/", pages.letter, name="letter"),
    path("robots.txt", pages.robots, name="robots"),
    path("favicon.ico", pages.favicon, name="favicon"),
]

# Where harvesters of CKAN look for it: at the root, in no language.
ckan = ([path("<catalogue_action:action>", pages.ckan, name="action")], "ckan")
