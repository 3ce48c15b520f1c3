"""The journal map: the accounts that each document of the books moves, from data/villagefinance."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from pilar.platform.folders import data_folder
from pilar.platform.yaml_files import load_yaml
from pilar.villagefinance.rules.journal import Event, Kind


@cache
def journal() -> Mapping[Kind, Event]:
    """Return the journal map: the accounts that an entry of each kind debits and credits."""
    rows = load_yaml((data_folder() / "villagefinance" / "journal.yaml").read_text(encoding="utf-8"))
    return MappingProxyType({
        (kind := Kind(row["kind"])): Event(kind, tuple(row["debit"]), tuple(row["credit"]), row["source"])
        for row in rows
    })  # fmt: skip
