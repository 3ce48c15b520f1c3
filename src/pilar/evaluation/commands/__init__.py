"""``score``, ``index``, ``explain``, ``instruments`` and ``build-large-campaign`` on the command line.

What a command needs is loaded when it is called.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import Any

from pilar.platform.console import Commands
from pilar.platform.language import translate

SHOWN = (
    "results",
    "weights",
    "groups",
    "indicators",
    "correlations",
    "consistency",
    "removal",
    "profile",
    "explanation",
    "uncertainty",
    "sensitivity",
    "weight-sets",
    "outranking",
    "growth",
    "raw",
    "imputed",
    "treated",
    "normalised",
    "aggregated",
)
MAX_RUNS = 20_000


def register(subparsers: Any) -> None:
    """Add the commands of this room."""
    _register_score(subparsers)
    _register_index(subparsers)
    _register_explain(subparsers)
    _register_instruments(subparsers)
    _register_large_campaign(subparsers)


def _register_score(subparsers: Any) -> None:
    score = subparsers.add_parser(
        "score",
        help=translate("score a file of marks"),
        description=translate("Score a file of marks: one row a region, one column a node of the instrument."),
        epilog=translate(
            "The column “region” holds the Kemendagri code (36.03) or the name; the other columns are named after "
            "nodes of the instrument. Decimal comma and decimal point "
            "both count. A blank cell or a dash is a missing mark. The table is sorted by rank; JSON and CSV keep "
            "the order of the file."
        ),
    )
    file, code = translate("FILE"), translate("CODE-OR-PATH")
    score.add_argument("file", metavar=file, help=translate("CSV (UTF-8) or XLSX (its first visible sheet)"))
    score.add_argument("--instrument", required=True, metavar=code, help=translate("code or file of the instrument"))
    score.add_argument(
        "--previous",
        metavar=file,
        help=translate("last year's marks, or its finals in a column “final”, for the improvement"),
    )
    score.add_argument(
        "--previous-instrument",
        metavar=code,
        help=translate("instrument of last year, if another one; the improvement is then marked as not comparable"),
    )
    _add_format(score, "table", "json", "csv")
    score.add_argument("--output", metavar=file, help=translate("file to write to, instead of the screen"))
    score.set_defaults(run=_of("score").run)


def _register_index(subparsers: Any) -> None:
    index = subparsers.add_parser(
        "index",
        help=translate("build a composite index from raw indicators"),
        description=translate("Build a composite index: a file says how, a table holds the raw indicators."),
        epilog=translate(
            "The column “unit” (or “region”, “wilayah”, “daerah”) names who a row is about, “year” (or “tahun”) the "
            "year of a panel; the other columns are named after indicators, groups and denominators. Decimal comma and "
            "decimal point both count. A blank cell or a dash is a missing value."
        ),
    )
    file = translate("FILE")
    index.add_argument(
        "spec",
        metavar=translate("SPEC"),
        help=translate("file that describes the index (YAML, or a flat table of indicators), or an instrument"),
    )
    index.add_argument(
        "data", metavar=translate("DATA"), help=translate("CSV (UTF-8) or XLSX (its first visible sheet)")
    )
    index.add_argument("--show", choices=SHOWN, default=SHOWN[0], help=translate("what to tell (results)"))
    index.add_argument(
        "--unit", metavar=translate("UNIT"), help=translate("whom profile, explanation and sensitivity are about")
    )
    index.add_argument(
        "--node", metavar=translate("NODE"), help=translate("what explanation, outranking and growth are about (final)")
    )
    index.add_argument(
        "--method", choices=("pearson", "spearman", "kendall"), default="pearson", help=translate("kind of correlation")
    )
    index.add_argument(
        "--weight-sets", metavar=file, help=translate("other weights: CSV or XLSX, a column for each set")
    )
    index.add_argument(
        "--each-weight", action="store_true", help=translate("sensitivity to each weight instead of all together")
    )
    index.add_argument(
        "--weights", type=_from(0, 99), help=translate("per cent by which weights may be off (as the file says)")
    )
    index.add_argument(
        "--runs",
        type=_from(1, MAX_RUNS),
        default=1000,
        help=translate("runs of uncertainty, points of sensitivity (1000)"),
    )
    index.add_argument(
        "--seed", type=_from(0, 2**63), default=1, help=translate("the same number draws the same choices (1)")
    )
    index.add_argument("--year", type=int, help=translate("year of a panel; the last one in a table"))
    _add_format(index, "table", "json", "csv", "vega-lite", "svg", "png")
    index.add_argument("--output", metavar=file, help=translate("file to write to, instead of the screen"))
    index.set_defaults(run=_of("composite").run)


def _register_explain(subparsers: Any) -> None:
    explain = subparsers.add_parser("explain", help=translate("show how a published number came about"))
    explain.add_argument("region", metavar=translate("REGION"), help=translate("code or name of a regency or city"))
    explain.add_argument("--year", type=int, required=True, help=translate("year of the evaluation"))
    _add_format(explain, "table", "json")
    explain.set_defaults(run=_of("explain").run)


def _add_format(parser: argparse.ArgumentParser, *forms: str) -> None:
    parser.add_argument("--format", choices=forms, default=forms[0], help=translate("form of the answer"))


def _register_instruments(subparsers: Any) -> None:
    parser = subparsers.add_parser("instruments", help=translate("list, show, check or compare instruments"))
    actions = parser.add_subparsers(dest="action", required=True, metavar=translate("action"))
    listing = actions.add_parser("list", help=translate("list the instruments at hand"))
    listing.set_defaults(run=_of("instruments").run_list)
    show = actions.add_parser("show", help=translate("show one instrument as a tree"))
    show.add_argument("instrument", metavar=translate("CODE-OR-PATH"))
    show.set_defaults(run=_of("instruments").run_show)
    check = actions.add_parser("check", help=translate("tell every fault of an instrument file"))
    check.add_argument("instrument", metavar=translate("FILE"))
    check.set_defaults(run=_of("instruments").run_check)
    diff = actions.add_parser("diff", help=translate("compare two instruments"))
    diff.add_argument("before", metavar=translate("CODE-OR-PATH"))
    diff.add_argument("after", metavar=translate("CODE-OR-PATH"))
    diff.set_defaults(run=_of("instruments").run_diff)


def _register_large_campaign(subparsers: Any) -> None:
    parser = subparsers.add_parser(
        "build-large-campaign", help=translate("fill the database with a made-up campaign of full size")
    )
    parser.add_argument("--synthetic", action="store_true", help=translate("made-up data are meant to be made"))
    parser.add_argument("--code", default="contoh", help=translate("code of the campaign (contoh)"))
    parser.add_argument("--year", type=_from(2017, 2100), default=2026, help=translate("year of the evaluation"))
    parser.add_argument("--regions", type=_from(1, 514), default=514, help=translate("number of regions (514)"))
    parser.add_argument("--panel", type=_from(2, 6), default=5, help=translate("assessors of a region (5)"))
    parser.add_argument("--seed", type=int, default=514, help=translate("the same number draws the same marks"))
    parser.set_defaults(run=_of("large_campaign").run, database=True)


def _of(module: str) -> Commands:
    return Commands(f"pilar.evaluation.commands.{module}")


def _from(lowest: int, highest: int) -> Callable[[str], int]:
    def read(text: str) -> int:
        if not text.isascii() or not text.isdigit() or not lowest <= int(text) <= highest:
            said = translate("a whole number from %(lowest)s to %(highest)s", lowest=lowest, highest=highest)
            raise argparse.ArgumentTypeError(said)
        return int(text)

    return read
