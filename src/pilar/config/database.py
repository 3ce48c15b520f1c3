"""Choice of the database: ``DATABASE_URL`` or the embedded server; for the web a pool and a replica."""

from __future__ import annotations

import os
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

import dj_database_url

from pilar.config.embedded import place_for
from pilar.config.state import state_folder
from pilar.platform.errors import PilarError
from pilar.platform.language import N_

SCHEMES = ("postgres", "postgresql")
PATIENCE = {"connect_timeout": 5, "keepalives_idle": 30, "keepalives_interval": 10, "keepalives_count": 3}
"""Seconds after which a server that says nothing is taken for away; DATABASE_URL may say others."""
PLANS = {"prepare_threshold": 2}
"""So often a connection sends a text of ``platform.statements`` before its plan is kept."""
BEFORE_SQUASHED = "3bb985c0"
"""The last version with every migration that the first ones of the rooms replace (docs/adr/0022)."""
EMBEDDED_USER = "PILAR_EMBEDDED_USER"
"""User and password with a colon between them, by which the demo tells its children to serve as another role."""

POOL, REPLICA = "PILAR_POOL_URL", "PILAR_REPLICA_URL"
"""The same database through a pool by transaction, for requests; and another server that follows it, for readers."""
WEB = "PILAR_WEB"
"""What ``serve`` tells the processes that answer."""


class UnfitDatabaseUrl(PilarError):
    code = "database-url-unfit"
    sentence = N_(
        "%(name)s is not the address of a PostgreSQL server, such as postgres://user:password@host:5432/pilar"
    )


class DatabaseUnreachable(PilarError):
    code = "database-unreachable"
    status = 503
    sentence = N_("The database does not answer (%(said)s). Check DATABASE_URL and whether the server runs")


class TablesBehind(PilarError):
    code = "tables-behind"
    status = 503
    sentence = N_("The tables of the database are not those of this version. Run ./pilar migrate first")


class TablesTooOld(PilarError):
    code = "tables-too-old"
    status = 503
    sentence = N_(
        "The tables of the database are from before version %(version)s and lack %(count)s of its migrations, the "
        "first of them %(first)s. Nothing was changed. Run ./pilar migrate of version %(version)s first, then that of "
        "this version (docs/operations.md)"
    )


def database_settings() -> dict[str, Any]:
    """Django's settings of the one database; raises :class:`UnfitDatabaseUrl`.

    An embedded server that was never started gives an address that cannot be used.
    """
    url = os.environ.get("DATABASE_URL")
    if not url:
        place = place_for(state_folder())
        url = "postgres://pilar@embedded-not-started/pilar"
        if place.password_file.exists():
            url = place.url(os.environ.get(EMBEDDED_USER))
    return _settings("DATABASE_URL", url)


def databases() -> dict[str, dict[str, Any]]:
    """All databases of an installation by their aliases; raises :class:`UnfitDatabaseUrl`.

    A process of the web server has more than the one: ``replica`` for public pages, and behind a pool by transaction
    ``direct``, by which it is told what changes.
    """
    aliases = {"default": database_settings()}
    others = {name: _settings(name, url) for name in (POOL, REPLICA) if (url := os.environ.get(name))}
    if WEB not in os.environ:
        return aliases
    for other in others.values():
        # A cursor that the server holds ends with its transaction, and the next one may be on another connection.
        other["DISABLE_SERVER_SIDE_CURSORS"] = True
    if POOL in others:
        aliases |= {"direct": aliases["default"], "default": others[POOL]}
    if REPLICA in others:
        aliases["replica"] = others[REPLICA]
    return aliases


def _settings(name: str, url: str) -> dict[str, Any]:
    if urlsplit(url).scheme not in SCHEMES:
        raise UnfitDatabaseUrl(name=name)
    # A connection that died between two requests is noticed and replaced, not handed to a reader.
    settings = dict(dj_database_url.parse(url, conn_max_age=60, conn_health_checks=True))
    settings["OPTIONS"] = PATIENCE | PLANS | settings.get("OPTIONS", {})
    return settings


def require_tables() -> None:
    """Raise :class:`TablesBehind` unless every migration of this version is applied."""
    from django.db import connection
    from django.db.migrations.recorder import MigrationRecorder

    if not _migrations() <= MigrationRecorder(connection).applied_migrations().keys():
        raise TablesBehind


def refuse_older() -> None:
    """Raise :class:`TablesTooOld` where some of the migrations that became one are applied, and not all of them."""
    from django.db import connection
    from django.db.migrations.loader import MigrationLoader
    from django.db.migrations.recorder import MigrationRecorder

    applied = MigrationRecorder(connection).applied_migrations().keys()
    of_rooms = [migration.replaces for migration in MigrationLoader(None).replacements.values()]
    lacking = [
        name for names in of_rooms if any(name in applied for name in names) for name in names if name not in applied
    ]
    if lacking:
        raise TablesTooOld(version=BEFORE_SQUASHED, count=len(lacking), first="/".join(lacking[0]))


@lru_cache(maxsize=1)
def _migrations() -> frozenset[tuple[str, str]]:
    """The migrations of this version, read once a process: whether it is ready is asked every few seconds."""
    from django.db.migrations.loader import MigrationLoader

    return frozenset(MigrationLoader(None, ignore_no_migrations=True).graph.nodes)


def is_embedded() -> bool:
    """Return whether the embedded server is in use."""
    return not os.environ.get("DATABASE_URL")
