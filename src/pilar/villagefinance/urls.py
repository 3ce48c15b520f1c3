"""Addresses of village finance."""

from __future__ import annotations

from django.urls import include, path, register_converter

from pilar.villagefinance.pages import (
    asking,
    bank,
    budgets,
    correcting,
    deciding,
    drafts,
    flags,
    oversight,
    papers,
    paying,
    planning,
    public,
    requests,
    siskeudes,
    villages,
    years,
)
from pilar.villagefinance.rules.clocks import FIRST_YEAR, LAST_YEAR


class Pattern:
    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


class Desa(Pattern):
    """The code of a village."""

    regex = r"\d\d\.\d\d\.\d\d\.\d{4}"


class Kabupaten(Pattern):
    """The code of a region."""

    regex = r"\d\d\.\d\d"


class Tahun:
    """A year of budgets, of those that have pages."""

    regex = "|".join(map(str, range(FIRST_YEAR, LAST_YEAR + 1)))

    def to_python(self, value: str) -> int:
        return int(value)

    def to_url(self, value: int) -> str:
        return str(value)


register_converter(Desa, "desa")
register_converter(Kabupaten, "kabupaten")
register_converter(Tahun, "tahun")

app_name = "villagefinance"

payments = [
    path("", requests.requests, name="payments"),
    path("baru/", requests.choose_line, name="choose-line"),
    path("baru/<tahun:year>/<int:line>/", requests.ask, name="ask"),
    path("<tahun:year>/<int:number>/", requests.request_, name="request"),
    path("<tahun:year>/<int:number>/tulis/", requests.ask_again, name="ask-again"),
    path("<tahun:year>/<int:number>/pindah/", requests.move, name="move-request"),
    path("<tahun:year>/<int:number>/bayar/", paying.act, {"step": "pay-request"}, name="pay-request"),
    path("<tahun:year>/<int:number>/batal/", paying.act, {"step": "cancel-request"}, name="cancel-request"),
    path("<tahun:year>/<int:number>/spj/", paying.account, name="account"),
    path("<tahun:year>/<int:number>/sisa/", paying.fill, {"page": "return-rest"}, name="return-rest"),
    path("<tahun:year>/<int:number>/sahkan/", paying.act, {"step": "settle-advance"}, name="settle-advance"),
    path("terima/", paying.fill, {"page": "receive"}, name="receive"),
    path("kas/", paying.fill, {"page": "move-cash"}, name="move-cash"),
    path("pajak/", paying.taxes, name="taxes"),
    path("pajak/<slug:tax>/", paying.act, {"step": "remit"}, name="remit"),
    path("pajak/ntpn/<slug:ntpn>/", paying.fill, {"page": "correct-ntpn"}, name="correct-ntpn"),
    path("ntpn/<int:no>/", paying.confirm_ntpn, name="confirm-ntpn"),
    path("ntpn/<int:no>/batal/", paying.act, {"step": "drop-ntpn"}, name="drop-ntpn"),
    path("rekening/", bank.accounts, name="accounts"),
    path("rekening/<int:key>/", bank.account, name="bank"),
    path("rekening/<int:key>/kolom/", bank.name_columns, name="bank-columns"),
    path("rekening/<int:key>/pasangkan/", bank.match, name="bank-match"),
    path("rekening/<int:key>/lepas/<int:number>/", bank.release, name="bank-release"),
    path("rekening/pemasok/", paying.fill, {"page": "add-supplier"}, name="add-supplier"),
    path("rekening/pemasok/<int:key>/", paying.fill, {"page": "supplier"}, name="supplier"),
    path("rekening/nomor/", paying.fill, {"page": "ask-number"}, name="ask-number"),
    path("rekening/nomor/<int:no>/", bank.confirm_number, name="confirm-number"),
    path("rekening/nomor/<int:no>/batal/", bank.drop_number, name="drop-number"),
    path("buku/entri/<tahun:year>/<int:place>/", years.entry, name="entry"),
    path("buku.json", papers.books_file, name="books-file"),
    path("buku/<tahun:year>/", papers.listed, name="papers"),
    path("buku/<tahun:year>/catat/<slug:act>/", papers.record_report, name="record-report"),
    path("buku/<tahun:year>/catat/<slug:act>/perbaiki/", correcting.report, name="correct-report"),
    path("buku/<slug:name>/<tahun:year>/", papers.paper, name="paper"),
    path("buku/<slug:name>/<tahun:year>/<int:month>/", papers.paper, name="book"),
    path("buku/<slug:name>/<tahun:year>.<slug:kind>", papers.paper_file, name="paper-file"),
    path("realisasi/<tahun:year>/", papers.paper, {"name": "lra"}, name="realisation"),
    path("tahun/<tahun:year>/", years.year, name="year"),
    path("tahun/<tahun:year>/buka/", years.open_year, name="open-year"),
    *(
        path(way, years.act, {"step": step}, name=step)
        for way, step in (
            ("tahun/<tahun:year>/tutup/", "close-year"),
            ("tutup/<tahun:year>/<int:month>/", "close-month"),
            ("tutup/<tahun:year>/<int:month>/minta-buka/", "ask-reopening"),
            ("tutup/<tahun:year>/<int:month>/buka/", "reopen-month"),
            ("buku/entri/<tahun:year>/<int:place>/balik/", "reverse"),
        )
    ),
]
"""Payments and books of a village, below ``belanja/``."""

version = [
    path("", budgets.budget, name="budget"),
    path("pos/", budgets.posts, name="posts"),
    path("kegiatan/", budgets.add_activity, name="add-activity"),
    path("kegiatan/<str:activity>/", budgets.lines, name="lines"),
    path("impor/", budgets.imported, name="import"),
    path("impor/awal.xlsx", budgets.book, name="import-book"),
    path("siskeudes/", siskeudes.imported, name="import-siskeudes"),
    path("pendapatan/", budgets.others, name="others"),
    path("dpal/", budgets.take_over, name="take-over"),
    path("banding/", budgets.compared, name="compared"),
    path("evaluasi/", budgets.sheet, name="sheet"),
    path("langkah/<int:step>/perbaiki/", correcting.step, name="correct-step"),
    path("kas/", budgets.cash, name="cash"),
    path("kas/ratakan/", budgets.spread_cash, name="spread-cash"),
    path("kas/<int:line>/", budgets.months, name="months"),
    *(
        path(way, deciding.decide, {"step": step}, name=step)
        for way, step in (
            ("sepakati/", "agree"),
            ("tarik/", "take-back"),
            ("kirim/", "submit"),
            ("hasil/", "evaluate"),
            ("hasil/tarik/", "retract"),
            ("tetapkan/", "enact"),
            ("batalkan/", "drop"),
            ("beri-tahu/", "tell-council"),
            ("dpa/periksa/", "check-execution"),
            ("dpa/kembalikan/", "return-execution"),
            ("dpa/setujui/", "approve-execution"),
        )
    ),
]
"""A version of a budget."""

together = [
    path("realisasi/", papers.region_paper, {"name": "konsolidasi"}, name="consolidation"),
    path("laporan/", papers.region_listed, name="region-papers"),
    path("laporan/<slug:name>/", papers.region_paper, name="region-paper"),
    path("laporan/<slug:name>.<slug:kind>", papers.paper_file, name="region-paper-file"),
    path("desa/", oversight.village_sums, name="village-sums"),
    path("terlambat/", oversight.late, name="late"),
    path("tahap/", oversight.stages, name="stages"),
    path("kas/", oversight.cash_ahead, name="cash-ahead"),
]
"""All villages of a region in a year."""

audit = [
    path("", flags.listed, name="flags"),
    path("peringkat/", flags.risks, name="flag-risks"),
    path("sampel/", flags.samples, name="audit-samples"),
    path("sampel/<int:number>/", flags.sample, name="audit-sample"),
]
"""Flags and audits of a region, below ``peringatan/``."""

urlpatterns = [
    path("keuangan-desa/", villages.own, name="own"),
    path("keuangan-desa/<kabupaten:region>/", villages.listed, name="villages"),
    path("keuangan-desa/<kabupaten:region>/mulai/", villages.begin_region, name="begin-region"),
    path("keuangan-desa/<kabupaten:region>/harga/", villages.prices, name="prices"),
    path("keuangan-desa/<kabupaten:region>/<tahun:year>/pagu/", villages.ceilings, name="ceilings"),
    path("keuangan-desa/<kabupaten:region>/<tahun:year>/", include(together)),
    path("keuangan-desa/apbdes/", public.regions, name="public-regions"),
    path("keuangan-desa/<kabupaten:region>/apbdes/<tahun:year>/", public.villages, name="public-villages"),
    path("keuangan-desa/<desa:village>/apbdes/<tahun:year>/", public.village, name="public"),
    path("keuangan-desa/<desa:village>/apbdes/<tahun:year>/data.zip", public.data, name="public-data"),
    path("keuangan-desa/ajukan/sw.js", drafts.DRAFTS.serve_worker, name="drafts-worker"),
    path("keuangan-desa/ajukan/<desa:village>/", drafts.draft, name="draft"),
    path("keuangan-desa/ajukan/<desa:village>/berkas/", drafts.hold_proof, name="hold-proof"),
    path("keuangan-desa/ajukan/<desa:village>/kirim/", drafts.take_drafts, name="take-drafts"),
    path("keuangan-desa/<desa:village>/apbdes/<tahun:year>/tanya/", asking.ask, name="ask-village"),
    path("keuangan-desa/<desa:village>/apbdes/foto/<uuid:evidence>.jpg", asking.photo, name="photo"),
    path("keuangan-desa/<desa:village>/pertanyaan/", asking.questions, name="questions"),
    path("keuangan-desa/<desa:village>/pertanyaan/<int:number>/", asking.question, name="question"),
    path("keuangan-desa/<desa:village>/pertanyaan/<int:number>/putusan/", asking.decide, name="decide-question"),
    path("keuangan-desa/<desa:village>/foto/<tahun:year>/", asking.photos, name="photos"),
    path(
        "keuangan-desa/<desa:village>/foto/<tahun:year>/<int:number>/<uuid:evidence>/",
        asking.show_photo,
        name="show-photo",
    ),
    path("keuangan-desa/<desa:village>/segel/", public.seals, name="public-seals"),
    path("keuangan-desa/<desa:village>/segel.json", public.seal, name="public-seal"),
    path("keuangan-desa/<desa:village>/", villages.home, name="village"),
    path("keuangan-desa/<desa:village>/<tahun:year>/siskeudes/", siskeudes.compared, name="siskeudes"),
    path("keuangan-desa/<desa:village>/<tahun:year>/siskeudes.xlsx", siskeudes.workbook, name="siskeudes-book"),
    path("keuangan-desa/<desa:village>/<tahun:year>/rkpdes/", planning.plan, name="plan"),
    path("keuangan-desa/<desa:village>/<tahun:year>/rkpdes/impor/", planning.imported, name="import-plan"),
    path("keuangan-desa/<desa:village>/<tahun:year>/rpjmdes/", planning.plan, {"long": True}, name="long-plan"),
    path(
        "keuangan-desa/<desa:village>/<tahun:year>/rpjmdes/impor/",
        planning.imported,
        {"long": True},
        name="import-long-plan",
    ),
    path("keuangan-desa/<desa:village>/<tahun:year>/pelaksana/", planning.executors, name="executors"),
    path("keuangan-desa/<desa:village>/<tahun:year>/program-lain/", planning.programmes, name="programmes"),
    path("keuangan-desa/<desa:village>/<tahun:year>/mulai/", budgets.begin, name="begin"),
    path("keuangan-desa/<desa:village>/<tahun:year>/ubah/", budgets.change, name="change"),
    path("keuangan-desa/<desa:village>/<tahun:year>/andai/", budgets.what_if, name="what-if"),
    path("keuangan-desa/<desa:village>/<tahun:year>/<int:number>/", include(version)),
    path("keuangan-desa/<desa:village>/belanja/", include(payments)),
    path("keuangan-desa/<desa:village>/peringatan/<tahun:year>/<int:number>/", flags.flag, name="flag"),
    path("keuangan-desa/<desa:village>/peringatan/<tahun:year>/<int:number>/putusan/", flags.judge, name="judge-flag"),
    path(
        "keuangan-desa/<desa:village>/peringatan/<tahun:year>/<int:number>/putusan/perbaiki/",
        flags.correct_verdict,
        name="correct-verdict",
    ),
    path("keuangan-desa/<kabupaten:region>/peringatan/", include(audit)),
]
