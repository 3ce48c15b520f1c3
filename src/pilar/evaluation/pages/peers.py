"""A region compared with its peers: open to everybody."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from pilar import index
from pilar.areas.rules import FIGURE_NAMES, FigureKind
from pilar.evaluation.conditional import figured
from pilar.evaluation.pages.rank_figures import whole
from pilar.evaluation.queries import PUBLIC
from pilar.evaluation.queries import peers as reads
from pilar.evaluation.queries.peers import Peers
from pilar.evaluation.rules.analysis import SEED, USUAL
from pilar.evaluation.rules.peers import COUNTS, TRAIT_NAMES, Basis
from pilar.index.peers import Attempt, Trait
from pilar.platform.language import translate


@figured
def peers(request: HttpRequest, code: str, number: int, region: str, version: int | None = None) -> HttpResponse:
    """The peers of a region in a published version, and what they share."""
    basis, count = _asked(request)
    peers = reads.peers(code, number, region, scope=PUBLIC, version=version, basis=basis, count=count)
    median = _printed(peers, peers.comparison.median)
    context = {
        "found": peers,
        "header": peers.phase.header,
        "snapshot": peers.snapshot,
        "line": peers.line,
        "shared": _names(peers.group.shared) or _("nothing but the evaluation"),
        "dropped": [_dropped(attempt) for attempt in peers.group.dropped],
        "median": median,
        # Readers subtract the two printed numbers.
        "difference": None if median is None or peers.line.final is None else peers.line.final - median,
        "by": ", ".join(translate(FIGURE_NAMES[kind]) for kind in peers.chosen.by),
        "unknown": peers.chosen.unknown and translate(FIGURE_NAMES[peers.chosen.unknown]),
        "basis": basis.value,
        "count": str(count),
        "bases": _bases(),
        "counts": [(str(count), str(count)) for count in COUNTS],
        "by_size": Trait.SIZE in peers.group.shared
        or any(Trait.SIZE in attempt.traits for attempt in peers.group.dropped),
        "spread": USUAL.spread,
        "draws": whole(USUAL.draws),
        "seed": SEED,
    }
    return render(request, "evaluation/peers.html", context)


def _asked(request: HttpRequest) -> tuple[Basis, int]:
    """Return the basis and number of peers that the reader asks for; defaults replace unknown values."""
    basis, count = request.GET.get("alike", ""), request.GET.get("count", "")
    known = basis in set(Basis)
    return Basis(basis) if known else Basis.USUAL, int(count) if count in map(str, COUNTS) else COUNTS[1]


def _bases() -> list[tuple[str, str]]:
    named = [(kind.value, translate(FIGURE_NAMES[kind])) for kind in FigureKind]
    traits = (Basis.TRAITS.value, _names(tuple(Trait)))
    return [(Basis.USUAL.value, _("All figures that are known of it and of enough others")), *named, traits]


def _names(traits: tuple[Trait, ...]) -> str:
    return ", ".join(translate(TRAIT_NAMES[trait]) for trait in traits)


def _dropped(attempt: Attempt) -> str:
    """Return what was tried before and why it was not used."""
    named = {"traits": _names(attempt.traits), "reason": translate(attempt.reason.sentence)}
    if attempt.count is None:
        return _("%(traits)s: %(reason)s") % named
    sentence = ngettext(
        "%(traits)s: %(count)s other region. %(reason)s",
        "%(traits)s: %(count)s other regions. %(reason)s",
        attempt.count,
    )
    return sentence % {**named, "count": attempt.count}


def _printed(peers: Peers, value: Fraction | None) -> Decimal | None:
    return None if value is None else index.round_published(value, peers.decimals)
