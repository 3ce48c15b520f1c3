"""Made-up answers, marks and findings of campaigns: marks are drawn by a seed, and every text says “contoh”."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from itertools import cycle

from pilar import index
from pilar.areas.queries import RegionRow
from pilar.evaluation.operations import Filled, NewFinding
from pilar.evaluation.queries.panels import Proposed
from pilar.evaluation.rules.answers import Given, leaves_below
from pilar.evaluation.rules.findings import FindingKind
from pilar.evaluation.rules.marking import CENT, levels_of
from pilar.evaluation.rules.stages import FollowUpState
from pilar.people.rules import Standing

SEED = 2026
SYNTHETIC = "Data contoh"
REGIONS, ASSESSORS, PANEL = 141, 46, 3
"""About the size of a real year (assumption); to the made-up assessors come the two of the example accounts."""


class Stage(StrEnum):
    """The stage of a region of a running campaign."""

    NOT_BEGUN = "not-begun"
    UNDER_WAY = "under-way"
    COMPLETE = "complete"
    SUBMITTED = "submitted"


PERMITS = "outcome_branding_business"
"""The indicator that counts the programmes on permits; with what stands below it begins the round of two years."""
FASTER = "Rekomendasi contoh: percepat penyelesaian izin, dan ukur lamanya setiap bulan"
ONE_OF_FOUR, ITS_MARK = (
    Given(realised=Decimal(1), planned=Decimal(4), explanation=SYNTHETIC, source=SYNTHETIC),
    Decimal(1),
)

TEXTS = {
    FindingKind.STRENGTH: "Kekuatan contoh: “{title}”",
    FindingKind.WEAKNESS: "Kelemahan contoh: “{title}”",
    FindingKind.RECOMMENDATION: "Rekomendasi contoh: perbaiki “{title}”",
}
STAGES = {Stage.NOT_BEGUN: 20, Stage.UNDER_WAY: 45, Stage.COMPLETE: 15, Stage.SUBMITTED: 20}
"""How many of a hundred regions are so far."""


@dataclass(frozen=True, slots=True)
class Share:
    """The branches that an office of the example region answers, and who answers for it."""

    office: str
    branches: tuple[str, ...]
    answers: Standing


@dataclass(frozen=True, slots=True)
class Conflict:
    """The reason for which a made-up assessor, by place, may not assess a region."""

    assessor: int
    region: str
    kind: str


@dataclass(frozen=True, slots=True)
class Followed:
    """The progress of a region with what was recommended, by the text of the recommendation."""

    region: str
    own: bool
    states: Mapping[str, FollowUpState]


@dataclass(frozen=True, slots=True)
class Drawn:
    """All that is drawn. ``past``: both phases of last year."""

    groups: Mapping[str, list[str]]
    conflicts: list[Conflict]
    past: tuple[list[Filled], list[Filled]]
    followed: list[Followed]
    running: list[Filled]
    practice: Filled


def campaigns(
    *,
    instrument: index.Instrument,
    regions: Sequence[RegionRow],
    own: str,
    shares: Sequence[Share],
    left: Sequence[str],
    coordinator: Standing,
) -> Drawn:
    """The campaigns of the demonstration. ``own`` is the example region, ``left`` the indicators that are left to
    answer, and to mark, in the practice campaign."""
    codes = chosen_regions([region.code for region in regions], own)
    draw = _Draw(instrument, codes)
    others = [code for code in codes if code != own]
    conflicts = [
        Conflict(place, draw.choice(others), kind)
        for kind, start, step in (("home", 0, 3), ("employer", 1, 12))
        for place in range(start, ASSESSORS, step)
    ]
    nodes = [leaf.code for leaf in instrument.leaves]
    past = [[draw.filled(code, nodes, 0.1 * number + 0.2, 0.1 * number) for code in codes] for number in (1, 2)]
    findings_of = {code: draw.findings(5 if code == own else 2) for code in dict.fromkeys((own, *codes[::7]))}
    findings_of[own].append(NewFinding(FindingKind.RECOMMENDATION, PERMITS, FASTER))
    past[1] = [replace(filled, findings=findings_of.get(filled.region, ())) for filled in past[1]]
    past[1] = [_behind_with_permits(filled) if filled.region == own else filled for filled in past[1]]
    followed = [Followed(code, code == own, _states(findings)) for code, findings in findings_of.items()]
    running = list(_running(draw, nodes, own, shares))
    answered = [
        leaf.code for share in shares for branch in share.branches for leaf in leaves_below(instrument, branch)
        if leaf.code not in left
    ]  # fmt: skip
    practice = draw.filled(own, answered, 0, 0, by=dict.fromkeys(answered, int(coordinator.actor.key)), handed_in=False)
    return Drawn(
        {"new": list(codes[3::4]), "regular": [code for place, code in enumerate(codes) if place % 4 != 3]},
        conflicts, (past[0], past[1]), followed, running, practice,
    )  # fmt: skip


def panels(*, proposed: Proposed) -> Mapping[str, list[int]]:
    """The panels of a proposal by region, the chair first."""
    return {panel.region: [seat.assessor.key for seat in panel.seats] for panel in proposed.proposal.panels}


def chosen_regions(codes: Sequence[str], own: str) -> tuple[str, ...]:
    """:data:`REGIONS` of the codes, spread over all of them, with ``own`` among them."""
    ordered = sorted(codes)
    count = min(REGIONS, len(ordered))
    spread = {ordered[place * len(ordered) // count] for place in range(count)}
    if own not in spread:
        spread.remove(max(code for code in spread if code < own))
        spread.add(own)
    return tuple(sorted(spread))


def draw_answer(leaf: index.Node, strength: float, draw: random.Random) -> Given:
    """An answer to an indicator; ``strength`` is about the mark that it comes to."""
    about = draw.gauss(strength, 0.8)
    if isinstance(leaf.mark, index.RatioMark):
        planned = draw.randint(4, 20)
        realised = min(max(round(planned * about / 4), 0), planned)
        return Given(realised=Decimal(realised), planned=Decimal(planned), explanation=SYNTHETIC, source=SYNTHETIC)
    return Given(mark=_nearest(leaf, about), explanation=SYNTHETIC, source=SYNTHETIC)


def draw_marks(leaf: index.Node, scale: index.Scale, strength: float, draw: random.Random) -> tuple[Decimal, ...]:
    """The marks of a panel, its chair's first: mostly alike or a level apart, seldom a case for the chair."""
    levels = levels_of(leaf, scale)
    first = draw.gauss(strength, 0.7)
    marks = [first + draw.choices((0, 1, -1, 2), weights=(70, 14, 14, 2))[0] for _seat in range(PANEL)]
    if levels is None:
        return tuple(_nearest(leaf, first + (mark - first) / 4) for mark in marks)
    return tuple(min(levels, key=lambda level: abs(float(level) - mark)) for mark in marks)


class _Draw(random.Random):
    """One seed for all; each region keeps its strength from one phase and campaign to the next."""

    def __init__(self, instrument: index.Instrument, regions: Sequence[str]) -> None:
        super().__init__(SEED)
        self.instrument, self.regions = instrument, regions
        self._strength = {region: self.uniform(1.5, 3.3) for region in regions}

    def filled(
        self,
        region: str,
        nodes: Sequence[str],
        gain: float,
        marked: float | None = None,
        *,
        by: Mapping[str, int] | None = None,
        handed_in: bool = True,
    ) -> Filled:
        """Answers of a region; with ``marked``, the gain of its marks, also those of its panel."""
        strength, marks = self._strength[region], {}
        answers = {node: draw_answer(self.instrument.node(node), strength + gain, self) for node in nodes}
        if marked is not None:
            scale = self.instrument.scale
            marks = {node: draw_marks(self.instrument.node(node), scale, strength + marked, self) for node in nodes}
        return Filled(region, answers, by or {}, marks, handed_in=handed_in)

    def findings(self, recommendations: int) -> list[NewFinding]:
        """A strength, a weakness and recommendations."""
        leaves = self.sample(self.instrument.leaves, recommendations + 2)
        kinds = [FindingKind.STRENGTH, FindingKind.WEAKNESS, *[FindingKind.RECOMMENDATION] * recommendations]
        return [
            NewFinding(kind, leaf.code, TEXTS[kind].format(title=leaf.title["id"]))
            for kind, leaf in zip(kinds, leaves, strict=True)
        ]


def _behind_with_permits(filled: Filled) -> Filled:
    """The answers and marks of the example region, with one of four programmes on permits realised."""
    answers = {node: ONE_OF_FOUR if node == PERMITS else given for node, given in filled.answers.items()}
    marks = {node: (ITS_MARK,) * PANEL if node == PERMITS else given for node, given in filled.marks.items()}
    return replace(filled, answers=answers, marks=marks)


def _states(findings: Sequence[NewFinding]) -> Mapping[str, FollowUpState]:
    """All states in turn."""
    recommended = [finding.text for finding in findings if finding.kind is FindingKind.RECOMMENDATION]
    return dict(zip(recommended, cycle(FollowUpState), strict=False))


def _running(draw: _Draw, nodes: Sequence[str], own: str, shares: Sequence[Share]) -> Iterator[Filled]:
    """Regions in all stages; the example region has answered the first half of what each office answers."""
    stages = draw.choices(list(STAGES), weights=list(STAGES.values()), k=len(draw.regions))
    for region, stage in zip(draw.regions, stages, strict=True):
        some = draw.randint(4, len(nodes) - 4)
        if region == own:
            by = {node: int(share.answers.actor.key) for share in shares for node in _half(draw.instrument, share)}
            yield draw.filled(region, list(by), 0.5, by=by, handed_in=False)
        else:
            count = {Stage.NOT_BEGUN: 0, Stage.UNDER_WAY: some}.get(stage, len(nodes))
            yield draw.filled(region, nodes[:count], 0.5, handed_in=stage is Stage.SUBMITTED)


def _half(instrument: index.Instrument, share: Share) -> list[str]:
    leaves = [leaf.code for branch in share.branches for leaf in leaves_below(instrument, branch)]
    return leaves[: len(leaves) // 2]


def _nearest(leaf: index.Node, value: float) -> Decimal:
    """The mark nearest to ``value`` that a level or a survey takes."""
    if isinstance(leaf.mark, index.LevelMark):
        return min((level.value for level in leaf.mark.levels), key=lambda level: abs(float(level) - value))
    if isinstance(leaf.mark, index.SurveyMark):
        return min(max(Decimal(value), leaf.mark.minimum), leaf.mark.maximum).quantize(CENT)
    raise TypeError(f"{leaf.code}: the demonstration has no answer to a mark of the kind {leaf.mark}")
