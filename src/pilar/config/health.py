"""Whether the server lives, and whether it can do its work."""

from __future__ import annotations

from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, JsonResponse

from pilar.config.database import TablesBehind, is_embedded, require_tables


def live(request: HttpRequest) -> HttpResponse:
    """The process answers; says nothing about the database."""
    return JsonResponse({"status": "ok"})


def ready(request: HttpRequest) -> HttpResponse:
    """The database answers and its tables are those of this version; 503 otherwise."""
    try:
        require_tables()
    except DatabaseError:
        return JsonResponse({"status": "no database"}, status=503)
    except TablesBehind:
        return JsonResponse({"status": "migrations missing"}, status=503)
    return JsonResponse({"status": "ok", "database": "embedded" if is_embedded() else "given"})
