"""Addresses as they were before: links in old mails and bookmarks lead to where the page stands now."""

from __future__ import annotations

import re

from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.views.decorators.http import require_safe

PHASE = re.compile(r"^((?:/en)?/kerja/periode/[^/]+)/fase/")


@require_safe
def moved(request: HttpRequest) -> HttpResponse:
    """From ``/kerja/kampanye…/fase/…`` to ``/kerja/periode…/tahap/…``, and from the former name of the workbook.

    Anyone who asks: who may read is asked there.
    """
    path, _mark, query = request.get_full_path().partition("?")
    path = re.sub(r"/buku-kerja\.xlsx$", "/hasil.xlsx", path)
    path = PHASE.sub(r"\1/tahap/", path.replace("/kerja/kampanye", "/kerja/periode", 1))
    return HttpResponsePermanentRedirect(f"{path}?{query}" if query else path)
