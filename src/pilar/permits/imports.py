"""Imports of permits: investment areas, realised investment, OSS data of businesses, bank reports."""

from __future__ import annotations

import hashlib
from abc import abstractmethod
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import fields
from datetime import date
from typing import Any

from pilar.areas.queries import district_names
from pilar.areas.reference import today_in
from pilar.people.imports import PersonsImporter
from pilar.permits import operations
from pilar.permits.operations.levies import TWICE, Reported
from pilar.permits.queries import investment as queries
from pilar.permits.queries.levies import reported
from pilar.permits.reference.investment import risks
from pilar.permits.reference.kbli import kbli
from pilar.permits.rules.investment import (
    Capital,
    OssEntry,
    PotentialEntry,
    PotentialKind,
    RealisedEntry,
    oss_faults,
    potential_faults,
    realised_faults,
)
from pilar.permits.rules.places import Point, read_point
from pilar.platform.errors import Fault
from pilar.platform.imports import NEW, REFUSED, UNCHANGED, Column, Row, Value, Verdict, cells
from pilar.platform.language import N_, Bilingual
from pilar.platform.reading import Span, read_span

ANY_YEAR = 2000
"""A quarter, whose year is in another column."""


def _digits(count: int) -> cells.Read:
    """A code with a fixed number of digits, also if a spreadsheet has dropped leading zeros."""

    def read(cell: Any, _notation: Any) -> str | None:
        text = cells.text(cell)
        return text.zfill(count) if text and len(text) >= count - 2 else text

    return read


def _quarter(cell: Any, _notation: Any) -> int | Fault | None:
    """``1``, ``I``, ``TW I`` or ``Triwulan 1``."""
    if (said := cells.text(cell)) is None:
        return None
    spans = (read_span(f"{before}{said} {ANY_YEAR}") for before in ("", "tw "))
    span = next((span for span in spans if isinstance(span, Span) and span.kind == "quarter"), None)
    sentence = N_("“%(given)s” is no quarter: write 1 to 4, or TW I")
    return span.start.month // 3 + 1 if span else Fault("no-quarter", sentence, {"given": said}, "quarter")


def _point(cell: Any, _notation: Any) -> Point | Fault | None:
    if (said := cells.text(cell)) is None:
        return None
    sentence = N_("“%(given)s” is no place: write it such as -6.1701, 106.6403")
    return read_point(said) or Fault("unfit-point", sentence, {"given": said}, "point")


_NAME = Column("business", Bilingual("nama usaha", "business"), ("perusahaan", "nama perusahaan"), read=cells.text,
               filled=True)  # fmt: skip
_NIB = Column("nib", Bilingual("NIB", "NIB"), read=_digits(13), filled=True)
_KBLI = Column("kbli", Bilingual("KBLI", "KBLI"), ("kode kbli",), read=_digits(5), filled=True)
_DISTRICT = Column("district", Bilingual("kode kecamatan", "district code"), ("kecamatan",), required=False,
                   read=cells.text)  # fmt: skip
SHOWN = {
    "business": N_("Business"), "name": N_("Name"), "kbli": N_("KBLI code"),
    "realised": N_("Realised, Rp"), "status": N_("Status"), "source": N_("Source"),
}  # fmt: skip


class Around(PersonsImporter):
    """Rows with one entry each, which can be validated without looking at other rows."""

    most_rows = 20_000

    @abstractmethod
    def entry(self, given: Mapping[str, Any]) -> Any:
        """The entry of a row, made from its cells."""

    @abstractmethod
    def faults(self, entry: Any) -> Sequence[Fault]:
        """List the faults of an entry, at the names of columns."""

    @abstractmethod
    def there(self) -> Callable[[Any], bool]:
        """Return whether an entry changes nothing."""

    @property
    def area(self) -> str:
        return self.subject

    def judge(self, rows: Sequence[Row]) -> Sequence[Verdict]:
        self.districts = district_names(region=self.subject)
        is_there = self.there()
        return [self._verdict(row, is_there) for row in rows]

    def _verdict(self, row: Row, is_there: Callable[[Any], bool]) -> Verdict:
        if row.faults:
            return Verdict(row, REFUSED, (), row.faults)
        entry = self.entry({column.name: row[column.name] for column in self.columns()})
        faults = tuple(self.faults(entry))
        named = {field.name for field in fields(entry)}
        values = tuple(Value(said, getattr(entry, name)) for name, said in SHOWN.items() if name in named)
        return Verdict(row, REFUSED if faults else UNCHANGED if is_there(entry) else NEW, values, faults, of=entry)


class Potentials(Around):
    """Zoning notes, plots and estates of a region."""

    kind = "permits.potentials"

    def columns(self) -> Sequence[Column]:
        kinds = {"zona": PotentialKind.ZONE, "lahan": PotentialKind.PLOT, "kawasan": PotentialKind.ESTATE}
        known = kinds | {kind.value: kind for kind in PotentialKind}
        return (
            Column("code", Bilingual("kode", "code"), read=cells.text, filled=True),
            Column("kind", Bilingual("jenis", "kind"), read=cells.one_of(known), filled=True),
            Column("name", Bilingual("nama", "name"), read=cells.text, filled=True),
            _DISTRICT,
            Column("area", Bilingual("luas (ha)", "area (ha)"), ("luas",), required=False, read=cells.figure()),
            Column("kbli", Bilingual("KBLI", "KBLI"), required=False, read=cells.text),
            Column("point", Bilingual("koordinat", "coordinates"), ("lintang bujur",), required=False, read=_point),
            Column("note", Bilingual("catatan", "note"), ("keterangan",), required=False, read=cells.text),
            Column("source", Bilingual("sumber", "source"), read=cells.text, filled=True),
        )

    def entry(self, given: Mapping[str, Any]) -> PotentialEntry:
        return PotentialEntry(**{
            **given, "district": given["district"] or "", "note": given["note"] or "",
            "kbli": tuple((given["kbli"] or "").split()),
        })  # fmt: skip

    def faults(self, entry: PotentialEntry) -> Sequence[Fault]:
        return potential_faults(entry, kbli(), self.districts)

    def there(self) -> Callable[[Any], bool]:
        names = [field.name for field in fields(PotentialEntry)]
        rows = queries.potentials(self.subject, scope=self.by)
        return {PotentialEntry(**{name: getattr(row, name) for name in names}) for row in rows}.__contains__

    def store(self, verdicts: Sequence[Verdict]) -> None:
        operations.save_potentials(
            by=self.by, region=self.subject, given=[verdict.of for verdict in verdicts], now=self.now
        )


class RealisedEntries(Around):
    """The realised investments of a quarter, as a file."""

    kind = "permits.realised"
    most_rows = 5_000

    def columns(self) -> Sequence[Column]:
        return (
            Column("year", Bilingual("tahun", "year"), read=cells.whole, filled=True),
            Column("quarter", Bilingual("triwulan", "quarter"), ("tw",), read=_quarter, filled=True),
            _NAME, _NIB, _KBLI,
            Column("capital", Bilingual("penanaman modal", "capital"), ("status modal", "pma/pmdn"), filled=True,
                   read=cells.one_of({capital.value: capital for capital in Capital})),
            Column("planned", Bilingual("rencana", "planned"), read=cells.rupiah, filled=True),
            Column("realised", Bilingual("realisasi", "realised"), read=cells.rupiah, filled=True),
            Column("workers", Bilingual("tenaga kerja", "workers"), required=False, read=cells.whole),
            _DISTRICT,
        )  # fmt: skip

    def entry(self, given: Mapping[str, Any]) -> RealisedEntry:
        return RealisedEntry(**{**given, "district": given["district"] or "", "workers": given["workers"] or 0})

    def faults(self, entry: RealisedEntry) -> Sequence[Fault]:
        return realised_faults(entry, kbli(), self.districts)

    def there(self) -> Callable[[Any], bool]:
        return queries.realised_entries(self.subject, scope=self.by).__contains__

    def store(self, verdicts: Sequence[Verdict]) -> None:
        for verdict in verdicts:
            operations.enter_realised(by=self.by, region=self.subject, given=verdict.of, now=self.now)


class OssRecords(Around):
    """The statements of the national OSS about businesses, as the list that an office can take from it."""

    kind = "permits.oss"

    def columns(self) -> Sequence[Column]:
        names = {
            str(said).casefold(): risk.key
            for risk in risks().values()
            for said in (risk.name.id, risk.name.en, risk.key)
        }
        return (
            _NIB, _KBLI, _NAME,
            Column("risk", Bilingual("tingkat risiko", "risk"), ("risiko",), required=False, read=cells.one_of(names)),
            Column("status", Bilingual("status", "status"), read=cells.text, filled=True),
            Column("as_of", Bilingual("per tanggal", "as of"), ("tanggal",), read=cells.day, filled=True),
        )  # fmt: skip

    def entry(self, given: Mapping[str, Any]) -> OssEntry:
        return OssEntry(**{**given, "risk": given["risk"] or ""})

    def faults(self, entry: OssEntry) -> Sequence[Fault]:
        return oss_faults(entry, kbli(), risks())

    def there(self) -> Callable[[Any], bool]:
        known = queries.oss_known(self.subject, scope=self.by)
        return lambda entry: known.get((entry.nib, entry.kbli), date.min) >= entry.as_of

    def store(self, verdicts: Sequence[Verdict]) -> None:
        operations.mirror_oss(by=self.by, region=self.subject, given=[verdict.of for verdict in verdicts], now=self.now)


PAYMENT_COLUMNS = (
    Column("paid_on", Bilingual("tanggal", "date"), ("tanggal transaksi", "tgl"), read=cells.day, filled=True),
    Column("amount", Bilingual("kredit", "credit"), ("jumlah", "nominal", "nilai", "mutasi kredit"), read=cells.rupiah),
    Column("text", Bilingual("keterangan", "description"), ("uraian", "berita"), read=cells.text),
    Column(
        "reference", Bilingual("referensi", "reference"), ("nomor referensi", "no referensi", "id transaksi"),
        required=False, read=cells.text,
    ),
)  # fmt: skip


class BankReport(PersonsImporter):
    """Payments to the treasury of a region, its subject. A payment without a reference is identified by its whole
    content, and by the number of equal rows before it in the file."""

    kind = "permits.payments"
    most_rows = 20_000

    def columns(self) -> Sequence[Column]:
        return PAYMENT_COLUMNS

    @property
    def area(self) -> str:
        return self.subject

    def judge(self, rows: Sequence[Row]) -> Sequence[Verdict]:
        seen: dict[str, int] = {}
        pairs = [(row, None if row.faults or row["amount"] is None else _reported(row, seen)) for row in rows]
        known = reported(self.subject, [payment.reference for _row, payment in pairs if payment])
        before: set[str] = set()
        verdicts = []
        for row, payment in pairs:
            verdicts.append(self._verdict(row, payment, known, before))
            before |= {payment.reference} if payment else set()
        return verdicts

    def store(self, verdicts: Sequence[Verdict]) -> None:
        operations.store_payments(
            by=self.by, region=self.subject, given=[verdict.of for verdict in verdicts], now=self.now
        )

    def _verdict(self, row: Row, payment: Reported | None, known: frozenset[str], before: Collection[str]) -> Verdict:
        if row["amount"] is None and not any(fault.place == "amount" for fault in row.faults):
            note = Fault("no-credit", N_("Nothing was paid in here: the row is left out"), {}, "amount")
            return Verdict(row, UNCHANGED, notes=(note,))
        if payment is None:
            return Verdict(row, REFUSED, (), row.faults)
        if payment.amount <= 0:
            sentence = N_("What was paid is above zero")
            return Verdict(row, REFUSED, (), (Fault("not-above-zero", sentence, {}, "amount"),))
        if payment.paid_on > today_in(self.subject, self.now):
            sentence = N_("The day is still to come")
            return Verdict(row, REFUSED, (), (Fault("in-the-future", sentence, {}, "paid_on"),))
        if payment.reference in before:
            fault = Fault("twice", TWICE, {"reference": payment.reference}, "reference")
            return Verdict(row, REFUSED, (), (fault,))
        shown = (Value(payment.text or payment.reference, payment.amount),)
        return Verdict(row, UNCHANGED if payment.reference in known else NEW, shown, of=payment)


def _reported(row: Row, seen: dict[str, int]) -> Reported:
    text = (row["text"] or "")[:500]
    named = row["reference"]
    if not named:
        said = f"{row['paid_on']}|{row['amount']}|{text}"
        seen[said] = seen.get(said, 0) + 1
        named = "~" + hashlib.sha256(f"{said}|{seen[said]}".encode()).hexdigest()[:32]
    return Reported(str(named)[:80], row["paid_on"], row["amount"], text)
