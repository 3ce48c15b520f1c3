"""Facts of the law: each holds from a day to a day, in the nation or in one area, and names its source."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Protocol, TypeVar

from pilar.platform.errors import PilarError
from pilar.platform.language import N_

ASSUMPTION = "assumption"
"""The source of a fact that was not found in a text of the law: pages say so."""


class NoRule(PilarError):
    """No version of a rule holds on a day in a region."""

    code = "no-rule"
    status = 409
    sentence = N_("No version of the rule “%(rule)s” is known for %(day)s. The reference data needs to be completed")


@dataclass(frozen=True, slots=True)
class Origin:
    """The origin of a fact: rule and version, the law, its source, and when and where it holds.

    ``area`` is the code of a province or region, empty for the nation; ``assumed`` names the parts of the fact that
    were not found in the source.
    """

    rule: str
    version: int
    law: str
    source: str
    since: date
    until: date | None = None
    area: str = ""
    assumed: tuple[str, ...] = ()

    @property
    def is_assumption(self) -> bool:
        """True if all of it or a part was not found in a text of the law."""
        return self.source == ASSUMPTION or bool(self.assumed)

    def holds(self, day: date, region: str) -> bool:
        """Return whether it holds in a region (``36.03``) on a day."""
        here = self.area in ("", region, region[:2])
        return here and self.since <= day and (self.until is None or day <= self.until)


class Dated(Protocol):
    """A fact with its origin."""

    @property
    def origin(self) -> Origin: ...


D = TypeVar("D", bound=Dated)


def in_force(rows: Iterable[D], *, day: date, region: str) -> tuple[D, ...]:
    """Return the version in force of each rule, in order; a version for the region takes precedence over one for the
    nation."""
    by_rule: dict[str, list[D]] = defaultdict(list)
    for row in rows:
        if row.origin.holds(day, region):
            by_rule[row.origin.rule].append(row)
    return tuple(
        max(versions, key=lambda row: (len(row.origin.area), row.origin.since)) for versions in by_rule.values()
    )


def the_one(rows: Iterable[D], *, rule: str, day: date, region: str) -> D:
    """Return the version of one rule in force; raises :class:`NoRule`."""
    valid = in_force((row for row in rows if row.origin.rule == rule), day=day, region=region)
    if not valid:
        raise NoRule(rule=rule, day=day)
    return valid[0]
