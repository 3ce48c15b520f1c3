from django.urls import path, register_converter

from pilar.measures.pages import defining, importing, lists, mapping, mappings, one, reporting, sources


class Code:
    """The code of a measure or a source."""

    regex = "[a-z0-9]+(?:-[a-z0-9]+)*"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(Code, "code")

app_name = "measures"

urlpatterns = [
    path("ukuran/", lists.own, name="own"),
    path("ukuran/<str:code>/", lists.measures, name="measures"),
    path("ukuran/<str:code>/baru/", defining.define, name="define"),
    path("ukuran/<str:code>/impor/", importing.sheet, name="import"),
    path("ukuran/<str:code>/impor/portal/", mapping.portal, name="import-portal"),
    path("ukuran/<str:code>/impor/portal/pemetaan/", mappings.kept, name="mappings"),
    path("ukuran/<str:code>/impor/portal/pemetaan/<str:shape>/", mappings.one, name="mapping"),
    path("ukuran/<str:code>/impor/portal/pemetaan/<str:shape>/hapus/", mappings.remove, name="remove-mapping"),
    path("ukuran/<str:code>/impor/contoh.csv", importing.sample, {"kind": "csv"}, name="import-sample"),
    path("ukuran/<str:code>/impor/contoh.xlsx", importing.sample, {"kind": "xlsx"}, name="import-book"),
    path("ukuran/<str:code>/sumber/", sources.sources, name="sources"),
    path("ukuran/<str:code>/sumber/<code:source>/", sources.source, name="source"),
    path("ukuran/<str:code>/sumber/<code:source>/sakelar/", sources.switch, name="switch-source"),
    path("ukuran/<str:code>/sumber/<code:source>/token/<int:key>/cabut/", sources.revoke, name="revoke-token"),
    path("ukuran/<str:code>/nilai/<code:measure>/", one.measure, name="measure"),
    path("ukuran/<str:code>/nilai/<code:measure>/lapor/", reporting.report, name="report"),
    path("ukuran/<str:code>/nilai/<code:measure>/periode/<str:period>/", one.period, name="period"),
    path("ukuran/<str:code>/nilai/<code:measure>/periode/<str:period>/koreksi/", reporting.correct, name="correct"),
    path("ukuran/<str:code>/nilai/<code:measure>/ubah/", defining.revise, name="revise"),
    path("ukuran/<str:code>/nilai/<code:measure>/penanggung-jawab/", defining.assign, name="assign"),
    path("ukuran/<str:code>/nilai/<code:measure>/tutup/", defining.close, name="close"),
]
