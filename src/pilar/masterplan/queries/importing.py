"""Reads of imports, and of what a workbook is read against and judged by."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from pilar.areas.models import Office
from pilar.masterplan.models import Entry, Plan, ProgrammeImport, Proposal, Version
from pilar.masterplan.queries.choices import office_names
from pilar.masterplan.queries.proposals import proposing_version
from pilar.masterplan.queries.rows import VersionRow
from pilar.masterplan.rules.authority import Action, Case, require
from pilar.masterplan.rules.checking import Frame
from pilar.masterplan.rules.content import Content, read, stored
from pilar.masterplan.rules.imports import MOST_TOLD, is_lost
from pilar.masterplan.rules.stages import OPEN_PROPOSALS, ProposalKind, ProposalState
from pilar.masterplan.rules.workbook import Told
from pilar.masterplan.rules.workbook_judging import (
    OUTCOME_NAMES,
    STORED,
    Known,
    KnownProposal,
    RowOutcome,
    RowVerdict,
    counted,
)
from pilar.masterplan.rules.workbook_reading import BookFrame
from pilar.people.rules import NotFound, Standing
from pilar.platform.imports.states import OPEN, RUNNING, STATE_NAMES, ImportNotFound, State
from pilar.platform.language import translate


@dataclass(frozen=True, slots=True)
class FaultRow:
    """What is wrong in a workbook, and where: ``row`` is 0 for a sheet or file as a whole."""

    sheet: str
    row: int
    column: str
    code: str
    said: str


@dataclass(frozen=True, slots=True)
class VerdictRow:
    """What becomes of a programme of the workbook; ``content`` is what would be stored, ``before`` what stands now."""

    row: int
    code: str
    title: str
    office: str
    outcome: RowOutcome
    content: Content | None = None
    before: Content | None = None

    @property
    def outcome_name(self) -> str:
        return translate(OUTCOME_NAMES[self.outcome][0])

    @property
    def tone(self) -> str:
        return OUTCOME_NAMES[self.outcome][1]


@dataclass(frozen=True, slots=True)
class ImportRow:
    """An import. ``faults``, ``notes`` and ``rows`` are the first of all that are counted; ``changed``: something
    changed since the preview that was confirmed, and nothing was stored."""

    key: int
    version: VersionRow
    name: str
    state: State
    done: int
    total: int
    lost: bool
    ordered_by: str
    ordered_at: datetime
    judged: str
    applicable: bool
    changed: bool
    counts: dict[RowOutcome, int]
    faults: tuple[FaultRow, ...]
    fault_count: int
    notes: tuple[FaultRow, ...]
    note_count: int
    rows: tuple[VerdictRow, ...]
    row_count: int

    @property
    def state_name(self) -> str:
        """The state in the reader's language."""
        return translate(STATE_NAMES[self.state])

    @property
    def running(self) -> bool:
        return self.state in RUNNING

    @property
    def checked(self) -> bool:
        """Whether there is a report to look at."""
        return self.state in (State.CHECKED, State.DONE)


def import_row(key: int, *, scope: Standing, now: datetime) -> ImportRow:
    """One import, for who edits proposals; raises :class:`ImportNotFound`, :class:`NotAllowed`."""
    version = importing_version(key, scope=scope)
    require(scope, Action.EDIT_PROPOSALS, Case(version.plan.region, None, version.state), known=True)
    return _row(ProgrammeImport.objects.get(pk=key), version, now)


def importing_version(key: int, *, scope: Standing) -> VersionRow:
    """The version that an import goes into, for who reads its proposals; raises :class:`ImportNotFound`."""
    version = ProgrammeImport.objects.filter(pk=key).values_list("version", flat=True).first()
    try:
        return proposing_version(version or 0, scope=scope)
    except NotFound:
        raise ImportNotFound from None


def latest_import(row: VersionRow, *, now: datetime) -> ImportRow | None:
    """The import of a version that is open, if there is one. A row in hand is leave to read it."""
    found = ProgrammeImport.objects.filter(version=row.key, state__in=sorted(OPEN)).first()
    return None if found is None else _row(found, row, now)


def report_of(verdicts: Sequence[RowVerdict], whole: Sequence[Told], region: str, *, changed: bool) -> dict[str, Any]:
    """What a check found, for :func:`import_row`: fits JSON."""
    names = office_names(region)
    told = [*whole, *(told for one in verdicts for told in one.told)]
    notes = [note for one in verdicts if one.outcome in STORED for note in one.imported.notes]
    counts = counted(verdicts)
    order = [outcome for outcome in RowOutcome if outcome is not RowOutcome.UNCHANGED] + [RowOutcome.UNCHANGED]
    shown = sorted(verdicts, key=lambda one: (order.index(one.outcome), one.imported.row))[:MOST_TOLD]
    return {
        "counts": {outcome.value: count for outcome, count in counts.items()},
        "applicable": not told and any(counts[one] for one in STORED),
        "changed": changed,
        "fault_count": len(told),
        "faults": [_kept(one) for one in told[:MOST_TOLD]],
        "note_count": len(notes),
        "notes": [_kept(one) for one in notes[:MOST_TOLD]],
        "row_count": len(verdicts),
        "rows": [
            [
                one.imported.row, one.imported.code, one.imported.title,
                names.get(one.imported.content.owner, "") if one.imported.content else "", one.outcome.value,
                *(_stored(said) if one.outcome in STORED else None for said in (one.imported.content, one.before)),
            ]
            for one in shown
        ],
    }  # fmt: skip


def _stored(content: Content | None) -> dict[str, Any] | None:
    return None if content is None else stored(content)


def _kept(one: Told) -> list[Any]:
    """What is told, fit for JSON: a number stays one, so that its reader's language writes it."""
    fields = {name: [f"{value:f}"] if isinstance(value, Decimal) else value for name, value in one.fault.fields.items()}
    return [one.sheet, one.row, one.column, one.fault.code, one.fault.sentence, fields]


def _fault_row(kept: list[Any]) -> FaultRow:
    sheet, row, column, code, sentence, fields = kept
    said = {name: Decimal(value[0]).normalize() if isinstance(value, list) else value for name, value in fields.items()}
    return FaultRow(sheet, row, column, code, translate(sentence, **said))


def _verdict_row(kept: list[Any]) -> VerdictRow:
    row, code, title, office, outcome, *bodies = kept
    contents = (None if one is None else read(one) for one in bodies)
    return VerdictRow(row, code, title, office, RowOutcome(outcome), *contents)


def book_frame(plan: Plan, frame: Frame) -> BookFrame:
    """What a workbook of a plan is read against. Two queries."""
    offices: dict[str, int] = {}
    for one in Office.objects.filter(region=plan.region_id, closed_at=None).order_by("-pk"):
        if one.abbreviation:
            offices[one.abbreviation.casefold()] = one.pk
    for one in Office.objects.filter(region=plan.region_id, closed_at=None).order_by("-pk"):
        offices[one.name.casefold()] = one.pk
    above: dict[str, dict[str, int]] = defaultdict(dict)
    bodies = Entry.objects.filter(line__plan=plan).order_by().values_list("line__code", "content__body")
    for code, body in bodies:
        for name in ("targets", "activities", "monitored"):
            there = [row["number"] for row in body[name]]
            above[code][name] = max([above[code].get(name, 0), *there])
    return BookFrame(frame, offices, above)


def known_in(version: Version) -> Known:
    """What stands in a version, for judging a workbook. Two queries."""
    entries = Entry.objects.filter(version=version).select_related("line", "content")
    programmes = {one.line.code: (one.line_id, read(one.content.body)) for one in entries}
    proposals: dict[str, KnownProposal] = {}
    rows = Proposal.objects.filter(version=version).select_related("content", "line").order_by("number")
    for one in rows:
        state = ProposalState(one.state)
        known = KnownProposal(
            one.pk, one.number, ProposalKind(one.kind), state, one.office_id,
            read(one.content.body) if one.content else None, one.saves,
        )  # fmt: skip
        proposals[f"U{one.number}"] = known
        if state not in OPEN_PROPOSALS:
            continue
        if one.line is not None:
            proposals[one.line.code] = known
        elif one.origin == "import" and one.origin_key:
            proposals[one.origin_key] = known
    return Known(programmes, proposals)


def _row(found: ProgrammeImport, version: VersionRow, now: datetime) -> ImportRow:
    report = found.report or {}
    state = State(found.state)
    return ImportRow(
        key=found.pk,
        version=version,
        name=found.name,
        state=state,
        done=found.done,
        total=found.total,
        lost=is_lost(state, found.progressed_at, now),
        ordered_by=found.ordered_by_name,
        ordered_at=found.ordered_at,
        judged=found.judged,
        applicable=state is State.CHECKED and bool(report.get("applicable")),
        changed=bool(report.get("changed")),
        counts={outcome: report.get("counts", {}).get(outcome.value, 0) for outcome in RowOutcome},
        faults=tuple(_fault_row(one) for one in report.get("faults", ())),
        fault_count=report.get("fault_count", 0),
        notes=tuple(_fault_row(one) for one in report.get("notes", ())),
        note_count=report.get("note_count", 0),
        rows=tuple(_verdict_row(one) for one in report.get("rows", ())),
        row_count=report.get("row_count", 0),
    )
