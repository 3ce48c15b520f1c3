"""Standing of an instrument, in words: weights stated, assumed, or tested by a result."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from pilar import index
from pilar.platform.language import N_

STATUS_NAMES = {
    index.Status.CONFIRMED: N_("weights reproduce a published result"),
    index.Status.INFERRED: N_("weights stated or inferred, not checked by a published result"),
    index.Status.UNMATCHED: N_("weights match no known published result"),
}
ORIGINS = {
    True: N_("weights: assumption"),
    False: N_("weights: stated by a source"),
}
"""By whether the weights of the dimensions are an assumption."""


def assumes_weights(instrument: index.Instrument) -> bool:
    """Return whether no source states the weights of the dimensions."""
    return instrument.root.weights_source == index.ASSUMPTION


@dataclass(frozen=True, slots=True)
class Weight:
    """The weight of a node among its siblings: its share of the parent, and its source.

    ``source``: an address, or ``assumption``.
    """

    above: index.Node
    share: Fraction
    source: str

    @property
    def percent(self) -> Decimal | None:
        """The per cent, if it is a number of at most two decimals: a third is better said as one."""
        return percent_of(self.share)


def weight_of(instrument: index.Instrument, code: str) -> Weight | None:
    """The weight of a node; None for the root."""
    above = instrument.parents.get(code)
    if above is None:
        return None
    share = above.shares[above.children.index(instrument.node(code))]
    return Weight(above, share, above.weights_source)


def percent_of(share: Fraction) -> Decimal | None:
    """A share of 1 in per cent, if it is a number of at most two decimals."""
    percent = Decimal(index.decimal_text(share * 100))
    return percent if percent == round(percent, 2) else None
