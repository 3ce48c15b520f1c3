"""Run the tests that reach a line against each mutant of it, and tell what survived."""

from __future__ import annotations

import ast
import os
import random
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from pilar.config.mutation.mutants import Kind, Mutant, mutants
from pilar.config.state import CHECKOUT
from pilar.platform.errors import PilarError
from pilar.platform.language import mark, translate

SOURCE = CHECKOUT / "src" / "pilar"
LOOKED_AT = ("rules", "rules.py", "operations", "operations.py", "authority.py")
ENOUGH = 95
MOST_TESTS = 150
PATIENCE = 600
"""Seconds after which a mutant that never ends counts as noticed."""
SURVIVED = 1


class TestsFail(PilarError):
    code = "tests-fail"
    sentence = mark("Tests of %(room)s fail on the source as it is. Mend them first")


@dataclass(frozen=True, slots=True)
class Placed:
    """A mutant of a file, and the tests that reach its line (node ids or whole files)."""

    path: Path
    mutant: Mutant
    tests: tuple[str, ...]


def run(room: str, *, most: int, seed: int) -> int:
    """Try at most ``most`` mutants of each kind, drawn by ``seed``; 1 where fewer than 95 in 100 are noticed."""
    files = [path for path in sorted((SOURCE / room).rglob("*.py")) if _is_looked_at(path.relative_to(SOURCE / room))]
    with tempfile.TemporaryDirectory(prefix="pilar-mutate-") as folder:
        reached = _reached(room, Path(folder))
        tried = _drawn(files, reached, most, seed)
        with ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
            noticed = list(pool.map(lambda one: _noticed(one, Path(folder)), tried))
            # What fails on the source as it is says nothing about a mutant.
            sound = list(pool.map(lambda one: not _fails(one, _source(one), Path(folder)), _first_of_each(tried)))
    if not all(sound):
        raise TestsFail(room=room)
    return _told(tried, noticed)


def _is_looked_at(path: Path) -> bool:
    return path.parts[0] in LOOKED_AT and not path.name.startswith(("__init__", "demonstration"))


def _reached(room: str, folder: Path) -> dict[str, dict[int, list[str]]]:
    """By file and line: the tests that run it."""
    import coverage

    data = folder / "coverage"
    settings = folder / "coveragerc"
    settings.write_text(f"[run]\ndata_file = {data}\nsource = {SOURCE / room}\n", encoding="utf-8")
    command = ["-m", "coverage", "run", f"--rcfile={settings}", "-m", "pytest", "-q", "-m", "not browser"]
    subprocess.run(
        [sys.executable, *command, "-p", "pilar.config.mutation.coverage_by_test", f"tests/{room}"],
        cwd=CHECKOUT, check=False, env=_environment(CHECKOUT / "src"), stdout=sys.stderr,
    )  # fmt: skip
    known = coverage.CoverageData(str(data))
    known.read()
    return {path: known.contexts_by_lineno(path) for path in known.measured_files()}


def _drawn(files: Sequence[Path], reached: dict[str, dict[int, list[str]]], most: int, seed: int) -> Sequence[Placed]:
    places = [
        Placed(path, one, _tests(reached.get(str(path), {}).get(one.line, [])))
        for path in files
        for one in mutants(path.read_text(encoding="utf-8"))
    ]
    drawing = random.Random(seed)  # noqa: S311 - a sample, no secret
    drawn: list[Placed] = []
    for kind in Kind:
        of_kind = [one for one in places if one.mutant.kind is kind]
        drawn += sorted(drawing.sample(of_kind, min(most, len(of_kind))), key=lambda one: (one.path, one.mutant.line))
    return drawn


def _tests(contexts: Sequence[str]) -> tuple[str, ...]:
    """The tests to run: by themselves if any runs the line itself, otherwise the files whose fixtures do."""
    own = sorted({one for one in contexts if "::" in one})
    return tuple(own[:MOST_TESTS]) or tuple(sorted({one for one in contexts if one}))


def _noticed(one: Placed, folder: Path) -> bool:
    """Whether a test fails on the mutant; a line that no test reaches is never noticed."""
    return bool(one.tests) and _fails(one, one.mutant.text, folder)


def _source(one: Placed) -> str:
    """The file as it is, written as its mutants are."""
    return ast.unparse(ast.parse(one.path.read_text(encoding="utf-8"))) + "\n"


def _first_of_each(tried: Sequence[Placed]) -> list[Placed]:
    """A mutant of each file that has tests: they are run on the file as it is, too."""
    return list({one.path: one for one in tried if one.tests}.values())


def _fails(one: Placed, text: str, folder: Path) -> bool:
    """Whether the tests fail with this text in the place of the file, in a copy of the checkout."""
    apart = Path(tempfile.mkdtemp(dir=folder))
    for part in CHECKOUT.iterdir():
        if part.name != "src":
            (apart / part.name).symlink_to(part)
    shutil.copytree(CHECKOUT / "src", apart / "src", ignore=shutil.ignore_patterns("__pycache__"))
    (apart / "src" / one.path.relative_to(CHECKOUT / "src")).write_text(text, encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-o", f"pythonpath={apart / 'src'} tests", *one.tests]
    try:
        done = subprocess.run(
            command, cwd=CHECKOUT, check=False, capture_output=True, timeout=PATIENCE, env=_environment(apart / "src")
        )
    except subprocess.TimeoutExpired:
        return True
    finally:
        shutil.rmtree(apart, ignore_errors=True)
    return done.returncode != 0


def _environment(source: Path) -> dict[str, str]:
    return os.environ | {"PYTHONPATH": str(source), "DJANGO_SETTINGS_MODULE": "pilar.config.settings.test"}


def _told(tried: Sequence[Placed], noticed: Sequence[bool]) -> int:
    for one, seen in zip(tried, noticed, strict=True):
        if not seen:
            reach = "" if one.tests else " (" + translate("no test comes here") + ")"
            place = f"{one.path.relative_to(CHECKOUT)}:{one.mutant.line}"
            sys.stdout.write(f"{one.mutant.kind:<12} {place}  {one.mutant.told}{reach}\n")
    all_of = Counter(one.mutant.kind for one in tried)
    seen_of = Counter(one.mutant.kind for one, seen in zip(tried, noticed, strict=True) if seen)
    for kind in all_of:
        sys.stdout.write(f"{kind:<12} {seen_of[kind]:>4} / {all_of[kind]}\n")
    whole, seen = len(tried), sum(noticed)
    sys.stdout.write(translate("noticed: %(seen)s of %(all)s mutants", seen=seen, all=whole) + "\n")
    return 0 if seen * 100 >= ENOUGH * whole else SURVIVED
