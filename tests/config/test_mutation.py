"""Mutants: each breaks one thing of a file and leaves a file that can be run."""

from __future__ import annotations

import gc
import importlib.util
import os
import subprocess
import sys
from collections import Counter
from fnmatch import fnmatch
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from pilar.config.mutation import drawing, loop
from pilar.config.mutation.mutants import Kind, mutants
from pilar.platform import locks

SOURCE = '''
from django.db import transaction


@transaction.atomic
def close(*, by, survey, region):
    """Close it."""
    require(by, "close", region)
    row = Survey.objects.select_for_update().get(pk=survey, region=region)
    if row.answers < 5 and not row.forced:
        raise TooFew
    row.closed = True
    row.save()
    audit.record(by=by, action="close", key=row.pk)


TABLE = {"close": Allowed(COORDINATOR, "region", OPEN)}
'''


def test_each_breaks_one_thing() -> None:
    found = {(one.kind, one.told): one for one in mutants(SOURCE)}
    assert {kind for kind, _told in found} == set(Kind)
    broken = {
        (Kind.AUDIT, "without: audit.record(by=by, action='close', key=row.pk)"): "audit.record",
        (Kind.PERMISSION, "without: require(by, 'close', region)"): "require",
        (Kind.LOCK, "without select_for_update"): "select_for_update",
        (Kind.ATOMIC, "close without a transaction"): "@transaction.atomic",
        (Kind.FILTER, "get without region="): "region=region",
        (Kind.EFFECT, "without: row.save()"): "row.save()",
        (Kind.REFUSAL, "without: raise TooFew"): "raise TooFew",
        (Kind.PERMISSION, "every role: Allowed(COORDINATOR, 'region', OPEN)"): "COORDINATOR",
        (Kind.PERMISSION, "in every state: Allowed(COORDINATOR, 'region', OPEN)"): "OPEN",
        (Kind.COMPARISON, "other comparison: row.answers < 5"): "row.answers < 5",
        (Kind.NUMBER, "6 for 5"): "5",
    }
    for key, gone in broken.items():
        assert gone in SOURCE
        assert gone not in found[key].text, key
        compile(found[key].text, "mutant", "exec")
    whole = [word for gone in broken.values() for word in [gone] if word not in ("COORDINATOR", "OPEN", "5")]
    for key, one in found.items():
        assert sum(word not in one.text for word in whole) <= 1, key


def test_a_row_found_through_the_door_is_found_without_its_lock() -> None:
    source = "def close(by, key):\n    return locked_survey(by, key)\n"
    source += "def free(key):\n    return held(ROWS, pk=key, open=True)\n"
    found = {one.told: one for one in mutants(source)}
    assert {told: one.kind for told, one in found.items()} == {
        "without the lock: locked_survey(by, key)": Kind.LOCK,
        "without the lock: held(ROWS, pk=key, open=True)": Kind.LOCK,
        "held without pk=": Kind.FILTER,
        "held without open=": Kind.FILTER,
    }
    scope: dict[str, Any] = {"locked_survey": lambda by, key: locks.hold(Rows(), pk=key)}
    exec(found["without the lock: locked_survey(by, key)"].text, scope)
    assert scope["close"]("ani", 5) == {"pk": 5}


def test_what_changes_no_answer_is_left_as_it_is() -> None:
    source = "if TYPE_CHECKING:\n    SIZE = 4\n\n\n@lru_cache(maxsize=64)\ndef last():\n    return 9\n"
    assert [one.told for one in mutants(source)] == ["10 for 9"]


class Rows:
    """Rows that can be filtered and not locked."""

    def filter(self, **wanted: Any) -> Rows:
        self.wanted = wanted
        return self

    def first(self) -> dict[str, Any]:
        return self.wanted


def test_lines_are_those_of_the_file() -> None:
    lines = SOURCE.splitlines()
    (audit,) = (one for one in mutants(SOURCE) if one.kind is Kind.AUDIT)
    assert "audit.record" in lines[audit.line - 1]


RULES = """
from functools import cache

from django.db import connection, transaction


def twice(function):
    return lambda number: function(number) * 2


@twice
def many(number):
    return number > 5


class Limit:
    most = 5

    @property
    def reached(self):
        return [number for number in range(9) if number > self.most]


@cache
def last():
    return 9


@transaction.atomic
def within(more=()):
    return connection.in_atomic_block, *more
"""


@pytest.fixture
def rules(tmp_path: Path) -> Any:
    path = tmp_path / "limit_rules.py"
    path.write_text(RULES, encoding="utf-8")
    spec = importlib.util.spec_from_file_location("limit_rules", path)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def placed(path: Path, line: str, told: str) -> drawing.Placed:
    number = RULES.splitlines().index(line) + 1
    (one,) = (one for one in mutants(RULES) if (one.line, one.told) == (number, told))
    return drawing.Placed(path, one, ("a",))


def test_a_function_is_changed_wherever_it_was_taken_to(rules: Any) -> None:
    path, many, limit = Path(rules.__file__), rules.many, rules.Limit()
    assert (many(5), limit.reached, rules.last()) == (0, [6, 7, 8], 9)
    for line, told in (
        ("    return number > 5", "other comparison: number > 5"),
        ("        return [number for number in range(9) if number > self.most]", "10 for 9"),
    ):
        assert loop._changed_in_place(placed(path, line, told))
    assert (many(5), limit.reached) == (2, [6, 7, 8, 9])


def test_a_function_is_changed_that_the_suite_has_frozen(rules: Any) -> None:
    gc.freeze()
    limit = placed(Path(rules.__file__), "    return number > 5", "other comparison: number > 5")
    assert loop._changed_in_place(limit)
    assert rules.many(5) == 2


def test_locks_are_tried_wherever_the_checkout_lies(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drawing, "SOURCE", tmp_path / "rules")
    for folder in ("rules", "operations"):
        (tmp_path / "rules" / "measures" / folder).mkdir(parents=True)
        (tmp_path / "rules" / "measures" / folder / "rows.py").write_text(SOURCE, encoding="utf-8")
    found = drawing.drawn("measures", {}, most=9, seed=1)
    assert [one.path.parent.name for one in found if one.mutant.kind is Kind.LOCK] == ["operations"]


@pytest.mark.parametrize("room", ["index", "measures", "people", "platform"])
def test_lines_are_measured_of_every_file_that_is_changed(room: str) -> None:
    files = {str(one.path) for one in drawing.drawn(room, {}, most=30, seed=1)}
    assert len(files) > 3
    assert not [path for path in files if not any(fnmatch(path, one) for one in drawing.measured(room))]


@pytest.mark.django_db(transaction=True)
def test_a_function_loses_its_transaction_and_is_called_as_before(rules: Any) -> None:
    within = rules.within
    assert within(more=(5,)) == (True, 5)
    assert loop._changed_in_place(placed(Path(rules.__file__), "def within(more=()):", "within without a transaction"))
    assert within(more=(5,)) == (False, 5)


def test_what_runs_when_a_module_is_loaded_is_planted_anew(rules: Any) -> None:
    one = placed(Path(rules.__file__), "    most = 5", "6 for 5")
    assert one.mutant.within is None
    told = "import pilar.config.mutation.planted, limit_rules; print(limit_rules.Limit.most)"
    planted = {
        "DJANGO_SETTINGS_MODULE": "pilar.config.settings.test",
        "PILAR_PLANTED": f"{one.path}\n{one.mutant.text}",
        "PYTHONPATH": f"src:{one.path.parent}",
    }
    done = subprocess.run([sys.executable, "-c", told], env=os.environ | planted, capture_output=True, check=True)
    assert done.stdout == b"6\n"


def test_what_is_loaded_anew_is_marked(rules: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    clocks = SimpleNamespace(ITIMER_PROF=0, setitimer=lambda *_: None, alarm=lambda _: None)
    for name, stand_in in (("signal", clocks), ("_anew", lambda *_: True), ("_failed", lambda _: True)):
        monkeypatch.setattr(loop, name, stand_in)
    session, path = SimpleNamespace(items=[]), Path(rules.__file__)
    for line, told, anew in (("    most = 5", "6 for 5", True), ("    return 9", "10 for 9", False)):
        mark = tmp_path / told
        assert loop._tried(session, placed(path, line, told), mark)  # type: ignore[arg-type]
        assert mark.exists() == anew


def test_first_the_tests_that_run_the_line_by_themselves_then_the_files_whose_fixtures_do() -> None:
    path, room = drawing.SOURCE / "measures" / "rules" / "periods.py", "measures"
    (first, *_rest) = drawing.drawn(room, {}, most=1, seed=1)
    assert first.path.is_relative_to(drawing.SOURCE / room)
    within, loaded = (
        placed(path, "    return number > 5", "6 for 5").mutant,
        placed(path, "    most = 5", "6 for 5").mutant,
    )
    lines = {within.line: ["a.py", "b.py::one", "b.py::two", ""], 1: ["c_periods.py::x", "b.py::one"]}
    length = Counter({"b.py::one": 9, "b.py::two": 3})
    assert drawing._tests(room, path, within, lines, length) == ("b.py::two", "b.py::one", "a.py")
    assert drawing._tests(room, path, within, {within.line: ["a.py"]}, length) == ("a.py",)
    assert drawing._tests(room, path, within, {}, length) == ()
    atomic = placed(path, "def within(more=()):", "within without a transaction").mutant
    assert drawing._tests(room, path, atomic, {atomic.line: [""], atomic.line + 1: ["d.py::y"]}, length) == ("d.py::y",)
    assert drawing._tests(room, path, loaded, lines, length) == ("c_periods.py", "b.py", "a.py")
    assert drawing._tests(room, path, loaded, {}, length) == ("tests/measures",)


def test_each_child_answers_and_one_that_cannot_is_a_fault() -> None:
    assert loop._forked([lambda: True, lambda: False, lambda: os.kill(os.getpid(), 9) is None]) == [True, False, True]
    with pytest.raises(RuntimeError):
        loop._forked([lambda: bool(1 / 0)])


def test_patience_with_a_mutant_grows_with_what_its_tests_take(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loop, "_seconds", {"a.py::one": 2.0, "a.py::two": 1.0, "b.py::one": 4.0})
    path = drawing.SOURCE / "measures" / "rules" / "periods.py"
    mutant = placed(path, "    return number > 5", "6 for 5").mutant
    for tests, usual in ((("a.py::one",), 2), (("a.py::one", "b.py"), 6), (("a.py",), 3)):
        assert loop._patience(drawing.Placed(path, mutant, tests)) == loop.PATIENCE + loop.TIMES * usual
