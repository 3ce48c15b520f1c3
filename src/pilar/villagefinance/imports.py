"""Lines of a budget, and what the region grants its villages, from a file."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from pilar.people.authority import Case
from pilar.people.imports import PersonsImporter
from pilar.platform.errors import Fault
from pilar.platform.imports import CHANGED, NEW, REFUSED, UNCHANGED, Column, Row, Value, Verdict, cells
from pilar.platform.language import Bilingual, mark
from pilar.platform.reading import Notation
from pilar.platform.tables import Cell
from pilar.villagefinance import operations
from pilar.villagefinance.operations import Given, Granted
from pilar.villagefinance.operations.drafting import line_faults
from pilar.villagefinance.queries.budgets import BudgetDetail, budget, ceilings_of, chart, fund_names
from pilar.villagefinance.rules.authority import AUTHORITY, Action
from pilar.villagefinance.rules.codes import account_code, activity_code
from pilar.villagefinance.rules.evaluation import Chart


def _code(read: Callable[[str], str | None], sentence: str) -> cells.Read:
    """A cell that names a code, with or without the zeros in front."""

    def code(cell: Cell, _notation: Notation | None = None) -> str | Fault | None:
        text = f"{cell:f}" if isinstance(cell, Decimal) else str(cell).strip()
        return (read(text) or Fault("no-code", sentence, {"given": text})) if text else None

    return code


BUDGET_COLUMNS = (
    Column(
        "activity", Bilingual("kode kegiatan", "activity code"), ("kegiatan", "kode bidang"), required=False,
        read=_code(activity_code, mark("“%(given)s” is no code of an activity")),
    ),
    Column(
        "account", Bilingual("kode rekening", "account code"), ("rekening", "kode akun"), filled=True,
        read=_code(account_code, mark("“%(given)s” is no code of an account")),
    ),
    Column("fund", Bilingual("sumber dana", "source of funds"), ("sumber", "dana"), read=cells.text, filled=True),
    Column("description", Bilingual("uraian", "description"), ("nama",), read=cells.text),
    Column("volume", Bilingual("volume", "volume"), ("vol",), required=False, read=cells.figure()),
    Column("unit", Bilingual("satuan", "unit"), required=False, read=cells.text),
    Column(
        "unit_price", Bilingual("harga satuan", "unit price"), ("anggaran", "jumlah"), read=cells.rupiah, filled=True
    ),
    Column("package", Bilingual("paket", "package"), required=False, read=cells.text),
    Column("output", Bilingual("keluaran", "output"), required=False, read=cells.text),
)  # fmt: skip


class BudgetLines(PersonsImporter):
    """Lines of a budget with their items; what a file says of an activity replaces all that the activity had.

    Its subject names the version: village, year, number.
    """

    kind = "villagefinance.budget-lines"
    most_rows = 5_000

    def columns(self) -> Sequence[Column]:
        return BUDGET_COLUMNS

    @property
    def area(self) -> str:
        return self.subject[:5]

    def judge(self, rows: Sequence[Row]) -> Sequence[Verdict]:
        found = self._found()
        known = chart(self.area)
        there = {
            (line.activity, line.account, line.fund, item.description, item.amount)
            for line in found.lines for item in line.items
        }  # fmt: skip
        return [self._verdict(row, known, there) for row in rows]

    def store(self, verdicts: Sequence[Verdict]) -> None:
        village, year, number = self._version()
        given = [one.of for one in verdicts]
        operations.set_lines(
            by=self.by, village=village, year=year, number=number, given=given,
            activities={one.activity for one in given},
        )  # fmt: skip

    def _verdict(self, row: Row, known: Chart, there: Collection[tuple[object, ...]]) -> Verdict:
        if row.faults:
            return Verdict(row, REFUSED, (), row.faults)
        given = Given(
            row["activity"] or "", row["account"], str(row["fund"]).upper(), row["description"] or "",
            row["volume"] or Decimal(1), row["unit"] or "paket", row["unit_price"], row["package"] or "",
            row["output"] or "",
        )  # fmt: skip
        faults = tuple(
            replace(one, place=one.place.partition(".")[2]) for one in line_faults([given], {given.activity}, known)
        )
        values = (
            Value(mark("Activity"), given.activity), Value(mark("Account of the budget"), given.account),
            Value(mark("Source of funds"), given.fund), Value(mark("Description"), given.description),
            Value(mark("Amount"), given.amount),
        )  # fmt: skip
        same = (given.activity, given.account, given.fund, given.description, given.amount) in there
        # What is there already is given once more: the others of its activity would drop it.
        outcome = REFUSED if faults else replace(UNCHANGED, stored=True) if same else NEW
        return Verdict(row, outcome, values, faults, of=given)

    def _version(self) -> tuple[str, int, int]:
        village, year, number = self.subject.split("/")
        return village, int(year), int(number)

    def _found(self) -> BudgetDetail:
        village, year, number = self._version()
        found = budget(village, year, number, scope=self.by)
        AUTHORITY.require(self.by, Action.WRITE_LINES, found.version.case, known=True)
        return found


CEILING_COLUMNS = (
    Column("village", Bilingual("kode desa", "village code"), ("desa",), read=cells.text, filled=True),
    Column("fund", Bilingual("sumber dana", "source of funds"), ("sumber", "dana"), read=cells.text, filled=True),
    Column("amount", Bilingual("pagu", "ceiling"), ("jumlah", "anggaran"), read=cells.rupiah, filled=True),
    Column("rule", Bilingual("peraturan", "regulation"), ("dasar hukum",), read=cells.text, filled=True),
    Column(
        "made_on", Bilingual("tanggal peraturan", "day of the regulation"), ("tanggal",), read=cells.day, filled=True
    ),
)


class Ceilings(PersonsImporter):
    """What the region grants its villages of each fund in a year. Its subject is region and year."""

    kind = "villagefinance.ceilings"

    def columns(self) -> Sequence[Column]:
        return CEILING_COLUMNS

    @property
    def area(self) -> str:
        return self.subject[:5]

    def judge(self, rows: Sequence[Row]) -> Sequence[Verdict]:
        AUTHORITY.require(self.by, Action.SET_CEILINGS, Case(self.area), known=False)
        there, funds = ceilings_of(self.area, self._year), fund_names(self.area)
        return [self._verdict(row, there, funds) for row in rows]

    def store(self, verdicts: Sequence[Verdict]) -> None:
        given = [one.of for one in verdicts]
        operations.set_ceilings(by=self.by, region=self.area, year=self._year, given=given)

    def _verdict(self, row: Row, there: Mapping[str, Mapping[str, Decimal]], funds: Mapping[str, str]) -> Verdict:
        if row.faults:
            return Verdict(row, REFUSED, (), row.faults)
        given = Granted(row["village"], str(row["fund"]).upper(), row["amount"], row["rule"], row["made_on"])
        faults = []
        if given.village not in there:
            faults.append(Fault("no-books", mark("This village has no books here"), {}, "village"))
        if given.fund not in funds:
            sentence = mark("“%(code)s” is no source of funds")
            faults.append(Fault("unknown-fund", sentence, {"code": given.fund}, "fund"))
        before = there.get(given.village, {}).get(given.fund)
        if before is not None and before == before.to_integral_value():
            before = before.to_integral_value()
        outcome = NEW if before is None else UNCHANGED if before == given.amount else CHANGED
        values = (
            Value(mark("Village, district"), given.village), Value(mark("Source of funds"), given.fund),
            Value(mark("Amount"), given.amount, before if outcome is CHANGED else None),
            Value(mark("Regulation"), given.rule),
        )  # fmt: skip
        return Verdict(row, REFUSED if faults else outcome, values, tuple(faults), of=given)

    @property
    def _year(self) -> int:
        return int(self.subject[6:])
