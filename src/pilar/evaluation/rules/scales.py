"""On which scale the scores of a year stand. Finals of two scales are never subtracted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from pilar import index


@dataclass(frozen=True, slots=True)
class YearScale:
    """The lowest and the highest score of a year. ``assumed``: no instrument of that year is known."""

    minimum: Decimal
    maximum: Decimal
    assumed: bool = False

    @property
    def ends(self) -> tuple[Decimal, Decimal]:
        """Return what makes two scales the same one."""
        return self.minimum, self.maximum


def scale_of(instrument: index.Instrument) -> YearScale:
    """The scale by which the instrument scores."""
    return YearScale(instrument.scale.minimum, instrument.scale.maximum)


def scale_of_year(year: int, instruments: Mapping[int, index.Instrument]) -> YearScale | None:
    """The scale of a year by the instruments of all years; of one without, that of the nearest year is assumed.

    Of two equally near the earlier one counts. None while no instrument is known.
    """
    if not instruments:
        return None
    nearest = min(instruments, key=lambda scored: (abs(scored - year), scored))
    scale = instruments[nearest].scale
    return YearScale(scale.minimum, scale.maximum, assumed=nearest != year)
