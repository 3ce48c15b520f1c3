"""``./pilar serve``, ``worker`` and ``migrate``: a real installation, with values that somebody chose."""

from __future__ import annotations

import os
import sys

from pilar.config import processes, roles
from pilar.config.database import WEB, require_tables
from pilar.config.requirements import production_values
from pilar.config.start import start_django
from pilar.config.state import state_folder
from pilar.platform.language import translate


def serve(*, host: str, port: int, workers: int) -> int:
    """Refuse without the required values or with old tables, collect static files, serve until stopped."""
    prepare()
    processes.stop_on_terminate()
    processes.check_port(host, port)
    require_tables()
    _warn_of_one_role()
    from django.conf import settings
    from django.core.management import call_command

    from pilar.config import metrics

    call_command("collectstatic", interactive=False, verbosity=0)
    metrics.begin(state_folder() / "metrics")
    address = processes.address_of(host, port)
    os.environ[WEB] = "1"
    with processes.running(processes.web_command(host=host, port=port, workers=workers)) as web:
        processes.wait_until_live(address, web, say=_say)
        sys.stdout.write(translate("Pilar serves at %(address)s", address=address) + "\n")
        if settings.SESSION_COOKIE_SECURE and not settings.SECURE_SSL_REDIRECT:
            sys.stdout.write(
                translate("People can sign in over HTTPS only: set PILAR_BEHIND_PROXY=1 behind a proxy") + "\n"
            )
        sys.stdout.flush()
        status = web.wait()
    raise processes.ServerDied(status=status)


def work() -> int:
    """Run background jobs until stopped."""
    prepare()
    require_tables()
    _warn_of_one_role()
    from pilar.platform import jobs

    jobs.run_worker()
    return 0


def migrate() -> int:
    """Bring tables and reference data up to date, as the owner of the tables if that is not the serving role."""
    owner = os.environ.get("PILAR_OWNER_URL")
    role = roles.serving_role(os.environ) if os.environ.get("DATABASE_URL") else None
    if role and owner:
        os.environ["DATABASE_URL"] = owner
    prepare()
    from pilar.config import setup

    setup.migrate(say=_say)
    setup.load_reference_data(say=_say)
    if role:
        roles.grant(role)
        sys.stdout.write(
            translate("The user “%(role)s” of the database serves and changes no history", role=role) + "\n"
        )
    return 0


def _say(sentence: str) -> None:
    sys.stdout.write(translate(sentence) + "\n")
    sys.stdout.flush()


def _warn_of_one_role() -> None:
    """Say at the start that who serves could change history; the work goes on, as before there were two roles."""
    if roles.may_change_audit():
        sys.stderr.write(
            translate(
                "The user of DATABASE_URL may change the audit log. Let another one own the tables: PILAR_OWNER_URL "
                "(docs/operations.md)"
            )
            + "\n"
        )
        sys.stderr.flush()


def prepare() -> None:
    """Set Django up with production settings; refuses, naming every value, when one is missing."""
    # A worker that the demo starts inherits the demo's settings.
    if os.environ.get("DJANGO_SETTINGS_MODULE") != "pilar.config.settings.demo":
        production_values(os.environ)
        os.environ["DJANGO_SETTINGS_MODULE"] = "pilar.config.settings.production"
    start_django("production")
