"""``./pilar check-bookings`` and ``bpjs-simulator``, the other side of the contract with BPJS."""

from __future__ import annotations

import argparse
import sys
import threading
from pathlib import Path
from typing import Any

from pilar.platform.language import translate

FAILED = 1


def register(subparsers: Any) -> None:
    """Add the commands of hospitals."""
    checking = subparsers.add_parser(
        "check-bookings", help=translate("count the bookings of all sessions anew and compare them with their counters")
    )
    checking.set_defaults(run=_check, database=True)

    simulator = subparsers.add_parser(
        "bpjs-simulator",
        help=translate("answer on this machine as BPJS does"),
        description=translate(
            "Answers the 17 services that a hospital calls, by the contract, with the keys of a file of accesses "
            "(PILAR_BPJS_FILE). What it is told it keeps in memory. A fault is asked for by POST /simulator/fault with "
            '{"fault": "silent", "times": 3}: silent, lost, broken, signature, garbage or duplicate.'
        ),
    )
    simulator.add_argument("file", type=Path, metavar=translate("FILE"))
    simulator.add_argument("--port", type=int, default=8181)
    simulator.set_defaults(run=_simulate)


def _check(options: argparse.Namespace) -> int:
    from pilar.hospital.queries import recount

    found = recount.differences()
    for one in found:
        sys.stdout.write(translate("session %(session)s: %(what)s", session=one.session, what=one.sentence) + "\n")
    told = translate("%(sessions)s sessions, %(found)s differences", sessions=recount.sessions(), found=len(found))
    sys.stdout.write(told + "\n")
    return FAILED if found else 0


def _simulate(options: argparse.Namespace) -> None:
    from pilar.hospital.bpjs.access import read_accesses
    from pilar.hospital.bpjs.simulator import Simulator

    Simulator(tuple(one.keys for one in read_accesses(options.file).values())).serve(options.port)
    threading.Event().wait()
