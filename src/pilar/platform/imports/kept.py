"""An import as its reader sees it, with the token that confirms what it has found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core import signing

from pilar.platform.errors import Fault, Faults
from pilar.platform.imports.columns import Heading
from pilar.platform.imports.importer import Importer
from pilar.platform.imports.states import RUNNING, STATE_NAMES, State
from pilar.platform.imports.verdicts import NOTHING, Report
from pilar.platform.language import N_
from pilar.platform.models import Import
from pilar.platform.tables import Column

MAX_PREVIEW = timedelta(hours=12)
"""After that a preview is not confirmed any more: the file is looked at again."""
SILENT = timedelta(minutes=5)
"""Without progress for so long an import is taken for lost: its worker was killed too often, or none runs."""
SALT = "platform.imports"


@dataclass(frozen=True, slots=True)
class Kept:
    """An import as its reader sees it: ``done`` of ``total`` rows are looked at or stored; ``lost``: nothing has
    happened for a while. ``found``: what the check has found, nothing until the file is ``checked``; ``token`` confirms
    it."""

    key: int
    subject: str
    name: str
    state: State
    done: int
    total: int
    lost: bool
    owner_name: str
    kept_at: datetime
    judged: str
    found: Report
    checked: bool
    headings: Mapping[str, tuple[Heading, ...]]
    token: str

    @property
    def report(self) -> Report | None:
        return self.found if self.checked else None

    @property
    def topics(self) -> tuple[str, ...]:
        """Return the topics that are notified when it has progressed."""
        return (topic(self.key),)

    @property
    def running(self) -> bool:
        return self.state in RUNNING

    @property
    def state_name(self) -> str:
        """The state, as a sentence to translate."""
        return STATE_NAMES[self.state]

    @property
    def applicable(self) -> bool:
        """Return whether it waits to be confirmed, and can be."""
        return self.state is State.CHECKED and self.found.applicable


def topic(key: int) -> str:
    """Return the topic that is notified when the import of this key has progressed (``platform.live``)."""
    return f"import {key}"


def is_lost(row: Import, now: datetime) -> bool:
    """Return whether the worker seems to have lost an import."""
    return State(row.state) in RUNNING and now - row.progressed_at > SILENT


def kept_of(importer: Importer, row: Import) -> Kept:
    """A row as it is shown to anyone who may see it."""
    headings: dict[str, tuple[Heading, ...]] = {}
    for sheet, key, name, index, samples, column in (row.report or {}).get("headings", ()):
        heading = Heading(key, Column(name, index), tuple(samples), column)
        headings[sheet] = (*headings.get(sheet, ()), heading)
    return Kept(
        row.pk, row.subject, row.name, State(row.state), row.done, row.total, is_lost(row, importer.now),
        row.owner_name, row.kept_at, row.judged,
        Report.of(row.report or NOTHING, importer.outcomes), row.report is not None, headings,
        signing.dumps([row.pk, importer.kind, importer.subject, importer.owner, row.judged], salt=SALT),
    )  # fmt: skip


def opened(importer: Importer, token: str) -> tuple[int, str]:
    """The key and the fingerprint in a token that holds for this import and this person."""
    try:
        key, *whose, seen = signing.loads(token, salt=SALT, max_age=MAX_PREVIEW)
    except signing.SignatureExpired:
        raise Faults([Fault("old-preview", N_("The preview is too old. Choose the file again"))]) from None
    except (signing.BadSignature, ValueError, TypeError):
        key, whose, seen = 0, [], ""
    if whose != [importer.kind, importer.subject, importer.owner]:
        raise Faults([Fault("broken-preview", N_("The preview is no longer whole. Choose the file again"))])
    return key, seen
