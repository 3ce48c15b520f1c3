"""Triage questions between check-in and doctor: vital signs and the complaint. Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal

from pilar.platform.errors import Fault
from pilar.platform.language import N_

SIGN_NAMES = {
    "systolic": N_("Blood pressure, upper (mmHg)"), "diastolic": N_("Blood pressure, lower (mmHg)"),
    "pulse": N_("Pulse (per minute)"), "breaths": N_("Breaths (per minute)"),
    "temperature": N_("Temperature (°C)"), "weight": N_("Weight (kg)"),
}  # fmt: skip
LIMITS: Mapping[str, tuple[int, int]] = {
    "systolic": (40, 300), "diastolic": (20, 200), "pulse": (20, 250), "breaths": (4, 80), "temperature": (30, 45),
    "weight": (1, 350),
}  # fmt: skip
"""assumption: beyond these it is a slip of the pen."""
COMPLAINT, LONGEST = "complaint", 300

Signs = Mapping[str, str]
"""What was measured, by the names of ``SIGN_NAMES``, and the complaint; what was not asked is missing."""


def faults(signs: Signs) -> tuple[Fault, ...]:
    """Find what is wrong with the signs, each at its field."""
    faults = [
        Fault("sign", N_("Enter a number from %(least)s to %(most)s"), {"least": least, "most": most}, name)
        for name, (least, most) in LIMITS.items()
        if name in signs and not least <= Decimal(signs[name]) <= most
    ]
    if not signs:
        faults.append(Fault("required", N_("Enter what was asked or measured"), {}, COMPLAINT))
    return tuple(faults)


def text_of(signs: Signs) -> str:
    """As a row keeps it, encrypted."""
    return json.dumps(dict(signs), ensure_ascii=False)


def signs_of(text: str) -> Signs:
    """Make signs of the text that a row keeps, once it is opened."""
    loads: dict[str, str] = json.loads(text)
    return loads
