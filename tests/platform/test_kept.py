"""What is kept by a stamp of its rows."""

from __future__ import annotations

from pilar.platform.kept import Kept


def test_it_is_made_once_a_stamp_and_the_longest_unasked_goes_first() -> None:
    kept, made = Kept[str](2), list[str]()

    def ask(stamp: str) -> str:
        def make() -> str:
            made.append(stamp)
            return stamp.upper()

        return kept.get(stamp, make)

    assert [ask(one) for one in "abacab"] == ["A", "B", "A", "C", "A", "B"]
    assert made == ["a", "b", "c", "b"]
