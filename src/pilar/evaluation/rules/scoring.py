"""Rank and improvement of each region, from a scored mark sheet as a whole."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from pilar import index
from pilar.areas.rules import RegionEntry
from pilar.evaluation.rules.marksheet import MarkSheet
from pilar.evaluation.rules.scales import scale_of
from pilar.platform.errors import Faults


@dataclass(frozen=True, slots=True)
class Scored:
    """One region's result; ``rank`` and ``improvement`` are None where there is no final or no previous one."""

    region: RegionEntry
    result: index.Result
    rank: int | None
    improvement: Decimal | None


@dataclass(frozen=True, slots=True)
class Scoring:
    """The results of one file, in its order. ``comparable`` is False when the previous instrument is another one;
    ``same_scale`` is False when its scale is another one too, so that nothing is subtracted.
    """

    instrument: index.Instrument
    rows: tuple[Scored, ...]
    comparable: bool
    same_scale: bool


def rank_sheet(sheet: MarkSheet, previous: MarkSheet | None = None) -> Scoring:
    """Rank the regions of a sheet among each other and compare them with last year's finals.

    Raises Faults with everything that is wrong in both sheets.
    """
    faults = [*sheet.faults, *(previous.faults if previous else ())]
    if faults:
        raise Faults(faults)
    instrument = sheet.instrument
    same = previous is None or previous.instrument.sha256 == instrument.sha256
    alike = previous is None or scale_of(previous.instrument).ends == scale_of(instrument).ends
    results, earlier = _by_region(sheet), _by_region(previous) if previous else {}
    ranks = index.rank({region: result.final for region, result in results.items()}, ties=instrument.ties)

    def improvement(region: RegionEntry) -> Decimal | None:
        before = earlier[region].published() if alike and region in earlier else None
        return index.improvement(results[region].published(), before, same_instrument=same).value

    rows = (Scored(region, result, ranks[region], improvement(region)) for region, result in results.items())
    return Scoring(instrument, tuple(rows), comparable=same, same_scale=alike)


def _by_region(sheet: MarkSheet) -> dict[RegionEntry, index.Result]:
    """The results of a sheet without faults, in its order."""
    return {row.region: row.result for row in sheet.rows if row.region is not None and row.result is not None}
