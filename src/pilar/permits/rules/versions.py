"""Versions of a service: their states, their moves and the conditions of these. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from pilar.permits.rules.services import Service
from pilar.platform.errors import Fault, PilarError
from pilar.platform.language import N_, translate
from pilar.platform.lifecycle import Lifecycle, Move


class VersionState(StrEnum):
    DRAFT = "draft"
    PROPOSED = "proposed"
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"


V = VersionState
VERSION_NAMES = {
    V.DRAFT: N_("Draft"),
    V.PROPOSED: N_("Proposed"),
    V.PUBLISHED: N_("Has been published"),
    V.WITHDRAWN: N_("Withdrawn"),
}
VERSION_TONES = {V.PROPOSED: "caution", V.PUBLISHED: "positive", V.WITHDRAWN: "negative"}


@dataclass(frozen=True, slots=True)
class VersionFacts:
    """The facts by which a move of a version is judged: its ``faults`` (what ``check`` found), whether the acting
    person has proposed it, its first day, today, and the first day of the version in force or to come."""

    faults: tuple[Fault, ...] = ()
    own_proposal: bool = False
    valid_from: date | None = None
    today: date | None = None
    newest_from: date | None = None


class WrongVersionState(PilarError):
    code = "service-version-state"
    status = 409
    sentence = N_("This cannot be done with a version that is in the state “%(state)s”")

    def text(self) -> str:
        return translate(self.sentence, state=translate(VERSION_NAMES[self.fields["state"]]))


def without_faults(facts: VersionFacts) -> Fault | None:
    if not facts.faults:
        return None
    sentence = N_("%(count)s things in the definition have to be mended first")
    return Fault("service-faults", sentence, {"count": len(facts.faults)})


def by_second_person(facts: VersionFacts) -> Fault | None:
    if not facts.own_proposal:
        return None
    return Fault("own-proposal", N_("Somebody else than who proposed it publishes a version"))


def from_a_day_to_come(facts: VersionFacts) -> Fault | None:
    """A version is in force from today at the earliest, and begins after the previous one."""
    if facts.valid_from is None or facts.today is None:
        return None
    if facts.valid_from < facts.today:
        return Fault("valid-from-past", N_("A version holds from today at the earliest"), {}, "valid_from")
    if facts.newest_from is not None and facts.valid_from <= facts.newest_from:
        sentence = N_("Another version holds from %(day)s. Choose a later day, or withdraw it first")
        return Fault("valid-from-taken", sentence, {"day": facts.newest_from}, "valid_from")
    return None


SERVICES: Lifecycle[VersionState, VersionFacts] = Lifecycle(
    lambda source, _target: WrongVersionState(state=source),
    Move(V.DRAFT, V.PROPOSED, N_("Propose the version"), (without_faults,)),
    Move(V.PROPOSED, V.DRAFT, N_("Give it back")),
    Move(V.PROPOSED, V.PUBLISHED, N_("Publish the version"), (without_faults, by_second_person, from_a_day_to_come)),
    Move(V.PUBLISHED, V.WITHDRAWN, N_("Withdraw the version")),
)


def blank(key: str, name: str, region: str, from_region: str) -> dict[str, object]:
    """A definition of a new service without any settings."""
    return {
        "key": key, "name": {"id": name}, "region": region, "from_region": from_region, "source": "-",
        "status": "assumption", "applicants": ["person", "business"], "kinds": ["new"],
    }  # fmt: skip


def amended(service: Service, parts: dict[str, object], definition: dict[str, object]) -> dict[str, object]:
    """A definition with replaced parts, which no longer count as samples. Key and region stay."""
    kept = {"key": service.key, "region": service.region}
    return {**definition, **parts, **kept, "synthetic": [part for part in service.synthetic if part not in parts]}
