"""A file from its upload to its end: kept, looked at, its columns chosen, confirmed and stored, or dropped.

A small file is looked at and stored while its reader waits, a large one by the worker; the states are the same.
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.module_loading import autodiscover_modules

from pilar.platform import audit, locks
from pilar.platform.errors import Faults
from pilar.platform.imports.importer import Importer, importer_of
from pilar.platform.imports.kept import Kept, is_lost, kept_of, opened, topic
from pilar.platform.imports.rows import Reading, Told
from pilar.platform.imports.states import (
    OPEN,
    RUNNING,
    ImportNotFound,
    ImportUnderWay,
    NotConfirmable,
    State,
)
from pilar.platform.imports.verdicts import Verdict, fingerprint, report_of
from pilar.platform.jobs import background, every
from pilar.platform.live import tell
from pilar.platform.models import ChosenHeadings, Import
from pilar.platform.tables import Table
from pilar.platform.tables.content import ZIP
from pilar.platform.tables.wire import answer, answered

AT_ONCE = 2_000
"""Rows that are looked at and stored while the reader waits (assumption: within a second or two)."""
FORGOTTEN = timedelta(days=2)
"""What was neither stored nor dropped goes after that; what lasts only loses its content."""
STEP = 250
"""Progress is written down every so many rows."""
MAX_NAME = 100
MAX_OPEN = 5
"""Files of one person that wait to be confirmed, of one import."""
LOCK = "platform.imports"


def receive(importer: Importer, *, name: str, content: bytes) -> int:
    """Keep a file and have it looked at; returns its key. Where a subject takes one at a time, one that waits to be
    confirmed gives way.

    Raises Faults for what is no table, :class:`ImportUnderWay`.
    """
    if importer.by_worker and not content.startswith(ZIP):
        raise Faults([importer.no_file])
    name = name[-MAX_NAME:] or "?"
    kept, total = (content, 0) if importer.by_worker else _read(importer, name, content)
    with transaction.atomic():
        _make_room(importer)
        row = Import.objects.create(
            kind=importer.kind, subject=importer.subject, owner=importer.owner, owner_name=importer.actor.name,
            name=name, sha256=hashlib.sha256(content).hexdigest(), content=kept, total=total, kept_at=importer.now,
            progressed_at=importer.now, lasting=importer.lasting,
        )  # fmt: skip
        _record(importer, "upload", row, {"name": row.name, "sha256": row.sha256})
        if _waits(importer, total):
            work.later(key=row.pk)
    if not _waits(importer, total):
        _check(importer, row, changed=False)
    return int(row.pk)


def choose(importer: Importer, *, key: int, chosen: Mapping[str, str]) -> None:
    """Look at a file again with its columns as its owner says they are, which is remembered for the next file."""
    with transaction.atomic():
        row = _locked(importer, key)
        if row.state != State.CHECKED:
            raise NotConfirmable
        mine, _made = ChosenHeadings.objects.select_for_update().get_or_create(
            kind=importer.kind, owner=importer.owner, defaults={"columns": {}}
        )
        mine.columns = {**mine.columns, **chosen}
        mine.save(update_fields=["columns"])
        if _is_large(importer, row.total):
            row.state, row.done, row.progressed_at = State.WAITING, 0, importer.now
            row.save(update_fields=["state", "done", "progressed_at"])
            work.later(key=row.pk)
            return
    _check(importer, row, changed=False)


def confirm(importer: Importer, *, token: str) -> Kept:
    """Store what was shown, or have it stored; confirmed a second time it changes nothing.

    If something has changed since, nothing is stored and the report tells how it stands now (``changed``). Raises
    Faults for a token of another file, person or time, :class:`NotConfirmable`, :class:`ImportNotFound`.
    """
    key, seen = opened(importer, token)
    return confirm_seen(importer, key=key, seen=seen)


def confirm_seen(importer: Importer, *, key: int, seen: str) -> Kept:
    """As :func:`confirm`, for anyone who names the fingerprint of the preview themselves."""
    with transaction.atomic():
        row = _locked(importer, key)
        if row.state in (State.CONFIRMED, State.STORING, State.DONE) and row.judged == seen:
            return kept_of(importer, row)
        if row.state != State.CHECKED or row.judged != seen or not (row.report or {}).get("applicable"):
            raise NotConfirmable
        row.owner, row.owner_name = importer.owner, importer.actor.name
        row.done, row.progressed_at = 0, importer.now
        row.state = State.CONFIRMED
        row.save(update_fields=["owner", "owner_name", "done", "progressed_at", "state"])
        _record(importer, "confirm", row)
        if _waits(importer, row.total):
            work.later(key=row.pk)
        else:
            _store(importer, row)
    return kept_of(importer, row)


def drop(importer: Importer, *, key: int) -> None:
    """Give up an import that waits to be confirmed, failed or is lost."""
    with transaction.atomic():
        row = _locked(importer, key)
        if State(row.state) in (State.DONE, State.DROPPED):
            return
        if State(row.state) in RUNNING and not is_lost(row, importer.now):
            raise ImportUnderWay
        _end(row, State.DROPPED)
        _record(importer, "drop", row)


def subject_of(importer: type[Importer], key: int) -> str:
    """Return what an import is about, for a room that finds it by its key and then asks who may; raises
    :class:`ImportNotFound`."""
    subject = Import.objects.filter(kind=importer.kind, pk=key).values_list("subject", flat=True).first()
    if subject is None:
        raise ImportNotFound
    return str(subject)


def kept(importer: Importer, key: int) -> Kept:
    """An import of the person, or of the subject where it is shared; raises :class:`ImportNotFound`."""
    row = _of(importer).filter(pk=key).first()
    if row is None:
        raise ImportNotFound
    return kept_of(importer, row)


def tables(importer: Importer, key: int) -> list[Table]:
    """The tables of a file that waits to be confirmed, as they were read; none of any other."""
    row = _of(importer).filter(pk=key, state=State.CHECKED).first()
    content = b"" if row is None else bytes(row.content)
    return [] if not content or content.startswith(ZIP) else answered(zlib.decompress(content).splitlines())


def latest(importer: Importer) -> Kept | None:
    """The import that is open, if there is one."""
    row = _of(importer).filter(state__in=sorted(OPEN)).order_by("-pk").first()
    return None if row is None else kept_of(importer, row)


@background("platform.import")
def work(*, key: int) -> None:
    """Look at a file, or store what was confirmed, in the name of the person who sent or confirmed it; begins again if
    killed."""
    with transaction.atomic():
        row = Import.objects.select_for_update().filter(pk=key, state__in=sorted(RUNNING)).first()
        if row is None:
            return
        storing = row.state in (State.CONFIRMED, State.STORING)
        row.state, row.done = (State.STORING if storing else State.CHECKING), 0
        row.attempt, row.progressed_at = row.attempt + 1, Now()
        row.save(update_fields=["state", "done", "attempt", "progressed_at"])
        tell(topic(key))
    with _failing(row):
        autodiscover_modules("imports")
        importer = importer_of(row.kind).of(row.owner, row.subject, timezone.now())
        importer.progress = _progress(row)
        if storing:
            with transaction.atomic():
                _store(importer, row)
        else:
            _check(importer, row, changed=False)


@every("platform.forget-imports", cron="20 18 * * *")
def forget(*, now: datetime) -> None:
    """Every night: files that nobody has confirmed."""
    rows = Import.objects.filter(kept_at__lt=now - FORGOTTEN)
    rows.filter(lasting=False).delete()
    for row in rows.filter(state=State.CHECKED):
        _end(row, State.DROPPED)


def _waits(importer: Importer, total: int) -> bool:
    """Return whether a file waits for the worker."""
    return importer.by_worker or _is_large(importer, total)


def _is_large(importer: Importer, total: int) -> bool:
    return total > (AT_ONCE if importer.at_once is None else importer.at_once)


def _make_room(importer: Importer) -> None:
    """Drop what waits and would be too much."""
    if importer.shared:
        locks.take(f"{LOCK} {importer.kind} {importer.subject}")
    imports = _of(importer).select_for_update().filter(state__in=sorted(OPEN)).order_by("-pk")
    if importer.shared:
        if any(State(row.state) in RUNNING and not is_lost(row, importer.now) for row in imports):
            raise ImportUnderWay
        gone = list(imports)
    else:
        gone = list(imports.filter(state=State.CHECKED)[MAX_OPEN - 1 :])
    for row in gone:
        _end(row, State.DROPPED)
        _record(importer, "drop", row)


def _read(importer: Importer, name: str, content: bytes) -> tuple[bytes, int]:
    """The tables of a file as they are kept, and how many rows they have. Raises Faults."""
    sheets = importer.sheets()
    tables = importer.inspect(name, content, _chosen(importer))
    total = sum(len(table.rows) for table in tables if "" in sheets or table.name in sheets)
    return zlib.compress(b"".join(answer(tables)), 1), total


def _reading(importer: Importer, row: Import) -> Reading:
    """Return what the file of an import says; one that is not read yet is read now."""
    content = bytes(row.content)
    if content.startswith(ZIP):
        try:
            content, total = _read(importer, row.name, content)
        except Faults as refused:
            return Reading((), tuple(Told(0, "", fault) for fault in refused.faults), (), {})
        row.content, row.total = content, total
        Import.objects.filter(pk=row.pk).update(content=content, total=total, progressed_at=Now())
    return importer.reading(answered(zlib.decompress(content).splitlines()), _chosen(importer))


def _judged(importer: Importer, reading: Reading) -> tuple[Reading, Sequence[Verdict]]:
    """The verdicts of a file; what is wrong with it as a whole is told by its reading."""
    if reading.faults:
        return reading, ()
    try:
        return reading, importer.judge(reading.rows)
    except Faults as refused:
        whole = tuple(Told(0, "", fault) for fault in refused.faults)
        return Reading((), whole, reading.notes, reading.headings), ()


def _check(importer: Importer, row: Import, *, changed: bool) -> None:
    _show(importer, row, *_judged(importer, _reading(importer, row)), changed=changed)


def _show(importer: Importer, row: Import, reading: Reading, verdicts: Sequence[Verdict], *, changed: bool) -> None:
    """Keep what a check has found."""
    report = report_of(reading, verdicts, importer.outcomes, changed=changed, values=importer.shown)
    headings = [
        [sheet, heading.key, heading.place.name, heading.place.index, heading.samples, heading.column]
        for sheet, headings in reading.headings.items() for heading in headings
    ]  # fmt: skip
    row.report = {**report.content(), "applicable": report.applicable, "headings": headings}
    row.judged, row.state, row.done = fingerprint(verdicts), State.CHECKED, row.total
    _save(row)


def _store(importer: Importer, row: Import) -> None:
    """Store what was confirmed if it still is what was shown."""
    reading = _reading(importer, row)
    importer.file, importer.file_hash = row.name, row.sha256
    importer.hold()
    reading, verdicts = _judged(importer, reading)
    if reading.faults or fingerprint(verdicts) != row.judged:
        _show(importer, row, reading, verdicts, changed=True)
        return
    try:
        with transaction.atomic():
            importer.store([verdict for verdict in verdicts if verdict.outcome.stored])
    except Faults:
        _check(importer, row, changed=True)
        return
    row.state, row.done, row.content = State.DONE, row.total, b""
    _save(row)
    _record(importer, "store", row, row.report["counts"])


def _record(importer: Importer, action: str, row: Import, after: Mapping[str, Any] | None = None) -> None:
    """Write down what is done with a file, where the import wants it."""
    if importer.recorded:
        audit.record(importer, action, importer.recorded, row.pk, area=importer.area, after=after)


def _save(row: Import) -> None:
    """Write down how an import stands, if this attempt is the last one."""
    row.progressed_at = timezone.now()
    fields = ("report", "judged", "state", "done", "content", "progressed_at")
    mine = Import.objects.filter(pk=row.pk, attempt=row.attempt, state__in=sorted(OPEN))
    if not mine.update(**{name: getattr(row, name) for name in fields}):
        raise ImportNotFound
    tell(topic(row.pk))


def _end(row: Import, state: State) -> None:
    row.state, row.content = state, b""
    row.save(update_fields=["state", "content"])
    tell(topic(row.pk))


@contextmanager
def _failing(row: Import) -> Iterator[None]:
    """Marks an import as failed if the work on it breaks off."""
    try:
        yield
    except Exception:
        mine = Import.objects.filter(pk=row.pk, attempt=row.attempt, state__in=sorted(RUNNING))
        mine.update(state=State.FAILED, content=b"", progressed_at=Now())
        tell(topic(row.pk))
        raise


def _progress(row: Import) -> Callable[[int], None]:
    """Writes down how many rows are looked at, now and then."""
    told = 0

    def progress(done: int) -> None:
        nonlocal told
        if done - told >= STEP:
            told = done
            mine = Import.objects.filter(pk=row.pk, attempt=row.attempt)
            mine.update(done=min(done, row.total), progressed_at=Now())
            tell(topic(row.pk))

    return progress


def _chosen(importer: Importer) -> dict[str, str]:
    headingses = ChosenHeadings.objects.filter(kind=importer.kind, owner=importer.owner).values_list(
        "columns", flat=True
    )
    return dict(headingses.first() or {})


def _of(importer: Importer) -> QuerySet[Import]:
    """The imports that may be seen: of the subject, and but for shared ones of the person."""
    rows = Import.objects.filter(kind=importer.kind, subject=importer.subject)
    return rows if importer.shared else rows.filter(owner=importer.owner)


def _locked(importer: Importer, key: int) -> Import:
    row = _of(importer).select_for_update().filter(pk=key).first()
    if row is None:
        raise ImportNotFound
    return row
