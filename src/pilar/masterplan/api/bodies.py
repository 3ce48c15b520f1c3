"""Council, executing team and forum of a plan, as input and output."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from ninja import Schema
from pydantic import Field, StringConstraints

from pilar.masterplan.api.content import Text, Title
from pilar.masterplan.queries import BodyRow
from pilar.masterplan.rules.bodies import MAX_DUTY, MAX_MEMBERS, body_fingerprint


class PlanMember(Schema):
    duty: Annotated[str, StringConstraints(max_length=MAX_DUTY)]
    position: Title
    person: Title = ""
    office: int | None = None
    pillar: Annotated[str, StringConstraints(max_length=30)] = ""


class PlanBodyIn(Schema):
    """A body as input; ``file`` is the evidence with the text of its decree.

    ``seen`` is that of the body to be changed, empty for a new one.
    """

    kind: Literal["council", "team", "forum"]
    title: Title
    decree: Title = ""
    decreed_on: date | None = None
    source: Text = ""
    members: Annotated[list[PlanMember], Field(max_length=MAX_MEMBERS)] = []
    file: UUID | None = None
    seen: Annotated[str, StringConstraints(max_length=64)] = ""


class PlanBody(PlanBodyIn):
    """A body with its key; a change of it must give ``seen``."""

    key: int


def body_of(row: BodyRow) -> PlanBody:
    """Convert a body to its output, which has the same fields as the input."""
    said = asdict(row.given)
    return PlanBody(**{**said, "kind": row.kind.value}, key=row.key, seen=body_fingerprint(row.given))
