"""The statement of full responsibility (SPTJM) of a self-assessment: of what it is, and who submits."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from pilar.platform.errors import Fault, PilarError
from pilar.platform.language import N_, translate

DIGITS = 8
"""Of the code: enough that no two contents of one self-assessment are mistaken for each other."""


class SignatorySubmits(PilarError):
    """The region has a signatory, who alone submits."""

    code = "signatory-submits"
    status = 403
    sentence = N_("The signatory of your region submits: %(names)s. Bring in the signed statement, they do the rest")

    def text(self) -> str:
        return translate(self.sentence, names=", ".join(self.fields["names"]))


@dataclass(frozen=True, slots=True)
class Signed:
    """A signed statement as it was brought in: the code of the content that it is of, and whether it is infected."""

    code: str
    infected: bool = False


def is_required(since: date | None, today: date) -> bool:
    """Return whether what is submitted today needs a statement; ``since``: the day from which its campaign asks for
    one, None for never."""
    return since is not None and since <= today


def code_of(content: Iterable[tuple[str, int, Iterable[tuple[str, int]]]]) -> str:
    """Make the code of what is answered: indicator, version of the answer, pieces of evidence with their versions.

    Every answer that is saved and every piece that comes, goes or gets a version makes another code.
    """
    rows = sorted((node, version, sorted(pieces)) for node, version, pieces in content)
    return hashlib.sha256(json.dumps(rows).encode()).hexdigest()[:DIGITS].upper()


def written(code: str) -> str:
    """A code as people read it: ``3F2A 99C1``."""
    return f"{code[:4]} {code[4:]}"


def read_code(text: str) -> str:
    """A code as somebody typed it, without blanks, dashes and the case of letters."""
    return "".join(letter for letter in text if letter.isalnum()).upper()


def faults(signed: Signed | None, code: str) -> Iterator[Fault]:
    """Yield what keeps a self-assessment of this content from being submitted, where a statement is required."""
    if signed is None:
        yield Fault("statement-missing", N_("The signed statement of responsibility is not here yet"))
    elif signed.infected:
        yield Fault("statement-infected", N_("The file of the signed statement is infected: bring in another"))
    elif signed.code != code:
        yield Fault(
            "statement-of-other-answers",
            N_("Answers or evidence were changed after the statement was signed: sign one of what stands there now"),
        )
