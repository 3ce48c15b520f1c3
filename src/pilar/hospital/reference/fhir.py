"""Definitions of FHIR R4 resources: allowed elements and codes (``data/hospital/fhir-r4.yaml``)."""

from __future__ import annotations

from functools import cache
from re import fullmatch

from pilar.hospital.rules.fhir.reading import Definitions, Element
from pilar.platform.folders import data_folder
from pilar.platform.yaml_files import load_yaml


@cache
def definitions() -> Definitions:
    """The elements of every type: those that it has of its own and those of its kind."""
    given = load_yaml((data_folder() / "hospital" / "fhir-r4.yaml").read_text(encoding="utf-8"))
    codes = {name: frozenset(those) for name, those in given["codes"].items()}
    kinds = {name: kind for kind, names in given["resources"].items() for name in names}

    def element(written: str) -> Element:
        match = fullmatch(r"([\w.]+)(!?)(\*?)(?:#([\w-]+))?", written)
        assert match, written
        return Element(match[1], bool(match[2]), bool(match[3]), codes[match[4]] if match[4] else None)

    types = {
        name: {place: element(system) for place, system in those.items()} for name, those in given["types"].items()
    }
    return Definitions({name: types[kinds.get(name, "Element")] | own for name, own in types.items()}, frozenset(kinds))
