"""Rows made of what is stored."""

from dataclasses import dataclass
from enum import StrEnum
from types import SimpleNamespace

import pytest

from pilar.platform.rows import row_of


class Light(StrEnum):
    GREEN = "green"
    RED = "red"


@dataclass(frozen=True, slots=True)
class Row:
    key: int
    title: str
    light: Light
    place: str


STORED = SimpleNamespace(pk=7, title="Bridge", light="red", place_id=3, secret="never told")


def test_a_field_is_read_by_its_name_unless_it_is_given() -> None:
    row = row_of(Row, STORED, place="36.03")
    assert row == Row(7, "Bridge", Light.RED, "36.03")
    assert isinstance(row.light, Light)


def test_what_is_stored_under_no_such_name_has_to_be_given() -> None:
    with pytest.raises(AttributeError, match="place"):
        row_of(Row, STORED)


def test_nothing_is_given_that_the_row_does_not_have() -> None:
    with pytest.raises(TypeError, match="unknown"):
        row_of(Row, STORED, place="", unknown=1)
