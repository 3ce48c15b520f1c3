"""Values of measures from a file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from pilar.areas.reference import directory
from pilar.measures import operations
from pilar.measures.operations.mapping import hold_mapping
from pilar.measures.queries.judging import judged
from pilar.measures.queries.mappings import mapping_of
from pilar.measures.rules.exchange import Source, inspect_source, source_of
from pilar.measures.rules.mapped_rows import mapped
from pilar.measures.rules.mapping import SeriesMapping
from pilar.measures.rules.reports import MAX_REASON, MAX_ROWS, Outcome, Report
from pilar.measures.rules.reports import Verdict as Judged
from pilar.people.imports import PersonsImporter
from pilar.platform import imports
from pilar.platform.errors import Fault, Faults, PilarError
from pilar.platform.imports import Column, Heading, Reading, Row, Told, Value, Verdict, raw
from pilar.platform.language import N_, Bilingual, in_both
from pilar.platform.reading import Notation, is_none
from pilar.platform.tables import Cell, Table

COLUMNS = (
    Column("measure", Bilingual("ukuran", "measure"), ("kode ukuran", "kode", "indikator"), read=raw, filled=True),
    Column("period", Bilingual("periode", "period"), ("bulan", "tanggal", "waktu", "month", "date"), read=raw),
    Column("value", Bilingual("nilai", "value"), ("angka", "capaian", "realisasi"), read=raw, figures=True),
    Column("reason", Bilingual("alasan", "reason"), ("keterangan",), required=False),
)
OUTCOMES = {
    Outcome.ACCEPTED: imports.NEW,
    Outcome.CORRECTED: imports.Outcome("corrected", N_("correction"), "brand", stored=True),
    Outcome.UNCHANGED: imports.UNCHANGED,
    Outcome.REFUSED: imports.REFUSED,
}
WITHOUT = imports.Outcome("without", N_("without a value (a dash)"))


class Values(PersonsImporter):
    """The values that a person reports in a region."""

    kind = "measures.values"
    most_rows = MAX_ROWS
    longest_cell = 4 * MAX_REASON
    outcomes = (*OUTCOMES.values(), WITHOUT)

    def columns(self) -> Sequence[Column]:
        return COLUMNS

    def judge(self, rows: Sequence[Row]) -> Sequence[Verdict]:
        said = [row for row in rows if not _without(row)]
        judged_reports = judged(self.subject, [_report(row) for row in said], scope=self.by, now=self.now)
        verdicts = {row.number: _verdict(row, verdict) for row, verdict in zip(said, judged_reports, strict=True)}
        return [verdicts.get(row.number) or Verdict(row, WITHOUT) for row in rows]

    def store(self, verdicts: Sequence[Verdict]) -> None:
        reports = [verdict.of for verdict in verdicts]
        operations.report_values(by=self.by, region=self.subject, reports=reports, whole=True, now=self.now)


SPELLINGS = 3
"""So many ways to write a region may stand in a column that names one alone."""
ELSEWHERE = imports.Outcome("elsewhere", N_("of another office: left to it"))


class MappedValues(PersonsImporter):
    """The values in a file of a data portal, by what a person has confirmed that its columns and series mean."""

    kind = "measures.mapped"
    most_rows = MAX_ROWS
    outcomes = (*OUTCOMES.values(), WITHOUT, ELSEWHERE)

    version: int = 0
    """Of the mapping by which the file is read; 0: nobody has confirmed one."""
    shape: str = ""
    outdated: bool = False
    """Somebody has confirmed another version, or removed it, since the file was read."""

    def inspect(self, name: str, content: bytes, chosen: Mapping[str, str]) -> list[Table]:
        return inspect_source(name, content)

    def columns(self) -> Sequence[Column]:
        return ()

    def reading(self, tables: Sequence[Table], chosen: Mapping[str, str]) -> Reading:
        source, faults = source_of(tables)
        if faults:
            return Reading((), tuple(Told(0, "", fault) for fault in faults), (), {})
        self.shape = source.shape
        held = mapping_of(self.subject, self.shape)
        if held is None:
            sentence = N_("Nobody has confirmed yet what the columns of this source mean: confirm what is proposed")
            return Reading((), (Told(0, "", Fault("no-mapping", sentence)),), (), {})
        self.version = held.number
        mapped_rows = mapped(source, held.mapping)
        if mapped_rows.fault is not None:
            return Reading((), (Told(0, "", mapped_rows.fault),), (), {})
        headings = tuple(
            Heading(heading.key, heading.place, heading.samples, heading.key) for heading in source.headings
        )
        elsewhere = self._elsewhere(source, held.mapping)
        return Reading(mapped_rows.rows, (), (*elsewhere, *mapped_rows.notes), {"": headings})

    def _elsewhere(self, source: Source, mapping: SeriesMapping) -> tuple[Told, ...]:
        """A note for each column whose rows all name one region, and not the one whose measures these are."""
        told = []
        for heading in source.headings:
            cells = {source.cell(row, heading.key) for row in source.counting(mapping)} - {""}
            named = {_region_named(cell) for cell in cells} if len(cells) <= SPELLINGS else {""}
            if len(named) == 1 and (other := named.pop()) not in ("", self.subject):
                sentence = N_(
                    "All rows name %(other)s here, and would be stored as values of %(own)s: store them only if "
                    "that is meant, or choose the file of the region"
                )
                fields = {"other": directory().find(other).name, "own": directory().find(self.subject).name}
                told.append(Told(0, str(heading.place), Fault("other-region", sentence, fields)))
        return tuple(told)

    def hold(self) -> None:
        self.outdated = hold_mapping(region=self.subject, shape=self.shape) != self.version

    def judge(self, rows: Sequence[Row]) -> Sequence[Verdict]:
        if self.outdated:
            raise Faults([Fault(operations.OutdatedMapping.code, operations.OutdatedMapping.sentence)])
        said = [row for row in rows if not row.faults and row["value"] != ""]
        judged_reports = judged(self.subject, [_report(row) for row in said], scope=self.by, now=self.now)
        first: dict[tuple[str, object], Row] = {}
        verdicts = {
            id(row): self._verdict(row, verdict, first) for row, verdict in zip(said, judged_reports, strict=True)
        }
        refused = {id(row): Verdict(row, imports.REFUSED, faults=row.faults) for row in rows if row.faults}
        return [verdicts.get(id(row)) or refused.get(id(row)) or Verdict(row, WITHOUT) for row in rows]

    def store(self, verdicts: Sequence[Verdict]) -> None:
        origins = [operations.Origin(verdict.row["series"], verdict.row.number) for verdict in verdicts]
        operations.report_mapped(
            by=self.by, region=self.subject, shape=self.shape, number=self.version,
            file=self.file, sha256=self.file_hash, reports=[verdict.of for verdict in verdicts],
            origins=origins, now=self.now,
        )  # fmt: skip

    def _verdict(self, row: Row, judged_report: Judged, first: dict[tuple[str, object], Row]) -> Verdict:
        """The verdict of a value, at the columns of its file; a period that two rows tell is refused."""
        if any(fault.code == "not-allowed" for fault in judged_report.faults):
            return Verdict(row, ELSEWHERE)
        verdict = _verdict(row, judged_report)
        faults = [replace(fault, place=row["at"].get(fault.place, "")) for fault in verdict.faults]
        outcome = verdict.outcome
        if judged_report.read.period is not None:
            before = first.setdefault((judged_report.read.report.measure, judged_report.read.period), row)
            if before is not row:
                sentence = N_("Rows %(first)s and %(second)s both tell %(measure)s in %(period)s: only one may")
                fields = {"first": before.number, "second": row.number, "measure": judged_report.read.report.measure}
                fields |= {"period": in_both(judged_report.read.period.text)}
                faults = [Fault("value-twice", sentence, fields, row["at"]["period"])]
                outcome = imports.REFUSED
        values = (*verdict.values, Value(N_("Series"), row["series"]))
        return replace(
            verdict, outcome=outcome, faults=tuple(faults), values=values, seen=f"{verdict.seen} {self.version}"
        )


def _region_named(cell: Cell) -> str:
    """The code of the region that a text names; empty for whatever else."""
    try:
        return directory().find(cell).code if isinstance(cell, str) else ""
    except PilarError:
        return ""


def _without(row: Row) -> bool:
    """Return whether a row says by a dash that there is no value."""
    return bool(row["value"] != "" and is_none(row["value"]))


def _report(row: Row) -> Report:
    return Report(
        str(row["measure"] or "").strip(), row["period"], row["value"], reason=row["reason"] or "", place=row.number,
        notation=row.notations.get("value") or Notation.COMMA,
    )  # fmt: skip


def _verdict(row: Row, verdict: Judged) -> Verdict:
    """A correction names the value that it was shown against."""
    read, corrected = verdict.read, verdict.outcome is Outcome.CORRECTED
    values = (
        Value(N_("Measure"), read.report.measure),
        Value(N_("Period"), in_both(read.period.text) if read.period else str(read.report.period)),
        Value(
            N_("Value"),
            str(read.report.value) if read.value is None else read.value,
            verdict.before if corrected else None,
        ),
        *([Value(N_("Reason"), read.report.reason)] if read.report.reason else []),
    )
    report = replace(read.report, seen=verdict.number - 1 if corrected else None)
    return Verdict(row, OUTCOMES[verdict.outcome], values, verdict.faults, seen=str(verdict.number), of=report)
