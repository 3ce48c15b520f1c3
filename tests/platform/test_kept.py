"""What is kept by a stamp of its rows."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor

import pytest

from pilar.platform import kept as module
from pilar.platform.kept import Kept

WAIT = 60.0


def test_it_is_made_once_a_stamp_and_the_longest_unasked_goes_first() -> None:
    kept, made = Kept[str](2), list[str]()

    def ask(stamp: str) -> str:
        def make() -> str:
            made.append(stamp)
            return stamp.upper()

        return kept.get(stamp, make)

    assert [ask(one) for one in "abacab"] == ["A", "B", "A", "C", "A", "B"]
    assert made == ["a", "b", "c", "b"]


class Crowd:
    """Eight who ask for one thing while the first of them makes it, which lasts until :meth:`let`."""

    def __init__(self, fails: bool = False) -> None:
        self.kept, self.fails, self.made = Kept[str](2), fails, list[int]()
        self.begun, self.going = threading.Event(), threading.Event()
        self._pool = ThreadPoolExecutor(8)

    def make(self) -> str:
        self.made.append(len(self.made))
        if len(self.made) == 1:
            self.begun.set()
            assert self.going.wait(WAIT)
            if self.fails:
                raise ValueError("broken")
        return "A"

    def ask(self) -> list[Future[str]]:
        first = self._pool.submit(self.kept.get, "a", self.make)
        assert self.begun.wait(WAIT)
        return [first, *(self._pool.submit(self.kept.get, "a", self.make) for _one in range(7))]

    def let(self, asked: list[Future[str]]) -> list[str]:
        self.going.set()
        return [one.result(WAIT) for one in asked]


def test_one_makes_what_many_ask_for_at_once() -> None:
    crowd = Crowd()
    asked = crowd.ask()
    assert crowd.let(asked) == ["A"] * 8
    assert crowd.made == [0]
    assert crowd.kept.get("a", crowd.make) == "A"
    assert crowd.made == [0]


def test_who_looked_before_it_was_made_and_asks_after_it_makes_it_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    crowd = Crowd()
    crowd.going.set()
    once = crowd.kept._once.get

    def later(stamp: str, make: Callable[[], str]) -> str:
        monkeypatch.setattr(crowd.kept._once, "get", once)
        assert crowd.kept.get("a", crowd.make) == "A"  # another, done with it between the two
        return once(stamp, make)

    monkeypatch.setattr(crowd.kept._once, "get", later)
    assert crowd.kept.get("a", crowd.make) == "A"
    assert crowd.made == [0]


def test_who_waited_in_vain_makes_it(monkeypatch: pytest.MonkeyPatch) -> None:
    crowd = Crowd(fails=True)
    first, *others = crowd.ask()
    assert crowd.let(others) == ["A"] * 7
    with pytest.raises(ValueError, match="broken"):
        first.result(WAIT)
    monkeypatch.setattr(module, "PATIENCE", 0.05)
    slow = Crowd()
    first, *others = slow.ask()
    assert [one.result(WAIT) for one in others] == ["A"] * 7, "the first may be stuck"
    assert not first.done()
    assert slow.let([first]) == ["A"]


def test_other_things_are_made_meanwhile_and_each_may_ask_for_another() -> None:
    crowd = Crowd()
    asked = crowd.ask()
    inner: Callable[[], str] = lambda: crowd.kept.get("c", lambda: "C")  # noqa: E731
    assert crowd.kept.get("b", inner) == "C"
    assert crowd.let(asked) == ["A"] * 8
