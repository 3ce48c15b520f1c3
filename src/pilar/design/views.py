"""Shared parts of pages of all rooms: status, next link, and parameters of an address."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from pilar.design.forms import FaultsForm, Rows

MAX_SEARCH = 100


def drawn(
    request: HttpRequest, template: str, context: Mapping[str, Any], *, status: int | None = None
) -> HttpResponse:
    """A page; its status is that of a form in it which is refused, if it has no other."""
    if status is None or status == 200:
        status = status_of(context) if request.method == "POST" else 200
    return render(request, template, dict(context), status=status)


def status_of(context: Mapping[str, Any]) -> int:
    """The status of a page with these forms: of what is refused, or 200."""
    for value in context.values():
        match value:
            case FaultsForm() | Rows():
                status = value.status
            case dict():
                status = status_of(value)
            case BaseForm():
                status = 422 if value.is_bound and value.errors else 200
            case _:
                status = 200
        if status != 200:
            return status
    return 200


def done(request: HttpRequest, said: str, to: str, *given: Any, **named: Any) -> HttpResponse:
    """Say what was done on the page where it leads to: an address, or the name of one with what it takes."""
    messages.success(request, said)
    return redirect(to, *given, **named)


def file(content: bytes | str, name: str, media_type: str, *, inline: bool = False) -> HttpResponse:
    """A file that only its reader gets, and no cache keeps."""
    response = HttpResponse(content, content_type=media_type)
    response["Content-Disposition"] = f'{"inline" if inline else "attachment"}; filename="{name}"'
    response["Content-Length"] = str(len(response.content))
    response["Cache-Control"] = "private, no-store"
    return response


def searched(request: HttpRequest, name: str = "q") -> str:
    """Return what an address looks for."""
    return request.GET.get(name, "").replace("\0", "").strip()[:MAX_SEARCH]


def number(request: HttpRequest, name: str, *, most: int = 9) -> int | None:
    """The number that an address gives in digits, at most so many."""
    text = request.GET.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) <= most else None
