"""The budget of a village as open data: a Fiscal Data Package, with the seal of its books and the programs that check
it.

Column types are of the budget taxonomy of Fiscal Data Package 1.0
(https://frictionlessdata.io/taxonomies/fiscal/budgets.json).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from pilar.platform import seal_checker
from pilar.reports.packages import Attachment, DataPackage, DataTable, Field, Value, data_package
from pilar.villagefinance import reference
from pilar.villagefinance.queries.realisation import DataRow
from pilar.villagefinance.rules import chain
from pilar.villagefinance.rules.codes import EXPENDITURE, FINANCING_OUT, is_under

FIELDS = (
    Field("year", "integer", "Year of the budget", {"required": True}, "date:fiscal-year"),
    Field("village", "string", "Code of the village (Kemendagri)", {"required": True},
          "administrative-classification:generic:code"),
    Field("village_name", "string", "Its name", {"required": True}, "administrative-classification:generic:label"),
    Field("activity", "string", "Functional code (bidang, sub-bidang, kegiatan); empty where nothing is carried out",
          {}, "functional-classification:generic:code"),
    Field("activity_name", "string", "Its name", {}, "functional-classification:generic:label"),
    Field("account", "string", "Economic code (akun, kelompok, jenis, objek)", {"required": True},
          "economic-classification:generic:code"),
    Field("account_name", "string", "Its name", {}, "economic-classification:generic:label"),
    Field("fund", "string", "Source of funds", {"required": True}, "fin-source:generic:code"),
    Field("fund_name", "string", "Its name", {}, "fin-source:generic:label"),
    Field("direction", "string", "Whether money comes in or goes out",
          {"required": True, "enum": ["revenue", "expenditure"]}, "direction"),
    Field("phase", "string", "What the budget in force gives, or what was realised so far",
          {"required": True, "enum": ["approved", "executed"]}, "phase:id"),
    Field("amount", "number", "Rupiah", {"required": True}, "value"),
)  # fmt: skip


def open_data(
    village: str, name: str, year: int, rows: tuple[DataRow, ...], seal: Mapping[str, Any] | None, *, home: str,
    created: datetime, synthetic: bool,
) -> bytes:  # fmt: skip
    """Make the archive. ``name``: the village; ``home``: the address of its page; ``synthetic``: made-up data, stated
    in the archive. Equal parts give equal bytes."""
    made_up = "Synthetic data, made up for a demonstration (data contoh). " if synthetic else ""
    table = DataTable(
        name="budget",
        title=f"Budget {year} of {name}",
        description="A row for each line of the budget and phase, as the ledger of the village has them.",
        fields=FIELDS,
        key=("activity", "account", "fund", "phase"),
        rows=tuple(_rows(village, name, year, rows)),
    )
    return data_package(
        DataPackage(
            name=f"apbdes-{village}-{year}",
            title=table.title,
            description=made_up + (
                "Budget in force and its realisation, computed from the ledger. segel.json proves how far the books "
                "had come on a day; periksa_buku.py with periksa_segel.py checks books that the village hands out."
            ),
            version="1.0",
            homepage=home,
            created=created,
            tables=(table,),
            attachments=(*_seal(seal), *_programs()),
            more={
                "synthetic": synthetic, "countryCode": "ID", "regionCode": village[:5], "granularity": "aggregated",
                "fiscalPeriod": {"start": f"{year}-01-01", "end": f"{year}-12-31"},
            },
        )
    )  # fmt: skip


def _rows(village: str, name: str, year: int, rows: tuple[DataRow, ...]) -> Iterator[tuple[Value, ...]]:
    activities, accounts, funds = reference.activities(), reference.accounts(), reference.funds()
    for row in rows:
        out = is_under(row.account, EXPENDITURE) or is_under(row.account, FINANCING_OUT)
        said = (
            year, village, name,
            row.activity, activities[row.activity].name if row.activity in activities else "",
            row.account, accounts[row.account].name if row.account in accounts else "",
            row.fund, funds[row.fund].name if row.fund in funds else "",
            "expenditure" if out else "revenue",
        )  # fmt: skip
        yield (*said, "approved", row.budget)
        yield (*said, "executed", row.realised)


def _seal(seal: Mapping[str, Any] | None) -> Iterator[Attachment]:
    if seal is not None:
        content = (json.dumps(seal, ensure_ascii=False, indent=1) + "\n").encode()
        yield Attachment(
            "seal", "segel.json", "How far the books had come on a sealed day", "application/json", content
        )


def _programs() -> Iterator[Attachment]:
    for name, module in (("periksa_buku", chain), ("periksa_segel", seal_checker)):
        content = Path(module.__file__ or "").read_bytes()
        yield Attachment(name.replace("_", "-"), f"{name}.py", "Checks books without Pilar", "text/x-python", content)
