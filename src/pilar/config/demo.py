"""``./pilar demo``: everything on this machine, from an empty folder to an open page."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from contextlib import AbstractContextManager, ExitStack, nullcontext

from pilar.config import processes, roles
from pilar.config.database import EMBEDDED_USER, is_embedded
from pilar.config.embedded import EmbeddedServer, place_for
from pilar.config.start import start_django
from pilar.config.state import kept_secret, state_folder
from pilar.platform.language import N_, translate

HOST = "127.0.0.1"
LOOK_SECONDS = 0.5
EXAMPLE_REGION, EXAMPLE_YEAR = "36.03", 2023


def run(*, port: int) -> int:
    """Start the database, load the data, print the example result, serve until Ctrl-C."""
    started = time.monotonic()
    processes.stop_on_terminate()
    processes.check_port(HOST, port)
    os.environ["DJANGO_SETTINGS_MODULE"] = "pilar.config.settings.demo"
    os.environ.setdefault("PILAR_ADDRESS", f"http://{HOST}:{port}")
    address = processes.address_of(HOST, port)
    with ExitStack() as stack:
        server = None
        if is_embedded():
            say(N_("Starting the embedded database"))
            server = stack.enter_context(EmbeddedServer(place_for(state_folder()), say=say))
            _tell_children_their_role()
        else:
            say(N_("Using the database of DATABASE_URL"))
        say(N_("Starting the web server"))
        # It loads its code on the other core while the data are looked through here.
        web = stack.enter_context(processes.running(processes.web_command(host=HOST, port=port, workers=1)))
        stack.enter_context(_bpjs(port + 1))
        accounts = _prepare()
        worker = stack.enter_context(processes.Worker(say=say))
        processes.wait_until_live(address, web, say=say)
        _greet(address, accounts, time.monotonic() - started)
        _leave_the_database()
        status = _look_after(web, worker, server)
    raise processes.ServerDied(status=status)


def _look_after(web: subprocess.Popen[bytes], worker: processes.Worker, server: EmbeddedServer | None) -> int:
    """Start database and worker again when they end, until the web server does; returns its exit status."""
    while (status := web.poll()) is None:
        if server is not None and not server.lives():
            say(N_("The embedded database ended; it is being started again"))
            server.stop()
            server.start()
        worker.look()
        time.sleep(LOOK_SECONDS)
    return status


def say(sentence: str) -> None:
    """One line of progress."""
    sys.stdout.write("· " + translate(sentence) + "\n")
    sys.stdout.flush()


def _prepare() -> list[tuple[str, str, str]]:
    start_django("demo")
    from pilar.config import setup

    setup.prepare(say=say)
    accounts = setup.load_demo_accounts(password_of=_password)
    setup.play_all(say=say)
    if is_embedded():
        roles.make(roles.SERVING_ROLE, _serving_password())
        roles.grant(roles.SERVING_ROLE)
    return accounts


def _bpjs(port: int) -> AbstractContextManager[object]:
    """Hospitals are tied to a simulator of BPJS, if its port is free: without one, messages to it wait."""
    from pilar.hospital.bpjs.access import write_demonstration

    path = state_folder() / "bpjs.json"
    write_demonstration(path, processes.address_of(HOST, port))
    try:
        processes.check_port(HOST, port)
    except processes.PortTaken:
        return nullcontext()
    return processes.running(
        [sys.executable, "-m", "pilar", "bpjs-simulator", str(path), "--port", str(port), "--keep"]
    )


def _tell_children_their_role() -> None:
    """Let web server and worker use a role that owns nothing, as in production; this process stays the owner."""
    from django.conf import settings

    _ = settings.DATABASES  # read as the owner, before the variable is there
    os.environ[EMBEDDED_USER] = f"{roles.SERVING_ROLE}:{_serving_password()}"


def _serving_password() -> str:
    return kept_secret(state_folder() / "database-serving")


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
    out.write("\n" + translate("Mails that Pilar would send stand at %(address)s", address=f"{address}/surat/") + "\n")
    out.write(
        translate(
            "Pilar runs at %(address)s (ready after %(seconds)s s). Stop it with Ctrl-C.",
            address=address,
            seconds=round(seconds, 1),
        )
        + "\n"
    )
    out.flush()
