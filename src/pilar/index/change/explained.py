"""Decompose the change of a final on the year before into parts that sum to it exactly."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from pilar.index.answers import Answer
from pilar.index.change.mixture import CAUSES, Cause, Mixture
from pilar.index.change.own import parts
from pilar.index.change.shapley import contexts, shapley
from pilar.index.change.sides import Side, sides
from pilar.index.faults import N_, Fault, IndexFaults
from pilar.index.instrument import ROOT, Instrument
from pilar.index.numbers import NoScore
from pilar.index.remarks import Remark
from pilar.index.scoring import Result, score

STATES = 2 ** len(CAUSES)


class ChangeFaults(IndexFaults):
    """The change of a final cannot be explained."""


@dataclass(frozen=True)
class Change:
    """The change of one region's final, unrounded, in the points of the newer scale.

    ``performance``: the part of each node that was answered in both years, at the coarser of the two years' levels.
    ``weights``, ``missing``, ``instrument``: the parts of the other causes. All parts sum to ``after`` - ``before``.
    ``rounding``: the published change less the unrounded one. ``added``, ``removed``, ``moved``: nodes of the tree;
    ``now_blank``, ``no_longer_blank``: nodes of both instruments that have an answer in one of the years only.
    """

    before: Fraction
    after: Fraction
    published_before: Decimal
    published_after: Decimal
    performance: Mapping[str, Fraction]
    weights: Fraction
    missing: Fraction
    instrument: Fraction
    added: tuple[str, ...]
    removed: tuple[str, ...]
    moved: tuple[str, ...]
    now_blank: tuple[str, ...]
    no_longer_blank: tuple[str, ...]
    remarks: tuple[Remark, ...]
    newer: Instrument

    @property
    def total(self) -> Fraction:
        return self.after - self.before

    @property
    def own(self) -> Fraction:
        """Own performance over all nodes."""
        return sum(self.performance.values(), Fraction(0))

    @property
    def published(self) -> Decimal:
        """The improvement that readers compute from the printed finals."""
        return self.published_after - self.published_before

    @property
    def rounding(self) -> Fraction:
        return Fraction(self.published) - self.total

    def below(self, code: str) -> Fraction:
        """Own performance at or below a node of the newer instrument; ``KeyError`` if it has no such node.

        The children of the root share all of it, but for nodes that only the older instrument has.
        """
        at = self.newer.node(code).code
        return sum(
            (part for origin, part in self.performance.items() if origin == at or at in self.newer.ancestors(origin)),
            Fraction(0),
        )


def explain_change(
    before: tuple[Instrument, Mapping[str, Answer | None]],
    after: tuple[Instrument, Mapping[str, Answer | None]],
    *,
    unit: str = "",
) -> Change:
    """Divide the change of a final among its causes, each year given by its instrument and its answers.

    The final is scored in all 16 states in which each cause stands as in the one year or the other, and each cause gets
    its Shapley value: the mean, over all orders of the causes, of what its coming changes. What a cause is, and what a
    state that never was takes for granted: docs/methodology.md.

    Raises ScoringFaults for answers that cannot be scored, :class:`ChangeFaults` for a year without a final.
    """
    results = score(before[0], before[1], unit=unit), score(after[0], after[1], unit=unit)
    old, new = (result.final for result in results)
    if isinstance(old, NoScore) or isinstance(new, NoScore):
        raise ChangeFaults(_no_final(results, unit))
    mixture = Mixture(sides(*results, (before[1], after[1])))
    shares = shapley(CAUSES, lambda state: mixture.scored(state).final)
    performance = _performance(mixture)
    published = [result.published() for result in results]
    assert isinstance(published[0], Decimal)
    assert isinstance(published[1], Decimal)
    return Change(
        before=old,
        after=new,
        published_before=published[0],
        published_after=published[1],
        performance=performance,
        weights=shares[Cause.WEIGHTS],
        missing=shares[Cause.MISSING],
        instrument=shares[Cause.INSTRUMENT],
        **_differences(*mixture.years),
        remarks=tuple(_remarks(mixture)),
        newer=after[0],
    )


def _no_final(results: tuple[Result, Result], unit: str) -> Iterator[Fault]:
    for result in results:
        if isinstance(result.final, NoScore):
            fields = {"instrument": result.instrument.code, "unit": unit}
            place = ", ".join(filter(None, (unit, ROOT)))
            yield Fault(
                "no-final", "There is no final under %(instrument)s, so no change can be explained.", fields, place
            )


def _performance(mixture: Mixture) -> dict[str, Fraction]:
    """Own performance of each node answered in both years: the Shapley value of the cause, node by node."""
    first, second = mixture.years
    shares = {code: Fraction(0) for code in second.marks if code in first.marks}
    for context, weight in contexts(Cause.PERFORMANCE, CAUSES):
        states = mixture.scored(context), mixture.scored(context | {Cause.PERFORMANCE})
        for code, part in parts(*states):
            if part:
                shares[code] += weight * part
    return shares


def _differences(first: Side, second: Side) -> dict[str, tuple[str, ...]]:
    """Return what the two years' trees and blanks do not share, at the cut that is compared."""
    old, new = _above(first), _above(second)
    both = [code for code in new if code in old]
    return {
        "added": tuple(code for code in new if code not in first.instrument.by_code),
        "removed": tuple(code for code in old if code not in second.instrument.by_code),
        "moved": tuple(code for code in both if first.parent(code) != second.parent(code)),
        "now_blank": tuple(c for c in first.marks if c not in second.marks and c in second.instrument.by_code),
        "no_longer_blank": tuple(c for c in second.marks if c not in first.marks and c in first.instrument.by_code),
    }


def _above(side: Side) -> list[str]:
    """All nodes but those below an answered one, in the order of the tree."""
    return [
        node.code
        for node in side.instrument.nodes
        if not any(above in side.marks for above in side.instrument.ancestors(node.code))
    ]


def _remarks(mixture: Mixture) -> Iterator[Remark]:
    scales = [side.instrument.scale for side in mixture.years]
    if len({(scale.minimum, scale.maximum) for scale in scales}) > 1:
        yield Remark(
            "scale",
            N_("The scale changed from %(old)s to %(new)s; the earlier scores keep their place between its ends."),
            {name: f"{s.minimum}–{s.maximum}" for name, s in zip(("old", "new"), scales, strict=True)},
        )
    lenient = sum(scored.lenient for scored in mixture.all())
    if lenient:
        yield Remark(
            "lenient",
            N_(
                "In %(count)s of the %(all)s states that were compared a required part has no answer; "
                "there the rest was re-weighted."
            ),
            {"count": lenient, "all": STATES},
        )
