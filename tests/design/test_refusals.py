"""What was typed stands on the page that refuses it; secrets do not."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import AnonymousUser
from django.contrib.messages.storage.fallback import FallbackStorage
from django.http import HttpRequest
from django.test import RequestFactory

from pilar.design.refusals import refusal
from pilar.platform.errors import PilarError

pytestmark = pytest.mark.django_db


class Refused(PilarError):
    code, status, sentence = "refused", 409, "Tidak dapat"


def asked(rf: RequestFactory, read: bool = True, **typed: str) -> HttpRequest:
    request = rf.post("/sesuatu/", typed)
    request.user, request.session = AnonymousUser(), {}  # type: ignore[assignment]
    request._messages = FallbackStorage(request)  # type: ignore[attr-defined]
    if read:
        _ = request.POST
    return request


def page(request: HttpRequest) -> str:
    return refusal(request, Refused()).content.decode()


def test_texts_stand_there_and_secrets_do_not(rf: RequestFactory) -> None:
    said = page(
        asked(rf, title="SK", why="karena <b>bukti</b> kurang", password="kata sandi saya", code="12 34", version="3")
    )
    assert "SK</blockquote>" in said
    assert "karena &lt;b&gt;bukti&lt;/b&gt; kurang" in said
    assert "kata sandi saya" not in said
    assert "12 34" not in said
    assert ">3<" not in said


def test_without_a_text_nothing_is_said_of_it(rf: RequestFactory) -> None:
    assert "blockquote" not in page(asked(rf, outcome="verified"))


def test_a_form_that_was_not_read_stays_unread(rf: RequestFactory) -> None:
    request = asked(rf, read=False, title="SK")
    assert "blockquote" not in page(request)
    assert not hasattr(request, "_post")
