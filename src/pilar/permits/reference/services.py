"""Services as the data folder ships them, read without a database. Format: docs/permit-services.md."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import yaml

from pilar.permits.rules.services import Service, read
from pilar.platform.errors import Fault, Faults
from pilar.platform.folders import data_folder
from pilar.platform.language import N_
from pilar.platform.yaml_files import load_yaml


def shipped() -> tuple[Service, ...]:
    """All services of the data folder, by key; unknown values are not set. Raises Faults."""
    return tuple(_service(path) for path in _paths())


def demonstrated() -> tuple[Service, ...]:
    """The same for the demonstration: missing parts of some services are made up and listed in ``synthetic``."""
    return tuple(_service(path, _folder() / "demonstration" / path.name) for path in _paths())


def _folder() -> Path:
    return data_folder() / "permits"


def _paths() -> list[Path]:
    return sorted((_folder() / "services").glob("*.yaml"))


@cache
def _service(path: Path, over: Path | None = None) -> Service:
    given = _content(path)
    if over is not None and over.exists():
        more = {name: part for name, part in _content(over).items() if name not in ("key", "status")}
        given = {**given, **more, "synthetic": sorted(more)}
    try:
        return read(given)
    except Faults as error:
        raise Faults(
            Fault(fault.code, fault.sentence, fault.fields, f"{path.name}: {fault.place}") for fault in error.faults
        ) from None


def _content(path: Path) -> dict[str, Any]:
    try:
        given = load_yaml(path.read_text(encoding="utf-8"))
    except yaml.MarkedYAMLError as error:
        fields = {"line": error.problem_mark.line + 1 if error.problem_mark else 0}
        raise Faults([Fault("no-yaml", N_("The file is no YAML: see line %(line)s"), fields, path.name)]) from None
    return dict(given)
