"""Choices that could have been made otherwise: missing rule, mean, normalised table. Independent, equally likely."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import product

import numpy as np

from pilar.index.faults import Fault
from pilar.index.instrument import Aggregation, MissingRule
from pilar.index.robustness.cut import Cut, Floats


@dataclass(frozen=True)
class Choices:
    """The choices that each draw has; nothing to choose is what the instrument says.

    ``missing`` and ``aggregation`` hold for every node at once (a minimum share holds where the rule is the
    instrument's own). ``tables``: the columns' scores by other normalisations, each of the shape of the table given,
    which is then one of them; this is where a normalisation plugs in.
    """

    missing: Sequence[MissingRule] = ()
    aggregation: Sequence[Aggregation] = ()
    tables: Sequence[Floats] = field(default=())

    def faults(self) -> list[Fault]:
        if Aggregation.POWER not in self.aggregation:
            return []
        return [Fault("power", "A power mean has no exponent to choose; choose from the other means.")]

    def options(self, cut: Cut, values: Floats) -> list[tuple[Cut, Floats]]:
        """Every combination: a cut under its rules, and a table of values."""
        rules = product(self.missing or (None,), self.aggregation or (None,), (values, *self.tables))
        return [
            (cut.ruled(missing, aggregation), cut.clipped(np.asarray(table))) for missing, aggregation, table in rules
        ]


NO_CHOICE = Choices()
