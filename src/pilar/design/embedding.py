"""Pages that other sites may show as a part of their own: those of the setting ``PILAR_EMBED_SITES``, and no others."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import HttpResponse


def embeddable(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A page that sites of the installation's choice may show in a frame; without a choice nobody may.

    It must show nothing but what everybody reads, and take nothing: a frame can be laid under a stranger's button.
    """

    @wraps(view)
    def shown(*arguments: Any, **named: Any) -> HttpResponse:
        response = view(*arguments, **named)
        if settings.PILAR_EMBED_SITES:
            response._csp_replace = {"frame-ancestors": list(settings.PILAR_EMBED_SITES)}  # type: ignore[attr-defined]
            response.xframe_options_exempt = True  # type: ignore[attr-defined]
        return response

    return shown
