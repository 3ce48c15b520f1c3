"""A service that asks everything a service can ask, as YAML would give it, and parts of it changed."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

GIVEN: dict[str, Any] = {
    "key": "reklame",
    "name": {"id": "Izin reklame", "en": "Advertising permit"},
    "region": "36.03",
    "from_region": "Kab. Tangerang",
    "source": "https://example.org/standard",
    "status": "synthetic",
    "applicants": ["person", "business"],
    "kinds": ["new", "renewal"],
    "form": {
        "type": "object",
        "properties": {
            "size": {"type": "number", "title": "Luas (m2)", "x-title-en": "Area", "maximum": 500, "x-group": "Media"},
            "sides": {"type": "integer", "title": "Jumlah sisi", "minimum": 1, "maximum": 4},
            "zone": {"type": "string", "title": "Kawasan", "enum": ["A", "B"], "x-labels": {"A": {"id": "Utama"}}},
            "lit": {"type": "boolean", "title": "Berlampu"},
            "power": {"type": "integer", "title": "Daya", "x-show": "lit"},
            "until": {"type": "string", "format": "date", "title": "Sampai"},
            "text": {"type": "string", "title": "Isi", "maxLength": 40},
            "plot": {"type": "string", "title": "Persil", "pattern": "^[0-9]{4}$"},
        },
        "required": ["size", "sides", "zone", "power", "until"],
    },
    "requirements": [
        {"key": "ktp", "name": {"id": "KTP"}, "keeps": True},
        {"key": "letter", "name": {"id": "Surat kuasa"}, "when": "proxy"},
        {"key": "structure", "name": {"id": "Perhitungan konstruksi"}, "when": "size >= 15 and size <= 18"},
        {"key": "old", "name": {"id": "Izin lama"}, "when": "kind == 'renewal'"},
    ],
    "stages": [
        {"key": "check", "kind": "check", "name": {"id": "Periksa"}, "role": "front_office", "limit": {"days": 1}},
        {
            "key": "advice", "kind": "recommend", "name": {"id": "Rekomendasi"}, "role": "technical", "office": "dpupr",
            "limit": {"days": 3}, "after": ["check"], "returns": ["check"],
        },
        {
            "key": "visit", "kind": "visit", "name": {"id": "Tinjau"}, "role": "surveyor", "office": "dpupr",
            "limit": {"days": 2}, "after": ["check"], "when": "size > 18",
        },
        {
            "key": "levy", "kind": "levy", "name": {"id": "Retribusi"}, "role": "treasury", "limit": {"days": 1},
            "after": ["advice", "visit"],
        },
        {
            "key": "decide", "kind": "decide", "name": {"id": "Putus"}, "role": "back_office", "limit": {"days": 1},
            "after": ["levy"], "returns": ["advice"], "four_eyes": ["check"],
        },
        {
            "key": "sign", "kind": "sign", "name": {"id": "Tanda tangan"}, "role": "head", "limit": {"days": 1},
            "after": ["decide"],
        },
    ],
    "limit": {"days": 7},
    "limit_source": "synthetic",
    "leave": "worked",
    "fee": {
        "formula": "rupiah(size * sides * rate * (2 if zone == 'A' else 1)) + (power * 10 if lit else 0)",
        "inputs": {"rate": {"value": "1250.5", "source": "synthetic"}},
        "basis": "synthetic",
    },
    "validity": {"until": "until"},
    "document": {
        "title": "Izin Reklame", "opening": ["Diberikan kepada {holder}, {address}:"],
        "body": ["Reklame seluas {size} m2 di {place}."], "closing": ["Berlaku sampai {valid_until}."],
        "answers": ["size", "zone"],
    },
}  # fmt: skip
ANSWERS = {
    "kind": "new", "applicant": "person", "proxy": False, "size": "12.5", "sides": 2, "zone": "A", "lit": True,
    "power": 40, "until": "2027-12-31",
}  # fmt: skip


def given(**changed: Any) -> dict[str, Any]:
    """The definition with other top-level parts."""
    return {**deepcopy(GIVEN), **changed}


def stages(**changed: dict[str, Any]) -> list[dict[str, Any]]:
    """Its stages, those of these keys changed."""
    return [{**one, **changed.get(one["key"], {})} for one in deepcopy(GIVEN["stages"])]


def fields(**more: dict[str, Any]) -> dict[str, Any]:
    """Its form with further or other fields."""
    form = deepcopy(GIVEN["form"])
    form["properties"] |= more
    return form
