"""Reports of a year that go on record: that of the first semester is sent; the account of the year (LPJ) is made by the
secretary and agreed by the council as a regulation (Perdes). Permendagri 20/2018, pasal 68 and 70."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from pilar.platform.errors import Fault
from pilar.platform.language import N_
from pilar.villagefinance.rules.oversight import SEMESTER, YEAR


class ReportAct(StrEnum):
    """Acts on the reports of a year, each once; the values stand in addresses."""

    SENT = "semester"
    MADE = "lpj"
    AGREED = "perdes"


ACT_NAMES = {
    ReportAct.SENT: N_("Report of the first semester sent"),
    ReportAct.MADE: N_("Account of the year (LPJ) made"),
    ReportAct.AGREED: N_("Account of the year (LPJ) agreed by the council as a Perdes"),
}
CLOCKS = {ReportAct.SENT: SEMESTER, ReportAct.MADE: YEAR, ReportAct.AGREED: YEAR}
"""The clock of each."""
WITHOUT_PAPER = frozenset({ReportAct.MADE})
"""Acts without a letter or regulation."""
HALF = range(1, 7)


@dataclass(frozen=True, slots=True)
class ReportFacts:
    """Facts for the check: the closed months, whether the year is closed, acts on record, and the letter or regulation
    with its day."""

    closed: Collection[int]
    year_closed: bool
    done: Collection[ReportAct]
    today: date
    paper: str = ""
    day: date | None = None


def faults(act: ReportAct, facts: ReportFacts) -> list[Fault]:
    """Return the faults that block putting it on record."""
    obstacles = []
    if act in facts.done:
        obstacles.append(Fault("on-record", N_("This is on record already")))
    if act is ReportAct.SENT and not set(HALF) <= set(facts.closed):
        obstacles.append(Fault("months-open", N_("Close the months January to June first")))
    if act is not ReportAct.SENT and not facts.year_closed:
        obstacles.append(Fault("year-open", N_("Close the books of the year first")))
    if act is ReportAct.AGREED and ReportAct.MADE not in facts.done:
        obstacles.append(Fault("not-made", N_("The secretary makes the account of the year (LPJ) first")))
    if act not in WITHOUT_PAPER and not facts.paper:
        obstacles.append(Fault("no-paper", N_("Give the number of the letter or regulation")))
    if facts.day and facts.day > facts.today:
        obstacles.append(Fault("in-future", N_("The day lies ahead")))
    return obstacles
