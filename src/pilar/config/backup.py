"""Backups of an installation, and the drill that proves that they can be restored.

A backup is a folder: the database as PostgreSQL dumps it, names and hashes of the evidence, the keys, and a manifest
with rows and hash of every table as they were in the same snapshot. Evidence never changes once it is stored, so all
backups side by side share one copy of it.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path

import psycopg
from psycopg import sql

from pilar.config import postgres
from pilar.evidence.rules.documents import FOLDER
from pilar.platform.errors import PilarError
from pilar.platform.language import N_

DUMP, KEYS, MANIFEST, EVIDENCE = "database.dump", "keys.env", "manifest.json", "evidence"
DRILL = "pilar_drill"

# Values as text must not depend on whose session reads them.
_PLAIN = "SET datestyle = 'ISO, YMD'; SET timezone = 'UTC'; SET extra_float_digits = 1; SET bytea_output = 'hex'"
_TABLES = """
    SELECT n.nspname, c.relname FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'p') AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND NOT c.relispartition
      AND c.relpersistence <> 't'
    ORDER BY 1, 2
"""
SUMMED = """
    SELECT count(*), coalesce(sum(('x' || substr(md5(row_of::text), 1, 16))::bit(64)::bigint::numeric), 0)
    FROM {} AS row_of
"""


class NoBackup(PilarError):
    code = "no-backup"
    sentence = N_("There is no backup in %(folder)s")


class DatabaseNotEmpty(PilarError):
    code = "database-not-empty"
    sentence = N_("The database has tables already. A backup is restored into an empty one, so that nothing is lost")


class BackupDamaged(PilarError):
    code = "backup-damaged"
    sentence = N_("The backup %(folder)s is damaged: %(what)s")


class FolderRefused(PilarError):
    code = "folder-refused"
    sentence = N_("%(path)s cannot be used: %(reason)s")


class MayNotCreate(PilarError):
    code = "may-not-create-databases"
    sentence = N_("The drill needs a database of its own: allow the role of the address to create databases (CREATEDB)")


@dataclass(frozen=True)
class Manifest:
    """The contents of a backup. ``tables``: rows and hash of each; ``evidence``: SHA-256 of each file, by name."""

    made_at: str
    server: str
    tables: Mapping[str, tuple[int, str]]
    dump: str
    evidence: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Proof:
    """The result of the drill. ``differing``: tables and files of evidence that are not as they were; empty if all
    are."""

    tables: int
    rows: int
    files: int
    differing: tuple[str, ...]


def back_up(
    *, url: str, folder: Path, evidence: Path | None, keys: Mapping[str, str], now: datetime, keep: int | None = None
) -> Path:
    """Make a backup below ``folder`` and return its place; it is there whole or not at all.

    ``evidence``: the folder of the evidence, None where a store of its own keeps it. ``keys``: what opens secrets of
    the database; they stand in a file that only its owner reads. ``keep``: how many backups stay, the newest.
    """
    name = now.strftime("%Y%m%dT%H%M%SZ")
    for left in folder.glob(".making-*"):  # by a run that was killed
        shutil.rmtree(left, ignore_errors=True)
    making = folder / f".making-{name}"
    making.mkdir(parents=True, mode=0o700)
    try:
        with _snapshot(url) as (connection, snapshot):
            postgres.run("pg_dump", url, "--format=custom", f"--snapshot={snapshot}", f"--file={making / DUMP}")
            tables = _summed(connection)
            server = connection.execute("SHOW server_version").fetchone()
        # Rows come before files: a file without a row harms nobody, a row without its file does.
        files = {} if evidence is None else dict(_kept(evidence, folder / EVIDENCE))
        written = Manifest(now.isoformat(), server[0] if server else "", tables, _sha256(making / DUMP), files)
        (making / MANIFEST).write_text(json.dumps(asdict(written), indent=1), encoding="utf-8")
        _write_keys(making / KEYS, keys)
        making.rename(folder / name)
    except BaseException:
        shutil.rmtree(making, ignore_errors=True)
        raise
    if keep is not None:
        for old in backups(folder)[:-keep]:
            shutil.rmtree(old)
        _forget_files(folder)
    return folder / name


def backups(folder: Path) -> list[Path]:
    """The backups below a folder, the oldest first."""
    return sorted(path.parent for path in folder.glob(f"2*/{MANIFEST}"))


def newest(place: Path) -> Path:
    """``place`` itself if it is a backup, otherwise the newest below it. Raises :class:`NoBackup`."""
    if (place / MANIFEST).is_file():
        return place
    paths = backups(place) if place.is_dir() else []
    if not paths:
        raise NoBackup(folder=place)
    return paths[-1]


def restore(*, backup: Path, url: str, evidence: Path | None) -> Manifest:
    """Fill an empty database, and the folder of the evidence, from a backup.

    Raises :class:`DatabaseNotEmpty`, and :class:`BackupDamaged` before anything is written.
    """
    manifest = _read(backup)
    store = backup.parent / EVIDENCE
    for name, sha256 in manifest.evidence.items() if evidence is not None else ():
        if not _holds(store / name, sha256):
            raise BackupDamaged(folder=backup, what=name)
    with psycopg.connect(url) as connection:
        if connection.execute(_TABLES).fetchone():
            raise DatabaseNotEmpty
    postgres.run("pg_restore", url, "--exit-on-error", "--single-transaction", "--no-owner", str(backup / DUMP))
    for name in manifest.evidence if evidence is not None else ():
        _copy(store / name, evidence / name)  # type: ignore[operator]
    return manifest


def drill(*, backup: Path, url: str, say: Callable[[str], None]) -> Proof:
    """Restore a backup into a database of its own on the server of ``url``, compare all of it, and drop it again."""
    manifest = _read(backup)
    with _drilled(url) as beside:
        say(N_("Restoring into a database of its own"))
        postgres.run("pg_restore", beside, "--exit-on-error", "--single-transaction", "--no-owner", "--no-acl",
                     str(backup / DUMP))  # fmt: skip
        say(N_("Comparing rows and hashes of all tables"))
        with psycopg.connect(beside) as connection:
            sums = _summed(connection)
    say(N_("Comparing the files of the evidence"))
    differing = [name for name in {*sums, *manifest.tables} if sums.get(name) != tuple(manifest.tables.get(name, ()))]
    store = backup.parent / EVIDENCE
    differing += [name for name, sha in manifest.evidence.items() if not _holds(store / name, sha)]
    rows = sum(count for count, _hash in sums.values())
    return Proof(len(sums), rows, len(manifest.evidence), tuple(sorted(differing)))


@contextmanager
def _snapshot(url: str) -> Iterator[tuple[psycopg.Connection, str]]:
    """A connection that sees the database as it is now, and the name by which others see the same."""
    with psycopg.connect(url) as connection:
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        connection.read_only = True
        row = connection.execute("SELECT pg_export_snapshot()").fetchone()
        yield connection, row[0] if row else ""


def _summed(connection: psycopg.Connection) -> dict[str, tuple[int, str]]:
    """Rows of every table, and a sum of their hashes, which does not depend on their order."""
    connection.execute(_PLAIN)
    sums = {}
    for schema, table in connection.execute(_TABLES).fetchall():
        row = connection.execute(sql.SQL(SUMMED).format(sql.Identifier(schema, table))).fetchone()
        if row is not None:
            sums[f"{schema}.{table}"] = (row[0], str(row[1]))
    return sums


@contextmanager
def _drilled(url: str) -> Iterator[str]:
    name = f"{DRILL}_{os.getpid()}"
    with psycopg.connect(url, autocommit=True) as connection:
        try:
            connection.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(sql.Identifier(name)))
        except psycopg.errors.InsufficientPrivilege:
            raise MayNotCreate from None
        try:
            yield postgres.other_database(url, name)
        finally:
            connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def _read(backup: Path) -> Manifest:
    try:
        told = json.loads((backup / MANIFEST).read_text(encoding="utf-8"))
        tables = {name: (count, summed) for name, (count, summed) in told.pop("tables").items()}
        manifest = Manifest(tables=tables, **told)
    except FileNotFoundError:
        raise NoBackup(folder=backup) from None
    except (ValueError, TypeError, KeyError) as error:
        raise BackupDamaged(folder=backup, what=error) from None
    if not _holds(backup / DUMP, manifest.dump):
        raise BackupDamaged(folder=backup, what=DUMP)
    return manifest


def _kept(evidence: Path, store: Path) -> Iterator[tuple[str, str]]:
    """Copy what is not there yet; name and hash of every file. What is made again, and may go meanwhile, is none."""
    for path in sorted(evidence.rglob("*")) if evidence.is_dir() else ():
        name = path.relative_to(evidence).as_posix()
        if name.startswith(f"{FOLDER}/"):
            continue
        if path.is_file() and not any(part.startswith(".") for part in Path(name).parts):
            try:
                _copy(path, store / name)
            except FileNotFoundError:  # swept meanwhile: no row of the snapshot names it
                continue
            yield name, _sha256(store / name)


def _copy(source: Path, target: Path) -> None:
    if target.is_file() and target.stat().st_size == source.stat().st_size:
        return
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    part = target.with_name(f".{target.name}.part")
    shutil.copy2(source, part)
    part.replace(target)


def _forget_files(folder: Path) -> None:
    """Delete the copies of evidence that no backup names any more."""
    told = (json.loads((backup / MANIFEST).read_text(encoding="utf-8")) for backup in backups(folder))
    named = {name for manifest in told for name in manifest["evidence"]}
    for path in (folder / EVIDENCE).rglob("*"):
        if path.is_file() and path.relative_to(folder / EVIDENCE).as_posix() not in named:
            path.unlink()


def _write_keys(path: Path, keys: Mapping[str, str]) -> None:
    path.touch(mode=0o600)
    path.write_text("".join(f"{name}={value}\n" for name, value in sorted(keys.items())), encoding="utf-8")


def _holds(path: Path, sha256: str) -> bool:
    return path.is_file() and _sha256(path) == sha256


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
