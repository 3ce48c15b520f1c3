"""The history of a version, with persons and moments; and of a programme through the versions of its plan."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from pilar.masterplan.models import Entry, Version
from pilar.masterplan.queries.plans import BESIDE
from pilar.masterplan.queries.rows import ProgrammeRow, VersionRow, programme_row, version_row
from pilar.masterplan.queries.scoping import readable_versions
from pilar.masterplan.rules.authority import Action, Case, holds
from pilar.masterplan.rules.comparing import ProgrammeChange, programme_changes
from pilar.masterplan.rules.quarters import read_quarter
from pilar.masterplan.rules.stages import VERSION_NAMES, VersionState
from pilar.masterplan.rules.statements import PART_NAMES, StatementPart
from pilar.people.rules import Standing
from pilar.platform import audit
from pilar.platform.audit import Event
from pilar.platform.language import N_, translate

VERSION, PLAN = "masterplan.version", "masterplan.plan"
SENTENCES = {
    "start": N_("The plan was begun"),
    "revise": N_("The revision was begun"),
    "call": N_("The offices were called to propose"),
    "write": N_("“%(part)s” was written"),
    "move": N_("The state became “%(state)s”"),
    "begin-reporting": N_("Reports are owed from %(quarter)s on"),
    "adopt": N_("The decisions of the meeting were written into the plan"),
}


@dataclass(frozen=True, slots=True)
class HistoryRow:
    """One step of a version: moment, person, act, and the reason if one was given."""

    at: datetime
    by: str
    text: str
    reason: str


@dataclass(frozen=True, slots=True)
class Appearance:
    """A programme in one version; ``change`` is its difference from the version before, None if there is none."""

    version: VersionRow
    programme: ProgrammeRow
    change: ProgrammeChange | None


def history(row: VersionRow, *, scope: Standing) -> tuple[HistoryRow, ...]:
    """Read the newest hundred steps of a version, newest first; empty for a reader who may read only law. Two
    queries."""
    if not holds(scope, Action.READ_PLAN, Case(row.plan.region)):
        return ()
    events = list(audit.events(target=VERSION, key=row.key))
    if row.base is None:
        events += audit.events(target=PLAN, key=row.plan.key)
    return tuple(_step(event) for event in events if event.action in SENTENCES)


def appearances(row: VersionRow, line: int, *, scope: Standing) -> tuple[Appearance, ...]:
    """Read a programme in all versions of the plan up to this one that ``scope`` reads, oldest first. One query."""
    versions = Version.objects.filter(readable_versions(scope), plan=row.plan.key, number__lte=row.number)
    entries = (
        Entry.objects.filter(line=line, version__in=versions.exclude(state=VersionState.DROPPED))
        .select_related("line", "content__owner", "version__plan__region", "version__base", *BESIDE)
        .order_by("version__number")
    )
    shown: list[Appearance] = []
    for entry in entries:
        programme = programme_row(entry)
        change = None
        if shown:
            before = {programme.code: shown[-1].programme.content}
            change = next(iter(programme_changes(before, {programme.code: programme.content})), None)
        shown.append(Appearance(version_row(entry.version), programme, change))
    return tuple(shown)


def _step(event: Event) -> HistoryRow:
    after: Mapping[str, object] = event.after or {}
    fields: dict[str, str] = {}
    if event.action == "move":
        fields["state"] = translate(VERSION_NAMES[VersionState(str(after["state"]))])
    elif event.action == "write":
        fields["part"] = translate(PART_NAMES[StatementPart(next(iter(after)))])
    elif event.action == "begin-reporting":
        quarter = read_quarter(str(after["quarter"]))
        fields["quarter"] = quarter.name if quarter else translate(N_("the beginning of the plan"))
    return HistoryRow(
        at=event.happened_at,
        by=event.actor.name,
        text=translate(SENTENCES[event.action], **fields),
        reason=str(after.get("said") or after.get("reason") or ""),
    )
