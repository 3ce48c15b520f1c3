"""The command line: gathers the rooms' commands, and turns an expected error into a sentence and exit status 2."""

from __future__ import annotations

import argparse
import io
import os
import sys
from collections.abc import Sequence
from typing import NoReturn

from pilar.areas import commands as areas_commands
from pilar.config import backup_commands, commands
from pilar.evaluation import commands as evaluation_commands
from pilar.evidence import commands as evidence_commands
from pilar.people import commands as people_commands
from pilar.platform.errors import PilarError
from pilar.platform.language import stale_catalogues, translate
from pilar.villagefinance import commands as villagefinance_commands

EXPECTED_ERROR = 2
INTERRUPTED = 130


class Parser(argparse.ArgumentParser):
    """argparse's own complaint, without the long usage in front."""

    def error(self, message: str) -> NoReturn:
        self.exit(
            EXPECTED_ERROR,
            f"{self.prog}: {message}\n" + translate("See %(command)s", command=f"{self.prog} --help") + "\n",
        )


def build_parser() -> argparse.ArgumentParser:
    """All commands of all rooms."""
    parser = Parser(prog="./pilar", description=translate("The smart-city cycle of Indonesia's regencies and cities"))
    subparsers = parser.add_subparsers(dest="command", required=True, metavar=translate("command"))
    commands.register(subparsers)
    backup_commands.register(subparsers)
    areas_commands.register(subparsers)
    evaluation_commands.register(subparsers)
    evidence_commands.register(subparsers)
    people_commands.register(subparsers)
    villagefinance_commands.register(subparsers)
    return parser


def main(arguments: Sequence[str]) -> int:
    """Run one command; returns its exit status: 0 done, 1 checks failed, 2 an expected error, 130 interrupted."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # a console that lacks a character gets a stand-in, not a traceback
            stream.reconfigure(errors="replace")
    if stale := stale_catalogues():
        from pilar.config import messages

        messages.compile_all(stale)
    parser = build_parser()
    options, options.rest = parser.parse_known_args(arguments)
    if options.rest and options.command != "test":
        parser.error(translate("unknown arguments: %(arguments)s", arguments=" ".join(options.rest)))
    try:
        if getattr(options, "database", False):
            from pilar.config import production

            production.prepare()
        return int(options.run(options) or 0)
    except PilarError as error:
        sys.stderr.write(error.text() + "\n")
        return EXPECTED_ERROR
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        # The reader of our output (head, less) is gone: nothing to tell and nobody to tell it to.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as error:
        if "psycopg" not in sys.modules or not _database_is_away(error):
            raise
        from pilar.config.database import DatabaseUnreachable

        sys.stderr.write(DatabaseUnreachable(said=str(error).strip().splitlines()[0]).text() + "\n")
        return EXPECTED_ERROR


def _database_is_away(error: Exception) -> bool:
    """Loaded only by commands that need a database."""
    from pilar.platform.outage import database_is_away

    return database_is_away(error)
