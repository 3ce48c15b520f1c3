"""Public accounts: actors, stored data, proxies, and the log of readings."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db.models import Exists, OuterRef, Q, QuerySet

from pilar.areas.reference import today_in
from pilar.people.channels import PHONES, Channel, checked_number, offered
from pilar.people.models import AccountRequest, Consent, Proxy, PublicAccount, PublicCode
from pilar.people.models.public import EMAIL, PHONE
from pilar.people.public import (
    KIND_NAMES,
    PURPOSES,
    STATES,
    AccountKind,
    ActedFor,
    ProxyState,
    Side,
    public_name,
    state_of,
)
from pilar.people.rules import PUBLIC, NotFound, Permission, Standing, existing, shown_name
from pilar.platform import audit, secrets
from pilar.platform.actors import Actor
from pilar.platform.errors import Fault, Faults
from pilar.platform.language import N_, translate
from pilar.platform.models import AuditEvent

READ = {"people.public.name": N_("Name"), "people.public.data": N_("All that is kept")}
"""The fields of a public account shown to others, as recorded in the audit log."""
MAX_READINGS = 100


@dataclass(frozen=True, slots=True)
class Contact:
    """An e-mail address or phone number, and the channel that reaches it."""

    channel: Channel
    text: str

    @property
    def context(self) -> str:
        """A number is the same for all phone channels."""
        return EMAIL if self.channel is Channel.EMAIL else PHONE

    @property
    def hash(self) -> str:
        return secrets.lookup(self.text, context=self.context)

    @property
    def hashes(self) -> tuple[str, ...]:
        """The hashes under every key in use."""
        return secrets.lookups(self.text, context=self.context)

    @property
    def hint(self) -> str:
        """A hint that its owner recognises and that is useless to others."""
        name, at, domain = self.text.partition("@")
        return f"{name[:1]}•••@{domain}" if at else f"•••{self.text[-3:]}"


@dataclass(frozen=True, slots=True)
class ConsentRow:
    version: str
    given_at: datetime
    withdrawn_at: datetime | None


@dataclass(frozen=True, slots=True)
class CitizenRow:
    """The reader's own account in full; not for anybody else."""

    key: int
    kind: AccountKind
    name: str
    email: str
    phone: str
    birth_date: date | None
    language: str
    created_at: datetime
    consents: tuple[ConsentRow, ...]

    @property
    def kind_name(self) -> str:
        return translate(KIND_NAMES[self.kind])

    @property
    def agreed(self) -> str:
        """The version of the text agreed to; empty if consent is withdrawn."""
        return next((consent.version for consent in self.consents if consent.withdrawn_at is None), "")


@dataclass(frozen=True, slots=True)
class ProxyRow:
    """A proxy for one of the two people: ``side`` is the reader's, ``name`` the other person's (a hint of the address
    until they confirm). ``mine``: whether the reader has to confirm it."""

    key: int
    side: Side
    name: str
    purpose: str
    state: ProxyState
    declared: bool
    valid_until: date
    mine: bool

    @property
    def purpose_name(self) -> str:
        return translate(PURPOSES.get(self.purpose, self.purpose))

    @property
    def state_name(self) -> str:
        return translate(STATES[self.state][0])

    @property
    def tone(self) -> str:
        return STATES[self.state][1]

    @property
    def open(self) -> bool:
        """Return whether either of the two can end it."""
        return self.state in (ProxyState.WAITING, ProxyState.IN_FORCE)


@dataclass(frozen=True, slots=True)
class ReadingRow:
    """A reading of an account's data by somebody else."""

    at: datetime
    who: str
    what: str

    @property
    def what_name(self) -> str:
        return translate(READ[self.what])


def actor_of(account: int) -> Actor:
    """Return the actor of a public account: its number, nothing personal."""
    return Actor("public", str(account), public_name(account))


def public_standing(account: int, sessions_ended: int) -> Standing:
    """Return who has signed in as this account; a visitor once it is erased or signed out everywhere."""
    rows = PublicAccount.objects.filter(pk=account, sessions_ended=sessions_ended, erased_at=None)
    return Standing(actor_of(account)) if rows.exists() else PUBLIC


def sessions_of(account: int) -> int:
    """Return the value that a session stores in addition to the key of an account."""
    return PublicAccount.objects.values_list("sessions_ended", flat=True).get(pk=account)


def contact_of(given: str, *, place: str = "contact") -> Contact:
    """An address or number in the form it is stored. Raises Faults if it is invalid or cannot be reached here."""
    if "@" in given:
        email = given.strip().lower()
        try:
            validate_email(email)
        except ValidationError:
            sentence = N_("This is no e-mail address")
            raise Faults([Fault("not-an-address", sentence, {}, place)]) from None
        return Contact(Channel.EMAIL, email)
    phone = next((channel for channel in offered() if channel in PHONES), None)
    if phone is None:
        sentence = N_("Write an e-mail address: nothing is sent to phones here")
        raise Faults([Fault("no-phones", sentence, {}, place)])
    return Contact(phone, checked_number(given, place=place))


def contact_of_code(reference: object) -> Contact | None:
    """Return where a code went, for the device that asked for it."""
    row = PublicCode.objects.filter(pk=reference).first()
    return None if row is None else Contact(Channel(row.channel), opened(row.contact))


def kept_contact(text: str) -> Contact:
    """An address or number that was stored before."""
    return Contact(Channel.EMAIL if "@" in text else Channel.SMS, text)


def account_with(contact: Contact) -> int | None:
    """The key of the account that has this address or number."""
    column = "email_hash__in" if contact.channel is Channel.EMAIL else "phone_hash__in"
    return PublicAccount.objects.filter(**{column: contact.hashes}).values_list("pk", flat=True).first()


def citizen_with(given: str) -> int:
    """The key of the account with an address or number as typed; raises :class:`NotFound`, Faults. Only for the
    server's console: others may not learn whether there is one."""
    return existing(account_with(contact_of(given)))


def contacts_of(row: PublicAccount) -> list[Contact]:
    """Address and number of an account."""
    return [kept_contact(opened(kept)) for kept in (row.email, row.phone) if kept is not None]


def citizen(*, scope: Standing) -> CitizenRow:
    """The reader's own public account; raises :class:`NotFound` if there is none."""
    row = _own(scope)
    born = opened(row.birth_date)
    return CitizenRow(
        row.pk, AccountKind(row.kind), opened(row.name), opened(row.email), opened(row.phone),
        date.fromisoformat(born) if born else None, row.language, row.created_at,
        tuple(ConsentRow(consent.version, consent.given_at, consent.withdrawn_at) for consent in row.consents.all()),
    )  # fmt: skip


def proxies(*, scope: Standing, now: datetime) -> tuple[ProxyRow, ...]:
    """The proxies of the reader, on either side, and those that wait for them; newest first. Reading the names of
    others is logged."""
    row = _own(scope)
    hashes = [digest for contact in contacts_of(row) for digest in contact.hashes]
    proxies = list(Proxy.objects.filter(Q(holder=row) | Q(principal=row) | Q(other_hash__in=hashes, ended_at=None)))
    others = {key for proxy in proxies for key in (proxy.holder_id, proxy.principal_id) if key not in (None, row.pk)}
    names, today = public_names(others, by=scope), today_in("", now)
    return tuple(_proxy_row(proxy, row.pk, names, today) for proxy in proxies)


def _proxy_row(proxy: Proxy, reader: int, names: dict[int, str], today: date) -> ProxyRow:
    mine = reader not in (proxy.holder_id, proxy.principal_id)  # found by the address, since the other side has asked
    side = Side.HOLDER if proxy.holder_id == (None if mine else reader) else Side.PRINCIPAL
    other = proxy.principal_id if side is Side.HOLDER else proxy.holder_id
    hint = "–" if proxy.other is None else kept_contact(opened(proxy.other)).hint
    name = hint if other is None else names[other]
    state = state_of(
        confirmed=proxy.declared or proxy.confirmed_at is not None, valid_until=proxy.valid_until,
        ended=proxy.ended_at is not None, today=today,
    )  # fmt: skip
    waiting = mine and state is ProxyState.WAITING
    return ProxyRow(proxy.pk, side, name, proxy.purpose, state, proxy.declared, proxy.valid_until, waiting)


def acting_for(by: Standing, *, purpose: str, now: datetime) -> tuple[ActedFor, ...]:
    """Return the people ``by`` may act for now in a service with this purpose: themselves, then by their proxies in
    force. Accounts whose consent is withdrawn are excluded on both sides; empty without a public account.

    Raises ``ValueError`` for a purpose that no service has declared.
    """
    if purpose not in PURPOSES:
        raise ValueError(f"no service has declared the purpose {purpose!r}")
    agreed = Exists(Consent.objects.filter(account=OuterRef("pk"), withdrawn_at=None))
    if by.citizen is None or not PublicAccount.objects.filter(agreed, pk=by.citizen, erased_at=None).exists():
        return ()
    known = PublicAccount.objects.filter(agreed | Q(declared=True), erased_at=None)
    rows = _in_force(now).filter(holder=by.citizen, purpose__in={purpose, "all"}, principal__in=known)
    fors = {row.principal_id: ActedFor(row.principal_id, row.pk, row.declared, row.valid_until) for row in rows}
    return (ActedFor(by.citizen), *fors.values())


def reached_for(account: int | None, *, purpose: str, now: datetime) -> tuple[int, ...]:
    """The accounts that receive a service's messages about a public account: itself, or the proxies of somebody who has
    no way to sign in; empty without an account."""
    if account is None:
        return ()
    if not PublicAccount.objects.filter(pk=account, declared=True).exists():
        return (account,)
    held = _in_force(now).filter(principal=account, purpose__in={purpose, "all"}, holder__isnull=False)
    return tuple(sorted(set(held.values_list("holder", flat=True))))


def _in_force(now: datetime) -> QuerySet[Proxy]:
    confirmed = Q(declared=True) | Q(confirmed_at__isnull=False)
    # The longest comes last, so that it counts.
    return Proxy.objects.filter(confirmed, ended_at=None, valid_until__gte=today_in("", now)).order_by("valid_until")


def public_names(accounts: Collection[int], *, by: Standing, area: str = "") -> dict[int, str]:
    """Names of public accounts by their keys; each reading is logged, and the caller has decided that they may be read.
    An erased account is shown by its number."""
    rows = list(PublicAccount.objects.filter(pk__in=accounts))
    known = [row.pk for row in rows if row.name is not None and row.pk != by.citizen]
    audit.read_each(by=by.actor, what="people.public.name", keys=known, area=area)
    return {row.pk: opened(row.name) or public_name(row.pk) for row in rows}


def public_readings(*, scope: Standing) -> tuple[ReadingRow, ...]:
    """List the readings of the reader's account by others, newest first; at most ``MAX_READINGS``."""
    row = _own(scope)
    events = AuditEvent.objects.filter(action=audit.READ, target__in=READ, key=str(row.pk))
    others = events.exclude(actor_kind="public", actor_key=str(row.pk)).order_by("-id")[:MAX_READINGS]
    return tuple(ReadingRow(other.happened_at, shown_name(other.actor_name), other.target) for other in others)


def public_data(account: int, *, scope: Standing, now: datetime) -> dict[str, Any]:
    """All stored data of a public account, for its owner and for users who manage all accounts (whose reading is
    logged).

    Raises :class:`NotFound` for anybody else.
    """
    if scope.citizen != account and not scope.may(Permission.MANAGE_ACCOUNTS):
        raise NotFound
    row = existing(PublicAccount.objects.filter(pk=account).first())
    if scope.citizen != account:
        audit.read(scope, "people.public.data", account, rows=1)
    owner = Standing(actor_of(account))
    named = ("kind", "declared", "language", "created_at", "erased_at")
    return {
        "made_at": now,
        "account": {"key": row.pk, **{name: getattr(row, name) for name in named}}
        | {name: opened(getattr(row, name)) for name in ("name", "email", "phone", "birth_date")},
        "consents": list(row.consents.values("version", "given_at", "withdrawn_at")),
        "proxies": [
            {"key": proxy.pk, "holder": proxy.holder_id, "principal": proxy.principal_id, "purpose": proxy.purpose,
             "declared": proxy.declared, "reason": opened(proxy.reason) if proxy.holder_id == row.pk else "",
             "valid_until": proxy.valid_until, "asked_at": proxy.asked_at, "confirmed_at": proxy.confirmed_at,
             "ended_at": proxy.ended_at}
            for proxy in Proxy.objects.filter(Q(holder=row) | Q(principal=row))
        ],
        "requests": list(
            AccountRequest.objects.filter(provider="", subject=str(row.pk))
            .values("name", "email", "region", "position", "letter", "asked_at")
        ),
        "readings": [
            {"at": reading.at, "who": reading.who, "what": reading.what} for reading in public_readings(scope=owner)
        ] if row.erased_at is None else [],
        "audit": list(
            AuditEvent.objects.filter(actor_kind="public", actor_key=str(row.pk)).order_by("id")
            .values("happened_at", "action", "target", "key")
        ),
    }  # fmt: skip


def opened(kept: secrets.Kept | None) -> str:
    """Return the decrypted data of a row, only for its owner's pages and messages to them."""
    return "" if kept is None else secrets.decrypt(kept.text, context=kept.context)


def _own(scope: Standing) -> PublicAccount:
    return existing(
        None if scope.citizen is None else PublicAccount.objects.filter(pk=scope.citizen, erased_at=None).first()
    )
