"""``./pilar check-bookings``."""

from __future__ import annotations

import argparse
import sys
from typing import Any

from pilar.platform.language import translate

FAILED = 1


def register(subparsers: Any) -> None:
    """Add the commands of hospitals."""
    checking = subparsers.add_parser(
        "check-bookings", help=translate("count the bookings of all sessions anew and compare them with their counters")
    )
    checking.set_defaults(run=_check, database=True)


def _check(options: argparse.Namespace) -> int:
    from pilar.hospital.queries import recount

    found = recount.differences()
    for one in found:
        sys.stdout.write(translate("session %(session)s: %(what)s", session=one.session, what=one.sentence) + "\n")
    told = translate("%(sessions)s sessions, %(found)s differences", sessions=recount.sessions(), found=len(found))
    sys.stdout.write(told + "\n")
    return FAILED if found else 0
