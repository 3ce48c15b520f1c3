"""Addresses of before lead to where the page stands now."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import resolve


@pytest.mark.parametrize(
    ("before", "now"),
    [
        ("/kerja/kampanye/", "/kerja/periode/"),
        ("/kerja/kampanye-baru/", "/kerja/periode-baru/"),
        ("/en/kerja/kampanye/x-2026/fase/1/jadwal/", "/en/kerja/periode/x-2026/tahap/1/jadwal/"),
        ("/kerja/kampanye/x-2026/hasil/1/versi/2/?draws=10", "/kerja/periode/x-2026/hasil/1/versi/2/?draws=10"),
        ("/kerja/kampanye/fase/panel/", "/kerja/periode/fase/panel/"),
        ("/kerja/kampanye/x-2026/hasil/1/versi/2/buku-kerja.xlsx", "/kerja/periode/x-2026/hasil/1/versi/2/hasil.xlsx"),
        ("/kerja/periode/x-2026/hasil/1/versi/2/buku-kerja.xlsx", "/kerja/periode/x-2026/hasil/1/versi/2/hasil.xlsx"),
    ],
)  # fmt: skip
def test_old_addresses_lead_on_for_good(before: str, now: str) -> None:
    client = Client()
    answer = client.get(before)
    assert (answer.status_code, answer["Location"]) == (301, now)
    assert client.post(before).status_code in {403, 405}
    resolve(now.partition("?")[0])
