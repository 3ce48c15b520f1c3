"""Programmes as a workbook, which can be changed and imported again (``masterplan.imports``)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.utils.translation import override

from pilar.design.import_files import template_workbook
from pilar.masterplan.queries.choices import Choices
from pilar.masterplan.reference import framework
from pilar.masterplan.rules.content import BUDGETED, Activity, Content
from pilar.masterplan.rules.quarters import Quarter, quarters
from pilar.masterplan.rules.workbook import BETTER_WORDS, FUND_WORDS, HORIZON_WORDS, YES, Sheet
from pilar.masterplan.rules.workbook_columns import columns_of
from pilar.platform.language import N_, translate

GUIDE_LINES = (
    N_("Each row of the sheet Program is a programme. The other sheets name it by its code."),
    N_("Codes such as P001 are programmes of the plan, codes such as U7 are proposals. Do not change them."),
    N_("A new programme gets a code of your own, such as B1, and rows in the other sheets with the same code."),
    N_("Choose from the lists in the cells. Write numbers as numbers, quarters like quarter III 2026."),
    N_("A programme that is not in the file stays as it is: the file ends nothing."),
)


def programmes_workbook(rows: Iterable[tuple[str, Content]], *, title: str, years: range, choices: Choices) -> bytes:
    """Write contents with their codes as XLSX; without rows it is an empty template. Always in Indonesian."""
    with override("id"):
        sheets = columns_of(framework(), years, {}, _lists(years, choices))
        said = _rows(rows, choices.names)
        cells = {
            place: [[row.get(column.name) for column in sheets[sheet]] for row in said[sheet]]
            for place, sheet in enumerate(Sheet)
        }
        return template_workbook(sheets, cells, guide=(title, *map(translate, GUIDE_LINES)))


def _lists(years: range, choices: Choices) -> dict[str, list[str]]:
    rules = framework()
    spans = [quarter.name for quarter in quarters(Quarter(years[0], 1), Quarter(years[-1], 4))]
    return {
        "part": [str(part.title) for part in rules.pillars.parts()],
        "owner": [office.name for office in choices.offices],
        "horizon": list(HORIZON_WORDS.values()),
        "quick_win": [YES],
        "better": list(BETTER_WORDS.values()),
        "fund": list(FUND_WORDS.values()),
        "year": [str(year) for year in years],
        "starts": spans,
        "ends": spans,
        "group": [str(entry.title) for entry in rules.monitored.entries],
        "criterion": [str(entry.title) for entry in rules.criteria.entries],
        "mark": [str(level) for level in rules.criteria_levels],
        "measure": [measure.code for measure in choices.measures],
    }


def _rows(rows: Iterable[tuple[str, Content]], names: Mapping[int, str]) -> dict[Sheet, list[Mapping[str, object]]]:
    """Return the rows of each sheet, by the names of its columns."""
    rules = framework()
    titles = {part.code: str(part.title) for part in rules.pillars.parts()}
    titles |= {named.code: str(named.title) for named in (*rules.monitored.entries, *rules.criteria.entries)}
    made: dict[Sheet, list[Mapping[str, object]]] = {sheet: [] for sheet in Sheet}
    for code, content in rows:
        made[Sheet.PROGRAMMES].append(_programme(code, content, titles, names))
        made[Sheet.TARGETS] += [
            {
                "code": code, "number": row.number, "title": row.title, "unit": row.unit,
                "better": BETTER_WORDS[row.better], "base": row.base, "base_year": row.base_year,
                "source": row.source, "measure": row.measure,
                **{str(year): value for year, value in row.yearly},
            }
            for row in content.targets
        ]  # fmt: skip
        made[Sheet.BUDGETS] += [
            {"code": code, "year": row.year, "fund": FUND_WORDS[row.fund], "amount": row.amount}
            for row in content.budgets
        ]
        made[Sheet.ACTIVITIES] += [
            {
                "code": code, "number": row.number, "title": row.title, "starts": row.starts.name,
                "ends": row.ends.name, "parent": row.parent, **_budgeted(row),
            }
            for row in content.activities
        ]  # fmt: skip
        made[Sheet.RISKS] += [{"code": code, "text": row.text, "response": row.response} for row in content.risks]
        made[Sheet.MONITORED] += [
            {"code": code, "number": row.number, "group": titles[row.group], "title": row.title, "year": row.year}
            for row in content.monitored
        ]
        made[Sheet.JUDGED] += [
            {"code": code, "criterion": titles[row.criterion], "mark": row.mark, "reason": row.reason}
            for row in content.judged
        ]
    return made


def _programme(code: str, content: Content, titles: Mapping[str, str], names: Mapping[int, str]) -> dict[str, object]:
    return {
        "code": code, "title": content.title, "part": titles[content.part], "owner": names.get(content.owner, ""),
        "description": content.description, "need": content.need, "horizon": HORIZON_WORDS[content.horizon],
        "quick_win": YES if content.quick_win else "",
        "partners": "; ".join(names.get(key, "") for key in content.partners),
        "outside_partners": content.outside_partners, "link": content.link, **_budgeted(content),
    }  # fmt: skip


def _budgeted(of: Content | Activity) -> dict[str, object]:
    return {name: getattr(of, name) for name in BUDGETED}
