"""Do the assessors agree: per indicator, over all, and each assessor, with what the numbers mean."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

import numpy as np

from pilar.index.agreement.alpha import Alpha, ordinal_alpha
from pilar.index.agreement.icc import IntraclassCorrelation, intraclass_correlation
from pilar.index.agreement.intervals import USUAL, Floats, Interval, NoCoefficient, NoInterval, Sampling
from pilar.index.agreement.severity import ALIKE_FROM, NOTABLE, Severity, severities
from pilar.index.faults import N_, Fault, IndexFaults, Said

RELIABLE, TENTATIVE = 0.8, 0.667
UNIFORM_FROM = 10
"""An assessor with at least so many marks, all the same, is told. An assumption of ours."""


NO_RESAMPLES = Sampling(draws=0)


class AgreementFaults(IndexFaults):
    """The marks cannot be compared."""


class Verdict(Said):
    """The meaning of alpha, by the limits that K. Krippendorff gives in Content Analysis (2004): rely on marks from
    0.800 up, draw tentative conclusions from 0.667 up. The whole interval must be above a limit; without one the value
    must.
    """

    RELIABLE = N_("The assessors agree well: these marks can be relied on.")
    TENTATIVE = N_("The assessors agree moderately: enough for tentative conclusions.")
    UNRELIABLE = N_(
        "The assessors disagree: these marks should not be relied on before the panel has talked about them."
    )
    OPEN = N_("There are too few marks, or too close to the limit, to tell whether these marks can be relied on.")


def verdict(alpha: Alpha | NoCoefficient) -> Verdict:
    """Return what an alpha says; agreement in equal marks alone says nothing of whether differences would be seen.

    Without an interval the value itself counts only where none was asked for, or where many items agree perfectly.
    """
    if isinstance(alpha, NoCoefficient):
        return Verdict.OPEN
    perfect = alpha.interval is NoInterval.PERFECT and alpha.items >= ALIKE_FROM
    if isinstance(alpha.interval, Interval):
        lower, upper = alpha.interval.lower, alpha.interval.upper
    elif perfect or alpha.interval is NoInterval.NOT_ASKED:
        lower = upper = alpha.value
    else:
        return Verdict.OPEN
    if lower >= RELIABLE:
        return Verdict.RELIABLE
    if lower >= TENTATIVE:
        return Verdict.TENTATIVE
    return Verdict.UNRELIABLE if upper < TENTATIVE else Verdict.OPEN


@dataclass(frozen=True)
class PanelMark:
    """One assessor's mark of one indicator of one region."""

    region: str
    indicator: str
    assessor: str
    value: Decimal


@dataclass(frozen=True)
class Agreement:
    """Agreement on one indicator, or on all marks together."""

    alpha: Alpha | NoCoefficient
    icc: IntraclassCorrelation | NoCoefficient
    verdict: Verdict


@dataclass(frozen=True)
class AssessorAgreement:
    """One assessor. ``severity`` is ``None`` if nobody else marked the same items.

    ``alpha_with``, ``alpha_without``: alpha of the items that this assessor marked, with these marks and without; well
    above, this assessor is the one who differs. ``uniform``: all of many marks are the same.
    """

    severity: Severity | None
    alpha_with: Alpha | NoCoefficient
    alpha_without: Alpha | NoCoefficient
    marks: int
    uniform: bool


@dataclass(frozen=True)
class AgreementReport:
    """``over_all`` takes each indicator of each region as an item, so that it also counts how indicators differ."""

    over_all: Agreement
    indicators: Mapping[str, Agreement]
    assessors: Mapping[str, AssessorAgreement]


def assess_agreement(
    marks: Sequence[PanelMark],
    *,
    sampling: Sampling = USUAL,
    notable: float = NOTABLE,
) -> AgreementReport:
    """Agreement in ``marks``, given in any order; not every assessor need have marked everything.

    Intervals resample whole regions from a seed, so the same marks give the same report. Raises
    :class:`AgreementFaults` for marks that are no finite numbers and for two marks of one assessor for one item.
    """
    faults = list(_faults(marks))
    if faults:
        raise AgreementFaults(faults)
    table = MarkTable.of(marks)
    return AgreementReport(
        over_all=agreement_over_all(table, sampling=sampling),
        indicators={name: agreement_on(table, name, sampling=sampling) for name in table.indicator_names},
        assessors=agreement_by_assessor(table, confidence=sampling.confidence, notable=notable),
    )


def agreement_over_all(table: MarkTable, *, sampling: Sampling = USUAL, icc: Sampling | None = None) -> Agreement:
    """Agreement in all marks together; ``icc``: how intervals of the ICC are made, if otherwise than alpha's.

    Resampling an ICC of many assessors with gaps solves equations again in each resample: it is what takes time.
    """
    return _agreement(table.ratings, table.regions, sampling, icc or sampling)


def agreement_on(
    table: MarkTable, indicator: str, *, sampling: Sampling = USUAL, icc: Sampling | None = None
) -> Agreement:
    """Agreement on one indicator; ``icc`` as above. ``ValueError`` for an indicator that the table does not have."""
    place = table.indicator_names.index(indicator)
    return _agreement(table.ratings[table.indicators == place], None, sampling, icc or sampling)


def agreement_by_assessor(
    table: MarkTable, *, confidence: float = USUAL.confidence, notable: float = NOTABLE
) -> dict[str, AssessorAgreement]:
    """Each assessor compared with the others."""
    return dict(_assessors(table, confidence, notable))


def _agreement(ratings: Floats, clusters: np.ndarray | None, sampling: Sampling, icc: Sampling) -> Agreement:
    alpha = ordinal_alpha(ratings, clusters=clusters, sampling=sampling)
    return Agreement(alpha, intraclass_correlation(ratings, clusters=clusters, sampling=icc), verdict(alpha))


@dataclass(frozen=True, eq=False)
class MarkTable:
    """``ratings``: (items, assessors), an item being an indicator of a region; both as numbers next to it."""

    ratings: Floats
    regions: np.ndarray
    indicators: np.ndarray
    indicator_names: tuple[str, ...]
    assessor_names: tuple[str, ...]

    @classmethod
    def of(cls, marks: Sequence[PanelMark]) -> MarkTable:
        """The table of marks, each of another item or assessor."""
        items = sorted({(panel_mark.indicator, panel_mark.region) for panel_mark in marks})
        assessors = sorted({panel_mark.assessor for panel_mark in marks})
        indicators, regions = _numbered(item[0] for item in items), _numbered(item[1] for item in items)
        rows, columns = {item: place for place, item in enumerate(items)}, _numbered(assessors)
        ratings = np.full((len(items), len(assessors)), np.nan)
        for mark in marks:
            ratings[rows[mark.indicator, mark.region], columns[mark.assessor]] = float(mark.value)
        return cls(
            ratings,
            np.array([regions[region] for _, region in items], dtype=np.int64),
            np.array([indicators[indicator] for indicator, _ in items], dtype=np.int64),
            tuple(indicators),
            tuple(assessors),
        )

    @classmethod
    def of_sheets(
        cls, regions: Sequence[str], assessors: Sequence[str], indicators: Sequence[str], values: Floats
    ) -> MarkTable:
        """The table of whole sheets: row i of ``values``, (sheets, indicators), is what assessor i gave region i.

        NaN where there is no mark. ``ValueError`` if an assessor has two sheets of one region, or for another shape.
        """
        sheets = list(zip(regions, assessors, strict=True))
        if len(set(sheets)) < len(sheets) or values.shape != (len(sheets), len(indicators)):
            raise ValueError(f"values have the shape {values.shape}, or an assessor has two sheets of one region")
        places, columns = _numbered(regions), _numbered(assessors)
        rows = np.array([places[region] for region in regions], dtype=np.int64)
        ratings = np.full((len(indicators), len(places), len(columns)), np.nan)
        ratings[:, rows, [columns[assessor] for assessor in assessors]] = values.T
        return cls(
            ratings.reshape(-1, len(columns)),
            np.tile(np.arange(len(places)), len(indicators)),
            np.repeat(np.arange(len(indicators)), len(places)),
            tuple(indicators),
            tuple(columns),
        )


def _numbered(names: Iterable[str]) -> dict[str, int]:
    return {name: place for place, name in enumerate(sorted(set(names)))}


def _assessors(table: MarkTable, confidence: float, notable: float) -> Iterator[tuple[str, AssessorAgreement]]:
    estimates = severities(table.ratings, clusters=table.regions, confidence=confidence, notable=notable)
    for place, name in enumerate(table.assessor_names):
        items = table.ratings[np.isfinite(table.ratings[:, place])]
        met = np.flatnonzero(np.isfinite(items).any(axis=0))  # few of many
        own, without = items[:, place], items[:, met[met != place]]
        yield (
            name,
            AssessorAgreement(
                severity=estimates[place],
                alpha_with=ordinal_alpha(items[:, met], sampling=NO_RESAMPLES),
                alpha_without=ordinal_alpha(without, sampling=NO_RESAMPLES),
                marks=len(own),
                uniform=bool(len(own) >= UNIFORM_FROM and np.ptp(own) == 0),
            ),
        )


def _faults(marks: Sequence[PanelMark]) -> Iterator[Fault]:
    seen: set[tuple[str, str, str]] = set()
    for panel_mark in marks:
        place = f"{panel_mark.region}, {panel_mark.indicator}, {panel_mark.assessor}"
        if not panel_mark.value.is_finite():
            yield Fault("not-a-number", "A mark must be a number.", {}, place)
        key = panel_mark.region, panel_mark.indicator, panel_mark.assessor
        if key in seen:
            yield Fault("marked-twice", "This assessor marked this indicator twice.", {}, place)
        seen.add(key)
