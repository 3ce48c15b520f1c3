"""The library as its user loads it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from pilar import index

LOADING = """
import sys
from pilar import index
assert not {"numpy", "scipy", "django"} & set(sys.modules), "scoring starts without them"
for part in sorted(index.PARTS):
    assert getattr(index, part).__name__ == "pilar.index." + part
assert index.composite.build and index.robustness.simulate and index.agreement.assess_agreement
assert "django" not in sys.modules
try:
    index.nothing
except AttributeError as error:
    print(error)
"""


def test_parts_are_loaded_when_they_are_asked_for() -> None:
    source = Path(index.__file__).parents[2]
    done = subprocess.run(
        [sys.executable, "-c", LOADING],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONPATH": str(source)},
    )
    assert done.stdout.strip() == "module 'pilar.index' has no attribute 'nothing'"
