"""What ``./pilar figures`` counts."""

from __future__ import annotations

import ast
from pathlib import Path

from pilar.config.figures import assigned, figures

ROWS = '''"""A module."""

@dataclass(frozen=True)
class Row:
    """A row."""

    code: str
    name: str
    day: date
    mark: int


class RowSchema(Schema):
    """What is told of it."""

    code: str
    name: str
    day: date


class OtherSchema(Schema):
    code: str
    name: str
    weight: int


def rows():
    """Read them."""
    found = _read()
    return make(
        code=found,
        name=1,
        day=2,
        mark=3,
    ), make(code=found, name=1, day=2, mark=3)


def _read():
    """How they are read."""
    return [one for one in _twice() or _twice()]


def _twice(): ...
'''


def test_what_is_counted(tmp_path: Path) -> None:
    room = tmp_path / "village"
    (room / "migrations").mkdir(parents=True)
    (room / "migrations" / "0001_initial.py").write_text("not counted\n" * 500)
    (room / "__init__.py").write_text("import rows\n")
    (room / "rows.py").write_text(ROWS)
    (room / "page.html").write_text("<p>\n</p>\n")
    assert figures(room) == {
        "lines": len(ROWS.splitlines()) + 1, "files": 2, "short": 1, "init": 1, "functions": 3, "statements": 13,
        "dataclasses": 1, "schemas": 2, "repeating": 1, "once": 1, "spelt": 1, "vague": 100.0, "riddles": 40.0,
        "templates": 2,
    }  # fmt: skip


def test_what_gives_a_name_to_a_variable() -> None:
    source = """
one, kept.field = row
for found in rows: ...
def judge(case, *, mark=1): return [item for item in case if (match := item)]
class Row:
    one: str
call(found=1)
"""
    names = [name for node in ast.walk(ast.parse(source)) for name in assigned(node)]
    assert sorted(names) == ["case", "found", "item", "mark", "match", "one"]
