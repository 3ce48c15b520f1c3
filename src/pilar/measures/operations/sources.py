"""Source systems, and the tokens by which they report."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from pilar.measures.models import SourceSystem, SourceToken
from pilar.measures.operations.locking import locked_source, require_region
from pilar.measures.rules.authority import Action, SourceStanding
from pilar.measures.rules.definitions import MAX_TITLE, faults_of_code
from pilar.people.operations import BadToken, NewToken, there
from pilar.people.operations.tokens import made_token, used_token
from pilar.people.rules import Standing
from pilar.platform import audit
from pilar.platform.actors import Actor
from pilar.platform.errors import Fault, Faults, PilarError
from pilar.platform.language import N_
from pilar.platform.models import AuditEvent

TARGET = "measures.source"
PREFIX = "pilar_source_"
BUILT_IN = "pilar-"
"""How the codes of Pilar's own parts begin; no application of a region has such a one."""


class BadSourceToken(BadToken):
    """The token is wrong, expired or revoked, or its source shut off: which of these is not told."""

    sentence = N_("This token of a source system opens nothing. The coordinator of the region can issue a new one")


class NoTokens(PilarError):
    """A part of Pilar needs no token."""

    code = "no-tokens"
    status = 409
    sentence = N_("This source is a part of Pilar and needs no token")


class SourceOff(PilarError):
    """A source that is shut off gets no new token."""

    code = "source-off"
    status = 409
    sentence = N_("This source system is shut off. Switch it on first")


@transaction.atomic
def add_source(*, by: Standing, region: str, code: str, title: str, now: datetime) -> int:
    """Add a source system to the region of this code; returns its key.

    Raises Faults at ``code`` and ``title``, :class:`UnknownRegion`, :class:`NotAllowed`, :class:`NotFound`; needs
    ``manage-sources``.
    """
    require_region(by, region, Action.MANAGE_SOURCES)
    named = " ".join(title.split())
    faults = [*faults_of_code(code), *_title_faults(named)]
    if code.startswith(BUILT_IN):
        sentence = N_("Codes that begin with %(beginning)s are kept for the parts of Pilar")
        faults.append(Fault("code-kept", sentence, {"beginning": BUILT_IN}, "code"))
    if SourceSystem.objects.filter(region=region, code=code).exists():
        sentence = N_("There is already a source system of this code in the region")
        faults.append(Fault("code-taken", sentence, {}, "code"))
    if faults:
        raise Faults(faults)
    row = SourceSystem.objects.create(region_id=region, code=code, title=named, created_at=now)
    audit.record(by, "add", TARGET, row.pk, area=region, after={"code": code, "title": named})
    return row.pk


@transaction.atomic
def built_in_source(*, by: Standing, region: str, code: str, title: str, now: datetime) -> SourceStanding:
    """A part of Pilar as anyone who reports in a region, for the room that it is; added the first time.

    ``by`` is who did what gives the figures. Raises :class:`SourceOff` if the region does not want them,
    :class:`UnknownRegion`, :class:`NotAllowed`, :class:`NotFound`; needs ``manage-sources``. ``ValueError`` (a bug)
    unless the code begins with ``pilar-``.
    """
    if not code.startswith(BUILT_IN):
        raise ValueError(f"the code of a part of Pilar begins with {BUILT_IN}")
    require_region(by, region, Action.MANAGE_SOURCES)
    row, new = SourceSystem.objects.get_or_create(
        region_id=region, code=code, defaults={"title": title, "built_in": True, "created_at": now}
    )
    if new:
        audit.record(by, "add", TARGET, row.pk, area=region, after={"code": code, "title": title})
    if not row.active:
        raise SourceOff
    return SourceStanding(Actor("system", code, row.title), source=row.pk, region=region)


@transaction.atomic
def switch_source(*, by: Standing, region: str, source: str, active: bool) -> None:
    """Shut a source system off, so that its tokens open nothing, or on again.

    Raises :class:`NotAllowed`, :class:`NotFound`; needs ``manage-sources``.
    """
    row = locked_source(by, region, source)
    if row.active == active:
        return
    row.active = active
    row.save(update_fields=["active"])
    audit.record(
        by=by.actor,
        action="switch-on" if active else "switch-off",
        target=TARGET,
        key=row.pk,
        area=region,
        before={"active": not active},
        after={"active": active},
    )


@transaction.atomic
def issue_token(*, by: Standing, region: str, source: str, name: str, days: int, now: datetime) -> NewToken:
    """Make a token by which a source reports its own measures for ``days`` days. Its secret is not kept.

    Raises :class:`UnfitToken`, :class:`SourceOff`, :class:`NoTokens`, :class:`NotAllowed`, :class:`NotFound`; needs
    ``manage-sources``.
    """
    row = locked_source(by, region, source)
    if row.built_in:
        raise NoTokens
    if not row.active:
        raise SourceOff
    made, secret = made_token(
        SourceToken(source=row, created_by=by.actor.name), prefix=PREFIX, name=name, days=days, now=now
    )
    audit.record(
        by=by.actor,
        action="issue-token",
        target=TARGET,
        key=row.pk,
        area=region,
        after={"token": made.pk, "name": made.name, "expires_at": made.expires_at},
    )
    return NewToken(made.pk, secret)


@transaction.atomic
def revoke_source_token(*, by: Standing, region: str, source: str, token: int, now: datetime) -> None:
    """End a token of a source at once; raises :class:`NotFound`, :class:`NotAllowed`; needs ``manage-sources``."""
    row = locked_source(by, region, source)
    held_token = there(SourceToken.objects, pk=token, source=row)
    if held_token.revoked_at is None:
        held_token.revoked_at = now
        held_token.save(update_fields=["revoked_at"])
        audit.record(by, "revoke-token", TARGET, row.pk, area=region, after={"token": token})


def use_source_token(*, secret: str, now: datetime) -> SourceStanding:
    """Tell which source acts with this token; raises :class:`BadSourceToken`. Its use is noted at most once an hour.

    The hash is looked up, so that the time of the answer tells nothing about the secret.
    """
    token = used_token(SourceToken.objects.select_related("source").filter(source__active=True), secret=secret, now=now)
    if token is None:
        raise BadSourceToken
    return standing_of_source(token.source, key=f"source-{token.pk}", name=f"{token.source.title} ({token.name})")


def standing_of_source(row: SourceSystem, *, key: str, name: str) -> SourceStanding:
    """A source system as the person who acts; ``key`` tells its tokens from those of accounts in the audit log."""
    longest = AuditEvent._meta.get_field("actor_name").max_length
    return SourceStanding(Actor("token", key, name[:longest]), source=row.pk, region=row.region_id)


def is_source_token(secret: str) -> bool:
    """Return whether a text looks like a token of a source system rather than of an account."""
    return secret.startswith(PREFIX)


def _title_faults(title: str) -> list[Fault]:
    if not title:
        return [Fault("blank", N_("Fill this in"), {}, "title")]
    if len(title) > MAX_TITLE:
        return [Fault("too-long", N_("At most %(most)s characters"), {"most": MAX_TITLE}, "title")]
    if not title.isprintable():
        return [Fault("unprintable", N_("There is a character in it that cannot be shown"), {}, "title")]
    return []


__all__ = [
    "BadSourceToken",
    "NewToken",
    "NoTokens",
    "SourceOff",
    "add_source",
    "built_in_source",
    "is_source_token",
    "issue_token",
    "revoke_source_token",
    "standing_of_source",
    "switch_source",
    "use_source_token",
]
