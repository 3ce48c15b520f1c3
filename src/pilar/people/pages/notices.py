"""What I must act on, by deadline, and what was done last."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from pilar.people import operations, queries
from pilar.people.rules import NotFound
from pilar.people.signin import standing_of


@login_required
@require_safe
def notices(request: HttpRequest) -> HttpResponse:
    """Open notices, the nearest deadline first; below, what was done."""
    scope, now = standing_of(request), timezone.now()
    rows = queries.open_notices(scope=scope)
    return render(
        request,
        "people/notices.html",
        {
            "open": [(row, row.overdue(now)) for row in rows],
            "unread": any(not row.is_read for row in rows),
            "done": queries.done_notices(scope=scope),
        },
    )


@login_required
@require_POST
def read(request: HttpRequest) -> HttpResponse:
    """Mark the named notice as read, or all."""
    given = request.POST.get("notice", "")
    if given and not (given.isascii() and given.isdigit() and len(given) < 19):
        raise NotFound
    operations.mark_read(by=standing_of(request), notice=int(given) if given else None, now=timezone.now())
    return redirect("people:notices")
