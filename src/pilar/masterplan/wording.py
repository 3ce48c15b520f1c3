"""Contents of programmes, and differences between two, in a reader's words: names instead of codes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from decimal import Decimal
from typing import Any

from django.utils.translation import override

from pilar.design import numbers
from pilar.masterplan.reference import framework
from pilar.masterplan.rules.comparing import FIELDS as HEAD
from pilar.masterplan.rules.comparing import ROWS, ChangeKind, Difference, ProgrammeChange, differences
from pilar.masterplan.rules.content import (
    BETTER_NAMES,
    BUDGETED,
    FUND_NAMES,
    HORIZON_NAMES,
    Activity,
    Better,
    Budget,
    Content,
    Fund,
    Horizon,
    Judged,
    Monitored,
    Risk,
    Target,
)
from pilar.masterplan.rules.framework import Named
from pilar.masterplan.rules.quarters import Quarter
from pilar.platform.imports import Value
from pilar.platform.language import LANGUAGES, N_, Bilingual, reader_language, translate

CHANGE_NAMES = {
    ChangeKind.ADDED: (N_("Added"), "positive"),
    ChangeKind.DROPPED: (N_("Ended"), "negative"),
    ChangeKind.MOVED: (N_("Moved"), "caution"),
    ChangeKind.RETARGETED: (N_("Other targets or money"), "caution"),
    ChangeKind.REWORDED: (N_("Reworded"), "brand"),
}
"""The name of each kind of change, and the tone in which it is shown."""

FIELD_NAMES = {
    "title": N_("Title"),
    "part": N_("Sub-dimension"),
    "owner": N_("Owner office"),
    "description": N_("Description"),
    "need": N_("Need that it answers"),
    "horizon": N_("Horizon"),
    "quick_win": N_("Quick win"),
    "partners": N_("Partner offices"),
    "outside_partners": N_("Partners outside the government"),
    "link": N_("Address on the web"),
    "sipd_code": N_("SIPD code"),
    "objective": N_("RPJMD objective"),
    "weight": N_("Weight"),
    "targets": N_("Target indicator"),
    "budgets": N_("Money"),
    "activities": N_("Activity"),
    "monitored": N_("To be there"),
    "judged": N_("Judgement"),
    "risks": N_("Risk"),
    "unit": N_("Unit of the figures"),
    "better": N_("Which way is better"),
    "base": N_("Base value"),
    "base_year": N_("Year of the base value"),
    "source": N_("Source"),
    "measure": N_("Measure"),
    "starts": N_("Begins"),
    "ends": N_("Ends"),
    "parent": N_("Belongs to activity"),
    "group": N_("Group"),
    "year": N_("Year"),
    "mark": N_("Mark"),
    "reason": N_("Reason"),
    "text": N_("Risk"),
    "response": N_("Response"),
    "amount": N_("Amount"),
    "fund": N_("Source of funds"),
}
TARGET_OF = N_("Target of %(year)s")
BASE_OF = N_("base %(value)s (%(year)s)")
YES, NO = N_("yes"), N_("no")
RUPIAH = "Rp"


@dataclass(frozen=True, slots=True)
class FieldChange:
    """A field that differs, in words; ``before`` or ``after`` is empty where there was or is nothing."""

    name: str
    before: str
    after: str


def number(value: Decimal) -> str:
    """Format a number for the reader: ``1.250,5``."""
    return numbers.grouped(value, reader_language())


def money(value: Decimal) -> str:
    """Format rupiah: ``Rp750.000.000``."""
    return RUPIAH + number(value)


def part_name(code: str) -> str:
    """Return the name of a pillar or sub-dimension."""
    named = framework().pillars.find(code)
    return str(named.title) if named else code


def pillar_of(part: str) -> str:
    """Return the code of the pillar of a sub-dimension."""
    return framework().pillars.above(part).code


def pillars() -> tuple[Named, ...]:
    """Return the six pillars in the order of the framework."""
    return framework().pillars.entries


def pillar_place(part: str) -> int:
    """Return the place of a sub-dimension's pillar among the six, from 0; an empty one comes after them."""
    codes = [pillar.code for pillar in pillars()]
    return codes.index(pillar_of(part)) if part else len(codes)


def fund_name(fund: Fund) -> str:
    return translate(FUND_NAMES[fund])


def horizon_name(horizon: Horizon) -> str:
    return translate(HORIZON_NAMES[horizon])


def group_name(code: str) -> str:
    """Return the name of a group of monitored things."""
    named = framework().monitored.find(code)
    return str(named.title) if named else code


def criterion_name(code: str) -> str:
    """Return the name of one of the ten criteria."""
    named = framework().criteria.find(code)
    return str(named.title) if named else code


def field_changes(change: ProgrammeChange, offices: Mapping[int, str]) -> tuple[FieldChange, ...]:
    """Return the differences in a programme, field by field; ``offices``: names by key."""
    return tuple(field_change for difference in change.differences for field_change in _said(difference, offices))


def content_changes(before: Content, after: Content, offices: Mapping[int, str]) -> tuple[FieldChange, ...]:
    """Return the differences between two contents, field by field."""
    return tuple(change for difference in differences(before, after) for change in _said(difference, offices))


def content_fields(content: Content, offices: Mapping[int, str]) -> tuple[FieldChange, ...]:
    """Return the whole content, field by field; ``before`` is empty."""
    heads = [(name, value_text(name, getattr(content, name), offices)) for name in HEAD]
    rows = [(name, _whole(row)) for name in ROWS for row in getattr(content, name)]
    return tuple(FieldChange(translate(FIELD_NAMES[name]), "", said) for name, said in [*heads, *rows] if said)


def values(before: Content | None, after: Content, offices: Mapping[int, str]) -> tuple[Value, ...]:
    """Return the whole content, or its differences from the one before it, for the preview of an import."""
    said = []
    for language in LANGUAGES:
        with override(language):
            said.append(content_fields(after, offices) if before is None else content_changes(before, after, offices))
    return tuple(
        Value(
            Bilingual(here.name, two.name),
            Bilingual(here.after, two.after),
            None if before is None else Bilingual(here.before, two.before),
        )
        for here, two in zip(*said, strict=True)
    )


def _said(difference: Difference, offices: Mapping[int, str]) -> Iterator[FieldChange]:
    name, _point, _key = difference.field.partition(".")
    label = translate(FIELD_NAMES[name])
    if "." not in difference.field:
        yield FieldChange(
            label, value_text(name, difference.before, offices), value_text(name, difference.after, offices)
        )
        return
    if difference.before is None or difference.after is None:
        yield FieldChange(label, _whole(difference.before), _whole(difference.after))
        return
    label = f"{label}: {_title(difference.before)}"
    for field in fields(difference.before):  # type: ignore[arg-type]
        old, new = getattr(difference.before, field.name), getattr(difference.after, field.name)
        if old == new:
            continue
        if field.name == "yearly":
            yield from _yearly(label, dict(old), dict(new))
        else:
            yield FieldChange(
                f"{label}, {translate(FIELD_NAMES[field.name])}",
                value_text(field.name, old, offices),
                value_text(field.name, new, offices),
            )


def _yearly(label: str, old: Mapping[int, Decimal], new: Mapping[int, Decimal]) -> Iterator[FieldChange]:
    for year in sorted({*old, *new}):
        if old.get(year) != new.get(year):
            said = [number(sums[year]) if year in sums else "" for sums in (old, new)]
            yield FieldChange(f"{label}, {translate(TARGET_OF, year=str(year))}", *said)


def value_text(name: str, value: Any, offices: Mapping[int, str]) -> str:
    """Return the value of a field in words; empty for nothing."""
    match name, value:
        case _, None:
            text = ""
        case "part", str():
            text = f"{part_name(pillar_of(value))}, {part_name(value)}"
        case "owner" | "partners", _:
            keys = value if isinstance(value, tuple) else (value,)
            text = ", ".join(offices.get(key, "") for key in keys)
        case "group", str():
            text = group_name(value)
        case _, bool():
            text = translate(YES) if value else translate(NO)
        case _, Horizon():
            text = horizon_name(value)
        case _, Better():
            text = translate(BETTER_NAMES[value])
        case _, Fund():
            text = fund_name(value)
        case _, Quarter():
            text = value.name
        case "amount", Decimal():
            text = money(value)
        case _, Decimal():
            text = number(value)
        case _:
            text = str(value)
    return text


def budgeted(of: Content | Activity) -> Iterator[str]:
    """Yield the links of a programme or an activity to the regional budget, each with its name."""
    for name in BUDGETED:
        if said := value_text(name, getattr(of, name), {}):
            yield f"{translate(FIELD_NAMES[name])}: {said}"


def _title(row: object) -> str:
    """Return the name of a row of a list."""
    match row:
        case Target() | Activity() | Monitored():
            return row.title
        case Budget():
            return f"{row.year}, {fund_name(row.fund)}"
        case Risk():
            return row.text
        case Judged():
            return criterion_name(row.criterion)
    raise TypeError(row)


def _whole(row: object) -> str:
    """Return a row of a list in one line; empty for none."""
    match row:
        case None:
            text = ""
        case Target():
            base = [] if row.base is None else [translate(BASE_OF, value=number(row.base), year=row.base_year or "–")]
            figures = "; ".join([*base, *(f"{year}: {number(value)}" for year, value in row.yearly)])
            text = f"{row.title} ({row.unit}) {figures}".strip()
        case Budget():
            text = f"{_title(row)}: {money(row.amount)}"
        case Activity():
            text = "; ".join([f"{row.title}, {row.starts.name} – {row.ends.name}", *budgeted(row)])
        case Monitored():
            text = f"{group_name(row.group)}: {row.title}, {row.year}"
        case Risk():
            text = f"{row.text} {row.response}".strip()
        case Judged():
            text = f"{_title(row)}: {row.mark}"
        case _:
            raise TypeError(row)
    return text
