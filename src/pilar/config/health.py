"""Health checks: the server is alive, it can do its work, and background work is done.

These addresses answer whatever host name, scheme or proxy they are asked by: monitors ask by number.
"""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, JsonResponse

from pilar.config import processes
from pilar.config.database import TablesBehind, is_embedded, require_tables
from pilar.platform import jobs, replica
from pilar.platform.jobs import Attendance
from pilar.platform.outage import database_is_away

AWAY = "no database"


def live(request: HttpRequest) -> HttpResponse:
    """The process answers; says nothing about the database."""
    return JsonResponse({"status": "ok"})


def ready(request: HttpRequest) -> HttpResponse:
    """The database answers and its tables are those of this version; 503 otherwise.

    Without a worker it is 200 and ``degraded``: pages are served, and no balancer should take them away. So it is while
    the primary is away and public pages are read from a replica.
    """
    faults = _database_faults()
    if faults == AWAY and replica.WATCH.fit():
        return JsonResponse({"status": "degraded", "database": "replica"})
    if faults:
        return JsonResponse({"status": faults}, status=503)
    attendance = jobs.attendance()
    status = "ok" if attendance.present else "degraded"
    database = "embedded" if is_embedded() else "given"
    return JsonResponse({"status": status, "database": database, "worker": _said(attendance)})


def worker(request: HttpRequest) -> HttpResponse:
    """Somebody runs the background jobs and none waits for too long; 503 otherwise. For monitors, not for balancers."""
    faults = _database_faults()
    if faults:
        return JsonResponse({"status": faults}, status=503)
    attendance = jobs.attendance()
    status = "ok" if attendance.keeps_up else ("jobs wait" if attendance.present else "no worker")
    body = {
        "status": status,
        "worker": _said(attendance),
        "waiting": attendance.waiting,
        "longest_wait_seconds": round(attendance.longest_wait.total_seconds()),
    }
    return JsonResponse(body, status=200 if attendance.keeps_up else 503)


def _database_faults() -> str:
    try:
        require_tables()
    except TablesBehind:
        return "migrations missing"
    except Exception as error:
        if not database_is_away(error):
            raise
        return AWAY
    return ""


def _said(attendance: Attendance) -> str:
    if attendance.present:
        return "ok"
    return f"none since {attendance.last_heard.isoformat(timespec='seconds')}" if attendance.last_heard else "none"


ADDRESSES: dict[str, Callable[[HttpRequest], HttpResponse]] = {
    processes.LIVE: live,
    "/health/ready": ready,
    "/health/worker": worker,
}


class HealthAddresses:
    """Answers these addresses before anything looks at host, scheme, session or language."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        answer = ADDRESSES.get(request.path)
        if answer is None:
            return self.get_response(request)
        response = answer(request) if request.method in ("GET", "HEAD") else HttpResponseNotAllowed(["GET", "HEAD"])
        response["Cache-Control"] = "no-store"
        return response
