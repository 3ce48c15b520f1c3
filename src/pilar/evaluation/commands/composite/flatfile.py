"""An index from tables, CSV or XLSX: its indicators, and other weights (a row a node, a column a set)."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

from pilar.evaluation.rules.indicatorsheet import column_key
from pilar.index import composite
from pilar.index.composite.checking import problems
from pilar.index.composite.flat import spec_of
from pilar.platform.errors import Fault, Faults
from pilar.platform.language import N_
from pilar.platform.reading import column_notation, read_figure
from pilar.platform.tables import Column, Table, inspect_table

CODE_COLUMNS = frozenset({"code", "kode", "node"})


def with_sets(spec: composite.Spec, path: str) -> composite.Spec:
    """The index with the sets of the file in addition to its own. Raises Faults with all that is wrong."""
    table = inspect_table(path)
    sets = _sets(table)
    known = {weight_set.code for weight_set in spec.alternatives.weight_sets}
    faults = [
        Fault(
            "set-twice", N_("The set %(set)s stands in the description of the index already."), {"set": weight_set.code}
        )
        for weight_set in sets
        if weight_set.code in known
    ]
    alternatives = replace(spec.alternatives, weight_sets=(*spec.alternatives.weight_sets, *sets))
    changed = replace(spec, alternatives=alternatives)
    faults += [
        Fault(problem.fault.code, problem.fault.sentence, problem.fault.fields, table.place())
        for problem in problems(changed)
        if problem.key == "uncertainty" and problem.fault.code != "set-twice"
    ]
    if faults:
        raise Faults(faults)
    return changed


def _sets(table: Table) -> list[composite.WeightSet]:
    names = [column for column in table.columns if column_key(column.name) in CODE_COLUMNS]
    others = [column for column in table.columns if column not in names and column.name]
    faults = list(table.faults)
    if len(names) != 1 or not others:
        sentence = N_("The weights need a column “code” and a column for each set.")
        raise Faults([*faults, Fault("weight-columns", sentence, place=table.place(table.header_row))])
    sums = {column.name: dict[str, Decimal]() for column in others}
    for column in others:
        for code, weight in _column(table, names[0], column, faults):
            if code in sums[column.name]:
                place = table.place(column=names[0])
                faults.append(Fault("node-twice", N_("The node %(node)s stands twice."), {"node": code}, place))
            sums[column.name][code] = weight
    if faults:
        raise Faults(faults)
    return [composite.WeightSet(name, weights) for name, weights in sums.items()]


def _column(table: Table, codes: Column, column: Column, faults: list[Fault]) -> list[tuple[str, Decimal]]:
    given = zip(table.rows, figures(table, column, faults), strict=True)
    return [(str(row.cells[codes.index]), weight) for row, weight in given if weight is not None]


def figures(table: Table, column: Column, faults: list[Fault]) -> list[Decimal | None]:
    """The number of each row; None for a blank, and where a fault was added to ``faults``."""
    notation = column_notation(row.cells[column.index] for row in table.rows)
    if isinstance(notation, Fault):
        faults.append(replace(notation, place=table.place(column=column)))
        return [None] * len(table.rows)
    amounts: list[Decimal | None] = []
    for row in table.rows:
        answer = read_figure(row.cells[column.index], "", notation)
        if isinstance(answer, Fault):
            faults.append(replace(answer, place=table.place(row.number, column)))
        amounts.append(None if isinstance(answer, Fault) else answer)
    return amounts


COLUMNS = {
    "code": ("code", "kode"),
    "parent": ("parent", "induk"),
    "weight": ("weight", "bobot"),
    "direction": ("direction", "arah"),
    "title": ("title", "name", "judul", "nama"),
}


def flat_spec(path: Path) -> composite.Spec:
    """The index of the table, normalised by min-max onto 0 to 100. Raises Faults with all that is wrong."""
    table = inspect_table(path)
    columns = {
        key: column
        for column in table.columns
        for key, names in COLUMNS.items()
        if column_key(column.name) in names
    }  # fmt: skip
    lacking = [key for key in ("code", "parent", "weight", "direction") if key not in columns]
    sentence = N_("A table of indicators needs the columns code, parent, weight and direction; missing: %(names)s.")
    faults = list(table.faults)
    if lacking:
        place = table.place(table.header_row)
        raise Faults([*faults, Fault("flat-columns", sentence, {"names": ", ".join(lacking)}, place)])
    rows = [{key: str(row.cells[column.index]) for key, column in columns.items()} for row in table.rows]
    wrong = list[Fault]()
    weights = figures(table, columns["weight"], wrong)
    faults += wrong
    for row, weight in zip(rows, weights, strict=True):
        # Weights of which one cannot be read are none: the others have nothing to add up to.
        row["weight"] = "" if wrong or weight is None else str(weight)
    code = column_key(path.stem) or "index"
    try:
        spec = spec_of(rows, code.replace("_", "-"))
    except composite.SpecFaults as refused:
        for fault in refused.faults:
            at = fault.fields.get("at")
            place = table.place(table.rows[at - 1].number) if isinstance(at, int) else fault.place or path.name
            faults.append(Fault(fault.code, fault.sentence, fault.fields, place))
        raise Faults(faults) from None
    if faults:
        raise Faults(faults)
    return spec
