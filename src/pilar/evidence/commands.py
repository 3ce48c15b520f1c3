"""``sign-again``: documents whose signature was refused for good, once its cause is mended."""

from __future__ import annotations

import argparse
import sys
from typing import Any

from pilar.people.rules import OPERATOR
from pilar.platform.language import translate


def register(subparsers: Any) -> None:
    """Add the command of this room; it needs the database (``database=True``)."""
    again = subparsers.add_parser("sign-again", help=translate("have documents signed whose signature was refused"))
    again.set_defaults(run=_sign_again, database=True)


def _sign_again(_options: argparse.Namespace) -> int:
    from django.utils import timezone

    from pilar.evidence import operations

    count = operations.sign_again(by=OPERATOR, now=timezone.now())
    sys.stdout.write(translate("Documents that the worker signs now: %(count)s", count=count) + "\n")
    return 0
