"""Verdicts on the rows of a file and messages to its reader: shown in any language, kept as JSON."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from operator import attrgetter
from typing import Any

from pilar.platform.errors import Fault
from pilar.platform.imports.rows import Reading, Row, Told
from pilar.platform.language import N_, Bilingual, reader_language, translate
from pilar.platform.writing import in_words

MAX_TOLD = 500
"""Faults, notes and rows that a report holds; it counts the others."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """An outcome that a row may have: its code, what it is called (a marked sentence), the tone of its tag, and whether
    something is ``stored`` of it; ``refused`` rows keep the whole file out. ``listed``: its rows are shown though they
    change nothing, after the others."""

    code: str
    name: str
    tone: str = ""
    stored: bool = False
    refused: bool = False
    listed: bool = False

    def __str__(self) -> str:
        return translate(self.name)


NEW = Outcome("new", N_("new"), "positive", stored=True)
CHANGED = Outcome("changed", N_("changed"), "brand", stored=True)
UNCHANGED = Outcome("unchanged", N_("already there"))
REFUSED = Outcome("refused", N_("refused"), "negative", refused=True)
PART = Outcome("part", "")
"""Of a row that belongs to another one: it is neither counted nor shown; what is wrong in it is told at its place."""

Said = None | bool | int | str | Decimal | dt.date | Bilingual
"""A value as it would be stored."""


@dataclass(frozen=True, slots=True)
class Value:
    """A value of a row as it would be stored, with what stands there now where that is another; ``label``: a marked
    sentence or in both languages."""

    label: Bilingual | str
    after: Said
    before: Said = None
    unit: Bilingual | str = ""

    @property
    def name(self) -> str:
        return translate(self.label) if isinstance(self.label, str) else str(self.label)

    @property
    def said(self) -> str:
        """``39 → 40``."""
        return self.now if self.before is None else f"{self.was or '–'} → {self.now or '–'}"

    @property
    def now(self) -> str:
        return self._with_unit(self.after)

    @property
    def was(self) -> str:
        return self._with_unit(self.before)

    def _with_unit(self, value: Said) -> str:
        text = _said(value)
        return f"{text} {self.unit}" if text and str(self.unit) else text


@dataclass(frozen=True, slots=True)
class Verdict:
    """The fate of a row. The ``place`` of a fault is the name of a column; notes keep nothing from being stored.

    ``title``: what the row is called, empty where its number is enough. ``seen``: what is not shown but must not change
    between looking and storing, such as a version; ``of``: what the room needs to store it; ``about``: what is shown
    of the row next to its title.
    """

    row: Row
    outcome: Outcome
    values: tuple[Value, ...] = ()
    faults: tuple[Fault, ...] = ()
    notes: tuple[Fault, ...] = ()
    title: Bilingual | str = ""
    seen: str = ""
    of: Any = None
    about: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ShownRow:
    """A row of a preview."""

    row: int
    title: Bilingual | str
    outcome: Outcome
    values: tuple[Value, ...]
    sheet: str = ""
    about: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Report:
    """The findings of a check. ``faults``, ``notes`` and ``rows`` are the first of all that are counted."""

    counts: Mapping[Outcome, int]
    faults: tuple[Told, ...]
    fault_count: int
    notes: tuple[Told, ...]
    note_count: int
    rows: tuple[ShownRow, ...]
    row_count: int
    changed: bool = False

    @property
    def applicable(self) -> bool:
        """Return whether it can be stored and would change something."""
        return not self.fault_count and any(count for outcome, count in self.counts.items() if outcome.stored)

    @property
    def stored(self) -> int:
        """Count how many rows are or would be stored."""
        return sum(count for outcome, count in self.counts.items() if outcome.stored)

    @property
    def counts_by_code(self) -> dict[str, int]:
        return {outcome.code: count for outcome, count in self.counts.items()}

    def content(self) -> dict[str, Any]:
        """Fit for JSON."""
        return {
            "counts": self.counts_by_code,
            "faults": [_told_content(fault) for fault in self.faults],
            "fault_count": self.fault_count,
            "notes": [_told_content(note) for note in self.notes],
            "note_count": self.note_count,
            "rows": [
                [
                    row.row,
                    _packed(row.title),
                    row.outcome.code,
                    [_value_content(value) for value in row.values],
                    row.sheet,
                    *row.about,
                ]
                for row in self.rows
            ],
            "row_count": self.row_count,
            "changed": self.changed,
        }

    @classmethod
    def of(cls, content: Mapping[str, Any], outcomes: Sequence[Outcome]) -> Report:
        """A report from its content."""
        known = {outcome.code: outcome for outcome in outcomes}
        return cls(
            counts={outcome: content["counts"].get(outcome.code, 0) for outcome in outcomes},
            faults=tuple(map(_told, content["faults"])),
            fault_count=content["fault_count"],
            notes=tuple(map(_told, content["notes"])),
            note_count=content["note_count"],
            rows=tuple(
                ShownRow(row, _unpacked(title), known[code], tuple(map(_value, values)), sheet, tuple(about))
                for row, title, code, values, sheet, *about in content["rows"]
            ),
            row_count=content["row_count"],
            changed=content["changed"],
        )


NOTHING = Report({}, (), 0, (), 0, (), 0).content()
"""The content of the report of a file that is not looked at yet."""


def report_of(
    reading: Reading,
    verdicts: Sequence[Verdict],
    outcomes: Sequence[Outcome],
    *,
    changed: bool = False,
    values: Callable[[Verdict], tuple[Value, ...]] = attrgetter("values"),
) -> Report:
    """Return the findings about a file: what is wrong, what is to be looked at, and its rows, those that change
    something first.

    ``changed``: something has changed since it was looked at, and nothing was stored. ``values``: those of a row that
    is shown.
    """
    counts = Counter(verdict.outcome.code for verdict in verdicts)
    faults = [*reading.faults, *(_at(reading, verdict, fault) for verdict in verdicts for fault in verdict.faults)]
    notes = [*reading.notes, *(_at(reading, verdict, note) for verdict in verdicts for note in verdict.notes)]
    shown = [verdict for verdict in verdicts if verdict.outcome.stored or verdict.outcome.refused]
    shown += [verdict for verdict in verdicts if verdict.outcome.listed]
    return Report(
        {outcome: counts[outcome.code] for outcome in outcomes},
        tuple(faults[:MAX_TOLD]),
        len(faults),
        tuple(notes[:MAX_TOLD]),
        len(notes),
        tuple(
            ShownRow(
                verdict.row.number, verdict.title, verdict.outcome, values(verdict), verdict.row.sheet, verdict.about
            )
            for verdict in shown[:MAX_TOLD]
        ),
        len(shown),
        changed,
    )


def fingerprint(verdicts: Sequence[Verdict]) -> str:
    """Tells one preview from another: what is stored is what was shown, or it is shown again."""
    said = [
        [
            verdict.row.sheet,
            verdict.row.number,
            verdict.outcome.code,
            verdict.seen,
            [_value_content(value) for value in verdict.values],
        ]
        for verdict in verdicts
    ]
    return hashlib.sha256(json.dumps(said, ensure_ascii=False).encode()).hexdigest()


def _at(reading: Reading, verdict: Verdict, fault: Fault) -> Told:
    return Told(verdict.row.number, reading.label(verdict.row, fault.place), fault, verdict.row.sheet)


def _said(value: Said) -> str:
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return translate(N_("yes") if value else N_("no"))
    return str(in_words(value, reader_language()))


def _told_content(told: Told) -> list[Any]:
    """Return the value to show: a number stays one, so that it is written in the reader's language."""
    fields = {name: _packed(value) for name, value in told.fault.fields.items()}
    return [told.row, told.column, told.fault.code, told.fault.sentence, fields, told.fault.place, told.sheet]


def _told(content: Sequence[Any]) -> Told:
    row, column, code, sentence, fields, place, sheet = content
    return Told(
        row, column, Fault(code, sentence, {name: _unpacked(value) for name, value in fields.items()}, place), sheet
    )


def _value_content(value: Value) -> list[Any]:
    return [_packed(part) for part in (value.label, value.after, value.before, value.unit)]


def _value(content: Sequence[Any]) -> Value:
    return Value(*map(_unpacked, content))


def _packed(value: Any) -> Any:
    match value:
        case Decimal():
            return {"number": str(value)}
        case dt.datetime():
            return value.isoformat()
        case dt.date():
            return {"day": value.isoformat()}
        case Bilingual():
            return {"id": value.id, "en": value.en}
        case None | bool() | int() | str():
            return value
    return str(value)


def _unpacked(value: Any) -> Any:
    match value:
        case {"number": digits}:
            return Decimal(digits)
        case {"day": day}:
            return dt.date.fromisoformat(day)
        case {"id": indonesian, "en": english}:
            return Bilingual(indonesian, english)
    return value
