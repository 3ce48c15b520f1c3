"""Describe a service in words, and the differences between two of its versions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import Any

from pilar.people.rules import ROLES
from pilar.permits.rules.roles import OFFICERS
from pilar.permits.rules.services.definition import (
    APPLICANT_NAMES,
    KIND_NAMES,
    LEAVE_NAMES,
    STAGE_KINDS,
    STATUS_NAMES,
    Fee,
    Field,
    Limit,
    Service,
    Validity,
    Wording,
)
from pilar.platform.language import N_, translate

LABELS: Mapping[str, str] = {
    "name": N_("Name"), "from_region": N_("Whose standard it is"), "source": N_("Source"),
    "status": N_("Origin of the rows"), "confidence": N_("Confidence"), "note": N_("Note"),
    "told": N_("What the source says"), "basis": N_("Legal basis"), "applicants": N_("Who may apply"),
    "kinds": N_("Kinds of application"), "limit": N_("Time"), "limit_source": N_("Source of the limit"),
    "leave": N_("Joint leave"), "fee": N_("Cost"), "validity": N_("Validity"),
    "number": N_("Pattern of numbers"), "title": N_("Title"), "closed": N_("Closed"),
    "kbli": N_("Fields of business (KBLI 2020)"), "synthetic": N_("Sample data"), "when": N_("Needed where"),
    "keeps": N_("Kept for later"), "kind": N_("Kind"), "role": N_("Who"), "office": N_("Office"),
    "after": N_("After"), "returns": N_("Sends back to"), "four_eyes": N_("By somebody else than"),
    "value": N_("Value"), "group": N_("Group"), "show": N_("Asked where"),
    "required": N_("Has to be answered"), "help": N_("Explanation"), "options": N_("Answers"),
    "schema": N_("Bounds"), "opening": N_("Paragraphs that open it"),
    "body": N_("Paragraphs of what is permitted"), "closing": N_("Paragraphs that close it"),
    "answers": N_("Answers shown in a table"),
}  # fmt: skip
"""The name of each key of a definition; keys without a name are described by their rows."""
NAMED = {**STAGE_KINDS, **KIND_NAMES, **APPLICANT_NAMES, **STATUS_NAMES, **LEAVE_NAMES}
_ROWS: Mapping[str, tuple[str, str]] = {
    "form": (N_("New field: %(name)s"), N_("The field falls away: %(name)s")),
    "requirements": (N_("New requirement: %(name)s"), N_("The requirement falls away: %(name)s")),
    "stages": (N_("New stage: %(name)s"), N_("The stage falls away: %(name)s")),
    "fee": (N_("New figure of the formula: %(name)s"), N_("The figure of the formula falls away: %(name)s")),
}


@dataclass(frozen=True, slots=True)
class Difference:
    """One difference in the reader's words; ``part`` is the part of the definition where it is seen."""

    part: str
    text: str


def differences(old: Service, new: Service) -> tuple[Difference, ...]:
    """All differences, in the reader's language; empty if there are none."""
    return tuple(_all(old, new))


def limit_text(limit: Limit | None) -> str:
    """A limit in words."""
    if limit is None:
        return translate(N_("not set"))
    if limit.hours is not None:
        return translate(N_("%(count)s office hours"), count=limit.hours)
    return translate(N_("%(count)s working days"), count=limit.days)


def fee_text(fee: Fee | None) -> str:
    """Describe the price of a service: free, by a formula, or not set."""
    if fee is None:
        return translate(N_("not set"))
    return fee.formula or translate(N_("free of charge"))


def validity_text(service: Service, validity: Validity | None = None) -> str:
    """Describe how long its permit is valid."""
    shown = validity or service.validity
    if shown is None:
        return translate(N_("not set"))
    if shown.cluster:
        return "; ".join(f"{name}: {validity_text(service, each)}" for name, each in shown.cluster.items())
    if shown.until:
        named = {each.key: str(each.name) for each in service.fields}
        return translate(N_("until the day under “%(name)s”"), name=named.get(shown.until, shown.until))
    return translate(N_("%(count)s years"), count=shown.years)


def role_text(role: str) -> str:
    """Name the role that does a stage."""
    return translate(ROLES[OFFICERS[role]].name) if role in OFFICERS else role


def _all(old: Service, new: Service) -> Iterator[Difference]:
    yield from _changed("", "", texts(old, old), texts(new, new))
    for part, (added, gone) in _ROWS.items():
        before, after = _rows(old, part), _rows(new, part)
        for key in {**before, **after}:
            name = str(getattr(after.get(key, before.get(key)), "name", key))
            if key in before and key in after:
                yield from _changed(part, f"{name}, ", texts(before[key], old), texts(after[key], new))
            else:
                yield Difference(part, translate(added if key in after else gone, name=name))
        if [key for key in before if key in after] != [key for key in after if key in before]:
            yield Difference(part, translate(N_("The rows stand in another order")))
    yield from _reworded(old.document or Wording(), new.document or Wording())


def _reworded(old: Wording, new: Wording) -> Iterator[Difference]:
    """List the changed paragraphs of the document."""
    before, after = texts(old, None), texts(new, None)
    for key in ("title", "answers"):
        yield from _changed("document", "", {key: before[key]}, {key: after[key]})
    for key, had in old.texts.items():
        other = new.texts[key]
        label = translate(LABELS[key])
        for sentence, said in (
            (N_("%(label)s, new: %(said)s"), [each for each in other if each not in had]),
            (N_("%(label)s, falls away: %(said)s"), [each for each in had if each not in other]),
        ):
            yield from (Difference("document", translate(sentence, label=label, said=each)) for each in said)
        if [each for each in had if each in other] != [each for each in other if each in had]:
            yield Difference("document", translate(N_("%(label)s: in another order"), label=label))


def _changed(part: str, name: str, old: Mapping[str, str], new: Mapping[str, str]) -> Iterator[Difference]:
    for key, said in new.items():
        if old[key] != said:
            fields = {"label": translate(LABELS[key]), "old": old[key] or "–", "new": said or "–"}
            yield Difference(part or key, name + translate(N_("%(label)s: %(old)s → %(new)s"), **fields))


def _rows(service: Service, part: str) -> Mapping[str, Any]:
    if part == "fee":
        return service.fee.inputs if service.fee else {}
    return {each.key: each for each in (service.fields if part == "form" else getattr(service, part))}


def texts(row: Any, service: Service | None) -> dict[str, str]:
    """Write the service or a row of it in the reader's language, by the keys of :data:`LABELS`."""
    told = {each.name: getattr(row, each.name) for each in fields(row) if each.name in LABELS}
    if isinstance(row, Field):
        told["schema"] = {
            key: value for key, value in row.schema.items() if key in ("minimum", "maximum", "maxLength", "pattern")
        }
    return {key: role_text(value) if key == "role" else _said(value, service) for key, value in told.items()}


def _said(value: Any, service: Service | None) -> str:  # noqa: PLR0911 - one answer a kind of value
    match value:
        case Limit():
            return limit_text(value)
        case Fee():
            return f"{fee_text(value)} ({value.basis})" if value.basis else fee_text(value)
        case Validity() if service:
            return validity_text(service, value)
        case bool():
            return translate(N_("yes") if value else N_("no"))
        case StrEnum():
            return translate(NAMED[value])
        case tuple():
            return ", ".join(_said(item, service) for item in value)
        case Mapping():
            return "; ".join(f"{key}: {_said(item, service)}" for key, item in value.items())
        case None:
            return translate(N_("not set"))
    return str(value)
