"""beancount and hledger, which check exported books as programs of their own (GPL: run, never imported)."""

from __future__ import annotations

import csv
import shutil
import subprocess
import sys
from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path

import pytest

BEAN_CHECK = Path(sys.executable).with_name("bean-check")


def bean_check(file: Path) -> tuple[int, str]:
    """Status and complaints of ``bean-check``."""
    return _run(str(BEAN_CHECK), "--no-cache", str(file))


def hledger(*arguments: str) -> tuple[int, str]:
    """Status and answer of hledger; the test is left out where the machine has none."""
    path = shutil.which("hledger")
    if path is None:
        pytest.skip("no hledger found (PATH): its check of exported books was LEFT OUT")
    return _run(path, *arguments)


def balances(said: str) -> dict[str, Decimal]:
    """What ``hledger balance -O csv`` prints, by account."""
    rows: Iterable[list[str]] = csv.reader(said.splitlines()[1:])
    return {name: Decimal(amount.removesuffix(" IDR")) for name, amount in rows if name not in ("total", "Total:")}


def _run(*command: str) -> tuple[int, str]:
    done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=120)
    return done.returncode, done.stdout + done.stderr
