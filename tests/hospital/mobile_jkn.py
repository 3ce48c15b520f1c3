"""Mobile JKN as the tests of the services have it."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from hospital.bpjs_line import PASSWORD, REFERRAL, Line
from hospital.world import HERE, MOTHER, NIK, NOW
from pilar.hospital.reference.bpjs import contract
from pilar.hospital.rules.bpjs.messages import read

SESSION = {"kodepoli": "INT", "kodedokter": 900001, "tanggalperiksa": "2026-03-03", "jampraktek": "09:00-11:00"}
TAKE = {
    **SESSION, "nomorkartu": MOTHER.card, "nik": NIK, "nohp": "081234567890", "norm": "", "jeniskunjungan": 1,
    "nomorreferensi": REFERRAL,
}  # fmt: skip
NEW = {
    "nomorkartu": "0009876543210", "nik": "3603010101900009", "nomorkk": "3603010101900010", "nama": "Budi Contoh",
    "jeniskelamin": "L", "tanggallahir": "1990-01-01", "nohp": "081299999999", "alamat": "Jl. Contoh 1",
    "kodeprop": "36", "namaprop": "Banten", "kodedati2": "3603", "namadati2": "Kab. Tangerang", "kodekec": "360301",
    "namakec": "Balaraja", "kodekel": "3603012001", "namakel": "Contoh", "rw": "01", "rt": "02",
}  # fmt: skip
CHECK_IN = NOW + timedelta(days=1, minutes=45)
"""Tuesday, a quarter to nine."""

BODIES = {
    "status": SESSION, "take": TAKE, "left": {"kodebooking": "X"}, "new-patient": NEW,
    "give-up": {"kodebooking": "X", "keterangan": "Y"}, "check-in": {"kodebooking": "X", "waktu": 1_772_500_000_000},
    "operations": {"tanggalawal": "2026-03-01", "tanggalakhir": "2026-03-31"},
    "operations-of-patient": {"nopeserta": MOTHER.card}, "pharmacy-take": {"kodebooking": "X"},
    "pharmacy-status": {"kodebooking": "X"},
}  # fmt: skip


class Phone:
    """Mobile JKN, with a token, at a moment that the test sets."""

    def __init__(self, other: Line, monkeypatch: pytest.MonkeyPatch) -> None:
        self.other, self.client = other, Client()
        monkeypatch.setattr("django.utils.timezone.now", lambda: self.now)
        self.token, other.simulator.knows_all = "", True
        self.token = self.get("auth", PASSWORD)["response"]["token"]

    @property
    def now(self) -> datetime:
        return self.other.now

    @now.setter
    def now(self, moment: datetime) -> None:
        self.other.now = moment

    def get(self, path: str, password: str, name: str = "jkn") -> Any:
        headers = {"x-username": name, "x-password": password}
        return self.client.get(f"/rumah-sakit/bpjs/{HERE}/{path}", headers=headers).json()

    def send(self, path: str, body: Any, hospital: str = HERE, **headers: str) -> Any:
        given = {
            "x-token": self.token,
            "x-username": "jkn",
            **{name.replace("_", "-"): one for name, one in headers.items()},
        }
        content = body if isinstance(body, str) else json.dumps(body)
        return self.client.post(f"/rumah-sakit/bpjs/{hospital}/{path}", content, "application/json", headers=given)

    def ask(self, name: str, body: Any) -> Any:
        """The answer to a service, whose fields follow the contract."""
        service = contract().exposed[name]
        answer = self.send(service.path[1:], body)
        assert answer.status_code == 200
        found = answer.json()
        assert found["metadata"] == {"message": "Ok", "code": 200}, found
        if service.answer is not None:
            return read(service.answer, found["response"])
        if service.rows is not None:
            return [read(service.rows, one) for one in found["response"]["list"]]
        assert found["response"] is None
        return None

    def refused(self, name: str, body: Any) -> tuple[int, str]:
        """Code and sentence of a refusal."""
        answer = self.send(contract().exposed[name].path[1:], body)
        assert answer.status_code == 200
        found = answer.json()
        assert found["response"] is None
        assert found["metadata"]["code"] != 200
        return found["metadata"]["code"], found["metadata"]["message"]

    def take(self, **changes: Any) -> str:
        return str(self.ask("take", TAKE | changes)["kodebooking"])
