"""Code of others is as they released it, and its licence is there."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[2] / "src/pilar/design/static/design/vendor"


def test_each_file_is_the_one_that_is_named() -> None:
    text = (FOLDER / "README.md").read_text(encoding="utf-8")
    named = dict(re.findall(r"^\| `([^`]+)` \|.*\| `([0-9a-f]{64})` \|$", text, flags=re.MULTILINE))
    assert {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in FOLDER.glob("*.js")} == named
    assert {path.stem for path in FOLDER.glob("*.LICENSE")} == {Path(name).stem for name in named}
