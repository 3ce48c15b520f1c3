"""The input for a body: council (Dewan), executing team (Tim Pelaksana) or forum, with its members."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from pilar.masterplan.rules.statements import BodyKind

MAX_DUTY, MAX_MEMBERS = 100, 200


@dataclass(frozen=True, slots=True)
class Member:
    """A seat: ``duty`` in the body, the position that holds it; person, office (key) and pillar (code) if given."""

    duty: str
    position: str
    person: str = ""
    office: int | None = None
    pillar: str = ""


@dataclass(frozen=True, slots=True)
class NewBody:
    """The input for a body; ``decree`` is the number of the regulation or decision that set it up, ``file`` the key of
    the evidence with its text."""

    kind: BodyKind
    title: str
    decree: str = ""
    decreed_on: date | None = None
    source: str = ""
    members: tuple[Member, ...] = ()
    file: UUID | None = None


def body_fingerprint(body: NewBody) -> str:
    """Return a checksum of a body's content, so that nobody overwrites a change they have not seen."""
    head = [body.kind.value, body.title, body.decree, str(body.decreed_on or ""), body.source, str(body.file or "")]
    rows = [[member.duty, member.position, member.person, member.office, member.pillar] for member in body.members]
    return hashlib.sha256(json.dumps([head, rows], ensure_ascii=False).encode()).hexdigest()[:32]
