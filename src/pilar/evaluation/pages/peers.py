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
    found = reads.peers(code, number, region, scope=PUBLIC, version=version)
    median = _printed(found, found.comparison.median)
    context = {
        "found": found,
        "header": found.phase.header,
        "snapshot": found.snapshot,
        "line": found.line,
        "shared": _names(found.group.shared) or _("nothing but the evaluation"),
        "dropped": [_dropped(attempt) for attempt in found.group.dropped],
        "median": median,
        # Readers subtract the two printed numbers.
        "difference": None if median is None or found.line.final is None else found.line.final - median,
        "by_size": Trait.SIZE in found.group.shared
        or any(Trait.SIZE in attempt.traits for attempt in found.group.dropped),
        "spread": USUAL.spread,
        "draws": whole(USUAL.draws),
        "seed": SEED,
    }
    return render(request, "evaluation/peers.html", context)


def _names(traits: tuple[Trait, ...]) -> str:
    return ", ".join(translate(TRAIT_NAMES[trait]) for trait in traits)


def _dropped(one: Attempt) -> str:
    """What was tried before and why it was not used."""
    named = {"traits": _names(one.traits), "reason": translate(one.reason.sentence)}
    if one.count is None:
        return _("%(traits)s: %(reason)s") % named
    sentence = ngettext(
        "%(traits)s: %(count)s other region. %(reason)s", "%(traits)s: %(count)s other regions. %(reason)s", one.count
    )
    return sentence % {**named, "count": one.count}


def _printed(found: Peers, value: Fraction | None) -> Decimal | None:
    return None if value is None else index.round_published(value, found.decimals)
