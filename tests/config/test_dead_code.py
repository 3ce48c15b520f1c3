"""What nothing calls is found, whatever only tests call with it; that none stands in the source, ./pilar check says."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from pilar.config import dead_code as looking


def test_a_function_that_only_a_test_calls_and_a_schema_of_nothing_are_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = tmp_path / "src" / "pilar"
    (source / "room" / "templates").mkdir(parents=True)
    (source / "config" / "settings").mkdir(parents=True)
    (source / "config" / "storage.py").write_text("")
    (source / "room" / "rules.py").write_text(
        "def called() -> int:\n    return 1\n\n\ndef lost() -> int:\n    return called()\n\n\n"
        "class Row:\n    @property\n    def shown(self) -> int:\n        return 1\n\n"
        "    @property\n    def told(self) -> int:\n        return 1\n\n\nROW = Row()\nprint(ROW)\n"
    )
    (source / "room" / "api.py").write_text(
        "from pilar.room.rules import Row\n\n\nclass RowOut(dict, of=Row, fields='key=told'):\n    pass\n\n\n"
        "class LostOut(dict):\n    pass\n"
    )
    (tmp_path / "docs" / "api").mkdir(parents=True)
    (tmp_path / "docs" / "api" / "openapi.json").write_text('{"components": {"schemas": {"RowOut": {}}}}')
    (source / "room" / "templates" / "row.html").write_text("{{ row.shown }}")
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "test_rules.py").write_text("from pilar.room.rules import lost\nassert lost() == 1\n")
    shutil.copy(looking.CHECKOUT / "pyproject.toml", tmp_path)
    monkeypatch.setattr(looking, "CHECKOUT", tmp_path)
    monkeypatch.setattr(looking, "SOURCE", source)
    assert looking.dead_code() == [
        "src/pilar/room/api.py:8: class LostOut",
        "src/pilar/room/rules.py:5: function lost",
    ]
