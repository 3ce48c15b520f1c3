"""``./pilar move-year``: the lines of a closed year of the books, to a second server (docs/scale.md)."""

from __future__ import annotations

import argparse
import os
from typing import Any

from pilar.config.backup_commands import owner_url, say, told
from pilar.platform.errors import PilarError
from pilar.platform.language import N_, translate

OWNER, READER = "PILAR_OLD_YEARS_OWNER_URL", "PILAR_OLD_YEARS_URL"


class NoSecondServer(PilarError):
    code = "no-second-server"
    sentence = N_("Set %(owner)s and %(reader)s: the database of the second server, by its owner and by who reads it")


def register(subparsers: Any) -> None:
    """Add the command about old years."""
    move = subparsers.add_parser("move-year", help=translate("move the lines of a closed year to a second server"))
    move.add_argument("year", type=int, help=translate("a year that every village has closed"))
    move.set_defaults(run=told(_move))


def _move(options: argparse.Namespace) -> int:
    from pilar.config import old_years, roles

    if not os.environ.get(OWNER) or not os.environ.get(READER):
        raise NoSecondServer(owner=OWNER, reader=READER)
    moved = old_years.move(
        options.year, url=owner_url(os.environ), there=os.environ[OWNER], reading=os.environ[READER],
        serving=roles.serving_role(os.environ), say=lambda sentence: say(translate(sentence)),
    )  # fmt: skip
    size = f"{moved.size / 1_000_000:.0f}"
    say(translate("%(lines)s lines of %(year)s moved, %(size)s MB", lines=moved.lines, year=options.year, size=size))
    return 0
