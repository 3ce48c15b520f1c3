"""Try mutants of a room on its tests, and tell what survived."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from pilar.config.state import CHECKOUT
from pilar.platform.errors import PilarError
from pilar.platform.language import N_, translate

ENOUGH = 95
SURVIVED = 1

Told = Sequence[tuple[str, str, str, bool, bool]]
"""Kind, place, what was changed, whether a test comes there, whether it was noticed."""


class TestsFail(PilarError):
    code = "tests-fail"
    sentence = N_("Tests of %(room)s fail on the source as it is. Mend them first")


def run(room: str, *, most: int, seed: int) -> int:
    """Try at most ``most`` mutants of each kind, drawn by ``seed``; 1 where fewer than 95 in 100 are noticed."""
    with tempfile.TemporaryDirectory(prefix="pilar-mutate-") as folder:
        asked = json.dumps({"room": room, "most": most, "seed": seed, "folder": folder})
        environment = {"DJANGO_SETTINGS_MODULE": "pilar.config.settings.test", "PILAR_MUTATE": asked}
        plugins = ["-p", "pilar.config.mutation.planted", "-p", "pilar.config.mutation.loop"]
        command = [sys.executable, "-m", "pytest", "-q", "-s", *plugins, "-m", "not browser", *_tests(room)]
        subprocess.run(command, cwd=CHECKOUT, check=False, env=os.environ | environment, stdout=sys.stderr)
        answer = Path(folder) / "told"
        if not answer.exists():
            raise TestsFail(room=room)
        return _tell(json.loads(answer.read_text(encoding="utf-8")))


def _tests(room: str) -> list[str]:
    """The tests of the room, and the laws that it keeps."""
    laws = sorted((CHECKOUT / "tests" / "property").glob("test_*.py"))
    return [f"tests/{room}", *(str(law) for law in laws if f"from pilar.{room}." in law.read_text(encoding="utf-8"))]


def _tell(tried: Told) -> int:
    for kind, place, told, reached, seen in tried:
        if not seen:
            reach = "" if reached else " (" + translate("no test comes here") + ")"
            sys.stdout.write(f"{kind:<12} {Path(place).relative_to(CHECKOUT)}  {told}{reach}\n")
    all_of = Counter(kind for kind, *_, _seen in tried)
    seen_of = Counter(kind for kind, *_, seen in tried if seen)
    for kind in all_of:
        sys.stdout.write(f"{kind:<12} {seen_of[kind]:>4} / {all_of[kind]}\n")
    whole, seen = len(tried), seen_of.total()
    sys.stdout.write(translate("noticed: %(seen)s of %(all)s mutants", seen=seen, all=whole) + "\n")
    return 0 if seen * 100 >= ENOUGH * whole else SURVIVED
