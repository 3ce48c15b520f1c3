"""``./pilar load-hospitals``, ``check-bookings``, and ``bpjs-simulator``, the other side of the contract with BPJS."""

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
        "check-bookings", help=translate("count the bookings of all sessions and compare them with their counters")
    )
    checking.set_defaults(run=_check, database=True)

    loading = subparsers.add_parser(
        "load-hospitals",
        help=translate("show what a file of hospitals adds and corrects, and store it"),
        description=translate(
            "Hospitals with their clinics, doctors, rooms and weekly sessions, as data/hospital/hospitals.yaml shows "
            "them. What the file leaves out or empty stays as it is; weekly sessions and rules are stored with a new "
            "clinic alone, afterwards the management of the hospital keeps them by its pages."
        ),
    )
    loading.add_argument("file", type=Path, metavar=translate("FILE"))
    loading.add_argument("--store", action="store_true", help=translate("store it; otherwise it is only shown"))
    loading.set_defaults(run=_load, database=True)

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
    simulator.add_argument(
        "--keep", action="store_true", help=translate("keep what it is told beside the file too, for its next start")
    )
    simulator.set_defaults(run=_simulate)


def _check(options: argparse.Namespace) -> int:
    from pilar.hospital.queries import recount

    differences = recount.differences()
    for change in differences:
        sys.stdout.write(
            translate("session %(session)s: %(what)s", session=change.session, what=change.sentence) + "\n"
        )
    told = translate(
        "%(sessions)s sessions, %(found)s differences", sessions=recount.sessions(), found=len(differences)
    )
    sys.stdout.write(told + "\n")
    return FAILED if differences else 0


def _load(options: argparse.Namespace) -> None:
    from django.db import transaction
    from django.utils import timezone

    from pilar.hospital.operations import load_hospitals, open_sessions
    from pilar.hospital.reference.hospitals import read
    from pilar.hospital.rules.entries import NAMES
    from pilar.people.rules import OPERATOR

    given, now = read(options.file), timezone.now()
    with transaction.atomic():
        loadeds = load_hospitals(by=OPERATOR, given=given, now=now)
        transaction.set_rollback(not options.store)
    for loaded in loadeds:
        sys.stdout.write(f"{loaded.hospital}  {translate(NAMES[loaded.entry])} {loaded.name}: ")
        if loaded.before is None:
            sys.stdout.write(translate("new") + "\n")
        else:
            sys.stdout.write(
                ", ".join(f"{name} {loaded.before[name]} → {loaded.after[name]}" for name in loaded.after) + "\n"
            )
    count = {
        "new": sum(change.before is None for change in loadeds),
        "corrected": sum(change.before is not None for change in loadeds),
    }
    if options.store:
        opened = open_sessions(by=OPERATOR, now=now)
        told = translate(
            "Stored: %(new)s new, %(corrected)s corrected; sessions opened: %(opened)s", opened=opened, **count
        )
    else:
        told = translate("%(new)s new, %(corrected)s corrected. Nothing is stored: add --store", **count)
    sys.stdout.write(told + "\n")


def _simulate(options: argparse.Namespace) -> None:
    from pilar.hospital.bpjs.access import read_accesses
    from pilar.hospital.bpjs.simulator import SimulatedFault, Simulator, schedule_of, serve
    from pilar.hospital.reference.hospitals import shipped

    known, faults = {place.code: schedule_of(place) for place in shipped()}, list[SimulatedFault]()
    simulators = {
        code: Simulator((access.keys,), known.get(code, []), faults=faults)
        for code, access in read_accesses(options.file).items()
    }
    for code, simulator in simulators.items():
        if options.keep:
            simulator.remember(options.file.with_name(f"{options.file.stem}-{code}.jsonl"))
    serve([*simulators.values()], options.port)
    threading.Event().wait()
