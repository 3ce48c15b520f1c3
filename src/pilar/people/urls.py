from django.urls import path, re_path, register_converter

from pilar.people.pages import accounts, citizens, enrolling, holidays, notices, offices, own, privacy, requests


class Key:
    """The key of a row: a whole number that the database can hold."""

    regex = "[0-9]{1,18}"

    def to_python(self, value: str) -> int:
        return int(value)

    def to_url(self, value: int) -> str:
        return str(value)


register_converter(Key, "key")

app_name = "people"

urlpatterns = [
    path("masuk-warga/", citizens.ask, name="citizen-sign-in"),
    path("masuk-warga/kode/", citizens.enter, name="citizen-code"),
    path("masuk-warga/daftar/", citizens.open_account, name="citizen-open"),
    path("akun-saya/", citizens.account, name="account"),
    path("akun-saya/persetujuan/", citizens.consent, name="citizen-consent"),
    path("akun-saya/persetujuan/tarik/", citizens.withdraw, name="citizen-withdraw"),
    path("akun-saya/salinan/", citizens.copy, name="citizen-copy"),
    path("akun-saya/hapus/", citizens.erase, name="citizen-erase"),
    path("akun-saya/keluar/", citizens.leave, name="citizen-leave"),
    path("akun-saya/keluar/semua/", citizens.end_sessions, name="citizen-end-sessions"),
    path("akun-saya/kuasa/", citizens.proxies, name="proxies"),
    path("akun-saya/kuasa/<key:key>/setuju/", citizens.confirm_proxy, name="confirm-proxy"),
    path("akun-saya/kuasa/<key:key>/akhiri/", citizens.end_proxy, name="end-proxy"),
    path("akun-saya/akses-daerah/", requests.ask, name="ask-for-region"),
    path("akun-saya/akses-daerah/tarik/", requests.take_back, name="take-back-request"),
    path("akun-saya/token/", own.tokens, name="tokens"),
    path("akun-saya/token/<key:key>/cabut/", own.revoke_token, name="revoke-token"),
    path("akun-saya/pemberitahuan/", own.channels, name="channels"),
    path("akun-saya/data/", privacy.own_data, name="own-data"),
    path("akun-saya/data/unduh/", privacy.own_file, name="own-data-file"),
    path("privasi/", privacy.register, name="privacy"),
    path("pemberitahuan/", notices.notices, name="notices"),
    path("pemberitahuan/dibaca/", notices.read, name="read-notices"),
    path("akun/daftar/", accounts.accounts, name="accounts"),
    path("akun/baru/", accounts.new_account, name="new-account"),
    path("akun/impor/", enrolling.import_accounts, name="import-accounts"),
    path("akun/impor/templat.xlsx", enrolling.accounts_template, name="accounts-template"),
    path("akun/permintaan/", requests.requests, name="account-requests"),
    path("akun/permintaan/<key:key>/", requests.account_request, name="account-request"),
    path("akun/permintaan/<key:key>/tolak/", requests.refuse, name="refuse-request"),
    path("akun/<key:key>/", accounts.account_of, name="account-of"),
    path("akun/<key:key>/peran/<key:membership>/akhiri/", accounts.end_role, name="end-role"),
    path("akun/<key:key>/peran/<key:membership>/sahkan/", accounts.confirm_role, name="confirm-role"),
    path("akun/<key:key>/status/", accounts.set_active, name="set-active"),
    path("akun/<key:key>/token/<key:token>/cabut/", accounts.revoke_token, name="revoke-token-of"),
    path("akun/<key:key>/faktor-kedua/hapus/", accounts.remove_second_factor, name="remove-second-factor"),
    path("akun/<key:key>/tautan/", accounts.invite, name="invite"),
    path("akun/<key:key>/nama/", accounts.name, name="correct-name"),
    path("akun/<key:key>/data/", privacy.file_of, name="data-of"),
    path("akun/<key:key>/anonimkan/", privacy.anonymise, name="anonymise"),
    path("perangkat-daerah/", offices.office_regions, name="office-regions"),
    path("perangkat-daerah/impor/", enrolling.import_offices, name="import-offices"),
    path("perangkat-daerah/impor/templat.xlsx", enrolling.offices_template, name="offices-template"),
    path("perangkat-daerah/<str:code>/", offices.offices, name="offices"),
    path("perangkat-daerah/<str:code>/<key:key>/", offices.office, name="office"),
    path("perangkat-daerah/<str:code>/<key:key>/tutup/", offices.close_office, name="close-office"),
    path("hari-libur/<str:code>/", holidays.holidays, name="holidays"),
    path("hari-libur/<str:code>/<key:key>/cabut/", holidays.take_back_holiday, name="take-back-holiday"),
    # Users cannot change their own address, since password reset and single sign-on trust it.
    path("akun/email/", own.closed, name="closed-email"),
    re_path(r"^akun/confirm-email/(?P<key>.*)$", own.closed, name="closed-confirm-email"),
]
