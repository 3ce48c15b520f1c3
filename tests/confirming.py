"""How a test goes through the page "check before you …": look, tick, act."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from django.http import HttpResponse
from django.test import Client

SEEN = re.compile(r'name="checked" value="([0-9a-f]+)"')


def seen(client: Client, address: str, **more: Any) -> str:
    """The sign of what the page tells now; empty where it offers nothing to do."""
    found = SEEN.search(client.get(address, **more).content.decode())
    return found[1] if found else ""


def confirmed(client: Client, address: str, given: Mapping[str, Any] | None = None, **more: Any) -> HttpResponse:
    """What a reader does who looks at the page, ticks the box and presses the button."""
    looked = {key: value for key, value in more.items() if key != "follow"}
    shown = {"checked": seen(client, address, **looked), "agreed": "on"}
    return client.post(address, {**shown, **(given or {})}, **more)  # type: ignore[return-value]
