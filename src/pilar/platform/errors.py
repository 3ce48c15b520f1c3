"""Expected errors: what went wrong, where, and what to do.

An expected error carries a stable code, named fields and a sentence in English that the translation
catalogues know. It is turned into a page, problem JSON or a command-line message in one place each.
Anything that is not a :class:`PilarError` is a bug.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from math import ceil
from typing import Any, ClassVar, TypeVar

from pilar.platform.language import N_, translate

Found = TypeVar("Found")


@dataclass(frozen=True)
class Fault:
    """One fault in what somebody gave us.

    ``sentence`` is the English source sentence with ``%(name)s`` places for ``fields``;
    ``place`` says where the fault stands (``marks.csv, row 3, column impact``), empty if there is only one place.
    """

    code: str
    sentence: str
    fields: Mapping[str, Any] = field(default_factory=dict)
    place: str = ""

    def text(self) -> str:
        """The fault in the reader's language, with its place in front."""
        return f"{self.place}: {self.said()}" if self.place else self.said()

    def said(self) -> str:
        """The fault in the reader's language, for the person who sees its place."""
        return translate(self.sentence, **self.fields)


class PilarError(Exception):
    """An expected error: ``code`` is stable, ``status`` is the HTTP status, ``sentence`` is the English source."""

    code: ClassVar[str] = "error"
    status: ClassVar[int] = 400
    sentence: ClassVar[str] = ""

    def __init__(self, **fields: Any) -> None:
        super().__init__(self.code)
        self.fields = fields

    def text(self) -> str:
        """The sentence in the reader's language."""
        return translate(self.sentence, **self.fields)

    def members(self) -> dict[str, Any]:
        """Return what problem JSON says of the error besides its code and sentence."""
        return {}

    def __str__(self) -> str:
        return self.text()


class NotAllowed(PilarError):
    """The reader may know of the thing, but not do this with it."""

    code = "not-allowed"
    status = 403
    sentence = N_("Your account may not do this. If your work needs it, ask your coordinator or the secretariat")


class NotFound(PilarError):
    """There is no such thing, or its existence is none of the reader's business: the answer is the same."""

    code = "not-found"
    status = 404
    sentence = N_("There is nothing at this address for you")


def existing(row: Found | None) -> Found:
    """Return what was looked for; raises :class:`NotFound` where nothing was found."""
    if row is None:
        raise NotFound
    return row


class RetryLater(PilarError):
    """Refused for now; ``retry_after`` seconds from now it is worth trying again (header ``Retry-After``).

    The sentence may say ``%(minutes)s``.
    """

    status = 429

    def __init__(self, *, seconds: float, **fields: Any) -> None:
        self.retry_after = max(1, ceil(seconds))
        super().__init__(minutes=ceil(self.retry_after / 60), **fields)


class Faults(PilarError):
    """Several faults found in one reading; all are told at once."""

    code = "faults"
    status = 422

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__(count=len(self.faults))

    def text(self) -> str:
        return "\n".join(fault.text() for fault in self.faults)

    def members(self) -> dict[str, Any]:
        return {"faults": [{"code": fault.code, "place": fault.place, "text": fault.text()} for fault in self.faults]}
