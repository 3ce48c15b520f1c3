"""JSON of a data portal as a table: what a CKAN answers to ``datastore_search`` or dumps, or a list of flat objects.

Read in a process of its own. Numbers stay the digits that were sent; nothing becomes a float.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from pilar.measures.rules.mapping import MAX_COLUMNS
from pilar.platform.errors import Fault, Faults
from pilar.platform.language import N_
from pilar.platform.tables.table import Cell, Column, Row, Table, letter_of, place, shown
from pilar.platform.tables.wire import Order

ABOUT = "about"
"""The table that tells of the answer as a whole: its resource, its records, and how many there are in all."""
MAX_DIGITS = 60
MAX_FAULTS = 100


class _Twice(ValueError):
    """An object that says one name twice."""


def read_json(order: Order, content: bytes) -> list[Table]:
    """The table in JSON, and what the answer says of itself. Raises Faults."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        sentence = N_("The text is not UTF-8. Save it as UTF-8.")
        raise _refused(order, "encoding", sentence) from None
    try:
        whole = json.loads(
            text, parse_float=_digits, parse_int=_digits, parse_constant=_constant, object_pairs_hook=_object
        )
    except RecursionError:
        sentence = N_("The JSON is nested too deeply: a list of objects, or the answer of a CKAN, is read.")
        raise _refused(order, "too-deep", sentence) from None
    except _Twice as twice:
        sentence = N_("An object says “%(name)s” twice: only one of both can be right.")
        raise _refused(order, "name-twice", sentence, name=shown(twice)) from None
    except json.JSONDecodeError as error:
        sentence = N_("Line %(line)s is no JSON, or the file was cut off.")
        raise _refused(order, "no-json", sentence, line=error.lineno) from None
    except ValueError as error:
        sentence = N_("“%(given)s” is no number that is read here; what has no value is null.")
        raise _refused(order, "not-finite", sentence, given=shown(error)) from None
    records, about = _records(order, whole)
    return [_table(order, records), _about(about)]


def _records(order: Order, whole: Any) -> tuple[Sequence[Mapping[str, Any]], Mapping[str, Any]]:
    result = whole.get("result") if isinstance(whole, dict) else None
    if isinstance(whole, dict) and whole.get("success") is False:
        sentence = N_("The portal answered with an error, not with data. Ask it again and save its answer again.")
        raise _refused(order, "answered-error", sentence)
    holder = result if isinstance(result, dict) else whole if isinstance(whole, dict) else {}
    records = whole if isinstance(whole, list) else holder.get("records")
    if not isinstance(records, list):
        sentence = N_(
            "There are no records in this JSON: a list of objects, or what a CKAN answers to datastore_search"
        )
        raise _refused(order, "no-records", sentence)
    if not records:
        raise _refused(order, "empty-file", N_("The file is empty."))
    if len(records) > order.most_rows:
        sentence = N_("The file has more than %(most)s records.")
        raise _refused(order, "too-many-rows", sentence, most=order.most_rows)
    records = _as_objects(holder.get("fields"), records)
    other = next((number for number, record in enumerate(records, start=1) if not isinstance(record, dict)), None)
    if other is not None:
        raise _refused(order, "no-object", N_("Record %(row)s is no object with names and values."), row=other)
    return records, {
        "resource": holder.get("resource_id", ""),
        "total": holder.get("total", ""),
        "records": str(len(records)),
    }


def _as_objects(fields: Any, records: list[Any]) -> list[Any]:
    """Records that are lists, as a CKAN dumps a resource, by the names of its fields; what does not fit stays."""
    named = fields if isinstance(fields, list) else []
    names = [field.get("id") for field in named if isinstance(field, dict)]
    known = {name for name in names if isinstance(name, str)}
    if not names or len(known) != len(named):
        return records
    fitting = (isinstance(record, list) and len(record) == len(names) for record in records)
    return [
        dict(zip(names, record, strict=True)) if fits else record for fits, record in zip(fitting, records, strict=True)
    ]


def _table(order: Order, records: Sequence[Mapping[str, Any]]) -> Table:
    names: dict[str, None] = {}
    for record in records:
        names |= dict.fromkeys(record)
        if len(names) > MAX_COLUMNS:
            sentence = N_("A file of a data portal has at most %(most)s columns")
            raise _refused(order, "too-many-columns", sentence, most=MAX_COLUMNS)
    if len(names) * len(records) > order.most_cells:
        raise _refused(order, "too-many-cells", N_("The table has too many cells."))
    if any(len(name) > order.longest_cell or not name.isprintable() for name in names):
        sentence = N_("A name in the records is too long, or holds a character that cannot be shown")
        raise _refused(order, "bad-name", sentence)
    faults: list[Fault] = []
    rows = []
    for number, record in enumerate(records, start=1):
        cells = []
        for index, name in enumerate(names):
            cell = _cell(record.get(name), order.longest_cell)
            if isinstance(cell, Fault):
                at = place(order.name, number, f"{shown(name)} ({letter_of(index)})")
                faults.append(Fault(cell.code, cell.sentence, cell.fields, at))
                cell = ""
            cells.append(cell)
        if len(faults) > MAX_FAULTS:
            raise Faults(faults)
        rows.append(Row(number, tuple(cells)))
    columns = tuple(Column(name, index) for index, name in enumerate(names))
    return Table(order.name, 0, columns, tuple(rows), tuple(faults))


def _cell(value: Any, longest: int) -> Cell | Fault:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if not isinstance(value, str):
        return Fault("nested", N_("A list or an object stands where one value is read"))
    if len(value) > longest:
        return Fault("long-cell", N_("The cell holds more than %(most)s characters."), {"most": longest})
    if not value.isprintable():
        return Fault("unprintable", N_("There is a character in it that cannot be shown"))
    return value.strip()


def _digits(text: str) -> str:
    if len(text) > MAX_DIGITS:
        raise ValueError(text)
    return text


def _constant(name: str) -> Any:
    raise ValueError(name)


def _object(pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    names: dict[str, Any] = {}
    for name, value in pairs:
        if name in names:
            raise _Twice(name)
        names[name] = value
    return names


def _about(said: Mapping[str, Any]) -> Table:
    rows = (Row(0, (name, shown(value, 100) if isinstance(value, str) else "")) for name, value in said.items())
    return Table(ABOUT, 0, (Column("", 0), Column("", 1)), tuple(rows))


def _refused(order: Order, code: str, sentence: str, **fields: Any) -> Faults:
    return Faults([Fault(code, sentence, fields, order.name)])
