"""The highest prices that a region accepts (standar biaya umum), from a file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from pilar.people.authority import Case
from pilar.people.imports import PersonsImporter
from pilar.platform.errors import Fault
from pilar.platform.imports import CHANGED, NEW, REFUSED, UNCHANGED, Column, Row, Value, Verdict, cells
from pilar.platform.language import N_, Bilingual
from pilar.villagefinance import operations
from pilar.villagefinance.operations import Standard
from pilar.villagefinance.queries.flags import dated_prices
from pilar.villagefinance.rules.authority import AUTHORITY, Action

LONGEST = {"item": 300, "unit": 40, "rule": 200}
COLUMNS = (
    Column(
        "item", Bilingual("uraian barang", "item"), ("barang", "uraian", "nama barang"), read=cells.text, filled=True
    ),
    Column("unit", Bilingual("satuan", "unit"), read=cells.text, filled=True),
    Column(
        "price", Bilingual("harga satuan", "unit price"), ("harga", "standar harga"), read=cells.rupiah, filled=True
    ),
    Column("rule", Bilingual("peraturan", "regulation"), ("dasar hukum",), read=cells.text, filled=True),
    Column("since", Bilingual("berlaku sejak", "in force from"), ("tanggal", "sejak"), read=cells.day, filled=True),
)


class Prices(PersonsImporter):
    """Standard prices; the subject is the region."""

    kind = "villagefinance.prices"

    def columns(self) -> Sequence[Column]:
        return COLUMNS

    @property
    def area(self) -> str:
        return self.subject

    def judge(self, rows: Sequence[Row]) -> Sequence[Verdict]:
        AUTHORITY.require(self.by, Action.SET_CEILINGS, Case(self.area), known=False)
        there, seen = dated_prices(self.area), set[tuple[str, str, date]]()
        return [_verdict(row, there, seen) for row in rows]

    def store(self, verdicts: Sequence[Verdict]) -> None:
        operations.set_prices(by=self.by, region=self.area, given=[verdict.of for verdict in verdicts])


def _verdict(row: Row, there: Mapping[tuple[str, str, date], Standard], seen: set[tuple[str, str, date]]) -> Verdict:
    """Compare a row with the stored price and with the rows ``seen`` above it."""
    if row.faults:
        return Verdict(row, REFUSED, (), row.faults)
    given = Standard(row["item"], row["unit"], row["price"], row["rule"], row["since"])
    known = there.get(given.dated)
    faults = [
        Fault("too-long", N_("Write at most %(most)s characters"), {"most": most}, name)
        for name, most in LONGEST.items() if len(row[name]) > most
    ]  # fmt: skip
    if given.price <= 0:
        faults.append(Fault("unfit-amount", N_("An amount is more than zero"), {}, "price"))
    if given.dated in seen:
        faults.append(Fault("price-twice", N_("A row above says what this costs from this day on"), {}, "since"))
    seen.add(given.dated)
    same = known is not None and (known.price, known.rule) == (given.price, given.rule)
    before = known.price if known and known.price != given.price else None
    values = (
        Value(N_("Item"), given.item), Value(N_("Unit of the volume"), given.unit),
        Value(N_("Unit price, Rp"), given.price, before),
        Value(N_("Regulation"), given.rule, known.rule if known and known.rule != given.rule else None),
        Value(N_("Since"), given.since),
    )  # fmt: skip
    outcome = REFUSED if faults else NEW if known is None else UNCHANGED if same else CHANGED
    return Verdict(row, outcome, values, tuple(faults), of=given)
