"""Pages as functions: who asks, the moment, what is drawn, and which status it has."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from django import forms
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from people.team import Team
from pilar.design.forms import FaultsForm, posted, stored
from pilar.design.posted import _takes_get
from pilar.design.views import file, number, searched
from pilar.people.models import User
from pilar.people.rules import Standing
from pilar.people.views import Shown, answer, button, page
from pilar.platform.errors import Fault, Faults


class NameForm(FaultsForm):
    name = forms.CharField()


def taken(name: str) -> str:
    if name == "ada":
        raise Faults([Fault("taken", "There is one already", {}, "name")])
    return name.upper()


@page("shown.html", sends=True)
def add(request: HttpRequest, key: int, *, by: Standing, now: datetime) -> Shown:
    form = NameForm(posted(request))
    if stored(form, lambda: taken(form.cleaned_data["name"])):
        return HttpResponse(form.outcome)
    return {"form": form, "key": key, "by": by, "now": now}


@page("shown.html", public=True, frame=lambda context, by, tab: {"tab": tab, "key": "frame"}, tab="here")
def read(request: HttpRequest, key: int) -> Shown:
    return ({"key": key}, 409) if key else ({"key": key}, "other.html")


@button
def press(request: HttpRequest) -> HttpResponse:
    return HttpResponse("pressed")


@answer
def download(request: HttpRequest, *, by: Standing) -> HttpResponse:
    return file(str(by.account), "x.csv", "text/csv")


@pytest.fixture(autouse=True)
def _drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages that say what they were drawn from."""

    def drawn(request: HttpRequest, template: str, context: dict[str, Any], *, status: int) -> HttpResponse:
        said = HttpResponse(template, status=status)
        said.context = context  # type: ignore[attr-defined]
        return said

    monkeypatch.setattr("pilar.design.views.render", drawn)


def asked(view: Any, user: Any, *given: Any, **sent: str) -> Any:
    request = RequestFactory().post("/x/", sent) if sent else RequestFactory().get("/x/")
    request.user = user
    request.session = {}  # type: ignore[assignment]
    return view(request, *given)


@pytest.fixture
def reader(team: Team) -> User:
    return User.objects.get(pk=team.contributor)


def test_a_page_knows_who_asks_and_the_moment(reader: User) -> None:
    context = asked(add, reader, 3).context
    assert (context["key"], context["by"].account) == (3, reader.pk)
    assert context["now"].tzinfo is not None


def test_nobody_is_led_to_the_sign_in() -> None:
    for view, given in ((add, (3,)), (download, ())):
        assert asked(view, AnonymousUser(), *given).status_code == 302
    assert asked(press, AnonymousUser(), x="1").status_code == 302


def test_a_refused_form_gives_the_page_its_status(reader: User) -> None:
    refused = asked(add, reader, 3, name="ada")
    assert refused.status_code == 422
    assert refused.context["form"].errors == {"name": ["There is one already"]}
    assert refused.context["form"]["name"].value() == "ada", "what was typed stays"
    assert asked(add, reader, 3, name=" ").status_code == 422
    assert asked(add, reader, 3).status_code == 200
    assert asked(add, reader, 3, name="baru").content == b"BARU"


def test_a_page_may_name_its_status_or_template(reader: User) -> None:
    assert asked(read, reader, 1).status_code == 409
    assert asked(read, reader, 0).content == b"other.html"


def test_a_frame_stands_around_a_page_and_the_page_counts() -> None:
    assert asked(read, AnonymousUser(), 1).context == {"tab": "here", "key": 1}


def test_each_kind_takes_its_methods(reader: User) -> None:
    assert asked(press, reader).status_code == 405
    assert asked(read, reader, 1, x="1").status_code == 405
    assert [_takes_get(view) for view in (add, read, download, press)] == [True, True, True, False]


def test_a_file_is_kept_by_no_cache(reader: User) -> None:
    got = asked(download, reader)
    assert got.content == str(reader.pk).encode()
    assert got["Cache-Control"] == "private, no-store"
    assert got["Content-Disposition"] == 'attachment; filename="x.csv"'


def test_what_an_address_asks_for() -> None:
    request = RequestFactory().get("/x/?q=%00 desa &page=7&far=99999999999&odd=%C2%B2")
    assert searched(request) == "desa"
    assert [number(request, name) for name in ("page", "far", "odd", "none")] == [7, None, None, None]
