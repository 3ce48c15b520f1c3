"""Ready to submit? What keeps a self-assessment from being submitted, and what its coordinator should look at before.

Errors block; warnings and hints do not. Which is which is our default (assumption): no published rule says.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from types import MappingProxyType

from pilar import index
from pilar.evaluation.rules.answers import NOTHING, Given, derived_mark, faults_of, trimmed
from pilar.evaluation.rules.plan_figures import NOTHING_BESIDE, Beside
from pilar.evaluation.rules.plan_words import origin, said
from pilar.platform.errors import Fault
from pilar.platform.language import N_

DIFFERS_FROM_PLAN, DIFFERS_FROM_SURVEY = "differs-from-plan", "differs-from-survey"
TO_EXPLAIN = frozenset({DIFFERS_FROM_PLAN, DIFFERS_FROM_SURVEY})
NOT_CONFIRMED = N_("The secretariat filled this in from a file: confirm or change it first")
FAR_ABOVE = 2
"""Times what was planned from which on a reader will doubt that much was realised (our assumption)."""
BIG_JUMP = 2
"""Levels up or down since last year that a reader will ask about."""


class Severity(StrEnum):
    ERROR = "error"
    WARNING = "warning"
    HINT = "hint"


SEVERITIES = {
    Severity.ERROR: N_("To be mended before submission"),
    Severity.WARNING: N_("Weakens the assessment"),
    Severity.HINT: N_("Worth a look"),
}


@dataclass(frozen=True, slots=True)
class Attached:
    """The numbers of pieces of evidence of an answer, by the decision about their newest version."""

    pieces: int = 0
    unverified: int = 0
    returned: int = 0
    infected: int = 0


NO_EVIDENCE = Attached()


@dataclass(frozen=True, slots=True)
class Remark:
    """Something about one indicator (``node``)."""

    severity: Severity
    node: str
    fault: Fault

    @property
    def text(self) -> str:
        """The sentence in the reader's language."""
        return self.fault.text()


@dataclass(frozen=True, slots=True)
class Readiness:
    """All remarks, in the order of the instrument."""

    remarks: tuple[Remark, ...]

    def of(self, severity: Severity) -> tuple[Remark, ...]:
        return tuple(remark for remark in self.remarks if remark.severity is severity)

    @property
    def errors(self) -> tuple[Remark, ...]:
        return self.of(Severity.ERROR)

    @property
    def is_ready(self) -> bool:
        return not self.errors


def readiness(
    instrument: index.Instrument,
    answers: Mapping[str, Given],
    attached: Mapping[str, Attached],
    previous: Mapping[str, Decimal],
    beside: Mapping[str, Beside] = MappingProxyType({}),
) -> Readiness:
    """Look at every leaf: its answer, its evidence, the mark that last year's panel agreed on, and what the master plan
    or the survey says (by leaf code)."""
    return Readiness(
        tuple(
            remark
            for leaf in instrument.leaves
            for remark in remarks_on(
                instrument,
                leaf,
                answers.get(leaf.code, NOTHING),
                attached.get(leaf.code, NO_EVIDENCE),
                previous.get(leaf.code),
                beside=beside.get(leaf.code, NOTHING_BESIDE),
            )
        )
    )


def remarks_on(
    instrument: index.Instrument,
    leaf: index.Node,
    given: Given,
    attached: Attached,
    previous: Decimal | None,
    *,
    beside: Beside = NOTHING_BESIDE,
) -> Iterator[Remark]:
    """Yield what there is to say about one indicator."""

    def say(severity: Severity, code: str, sentence: str, **fields: object) -> Remark:
        return Remark(severity, leaf.code, Fault(code, sentence, fields))

    if not given.is_answered:
        yield say(Severity.ERROR, "unanswered", N_("There is no answer yet"))
        return
    for fault in faults_of(instrument, leaf, given):
        yield Remark(Severity.ERROR, leaf.code, Fault(fault.code, fault.sentence, fault.fields))
    if given.not_applicable:
        if not given.explanation:
            yield say(Severity.ERROR, "no-reason", N_("“Not applicable” needs an explanation"))
        return
    for severity, fault in (*_of_figures(given, beside), *_of_survey(beside)):
        yield Remark(severity, leaf.code, fault)
    mark = derived_mark(instrument, leaf, given)
    if mark is not None:
        if not attached.pieces and mark > instrument.scale.minimum:
            yield say(Severity.WARNING, "no-evidence", N_("There is a mark but no evidence"))
        if previous is not None and abs(mark - Fraction(previous)) >= BIG_JUMP:
            sentence = N_("The mark is %(now)s; last year the panel agreed on %(before)s. Explain what has changed")
            yield say(
                Severity.HINT, "big-jump", sentence, now=Decimal(index.decimal_text(mark)), before=trimmed(previous)
            )
    for fault in (*_doubts(given), *_of_evidence(attached)):
        yield Remark(Severity.WARNING, leaf.code, fault)
    if not given.explanation:
        yield say(Severity.HINT, "no-explanation", N_("There is no explanation"))


def _of_evidence(attached: Attached) -> Iterator[Fault]:
    """Yield what weakens the evidence."""
    if attached.infected:
        yield Fault("infected", N_("A virus was found in a file, so nobody can open it"))
    if attached.returned:
        yield Fault("returned", N_("The verifier has returned evidence, and no newer version was added"))
    if attached.unverified:
        yield Fault("unverified", N_("Evidence is not verified yet"))


def _of_figures(given: Given, beside: Beside) -> Iterator[tuple[Severity, Fault]]:
    """Return how the answer stands to the master plan or the survey."""
    held = beside.to_explain(given)
    if held is not None and not given.explanation:
        if held.surveyed is None:
            code, sentence = (
                DIFFERS_FROM_PLAN,
                N_("The answer differs from the master plan, which says: %(said)s. Explain why"),
            )
        else:
            code, sentence = (
                DIFFERS_FROM_SURVEY,
                N_("The answer differs from the survey, which says: %(said)s. Explain why"),
            )
        yield Severity.ERROR, Fault(code, sentence, {"said": said(held)})
    if beside.changed and beside.now is not None:
        counted = beside.now.counted
        if counted.surveyed is None:
            sentence = N_("The master plan has changed since its figures were taken; now it says: %(said)s")
            yield Severity.WARNING, Fault("plan-changed", sentence, {"said": said(counted)})
        else:
            sentence = N_("The survey says otherwise since its figures were taken; now: %(said)s, %(origin)s")
            fields = {"said": said(counted), "origin": origin(counted)}
            yield Severity.WARNING, Fault("survey-changed", sentence, fields)


def _of_survey(beside: Beside) -> Iterator[tuple[Severity, Fault]]:
    """Yield what weakens the survey that stands next to the answer."""
    surveyed = beside.now.counted.surveyed if beside.now is not None else None
    if surveyed is None:
        return
    if not surveyed.stated_on:
        sentence = N_("The head of region has not stated that the survey “%(title)s” is valid")
        yield Severity.WARNING, Fault("survey-not-stated", sentence, {"title": surveyed.title})
    if surveyed.missed:
        sentence = N_("Fewer people than wanted answered for: %(programmes)s")
        yield (
            Severity.WARNING,
            Fault("quota-missed", sentence, {"programmes": ", ".join(p.title for p in surveyed.missed)}),
        )


def _doubts(given: Given) -> Iterator[Fault]:
    """Yield what a reader will doubt about the figures of an answer."""
    if given.realised is not None and given.planned and given.realised > FAR_ABOVE * given.planned:
        sentence = N_("More than %(times)s times what was planned was realised: check the figures")
        yield Fault("far-above-plan", sentence, {"times": FAR_ABOVE})
    if given.mark is None and not given.source:
        yield Fault("no-source", N_("The figure has no source"))
