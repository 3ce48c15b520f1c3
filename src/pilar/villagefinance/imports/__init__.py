"""Imports of budget lines and of the region's grants to its villages, from files."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from pilar.people.authority import Case
from pilar.people.imports import PersonsImporter
from pilar.platform.errors import Fault, Faults
from pilar.platform.imports import (
    CHANGED,
    NEW,
    REFUSED,
    UNCHANGED,
    Column,
    Reading,
    Row,
    Told,
    Value,
    Verdict,
    cells,
    placed,
)
from pilar.platform.language import N_, Bilingual
from pilar.platform.reading import Notation
from pilar.platform.tables import Cell, Table
from pilar.villagefinance import operations
from pilar.villagefinance.foreign import read_published, read_tables
from pilar.villagefinance.foreign.published import is_budget, read_budget
from pilar.villagefinance.foreign.published.lines import Line
from pilar.villagefinance.operations import Given, Granted
from pilar.villagefinance.operations.drafting import line_faults
from pilar.villagefinance.operations.planning import Planned, last_year, plan_faults
from pilar.villagefinance.queries.budgets import BudgetDetail, budget, ceilings_of, chart, fund_names
from pilar.villagefinance.queries.plans import planned
from pilar.villagefinance.rules.authority import AUTHORITY, Action, case_of
from pilar.villagefinance.rules.budgets import BudgetKind
from pilar.villagefinance.rules.codes import EXPENDITURE, account_code, activity_code, is_under
from pilar.villagefinance.rules.evaluation import Chart
from pilar.villagefinance.rules.siskeudes.differences import doubts
from pilar.villagefinance.rules.siskeudes.reading import village_year
from pilar.villagefinance.rules.siskeudes.records import VillageYear, table_of, village_code
from pilar.villagefinance.rules.siskeudes.records.budget import ActivityOfYear, CostItem, CostLine, Package
from pilar.villagefinance.rules.stages import STATUSES, UNKNOWN_STATUS

SEN = Decimal("0.01")
BUDGET_TABLES = ("Ta_Desa", "Ref_Desa", *map(table_of, (ActivityOfYear, CostLine, Package, CostItem)))


def _code(read: Callable[[str], str | None], sentence: str) -> cells.Read:
    """Make a reader of cells that name a code, with or without leading zeros."""

    def code(cell: Cell, _notation: Notation | None = None) -> str | Fault | None:
        text = f"{cell:f}" if isinstance(cell, Decimal) else str(cell).strip()
        return (read(text) or Fault("no-code", sentence, {"given": text})) if text else None

    return code


BUDGET_COLUMNS = (
    Column(
        "activity", Bilingual("kode kegiatan", "activity code"), ("kegiatan", "kode bidang"), required=False,
        read=_code(activity_code, N_("“%(given)s” is no code of an activity")),
    ),
    Column(
        "account", Bilingual("kode rekening", "account code"), ("rekening", "kode akun"), filled=True,
        read=_code(account_code, N_("“%(given)s” is no code of an account")),
    ),
    Column("fund", Bilingual("sumber dana", "source of funds"), ("sumber", "dana"), read=cells.text, filled=True),
    Column("description", Bilingual("uraian", "description"), ("nama",), read=cells.text),
    Column("volume", Bilingual("volume", "volume"), ("vol",), required=False, read=cells.figure()),
    Column("unit", Bilingual("satuan", "unit"), required=False, read=cells.text),
    Column("unit_price", Bilingual("harga satuan", "unit price"), ("harga",), read=cells.rupiah, filled=True),
    Column("amount", Bilingual("jumlah", "amount"), ("anggaran", "jumlah harga"), required=False, read=cells.rupiah),
    Column("package", Bilingual("paket", "package"), required=False, read=cells.text),
    Column("output", Bilingual("keluaran", "output"), required=False, read=cells.text),
)  # fmt: skip


class BudgetLines(PersonsImporter):
    """Lines of a budget: a list of items with their prices, or a budget as villages publish it, whose own sums are
    checked. The lines of an activity in a file replace all lines that the activity had.

    The subject is the version: village, year, number.
    """

    kind = "villagefinance.budget-lines"
    most_rows = 5_000

    def columns(self) -> Sequence[Column]:
        return BUDGET_COLUMNS

    @property
    def area(self) -> str:
        return self.subject[:5]

    def inspect(self, name: str, content: bytes, chosen: Mapping[str, str]) -> list[Table]:
        """Return all rows unchanged where there are no prices but the headings of a published budget."""
        tables = super().inspect(name, content, chosen)
        headings, faults = placed(tables[0], self.columns(), chosen)
        if not faults or any(heading.column == "unit_price" for heading in headings):
            return tables
        whole = read_published(name, content)
        return [whole] if is_budget(whole) else tables

    def reading(self, tables: Sequence[Table], chosen: Mapping[str, str]) -> Reading:
        if tables[0].header_row:
            return super().reading(tables, chosen)
        return published_lines(tables[0], self._version()[1])

    def judge(self, rows: Sequence[Row]) -> Sequence[Verdict]:
        detail = self._found()
        known = chart(self.area)
        there = {
            (line.activity, line.account, line.fund, item.description, item.amount)
            for line in detail.lines for item in line.items
        }  # fmt: skip
        return [self._verdict(row, known, there) for row in rows]

    def store(self, verdicts: Sequence[Verdict]) -> None:
        village, year, number = self._version()
        given = [verdict.of for verdict in verdicts]
        operations.set_lines(
            by=self.by, village=village, year=year, number=number, given=given,
            activities={row.activity for row in given},
        )  # fmt: skip

    def _verdict(self, row: Row, known: Chart, there: Collection[tuple[object, ...]]) -> Verdict:
        if row.faults:
            return Verdict(row, REFUSED, (), row.faults)
        given = Given(
            row["activity"] or "", row["account"], str(row["fund"]).upper(), row["description"] or "",
            row["volume"] or Decimal(1), row["unit"] or "paket", row["unit_price"], row["package"] or "",
            row["output"] or "",
        )  # fmt: skip
        misfits = line_faults([given], {given.activity}, known)
        faults = tuple(replace(fault, place=fault.place.partition(".")[2]) for fault in misfits)
        if row["amount"] not in (None, given.amount):
            sentence = N_("Volume times price is %(made)s, the file says %(said)s")
            fields = {"made": given.amount, "said": row["amount"]}
            faults = (*faults, Fault("amount-differs", sentence, fields, "amount"))
        values = (
            Value(N_("Activity"), given.activity), Value(N_("Account of the budget"), given.account),
            Value(N_("Source of funds"), given.fund), Value(N_("Description"), given.description),
            Value(N_("Amount"), given.amount),
        )  # fmt: skip
        same = (given.activity, given.account, given.fund, given.description, given.amount) in there
        # Existing lines are given again: the others of their activity would otherwise drop them.
        outcome = REFUSED if faults else replace(UNCHANGED, stored=True) if same else NEW
        return Verdict(row, outcome, values, faults, of=given)

    def _version(self) -> tuple[str, int, int]:
        village, year, number = self.subject.split("/")
        return village, int(year), int(number)

    def _found(self) -> BudgetDetail:
        village, year, number = self._version()
        detail = budget(village, year, number, scope=self.by)
        AUTHORITY.require(self.by, Action.WRITE_LINES, detail.version.case, known=True)
        return detail


def published_lines(table: Table, year: int) -> Reading:
    """Read the lines of a published budget as rows of :class:`BudgetLines`; what a ledger would refuse, and a wrong
    year, are reported for review."""
    if table.faults:
        return _refused(table.faults)
    try:
        published = read_budget(table)
    except Faults as refused:
        return _refused(refused.faults)
    if published.in_force is None:
        return _refused([Fault("no-budget", N_("The file tells what was realised, but no budget"))])
    notes = [
        Told(finding.row or 0, str(finding.column or ""), Fault(finding.code, finding.sentence, finding.fields))
        for finding in published.findings
    ]
    if published.year not in (None, year):
        sentence = N_("The file is of %(said)s, this budget of %(year)s")
        notes.insert(0, Told(0, "", Fault("other-year", sentence, {"said": str(published.year), "year": str(year)})))
    lines = ((line, line.amounts.get(published.in_force)) for line in published.leaves)
    return Reading(tuple(_published_line(line, amount) for line, amount in lines if amount), (), tuple(notes), {})


def _refused(faults: Iterable[Fault]) -> Reading:
    return Reading((), tuple(Told(0, "", fault) for fault in faults), (), {})


def _published_line(line: Line, amount: Decimal) -> Row:
    """Turn a line without items into one item."""
    lacking = [N_("%(code)s names no fund")] * (not line.fund)
    if not line.activity and is_under(line.account, EXPENDITURE):
        lacking.append(N_("%(code)s names no activity"))
    values = {
        "activity": line.activity, "account": line.account, "fund": line.fund,
        "description": line.name, "unit_price": amount,
    }  # fmt: skip
    return Row(line.row, values, tuple(Fault("no-value", column, {"code": line.written}) for column in lacking))


class SiskeudesBudget(BudgetLines):
    """The budget in a file of Siskeudes, before or after its change depending on the version; anything that does not
    add up is reported for review."""

    kind = "villagefinance.siskeudes"

    def inspect(self, name: str, content: bytes, chosen: Mapping[str, str]) -> list[Table]:
        del chosen
        return [table for table in read_tables(name, content) if table.name in BUDGET_TABLES]

    def reading(self, tables: Sequence[Table], chosen: Mapping[str, str]) -> Reading:
        del chosen
        village, year, _number = self._version()
        try:
            village_books = village_year(tables, name="Siskeudes", village=village_code(village), year=year)
        except Faults as refused:
            return _refused(refused.faults)
        told = (doubt for doubt in doubts(village_books, accounts=(), activities=()) if doubt.code != "unknown-code")
        notes = tuple(
            Told(0, "", Fault(of.code, of.sentence, of.fields), f"{of.table} {' / '.join(map(str, of.key))}")
            for of in told
        )
        changed = self._found().version.kind is not BudgetKind.ORIGINAL
        return Reading(tuple(_siskeudes_items(village_books, changed=changed)), (), notes, {})


def _siskeudes_items(year: VillageYear, *, changed: bool) -> Iterator[Row]:
    """Yield the items of a budget as rows of :class:`BudgetLines`."""
    packages = {(package.activity, package.account, package.package): package.name for package in year.of(Package)}
    outputs = {row.activity: row.output for row in year.of(ActivityOfYear)}
    for number, item in enumerate(year.of(CostItem), start=1):
        volume, price, amount = item.volume, item.price, item.amount
        if changed and item.amount_after is not None:
            volume, price, amount = item.volume_after, item.price_after, item.amount_after
        if not amount:
            continue
        if not volume or (volume * (price or 0)).quantize(SEN) != amount:
            volume, price = Decimal(1), amount
        values = {
            "activity": item.activity, "account": item.account, "fund": item.fund, "description": item.told[:300],
            "volume": volume, "unit": item.unit, "unit_price": price, "output": outputs.get(item.activity, "")[:200],
            "package": packages.get((item.activity, item.account, item.package), "")[:200],
        }  # fmt: skip
        yield Row(number, values)


PLAN_COLUMNS = (
    replace(BUDGET_COLUMNS[0], filled=True, required=True),
    Column("told", Bilingual("uraian", "description"), ("nama", "nama kegiatan", "pekerjaan"), read=cells.text),
    Column("place", Bilingual("lokasi", "location"), required=False, read=cells.text),
    Column("volume", Bilingual("volume", "volume"), ("vol",), required=False, read=cells.figure(), figures=True),
    Column("unit", Bilingual("satuan", "unit"), required=False, read=cells.text),
    Column("fund", Bilingual("sumber dana", "source of funds"), ("sumber", "dana"), required=False, read=cells.text),
    Column(
        "amount", Bilingual("perkiraan biaya", "estimate"), ("biaya", "jumlah", "anggaran", "pagu"), filled=True,
        read=cells.rupiah,
    ),
)  # fmt: skip
LONG_PLAN_COLUMNS = (
    *PLAN_COLUMNS,
    Column("since", Bilingual("tahun mulai", "first year"), ("mulai",), required=False, read=cells.whole),
    Column("until", Bilingual("tahun selesai", "last year"), ("selesai",), required=False, read=cells.whole),
)


class PlannedWorks(PersonsImporter):
    """The works of a plan (RKPDes, RPJMDes), replacing earlier ones. Its subject: village, year, and ``long`` or
    nothing."""

    kind = "villagefinance.plan"
    most_rows = 2_000

    def columns(self) -> Sequence[Column]:
        return LONG_PLAN_COLUMNS if self._long else PLAN_COLUMNS

    @property
    def area(self) -> str:
        return self.subject[:5]

    def judge(self, rows: Sequence[Row]) -> Sequence[Verdict]:
        AUTHORITY.require(self.by, Action.DRAW_UP, case_of(self._village), known=True)
        known, last = chart(self.area), last_year(self._village, self._year) if self._long else self._year
        there = [Planned(**entry) for entry in planned(self._village, self._year, last)]
        return [self._verdict(row, known, last, there) for row in rows]

    def store(self, verdicts: Sequence[Verdict]) -> None:
        given = [verdict.of for verdict in verdicts]
        operations.set_plan(by=self.by, village=self._village, year=self._year, given=given, long=self._long)

    def _verdict(self, row: Row, known: Chart, last: int, there: Collection[Planned]) -> Verdict:
        if row.faults:
            return Verdict(row, REFUSED, (), row.faults)
        given = Planned(
            row["activity"], row["told"] or "", row["amount"], row["place"] or "", row["volume"], row["unit"] or "",
            str(row["fund"] or "").upper(), row["since"] or self._year, row["until"] or last,
        )  # fmt: skip
        faults = tuple(
            replace(fault, place=fault.place.partition(".")[2])
            for fault in plan_faults([given], self._year, last, known)
        )
        values = (
            Value(N_("Activity"), given.activity), Value(N_("Description"), given.told),
            Value(N_("Location"), given.place), Value(N_("Source of funds"), given.fund),
            Value(N_("Amount"), given.amount),
        )  # fmt: skip
        outcome = REFUSED if faults else replace(UNCHANGED, stored=True) if given in there else NEW
        return Verdict(row, outcome, values, faults, of=given)

    @property
    def _village(self) -> str:
        return self.subject[:13]

    @property
    def _year(self) -> int:
        return int(self.subject[14:18])

    @property
    def _long(self) -> bool:
        return self.subject.endswith("/long")


CEILING_COLUMNS = (
    Column("village", Bilingual("kode desa", "village code"), ("desa",), read=cells.text, filled=True),
    Column("fund", Bilingual("sumber dana", "source of funds"), ("sumber", "dana"), read=cells.text, filled=True),
    Column("amount", Bilingual("pagu", "ceiling"), ("jumlah", "anggaran"), read=cells.rupiah, filled=True),
    Column("rule", Bilingual("peraturan", "regulation"), ("dasar hukum",), read=cells.text, filled=True),
    Column(
        "made_on", Bilingual("tanggal peraturan", "day of the regulation"), ("tanggal",), read=cells.day, filled=True
    ),
    Column(
        "status",
        Bilingual("status desa", "village status"),
        ("idm", "status idm"),
        read=cells.text,
        required=False,
        options=STATUSES,
    ),
)


class Ceilings(PersonsImporter):
    """The region's grants to its villages, by fund, in a year. Its subject is region and year."""

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
        given = [verdict.of for verdict in verdicts]
        operations.set_ceilings(by=self.by, region=self.area, year=self._year, given=given)

    def _verdict(
        self, row: Row, there: Mapping[str, Mapping[str, tuple[Decimal, str]]], funds: Mapping[str, str]
    ) -> Verdict:
        if row.faults:
            return Verdict(row, REFUSED, (), row.faults)
        given = Granted(
            row["village"], str(row["fund"]).upper(), row["amount"], row["rule"], row["made_on"],
            str(row["status"] or "").casefold(),
        )  # fmt: skip
        faults = []
        if given.village not in there:
            faults.append(Fault("no-books", N_("This village has no books here"), {}, "village"))
        if given.fund not in funds:
            sentence = N_("“%(code)s” is no source of funds")
            faults.append(Fault("unknown-fund", sentence, {"code": given.fund}, "fund"))
        if given.status and given.status not in STATUSES:
            faults.append(Fault("unknown-status", UNKNOWN_STATUS, {"code": given.status}, "status"))
        known = there.get(given.village, {}).get(given.fund)
        before, was = known or (None, "")
        status = given.status or was
        outcome = NEW if known is None else UNCHANGED if known == (given.amount, status) else CHANGED
        if before is not None and before == before.to_integral_value():
            before = before.to_integral_value()
        values = (
            Value(N_("Village, district"), given.village), Value(N_("Source of funds"), given.fund),
            Value(N_("Amount"), given.amount, before if before != given.amount else None),
            Value(N_("Village status"), status, was if known and was != status else None),
            Value(N_("Regulation"), given.rule),
        )  # fmt: skip
        return Verdict(row, REFUSED if faults else outcome, values, tuple(faults), of=given)

    @property
    def _year(self) -> int:
        return int(self.subject[6:])
