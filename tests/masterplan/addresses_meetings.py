"""The addresses of meetings, and what each of those who ask finds there.

A coordination meeting of Kabupaten Tangerang runs, with a proposal of the contributor's office on its agenda; there is
a signed one of the plan in force, too. Columns as in ``addresses``.
"""

from __future__ import annotations

PAGES = """
meetings        302 404 404 200 200 200 404 404
plan-meeting    302 404 404 403 200 403 404 404
meeting         302 404 404 200 200 200 404 404
edit-meeting    302 404 404 403 200 403 404 404
attendance      302 404 404 403 200 403 404 404
begin-meeting   302 404 404 403 302 403 404 404
decisions       302 404 404 200 200 200 404 404
decisions-list  302 404 404 200 200 200 404 404
decide          302 404 404 200 200 200 404 404
decide-general  302 404 404 200 200 200 404 404
accept-rest     302 404 404 403 200 403 404 404
sign-off        302 404 404 403 200 403 404 404
minutes         302 404 404 200 200 200 404 404
minutes-file    302 404 404 200 200 200 404 404
check-minutes   200 200 200 200 200 200 200 200
"""
"""What a page of the running meeting answers when it is read."""

SENT = """
meetings        302 405 405 405 405 405 405 405
plan-meeting    302 404 404 403 422 403 404 404
meeting         302 405 405 405 405 405 405 405
edit-meeting    302 404 404 403 422 403 404 404
attendance      302 404 404 403 422 403 404 404
begin-meeting   302 404 404 403 302 403 404 404
decisions       302 405 405 405 405 405 405 405
decisions-list  405 405 405 405 405 405 405 405
decide          302 404 404 403 422 403 404 404
decide-general  302 404 404 403 422 403 404 404
accept-rest     302 404 404 403 409 403 404 404
sign-off        302 404 404 403 409 403 404 404
minutes         302 405 405 405 405 405 405 405
minutes-file    302 405 405 405 405 405 405 405
check-minutes   405 405 405 405 405 405 405 405
"""
"""What it answers to an empty form."""

SIGNED = """
meetings        302 404 404 200 200 200 404 404
plan-meeting    302 403 403 403 409 403 403 403
meeting         302 404 404 200 200 200 404 404
edit-meeting    302 404 404 403 409 403 404 404
attendance      302 404 404 403 409 403 404 404
decisions       302 404 404 200 200 200 404 404
decisions-list  302 404 404 200 200 200 404 404
decide          302 404 404 200 200 200 404 404
decide-general  302 404 404 200 200 200 404 404
accept-rest     302 404 404 403 409 403 404 404
sign-off        302 404 404 403 409 403 403 403
minutes         302 404 404 200 200 200 200 200
minutes-file    302 404 404 200 200 200 200 200
"""
"""What a page of a signed meeting of a plan in force answers when it is read."""

ROUTES = """
GET   /plan-minutes/{sha256}                    200 200 200 200 200 200 200 200
GET   /plan-versions/{version}/meetings         401 404 404 200 200 200 404 404
POST  /plan-versions/{version}/meetings         401 404 404 403 201 403 404 404
GET   /plan-meetings/{meeting}                  401 404 404 200 200 200 404 404
PUT   /plan-meetings/{meeting}                  401 404 404 403 200 403 404 404
PUT   /plan-meetings/{meeting}/attendance       401 404 404 403 409 403 404 404
POST  /plan-meetings/{meeting}/begin            401 404 404 403 200 403 404 404
GET   /plan-meetings/{meeting}/agenda           401 404 404 200 200 200 404 404
POST  /plan-meetings/{meeting}/decisions        401 404 404 403 422 403 404 404
POST  /plan-meetings/{meeting}/rest             401 404 404 403 409 403 404 404
POST  /plan-meetings/{meeting}/sign-off         401 404 404 403 422 403 404 404
GET   /plan-proposals/{proposal}/decisions      401 404 404 200 200 200 200 404
"""
"""What a route answers about the running meeting."""

BODIES = {
    "POST meetings": {"kind": "workshop_1", "title": "Bimtek 1", "held_at": "2026-04-02T09:00:00+07:00"},
    "PUT {meeting}": {"title": "Rapat", "held_at": "2026-04-14T09:00:00+07:00", "seen": 3},
    "PUT attendance": {"attendance": [{"name": "Tono"}], "seen": 1},
    "POST decisions": {"outcome": "accepted"},
    "POST rest": {"decided_by": 1, "seen": 1},
    "POST sign-off": {"seen": 3},
}
"""What is sent to a route, by its method and the last part of its path."""
