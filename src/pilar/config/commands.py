"""Commands that run the house itself. What each does stands in its own module, loaded when it is called."""

from __future__ import annotations

import argparse
from itertools import pairwise
from typing import Any

from pilar.platform.console import Commands
from pilar.platform.language import translate


def register(subparsers: Any) -> None:
    """Add demo, serve, worker, migrate, test, check, mutate, figures, bench and messages."""
    demo = subparsers.add_parser("demo", help=translate("start everything on this machine with example data"))
    demo.add_argument("--port", type=_port, default=8000, help=translate("port to listen on (8000)"))
    demo.set_defaults(run=_of("demo").run)

    serve = subparsers.add_parser("serve", help=translate("serve with production settings"))
    serve.add_argument("--host", default="127.0.0.1", help=translate("address to listen on (127.0.0.1)"))
    serve.add_argument("--port", type=_port, default=8000, help=translate("port to listen on (8000)"))
    serve.add_argument("--workers", type=int, default=2, help=translate("number of server processes (2)"))
    serve.set_defaults(run=_of("production").serve)

    worker = subparsers.add_parser("worker", help=translate("run background jobs with production settings"))
    worker.set_defaults(run=_of("production").work)

    migrate = subparsers.add_parser(
        "migrate", help=translate("bring tables and reference data up to date with production settings")
    )
    migrate.set_defaults(run=_of("production").migrate)

    test = subparsers.add_parser(
        "test", help=translate("run all tests (--all: also where CI is set); further arguments go to pytest")
    )
    test.set_defaults(run=_of("suite").test)

    check = subparsers.add_parser(
        "check", help=translate("lint, types, floors, translations, migrations, API description")
    )
    check.add_argument(
        "--again", action="store_true", help=translate("only what another Python may answer otherwise than the first")
    )
    check.set_defaults(run=_of("checks").check)

    mutate = subparsers.add_parser(
        "mutate", help=translate("change the source of a room in small ways and count what its tests notice")
    )
    mutate.add_argument("room", help=translate("name of the room, such as surveys"))
    mutate.add_argument("--most", type=int, default=40, help=translate("mutants of each kind at most (40)"))
    mutate.add_argument("--seed", type=int, default=1, help=translate("which are drawn (1)"))
    mutate.set_defaults(run=_of("mutation.running").run)

    figures = subparsers.add_parser("figures", help=translate("count lines and repeated declarations room by room"))
    figures.set_defaults(run=_of("figures").run)

    bench = subparsers.add_parser("bench", help=translate("measure speed as ratios against a floor in the same run"))
    bench.add_argument(
        "--large", action="store_true", help=translate("ten years of books of a region instead: minutes, 4 GB of disk")
    )
    bench.add_argument(
        "--nation", type=_shares, metavar="0.5,1,2,5",
        help=translate("shares of all villages of Indonesia instead, in per cent: how heavy pages grow; 1 GB each"),
    )  # fmt: skip
    bench.set_defaults(run=_bench)

    messages = subparsers.add_parser(
        "messages", help=translate("bring the translation catalogues in line with the code")
    )
    messages.set_defaults(run=_of("checks").update_messages)

    openapi = subparsers.add_parser("openapi", help=translate("write the API description to docs/api/openapi.json"))
    openapi.add_argument(
        "--client", metavar="FILE", help=translate("write a typed Python client of it to this file instead")
    )
    openapi.set_defaults(run=_of("checks").write_openapi)
    sbom = subparsers.add_parser("sbom", help=translate("write the bill of materials of what runs (CycloneDX)"))
    sbom.add_argument("file", nargs="?", help=translate("file to write; without one it is printed"))
    sbom.set_defaults(run=_of("packages").write_bill)

    audit = subparsers.add_parser("audit", help=translate("ask an index what is known against the locked packages"))
    audit.set_defaults(run=_of("packages").audit)

    describe = subparsers.add_parser(
        "describe", help=translate("write docs/permissions.md and docs/lifecycles.md from the code")
    )
    describe.set_defaults(run=_of("described").write)


def _of(module: str) -> Commands:
    return Commands(f"pilar.config.{module}")


def _port(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 0 < int(text) < 65536:
        raise argparse.ArgumentTypeError(translate("a port is a whole number from 1 to 65535"))
    return int(text)


def _bench(options: argparse.Namespace) -> int:
    from pilar.config import bench

    if options.nation:
        return bench.nation(options.nation)
    return bench.run(large=options.large)


def _shares(text: str) -> tuple[float, ...]:
    try:
        shares = tuple(float(share) for share in text.split(","))
    except ValueError:
        shares = ()
    if not shares or not all(low < high for low, high in pairwise((0.0, *shares))) or shares[-1] > 100:
        raise argparse.ArgumentTypeError(translate("per cents that grow, from above 0 to 100"))
    return shares
