"""A region beside its peers: open to everybody."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from pilar import index
from pilar.evaluation.conditional import public
from pilar.evaluation.pages.rank_figures import whole
from pilar.evaluation.queries import PUBLIC
from pilar.evaluation.queries import peers as reads
from pilar.evaluation.queries.peers import Peers
from pilar.evaluation.rules.analysis import SEED
from pilar.evaluation.rules.intervals import USUAL
from pilar.evaluation.rules.peers import TRAIT_NAMES
from pilar.index.peers import Attempt, Trait
from pilar.platform.language import translate


@public
def peers(request: HttpRequest, code: str, number: int, region: str, version: int | None = None) -> HttpResponse:
    """The peers of a region in a published version, and what they share."""
    peers = reads.peers(code, number, region, scope=PUBLIC, version=version)
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
        "by_size": Trait.SIZE in peers.group.shared
        or any(Trait.SIZE in attempt.traits for attempt in peers.group.dropped),
        "spread": USUAL.spread,
        "draws": whole(USUAL.draws),
        "seed": SEED,
    }
    return render(request, "evaluation/peers.html", context)


def _names(traits: tuple[Trait, ...]) -> str:
    return ", ".join(translate(TRAIT_NAMES[trait]) for trait in traits)


def _dropped(attempt: Attempt) -> str:
    """What was tried before and why it was not used."""
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
