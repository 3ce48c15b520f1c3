"""Result sheets among signed documents."""

from __future__ import annotations

from pilar.evaluation.rules.sealing import subject_of

SHEET = "evaluation.sheet"
"""Their kind."""


def sheet_key(campaign: str, phase: int, version: int, region: str) -> str:
    """The key of a sheet: ``evaluation-2026/2/v1/36.03``."""
    return f"{subject_of(campaign, phase, version)}/{region}"


def sheet_of(key: str) -> tuple[str, int, int, str]:
    """Campaign, phase, version and region of a key."""
    campaign, phase, version, region = key.rsplit("/", 3)
    return campaign, int(phase), int(version.removeprefix("v")), region
