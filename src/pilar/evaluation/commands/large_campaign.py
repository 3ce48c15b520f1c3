"""``pilar build-large-campaign``: made-up data of full size, to measure speed with."""

from __future__ import annotations

import argparse

from django.utils import timezone

from pilar.evaluation import operations
from pilar.people.rules import OPERATOR
from pilar.platform.console import emit
from pilar.platform.errors import PilarError
from pilar.platform.language import N_, translate


class NotSynthetic(PilarError):
    """Made-up data are never made by accident."""

    code = "not-synthetic"
    sentence = N_(
        "This fills the database with a made-up campaign and made-up assessors, which cannot be taken out again. "
        "If that is meant, add --synthetic"
    )


def run(options: argparse.Namespace) -> int:
    """Build the campaign and say how many marks it has. Raises NotSynthetic without the flag."""
    if not options.synthetic:
        raise NotSynthetic
    marks = operations.build_large_campaign(
        by=OPERATOR,
        code=options.code,
        year=options.year,
        regions=options.regions,
        panel=options.panel,
        seed=options.seed,
        now=timezone.now(),
    )
    said = translate("Campaign %(code)s is built: %(marks)s made-up marks", code=options.code, marks=marks)
    emit(said + "\n")
    return 0
