"""What the documents say that the code writes."""

from __future__ import annotations

from pilar.config.described import LIFECYCLES, TABLES, documents
from pilar.config.state import CHECKOUT


def test_they_say_what_the_code_says() -> None:
    for name, text in documents().items():
        assert (CHECKOUT / "docs" / name).read_text(encoding="utf-8") == text, f"run ./pilar describe ({name})"


def test_every_action_and_every_move_is_in_them() -> None:
    found = documents()
    for authority in TABLES.values():
        assert all(f"| {action} |" in found["permissions.md"] for action in authority.table)
    for lifecycle, names in LIFECYCLES.values():
        assert {*names} == {*type(lifecycle.all[0].source)}
        assert all(f"{one.source} --> {one.target} : " in found["lifecycles.md"] for one in lifecycle.all)
