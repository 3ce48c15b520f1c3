"""All addresses. Pages stand without prefix in Indonesian and below /en/ in English; the API has no language.

The addresses of ``health`` stand before them all, in a middleware.
"""

from __future__ import annotations

from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path, re_path

from pilar.config.api import api
from pilar.config.moved import moved
from pilar.people import urls as people  # names kinds of keys that addresses of other rooms have
from pilar.portal.urls import ckan

handler400 = "pilar.config.failures.bad_request"
handler403 = "pilar.config.failures.forbidden"
handler404 = "pilar.config.failures.not_found"
handler429 = "pilar.config.failures.too_many"  # asked for by allauth
handler500 = "pilar.config.failures.broken"

urlpatterns = [
    path("api/v1/", api.urls),
    path("api/3/action/", include(ckan)),
    *i18n_patterns(
        # First, since thousands ask there at once, and each address before theirs is compared.
        path("rumah-sakit/", include("pilar.hospital.urls")),
        path("perizinan/", include("pilar.permits.urls")),
        path("", include("pilar.portal.urls")),
        path("", include("pilar.evaluation.urls")),
        path("", include("pilar.design.urls")),
        path("", include("pilar.evidence.urls")),
        path("", include("pilar.masterplan.urls")),
        path("", include("pilar.measures.urls")),
        path("", include(people)),
        path("", include("pilar.surveys.urls")),
        path("", include("pilar.villagefinance.urls")),
        path("akun/", include("allauth.urls")),
        re_path(r"^kerja/kampanye[-/]", moved),
        re_path(r"^(?:kerja|hasil)/.*/buku-kerja\.xlsx$", moved),
        prefix_default_language=False,
    ),
]
