"""``check-books``, ``export-books``, ``verify-books``: check and export the books of villages."""

from __future__ import annotations

import argparse
import json
import sys

from pilar.people.rules import OPERATOR
from pilar.platform import console
from pilar.platform.language import translate
from pilar.villagefinance.rules import chain, journals

FAILED = 1


def check(options: argparse.Namespace) -> int:
    from pilar.villagefinance.queries import positions

    villages = options.village or positions.books_begun()
    differences = 0
    for done, village in enumerate(villages, 1):
        for difference in positions.differences(village):
            differences += 1
            sys.stdout.write(
                translate(
                    "%(village)s %(year)s: %(rule)s %(of)s is kept as %(kept)s and comes to %(computed)s",
                    village=difference.village,
                    year=str(difference.year or ""),
                    rule=difference.rule,
                    of=difference.of,
                    kept=difference.kept,
                    computed=difference.computed,
                )
                + "\n"
            )
        console.progress(done, len(villages))
    sys.stdout.write(
        translate("%(villages)s books checked, %(count)s differences", villages=len(villages), count=differences) + "\n"
    )
    return FAILED if differences else 0


def export(options: argparse.Namespace) -> int:
    from django.utils import timezone

    from pilar.areas.reference import today_in
    from pilar.villagefinance.documents.siskeudes import import_workbook
    from pilar.villagefinance.queries import positions
    from pilar.villagefinance.queries.lines import books
    from pilar.villagefinance.queries.siskeudes import our_year

    if options.form == "siskeudes":
        year = options.year or today_in(options.village[:5], timezone.now()).year
        ours = our_year(options.village, year, scope=OPERATOR)
        console.write_file(import_workbook(ours), options.file)
        return 0
    exported = books(options.village, scope=OPERATOR, day=options.day)
    form = journals.FORMS.get(options.form)
    told = form(exported, positions.balances(options.village)) if form else json.dumps(exported, ensure_ascii=False)
    console.write_file(told.encode(), options.file)
    return 0


def verify(options: argparse.Namespace) -> int:
    key = ["--key", options.key] if options.key else []
    return chain.main([options.file, *options.hash, *key])
