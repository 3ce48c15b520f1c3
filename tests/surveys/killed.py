"""A process that stores answers one after the other until it is killed. Run with the name of the database and a link.

Writes the key of each answer once the operation has come back: from then on it is acknowledged.
"""

from __future__ import annotations

import sys
from uuid import uuid4

import django
from django.conf import settings


def main(database: str, token: str) -> None:
    django.setup()
    settings.DATABASES["default"]["NAME"] = database
    from datetime import timedelta

    from pilar.surveys import operations
    from pilar.surveys.operations import Source
    from surveys.world import NOW, impact

    while True:
        key = uuid4()
        operations.answer(
            token=token, key=key, given=impact(), began_at=NOW - timedelta(minutes=5), source=Source(str(key)), now=NOW
        )
        sys.stdout.write(f"{key}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])
