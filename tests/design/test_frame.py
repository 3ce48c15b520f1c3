"""The page frame and the error pages: language, navigation, who is greeted, and what an error page may rely on."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from django.http import HttpRequest
from django.test import Client, RequestFactory, override_settings
from django.urls import reverse

from pilar.config import failures
from pilar.config.middleware import ExpectedErrors
from pilar.config.settings import base
from pilar.platform.errors import Fault, Faults, PilarError

pytestmark = pytest.mark.django_db


class Refused(PilarError):
    code = "refused"
    status = 403
    sentence = "The period <of> %(what)s is over"


def test_the_frame_is_in_the_language_of_the_address(client: Client) -> None:
    assert '<html lang="id">' in client.get("/").content.decode()
    assert '<html lang="en">' in client.get("/en/").content.decode()


def test_each_page_names_its_other_language_and_its_canonical_address(client: Client) -> None:
    page = client.get("/en/komponen/?page=2").content.decode()
    assert 'href="/komponen/?page=2"' in page
    front = client.get("/en/?x=1").content.decode()
    assert '<link rel="canonical" href="http://testserver/en/">' in front
    assert re.search(r'<link rel="alternate"\s+hreflang="id"\s+href="http://testserver/">', front)


def test_every_entry_of_the_navigation_leads_somewhere(client: Client) -> None:
    for name in (settings.FRONT_PAGE, settings.ACCOUNT_PAGE, settings.NAVIGATION_SIGNED_IN[0]):
        reverse(name)
    page = client.get("/").content.decode()
    for name, _title in [*settings.NAVIGATION, *settings.NAVIGATION_FOOTER]:
        assert f'href="{reverse(name)}"' in page


def test_every_page_leads_to_the_search(client: Client) -> None:
    for address in ("/", "/wilayah/", "/tentang/", "/tidak-ada/"):
        assert re.search(r'<a class="find" href="/cari/">.*<span>Cari</span></a>', client.get(address).content.decode())
    assert re.search(r'class="find" href="/en/cari/" aria-current="page"', client.get("/en/cari/").content.decode())


def test_the_present_page_is_marked_in_the_navigation(client: Client) -> None:
    assert re.search(r'href="/tentang/" aria-current="page"', client.get("/tentang/").content.decode())
    assert "aria-current" not in client.get("/").content.decode()


def test_pages_hold_nothing_that_the_policy_forbids(client: Client) -> None:
    for address in ("/", "/komponen/", "/tentang/", "/akun/login/"):
        answer = client.get(address)
        page = answer.content.decode()
        assert not re.search(r'\sstyle="|<style|\son\w+="|javascript:', page), address
        # Data that a script reads is none: a browser runs nothing of this type.
        assert not re.search(r'<script(?![^>]*\s(?:src=|type="application/json"))', page), address
        assert "'unsafe-inline'" not in answer["Content-Security-Policy"]


def test_the_page_of_samples_is_closed_where_it_is_not_wanted(client: Client) -> None:
    assert client.get("/komponen/").status_code == 200
    with override_settings(SHOW_COMPONENTS=False):
        assert client.get("/komponen/").status_code == 404
        assert client.get("/en/komponen/").status_code == 404


def test_the_page_of_samples_is_closed_unless_opened() -> None:
    assert base.SHOW_COMPONENTS is False
    assert "SHOW_COMPONENTS" not in Path(base.__file__).with_name("production.py").read_text(encoding="utf-8")


def test_the_api_page_has_a_language_a_title_and_no_outside_address(client: Client) -> None:
    answer = client.get("/api/v1/docs")
    page = answer.content.decode()
    assert '<html lang="en">' in page
    assert "<title>API – Pilar</title>" in page
    assert not re.search(r'(?:src|href)="(?:https?:)?//', page)
    assert not re.search(r"<script(?![^>]*\ssrc=|[^>]*application/json)", page)
    assert "'unsafe-inline'" not in answer["Content-Security-Policy"]


def test_the_demonstration_says_what_is_an_example(client: Client) -> None:
    assert "Akun di sini hanya contoh" not in client.get("/").content.decode()
    with override_settings(DEMO=True):
        assert "Akun di sini hanya contoh" in client.get("/").content.decode()


def test_a_visitor_gets_no_cookie_from_a_public_page(client: Client) -> None:
    assert not client.get("/").cookies


def test_an_unknown_address_is_a_page_with_a_reference(client: Client) -> None:
    answer = client.get("/tidak-ada/", headers={"X-Request-ID": "rujukan-123"})
    assert answer.status_code == 404
    assert "Halaman tidak ditemukan" in answer.content.decode()
    assert "rujukan-123" in answer.content.decode()
    assert 'href="/en/"' in answer.content.decode()


def test_an_unknown_address_of_the_api_is_problem_json(client: Client) -> None:
    answer = client.get("/api/v1/nothing-here")
    assert answer.status_code == 404
    assert answer["Content-Type"] == "application/problem+json"
    assert json.loads(answer.content)["code"] == "http-404"


def _request() -> HttpRequest:
    request = RequestFactory().get("/hasil/")
    request.reference = "rujukan-456"  # type: ignore[attr-defined]
    return request


def test_the_page_of_a_bug_needs_no_database() -> None:
    with connection.execute_wrapper(_no_database):
        answer = failures.broken(_request())
    assert answer.status_code == 500
    assert "Terjadi gangguan" in answer.content.decode()
    assert "rujukan-456" in answer.content.decode()


def _no_database(*_: object) -> None:
    raise AssertionError("the database was asked")


@pytest.mark.parametrize("address", ["/", "/tentang/", "/hasil/", "/instrumen/", "/wilayah/", "/masuk/", "/tidak-ada/"])
def test_every_page_says_that_it_is_no_ministrys_site(client: Client, address: str) -> None:
    for prefix, said in (("", "bukan situs resmi kementerian"), ("/en", "not an official site of a ministry")):
        page = client.get(f"{prefix}{address}", follow=True).content.decode()
        assert said in page[page.index("<footer") :]


def test_the_page_of_a_bug_says_that_it_is_no_ministrys_site() -> None:
    page = failures.broken(_request()).content.decode()
    assert "bukan situs resmi kementerian" in page[page.index("<footer") :]


def test_a_bug_in_the_api_is_problem_json() -> None:
    answer = failures.broken(RequestFactory().get("/api/v1/results"))
    assert answer.status_code == 500
    assert answer["Content-Type"] == "application/problem+json"


def test_a_forged_form_is_refused_with_an_explanation() -> None:
    answer = Client(enforce_csrf_checks=True).post("/akun/login/", {"login": "x"})
    assert answer.status_code == 403
    assert "Formulir sudah kedaluwarsa" in answer.content.decode()


def test_a_forbidden_page(client: Client) -> None:
    request = _request()
    request.user = None  # type: ignore[assignment]
    answer = failures.forbidden(request, PermissionError())
    assert answer.status_code == 403
    assert "Tidak berwenang" in answer.content.decode()


def test_an_unreadable_request(client: Client) -> None:
    answer = client.get("/", headers={"host": "elsewhere.invalid"})
    assert answer.status_code == 400
    assert "Permintaan tidak dapat dibaca" in answer.content.decode()


def test_an_expected_error_says_its_sentence_safely() -> None:
    answer = ExpectedErrors(lambda request: None).process_exception(_request(), Refused(what="<b>change</b>"))  # type: ignore[arg-type,return-value]
    assert answer is not None
    assert answer.status_code == 403
    page = answer.content.decode()
    assert "The period &lt;of&gt; &lt;b&gt;change&lt;/b&gt; is over" in page
    assert "<b>" not in page


def test_several_faults_are_listed_one_by_one() -> None:
    faults = Faults([Fault("a", "First thing", place="row 2"), Fault("b", "Second %(n)s", {"n": 2})])
    answer = ExpectedErrors(lambda request: None).process_exception(_request(), faults)  # type: ignore[arg-type,return-value]
    assert answer is not None
    assert answer.status_code == 422
    assert "<li>row 2: First thing</li>" in answer.content.decode()
    assert "<li>Second 2</li>" in answer.content.decode()
