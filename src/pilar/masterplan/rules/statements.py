"""The parts of a plan outside its programmes, and the bodies that carry it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from pilar.masterplan.rules.content import MAX_TEXT
from pilar.masterplan.rules.framework import Framework
from pilar.platform.errors import Fault
from pilar.platform.language import N_


class StatementPart(StrEnum):
    """Parts that a statement can belong to, in the order of the books."""

    RPJMD = "rpjmd"
    READINESS = "readiness"
    STRENGTH = "strength"
    WEAKNESS = "weakness"
    OPPORTUNITY = "opportunity"
    THREAT = "threat"
    GAP = "gap"
    VISION = "vision"
    MISSION = "mission"
    STRATEGY = "strategy"


PART_NAMES = {
    StatementPart.RPJMD: N_("Link to the medium-term plan (RPJMD)"),
    StatementPart.READINESS: N_("Readiness"),
    StatementPart.STRENGTH: N_("Strengths"),
    StatementPart.WEAKNESS: N_("Weaknesses"),
    StatementPart.OPPORTUNITY: N_("Opportunities"),
    StatementPart.THREAT: N_("Threats"),
    StatementPart.GAP: N_("Gaps"),
    StatementPart.VISION: N_("Vision"),
    StatementPart.MISSION: N_("Missions"),
    StatementPart.STRATEGY: N_("Strategies"),
}
SWOT = (StatementPart.STRENGTH, StatementPart.WEAKNESS, StatementPart.OPPORTUNITY, StatementPart.THREAT)
MAX_STATEMENTS = 60
"""The most statements of one part."""


class BodyKind(StrEnum):
    COUNCIL = "council"
    TEAM = "team"
    FORUM = "forum"


BODY_NAMES = {
    BodyKind.COUNCIL: N_("Smart-city council (Dewan)"),
    BodyKind.TEAM: N_("Executing team (Tim Pelaksana)"),
    BodyKind.FORUM: N_("Forum"),
}


@dataclass(frozen=True, slots=True)
class Stated:
    """The input for a statement: ``key`` names a cell of the readiness grid, or the pillar of a strategy."""

    text: str
    key: str = ""
    level: int | None = None
    source: str = ""


def fingerprint(stated: Iterable[Stated]) -> str:
    """Return a checksum of a part's text, so that nobody overwrites a change they have not seen."""
    rows = [[row.text, row.key, row.level, row.source] for row in stated]
    return hashlib.sha256(json.dumps(rows, ensure_ascii=False).encode()).hexdigest()[:32]


def faults_of_part(part: StatementPart, given: Sequence[Stated], framework: Framework) -> list[Fault]:
    """Return the faults of a part's statements; rows are counted from 0: ``2.text``."""
    return list(_faults(part, given, framework))


def _faults(part: StatementPart, given: Sequence[Stated], framework: Framework) -> Iterator[Fault]:
    if len(given) > MAX_STATEMENTS:
        yield Fault("too-many-rows", N_("At most %(most)s rows"), {"most": MAX_STATEMENTS})
    if part is StatementPart.VISION and len(given) > 1:
        yield Fault("one-vision", N_("A plan has one vision"), {}, "1.text")
    known = {
        StatementPart.READINESS: {named.code for named in framework.readiness.parts()},
        StatementPart.STRATEGY: {"", *(entry.code for entry in framework.pillars.entries)},
    }.get(part, {""})
    for row, stated in enumerate(given):
        if not stated.text.strip():
            yield Fault("no-text", N_("Write the text, or remove the row"), {}, f"{row}.text")
        for name in ("text", "source"):
            if len(getattr(stated, name)) > MAX_TEXT:
                yield Fault("too-long", N_("At most %(most)s characters"), {"most": MAX_TEXT}, f"{row}.{name}")
        if stated.key not in known:
            yield Fault("unknown-key", N_("Choose one of the list"), {}, f"{row}.key")
        if stated.level is not None and (
            part is not StatementPart.READINESS or stated.level not in framework.readiness_levels
        ):
            levels = framework.readiness_levels
            fields = {"lowest": levels[0], "highest": levels[-1]}
            sentence = N_("A mark is a whole number from %(lowest)s to %(highest)s")
            yield Fault("mark-outside", sentence, fields, f"{row}.level")
