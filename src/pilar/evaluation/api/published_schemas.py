"""What the API says about published results: the shapes of its answers."""

from __future__ import annotations

from typing import Any, Literal

from ninja import Schema


class FaultOut(Schema):
    code: str
    place: str
    text: str


class Problem(Schema):
    """RFC 9457 problem; ``code`` is stable, ``title`` says what to do.

    ``outdated`` (409) brings the ``version`` and the ``stored`` values that stand there now.
    """

    type: str
    title: str
    status: int
    code: str
    faults: list[FaultOut] | None = None
    version: int | None = None
    stored: dict[str, Any] | None = None


class ProvinceOut(Schema):
    code: str
    name: str


class RegionOut(Schema):
    code: str
    name: str
    kind: Literal["regency", "city"]
    province: ProvinceOut


class InstrumentName(Schema):
    code: str
    version: str


class YearOut(Schema):
    """A year with published statements, or with ``computed`` phases whose results Pilar computed.

    ``regions`` have one or the other. ``instrument`` is null where it is not known. ``synthetic``: all of the year was
    made up for a demonstration.
    """

    year: int
    statements: int
    regions: int
    computed: int
    synthetic: bool
    instrument: InstrumentName | None


class GroupOut(Schema):
    """``size`` is the number of regions evaluated in the group, as the source states it."""

    code: str
    title_id: str
    title_en: str
    size: int | None
    source_url: str


class ResultOut(Schema):
    """What one source prints. ``conflicting``: another source prints another final for the same region and year."""

    region: RegionOut
    year: int
    phase: str
    group: GroupOut | None
    scores: dict[str, str]
    final: str | None
    improvement: str | None
    improvement_origin: Literal["", "printed", "derived"]
    rank: int | None
    rank_scope: str
    letter: str
    source_url: str
    note_id: str
    note_en: str
    conflicting: bool


class ResultPage(Schema):
    total: int
    page: int
    pages: int
    results: list[ResultOut]


class RegionInList(RegionOut):
    statements: int
    newest_year: int | None


class RegionPage(Schema):
    total: int
    page: int
    pages: int
    regions: list[RegionInList]


class RegionProfileOut(RegionOut):
    """``years`` are those with published statements, newest first."""

    years: list[int]


class InstrumentUsed(InstrumentName):
    sha256: str


class StepOut(Schema):
    """``contribution`` = ``weight`` (a share of 1) times ``score``."""

    code: str
    weight: str
    score: str
    contribution: str


class RecomputationOut(Schema):
    """Published scores through the year's instrument. ``difference`` = ``final_unrounded`` less the printed final."""

    instrument: InstrumentUsed
    steps: list[StepOut]
    final: str
    final_unrounded: str
    difference: str | None
    differs: bool


class ExplainedOut(ResultOut):
    """``obstacle`` says why there is no recomputation."""

    recomputation: RecomputationOut | None
    obstacle: Literal["only-final", "no-instrument", "incomplete", "does-not-fit"] | None


class InstrumentOut(InstrumentUsed):
    title_id: str
    title_en: str
    year: int | None
    scores_years: list[int]


class NodeOut(Schema):
    """``weight`` is per cent of its siblings; ``source`` an address, or ``assumption``."""

    code: str
    parent: str
    title_id: str
    title_en: str
    weight: str
    aggregation: str | None
    mark: str | None
    source: str


class InstrumentTreeOut(InstrumentOut):
    """``document`` is the text of the file; ``nodes`` stand parents first."""

    document: str
    nodes: list[NodeOut]
