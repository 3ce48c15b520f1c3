"""What citizens do, and what it leaves behind: for each there is another citizen with rows of the same kinds."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from kit.acts import Call
from people.citizens import NOW, citizen, code_of
from people.inhabited import Inhabited
from pilar.people import operations as do
from pilar.people import reference
from pilar.people.models import Proxy, PublicCode
from pilar.people.public import AccountKind, Side

EMAIL, OTHER_EMAIL, NEW_EMAIL = "fatimah@contoh.invalid", "rahmat@contoh.invalid", "baru@contoh.invalid"
NETWORK = "192.0.2.0"
AGREED: dict[str, Any] = {"purpose": "all", "valid_until": date(2026, 3, 31)}
WORKS: dict[str, Any] = {
    "region": "36.03",
    "position": "Kepala seksi, Diskominfo",
    "letter": "800/12 tanggal 5 Januari",
}
OVER = NOW + timedelta(days=16)
"""When what waits since NOW is confirmed by nobody any more."""


def settle_in(world: Inhabited) -> None:
    """Two citizens; the other one has asked a third for something a few days later."""
    world.citizens = {"citizen": citizen(EMAIL), "other citizen": citizen(OTHER_EMAIL, "Rahmat")}
    later = NOW + timedelta(days=9)
    do.grant_proxy(by=world.who("other citizen"), side=Side.HOLDER, contact=NEW_EMAIL, now=later, **AGREED)


def asked(world: Inhabited) -> None:
    settle_in(world)
    _ask()


def entered(world: Inhabited) -> None:
    asked(world)
    do.enter_code(reference=_code(), code=code_of(_code()), now=NOW)


def granted(world: Inhabited) -> None:
    """The citizen has asked the other one, and has somebody declared."""
    settle_in(world)
    by = world.who("citizen")
    do.declare_proxy(by=by, name="Ibu Sumiyati", reason="Tidak punya telepon", now=NOW, **AGREED)
    do.grant_proxy(by=by, side=Side.PRINCIPAL, contact=OTHER_EMAIL, now=NOW, **AGREED)


def in_line(world: Inhabited) -> None:
    """Both have asked to work for a region."""
    settle_in(world)
    for who in ("citizen", "other citizen"):
        do.ask_for_region(by=world.who(who), now=NOW, **WORKS)


def withdrawn(world: Inhabited) -> None:
    settle_in(world)
    do.withdraw_consent(by=world.who("citizen"), now=NOW)


def _ask() -> UUID:
    return do.ask_code(contact=NEW_EMAIL, network=NETWORK, language="id", now=NOW)


def _code() -> UUID:
    return PublicCode.objects.filter(network=NETWORK).earliest("asked_at").pk


def _proxy() -> int:
    return Proxy.objects.latest("pk").pk


CALLS: Mapping[str, Call] = {
    "ask_code": lambda _w, _by: _ask(),
    "send_code": lambda _w, by: do.send_code(by=by, code=str(_code()), now=NOW),
    "enter_code": lambda _w, _by: do.enter_code(reference=_code(), code=code_of(_code()), now=NOW),
    "open_public_account": lambda _w, _by: do.open_public_account(
        reference=_code(), name="Baru", kind=AccountKind.PERSON, birth_date=None,
        consent=reference.consent().version, now=NOW,
    ),
    "give_consent": lambda _w, by: do.give_consent(by=by, version=reference.consent().version, now=NOW),
    "withdraw_consent": lambda _w, by: do.withdraw_consent(by=by, now=NOW),
    "erase_public_account": lambda w, by: do.erase_public_account(
        by=by, account=w.who("citizen").citizen, now=NOW
    ),
    "end_public_sessions": lambda _w, by: do.end_public_sessions(by=by),
    "grant_proxy": lambda _w, by: do.grant_proxy(by=by, side=Side.PRINCIPAL, contact=OTHER_EMAIL, now=NOW, **AGREED),
    "confirm_proxy": lambda _w, by: do.confirm_proxy(by=by, proxy=_proxy(), now=NOW),
    "declare_proxy": lambda _w, by: do.declare_proxy(
        by=by, name="Ibu Sumiyati", reason="Tidak punya telepon", now=NOW, **AGREED
    ),
    "tell_citizen": lambda w, by: do.tell_citizen(
        by=by, account=w.who("citizen").citizen or 0, about="P3603-2026-00001", path="/perizinan/saya/1/"
    ),
    "tell_of_proxy": lambda _w, by: do.tell_of_proxy(by=by, proxy=_proxy()),
    "ask_for_region": lambda _w, by: do.ask_for_region(by=by, now=NOW, **WORKS),
    "take_back_request": lambda _w, by: do.take_back_request(by=by, now=NOW),
    "end_proxy": lambda _w, by: do.end_proxy(by=by, proxy=_proxy(), now=NOW),
    "end_unconfirmed_proxies": lambda _w, by: do.end_unconfirmed_proxies(by=by, now=OVER),
}  # fmt: skip

BEFORE: Mapping[str, Callable[[Any], object]] = {
    **dict.fromkeys(CALLS, settle_in),
    "send_code": asked, "enter_code": asked, "open_public_account": entered, "give_consent": withdrawn,
    "confirm_proxy": granted, "tell_of_proxy": granted, "end_proxy": granted, "end_unconfirmed_proxies": granted,
    "erase_public_account": granted, "take_back_request": in_line,
}  # fmt: skip
REPEATED = " ask_code end_public_sessions send_code tell_citizen tell_of_proxy"
OPEN_TO_ALL = " ask_code enter_code open_public_account"

LEFT = """
ask_code | operator | . | procrastinate_events+1 procrastinate_jobs+1 publiccode+1
send_code | schedule | . | platform_outgoingmessage+1 procrastinate_events+1 procrastinate_jobs+1
enter_code | operator | . | publiccode~1
open_public_account | operator | open people.public @- by another | consent+1 publicaccount+1
give_consent | citizen | consent people.public @- | consent+1
withdraw_consent | citizen | withdraw-consent people.public @- | consent~1
erase_public_account | citizen | 2 x end people.proxy @-, erase people.public @- | consent~1 proxy~2 publicaccount~2
    publiccode-1
end_public_sessions | citizen | end-sessions people.public @- | publicaccount~1
grant_proxy | citizen | ask people.proxy @- | procrastinate_events+1 procrastinate_jobs+1 proxy+1
confirm_proxy | other citizen | confirm people.proxy @- | proxy~1
declare_proxy | citizen | declare people.proxy @- | proxy+1 publicaccount+1
tell_citizen | schedule | . | platform_outgoingmessage+1 procrastinate_events+1 procrastinate_jobs+1
tell_of_proxy | schedule | . | platform_outgoingmessage+1 procrastinate_events+1 procrastinate_jobs+1
ask_for_region | citizen | ask people.account-request | accountrequest+1 notice+1
take_back_request | citizen | take-back people.account-request | accountrequest-1 notice~1
end_proxy | citizen | end people.proxy @- | proxy~1
end_unconfirmed_proxies | schedule | end people.proxy @- | proxy~1
"""
