"""Read reports from a file that were given elsewhere before the plan was kept here."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from pilar.masterplan.rules.content import MAX_TITLE, Content
from pilar.masterplan.rules.due import Life
from pilar.masterplan.rules.progress import Reported
from pilar.masterplan.rules.quarters import Quarter
from pilar.masterplan.rules.reports import Given, faults_of
from pilar.platform.errors import Fault
from pilar.platform.imports import Row
from pilar.platform.language import N_
from pilar.platform.reading import Notation, column_notation, read_figure
from pilar.platform.tables import Cell, shown

_READING = re.compile(r"\s*(\d{1,4})\s*[:=]\s*(.+?)\s*")
Placed = tuple[Row, Fault]


@dataclass(frozen=True, slots=True)
class Held:
    """The content of a programme from a quarter on, and the office that owns it then."""

    since: Quarter
    content: Content
    owner: int


@dataclass(frozen=True, slots=True)
class Known:
    """A programme (key of its line) for reading a file: ``held`` the contents, the latest first; ``told`` the reports
    so far by quarter, with their obstacles."""

    line: int
    code: str
    title: str
    held: tuple[Held, ...]
    life: Life
    told: Mapping[Quarter, tuple[Reported, str]] = field(default_factory=dict)

    def at(self, quarter: Quarter) -> Held:
        """Return the content in a quarter; before it came into force its first one."""
        return next((held for held in self.held if held.since <= quarter), self.held[-1])


@dataclass(frozen=True, slots=True)
class Period:
    """The years of the plan, and today there."""

    first_year: int
    last_year: int
    today: date


@dataclass(slots=True)
class PastReport:
    """A report of a file: its rows, and their joint content. ``there``: an identical report is stored already."""

    rows: list[Row]
    programme: Known | None
    quarter: Quarter | None
    given: Given = field(default_factory=Given)
    source: str = ""
    faults: list[Placed] = field(default_factory=list)
    notes: list[Placed] = field(default_factory=list)
    there: bool = False

    @property
    def mean(self) -> Decimal | None:
        """The progress of the programme, per cent with one decimal; None while nothing of it could be read."""
        done = self.given.done.values()
        return (Decimal(sum(done)) / len(done)).quantize(Decimal("0.1")) if done else None

    @property
    def row(self) -> Row:
        """The first of its rows, where it is reported."""
        return self.rows[0]


def says_nothing(row: Row) -> bool:
    """True if a row of the template was left blank, with only programme and quarter."""
    said = ("activity", "done", "spent", "readings", "there", "obstacles")
    return not row.faults and all(row[name] is None for name in said)


def read_past(rows: Sequence[Row], programmes: Mapping[str, Known], period: Period) -> list[PastReport]:
    """Read the reports in rows, by programme and quarter, in the order of the file; rows of one report may be
    anywhere."""
    reports: dict[object, PastReport] = {}
    for row in rows:
        programme = programmes.get((row["programme"] or "").casefold())
        quarter: Quarter | None = row["quarter"]
        key = (programme.line, quarter) if programme and quarter else row.number
        report = reports.setdefault(key, PastReport([], programme, quarter))
        report.rows.append(row)
        report.faults += [(row, fault) for fault in row.faults]
        if row["programme"] and programme is None:
            sentence = N_("“%(given)s” is no programme of this plan: write its code, such as P001")
            report.faults.append(
                (row, Fault("unknown-programme", sentence, {"given": shown(row["programme"])}, "programme"))
            )
    notation = _notation(rows)
    for report in reports.values():
        _judge(report, period, notation)
    return list(reports.values())


def _judge(report: PastReport, period: Period, notation: Notation | None) -> None:
    programme, quarter = report.programme, report.quarter
    if programme is None or quarter is None:
        return
    content = programme.at(quarter).content
    report.given = Given(
        done=_done(report, content),
        readings=_readings(report, content, notation),
        there=_there(report),
        spent=_spent(report),
        obstacles="\n".join(dict.fromkeys(row["obstacles"] for row in report.rows if row["obstacles"])),
    )
    report.source = next((row["source"] for row in report.rows if row["source"]), "")
    if not report.source:
        report.faults.append(
            (report.row, Fault("no-source", N_("Say where this report was made or kept before"), {}, "source"))
        )
    elif len(report.source) > MAX_TITLE:
        report.faults.append(
            (report.row, Fault("too-long", N_("At most %(most)s characters"), {"most": MAX_TITLE}, "source"))
        )
    if report.faults:
        return
    faults = faults_of(
        report.given, content, quarter, first_year=period.first_year, last_year=period.last_year, life=programme.life,
        today=period.today,
    )  # fmt: skip
    for fault in faults:
        told = (_at(report, fault.place), _to_column(fault))
        if not any(row is told[0] and there == told[1] for row, there in report.faults):
            report.faults.append(told)
    known = programme.told.get(quarter)
    if known is None or report.faults:
        return
    report.there = _same(report.given, known)
    if not report.there:
        sentence = N_("The report of this quarter is kept already and says something else; correct it on its page")
        report.faults.append((report.row, Fault("reported", sentence, {}, "quarter")))


def _done(report: PastReport, content: Content) -> dict[int, int]:
    """Return per cent by number of activity: from rows that name one, otherwise from those for all of them."""
    shares: dict[int, int] = {}
    first: dict[int | None, Row] = {}
    leaves = [leaf.number for leaf in content.leaves]
    for row in report.rows:
        number: int | None = row["activity"]
        if number in first or (first and (number is None or None in first)):
            earlier = first.get(number, next(iter(first.values())))
            fault = Fault("row-twice", N_("This already stands in row %(row)s"), {"row": earlier.number}, "activity")
            report.faults.append((row, fault))
            continue
        first[number] = row
        if row["done"] is None:
            if not any(fault.place == "done" for fault in row.faults):
                report.faults.append((row, Fault("no-value", N_("This is missing"), {}, "done")))
            continue
        if number is not None and number not in leaves:
            sentence = N_("The programme has no activity %(number)s in this quarter; it has %(known)s")
            fields = {"number": number, "known": ", ".join(map(str, leaves)) or "–"}
            report.faults.append((row, Fault("unknown-activity", sentence, fields, "activity")))
            continue
        shares |= dict.fromkeys(leaves if number is None else [number], _whole(report, row))
    if None not in first and not report.faults and (missing := [number for number in leaves if number not in shares]):
        sentence = N_("A row is missing for activity %(numbers)s; or write one row without an activity for all of them")
        fault = Fault("no-share", sentence, {"numbers": ", ".join(map(str, missing))}, "activity")
        report.faults.append((report.row, fault))
    return shares


def _whole(report: PastReport, row: Row) -> int:
    """Return whole per cent; a fraction is rounded, with a note."""
    done: Decimal = row["done"]
    whole = int(done.quantize(Decimal(1), ROUND_HALF_UP)) if abs(done) < 10**9 else 10**9
    if whole != done:
        sentence = N_("%(given)s %% becomes %(whole)s %%: reports hold whole per cent")
        report.notes.append((row, Fault("rounded", sentence, {"given": done, "whole": whole}, "done")))
    return whole


def _spent(report: PastReport) -> Decimal:
    if all(row["spent"] is None for row in report.rows):
        report.notes.append((report.row, Fault("no-money", N_("No money is named: it counts as 0"), {}, "spent")))
    return sum((row["spent"] for row in report.rows if row["spent"] is not None), Decimal(0))


def _notation(rows: Sequence[Row]) -> Notation | None:
    """Find out how the readings of a file are written, from all of them, or like its other numbers."""
    parts = [part for row in rows for part in _parts(row) if isinstance(part, str)]
    said = column_notation(match[2] if (match := _READING.fullmatch(part)) else part for part in parts)
    if isinstance(said, Notation):
        return said
    known = {row.notations.get(name) for row in rows for name in ("done", "spent")} - {None}
    return next(iter(known)) if len(known) == 1 else None


def _parts(row: Row) -> list[Cell]:
    """Return the readings of a row, each with or without the number of its indicator."""
    cell: Cell | None = row["readings"]
    if isinstance(cell, str):
        return [part.strip() for part in cell.split(";") if part.strip()]
    return [] if cell is None else [cell]


def _readings(report: PastReport, content: Content, notation: Notation | None) -> dict[int, Decimal]:
    """Return figures by number of the indicator; the number may be left out if the office reports only one."""
    sums: dict[int, Decimal] = {}
    units = {target.number: target.unit for target in content.targets}
    reported = [target for target in content.targets if not target.measure]
    for row in report.rows:
        parts = _parts(row)
        for part in parts:
            match = _READING.fullmatch(part) if isinstance(part, str) else None
            alone = len(parts) == len(reported) == 1
            number = int(match[1]) if match else reported[0].number if alone else None
            value = (
                None if number is None else read_figure(match[2] if match else part, units.get(number, ""), notation)
            )
            if number is not None and isinstance(value, Decimal) and number not in sums:
                sums[number] = value
            elif isinstance(value, Fault) and (match or value.code == "percent-sign"):
                report.faults.append((row, replace(value, place="readings")))
            else:
                sentence = N_("“%(given)s”: write the number of the indicator and its figure, such as 1: 12,5; 2: 40. "
                              "The office reports: %(known)s")  # fmt: skip
                known = "; ".join(f"{target.number} {target.title}" for target in reported) or "–"
                fields = {"given": shown(part), "known": known}
                report.faults.append((row, Fault("no-reading", sentence, fields, "readings")))
    return sums


def _there(report: PastReport) -> frozenset[int]:
    numbers: set[int] = set()
    for row in report.rows:
        for part in filter(None, re.split(r"[\s,;]+", row["there"] or "")):
            if part.isascii() and part.isdigit() and len(part) <= 4:
                numbers.add(int(part))
            else:
                sentence = N_("“%(given)s”: write the numbers of what is there, such as 1, 3")
                report.faults.append((row, Fault("no-number", sentence, {"given": shown(part)}, "there")))
    return frozenset(numbers)


def _at(report: PastReport, place: str) -> Row:
    """Return the row of a fault in a report: for an activity its own."""
    number = place.partition(".")[2]
    return next(
        (row for row in report.rows if place.startswith("done.") and str(row["activity"]) == number), report.row
    )


def _to_column(fault: Fault) -> Fault:
    return Fault(fault.code, fault.sentence, fault.fields, fault.place.partition(".")[0])


def _same(given: Given, told: tuple[Reported, str]) -> bool:
    reported, obstacles = told
    said = (dict(given.done), dict(given.readings), given.there, given.spent, given.obstacles.strip())
    return said == (dict(reported.done), dict(reported.readings), reported.there, reported.spent, obstacles)
