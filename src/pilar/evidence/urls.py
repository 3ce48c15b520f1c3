from django.urls import path

from pilar.evidence.pages import checking, pieces

app_name = "evidence"

urlpatterns = [
    path("bukti/daerah/<str:code>/", pieces.region, name="region"),
    path("bukti/<uuid:key>/", pieces.evidence, name="evidence"),
    path("bukti/<uuid:key>/<int:number>/", pieces.file, name="file"),
    path("bukti/<uuid:key>/<int:number>/verifikasi/", pieces.verify, name="verify"),
    path("periksa/", checking.offline, name="check-offline"),
    path("periksa/sw.js", checking.HERE.serve_worker, name="check-worker"),
    path(f"periksa/{checking.PROGRAM}", checking.program, name="check-program"),
    path("periksa/<str:record>/", checking.check, name="check"),
]
