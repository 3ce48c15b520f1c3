"""Addresses that are only sent to: where the form stands that sends there.

An address says so by itself: ``…/penilaian/7/salin/`` is sent to from ``…/penilaian/7/``. Where the form stands
elsewhere, the setting ``FORMS_ELSEWHERE`` names its page and which arguments that takes.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import Resolver404, resolve, reverse


def form_address(request: HttpRequest) -> str:
    """The address of the page whose form is sent to this one, in the language of the request; this address itself
    where it can be looked at, and empty where no page above can."""
    match = request.resolver_match
    if match is None or _takes_get(match.func):
        return request.get_full_path()
    if match.view_name in settings.FORMS_ELSEWHERE:
        name, arguments = settings.FORMS_ELSEWHERE[match.view_name]
        return reverse(name, kwargs={argument: match.kwargs[argument] for argument in arguments})
    parts = request.path.strip("/").split("/")
    for length in range(len(parts) - 1, 0, -1):
        above = f"/{'/'.join(parts[:length])}/"
        try:
            target = resolve(above)
        except Resolver404:
            continue
        if _takes_get(target.func):
            return above
    return ""


@cache
def _takes_get(view: Callable[..., Any] | None) -> bool:
    """Return whether a view takes GET, as Django's ``require_…`` around it says."""
    while view is not None:
        known = inspect.getclosurevars(view).nonlocals if inspect.isfunction(view) else {}
        if "request_method_list" in known:
            return "GET" in known["request_method_list"]
        view = getattr(view, "__wrapped__", None)
    return True
