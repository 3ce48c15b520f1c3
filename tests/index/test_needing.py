"""Answers that need SciPy say how to install it where it is missing."""

from __future__ import annotations

import sys

import numpy as np
import pytest

from pilar.index.agreement.alpha import ordinal_alpha
from pilar.index.needing import scipy_needed


def test_without_scipy_its_installation_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in sys.modules if name.partition(".")[0] == "scipy"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setattr(sys, "meta_path", [_Lacking(), *sys.meta_path])
    with pytest.raises(ModuleNotFoundError, match=r"pip install '\.\[scipy\]'") as error:
        ordinal_alpha(np.array([[1.0, 2.0], [2.0, 2.0]]))
    assert error.value.name == "scipy"


def test_what_else_is_missing_is_told_as_it_is() -> None:
    with pytest.raises(ModuleNotFoundError, match="surely_absent"), scipy_needed():
        import surely_absent  # noqa: F401


class _Lacking:
    def find_spec(self, name: str, _path: object = None, _target: object = None) -> None:
        if name.partition(".")[0] == "scipy":
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
