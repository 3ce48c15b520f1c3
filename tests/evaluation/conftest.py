"""Regions, an instrument and a statement in the tables."""

from __future__ import annotations

import argparse
from collections.abc import Callable

import pytest

from areas.places import every_region, load
from evaluation.samples import document, row
from kit.worlds import once
from pilar import index
from pilar.evaluation import commands, operations
from pilar.evaluation.rules.published import PublishedRow
from pilar.people.rules import OPERATOR


@once
def regions() -> None:
    """All provinces, regencies and cities."""
    load(every_region())


@once
def instrument(regions: None) -> index.Instrument:
    """The instrument that scores 2023."""
    text = document()
    parsed = index.parse_instrument(text)
    operations.add_instrument(by=OPERATOR, instrument=parsed, document=text)
    operations.choose_instrument(by=OPERATOR, year=2023, instrument=parsed)
    return parsed


@once
def tangerang(instrument: index.Instrument) -> PublishedRow:
    """Kabupaten Tangerang 2023 in the tables, with its instrument."""
    printed = row()
    operations.record_statement(by=OPERATOR, row=printed)
    return printed


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Callable[..., str]:
    """``pilar index`` in this process: arguments in, what it prints out."""
    parser = argparse.ArgumentParser()
    commands.register(parser.add_subparsers(required=True))

    def ran(*arguments: object) -> str:
        options = parser.parse_args(["index", *(str(argument) for argument in arguments)])
        assert options.run(options) == 0
        return capsys.readouterr().out

    return ran
