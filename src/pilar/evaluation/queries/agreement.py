"""Read the agreement among a phase's assessors, for the secretariat alone: only it sees their names.

Marks of regions whose panel has agreed count; others are still hidden from the panel itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from pilar import index
from pilar.evaluation.models import Phase, Seat
from pilar.evaluation.queries.cases import case_of_phase, phase_for
from pilar.evaluation.queries.instruments import tree_of
from pilar.evaluation.queries.mark_sheets import MarksState, Sheets, marks_state, sheets_of
from pilar.evaluation.queries.marking import path_to
from pilar.evaluation.queries.rows import Bilingual
from pilar.evaluation.queries.snapshots import PhaseHeader, header_of
from pilar.evaluation.rules.authority import Action, holds
from pilar.evaluation.rules.marking import leaf_of
from pilar.index.agreement import (
    Agreement,
    Alpha,
    AssessorAgreement,
    Leaning,
    MarkTable,
    Sampling,
    Verdict,
    agreement_by_assessor,
    agreement_on,
    agreement_over_all,
)
from pilar.people.rules import NotAllowed, Standing

WITHOUT = Sampling(draws=0)
"""Intervals of an ICC over panels that differ take long; they stand on the page of an indicator."""
WORST_FIRST = (Verdict.UNRELIABLE, Verdict.OPEN, Verdict.TENTATIVE, Verdict.RELIABLE)


@dataclass(frozen=True, slots=True)
class Marked:
    """The numbers of regions, assessors and marks compared, each above 0 once there is anything."""

    header: PhaseHeader
    regions: int
    assessors: int
    marks: int


@dataclass(frozen=True, slots=True)
class IndicatorAgreement:
    """One indicator; ``path`` are the nodes above it."""

    code: str
    title: Bilingual
    path: tuple[Bilingual, ...]
    agreement: Agreement


@dataclass(frozen=True, slots=True)
class PhaseAgreement:
    """Agreement over all (without intervals of the ICC) and by indicator, what cannot be relied on first."""

    marked: Marked
    over_all: Agreement | None
    indicators: tuple[IndicatorAgreement, ...]


@dataclass(frozen=True, slots=True)
class AssessorRow:
    """One assessor; ``regions`` of whose panels they were."""

    key: int
    name: str
    regions: int
    agreement: AssessorAgreement


@dataclass(frozen=True, slots=True)
class AssessorsAgreement:
    """All assessors, those who lean first."""

    marked: Marked
    rows: tuple[AssessorRow, ...]


@dataclass(frozen=True, slots=True)
class OneIndicator:
    """One indicator with all intervals; None where nobody has marked it."""

    marked: Marked
    indicator: IndicatorAgreement | None
    title: Bilingual


def phase_agreement(code: str, number: int, *, by: Standing) -> PhaseAgreement:
    """Over all and by indicator. Raises NotFound, NotAllowed."""
    phase, tree, state, sheets = _read(code, number, by)
    agreements = _by_indicator(state, sheets.indicators) if state.marks else {}
    rows = [_row(tree, node, agreement) for node, agreement in agreements.items()]
    rows.sort(key=lambda agreement: (WORST_FIRST.index(agreement.agreement.verdict), _value(agreement.agreement)))
    return PhaseAgreement(
        marked=_marked(phase, state, sheets),
        over_all=_over_all(state, sheets.indicators) if state.marks else None,
        indicators=tuple(rows),
    )


def assessors_agreement(code: str, number: int, *, by: Standing) -> AssessorsAgreement:
    """By assessor. Raises NotFound, NotAllowed."""
    phase, _tree, state, sheets = _read(code, number, by)
    agreements = _by_assessor(state, sheets.indicators) if state.marks else {}
    names = dict(
        Seat.objects.filter(participation__campaign=phase.campaign)
        .order_by()
        .values_list("assessor", "assessor__name")
        .distinct()
    )
    rows = [
        AssessorRow(
            key=int(key),
            name=names.get(int(key), f"#{key}"),  # who was unseated after marking has no seat
            regions=sheets.assessors.count(int(key)),
            agreement=agreement,
        )
        for key, agreement in agreements.items()
    ]
    rows.sort(key=lambda assessor: (not flagged(assessor.agreement), -_severity(assessor.agreement), assessor.name))
    return AssessorsAgreement(_marked(phase, state, sheets), tuple(rows))


def indicator_agreement(code: str, number: int, node: str, *, by: Standing) -> OneIndicator:
    """One indicator, intervals of the ICC too. Raises NotFound, NotAllowed, UnknownIndicator."""
    phase, tree, state, sheets = _read(code, number, by)
    title = Bilingual(**leaf_of(tree, node).title)
    agreement = _one(state, sheets.indicators, node) if state.marks else None
    return OneIndicator(
        marked=_marked(phase, state, sheets),
        indicator=None if agreement is None else _row(tree, node, agreement),
        title=title,
    )


def flagged(agreement: AssessorAgreement) -> bool:
    """Return whether an assessor is worth a look: severe, lenient, or with the same mark for everything."""
    leans = agreement.severity is not None and agreement.severity.leaning in (Leaning.SEVERE, Leaning.LENIENT)
    return leans or agreement.uniform


def _read(code: str, number: int, by: Standing) -> tuple[Phase, index.Instrument, MarksState, Sheets]:
    phase = phase_for(by, code, number)
    if not holds(by, Action.SEE_AGREEMENT, case_of_phase(phase)):
        raise NotAllowed
    tree = tree_of(phase.campaign.instrument)
    state = marks_state(phase.pk)
    return phase, tree, state, sheets_of(state, tuple(leaf.code for leaf in tree.leaves))


def _marked(phase: Phase, state: MarksState, sheets: Sheets) -> Marked:
    return Marked(header_of(phase), len(set(sheets.regions)), len(set(sheets.assessors)), state.marks)


def _row(tree: index.Instrument, node: str, agreement: Agreement) -> IndicatorAgreement:
    return IndicatorAgreement(node, Bilingual(**tree.node(node).title), path_to(tree, node)[:-1], agreement)


def _value(agreement: Agreement) -> float:
    """To sort by; without an alpha last."""
    return agreement.alpha.value if isinstance(agreement.alpha, Alpha) else 2.0


def _severity(agreement: AssessorAgreement) -> float:
    return 0.0 if agreement.severity is None else abs(agreement.severity.difference)


@lru_cache(maxsize=1)
def _table(state: MarksState, indicators: tuple[str, ...]) -> MarkTable:
    sheets = sheets_of(state, indicators)
    return MarkTable.of_sheets(sheets.regions, list(map(str, sheets.assessors)), indicators, sheets.values)


@lru_cache(maxsize=4)
def _over_all(state: MarksState, indicators: tuple[str, ...]) -> Agreement:
    return agreement_over_all(_table(state, indicators), icc=WITHOUT)


@lru_cache(maxsize=4)
def _by_indicator(state: MarksState, indicators: tuple[str, ...]) -> Mapping[str, Agreement]:
    table = _table(state, indicators)
    return {node: agreement_on(table, node, icc=WITHOUT) for node in indicators}


@lru_cache(maxsize=4)
def _by_assessor(state: MarksState, indicators: tuple[str, ...]) -> Mapping[str, AssessorAgreement]:
    return agreement_by_assessor(_table(state, indicators))


@lru_cache(maxsize=256)
def _one(state: MarksState, indicators: tuple[str, ...], node: str) -> Agreement:
    return agreement_on(_table(state, indicators), node)
