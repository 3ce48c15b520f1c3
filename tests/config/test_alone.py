"""The index installed alone: its commands run with NumPy and PyYAML only, and find what a wheel holds."""

from __future__ import annotations

import gettext
import io
import os
import runpy
import subprocess
import sys
import types
from pathlib import Path

import pytest
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from pilar.config.ending import EXPECTED_ERROR, status_of
from pilar.config.state import CHECKOUT
from pilar.platform import folders
from pilar.platform.language import ROOMS

COMMANDS = (
    "score examples/three-regions.csv --instrument smart-city-2023",
    "explain 36.03 --year 2023",
    "instruments list",
    "index examples/composite.yaml examples/composite.csv",
    "index examples/composite.yaml examples/composite.csv --show uncertainty --runs 20",
    "deadline --received 2026-03-13T10:00 --days 14 --region 36.03",
)
ALONE = """
import sys
from importlib.abc import MetaPathFinder

class Lacking(MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {allowed!r} or path is not None:
            return None
        if name in sys.stdlib_module_names:
            return None
        raise ModuleNotFoundError(f"No module named {{name!r}}", name=name)

sys.meta_path.insert(0, Lacking())
from pilar.config.commandline import main
for line in {commands!r}:
    print(main(line.split()))
print(sorted(set(sys.modules) & {{"django", "scipy", "babel"}}))
"""


def test_its_commands_need_numpy_and_yaml_alone() -> None:
    allowed = {"pilar", "numpy", "yaml", "_yaml", "lokal", "_distutils_hack", "sitecustomize"}
    done = subprocess.run(
        [sys.executable, "-c", ALONE.format(allowed=allowed, commands=COMMANDS)],
        capture_output=True, text=True, cwd=CHECKOUT, env={**os.environ, "PILAR_LANGUAGE": "en"}, check=False,
    )  # fmt: skip
    assert done.stderr == ""
    lines = done.stdout.splitlines()
    assert (lines[-1], lines.count("0")) == ("[]", len(COMMANDS))
    assert "Due" in done.stdout
    assert "= 3.354" in " ".join(done.stdout.split())


def test_a_command_of_the_site_says_what_is_missing(capsys: pytest.CaptureFixture[str]) -> None:
    def run() -> int:
        raise ModuleNotFoundError("No module named 'surely_absent.part'", name="surely_absent.part")

    assert status_of(run) == EXPECTED_ERROR
    assert "surely_absent" in capsys.readouterr().err


def test_a_module_of_our_own_that_is_missing_is_a_bug() -> None:
    def run() -> int:
        raise ModuleNotFoundError("No module named 'pilar.gone'", name="pilar.gone")

    with pytest.raises(ModuleNotFoundError):
        status_of(run)


def test_an_installation_has_its_data_beside_the_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(folders.pilar, "__file__", str(tmp_path / "pilar" / "__init__.py"))
    folders._folder.cache_clear()
    try:
        (tmp_path / "pilar" / "data").mkdir(parents=True)
        assert folders._folder(None) == tmp_path / "pilar" / "data"
    finally:
        folders._folder.cache_clear()


def test_the_catalogues_of_a_wheel_say_what_babel_makes_of_them(monkeypatch: pytest.MonkeyPatch) -> None:
    name = "hatchling.builders.hooks.plugin.interface"
    module = types.ModuleType(name)
    module.BuildHookInterface = object  # type: ignore[attr-defined]
    parts = name.split(".")
    for end in range(1, len(parts)):
        monkeypatch.setitem(sys.modules, ".".join(parts[:end]), types.ModuleType(".".join(parts[:end])))
    monkeypatch.setitem(sys.modules, name, module)
    hook = runpy.run_path(str(CHECKOUT / "deploy" / "wheel.py"))
    catalogues = sorted(ROOMS.glob("*/locale/*/LC_MESSAGES/django.po"))
    assert catalogues
    for path in catalogues:
        made = io.BytesIO()
        with path.open("rb") as file:
            write_mo(made, read_po(file, locale="id"))
        ours = hook["as_mo"](hook["messages"](path.read_text(encoding="utf-8")))
        found, wanted = (gettext.GNUTranslations(io.BytesIO(one))._catalog for one in (ours, made.getvalue()))  # type: ignore[attr-defined]
        wanted[""] = found[""]  # Babel's header says when it was written
        assert found == wanted
