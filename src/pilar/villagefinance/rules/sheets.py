"""Storage of an evaluation sheet: each rule with its version, its figures and its faults on that day."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import date
from decimal import Decimal
from typing import Any

from pilar.platform.errors import Fault
from pilar.platform.language import Bilingual
from pilar.villagefinance.rules.dated import Origin
from pilar.villagefinance.rules.evaluation import Check, Sheet


def kept(sheet: Sheet) -> list[dict[str, Any]]:
    """Return a sheet as JSON."""
    return [
        {
            "origin": {name: _plain(value) for name, value in asdict(check.origin).items()},
            "title": check.title if isinstance(check.title, str) else [check.title.id, check.title.en],
            "figures": {name: str(value) for name, value in check.figures.items()},
            "faults": [_fault(fault) for fault in check.faults],
            "binding": check.binding,
        }
        for check in sheet.checks
    ]


def read(stored: Iterable[Mapping[str, Any]]) -> Sheet:
    """Rebuild a sheet from its JSON."""
    return Sheet(
        tuple(
            Check(
                _origin(check["origin"]),
                check["title"] if isinstance(check["title"], str) else Bilingual(*check["title"]),
                {name: Decimal(value) for name, value in check["figures"].items()},
                tuple(_read_fault(fault) for fault in check["faults"]),
                check["binding"],
            )
            for check in stored
        )
    )


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, date) else value


def _fault(fault: Fault) -> dict[str, Any]:
    """Return a fault as JSON; a number is put in a list, so that it is read back as one."""
    fields = {name: [str(value)] if isinstance(value, Decimal) else value for name, value in fault.fields.items()}
    return {**asdict(fault), "fields": fields}


def _read_fault(stored: Mapping[str, Any]) -> Fault:
    fields = {name: Decimal(value[0]) if isinstance(value, list) else value for name, value in stored["fields"].items()}
    told = {**stored, "fields": fields}
    return Fault(**told)


def _origin(stored: Mapping[str, Any]) -> Origin:
    until = stored["until"]
    days = {"since": date.fromisoformat(stored["since"]), "until": until and date.fromisoformat(until)}
    return Origin(**{**stored, **days, "assumed": tuple(stored["assumed"])})
