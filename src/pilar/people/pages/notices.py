"""Pages of the inbox, by deadline, and of closed notices."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from pilar.people import operations, queries
from pilar.people.rules import NotFound, Standing
from pilar.people.views import Shown, button, page


@page("people/notices.html")
def notices(request: HttpRequest, *, by: Standing, now: datetime) -> Shown:
    """Open notices, the nearest deadline first, and below the closed ones."""
    rows = queries.open_notices(scope=by)
    return {
        "open": [(row, row.overdue(now)) for row in rows],
        "unread": any(not row.is_read for row in rows),
        "done": queries.done_notices(scope=by),
    }


@button
def read(request: HttpRequest, *, by: Standing, now: datetime) -> HttpResponse:
    """Mark the named notice as read, or all."""
    given = request.POST.get("notice", "")
    if given and not (given.isascii() and given.isdigit() and len(given) < 19):
        raise NotFound
    operations.mark_read(by=by, notice=int(given) if given else None, now=now)
    return redirect("people:notices")
