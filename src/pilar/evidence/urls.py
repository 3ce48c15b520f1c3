from django.urls import path

from pilar.evidence import pages

app_name = "evidence"

urlpatterns = [
    path("bukti/daerah/<str:code>/", pages.region, name="region"),
    path("bukti/<uuid:key>/", pages.evidence, name="evidence"),
    path("bukti/<uuid:key>/<int:number>/", pages.file, name="file"),
    path("bukti/<uuid:key>/<int:number>/verifikasi/", pages.verify, name="verify"),
]
