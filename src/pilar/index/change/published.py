"""Explain a change from published figures alone: often this year's dimensions, but only last year's final."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from pilar.index.change.explained import ChangeFaults
from pilar.index.faults import N_, Fault
from pilar.index.instrument import ASSUMPTION, ROOT, Aggregation, Instrument, MissingRule
from pilar.index.numbers import decimal_text
from pilar.index.plan import plan_for
from pilar.index.remarks import Remark

NOTHING = Fraction(0)


@dataclass(frozen=True)
class PublishedYear:
    """The printed figures of one region and year: the final, and the scores of whichever nodes are printed.

    ``final`` of the year before may be this year's final less the printed improvement.
    """

    instrument: Instrument
    final: Decimal
    nodes: Mapping[str, Decimal]


@dataclass(frozen=True)
class PublishedPart:
    """A node's own part of the change. ``part`` is ``None`` where last year's score is not printed; it lies then from
    ``lowest`` to ``highest``, since no score leaves the scale and all parts sum to the change.
    """

    code: str
    weight: Fraction
    part: Fraction | None
    lowest: Fraction
    highest: Fraction


@dataclass(frozen=True)
class PublishedChange:
    """A printed change and its parts as far as they are known; ``None`` is not known.

    ``change``: printed final less printed final before; the unrounded change differs from it by at most ``slack``.
    ``weights``, ``missing``: parts of these causes at the level of the printed nodes. ``parts``: own performance of
    each printed node, which includes all that changed below it. ``unknown``: what the nodes without a printed score
    last year changed together, to within rounding; 0 where there are none, ``None`` if it cannot be told apart.
    """

    change: Decimal
    slack: Fraction
    weights: Fraction | None
    missing: Fraction | None
    parts: tuple[PublishedPart, ...]
    unknown: Fraction | None
    remarks: tuple[Remark, ...]


def explain_published(before: PublishedYear, after: PublishedYear) -> PublishedChange:
    """Divide a printed change as far as the printed figures allow; raises :class:`ChangeFaults` for impossible ones.

    Where every printed node has the same weight in both years' finals and nothing above them can have been blank, the
    change is Σ weight·(score - score before); each term with both scores is known, and the rest together is the change
    less these. Otherwise only the change itself is known. Without printed nodes this year nothing else is known either.
    """
    faults = [*_faults(before), *_faults(after)]
    if faults:
        raise ChangeFaults(faults)
    change = after.final - before.final
    slack = _half_unit(before.instrument) + _half_unit(after.instrument)
    old, new = (_weights(year.instrument, tuple(after.nodes)) for year in (before, after))
    scales = [(year.instrument.scale.minimum, year.instrument.scale.maximum) for year in (before, after)]
    if old is None or old != new or scales[0] != scales[1]:
        remarks = (_improvement(change), _not_comparable(after, old, new))
        return PublishedChange(change, slack, None, None, (), None, remarks)
    known = {
        code: weight * Fraction(after.nodes[code] - before.nodes[code])
        for code, weight in old.items()
        if code in before.nodes
    }
    open_nodes = [code for code in old if code not in known]
    unknown = Fraction(change) - sum(known.values(), NOTHING) if open_nodes else NOTHING
    reach = {code: _reach(after, code, old[code]) for code in open_nodes}
    return PublishedChange(
        change=change,
        slack=slack,
        weights=NOTHING,
        missing=NOTHING,
        parts=tuple(_parts(old, known, reach, (unknown - slack, unknown + slack))),
        unknown=unknown,
        remarks=(
            *_remarks(change, old, known, open_nodes, unknown),
            *_assumed(before.instrument, after),
        ),
    )


def _faults(year: PublishedYear) -> Iterator[Fault]:
    """Scores that no instrument could print."""
    scale = year.instrument.scale
    for code, value in {ROOT: year.final, **year.nodes}.items():
        if code not in year.instrument.by_code:
            fields = {"node": code}
            yield Fault(
                "unknown-node", "The instrument has no node %(node)s.", fields, f"{year.instrument.code}, {code}"
            )
        elif not scale.minimum <= value <= scale.maximum:
            yield Fault(
                "out-of-scale",
                "The score of %(node)s is %(value)s; it must lie between %(minimum)s and %(maximum)s.",
                {"node": code, "value": value, "minimum": scale.minimum, "maximum": scale.maximum},
                f"{year.instrument.code}, {code}",
            )


def _half_unit(instrument: Instrument) -> Fraction:
    """Return how far a printed number may be from the unrounded one."""
    return Fraction(1, 2 * 10**instrument.decimals)


def _weights(instrument: Instrument, codes: tuple[str, ...]) -> dict[str, Fraction] | None:
    """Each node's weight in the final; ``None`` unless the final is their weighted mean and cannot have had blanks."""
    if not codes or any(code not in instrument.by_code or code == ROOT for code in codes):
        return None
    above = {name for code in codes for name in instrument.ancestors(code)}
    if above & set(codes):
        return None
    nodes = [instrument.node(name) for name in above]
    if any(node.aggregation is not Aggregation.WEIGHTED or node.missing is not MissingRule.REQUIRE for node in nodes):
        return None
    plan = plan_for(instrument, codes)
    return plan.weights() if plan.observed == 1 else None


def _reach(after: PublishedYear, code: str, weight: Fraction) -> tuple[Fraction, Fraction]:
    """The least and the most that a node can have changed, last year's score being anywhere on the scale."""
    scale, half = after.instrument.scale, _half_unit(after.instrument)
    now = Fraction(after.nodes[code])
    return weight * (now - half - Fraction(scale.maximum)), weight * (now + half - Fraction(scale.minimum))


def _parts(
    weights: Mapping[str, Fraction],
    known: Mapping[str, Fraction],
    reach: Mapping[str, tuple[Fraction, Fraction]],
    together: tuple[Fraction, Fraction],
) -> Iterator[PublishedPart]:
    """Each node's part; an unknown one lies within its own reach and within what the others' reach leaves."""
    least, most = (sum((ends[side] for ends in reach.values()), NOTHING) for side in (0, 1))
    for code, weight in weights.items():
        if code in known:
            yield PublishedPart(code, weight, known[code], known[code], known[code])
            continue
        low, high = reach[code]
        low, high = max(low, together[0] - (most - high)), min(high, together[1] - (least - low))
        yield PublishedPart(code, weight, None, low, high)


def _improvement(change: Decimal) -> Remark:
    return Remark("printed", N_("By the printed figures the final changed by %(change)s."), {"change": change})


def _not_comparable(
    after: PublishedYear, old: Mapping[str, Fraction] | None, new: Mapping[str, Fraction] | None
) -> Remark:
    if not after.nodes:
        return Remark("no-nodes", N_("No score below the final is printed, so what moved is not known."))
    if old is None or new is None:
        return Remark(
            "not-a-sum", N_("The final need not be a weighted sum of the printed scores, so what moved is not known.")
        )
    return Remark(
        "other-rules",
        N_("Weights or scale differ between the two years, so what moved is not known without all scores."),
    )


def _remarks(
    change: Decimal,
    weights: Mapping[str, Fraction],
    known: Mapping[str, Fraction],
    open_nodes: list[str],
    unknown: Fraction,
) -> Iterator[Remark]:
    yield _improvement(change)
    yield Remark(
        "same-weights",
        N_(
            "The weights of %(nodes)s are the same in both years and none of them can have been blank, so neither "
            "weights nor missing answers changed the final at this level."
        ),
        {"nodes": ", ".join(weights)},
    )
    if len(open_nodes) == 1:
        yield Remark(
            "one-derived",
            N_("The earlier score of %(nodes)s is not printed; it follows, to within rounding, from the rest."),
            {"nodes": open_nodes[0]},
        )
    elif open_nodes:
        yield Remark(
            "not-printed",
            N_(
                "The earlier scores of %(nodes)s are not printed: together they changed the final by about %(part)s, "
                "but which of them rose and which fell is not known."
            ),
            {"nodes": ", ".join(open_nodes), "part": Decimal(decimal_text(unknown))},
        )
    yield Remark(
        "below",
        N_("What changed below these scores (indicators, their weights, their rubrics) is not known."),
    )


def _assumed(before: Instrument, after: PublishedYear) -> Iterator[Remark]:
    """That equal weights and rules are themselves an assumption, where no source prints them."""
    above = {name for code in after.nodes for name in after.instrument.ancestors(code)}
    assumed = [
        instrument.code
        for instrument in (before, after.instrument)
        if any(ASSUMPTION in (node.weights_source, node.missing_source) for node in map(instrument.node, above))
    ]
    if assumed:
        yield Remark(
            "assumed",
            N_(
                "Weights or rules for blanks of %(instruments)s are not printed; that they stayed the same rests on "
                "our inference."
            ),
            {"instruments": ", ".join(assumed)},
        )
