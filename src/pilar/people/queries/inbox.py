"""Merge the inboxes of all rooms into one order by deadline."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.conf import settings
from django.utils.module_loading import import_string

from pilar.people.queries.notices import NoticeRow, open_notices
from pilar.people.rules import Standing
from pilar.platform.language import N_, translate

STAYS = N_("It stays here until somebody acts.")
OF_NO_ROOM = N_("Accounts and notices")


@dataclass(frozen=True, slots=True)
class Waiting:
    """A task that waits for its reader, in their language: what to do, where, and by when.

    ``otherwise``: what happens if nobody acts; empty if nothing happens automatically. ``region``: the time zone of the
    deadline. ``instead_of``: kinds of notices that are replaced by it: those about ``subject``, or if that is empty
    those of the region.
    """

    text: str
    address: str
    region: str | None = None
    due: datetime | None = None
    otherwise: str = ""
    instead_of: frozenset[str] = frozenset()
    subject: str = ""


def nothing(_scope: Standing, _now: datetime) -> Iterable[Waiting]:
    """For a room whose tasks are all announced by notices."""
    return ()


@dataclass(frozen=True, slots=True)
class InboxRoom:
    """A room's part of the inbox; the object is named in ``settings.PILAR_INBOX``.

    ``code``: the prefix of its notice kinds. ``find``: returns what waits for a reader. ``otherwise``: what happens if
    nobody acts on a notice, by its kind (marked sentences).
    """

    code: str
    name: str
    find: Callable[[Standing, datetime], Iterable[Waiting]] = nothing
    otherwise: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class InboxRow:
    """A line of the inbox, in the reader's language."""

    room: str
    text: str
    address: str
    region: str | None
    due: datetime | None
    overdue: bool
    otherwise: str


def inbox(*, scope: Standing, now: datetime) -> tuple[InboxRow, ...]:
    """Everything that waits for the reader, the nearest deadline first, items without one last."""
    rooms: list[InboxRoom] = [import_string(path) for path in settings.PILAR_INBOX]
    waits = [(room, waiting) for room in rooms for waiting in room.find(scope, now)]
    told = {(kind, waiting.subject or waiting.region) for _room, waiting in waits for kind in waiting.instead_of}
    rows = [_row(translate(room.name), waiting, now) for room, waiting in waits]
    by_code = {room.code: room for room in rooms}
    rows += [
        _row(translate(room.name if room else OF_NO_ROOM), _of_notice(notice, room), now)
        for notice in open_notices(scope=scope)
        if notice.needs_action and not told & {(notice.kind, notice.region_code), (notice.kind, notice.subject)}
        for room in [by_code.get(notice.kind.partition(".")[0])]
    ]
    return tuple(sorted(rows, key=lambda row: (row.due is None, row.due.timestamp() if row.due else 0)))


def _of_notice(notice: NoticeRow, room: InboxRoom | None) -> Waiting:
    sentence = room.otherwise.get(notice.kind, "") if room else ""
    return Waiting(
        notice.text, notice.address, notice.region_code, notice.deadline, translate(sentence) if sentence else ""
    )


def _row(room: str, waiting: Waiting, now: datetime) -> InboxRow:
    late = waiting.due is not None and waiting.due <= now
    return InboxRow(
        room, waiting.text, waiting.address, waiting.region, waiting.due, late, waiting.otherwise or translate(STAYS)
    )
