"""An instrument of the evaluation as a composite index."""

from __future__ import annotations

from decimal import Decimal

import numpy as np
import pytest

from index.composite.specs import data
from index.trees import DIMENSIONS, SMALL, TANGERANG_2023, five_dimensions, instrument, node
from pilar import index
from pilar.index import MissingRule, parse_instrument
from pilar.index.batch import score_matrix
from pilar.index.composite import DataFaults, SpecFaults, build, check_scale, from_instrument


def test_tangerang_2023_is_what_the_exact_engine_says() -> None:
    of = five_dimensions()
    table = data({code: [float(TANGERANG_2023[code])] for code in DIMENSIONS}, units=["36.03"])
    built = build(from_instrument(of), table)
    assert built.final[0] == pytest.approx(float(index.score(of, TANGERANG_2023).final))  # type: ignore[arg-type]
    assert built.effective_weights["outcome"] == pytest.approx(0.3)


@pytest.mark.parametrize("missing", list(MissingRule))
def test_blanks_count_as_in_the_batch_engine(missing: MissingRule) -> None:
    share = Decimal("0.5") if missing is MissingRule.REWEIGHT else None
    inner = node("p", 60, node("a", 30), node("b", 70), missing=missing, minimum_share=share)
    of = instrument(node("final", None, inner, node("c", 40), missing=missing), minimum=1)
    draw = np.random.default_rng(2)
    values = np.round(draw.uniform(1, 4, (40, 3)), 2)
    values[draw.random(values.shape) < 0.3] = np.nan
    expected = score_matrix(of, ["a", "b", "c"], values).final
    built = build(from_instrument(of), data({code: list(values[:, place]) for place, code in enumerate("abc")}))
    assert built.final == pytest.approx(expected, nan_ok=True)


def test_the_tree_ends_at_the_columns_there_are() -> None:
    inner = node("p", 60, node("a", 30), node("b", 70))
    of = instrument(node("final", None, inner, node("q", 40, node("c", 100))))
    assert [one.code for one in from_instrument(of, {"p", "q"}).nodes] == ["final", "p", "q"]
    assert [one.code for one in from_instrument(of, {"a", "c"}).nodes] == ["final", "p", "a", "b", "q", "c"]
    # Nothing at or below q: it stays, and is then told as a missing column.
    assert [one.code for one in from_instrument(of, {"p"}).leaves] == ["p", "q"]


def test_bands_are_no_scores() -> None:
    of = parse_instrument(SMALL)
    with pytest.raises(SpecFaults) as refused:
        from_instrument(of)
    assert [fault.fields["node"] for fault in refused.value.faults] == ["poverty", "programmes"]


def test_scores_off_the_scale_are_told() -> None:
    of = five_dimensions()
    spec = from_instrument(of)
    table = data({code: [4.0, 4.5 if code == "impact" else 0] for code in DIMENSIONS})
    with pytest.raises(DataFaults) as refused:
        check_scale(of, spec, table)
    (fault,) = refused.value.faults
    assert (fault.fields["unit"], fault.fields["node"]) == ("u2", "impact")
    assert fault.text() == "u2, impact: 4.5 does not lie on the scale from 0 to 4."
