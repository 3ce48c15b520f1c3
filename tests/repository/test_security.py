"""docs/security.md: every requirement of the standard has its row, and what a row names exists."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

TOP = Path(__file__).resolve().parents[2]
TABLE = (TOP / "docs" / "security.md").read_text(encoding="utf-8").partition("| number | in short |")[2]
ROW = re.compile(r"^\| (?P<numbers>[\d., ]+) \| (?P<short>[^|]+) \| (?P<by>[^|]+) \|$", re.MULTILINE)
ASKED = (
    "1.1:2 1.2:9 1.3:11 1.4:3 1.5:2 2.1:3 2.2:3 2.3:4 2.4:1 3.2:2 3.3:4 3.4:6 3.5:5 3.7:2 4.1:3 4.2:1 4.3:2 4.4:4 "
    "5.1:1 5.2:3 5.3:2 5.4:3 6.1:3 6.2:12 6.3:4 6.4:4 6.5:5 6.6:3 6.8:4 7.1:3 7.2:4 7.3:2 7.4:5 7.5:2 7.6:2 8.1:2 "
    "8.2:3 8.3:1 8.4:1 9.1:3 9.2:4 10.1:2 10.2:2 10.3:4 10.4:11 10.5:5 10.6:2 10.7:3 11.1:2 11.2:3 11.3:3 11.4:4 "
    "11.5:1 11.6:1 12.1:3 12.2:2 12.3:4 13.1:1 13.2:5 13.3:2 13.4:5 14.1:2 14.2:4 14.3:3 15.1:3 15.2:3 15.3:7 "
    "16.1:1 16.2:5 16.3:4 16.4:3 16.5:3 17.1:1 17.2:4 17.3:2"
)
"""Requirements of levels 1 and 2 of ASVS 5.0.0 in each section: they are counted from 1."""
SETTINGS = "\n".join(path.read_text(encoding="utf-8") for path in (TOP / "src/pilar/config/settings").glob("*.py"))
VARIABLES = SETTINGS + (TOP / "docs" / "operations.md").read_text(encoding="utf-8")


def test_every_requirement_has_one_row() -> None:
    asked = [
        f"{section}.{number}"
        for section, count in (part.split(":") for part in ASKED.split())
        for number in range(1, int(count) + 1)
    ]
    told = [number for row in ROW.finditer(TABLE) for number in row["numbers"].split(", ")]
    assert sorted(told) == sorted(asked)
    assert len(asked) == 253


def test_what_a_row_names_exists() -> None:
    missing = {f"{row['numbers']}: {name}" for row in ROW.finditer(TABLE) for name in unknown(row["by"])}
    assert missing == set()


def test_a_name_that_does_not_exist_is_found() -> None:
    assert list(unknown("`people/test_signin.py::test_nobody_knows`")) == ["people/test_signin.py::test_nobody_knows"]
    assert list(
        unknown("`people/test_nowhere.py`, `SESSION_COOKIE_HTTPONLY`, `PILAR_NOWHERE`, `deploy/nginx.conf`")
    ) == [
        "people/test_nowhere.py",
        "PILAR_NOWHERE",
    ]


def test_a_row_says_how_it_is_met_or_why_not() -> None:
    for row in ROW.finditer(TABLE):
        said = re.sub(r"\*\*[Oo]pen\*\*:?", "", row["by"])
        assert len(said.split()) >= 1, row["numbers"]


def unknown(by: str) -> Iterator[str]:
    """What stands in code marks and is neither test, file nor setting of the repository."""
    for name in re.findall(r"`([^`]+)`", by):
        path, _, test = name.partition("::")
        if re.fullmatch(r"[A-Z][A-Z_]+", name):
            if not re.search(rf"\b{name}\b", VARIABLES):
                yield name
        elif "/" in path and "." in path and not path.startswith("./"):
            file = TOP / "tests" / path if (TOP / "tests" / path).exists() else TOP / path
            if not file.is_file() or (test and f"def {test}(" not in file.read_text(encoding="utf-8")):
                yield name
