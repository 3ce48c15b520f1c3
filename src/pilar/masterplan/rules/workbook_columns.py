"""The columns of the workbook of programmes, and the reading of their cells."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from pilar.masterplan.rules.checking import NO_SIPD_CODE
from pilar.masterplan.rules.content import BUDGETED, SIPD_SHAPE, Fund
from pilar.masterplan.rules.framework import Framework, Group
from pilar.masterplan.rules.quarters import Quarter, quarter_in
from pilar.masterplan.rules.workbook import FUND_WORDS, FURTHER_FUNDS, HEADERS, HORIZONS, WAYS, Sheet
from pilar.platform.errors import Fault
from pilar.platform.imports import Column, one_of, raw, text, whole, words, yes
from pilar.platform.imports.cells import Read
from pilar.platform.language import N_, translate
from pilar.platform.reading import Notation, Words, is_none, several
from pilar.platform.tables import Cell

FILLED = frozenset({"code", "part", "owner", "year", "fund", "starts", "ends", "group", "criterion", "mark"})
"""Columns that every row fills."""
KEEP = N_("Keep the number of what is there; leave it empty for a new row")
SIPD_HINT = N_(
    "Digits and dots: urusan.bidang.program.kegiatan.sub-kegiatan. Only the shape is checked, not whether the code is "
    "in the official list"
)
OBJECTIVE_HINT = N_("The tujuan or sasaran of the RPJMD that it serves, in its words")
WEIGHT_HINT = N_("Per cent or any number above 0. It counts where every one beside it has a weight, too")
HINTS = {
    (Sheet.PROGRAMMES, "code"): N_("Keep the code of what is there. A new programme gets any word, such as B1"),
    (Sheet.PROGRAMMES, "partners"): N_("Names or abbreviations of offices, separated by semicolons"),
    (Sheet.PROGRAMMES, "link"): N_("An address on the web, beginning with https://"),
    (Sheet.PROGRAMMES, "description"): N_("What the programme does"),
    (Sheet.PROGRAMMES, "need"): N_("Which need it answers"),
    (Sheet.PROGRAMMES, "sipd_code"): SIPD_HINT,
    (Sheet.PROGRAMMES, "objective"): OBJECTIVE_HINT,
    (Sheet.PROGRAMMES, "weight"): WEIGHT_HINT,
    (Sheet.ACTIVITIES, "sipd_code"): SIPD_HINT,
    (Sheet.ACTIVITIES, "objective"): OBJECTIVE_HINT,
    (Sheet.ACTIVITIES, "weight"): WEIGHT_HINT,
    (Sheet.TARGETS, "number"): KEEP,
    (Sheet.TARGETS, "measure"): N_("The code of a measure of the region, if the figure is measured already"),
    (Sheet.BUDGETS, "amount"): N_("Whole rupiah"),
    (Sheet.ACTIVITIES, "parent"): N_("Only for a sub-activity: the number of its activity"),
    (Sheet.ACTIVITIES, "number"): KEEP,
    (Sheet.MONITORED, "number"): KEEP,
    (Sheet.JUDGED, "mark"): N_("A mark is a whole number from %(lowest)s to %(highest)s"),
}
MAX_NUMBER = 9_999
"""The largest year, mark, or number of a row."""


def columns_of(
    framework: Framework,
    years: Iterable[int],
    offices: Mapping[str, int],
    lists: Mapping[str, Sequence[str]] = MappingProxyType({}),
) -> dict[str, tuple[Column, ...]]:
    """Return the columns of each sheet. ``offices``: keys by name and abbreviation in small letters; ``lists``: the
    choices that columns offer in a template, by their names."""
    readers: dict[str, Read] = {
        "part": one_of(_titles(Group("", tuple(framework.pillars.parts())))),
        "owner": one_of(offices),
        "horizon": words(HORIZONS),
        "quick_win": yes,
        "better": words(WAYS),
        "fund": _funds(_fund_words(framework)),
        "starts": _quarter,
        "ends": _quarter,
        "group": one_of(_titles(framework.monitored)),
        "criterion": one_of(_titles(framework.criteria)),
        **dict.fromkeys(("number", "base_year", "year", "parent", "mark"), _whole),
        "sipd_code": read_sipd_code,
        **dict.fromkeys(("base", "amount", "weight"), raw),  # read together with others of their row
    }

    def column(sheet: Sheet, name: str, title: str) -> Column:
        needed = (sheet is Sheet.PROGRAMMES and name not in BUDGETED) or name in FILLED
        levels = framework.criteria_levels
        hint = translate(HINTS.get((sheet, name), ""), lowest=levels[0], highest=levels[-1])
        return Column(
            name, title, read=readers.get(name, text), required=needed, filled=name in FILLED,
            options=tuple(lists.get(name, ())), remark=hint,
        )  # fmt: skip

    made = {sheet: [column(sheet, name, title) for name, title in HEADERS[sheet].items()] for sheet in Sheet}
    made[Sheet.TARGETS] += [Column(str(year), str(year), read=raw, required=False) for year in years]
    return {sheet.value: tuple(columns) for sheet, columns in made.items()}


def _titles(group: Group) -> dict[str, str]:
    return {
        name.casefold(): entry.code for entry in group.entries for name in (entry.title.en, entry.title.id, entry.code)
    }  # fmt: skip


def _fund_words(framework: Framework) -> Words[Fund]:
    known = {fund: [FUND_WORDS[fund], *FURTHER_FUNDS[fund]] for fund in Fund}
    for word, fund in framework.fund_words.items():
        known[Fund(fund)].append(word)
    return Words(known)


def _funds(known: Words[Fund]) -> Read:
    """Make a reader of sources of funds: one, or several such as ``APBD/CSR``."""

    def read(cell: Cell, _notation: Notation | None) -> tuple[Fund, ...] | Fault | None:
        said = text(cell) or ""
        whole = known.find(said)
        if whole is not None:
            return (whole,)
        values: list[Any] = [known.read(word) for word in several(said)]
        fault = next((value for value in values if isinstance(value, Fault)), None)
        return fault or tuple(dict.fromkeys(values)) or None

    return read


def read_sipd_code(cell: Cell, _notation: Notation | None = None) -> str | Fault | None:
    """Read a code of digits and dots; if a spreadsheet made a number or a day of it, zeros are lost."""
    if is_none(cell):
        return None
    if not isinstance(cell, str) and not (isinstance(cell, Decimal) and cell == cell.to_integral_value()):
        sentence = N_(
            "The spreadsheet has made a number or a day of this code, by which zeros may be lost: format the cell as "
            "text and write the code again"
        )
        return Fault("sipd-code-no-text", sentence)
    said = text(cell) or ""
    return said if re.fullmatch(SIPD_SHAPE, said) else Fault("no-sipd-code", NO_SIPD_CODE)


def _whole(cell: Cell, _notation: Notation | None) -> int | Fault | None:
    number = whole(cell)
    if isinstance(number, int) and number > MAX_NUMBER:
        return Fault("no-whole-number", N_("Write a whole number from 0 to 9999"))
    return number


def _quarter(cell: Cell, _notation: Notation | None) -> Quarter | Fault | None:
    """Read the quarter in a cell, or the one of a month or day."""
    return quarter_in(cell)
