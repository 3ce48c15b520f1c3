"""Addresses of the hospital, and pages "check before you …" sent with what they ask."""

from __future__ import annotations

import re
from typing import Any

from django.test import Client
from django.urls import reverse


def to(name: str, *args: object) -> str:
    return reverse(f"hospital:{name}", args=args)


def hidden(page: Any) -> dict[str, str]:
    """What a form sends that nobody sees."""
    return dict(re.findall(r'name="(checked|key)" value="([0-9a-f-]+)"', page.content.decode()))


def checked(client: Client, address: str, **given: object) -> Any:
    """Send a page "check before you …" with its tick and what it asks."""
    page = client.get(address)
    sent = hidden(page)
    assert "checked" in sent, page.content.decode()[-3000:]
    return client.post(address, {**sent, "agreed": "on", **given})
