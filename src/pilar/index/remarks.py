"""Remarks on a result: a sentence with fields, in the shape of a fault, but nothing is wrong."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Remark:
    """``sentence`` is the English source sentence, with ``%(name)s`` places for ``fields``; ``code`` is stable."""

    code: str
    sentence: str
    fields: Mapping[str, Any] = field(default_factory=dict)

    def text(self) -> str:
        """The remark in English."""
        return self.sentence % self.fields
