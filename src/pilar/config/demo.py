"""``./pilar demo``: everything on this machine, from an empty folder to an open page."""

from __future__ import annotations

import os
import sys
import time
from contextlib import ExitStack

from pilar.config import processes
from pilar.config.database import EMBEDDED_USER, is_embedded
from pilar.config.embedded import EmbeddedServer, place_for
from pilar.config.start import start_django
from pilar.config.state import kept_secret, state_folder
from pilar.platform.language import mark, translate

HOST = "127.0.0.1"
EXAMPLE_REGION, EXAMPLE_YEAR = "36.03", 2023


def run(*, port: int) -> int:
    """Start the database, load the data, print the example result, serve until Ctrl-C."""
    started = time.monotonic()
    processes.stop_on_terminate()
    processes.check_port(HOST, port)
    os.environ["DJANGO_SETTINGS_MODULE"] = "pilar.config.settings.demo"
    os.environ.setdefault("PILAR_ADDRESS", f"http://{HOST}:{port}")
    with ExitStack() as stack:
        if is_embedded():
            say(mark("Starting the embedded database"))
            stack.enter_context(EmbeddedServer(place_for(state_folder()), say=say))
        else:
            say(mark("Using the database of DATABASE_URL"))
        accounts = _prepare()
        say(mark("Starting the web server"))
        web, _worker = stack.enter_context(
            processes.running(
                [
                    processes.web_command(host=HOST, port=port, workers=1),
                    [sys.executable, "-m", "pilar", "worker"],
                ]
            )
        )
        address = f"http://{HOST}:{port}"
        processes.wait_until_live(address, web)
        _greet(address, accounts, time.monotonic() - started)
        _leave_the_database()
        web.wait()
    raise processes.ServerDied


def say(sentence: str) -> None:
    """One line of progress."""
    sys.stdout.write("· " + translate(sentence) + "\n")
    sys.stdout.flush()


def _prepare() -> list[tuple[str, str, str]]:
    start_django("demo")
    from pilar.config import setup

    setup.migrate(say=say)
    setup.load_reference_data(say=say)
    accounts = setup.load_demo_accounts(password_of=_password)
    setup.load_demo_campaigns(say=say)
    setup.load_demo_measures(say=say)
    setup.load_demo_plans(say=say)
    setup.load_demo_surveys(say=say)
    if is_embedded():
        _serve_as_another()
    return accounts


def _serve_as_another() -> None:
    """Let web server and worker use a role that owns nothing, as in production."""
    from pilar.config import roles

    password = kept_secret(state_folder() / "database-serving")
    roles.make(roles.SERVING_ROLE, password)
    roles.grant(roles.SERVING_ROLE)
    os.environ[EMBEDDED_USER] = f"{roles.SERVING_ROLE}:{password}"


def _leave_the_database() -> None:
    """End the owner's connection: from here on only the role that serves works."""
    from django.db import connection

    connection.close()


def _password(email: str) -> str:
    return kept_secret(state_folder() / "demo-passwords" / email)[:16]


def _greet(address: str, accounts: list[tuple[str, str, str]], seconds: float) -> None:
    from pilar.config.commandline import build_parser

    out = sys.stdout
    out.write("\n")
    explain = build_parser().parse_args(["explain", EXAMPLE_REGION, "--year", str(EXAMPLE_YEAR)])
    explain.run(explain)
    out.write("\n" + translate("Accounts for trying out (made for this machine only)") + "\n")
    width = max(len(role) for role, _email, _password in accounts)
    for role, email, password in accounts:
        out.write(f"  {role:<{width}}  {email}  {password}\n")
    out.write(
        "\n"
        + translate(
            "Pilar runs at %(address)s (ready after %(seconds)s s). Stop it with Ctrl-C.",
            address=address,
            seconds=round(seconds, 1),
        )
        + "\n"
    )
    out.flush()
