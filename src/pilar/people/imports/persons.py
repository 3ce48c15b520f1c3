"""An import that a person sends."""

from __future__ import annotations

from datetime import datetime
from typing import Self

from pilar.people.queries import standing_of_key
from pilar.people.rules import Standing
from pilar.platform.imports import Importer


class PersonsImporter(Importer):
    """An import ``by`` somebody into a ``subject`` of a room, with their present permissions."""

    def __init__(self, by: Standing, subject: object, now: datetime) -> None:
        self.by, self.subject, self.now = by, str(subject), now
        self.owner, self.actor = by.account or 0, by.actor

    @classmethod
    def of(cls, owner: int, subject: str, now: datetime) -> Self:
        """The same for the worker; a deleted or blocked account has no permissions."""
        return cls(standing_of_key(owner, now), subject, now)
