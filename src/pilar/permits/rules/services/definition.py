"""Definition of a service's version: applicants, requirements, questions, fees, durations. Frozen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from functools import cached_property
from typing import Any

from pilar.permits.rules.clock import Limit
from pilar.platform.calendar import Leave
from pilar.platform.language import N_, Bilingual

NOTHING = Bilingual("", "")
CONTEXT = {"kind": "text", "applicant": "text", "proxy": "flag"}
"""Names that conditions and formulas may use besides the fields of the form; a case adds them to its answers."""


class StageKind(StrEnum):
    CHECK = "check"
    RECOMMEND = "recommend"
    VISIT = "visit"
    LEVY = "levy"
    DECIDE = "decide"
    SIGN = "sign"


class Applicant(StrEnum):
    PERSON = "person"
    BUSINESS = "business"


class ApplicationKind(StrEnum):
    NEW = "new"
    RENEWAL = "renewal"


class Status(StrEnum):
    """The source of a service's rows: SYNTHETIC was made for the demonstration."""

    OFFICIAL = "official"
    INFERRED = "inferred"
    ASSUMPTION = "assumption"
    SYNTHETIC = "synthetic"


class Gap(StrEnum):
    """A part of a service that is not set; a service with a gap is shown, but takes no applications."""

    STAGES = "stages"
    LIMIT = "limit"
    FEE = "fee"
    VALIDITY = "validity"


STAGE_KINDS: Mapping[StrEnum, str] = {
    StageKind.CHECK: N_("Check of completeness"), StageKind.RECOMMEND: N_("Recommendation"),
    StageKind.VISIT: N_("Visit of the place"), StageKind.LEVY: N_("Levy"), StageKind.DECIDE: N_("Decision"),
    StageKind.SIGN: N_("Signature"),
}  # fmt: skip
KIND_NAMES: Mapping[StrEnum, str] = {ApplicationKind.NEW: N_("new"), ApplicationKind.RENEWAL: N_("renewal")}
APPLICANT_NAMES: Mapping[StrEnum, str] = {Applicant.PERSON: N_("person"), Applicant.BUSINESS: N_("business")}
STATUS_NAMES: Mapping[StrEnum, str] = {
    Status.OFFICIAL: N_("official"), Status.INFERRED: N_("derived from the source"),
    Status.ASSUMPTION: N_("assumption"), Status.SYNTHETIC: N_("sample data"),
}  # fmt: skip
GAP_NAMES: Mapping[StrEnum, str] = {
    Gap.STAGES: N_("the stages"), Gap.LIMIT: N_("the time"), Gap.FEE: N_("the cost"),
    Gap.VALIDITY: N_("the validity"),
}  # fmt: skip
LEAVE_NAMES: Mapping[StrEnum, str] = {Leave.OFF: N_("off"), Leave.WORKED: N_("worked")}


@dataclass(frozen=True, slots=True)
class Requirement:
    """A paper that an application needs if ``when`` holds; ``keeps``: an earlier one can be used until it expires."""

    key: str
    name: Bilingual
    when: str = ""
    keeps: bool = False


@dataclass(frozen=True, slots=True)
class Stage:
    """A stage: opens when all of ``after`` are done, left out if ``when`` does not hold; ``returns``: the earlier
    stages that it may send a case back to; ``four_eyes``: stages that must be done by somebody else."""

    key: str
    kind: StageKind
    name: Bilingual
    role: str
    office: str = ""
    limit: Limit | None = None
    after: tuple[str, ...] = ()
    when: str = ""
    returns: tuple[str, ...] = ()
    four_eyes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Tariff:
    """A figure of a formula, and where it was read."""

    value: Decimal
    source: str


@dataclass(frozen=True, slots=True)
class Fee:
    """The fee of a permit: it is free of charge, or has a formula over answers and ``inputs``."""

    free: bool = False
    formula: str = ""
    inputs: Mapping[str, Tariff] = field(default_factory=dict)
    basis: str = ""

    def __post_init__(self) -> None:
        if self.free == bool(self.formula):
            raise ValueError(self)


@dataclass(frozen=True, slots=True)
class Validity:
    """The term of a permit: a number of years, until a day in the answers, or by the answer ``cluster``."""

    years: int | None = None
    until: str = ""
    cluster: Mapping[str, Validity] = field(default_factory=dict)

    def __post_init__(self) -> None:
        nested = any(validity.cluster for validity in self.cluster.values() if validity is not None)
        if (self.years is not None, self.until != "", bool(self.cluster)).count(True) != 1 or nested:
            raise ValueError(self)


@dataclass(frozen=True, slots=True)
class Wording:
    """The text of the document of a permit, in Indonesian: its ``title`` in place of the name of the service,
    paragraphs ``opening`` it, those of its ``body`` and ``closing`` it, with names in braces (``wording.FACTS``, keys
    of fields); ``answers``: the fields printed in its table, all of them if none is named."""

    title: str = ""
    opening: tuple[str, ...] = ()
    body: tuple[str, ...] = ()
    closing: tuple[str, ...] = ()
    answers: tuple[str, ...] = ()

    @property
    def texts(self) -> Mapping[str, tuple[str, ...]]:
        """Group its paragraphs by their part."""
        return {"opening": self.opening, "body": self.body, "closing": self.closing}


@dataclass(frozen=True, slots=True)
class Field:
    """A field of the form, with its JSON Schema. ``kind``: text, choice, number, whole, flag, day or point
    (coordinates)."""

    key: str
    kind: str
    name: Bilingual
    group: Bilingual
    show: str
    required: bool
    help: str
    options: Mapping[str, Bilingual]
    schema: Mapping[str, Any]


@dataclass(frozen=True)
class Service:
    """A service. ``source`` and ``status`` are those of its rows, which come from ``from_region``; ``synthetic`` names
    the parts made for the demonstration; ``told``: time, cost, law and stages in the words of the source."""

    key: str
    name: Bilingual
    region: str
    from_region: str
    source: str
    status: Status
    confidence: Bilingual = NOTHING
    note: Bilingual = NOTHING
    told: Mapping[str, str] = field(default_factory=dict)
    basis: tuple[str, ...] = ()
    applicants: tuple[Applicant, ...] = ()
    kinds: tuple[ApplicationKind, ...] = ()
    form: Mapping[str, Any] = field(default_factory=dict)
    requirements: tuple[Requirement, ...] = ()
    stages: tuple[Stage, ...] = ()
    limit: Limit | None = None
    limit_source: str = ""
    leave: Leave = Leave.OFF
    fee: Fee | None = None
    validity: Validity | None = None
    number: str = "permits.permit"
    document: Wording | None = None
    closed: str = ""
    kbli: tuple[str, ...] = ()
    synthetic: tuple[str, ...] = ()

    @cached_property
    def fields(self) -> tuple[Field, ...]:
        """The fields of the form, in its order."""
        required, known = self.form.get("required", ()), self.form.get("properties", {})
        return tuple(_field(key, known[key], key in required) for key in self.form.get("x-order", known))

    def stage(self, key: str) -> Stage:
        """The stage of this key; KeyError if there is none."""
        return {stage.key: stage for stage in self.stages}[key]

    @cached_property
    def levels(self) -> tuple[tuple[Stage, ...], ...]:
        """The stages in the order in which they can open, parallel ones together; stages that can never open are left
        out."""
        done: set[str] = set()
        levels: list[tuple[Stage, ...]] = []
        while level := tuple(
            stage
            for stage in self.stages
            if stage.key not in done and (set(stage.after) <= done if stage.after else stage.kind is StageKind.CHECK)
        ):
            levels.append(level)
            done |= {stage.key for stage in level}
        return tuple(levels)


def gaps(service: Service) -> tuple[Gap, ...]:
    """List the parts of a service that are not set; a closed service has none and takes no applications either
    (:func:`is_open`)."""
    kinds = {stage.kind for stage in service.stages}
    missing = {
        Gap.STAGES: not {StageKind.CHECK, StageKind.DECIDE, StageKind.SIGN} <= kinds,
        Gap.LIMIT: service.limit is None,
        Gap.FEE: service.fee is None,
        Gap.VALIDITY: service.validity is None,
    }
    return tuple(gap for gap, lacks in missing.items() if lacks)


def is_open(service: Service) -> bool:
    """Return whether it takes applications."""
    return not service.closed and not gaps(service)


def _field(key: str, schema: Mapping[str, Any], required: bool) -> Field:
    kinds = {"number": "number", "integer": "whole", "boolean": "flag"}
    kind = kinds.get(schema.get("type", ""), "text")
    if "enum" in schema:
        kind = "choice"
    elif "format" in schema:
        kind = {"date": "day", "point": "point"}.get(schema["format"], kind)
    labels = schema.get("x-labels", {})
    options = {option: _both(labels.get(option, {}), option) for option in schema.get("enum", ())}
    said = {"id": schema.get("title", ""), "en": schema.get("x-title-en", "")}
    group = {"id": schema.get("x-group", ""), "en": schema.get("x-group-en", "")}
    return Field(
        key,
        kind,
        _both(said, key),
        _both(group, ""),
        schema.get("x-show", ""),
        required,
        schema.get("description", ""),
        options,
        schema,
    )


def _both(given: Mapping[str, str], otherwise: str) -> Bilingual:
    first = given.get("id") or otherwise
    return Bilingual(first, given.get("en") or first)
