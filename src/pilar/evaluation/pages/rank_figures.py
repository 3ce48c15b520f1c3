"""The figures of an analysis as pages write them: rounded once, charts with their tables."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from pilar import index
from pilar.design import rank_charts
from pilar.design.charts import Chart
from pilar.evaluation.documents import writing
from pilar.evaluation.queries import Bilingual
from pilar.evaluation.queries.analysis import PhaseAnalysis, RegionAnalysis
from pilar.evaluation.queries.snapshots import ResultLine
from pilar.evaluation.rules.analysis import per_cent
from pilar.evaluation.rules.rank_questions import Blanks
from pilar.evaluation.rules.reports import RankInterval, RankIntervals, ranked


@dataclass(frozen=True)
class Ranks:
    """Between which ranks the one in the group lies, the two others with theirs, and what stands in brackets."""

    brackets: str
    province: str
    nation: str
    basis: str


def ranks_of(line: ResultLine, rank_intervals: RankIntervals | None) -> Ranks:
    """The ranks of a line; without brackets where nothing was worked out."""
    return Ranks(
        brackets="" if rank_intervals is None else rank_intervals.group.brackets,
        province=ranked(line.rank_in_province, rank_intervals and rank_intervals.province),
        nation=ranked(line.rank_in_nation, rank_intervals and rank_intervals.nation),
        basis="" if rank_intervals is None else in_brackets(rank_intervals.group),
    )


def in_brackets(interval: RankInterval) -> str:
    """Return what the ranks in brackets are."""
    named = {"share": writing.percent_of(interval.share), "basis": interval.basis}
    return _("In brackets: ranks in %(share)s of all draws; %(basis)s.") % named


COLUMNS = 24
"""A chart of more ranks is drawn with several ranks in a column."""
MAX_WEIGHTS = 10


@dataclass(frozen=True, slots=True)
class Moved:
    """A weight, per cent of its siblings' sum: as the instrument gives it, and as it puts a region first."""

    title: Bilingual
    given: Decimal
    share: Decimal

    @property
    def change(self) -> Decimal:
        return self.share - self.given


@dataclass(frozen=True, slots=True)
class Deciding:
    """The share of the rank's variance that a weight explains; ``title`` is None for the choice of the missing rule."""

    title: Bilingual | None
    alone: str
    together: str
    between: str


@dataclass(frozen=True, slots=True)
class BlankFigures:
    """The effect of blanks on a final. ``nodes``: indicators without a mark and the effect of each alone, if the reader
    may see them."""

    lowest: Decimal
    highest: Decimal
    gain: Decimal
    nodes: tuple[tuple[Bilingual, Decimal | None], ...]


def figure(value: float | Fraction, decimals: int) -> Decimal:
    """Rounded half up, once."""
    return index.round_published(Fraction(value), decimals)


def whole(number: int) -> str:
    """``10.000`` in Indonesian."""
    return str(number_format(number, use_l10n=True, force_grouping=True))


def intervals(analysis: PhaseAnalysis) -> Chart | None:
    """The ranks of the regions of the page, 5 to 95 per cent."""
    units = [
        rank_charts.Interval(
            rank_line.line.region.name, rank_line.rank, rank_line.lowest, rank_line.median, rank_line.highest
        )
        for rank_line in analysis.page
        if rank_line.rank is not None
    ]
    columns = (_("Regency or city"), _("Rank"), _("5 %"), _("Median"), _("95 %"))
    return rank_charts.intervals(units, columns=columns) if units else None


def ends(analysis: PhaseAnalysis) -> tuple[int, int]:
    """The best and the worst rank of the page's intervals: what its bars reach from and to."""
    ranked = [rank_line for rank_line in analysis.page if rank_line.rank is not None]
    return min((rank_line.lowest for rank_line in ranked), default=1), max((line.highest for line in ranked), default=1)


def ranks(analysis: RegionAnalysis) -> Chart | None:
    """Return how often the region takes each rank, in per cent; many ranks are taken together."""
    if not analysis.shares:
        return None
    first, last = analysis.shares[0][0], analysis.shares[-1][0]
    width = -(-(last - first + 1) // COLUMNS)
    columns: dict[str, float] = {}
    marked = ""
    by_rank = dict(analysis.shares)
    for start in range(first, last + 1, width):
        end = min(start + width - 1, last)
        label = str(start) if start == end else f"{start}–{end}"
        columns[label] = sum(by_rank.get(rank, 0.0) for rank in range(start, end + 1))
        if analysis.line.rank is not None and start <= analysis.line.rank <= end:
            marked = label
    values = {label: figure(share * 100, 1) for label, share in columns.items()}
    return rank_charts.shares(values, columns=(_("Rank"), _("Share of all draws, %")), marked=marked)


def lead(analysis: RegionAnalysis) -> Decimal | None:
    """The lead over the next, or behind the mix, in points."""
    return None if analysis.first is None or analysis.first.lead is None else figure(abs(analysis.first.lead), 3)


def moved(analysis: RegionAnalysis) -> tuple[Moved, ...]:
    """The weights that have to change to put the region first; none where the given ones do."""
    if analysis.first is None:
        return ()
    shares = analysis.first.shares
    return tuple(
        Moved(Bilingual(**child.title), figure(given * 100, 2), figure(shares[child.code] * 100, 2))
        for node in analysis.subject.instrument.nodes
        for child, given in _weighed(node)
        if child.code in shares and shares[child.code] != given
    )


def mix(analysis: RegionAnalysis) -> tuple[tuple[str, Decimal], ...]:
    """The regions that together are always above, and the part of each in per cent."""
    return tuple((name, figure(part * 100, 1)) for name, part in analysis.mix)


def deciding(analysis: RegionAnalysis) -> tuple[Deciding, ...]:
    """The weights that decide most."""
    nodes = analysis.subject.instrument.by_code
    return tuple(
        Deciding(
            title=Bilingual(**nodes[weight.node].title) if weight.node else None,
            alone=per_cent(max(weight.alone, 0.0)),
            together=per_cent(weight.together),
            between=f"{per_cent(max(weight.lowest, 0.0))} – {per_cent(weight.highest)}",
        )
        for weight in analysis.weights[:MAX_WEIGHTS]
    )


def blanks(blanks: Blanks, instrument: index.Instrument, *, nodes: bool) -> BlankFigures:
    """``nodes``: whether the reader may see which indicators are blank."""
    listed = blanks.nodes if nodes else ()
    return BlankFigures(
        lowest=figure(blanks.lowest, 2),
        highest=figure(blanks.highest, 2),
        gain=figure(blanks.gain, 3),
        nodes=tuple(
            (Bilingual(**instrument.node(blank.node).title), None if blank.gain is None else figure(blank.gain, 3))
            for blank in listed
        ),
    )


def _weighed(node: index.Node) -> Iterator[tuple[index.Node, Fraction]]:
    if node.children:
        yield from zip(node.children, node.shares, strict=True)
