"""Credentials between a hospital and BPJS, kept in a file of the server (``PILAR_BPJS_FILE``) and nowhere else.

``{"rsu-tangerang": {"address": "https://…/antreanrs", "cons_id": …, "secret": …, "user_key": …, "username": …,
"password": …}}``: the first four for requests of the hospital, the last two for requests of Mobile JKN to the hospital.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from secrets import token_urlsafe

from django.conf import settings

from pilar.hospital.reference.hospitals import shipped
from pilar.hospital.rules.bpjs.signing import Keys


@dataclass(frozen=True, slots=True, repr=False)
class Access:
    """Both sides of one hospital."""

    address: str
    keys: Keys
    username: str
    password: str


def access_of(hospital: str) -> Access | None:
    """The access of a hospital; None if it is not connected to BPJS."""
    return accesses().get(hospital)


def accesses() -> dict[str, Access]:
    """Every hospital that is connected to BPJS; none without the file."""
    path = Path(settings.PILAR_BPJS_FILE)
    return _read(path, path.stat().st_mtime_ns) if path.is_file() else {}


@lru_cache(maxsize=2)
def _read(path: Path, _changed: int) -> dict[str, Access]:
    return read_accesses(path)


def read_accesses(path: Path) -> dict[str, Access]:
    """The accesses of a file."""
    return {
        hospital: Access(
            named["address"].rstrip("/"), Keys(named["cons_id"], named["secret"], named["user_key"]),
            named["username"], named["password"],
        )
        for hospital, named in json.loads(path.read_text(encoding="utf-8")).items()
    }  # fmt: skip


def write_demonstration(path: Path, address: str) -> None:
    """Give the demonstration's hospitals access to a simulator at ``address``; existing keys are kept."""
    given = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    for hospital in shipped():
        made = {name: token_urlsafe(18) for name in ("secret", "user_key", "password")}
        given[hospital.code] = {"cons_id": hospital.code, "username": "mobile-jkn", **made,
                                **given.get(hospital.code, {}), "address": address}  # fmt: skip
    path.touch(mode=0o600)
    path.write_text(json.dumps(given), encoding="utf-8")
