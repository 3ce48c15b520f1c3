"""Errors of a page stand at its top and in its title, wherever on it they were found."""

from __future__ import annotations

import pytest
from django import forms
from django.http import HttpRequest
from django.template import engines
from django.test import Client, RequestFactory
from django.utils import translation
from django_cotton.compiler_regex import CottonCompiler

from design.mistakes import SUMMARY, lacks, sent_empty
from pilar.design.templatetags.page_errors import HERE, TITLE

PAGE = """{% extends "design/base.html" %}{% block title %}{{ said }}{% endblock %}
{% block main %}<h1>{{ said }}</h1><c-form :form="first" /><p>far below</p><c-form :form="second" />{% endblock %}"""


class Form(forms.Form):
    name = forms.CharField(label="Name")
    pick = forms.ChoiceField(label="Pick", choices=[("a", "A")], widget=forms.RadioSelect)


def render(source: str, **context: object) -> str:
    request: HttpRequest = RequestFactory().get("/list/")
    return str(engines["django"].from_string(CottonCompiler().process(source)).render(context, request))


def test_what_is_wrong_comes_before_everything_and_in_the_title() -> None:
    page = render(PAGE, said="List", first=Form(prefix="a"), second=Form({}, prefix="b"))
    assert lacks(page) == []
    assert "<title>Galat: List – Pilar</title>" in page
    assert page.index(SUMMARY) < page.index("<h1") < page.index("far below")
    for link in ('href="#id_b-name"', 'href="#id_b-pick_0"'):
        assert link in page
    with translation.override("en"):
        assert "<title>Error: List – Pilar</title>" in render(PAGE, said="List", first=Form({}), second=Form())


def test_the_errors_of_all_forms_stand_in_one_box() -> None:
    page = render(PAGE, said="List", first=Form({}, prefix="a"), second=Form({}, prefix="b"))
    assert page.count(SUMMARY) == 1
    box = page[page.index(SUMMARY) : page.index("<h1")]
    assert box.count("<li>") == 4


def test_a_page_without_errors_has_neither() -> None:
    page = render(PAGE, said="List", first=Form(), second=Form())
    assert "<title>List – Pilar</title>" in page
    assert SUMMARY not in page
    assert HERE not in page
    assert TITLE not in page


def test_what_a_person_types_is_never_taken_for_a_place() -> None:
    page = render(PAGE, said=HERE + TITLE, first=Form({}), second=Form())
    assert page.count(SUMMARY) == 1
    assert "&lt;!--errors-here--&gt;" in page


def test_a_part_of_a_page_says_its_errors_in_place() -> None:
    part = render('<p>before</p><c-error-summary :form="form" />', form=Form({}))
    assert part.index("before") < part.index(SUMMARY)


def test_a_file_is_asked_for_and_refused_like_any_field() -> None:
    asked = render('<c-file-field label="File" accept=".csv" />')
    assert " required" in asked
    assert SUMMARY not in asked
    refused = render('<c-file-field label="File" hint="CSV" :faults="said" />', said=["<b>empty</b>"])
    assert 'aria-describedby="file-hint file-error"' in refused
    assert 'href="#file"' in refused
    assert "&lt;b&gt;empty" in refused


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/akun/login/", "/akun/password/reset/", "/en/akun/login/"])
def test_the_pages_of_sign_in_do_the_same(address: str) -> None:
    assert sent_empty(Client(), address) == (True, [])
