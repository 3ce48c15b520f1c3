"""The contract with BPJS Kesehatan as data (``data/hospital/bpjs.yaml``)."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from pilar.hospital.rules.bpjs.messages import shape_of
from pilar.hospital.rules.bpjs.services import Contract, Service
from pilar.platform.folders import data_folder
from pilar.platform.yaml_files import load_yaml


def contract() -> Contract:
    """Both directions of the contract."""
    return _contract(data_folder())


@cache
def _contract(folder: Path) -> Contract:
    given = load_yaml((folder / "hospital" / "bpjs.yaml").read_text(encoding="utf-8"))
    refusals = {
        why: (message["code"], message["says"]) if isinstance(message, dict) else (201, message)
        for why, message in given["refusals"].items()
    }
    numbers = {name: value for name, value in given.items() if isinstance(value, int)}
    sides = ({name: _service(name, service) for name, service in given[side].items()} for side in ("called", "exposed"))
    sets = (frozenset(given[name]) for name in ("duplicate", "unknown_sender", "given_up", "personal"))
    return Contract(*sides, *sets, given["no_phone"], numbers, given["tasks"], given["labels"], refusals)


def _service(name: str, given: Mapping[str, Any]) -> Service:
    method, path = given["ask"].split(" ")
    shapes = {to: shape_of(given[name]) for to, name in (("given", "given"), ("answer", "answer"), ("rows", "list"))
              if name in given}  # fmt: skip
    return Service(
        name, method, path, shape_of(given.get("parts", {})), success=frozenset(given.get("success", [200])),
        encrypted=given.get("encrypted", False), bare=given.get("bare", False), **shapes,
    )  # fmt: skip
