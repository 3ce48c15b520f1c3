"""The commands of this room: published budgets, files of banks and Siskeudes, and whether the books are whole.

Each command imports what it needs when it is called.
"""

from __future__ import annotations

import argparse
from datetime import date
from typing import Any

from pilar.platform.language import translate


def register(subparsers: Any) -> None:
    """Add the commands of this room; checking and exporting books needs the database."""
    command = subparsers.add_parser(
        "apbdes",
        help=translate("check a published village budget or its realisation"),
        description=translate(
            "Reads a village budget (APBDes) as it was published, plan, change or realisation: what it adds up to, and "
            "what a ledger would refuse of it."
        ),
        epilog=translate(
            "Columns are found by their headings: codes of activities and accounts in one column or several, name, "
            "fund, budget, realised, or before and after a change. The status is 0 also where there are findings, and "
            "2 where the file cannot be read."
        ),
    )
    command.add_argument(
        "file", metavar=translate("FILE"), help=translate("CSV (UTF-8) or XLSX (its first visible sheet)")
    )
    command.add_argument("--format", choices=("table", "json"), default="table", help=translate("form of the answer"))
    command.set_defaults(run=_run)

    statement = subparsers.add_parser(
        "statement",
        help=translate("read the statement of a bank account"),
        description=translate("Reads MT940, CSV or XLSX and checks that each row leads to the balance behind it."),
    )
    statement.add_argument("file", metavar=translate("FILE"))
    statement.add_argument("--year", type=int, help=translate("of days that are written without one"))
    statement.add_argument("--format", choices=("table", "json"), default="table", help=translate("form of the answer"))
    statement.set_defaults(run=_statement)

    siskeudes = subparsers.add_parser(
        "siskeudes",
        help=translate("read a village-year of Siskeudes, compare it, write it as a workbook"),
        description=translate(
            "Reads the Access file of Siskeudes, a workbook with a sheet for each of its tables, or a zip of CSV "
            "files, and tells how much each table holds and what does not add up."
        ),
    )
    siskeudes.add_argument("file", metavar=translate("FILE"))
    siskeudes.add_argument("--village", default="", help=translate("code of the village there, such as 01.2001."))
    siskeudes.add_argument("--year", type=int, help=translate("the budget year, where there are several"))
    siskeudes.add_argument("--against", metavar=translate("FILE"), help=translate("tell what this file has otherwise"))
    siskeudes.add_argument(
        "--books", metavar=translate("VILLAGE"), action=_Books, help=translate("tell what our books have otherwise")
    )
    siskeudes.add_argument("--workbook", metavar=translate("FILE"), help=translate("write the tables as a workbook"))
    siskeudes.add_argument("--format", choices=("table", "json"), default="table", help=translate("form of the answer"))
    siskeudes.set_defaults(run=_siskeudes)

    checking = subparsers.add_parser(
        "check-books", help=translate("compute all positions of villages again and compare")
    )
    checking.add_argument("village", nargs="*", help=translate("codes of villages; all without one"))
    checking.set_defaults(run=_check_books, database=True)

    export = subparsers.add_parser("export-books", help=translate("write the sealed books of a village into a file"))
    export.add_argument("village")
    export.add_argument("file", metavar=translate("FILE"))
    export.add_argument(
        "--as", dest="form", choices=("sealed", "beancount", "hledger", "siskeudes"), default="sealed",
        help=translate(
            "sealed entries as JSON for verify-books, a journal that another program can check, or the tables of "
            "Siskeudes as a workbook"
        ),
    )  # fmt: skip
    export.add_argument("--year", type=int, help=translate("of the tables of Siskeudes; by default this one"))
    export.add_argument(
        "--day", type=date.fromisoformat, metavar="YYYY-MM-DD",
        help=translate("prove the sealed entries by this day; by default by the latest that was sealed"),
    )  # fmt: skip
    export.set_defaults(run=_export_books, database=True)

    verify = subparsers.add_parser("verify-books", help=translate("check exported books against the signed day"))
    verify.add_argument("file")
    verify.add_argument("hash", nargs="*", help=translate("hashes of entries that must be in the books"))
    verify.add_argument("--key", default="", help=translate("the public key, known from elsewhere"))
    verify.set_defaults(run=_verify_books)


class _Books(argparse.Action):
    """An option naming the village whose books are compared; the command then needs the database."""

    def __call__(self, _parser: Any, namespace: argparse.Namespace, values: Any, _option: str | None = None) -> None:
        namespace.books, namespace.database = values, True


def _run(options: argparse.Namespace) -> int:
    from pilar.villagefinance.commands import apbdes

    return apbdes.run(options)


def _statement(options: argparse.Namespace) -> int:
    from pilar.villagefinance.commands import exchange

    return exchange.statement(options)


def _siskeudes(options: argparse.Namespace) -> int:
    from pilar.villagefinance.commands import exchange

    return exchange.siskeudes(options)


def _check_books(options: argparse.Namespace) -> int:
    from pilar.villagefinance.commands import books

    return books.check(options)


def _export_books(options: argparse.Namespace) -> int:
    from pilar.villagefinance.commands import books

    return books.export(options)


def _verify_books(options: argparse.Namespace) -> int:
    from pilar.villagefinance.commands import books

    return books.verify(options)
