"""``apbdes`` on the command line: what a published village budget adds up to, and what a ledger would refuse of it.

What the command needs is loaded when it is called.
"""

from __future__ import annotations

import argparse
from typing import Any

from pilar.platform.language import translate


def register(subparsers: Any) -> None:
    """Add the command of this room; it needs no database."""
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


def _run(options: argparse.Namespace) -> int:
    from pilar.villagefinance.commands import apbdes

    return apbdes.run(options)
