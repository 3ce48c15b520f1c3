"""Engines that draw and set in type: the same by a process of their own, which may end at any time."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pilar.platform import press
from pilar.platform.press.makers import MAKERS
from pilar.platform.press.process import Engine, Failed

DRAWING = '<svg xmlns="http://www.w3.org/2000/svg" width="20" height="10"><rect width="9" height="9"/></svg>'
BARS = '{"mark": "bar", "data": {"values": [{"a": 1.5}]}, "encoding": {"x": {"field": "a", "type": "quantitative"}}}'
NUMBERS = {"decimal": ",", "thousands": ".", "grouping": [3], "currency": ["Rp", ""]}
PATIENCE = 60.0

pytestmark = pytest.mark.server


@pytest.fixture
def engine() -> Iterator[Engine]:
    made = Engine("test", idle=60)
    yield made
    made.end()


def given(tmp_path: Path) -> dict[str, dict[str, Any]]:
    (tmp_path / "page.typ").write_text('#set document(title: "a")\n#set text(lang: "id")\n#sys.inputs.document')
    moment = "2026-12-02T10:00:00+00:00"
    template = str(tmp_path / "page.typ")
    return {
        "png": {"svg": DRAWING, "scale": 2},
        "jpeg": {"svg": DRAWING, "quality": 70},
        "chart": {"spec": BARS, "numbers": NUMBERS, "dates": None},
        "typeset": {"folder": str(tmp_path), "template": template, "source": "", "content": "é", "moment": moment},
    }


@pytest.mark.parametrize("maker", MAKERS)
def test_an_engine_apart_makes_what_one_in_the_process_makes(engine: Engine, maker: str, tmp_path: Path) -> None:
    values = given(tmp_path)[maker]
    made = engine.ask(maker, values)
    assert made == MAKERS[maker](**values)
    assert len(made) > 100


@pytest.mark.parametrize(
    ("maker", "values"),
    [
        ("png", {"svg": "<svg", "scale": 1}),
        ("typeset", {"folder": "/", "template": None, "source": '#panic("no")', "content": "", "moment": None}),
    ],
)
def test_what_cannot_be_made_is_refused_and_the_engine_goes_on(
    engine: Engine, maker: str, values: dict[str, Any]
) -> None:
    for ask in (engine.ask, lambda name, given: MAKERS[name](**given)):
        with pytest.raises(press.Refused) as refused:
            ask(maker, values)
        assert "\n" not in str(refused.value)
    assert engine.ask("png", {"svg": DRAWING, "scale": 1}).startswith(b"\x89PNG")


def test_an_engine_that_was_killed_is_begun_anew(engine: Engine) -> None:
    values = {"svg": DRAWING, "scale": 1}
    first = engine.ask("png", values)
    assert engine.process is not None
    os.kill(engine.process.pid, signal.SIGKILL)
    engine.process.wait(PATIENCE)
    assert engine.ask("png", values) == first


def test_an_engine_ends_when_nobody_asks_and_a_signal_to_all_does_not_end_it() -> None:
    engine = Engine("test", idle=1)
    try:
        engine.ask("png", {"svg": DRAWING, "scale": 1})
        process = engine.process
        assert process is not None
        process.send_signal(signal.SIGTERM)
        engine.ask("png", {"svg": DRAWING, "scale": 1})
        assert engine.process is process
        assert process.wait(PATIENCE) == 0
        assert engine.ask("png", {"svg": DRAWING, "scale": 1})
        assert engine.process is not process
    finally:
        engine.end()


def test_an_engine_that_hangs_is_ended_and_the_next_question_has_an_answer(engine: Engine) -> None:
    values = {"svg": DRAWING, "scale": 1}
    made = engine.ask("png", values)
    assert engine.process is not None
    hung = engine.process
    os.kill(hung.pid, signal.SIGSTOP)
    engine.longest = 0.5
    with pytest.raises(Failed, match=r"no answer within 0\.5 seconds"):
        engine.ask("png", values)
    assert hung.returncode == -signal.SIGKILL
    engine.longest = PATIENCE
    assert engine.ask("png", values) == made


def test_an_engine_ends_with_who_asks() -> None:
    script = (
        "from pilar.platform.press.process import Engine\n"
        "engine = Engine('test', idle=600)\n"
        f"engine.ask('png', {{'svg': {DRAWING!r}, 'scale': 1}})\n"
        "print(engine.process.pid, flush=True)\n"
        "import os; os.kill(os.getpid(), 9)\n"
    )
    said = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False).stdout
    until = time.monotonic() + PATIENCE
    while Path(f"/proc/{said.strip()}/cmdline").exists() and time.monotonic() < until:
        if Path(f"/proc/{said.strip()}/cmdline").read_bytes() == b"":
            break  # it has ended, and nobody has buried it yet
        time.sleep(0.05)
    else:
        assert not Path(f"/proc/{said.strip()}/cmdline").exists()


def test_a_broken_engine_says_so(engine: Engine) -> None:
    with pytest.raises(Failed, match="unexpected"):
        engine.ask("png", {"unexpected": 1})


def test_who_keeps_engines_apart_loads_none() -> None:
    script = (
        "import sys\n"
        "from pilar.platform import press\n"
        "press.keep_apart()\n"
        f"assert press.png({DRAWING!r}, scale=1).startswith(b'\\x89PNG')\n"
        "print(sorted({'vl_convert', 'typst'} & set(sys.modules)))\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
