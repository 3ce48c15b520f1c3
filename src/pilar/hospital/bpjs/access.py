"""What a hospital and BPJS know each other by; it stands in a file of the server (``PILAR_BPJS_FILE``), nowhere else.

``{"rsu-tangerang": {"address": "https://…/antreanrs", "cons_id": …, "secret": …, "user_key": …, "username": …,
"password": …}}``: the first four for what the hospital asks, the last two for what Mobile JKN asks the hospital.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from django.conf import settings

from pilar.hospital.rules.bpjs.signing import Keys


@dataclass(frozen=True, slots=True, repr=False)
class Access:
    """Both sides of one hospital."""

    address: str
    keys: Keys
    username: str
    password: str


def access_of(hospital: str) -> Access | None:
    """The access of a hospital; None where it is not tied to BPJS."""
    return accesses().get(hospital)


def accesses() -> dict[str, Access]:
    """Every hospital that is tied to BPJS."""
    if not settings.PILAR_BPJS_FILE:
        return {}
    path = Path(settings.PILAR_BPJS_FILE)
    return _read(path, path.stat().st_mtime_ns)


@lru_cache(maxsize=2)
def _read(path: Path, _changed: int) -> dict[str, Access]:
    return {
        hospital: Access(
            one["address"].rstrip("/"), Keys(one["cons_id"], one["secret"], one["user_key"]),
            one["username"], one["password"],
        )
        for hospital, one in json.loads(path.read_text(encoding="utf-8")).items()
    }  # fmt: skip
