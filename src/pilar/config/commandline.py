"""The command line: gathers the rooms' commands and runs one."""

from __future__ import annotations

import argparse
import io
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

from pilar.areas import commands as areas_commands
from pilar.config import backup_commands, commands, old_years_commands
from pilar.config.ending import EXPECTED_ERROR, not_there, status_of
from pilar.evaluation import commands as evaluation_commands
from pilar.evidence import commands as evidence_commands
from pilar.hospital import commands as hospital_commands
from pilar.people import commands as people_commands
from pilar.platform.language import stale_catalogues, translate
from pilar.villagefinance import commands as villagefinance_commands


class Parser(argparse.ArgumentParser):
    """argparse's own complaint, without the long usage in front."""

    def error(self, message: str) -> NoReturn:
        self.exit(
            EXPECTED_ERROR,
            f"{self.prog}: {message}\n" + translate("See %(command)s", command=f"{self.prog} --help") + "\n",
        )


def called_as() -> str:
    """``pilar`` where it is installed, otherwise the door of the checkout."""
    return "pilar" if Path(sys.argv[0]).name == "pilar" else "./pilar"


def build_parser() -> argparse.ArgumentParser:
    """All commands of all rooms."""
    parser = Parser(prog=called_as(), description=translate("The smart-city cycle of Indonesia's regencies and cities"))
    subparsers = parser.add_subparsers(dest="command", required=True, metavar=translate("command"))
    commands.register(subparsers)
    backup_commands.register(subparsers)
    old_years_commands.register(subparsers)
    areas_commands.register(subparsers)
    evaluation_commands.register(subparsers)
    evidence_commands.register(subparsers)
    hospital_commands.register(subparsers)
    people_commands.register(subparsers)
    villagefinance_commands.register(subparsers)
    return parser


def run() -> int:
    """The command ``pilar`` of an installation."""
    return main(sys.argv[1:])


def main(arguments: Sequence[str]) -> int:
    """Run one command; returns its exit status: 0 done, 1 checks failed, 2 an expected error, 130 interrupted."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # a console that lacks a character gets a stand-in, not a traceback
            stream.reconfigure(errors="replace")
    if (stale := stale_catalogues()) and not_there("babel", "django") == ():
        from pilar.config import messages

        messages.compile_all(stale)
    parser = build_parser()
    options, options.rest = parser.parse_known_args(arguments)
    if options.rest and options.command != "test":
        parser.error(translate("unknown arguments: %(arguments)s", arguments=" ".join(options.rest)))

    def asked() -> int | None:
        if getattr(options, "database", False):
            from pilar.config import production

            production.prepare()
        answered: int | None = options.run(options)
        return answered

    return status_of(asked)
