"""Peers of a region: those of its kind that are nearest by dated figures, or kind, size and province, with the number
of its villages standing in for its size."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from statistics import quantiles

from pilar.areas.rules import FigureKind
from pilar.index.peers import MINIMUM, PeerGroup, Trait, Traits, nearest, peer_group, size_band
from pilar.platform.language import N_

TRAIT_NAMES = {
    Trait.KIND: N_("kind (regency or city)"),
    Trait.SIZE: N_("size"),
    Trait.PROVINCE: N_("province"),
}
BANDS = 4
"""So many bands of size for each kind, with as many regions in each as can be. An assumption of ours."""


@dataclass(frozen=True, slots=True)
class Place:
    """A region: its kind, its province and how many villages and urban wards it has, 0 if that is not known."""

    kind: str
    province: str
    villages: int


def edges_of(villages: list[int]) -> tuple[Decimal, ...]:
    """The edges of the bands: the quartiles of the numbers of villages, each once."""
    known = [Fraction(count) for count in villages if count]
    if len(known) < BANDS:
        return ()
    return tuple(sorted({Decimal(int(cut)) for cut in quantiles(known, n=BANDS, method="inclusive")}))


def traits_of(places: Mapping[str, Place], villages_by_kind: Mapping[str, list[int]]) -> dict[str, Traits]:
    """Return what each region can share. ``villages_by_kind``: of all regions of the country, evaluated or not."""
    edges = {kind: edges_of(counts) for kind, counts in villages_by_kind.items()}
    return {
        region: Traits(
            kind=place.kind,
            size=size_band(place.villages, edges[place.kind]) if place.villages and edges.get(place.kind) else None,
            province=place.province,
        )
        for region, place in places.items()
    }


def peers_of(region: str, traits: Mapping[str, Traits]) -> PeerGroup[str]:
    """The peers of a region among those of ``traits``."""
    return peer_group(region, traits)


class Basis(StrEnum):
    """The figures in which peers should be similar."""

    USUAL = ""
    """All figures that are known of the region and of enough others; without one, kind, size and province."""
    TRAITS = "traits"
    POPULATION = FigureKind.POPULATION
    SPBE = FigureKind.SPBE
    FISCAL = FigureKind.FISCAL
    FISCAL_CLASS = FigureKind.FISCAL_CLASS


COUNTS = (5, 10, 20)
"""How many of the nearest a reader can ask for; the second is the usual number. An assumption of ours."""
_IN_TURN = (FigureKind.POPULATION, FigureKind.SPBE, FigureKind.FISCAL)
Figures = Mapping[str, Mapping[FigureKind, Decimal]]
"""What is known of regions, by their codes."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """``by``: the figures that the members of ``group`` are nearest in, the nearest first; none where traits were used.
    ``left_out``: regions of the same kind of which one of them is not known. ``unknown``: the figure that was asked for
    and is not known of the region itself, so that traits were used."""

    group: PeerGroup[str]
    by: tuple[FigureKind, ...] = ()
    left_out: tuple[str, ...] = ()
    unknown: FigureKind | None = None


def choose(region: str, traits: Mapping[str, Traits], figures: Figures, *, basis: Basis, count: int) -> Chosen:
    """The peers of a region among those of ``traits``, as the reader asks for them; ``count``: of the nearest."""
    if basis is Basis.TRAITS:
        return Chosen(peers_of(region, traits))
    same = [key for key, trait in traits.items() if trait.kind == traits[region].kind]
    asked = _usable(region, same, figures) if basis is Basis.USUAL else (FigureKind(basis.value),)
    if not asked:
        return Chosen(peers_of(region, traits))
    if any(kind not in figures.get(region, {}) for kind in asked):
        return Chosen(peers_of(region, traits), unknown=asked[0])
    table = {key: [figures.get(key, {}).get(kind) for kind in asked] for key in same}
    chosen = nearest(region, table, count=count)
    enough = len(chosen.members) == count
    return Chosen(PeerGroup(region, chosen.members, (Trait.KIND,), (), enough), asked, chosen.left_out)


def _usable(region: str, same: Sequence[str], figures: Figures) -> tuple[FigureKind, ...]:
    """The figures, in turn, that are known of the region together with enough others of its kind."""
    chosen: tuple[FigureKind, ...] = ()
    for kind in _IN_TURN:
        wanted = {*chosen, kind}
        known = [key for key in same if wanted <= figures.get(key, {}).keys()]
        if region in known and len(known) > MINIMUM:
            chosen = (*chosen, kind)
    return chosen
