"""``./pilar serve``, ``worker`` and ``migrate``: a real installation, with values that somebody chose."""

from __future__ import annotations

import os
import sys

from pilar.config import processes
from pilar.config.requirements import production_values
from pilar.config.start import start_django
from pilar.platform.language import translate


def serve(*, host: str, port: int, workers: int) -> int:
    """Refuse without the required values, collect static files, bring tables up to date, serve until stopped."""
    prepare()
    processes.interrupt_on_terminate()
    processes.check_port(host, port)
    from django.core.management import call_command

    call_command("check", deploy=True, fail_level="ERROR", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    with processes.running([processes.web_command(host=host, port=port, workers=workers)]) as (web,):
        processes.wait_until_live(f"http://{host}:{port}", web)
        sys.stdout.write(translate("Pilar serves at %(address)s", address=f"http://{host}:{port}") + "\n")
        sys.stdout.flush()
        web.wait()
    raise processes.ServerDied


def work() -> int:
    """Run background jobs until stopped."""
    prepare()
    from pilar.platform import jobs

    jobs.run_worker()
    return 0


def migrate() -> int:
    """Bring tables and reference data up to date."""
    prepare()
    from pilar.config import setup

    def say(sentence: str) -> None:
        sys.stdout.write(translate(sentence) + "\n")

    setup.migrate(say=say)
    setup.load_reference_data(say=say)
    return 0


def prepare() -> None:
    """Set Django up with production settings; refuses, naming every value, when one is missing."""
    # A worker that the demo starts inherits the demo's settings.
    if os.environ.get("DJANGO_SETTINGS_MODULE") != "pilar.config.settings.demo":
        production_values(os.environ)
        os.environ["DJANGO_SETTINGS_MODULE"] = "pilar.config.settings.production"
    start_django("production")
