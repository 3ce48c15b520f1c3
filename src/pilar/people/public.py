"""Public accounts (akun warga) of citizens, patients and businesses: codes and proxies. Pure.

They hold no role. People sign in with a code sent to their address or number; there is no password.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from pilar.people.limits import Limit
from pilar.platform.errors import Fault, Faults, PilarError, RetryLater
from pilar.platform.language import N_

CODE_DIGITS = 6
CODE_LIFE = timedelta(minutes=10)
MAX_TRIES = 5
MAX_SAID = 200
"""The most characters of each field in a request for an account."""
SECOND_CLICK = timedelta(seconds=10)
"""A button pressed twice within this time gets the same answer; afterwards a used code is invalid."""
TIME_TO_OPEN = timedelta(minutes=30)
"""How long after its code a new account can be opened."""
# assumption: no rule found. People who mistype an address ask a few times; a class of 40 behind one network passes.
CODES_OF_CONTACT = Limit(4, timedelta(minutes=15))
CODES_OF_CONTACT_A_DAY = Limit(12, timedelta(days=1))
CODES_OF_NETWORK = Limit(60, timedelta(hours=1))
PROXIES_A_DAY = Limit(10, timedelta(days=1))
"""How often one account may ask others to confirm something, since each of them gets a message."""
MAX_PROXY_DAYS = 366  # assumption: a longer proxy has to be confirmed again every year

PURPOSES: dict[str, str] = {"all": N_("All services")}
"""The purposes for which somebody may act for another; a service adds its own when it is ready
(``AppConfig.ready``)."""
WAYS: dict[str, str] = {}
"""The page of a citizen's own data in each service: the name of its address by purpose, added in the same way."""


class AccountKind(StrEnum):
    PERSON = "person"
    BUSINESS = "business"


KIND_NAMES = {AccountKind.PERSON: N_("A person"), AccountKind.BUSINESS: N_("A business or organisation")}


class Side(StrEnum):
    """The sides of a proxy: who acts (kuasa), and who is acted for (pemberi kuasa)."""

    HOLDER = "holder"
    PRINCIPAL = "principal"


class ProxyState(StrEnum):
    WAITING = "waiting"
    IN_FORCE = "in-force"
    OVER = "over"
    ENDED = "ended"


STATES = {
    ProxyState.WAITING: (N_("waits to be confirmed"), "caution"),
    ProxyState.IN_FORCE: (N_("in force"), "positive"),
    ProxyState.OVER: (N_("its days are over"), ""),
    ProxyState.ENDED: (N_("ended"), ""),
}
"""The name of each state, and the tone in which it is shown."""


class CodeRefused(PilarError):
    """The reason is not given, so that guessing reveals nothing."""

    code = "code-refused"
    status = 422
    sentence = N_(
        "This code does not open anything: it is mistyped, older than %(life)s minutes, was tried too often or belongs "
        "to another device. Look again, or have a new one sent"
    )

    def __init__(self) -> None:
        super().__init__(life=CODE_LIFE.seconds // 60)


class TooManyCodes(RetryLater):
    """Raised when too many codes were requested."""

    code = "too-many-codes"
    sentence = N_("Too many codes were asked for. Try again in %(minutes)s minutes; a code that has come still works")


class TooManyProxies(RetryLater):
    """Raised when too many requests were made, since each sends a message to somebody."""

    code = "too-many-proxies"
    sentence = N_("You have asked many people today. Try again in %(minutes)s minutes")


class NoConsent(PilarError):
    """Raised for an account whose consent is withdrawn."""

    code = "no-consent"
    status = 409
    sentence = N_("You have withdrawn your consent. Give it again on the page of your account to go on")


def public_name(account: int) -> str:
    """Return the name stored for a public account wherever it acted; stored data, and so Indonesian for every reader.
    The real name is encrypted and never stored elsewhere."""
    return f"Akun warga {account}"


def state_of(*, confirmed: bool, valid_until: date, ended: bool, today: date) -> ProxyState:
    """``confirmed``: by the other person, or declared with a reason."""
    if ended:
        return ProxyState.ENDED
    if valid_until < today:
        return ProxyState.OVER
    return ProxyState.IN_FORCE if confirmed else ProxyState.WAITING


def require_proxy_day(valid_until: date, today: date) -> None:
    """Raise Faults for a day in the past or too far ahead."""
    if not today <= valid_until <= today + timedelta(days=MAX_PROXY_DAYS):
        sentence = N_("Name a day from today on, at most %(days)s days ahead")
        raise Faults([Fault("unfit-proxy-day", sentence, {"days": MAX_PROXY_DAYS}, "valid_until")])


@dataclass(frozen=True, slots=True)
class ActedFor:
    """A person somebody may act for: ``proxy`` is None for themselves. ``declared``: not confirmed by the other
    person."""

    account: int
    proxy: int | None = None
    declared: bool = False
    valid_until: date | None = None


def code_works(*, asked_at: datetime, used_at: datetime | None, tries: int, now: datetime) -> bool:
    """Return whether a code may still be entered."""
    fresh = used_at is None or now - used_at < SECOND_CLICK
    return fresh and tries < MAX_TRIES and asked_at <= now < asked_at + CODE_LIFE
