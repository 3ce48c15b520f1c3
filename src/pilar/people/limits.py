"""Limits on failed sign-ins: how many lock which sign-in, and for how long. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class Limit:
    """The number of failures within a time; the last of them locks."""

    most: int
    within: timedelta

    def closed_until(self, failures: Sequence[datetime], now: datetime) -> datetime | None:
        """Return when the lock ends, None if there is none; ``failures`` are sorted newest first."""
        if len(failures) < self.most:
            return None
        until = failures[self.most - 1] + self.within
        return until if until > now else None


# assumption: no rule found. A class of 40 behind one address is not locked by first typing errors; somebody who tries
# one password at many accounts does not.
ACCOUNT_FROM_NETWORK = Limit(5, timedelta(minutes=15))
"""Wrong passwords of an account from one network, on devices that it was never used on."""
ACCOUNT_FROM_ANYWHERE = Limit(30, timedelta(hours=1))
"""The same from all networks together."""
NETWORK = Limit(50, timedelta(hours=1))
"""Accounts that failed from one network and have not signed in from there since."""
KNOWN_DEVICE = Limit(10, timedelta(minutes=15))
"""Wrong passwords, or codes, of an account on a device that it was used on; no other lock reaches that device."""
CODES = Limit(10, timedelta(minutes=15))
"""Wrong codes of an account on devices that it was never used on."""
