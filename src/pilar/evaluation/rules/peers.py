"""Peers of a region: kind, size and province, with the number of its villages standing in for its size."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from statistics import quantiles

from pilar.index.peers import PeerGroup, Trait, Traits, peer_group, size_band
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
    """What each region can share. ``villages_by_kind``: of all regions of the country, evaluated or not."""
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
