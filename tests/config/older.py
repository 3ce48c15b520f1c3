"""An installation of another release on this machine, in a process of its own: ``older.py fill DUMP`` makes the
demonstration of the release that is on the path and dumps its database; ``older.py open DUMP`` restores it, brings it
up to date and reads its pages, as far as they lead from the home page of everybody in it. Says what went wrong.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg

from pilar.config import demo, postgres, roles
from pilar.config.embedded import EmbeddedServer, place_for
from pilar.config.start import start_django
from pilar.config.state import state_folder

MOST = 25
"""Pages of each person; of those that differ only by a number one."""
LINK = re.compile(r'href="(/[^"#?]*)')
APART = ("/static/", "/en/", "/api/")
OWN = {"django_migrations", "django_content_type", "auth_permission"}
"""Tables of Django's that tell what there is."""


def fill(url: str, dump: Path) -> None:
    demo._prepare()
    postgres.run("pg_dump", url, "--format=custom", f"--file={dump}")


def opened(url: str, dump: Path) -> Iterator[str]:
    """What does not open of what was dumped."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"CREATE ROLE {roles.SERVING_ROLE}")  # type: ignore[call-overload]
    postgres.run("pg_restore", url, "--exit-on-error", "--no-owner", str(dump))
    start_django("demo")
    from pilar.config import setup
    from pilar.config.commandline import main

    before = rows(url)
    setup.migrate(say=demo.say)
    after = rows(url)
    yield from (f"{name}: {after.get(name)} rows, not {before[name]}" for name in before if after[name] != before[name])
    setup.load_reference_data(say=demo.say)
    if main(["check-books"]):
        yield "the books of the villages are not what they come to"
    yield from pages()


def rows(url: str) -> dict[str, int]:
    """How many rows each table has."""
    with psycopg.connect(url) as connection:
        every = connection.execute(
            "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
        )
        return {
            name: connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0]  # type: ignore[call-overload,index]
            for (name,) in every.fetchall()
            if name not in OWN
        }


def pages() -> Iterator[str]:
    """The pages that do not open."""
    from django.conf import settings
    from django.test import Client

    from pilar.people.models import User

    settings.ALLOWED_HOSTS = ["*"]
    for user in (None, *User.objects.filter(is_active=True)):
        client = Client(raise_request_exception=False)
        if user:
            client.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[-1])
        asked, queue = set[str](), ["/"]
        while queue and len(asked) < MOST:
            path = queue.pop(0)
            if (shape := re.sub(r"\d+", "#", path)) in asked:
                continue
            asked.add(shape)
            answer = client.get(path)
            if answer.status_code >= 400:
                yield f"{path} for {user or 'a visitor'}: {answer.status_code}"
            if answer.get("Content-Type", "").startswith("text/html") and not answer.streaming:
                queue += [one for one in LINK.findall(answer.content.decode()) if not one.startswith(APART)]
        assert len(asked) > 3


def run(act: str, dump: Path) -> int:
    os.environ["DJANGO_SETTINGS_MODULE"] = "pilar.config.settings.demo"
    with EmbeddedServer(place_for(state_folder()), say=demo.say) as server:
        if act == "fill":
            fill(server.place.url(), dump)
            return 0
        faults = [*opened(server.place.url(), dump)]
    sys.stdout.write("".join(f"FAULT {one}\n" for one in faults))
    return bool(faults)


if __name__ == "__main__":
    sys.exit(run(sys.argv[1], Path(sys.argv[2])))
