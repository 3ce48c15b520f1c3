"""``./pilar check``: what must hold before a change is taken in, in addition to the tests (``suite.py``)."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from pilar.config import messages, words
from pilar.config.dead_code import dead_code
from pilar.config.packages import licence_faults
from pilar.config.start import start_django
from pilar.config.state import CHECKOUT
from pilar.platform.console import write_file
from pilar.platform.language import translate

OPENAPI = CHECKOUT / "docs" / "api" / "openapi.json"
FAILED = 1

Step = tuple[str, Callable[[], str]]


def check(again: bool) -> int:
    """Run every check, print a line each and the output of those that fail.

    Programs run side by side, on as many processors as there are, while this process does what it can do itself.
    ``again`` leaves out what reads files alone, and so says the same by every Python.
    """
    programs: list[Step] = [(translate("types"), lambda: _tool("mypy"))]
    own: list[Step] = [
        (translate("licences"), lambda: "\n".join(licence_faults())),
        (translate("instruments"), _instruments),
        (translate("migrations"), _migrations),
        (translate("API description"), _openapi_differs),
    ]
    if not again:
        programs += [
            (translate("floors and rooms"), _import_floors),
            (translate("templates"), lambda: _tool("djlint", "--lint", "src/pilar")),
            (translate("lint"), lambda: _tool("ruff", "check", "src", "tests")),
            (translate("format"), lambda: _tool("ruff", "format", "--check", "src", "tests")),
        ]
        own += [
            (translate("dead code"), lambda: "\n".join(dead_code())),
            (translate("translations"), lambda: "\n".join(messages.faults())),
            (translate("words"), lambda: "\n".join(words.faults())),
        ]
    with ThreadPoolExecutor(os.cpu_count()) as beside:
        running = [(name, beside.submit(step)) for name, step in programs]
        start_django("test")
        failed = sum(
            [*(_told(name, step()) for name, step in own), *(_told(name, future.result()) for name, future in running)]
        )
    passed = len(programs) + len(own) - failed
    sys.stdout.write(translate("%(passed)s checks passed, %(failed)s failed", passed=passed, failed=failed) + "\n")
    return FAILED if failed else 0


def _told(name: str, said: str) -> bool:
    """Print the line of a check; whether it failed."""
    sys.stdout.write(f"{'✗' if said else '✓'} {name}\n")
    if said:
        sys.stdout.write("    " + said.strip().replace("\n", "\n    ") + "\n")
    sys.stdout.flush()
    return bool(said)


def update_messages() -> int:
    """Bring the catalogues in line; prints what is still to be translated."""
    todo = messages.update()
    sys.stdout.write("\n".join([*todo, translate("%(count)s strings to translate", count=len(todo))]) + "\n")
    return FAILED if todo else 0


def write_openapi(client: str | None = None) -> int:
    """Write the API's description to docs/api/openapi.json, or a client that is made of it to a file."""
    start_django("test")
    if client is not None:
        from pilar.config.client import client as made

        write_file(made(json.loads(_openapi())).encode(), client)
        return 0
    OPENAPI.parent.mkdir(parents=True, exist_ok=True)
    OPENAPI.write_text(_openapi(), encoding="utf-8")
    return 0


def _tool(module: str, *arguments: str) -> str:
    return _run("-m", module, *arguments)


def _run(*arguments: str) -> str:
    done = subprocess.run([sys.executable, *arguments], check=False, cwd=CHECKOUT, capture_output=True, text=True)
    return "" if done.returncode == 0 else (done.stdout + done.stderr).strip() or f"exit status {done.returncode}"


def _import_floors() -> str:
    # import-linter has no module to run; its script's first line would not survive a moved checkout.
    return _run("-c", "from importlinter.cli import lint_imports_command as run; run(['--no-cache'])")


def _instruments() -> str:
    from pilar import index

    faults = []
    for path in sorted((CHECKOUT / "data" / "instruments").glob("*.yaml")):
        faults += [fault.text() for fault in index.check_instrument(path.read_text(encoding="utf-8"), path.name)]
    return "\n".join(faults)


def _migrations() -> str:
    from django.apps import apps
    from django.db.migrations.autodetector import MigrationAutodetector
    from django.db.migrations.loader import MigrationLoader
    from django.db.migrations.state import ProjectState
    from django.utils import translation

    # As makemigrations does: names of fields are compared as they stand in the source, not translated.
    with translation.override(None):
        loader = MigrationLoader(None)
        changes = MigrationAutodetector(loader.project_state(), ProjectState.from_apps(apps)).changes(
            graph=loader.graph
        )
    ours = {
        label: migrations
        for label, migrations in changes.items()
        if apps.get_app_config(label).name.startswith("pilar.")
    }
    split = [f"{label}: {', '.join(sorted(names))}" for label, names in loader.detect_conflicts().items()]
    return "\n".join(split) or "\n".join(
        f"{label}: {operation.describe()}"
        for label, migrations in ours.items()
        for migration in migrations
        for operation in migration.operations
    )


def _openapi() -> str:
    from pilar.config.api import api

    return json.dumps(api.get_openapi_schema(path_prefix="/api/v1/"), indent=2, ensure_ascii=False, default=str) + "\n"


def _openapi_differs() -> str:
    kept = OPENAPI.read_text(encoding="utf-8") if OPENAPI.exists() else ""
    return (
        ""
        if kept == _openapi()
        else translate("docs/api/openapi.json differs from the code; run ./pilar openapi and read the difference")
    )
