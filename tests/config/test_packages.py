"""What Pilar is made of: the bill of materials, the licences, and what an index that is not there costs."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from pilar.__main__ import main
from pilar.config import packages
from pilar.config.packages import Package, bill, judged, licence_faults, locked, read_lock

LOCK = """
one==1.0 \\
    --hash=sha256:00
    # via pilar (pyproject.toml)
two[part]==2.0 ; sys_platform == 'win32' \\
    --hash=sha256:00
    # via
    #   one
    #   three
"""


def test_a_lock_tells_who_asks_for_whom_and_where() -> None:
    assert list(read_lock(LOCK)) == [
        Package("one", "1.0", "", ("pilar",)),
        Package("two", "2.0", "sys_platform == 'win32'", ("one", "three")),
    ]


def test_every_locked_package_stands_in_the_bill_once(tmp_path: Path) -> None:
    for name in ("one.json", "two.json"):
        assert main(["sbom", str(tmp_path / name)]) == 0
    assert (tmp_path / "one.json").read_bytes() == (tmp_path / "two.json").read_bytes()
    told = json.loads((tmp_path / "one.json").read_text(encoding="utf-8"))
    lines = [
        line
        for kind in packages.LOCKS
        for line in (packages.CHECKOUT / "requirements" / f"{kind}.lock").read_text(encoding="utf-8").splitlines()
    ]
    pinned = {line.split("==")[0].split("[")[0] for line in lines if "==" in line and line[0].isalnum()}
    assert sorted(one["name"] for one in told["components"]) == sorted(pinned)
    assert (told["bomFormat"], told["specVersion"]) == ("CycloneDX", "1.6")
    refs = {one["bom-ref"] for one in told["components"]} | {told["metadata"]["component"]["bom-ref"]}
    assert {one["ref"] for one in told["dependencies"]} == refs
    assert {part for one in told["dependencies"] for part in one["dependsOn"]} <= refs
    django = next(one for one in told["components"] if one["name"] == "django")
    assert django["licenses"] == [{"license": {"name": "BSD-3-Clause"}}]
    assert django["purl"].startswith("pkg:pypi/django@5.2")


def test_another_version_is_another_bill() -> None:
    first, second = (bill(read_lock(LOCK), version=version)["serialNumber"] for version in ("1", "2"))
    assert first != second


def test_what_runs_has_allowed_licences() -> None:
    assert list(licence_faults()) == []
    assert len(locked(*packages.LOCKS)) > 80


@pytest.mark.parametrize(
    ("licence", "fits"),
    [
        ("MIT", True), ("GPL-3.0-only", False), ("AGPL-3.0-or-later", False), ("GPL-3.0-only OR MIT", True),
        ("MIT AND GPL-2.0-only", False), ("", False), (None, True), ("LGPL-3.0-only", False),
    ],
)  # fmt: skip
def test_licences_are_judged(licence: str | None, fits: bool) -> None:
    assert (list(judged({"one": licence}, allowed=["MIT"], exceptions={})) == []) is fits


def test_an_exception_holds_for_its_licence_and_its_package() -> None:
    excepted = {"one": {"licence": "LGPL-3.0-only", "reason": "a driver"}}
    assert list(judged({"one": "LGPL-3.0-only"}, allowed=[], exceptions=excepted)) == []
    assert len(list(judged({"one": "GPL-3.0-only"}, allowed=[], exceptions=excepted))) == 1
    assert len(list(judged({"two": "MIT"}, allowed=["MIT"], exceptions=excepted))) == 1


SKIPPED = {"name": "django", "skip_reason": "Dependency not found and could not be audited"}
WEAK = {"name": "django", "version": "5.2.0", "vulns": [{"id": "PYSEC-2026-404", "fix_versions": ["5.2.1"]}]}
SOUND = {"name": "attrs", "version": "26.1.0", "vulns": []}


@pytest.mark.parametrize(
    ("said", "status", "told"),
    [
        ("requests.exceptions.ConnectionError: Max retries exceeded", 0, "tidak ada yang diaudit"),
        ([SKIPPED], 0, "tidak ada yang diaudit"),
        ([SOUND, SKIPPED], 0, "1 paket diaudit, 1 tidak dikenal"),
        ([SOUND, WEAK], 1, "django 5.2.0: PYSEC-2026-404 (5.2.1)"),
        ("Traceback: a fault of its own", 1, "a fault of its own"),
    ],
)
def test_an_index_that_is_away_fails_nothing_and_a_weakness_does(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str],
    said: str | list[object], status: int, told: str,
) -> None:  # fmt: skip
    python = tmp_path / "audit" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.touch()
    text = said if isinstance(said, str) else json.dumps({"dependencies": said, "fixes": []})

    def answered(*command: str) -> subprocess.CompletedProcess[str]:
        audits = "pip_audit" in command
        return subprocess.CompletedProcess(
            command, int(audits and said != [SOUND, SKIPPED]), text if audits else "", ""
        )

    monkeypatch.setattr(packages, "state_folder", lambda: tmp_path)
    monkeypatch.setattr(packages, "_said", answered)
    assert main(["audit"]) == status
    assert told in capsys.readouterr().out
