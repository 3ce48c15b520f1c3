"""Effect of measures that reach their target: on programmes, then on the share of those realised, then on the index."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from pilar import index
from pilar.evaluation.rules.engine import asked
from pilar.evaluation.rules.next_steps import Answers


@dataclass(frozen=True, slots=True)
class Lift:
    """``needed`` further programmes realised, the fewest that give the indicator a better mark; ``gain`` is that of the
    unrounded final."""

    needed: int
    before: Fraction
    after: Fraction
    gain: Fraction


def lift(
    instrument: index.Instrument, answers: Answers, node: str, *, realised: int, planned: int, open_ones: int
) -> Lift | None:
    """The smallest lift of an indicator that is the share of realised programmes, of which ``open_ones`` could be
    realised too; None where they are too few, where the indicator or the final has no score, or nothing is planned.

    Raises Faults for answers that cannot be scored.
    """
    now = asked(lambda: index.score(instrument, answers))
    before, final = now.score(node), now.final
    if isinstance(before, index.NoScore) or isinstance(final, index.NoScore) or not planned:
        return None
    for needed in range(1, open_ones + 1):
        share = index.Ratio(Decimal(realised + needed), Decimal(planned))
        then = asked(lambda share=share: index.score(instrument, {**answers, node: share}))
        after, reached = then.score(node), then.final
        if isinstance(after, index.NoScore) or isinstance(reached, index.NoScore) or after <= before:
            continue
        return Lift(needed, before, after, reached - final)
    return None
