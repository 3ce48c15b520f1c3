"""A secret is made once, even when several processes ask at the same moment, and only its owner reads it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from pilar.config.state import kept_secret


def test_all_who_ask_at_once_get_the_same_secret(tmp_path: Path) -> None:
    path = tmp_path / "secrets" / "one"
    with ThreadPoolExecutor(8) as askers:
        found = set(askers.map(lambda _: kept_secret(path), range(64)))
    assert found == {kept_secret(path)}
    assert len(found.pop()) >= 40
    assert path.stat().st_mode & 0o077 == 0
    assert [one.name for one in path.parent.iterdir()] == ["one"]
