"""Addresses that are only sent to lead to the form, in the language that they were asked in."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from django.http import HttpRequest, HttpResponseNotAllowed
from django.test import Client, RequestFactory
from django.urls import URLPattern, URLResolver, get_resolver, resolve, reverse
from django.utils import translation

from evaluation.cycle.world import make_world
from pilar.config.middleware import ExpectedErrors
from pilar.design.posted import _takes_get, form_address
from pilar.evaluation.rules.stages import PhaseState

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
SAMPLES = {
    "uuid": "6f1c2f0e-0000-4000-8000-000000000000", "int": "1", "year": "2026", "slug": "x", "str": "x",
    "kabupaten": "36.03", "desa": "36.03.01.2003", "tahun": "2026",
}  # fmt: skip


def posted_only() -> Iterator[tuple[str, str]]:
    """The name and a sample of every address that does not take GET."""

    def walk(resolver: URLResolver, prefix: str, space: str) -> Iterator[tuple[str, str]]:
        for one in resolver.url_patterns:
            here = prefix + str(one.pattern)
            if isinstance(one, URLResolver):
                yield from walk(one, here, f"{one.namespace}:" if one.namespace else space)
            elif isinstance(one, URLPattern) and not _takes_get(one.callback):
                yield space + (one.name or ""), here

    for name, pattern in walk(get_resolver(), "/", ""):
        if not name.startswith("api"):
            yield name, re.sub(r"<(?:(\w+):)?\w+>", lambda found: SAMPLES.get(found[1] or "str", "1"), pattern)


POSTED = dict(posted_only())


def test_there_are_such_addresses() -> None:
    assert {"evaluation:attach", "evidence:verify", "masterplan:proposal-ask", "people:invite"} <= {*POSTED}


@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.parametrize("name", POSTED)
def test_each_leads_to_a_page_that_can_be_looked_at(name: str, language: str) -> None:
    with translation.override(language):
        path = POSTED[name] if language == "id" else f"/en{POSTED[name]}"
        request = RequestFactory().get(path)
        request.resolver_match = resolve(path)
        where = form_address(request)
        assert where, "no page above it: name one in FORMS_ELSEWHERE"
        assert where.startswith("/en/") is (language == "en")
        assert _takes_get(resolve(where).func)
        assert resolve(where).view_name != "portal:front"


def test_the_middleware_leads_there_and_leaves_other_methods() -> None:
    def refuse(_request: HttpRequest) -> HttpResponseNotAllowed:
        return HttpResponseNotAllowed(["POST"])

    piece = SAMPLES["uuid"]
    path = reverse("evidence:verify", args=[piece, 1])
    for method, expected in (("get", 302), ("head", 302), ("put", 405)):
        request = getattr(RequestFactory(), method)(path)
        request.resolver_match = resolve(path)
        answer = ExpectedErrors(refuse)(request)
        assert answer.status_code == expected
        if expected == 302:
            assert answer["Location"] == reverse("evidence:evidence", args=[piece])


@pytest.mark.django_db
def test_the_other_language_of_a_refused_form_is_the_page_of_the_form() -> None:
    world = make_world()
    world.set_phase(PhaseState.OPEN)
    client = Client()
    client.force_login(world.user("contributor"), BACKEND)
    where = reverse("evaluation:indicator", args=[world.assessment().pk, "policy"])
    sent_to = reverse("evaluation:attach", args=[world.assessment().pk, "policy"])
    page = client.post(sent_to, {}).content.decode()
    assert "<title>Galat: " in page
    assert re.search(rf'<a href="/en{re.escape(where)}"\s+hreflang="en"', page)
    assert client.get(f"/en{sent_to}")["Location"] == f"/en{where}"
