"""Versions of a service: draft, change, propose, publish by a second person, withdraw."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.urls import reverse

from pilar.areas.reference import today_in
from pilar.people.operations import locked, notify, settle
from pilar.people.rules import HeldRole, NotAllowed, NotFound, Standing
from pilar.permits.models import ServiceVersion
from pilar.permits.queries import services as queries
from pilar.permits.reference.services import demonstrated, shipped
from pilar.permits.rules.authority import AUTHORITY, Action, Case
from pilar.permits.rules.roles import Role
from pilar.permits.rules.services import Service, read, written
from pilar.permits.rules.versions import SERVICES, VersionState, WrongVersionState, amended, blank
from pilar.platform import audit, locks, moves
from pilar.platform.errors import Fault, Faults
from pilar.platform.language import N_
from pilar.platform.versions import Stored, require_seen

TARGET = "permits.service-version"
TOLD = {
    VersionState.PROPOSED: (Role.HEAD, N_("A version of “%(service)s” waits to be published")),
    VersionState.DRAFT: (Role.EDITOR, N_("The version of “%(service)s” was given back to be changed")),
}
"""The roles notified that a version waits for them."""
FIRST_DAY = date(2020, 1, 1)
"""The first day of the first version of a shipped service: before all cases."""


@transaction.atomic
def begin_version(*, by: Standing, region: str, key: str, now: datetime, name: str = "") -> int:
    """Begin a draft from the newest published version of a service, or of a new one with a ``name``; its key in tables.

    Raises :class:`NotAllowed`, :class:`NotFound` without version and name, Faults if a draft already exists or the name
    is taken.
    """
    AUTHORITY.require(by, Action.EDIT_SERVICE, Case(region), known=True)
    locks.take(f"permits.service:{region}:{key}")
    rows = ServiceVersion.objects.filter(region=region, key=key).order_by("-number")
    if rows.filter(state__in=("draft", "proposed")).exists():
        raise Faults([Fault("at-work", N_("A version of this service is already being written"), {}, "key")])
    newest, last = rows.filter(state="published").first() or rows.first(), rows.first()
    if newest is None and not name:
        raise NotFound
    if newest is not None and name:
        raise Faults([Fault("key-taken", N_("There is a service of this key already"), {}, "key")])
    definition = newest.definition if newest else written(read(blank(key, name, region, region)))
    row = ServiceVersion.objects.create(
        region_id=region, key=key, number=last.number + 1 if last else 1, definition=definition,
        hash=_hash(definition), changed_by=by.actor.name, changed_at=now,
    )  # fmt: skip
    audit.record(by=by.actor, action="begin", target=TARGET, key=row.pk, area=region, after={"service": key})
    return row.pk


@transaction.atomic
def change_version(*, by: Standing, version: int, parts: Mapping[str, Any], seen: int, now: datetime) -> int:
    """Replace parts of a draft (its limit, fee, stages, requirements, form …); returns its new edition. ``seen``: the
    edition that was edited.

    Raises :class:`NotFound`, :class:`NotAllowed`, :class:`WrongVersionState`, :class:`Outdated`, Faults for what cannot
    be read; obstacles to publishing are no faults yet.
    """
    row = _locked(by, version, Action.EDIT_SERVICE)
    if row.state != VersionState.DRAFT:
        raise WrongVersionState(state=VersionState(row.state))
    require_seen(seen, Stored(row.edition, row.definition, str(row.changed_by), row.changed_at))
    before = row.definition
    row.definition = written(read(amended(read(before), dict(parts), before)))
    row.hash, row.edition, row.changed_by, row.changed_at = _hash(row.definition), row.edition + 1, by.actor.name, now
    row.save(update_fields=["definition", "hash", "edition", "changed_by", "changed_at"])
    changed = [name for name in {**before, **row.definition} if before.get(name) != row.definition.get(name)]
    audit.record(
        by=by.actor, action="change", target=TARGET, key=row.pk, area=row.region_id,
        before={name: before.get(name) for name in changed}, after={name: row.definition.get(name) for name in changed},
    )  # fmt: skip
    return row.edition


@transaction.atomic
def propose_version(*, by: Standing, version: int, now: datetime) -> None:
    """Propose a draft without faults for publication. Raises as :func:`change_version`."""
    row = _locked(by, version, Action.EDIT_SERVICE)
    _move(row, VersionState.PROPOSED, by=by, now=now, fields={"proposer": by.actor.name})


@transaction.atomic
def return_version(*, by: Standing, version: int, reason: str, now: datetime) -> None:
    """Return a proposal for changes. Raises as :func:`publish_version`."""
    row = _locked(by, version, Action.PUBLISH_SERVICE)
    _move(row, VersionState.DRAFT, by=by, now=now, fields={"proposer": "", "reason": reason[:500]})


@transaction.atomic
def publish_version(*, by: Standing, version: int, valid_from: date, now: datetime) -> None:
    """Publish a version proposed by somebody else; the version in force until then ends the day before ``valid_from``.

    Raises :class:`NotFound`, :class:`NotAllowed`, :class:`WrongVersionState`, Faults with all obstacles.
    """
    row = _locked(by, version, Action.PUBLISH_SERVICE)
    locks.take(f"permits.service:{row.region_id}:{row.key}")
    fields = {"publisher": by.actor.name, "published_at": now, "valid_from": valid_from}
    _move(row, VersionState.PUBLISHED, by=by, now=now, fields=fields, ends=valid_from - timedelta(days=1))


@transaction.atomic
def withdraw_version(*, by: Standing, version: int, reason: str, now: datetime) -> None:
    """Withdraw a published version: it takes no new applications, and cases that began with it continue.

    Raises as :func:`publish_version`.
    """
    row = _locked(by, version, Action.PUBLISH_SERVICE)
    if not reason.strip():
        raise Faults([Fault("no-reason", N_("Say why"), {}, "reason")])
    _move(row, VersionState.WITHDRAWN, by=by, now=now, fields={"reason": reason[:500]})


@transaction.atomic
def drop_version(*, by: Standing, version: int) -> None:
    """Delete a draft. Raises as :func:`change_version`."""
    row = _locked(by, version, Action.EDIT_SERVICE)
    if row.state != VersionState.DRAFT:
        raise WrongVersionState(state=VersionState(row.state))
    audit.record(by=by.actor, action="drop", target=TARGET, key=row.pk, area=row.region_id, before={"service": row.key})
    row.delete()


@transaction.atomic
def load_services(*, by: Standing, now: datetime, demonstration: bool = False) -> tuple[str, ...]:
    """Load the services of the data folder into the tables, for the demonstration with its synthetic parts.

    A service that somebody of the region has changed is not touched, nor is one of the demonstration. Returns the keys
    of those that are new or changed; a second call changes nothing. Raises :class:`NotAllowed`.
    """
    if not by.unrestricted:
        raise NotAllowed
    locks.take("permits.services")
    rows = ServiceVersion.objects.order_by("region", "key", "number")
    newest = {(row.region_id, row.key): row for row in rows}
    touched = {(row.region_id, row.key) for row in rows if not row.shipped}
    changed = []
    for service in demonstrated() if demonstration else shipped():
        at, definition = (service.region, service.key), written(service)
        row = newest.get(at)
        stays = row is not None and (
            row.hash == _hash(definition) or (row.definition.get("synthetic") and not demonstration)
        )
        if at in touched or stays:
            continue
        _ship(by, service, definition, row, now)
        changed.append(service.key)
    return tuple(changed)


def _ship(
    by: Standing, service: Service, definition: dict[str, Any], row: ServiceVersion | None, now: datetime
) -> None:
    """Publish the next version of a shipped service from today on. It replaces a version in force since today or, in
    the demonstration, any version, since past cases there need the synthetic parts."""
    today = today_in(service.region, now)
    since = FIRST_DAY if row is None else today
    if row is not None and row.valid_from is not None and (service.synthetic or row.valid_from >= today):
        since = row.valid_from
        ServiceVersion.objects.filter(pk=row.pk).update(state=VersionState.WITHDRAWN)
    elif row is not None:
        ServiceVersion.objects.filter(pk=row.pk).update(valid_to=since - timedelta(days=1))
    made = ServiceVersion.objects.create(
        region_id=service.region, key=service.key, number=row.number + 1 if row else 1, definition=definition,
        hash=_hash(definition), state=VersionState.PUBLISHED, valid_from=since, shipped=True, changed_by=by.actor.name,
        changed_at=now, publisher=by.actor.name, published_at=now,
    )  # fmt: skip
    audit.record(
        by=by.actor, action="load", target=TARGET, key=made.pk, area=service.region, after={"service": service.key}
    )


def _locked(by: Standing, version: int, action: Action) -> ServiceVersion:
    service_version: ServiceVersion = locked(
        ServiceVersion.objects, by=by, action=action, authority=AUTHORITY, case=lambda row: Case(row.region_id),
        readable=queries.known(by), pk=version,
    )  # fmt: skip
    return service_version


def _move(
    row: ServiceVersion,
    target: VersionState,
    *,
    by: Standing,
    now: datetime,
    fields: Mapping[str, Any],
    ends: date | None = None,
) -> None:
    """Make a move whose conditions hold; ``ends``: the last day of the previous version."""
    move = SERVICES.move(VersionState(row.state), target)
    read_row = queries.row_of(row)
    facts = queries.facts_of(read_row, by=by, today=today_in(row.region_id, now), valid_from=fields.get("valid_from"))
    move.require(facts)
    if ends is not None:
        _end_before(row, ends)
    moves.make(move, row, by=by.actor, what=TARGET, area=row.region_id, fields=fields)
    subject = f"{TARGET}:{row.pk}"
    settle(by=by, subject=subject, kind=TARGET, now=now)
    if target in TOLD:
        role, sentence = TOLD[target]
        notify(
            by=by, to=HeldRole(role, row.region_id), kind=TARGET, subject=subject, sentence=sentence,
            fields={"service": read_row.service.name}, address=reverse("permits:edit-version", args=[row.pk]),
            region=row.region_id, now=now,
        )  # fmt: skip


def _end_before(row: ServiceVersion, ends: date) -> None:
    others = ServiceVersion.objects.filter(region=row.region_id, key=row.key, state="published", valid_to=None)
    others.exclude(pk=row.pk).update(valid_to=ends)


def _hash(definition: Mapping[str, Any]) -> str:
    text = json.dumps(definition, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()
