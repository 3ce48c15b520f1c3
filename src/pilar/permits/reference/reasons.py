"""Codes of reasons for return, stop, rework and refusal (``data/permits/reasons.yaml``)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path

from pilar.platform.errors import Fault, Faults
from pilar.platform.folders import data_folder
from pilar.platform.language import N_, Bilingual
from pilar.platform.yaml_files import load_yaml


class Why(StrEnum):
    FINDING = "finding"
    STOP = "stop"
    SEND_BACK = "send_back"
    REFUSE = "refuse"
    WITHDRAW = "withdraw"


@dataclass(frozen=True, slots=True)
class Reason:
    code: str
    name: Bilingual
    source: str


def reasons(why: Why) -> Mapping[str, Reason]:
    """The reasons for an act by their codes, in the order of the file."""
    return _reasons(data_folder() / "permits" / "reasons.yaml")[why]


def require_reason(why: Why, code: str, *, place: str = "reason") -> None:
    """Raise Faults at ``place`` for a code that is not one of its reasons."""
    if code not in reasons(why):
        raise Faults([Fault("unknown-reason", N_("Choose one of the reasons"), {}, place)])


@cache
def _reasons(path: Path) -> Mapping[Why, Mapping[str, Reason]]:
    given = load_yaml(path.read_text(encoding="utf-8"))
    return {
        why: {
            code: Reason(code, Bilingual(reason["name"]["id"], reason["name"]["en"]), reason["source"])
            for code, reason in given[why].items()
        }
        for why in Why
    }
