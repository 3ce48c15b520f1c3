"""The one door to a document that everybody may have made: kept, told unchanged where it is, limited in number."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.cache import get_conditional_response

from pilar.evidence import operations
from pilar.people.downloads import limit_downloads
from pilar.people.rules import Standing
from pilar.reports.edition import edition


def document(
    request: HttpRequest,
    *made_of: object,
    by: Standing,
    make: Callable[[], bytes],
    name: str,
    media_type: str,
    inline: bool = False,
) -> HttpResponse:
    """A document of what is law or published, under its own name; 304 to the person who has it already.

    ``made_of`` says by its ``repr`` all that the document depends on besides program, data and address of the site:
    equal parts, equal bytes. Raises BeingMade, and TooManyRequests for a network without an account.
    """
    parts = (*made_of, settings.SITE_ADDRESS, edition())
    key = hashlib.sha256(repr(parts).encode()).hexdigest()
    response = get_conditional_response(request, etag=f'"{key}"')
    if response is None:
        limit_downloads(request, by=by)
        content = operations.keep_document(key=key, make=make, now=timezone.now())
        shown = "inline" if inline else "attachment"
        headers = {"Content-Disposition": f'{shown}; filename="{name}"', "Content-Length": str(len(content))}
        response = HttpResponse(content, content_type=media_type, headers=headers)
    response["ETag"] = f'"{key}"'
    return response
