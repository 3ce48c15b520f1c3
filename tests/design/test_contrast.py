"""The style sheets: contrast of the colour roles as WCAG 2.2 counts it, size, and agreement with the charts."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import pilar.design
from pilar.design import charts

STYLES = Path(pilar.design.__file__).parent / "static" / "design"
LIGHT, DARK = (STYLES / "foundation.css").read_text(encoding="utf-8").split("@media (prefers-color-scheme: dark)")[:2]
TEXT, CONTROL = 4.5, 3.0
SURFACES = ("neutral-canvas", "neutral-surface", "neutral-fill")
PAIRS = [
    *((ink, ground, TEXT) for ink in ("neutral-ink", "neutral-muted", "brand", "brand-strong") for ground in SURFACES),
    *((ink, ground, TEXT) for ink in ("positive", "caution", "negative") for ground in SURFACES),
    *((role, f"{role}-soft", TEXT) for role in ("brand", "positive", "caution", "negative")),
    *(("neutral-ink", f"{role}-soft", TEXT) for role in ("brand", "positive", "caution", "negative")),
    ("on-brand", "brand", TEXT),
    ("on-brand", "brand-strong", TEXT),
    *((line, ground, CONTROL) for line in ("neutral-control", "focus") for ground in SURFACES),
]


def _tokens(css: str) -> dict[str, str]:
    return dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", css))


def _luminance(colour: str) -> float:
    parts = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _contrast(one: str, other: str) -> float:
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("ink", "ground", "wanted"), PAIRS)
def test_contrast(scheme: str, ink: str, ground: str, wanted: float) -> None:
    tokens = _tokens(LIGHT if scheme == "light" else DARK)
    found = _contrast(tokens[ink], tokens[ground])
    assert found >= wanted, f"{ink} on {ground}, {scheme}: {found:.2f}"


def test_dark_names_every_colour_that_light_names() -> None:
    assert _tokens(DARK).keys() == _tokens(LIGHT).keys()


def test_charts_use_the_light_values_of_the_roles() -> None:
    tokens = _tokens(LIGHT)
    assert tokens["neutral-ink"] == charts.INK
    assert tokens["neutral-muted"] == charts.MUTED
    assert tokens["neutral-line"] == charts.LINE
    assert tokens["neutral-control"] == charts.CONTROL
    assert tokens["neutral-surface"] == charts.SURFACE
    assert tokens["neutral-fill"] == charts.FILL
    assert tokens["brand"] == charts.BRAND
    assert (tokens["positive"], tokens["positive-soft"]) == (charts.POSITIVE, charts.POSITIVE_SOFT)
    assert (tokens["caution"], tokens["caution-soft"]) == (charts.CAUTION, charts.CAUTION_SOFT)
    assert (tokens["negative"], tokens["negative-soft"]) == (charts.NEGATIVE, charts.NEGATIVE_SOFT)


def test_all_style_sheets_together_stay_small_and_call_no_other_address() -> None:
    sheets = [path.read_text(encoding="utf-8") for path in STYLES.glob("*.css")]
    assert sum(map(len, sheets)) < 38_000
    assert not [sheet for sheet in sheets if "url(" in sheet or "@import" in sheet]


def test_every_token_in_use_is_defined() -> None:
    css = "\n".join(path.read_text(encoding="utf-8") for path in STYLES.glob("*.css"))
    assert set(re.findall(r"var\(--([\w-]+)\)", css)) <= set(re.findall(r"--([\w-]+):", css))
