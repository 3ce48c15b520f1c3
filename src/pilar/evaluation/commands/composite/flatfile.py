"""An index described by a flat table of indicators, CSV or XLSX."""

from __future__ import annotations

from pathlib import Path

from pilar.evaluation.commands.composite.weightfile import figures
from pilar.evaluation.rules.indicatorsheet import column_key
from pilar.index import composite
from pilar.index.composite.flat import spec_of
from pilar.platform.errors import Fault, Faults
from pilar.platform.language import N_
from pilar.platform.tables import inspect_table

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
