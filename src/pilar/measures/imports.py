"""Values of measures from a file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from pilar.measures import operations
from pilar.measures.queries.judging import judged
from pilar.measures.rules.reports import MAX_REASON, MAX_ROWS, Outcome, Report
from pilar.measures.rules.reports import Verdict as Judged
from pilar.people.imports import PersonsImporter
from pilar.platform import imports
from pilar.platform.imports import Column, Row, Value, Verdict, raw
from pilar.platform.language import N_, Bilingual, in_both
from pilar.platform.reading import Notation, is_none

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
        found = judged(self.subject, [_report(row) for row in said], scope=self.by, now=self.now)
        verdicts = {row.number: _verdict(row, one) for row, one in zip(said, found, strict=True)}
        return [verdicts.get(row.number) or Verdict(row, WITHOUT) for row in rows]

    def store(self, verdicts: Sequence[Verdict]) -> None:
        reports = [verdict.of for verdict in verdicts]
        operations.report_values(by=self.by, region=self.subject, reports=reports, whole=True, now=self.now)


def _without(row: Row) -> bool:
    """Tell whether a row says by a dash that there is no value."""
    return bool(row["value"] != "" and is_none(row["value"]))


def _report(row: Row) -> Report:
    return Report(
        str(row["measure"] or "").strip(), row["period"], row["value"], reason=row["reason"] or "", place=row.number,
        notation=row.notations.get("value") or Notation.COMMA,
    )  # fmt: skip


def _verdict(row: Row, one: Judged) -> Verdict:
    """A correction names the value that it was shown against."""
    read, corrected = one.read, one.outcome is Outcome.CORRECTED
    values = (
        Value(N_("Measure"), read.report.measure),
        Value(N_("Period"), in_both(read.period.text) if read.period else str(read.report.period)),
        Value(
            N_("Value"),
            str(read.report.value) if read.value is None else read.value,
            one.before if corrected else None,
        ),
        *([Value(N_("Reason"), read.report.reason)] if read.report.reason else []),
    )
    report = replace(read.report, seen=one.number - 1 if corrected else None)
    return Verdict(row, OUTCOMES[one.outcome], values, one.faults, seen=str(one.number), of=report)
