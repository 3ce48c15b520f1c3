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
"""assumption: values beyond these are typing errors."""
COMPLAINT, LONGEST = "complaint", 300

Signs = Mapping[str, str]
"""Measurements by the names of ``SIGN_NAMES``, and the complaint; missing if not asked."""


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
    """The text that is stored, encrypted, in a row."""
    return json.dumps(dict(signs), ensure_ascii=False)


def signs_of(text: str) -> Signs:
    """Make signs from the decrypted text of a row."""
    loads: dict[str, str] = json.loads(text)
    return loads
