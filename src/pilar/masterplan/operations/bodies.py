"""The bodies that carry a plan: council, executing team, forum."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from django.db import transaction

from pilar.areas.models import Office
from pilar.evidence.models import Evidence
from pilar.masterplan.models import Body, BodyMember, Plan
from pilar.masterplan.operations.locking import locked_plan, refuse
from pilar.masterplan.reference import framework
from pilar.masterplan.rules.authority import Action
from pilar.masterplan.rules.bodies import MAX_DUTY, MAX_MEMBERS, Member, NewBody, body_fingerprint
from pilar.masterplan.rules.content import MAX_TEXT, MAX_TITLE
from pilar.masterplan.rules.statements import BodyKind
from pilar.people.rules import Standing, existing
from pilar.platform import audit
from pilar.platform.errors import Fault
from pilar.platform.language import N_
from pilar.platform.versions import Outdated, Stored

TARGET = "masterplan.body"


@transaction.atomic
def save_body(*, by: Standing, plan: int, given: NewBody, body: int | None = None, seen: str = "") -> int:
    """Add a body to a plan, or replace ``body`` including its members; return its key.

    ``seen``: ``rules.bodies.body_fingerprint`` of the body as it was shown. Raises Faults at ``title``, ``file`` or the
    rows (``members.2.office``), :class:`Outdated`, :class:`NotAllowed`, :class:`NotFound`; needs ``manage-bodies`` in
    the region.
    """
    row = locked_plan(by, plan, Action.MANAGE_BODIES)
    refuse(_faults(row, given, body))
    said = {
        "kind": given.kind, "title": given.title.strip(), "decree": given.decree.strip(),
        "decreed_on": given.decreed_on, "decree_file_id": given.file, "source": given.source.strip(),
    }  # fmt: skip
    if body is None:
        stored = Body.objects.create(plan=row, **said)
    else:
        stands = existing(Body.objects.filter(pk=body, plan=row).first())
        stored = stands
        there = _given(stored)
        if seen != body_fingerprint(there):
            raise Outdated(
                Stored(
                    1, {"title": there.title, "rows": [f"{member.duty}: {member.position}" for member in there.members]}
                )
            )
        for name, value in said.items():
            setattr(stored, name, value)
        stored.save()
        stored.members.all().delete()
    BodyMember.objects.bulk_create(
        BodyMember(
            body=stored, place=place, duty=member.duty.strip(), position=member.position.strip(),
            person=member.person.strip(), office_id=member.office, pillar=member.pillar,
        )
        for place, member in enumerate(given.members)
    )  # fmt: skip
    audit.record(
        by=by.actor, action="save", target=TARGET, key=stored.pk, area=row.region_id,
        after={**said, "members": [f"{member.duty}: {member.position}" for member in given.members]},
    )  # fmt: skip
    return stored.pk


def _given(row: Body) -> NewBody:
    """Return a stored body in the form of the input."""
    members = tuple(
        Member(member.duty, member.position, member.person, member.office_id, member.pillar)
        for member in row.members.order_by("place")
    )
    return NewBody(BodyKind(row.kind), row.title, row.decree, row.decreed_on, row.source, members, row.decree_file_id)


def _faults(plan: Plan, given: NewBody, body: int | None) -> Iterator[Fault]:
    if not given.title.strip():
        yield Fault("no-title", N_("Give the body its name"), {}, "title")
    for name, most in {"title": MAX_TITLE, "decree": MAX_TITLE, "source": MAX_TEXT}.items():
        if len(getattr(given, name)) > most:
            yield Fault("too-long", N_("At most %(most)s characters"), {"most": most}, name)
    same = Body.objects.filter(plan=plan, kind=given.kind, title=given.title.strip()).exclude(pk=body)
    if same.exists():
        yield Fault("body-twice", N_("The plan already has this body"), {}, "title")
    if given.file is not None and not Evidence.objects.filter(pk=given.file, region=plan.region_id).exists():
        yield Fault("unknown-file", N_("Choose a file of this region"), {}, "file")
    if len(given.members) > MAX_MEMBERS:
        yield Fault("too-many-rows", N_("At most %(most)s rows"), {"most": MAX_MEMBERS}, "title")
    yield from _member_faults(
        given.members, set(Office.objects.filter(region=plan.region_id).values_list("pk", flat=True))
    )


def _member_faults(members: Sequence[Member], offices: set[int]) -> Iterator[Fault]:
    pillars = {"", *(entry.code for entry in framework().pillars.entries)}
    for row, member in enumerate(members):
        for name in ("duty", "position"):
            if not getattr(member, name).strip():
                yield Fault("no-member", N_("Say the duty and the position that holds it"), {}, f"members.{row}.{name}")
        for name, most in {"duty": MAX_DUTY, "position": MAX_TITLE, "person": MAX_TITLE}.items():
            if len(getattr(member, name)) > most:
                sentence = N_("At most %(most)s characters")
                yield Fault("too-long", sentence, {"most": most}, f"members.{row}.{name}")
        if member.office is not None and member.office not in offices:
            yield Fault("unknown-office", N_("Choose an office of this region"), {}, f"members.{row}.office")
        if member.pillar not in pillars:
            yield Fault("unknown-key", N_("Choose one of the list"), {}, f"members.{row}.pillar")
