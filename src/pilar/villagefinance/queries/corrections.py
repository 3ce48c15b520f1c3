"""What was corrected on record, the last correction first, of whoever may read what it is about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from pilar.platform.language import translate
from pilar.villagefinance.models import Correction
from pilar.villagefinance.rules.auditing import FLAG_NAMES, FlagState


@dataclass(frozen=True, slots=True)
class CorrectionRow:
    """A correction: what stood there before, what is right, who said so and why."""

    about: str
    before: Mapping[str, Any]
    after: Mapping[str, Any]
    reason: str
    by: str
    at: datetime

    @property
    def paper(self) -> str:
        """The right number of a paper."""
        return str(self.after["paper"])

    @property
    def day(self) -> date:
        return date.fromisoformat(self.after["day"])

    @property
    def verdict_before(self) -> str:
        return translate(FLAG_NAMES[FlagState(self.before["state"])])


def about_flag(year: int, number: int) -> str:
    return f"flag/{year}/{number}"


def about_report(year: int, act: str) -> str:
    return f"report/{year}/{act}"


def about_step(year: int, version: int, step: int) -> str:
    return f"step/{year}/{version}/{step}"


def corrections(village: str, about: str, *, below: bool = False) -> tuple[CorrectionRow, ...]:
    """The corrections of something, or of all ``below`` it. One query."""
    which = {"about__startswith": f"{about}/"} if below else {"about": about}
    rows = Correction.objects.filter(region=village[:5], village=village, **which).order_by("-no")
    return tuple(CorrectionRow(one.about, one.before, one.after, one.reason, one.by, one.at) for one in rows)
