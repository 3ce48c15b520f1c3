from django.urls import path, re_path

from pilar.people import pages

app_name = "people"

urlpatterns = [
    path("akun-saya/", pages.account, name="account"),
    # Nobody changes their own address: password reset and single sign-on trust it.
    path("akun/email/", pages.closed, name="closed-email"),
    re_path(r"^akun/confirm-email/(?P<key>.*)$", pages.closed, name="closed-confirm-email"),
]
