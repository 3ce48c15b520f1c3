"""``./pilar backup``, ``restore`` and ``drill-restore``: copies of an installation, and the proof that they work."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pilar.platform.language import translate

FAILED = 1
OWNER = "PILAR_OWNER_URL"
OWNERS = (OWNER, "PILAR_OLD_YEARS_OWNER_URL")
SECRETS = ("PILAR_", "AWS_", "DATABASE_URL")


def register(subparsers: Any) -> None:
    """Add the commands about copies."""
    backup = subparsers.add_parser("backup", help=translate("copy database, evidence and keys into a folder"))
    backup.add_argument("folder", type=Path, help=translate("folder of the backups"))
    backup.add_argument("--keep", type=_count, help=translate("how many stay, the newest; all if left out"))
    backup.set_defaults(run=told(_backup))

    restore = subparsers.add_parser("restore", help=translate("fill an empty database from a backup"))
    restore.add_argument("backup", type=Path, help=translate("a backup, or the folder of them: then the newest"))
    restore.set_defaults(run=told(_restore))

    drill = subparsers.add_parser(
        "drill-restore", help=translate("restore a backup beside, compare all of it, drop it")
    )
    drill.add_argument("backup", type=Path, help=translate("a backup, or the folder of them: then the newest"))
    drill.set_defaults(run=told(_drill))


def _backup(options: argparse.Namespace) -> int:
    from pilar.config import backup

    made = backup.back_up(
        url=owner_url(os.environ), folder=options.folder, evidence=_evidence(os.environ), keys=_keys(os.environ),
        now=datetime.now(UTC), keep=options.keep,
    )  # fmt: skip
    say(translate("Backup made: %(place)s", place=made))
    return 0


def _restore(options: argparse.Namespace) -> int:
    from pilar.config import backup

    newest = backup.newest(options.backup)
    backup.restore(backup=newest, url=owner_url(os.environ), evidence=_evidence(os.environ))
    say(translate("Restored from %(place)s. The keys stand in %(keys)s", place=newest, keys=newest / backup.KEYS))
    return 0


def _drill(options: argparse.Namespace) -> int:
    from pilar.config import backup

    newest = backup.newest(options.backup)
    proof = backup.drill(backup=newest, url=owner_url(os.environ), say=lambda sentence: say(translate(sentence)))
    fields = {"tables": proof.tables, "rows": proof.rows, "files": proof.files, "place": newest}
    if proof.differing:
        say(translate("Not as it was: %(names)s", names=", ".join(proof.differing)))
        return FAILED
    say(
        translate("%(place)s restores: %(tables)s tables, %(rows)s rows and %(files)s files are as they were", **fields)
    )
    return 0


def told(run: Callable[[argparse.Namespace], int]) -> Callable[[argparse.Namespace], int]:
    """The command, with a database that does not answer and a folder that cannot be written said as sentences."""

    def said(options: argparse.Namespace) -> int:
        import psycopg

        from pilar.config.backup import FolderRefused
        from pilar.config.database import DatabaseUnreachable
        from pilar.config.requirements import production_values

        production_values(os.environ)
        try:
            return run(options)
        except psycopg.OperationalError as error:
            raise DatabaseUnreachable(said=str(error).strip().splitlines()[0]) from None
        except OSError as error:
            raise FolderRefused(path=error.filename or "", reason=error.strerror or error) from None

    return said


def owner_url(environment: Mapping[str, str]) -> str:
    """The owner's address, who may read everything, where one is set; otherwise that of the site."""
    return environment.get(OWNER) or environment["DATABASE_URL"]


def _evidence(environment: Mapping[str, str]) -> Path | None:
    """The folder of the evidence; None where an S3-compatible store keeps it, which has copies of its own."""
    from pilar.config.state import state_folder
    from pilar.config.storage import evidence_store

    return Path(place) if (place := evidence_store(environment, state_folder())["OPTIONS"].get("location")) else None


def _keys(environment: Mapping[str, str]) -> dict[str, str]:
    """Without the secret key every session, link and signed cookie ends. The owners' addresses are left out: who
    serves may read the backups of its user, and must not learn how to change history."""
    return {name: value for name, value in environment.items() if name.startswith(SECRETS) and name not in OWNERS}


def _count(text: str) -> int:
    if not text.isascii() or not text.isdigit() or int(text) < 1:
        raise argparse.ArgumentTypeError(translate("a whole number from 1"))
    return int(text)


def say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()
