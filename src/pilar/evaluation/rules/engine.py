"""The one place where faults of the index library become faults of Pilar."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from pilar import index
from pilar.platform.errors import Fault, Faults
from pilar.platform.language import Bilingual, translate

T = TypeVar("T")


def asked(question: Callable[[], T]) -> T:
    """The engine's answer; its faults are raised as Faults."""
    try:
        return question()
    except index.IndexFaults as refused:
        raise Faults(told(fault) for fault in refused.faults) from None


def told(fault: index.Fault, place: str = "", instrument: index.Instrument | None = None) -> Fault:
    """The engine's fault as Pilar's, at ``place`` where the caller knows it better.

    With ``instrument`` it names the node by its title, in the language of the person who reads it.
    """
    fields = dict(fault.fields)
    node = None if instrument is None else instrument.by_code.get(str(fields.get("node")))
    if node is not None:
        fields["node"] = Bilingual(**node.title)
    return Fault(fault.code, fault.sentence, fields, place or _place(fault))


def _place(fault: index.Fault) -> str:
    """Return where the fault stands, with its line in the reader's language."""
    if fault.line is None:
        return fault.place
    return fault.place.replace(f"line {fault.line}", translate("line %(line)s", line=fault.line), 1)
