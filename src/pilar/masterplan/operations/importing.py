"""Programmes from a workbook: sent, checked in the background, shown, confirmed, and stored whole or not at all."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

from django.db import transaction
from django.db.models import Max, QuerySet
from django.db.models.functions import Now

from pilar.evidence import store
from pilar.masterplan.models import ProgrammeImport, Proposal, Version
from pilar.masterplan.operations.announcing import settle_call
from pilar.masterplan.operations.contents import frame_of, keep_all
from pilar.masterplan.operations.locking import locked_version, refuse
from pilar.masterplan.queries.importing import book_frame, importing_version, known_in, report_of
from pilar.masterplan.rules.authority import Action, Case, require
from pilar.masterplan.rules.content import LONGEST_TEXT
from pilar.masterplan.rules.imports import STEP, ImportUnderWay, is_lost
from pilar.masterplan.rules.proposals import Origin
from pilar.masterplan.rules.stages import ProposalKind, ProposalState
from pilar.masterplan.rules.workbook import MOST_ROWS, Told
from pilar.masterplan.rules.workbook_judging import STORED, RowOutcome, RowVerdict, counted, fingerprint, judge
from pilar.masterplan.rules.workbook_reading import Imported, count_rows, read_workbook
from pilar.people import queries as people
from pilar.people.rules import NotAllowed, Standing
from pilar.platform import audit
from pilar.platform.audit import Change
from pilar.platform.errors import Fault, Faults
from pilar.platform.imports.states import OPEN, RUNNING, ImportNotFound, NotConfirmable, State
from pilar.platform.jobs import background
from pilar.platform.language import mark
from pilar.platform.tables import inspect_sheets

TARGET = "masterplan.import"
LONGEST_NAME = 200
ZIP = b"PK\x03\x04"


@dataclass(frozen=True, slots=True)
class _Turn:
    """One attempt of a worker at an import."""

    row: ProgrammeImport
    number: int


def upload_programmes(*, by: Standing, version: int, name: str, content: bytes, now: datetime) -> int:
    """Keep a workbook and have it checked; returns the key of the import. One that waits to be confirmed is dropped.

    Raises Faults at ``file``, :class:`ImportUnderWay`; needs ``edit-proposals``.
    """
    if not content.startswith(ZIP):
        refuse([Fault("not-workbook", mark("Choose an Excel workbook (.xlsx)"), {}, "file")])
    key = f"programmes/{uuid4().hex}.xlsx"
    with transaction.atomic():
        row = locked_version(by, version, Action.EDIT_PROPOSALS)
        for other in ProgrammeImport.objects.filter(version=row, state__in=sorted(OPEN)):
            state = State(other.state)
            if state in RUNNING and not is_lost(state, other.progressed_at, now):
                raise ImportUnderWay
            _drop(other)
        store.put(key, io.BytesIO(content))
        made = ProgrammeImport.objects.create(
            version=row, name=name[-LONGEST_NAME:] or "program.xlsx", storage_key=key,
            sha256=hashlib.sha256(content).hexdigest(), ordered_by_id=by.account, ordered_by_name=by.actor.name,
            ordered_at=now, progressed_at=now,
        )  # fmt: skip
        audit.record(
            by=by.actor, action="upload", target=TARGET, key=made.pk, area=row.region_id,
            after={"name": made.name, "sha256": made.sha256},
        )  # fmt: skip
        check_import.later(key=made.pk)
    return int(made.pk)


@transaction.atomic
def confirm_import(*, by: Standing, key: int, judged: str, now: datetime) -> None:
    """Have a checked import stored; ``judged``: the fingerprint of the preview that was looked at.

    Raises :class:`NotConfirmable` for refused rows, another preview and another state; needs ``edit-proposals``.
    Confirmed a second time it changes nothing.
    """
    row = _locked(by, key)
    if row.state in (State.CONFIRMED, State.STORING, State.DONE) and row.judged == judged:
        return
    if row.state != State.CHECKED or row.judged != judged or not row.report["applicable"]:
        raise NotConfirmable
    row.state, row.done, row.progressed_at = State.CONFIRMED, 0, now
    row.ordered_by_id, row.ordered_by_name = by.account, by.actor.name
    row.save(update_fields=["state", "done", "progressed_at", "ordered_by", "ordered_by_name"])
    audit.record(by=by.actor, action="confirm", target=TARGET, key=row.pk, area=row.version.region_id)
    store_import.later(key=row.pk)


@transaction.atomic
def drop_import(*, by: Standing, key: int, now: datetime) -> None:
    """Give up an import that waits to be confirmed, failed or is lost; needs ``edit-proposals``."""
    row = _locked(by, key)
    state = State(row.state)
    if state in (State.DONE, State.DROPPED):
        return
    if state in RUNNING and not is_lost(state, row.progressed_at, now):
        raise ImportUnderWay
    _drop(row)
    audit.record(by=by.actor, action="drop", target=TARGET, key=row.pk, area=row.version.region_id)


@background("masterplan.check-import")
def check_import(*, by: Standing, key: int, now: datetime) -> None:
    """Read the workbook of an import and keep what becomes of each row; beginning anew is harmless.

    Raises NotAllowed for anybody but the schedule and the console.
    """
    turn = _begin(by, key, State.WAITING, State.CHECKING)
    if turn is None:
        return
    with _failing(turn):
        verdicts, whole = _judged(turn)
        _show(turn, verdicts, whole, changed=False)


@background("masterplan.store-import")
def store_import(*, by: Standing, key: int, now: datetime) -> None:
    """Store what a confirmed import says in one transaction, in the name of who confirmed it.

    If something has changed since the preview nothing is stored and the new preview waits to be confirmed. Raises as
    :func:`check_import`.
    """
    turn = _begin(by, key, State.CONFIRMED, State.STORING)
    if turn is None:
        return
    with _failing(turn):
        found = _read(turn)
        person = by if turn.row.ordered_by is None else people.standing(turn.row.ordered_by, now)
        with transaction.atomic():
            version = locked_version(person, turn.row.version_id, Action.EDIT_PROPOSALS)
            verdicts, whole = judge(found[0], known_in(version)), found[1]
            same = fingerprint(verdicts) == turn.row.judged
            if same and not whole:
                numbers = _store(person, version, verdicts, turn.row.name, now)
                if not _mine(turn).update(state=State.DONE, done=turn.row.total, progressed_at=Now()):
                    raise ImportNotFound
                audit.record(
                    by=person.actor, action="store", target=TARGET, key=key, area=version.region_id,
                    after={"proposals": numbers, **{one.value: count for one, count in counted(verdicts).items()}},
                )  # fmt: skip
        if same and not whole:
            store.delete(turn.row.storage_key)
        else:
            _show(turn, verdicts, whole, changed=True)


def _judged(turn: _Turn) -> tuple[tuple[RowVerdict, ...], tuple[Told, ...]]:
    found, whole = _read(turn)
    return judge(found, known_in(turn.row.version)), whole


def _read(turn: _Turn) -> tuple[tuple[Imported, ...], tuple[Told, ...]]:
    with store.open_file(turn.row.storage_key) as file:
        content = file.read()
    version = turn.row.version
    try:
        sheets = inspect_sheets(turn.row.name, content, most_rows=MOST_ROWS, longest_cell=LONGEST_TEXT)
    except Faults as refused:
        return (), tuple(Told("", 0, "", fault) for fault in refused.faults)
    total = count_rows(sheets)
    _mine(turn).update(total=total, progressed_at=Now())
    turn.row.total = total
    frame = book_frame(version.plan, frame_of(version.plan))
    return read_workbook(sheets, frame, progress=_progress(turn))


def _progress(turn: _Turn) -> Callable[[int], None]:
    """Writes down how many rows are looked at, now and then."""
    told = 0

    def progress(done: int) -> None:
        nonlocal told
        if done - told >= STEP:
            told = done
            _mine(turn).update(done=min(done, turn.row.total), progressed_at=Now())

    return progress


def _show(turn: _Turn, verdicts: Sequence[RowVerdict], whole: Sequence[Told], *, changed: bool) -> None:
    report = report_of(verdicts, whole, turn.row.version.region_id, changed=changed)
    _mine(turn).update(
        state=State.CHECKED, report=report, judged=fingerprint(verdicts), done=turn.row.total, progressed_at=Now()
    )


def _store(by: Standing, version: Version, verdicts: Sequence[RowVerdict], name: str, now: datetime) -> list[int]:
    """Write contents and proposals; returns the numbers of the proposals that are new or changed."""
    wanted = [one for one in verdicts if one.outcome in STORED and one.imported.content is not None]
    contents = keep_all(by, version.plan, [one.imported.content for one in wanted if one.imported.content], now=now)
    last = Proposal.objects.filter(version=version).aggregate(last=Max("number"))["last"] or 0
    made = []
    for one, content in zip(wanted, contents, strict=True):
        if one.outcome is RowOutcome.UPDATE:
            continue
        last += 1
        kind = ProposalKind.ADD if one.outcome is RowOutcome.NEW else ProposalKind.CHANGE
        made.append(
            Proposal(
                version=version, number=last, office_id=content.owner_id, kind=kind, line_id=one.line, content=content,
                state=ProposalState.SUBMITTED, origin=Origin.IMPORT, origin_key=one.imported.code, origin_text=name,
                made_by_id=by.account, made_at=now, changed_at=now, submitted_at=now,
            )
        )  # fmt: skip
    made = Proposal.objects.bulk_create(made)
    changes = [
        Change(one.pk, version.region_id, None, {"number": one.number, "content": one.content_id}) for one in made
    ]
    audit.record_each(by=by.actor, action="import", target="masterplan.proposal", changes=changes)
    updated = _update(by, version, [
        (one.proposal.key, content.pk) for one, content in zip(wanted, contents, strict=True)
        if one.outcome is RowOutcome.UPDATE and one.proposal is not None
    ], now)  # fmt: skip
    offices = {one.office_id for one in made}
    settle_call(by=by, version=version.pk, offices=sorted(offices), now=now)
    return [one.number for one in (*made, *updated)]


def _update(by: Standing, version: Version, pairs: Sequence[tuple[int, int]], now: datetime) -> list[Proposal]:
    """Give proposals another content; whoever has one open in a form is told when they save."""
    contents = dict(pairs)
    rows = list(Proposal.objects.select_for_update(no_key=True, of=("self",)).filter(pk__in=contents))
    changes = []
    for row in rows:
        after = {"content": contents[row.pk]}
        changes.append(Change(row.pk, version.region_id, {"content": row.content_id}, after))
        row.content_id, row.saves, row.changed_at = contents[row.pk], row.saves + 1, now
    Proposal.objects.bulk_update(rows, ["content", "saves", "changed_at"], batch_size=500)
    audit.record_each(by=by.actor, action="import", target="masterplan.proposal", changes=changes)
    return rows


def _locked(by: Standing, key: int) -> ProgrammeImport:
    """The import with its version locked; raises :class:`ImportNotFound` for who may not know of it."""
    rows = ProgrammeImport.objects.select_for_update(no_key=True, of=("self",)).select_related("version")
    version = importing_version(key, scope=by)
    require(by, Action.EDIT_PROPOSALS, Case(version.plan.region, None, version.state), known=True)
    locked_version(by, version.key, Action.EDIT_PROPOSALS)
    return rows.get(pk=key)


def _drop(row: ProgrammeImport) -> None:
    key = row.storage_key
    row.state, row.storage_key = State.DROPPED, ""
    row.save(update_fields=["state", "storage_key"])
    if key:
        transaction.on_commit(lambda: store.delete(key))


@transaction.atomic
def _begin(by: Standing, key: int, ordered: State, running: State) -> _Turn | None:
    """Take an import up, also one that a killed worker had begun; None if there is nothing to do."""
    if not by.unrestricted:
        raise NotAllowed
    rows = ProgrammeImport.objects.select_for_update(of=("self",)).select_related("version__plan", "ordered_by")
    row = rows.filter(pk=key, state__in=[ordered, running]).first()
    if row is None:
        return None
    row.state, row.done, row.attempt, row.progressed_at = running, 0, row.attempt + 1, Now()
    row.save(update_fields=["state", "done", "attempt", "progressed_at"])
    return _Turn(row, row.attempt)


def _mine(turn: _Turn) -> QuerySet[ProgrammeImport]:
    """The import while this attempt is the last one."""
    running = [State.CHECKING, State.STORING]
    return ProgrammeImport.objects.filter(pk=turn.row.pk, attempt=turn.number, state__in=running)


@contextmanager
def _failing(turn: _Turn) -> Iterator[None]:
    """Marks an import as failed if the work on it breaks off."""
    try:
        yield
    except Exception:
        _mine(turn).update(state=State.FAILED, progressed_at=Now())
        raise
