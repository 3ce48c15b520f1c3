"""Check a definition before publication: all faults at once, each at its row."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Mapping
from decimal import Decimal
from typing import Any

from jsonschema import Draft202012Validator, SchemaError

from pilar.permits.rules.authority import BY_KIND, TABLE
from pilar.permits.rules.expressions import parse, placed
from pilar.permits.rules.roles import OFFICERS
from pilar.permits.rules.services.comparing import role_text
from pilar.permits.rules.services.definition import CONTEXT, STAGE_KINDS, Field, Service, Stage, StageKind
from pilar.permits.rules.services.reading import NAME
from pilar.permits.rules.services.wording import wording_faults
from pilar.platform.errors import Fault, Faults
from pilar.platform.language import N_, translate

KEYWORDS = frozenset({
    "type", "title", "description", "enum", "format", "pattern", "minimum", "maximum", "maxLength",
    "x-title-en", "x-group", "x-group-en", "x-show", "x-labels", "x-once", "x-place",
})  # fmt: skip
"""The keys allowed in the schema of a field: those that the form can render and validate; ``x-once``: no other permit
may have this answer; ``x-place``: the register shows it as the place of the permit."""
PATTERN = re.compile(r"\^?((\[[\w -]+\]|[\w /.-])(\{\d{1,2}\})?)+\$?")
"""Allowed patterns: characters and classes with counts, nothing that takes long to match."""
MAX_FIELDS = 60
_SAMPLES: Mapping[str, Any] = {"number": Decimal(1), "whole": Decimal(1), "flag": True}


def check(service: Service, *, numbers: Collection[str]) -> tuple[Fault, ...]:
    """All faults that have to be corrected before the definition can be published; ``numbers`` are the known
    patterns."""
    __check = _Check(service)
    __check.heading(numbers)
    if __check.form():
        __check.requirements()
        __check.stages()
        __check.time()
        __check.money()
        __check.validity()
        __check.faults += wording_faults(service)
    return tuple(__check.faults)


class _Check:
    """Checks a definition part by part; ``names``: the fields that a condition may use (None: of the context)."""

    def __init__(self, service: Service) -> None:
        self.service, self.faults = service, list[Fault]()
        self.names: dict[str, Field | None] = dict.fromkeys(CONTEXT)

    def tell(self, wrong: object, code: str, place: str, sentence: str, **fields: Any) -> None:
        if wrong:
            self.faults.append(Fault(code, sentence, fields, place))

    def heading(self, numbers: Collection[str]) -> None:
        service, number = self.service, self.service.number
        who = N_("Say who may apply: persons, businesses or both")
        self.tell(not service.applicants, "no-applicants", "applicants", who)
        what = N_("Say what is applied for: new permits, renewals or both")
        self.tell(not service.kinds, "no-kinds", "kinds", what)
        pattern = N_("There is no pattern of numbers “%(number)s”")
        self.tell(number not in numbers, "unknown-number", "number", pattern, number=number)

    def form(self) -> bool:
        """Return whether the fields of the form can be known."""
        form = self.service.form
        try:
            Draft202012Validator.check_schema(form)
        except SchemaError as error:
            place = ".".join(["form", *(str(part) for part in error.absolute_path)])
            self.tell(True, "no-schema", place, N_("The form is no JSON Schema here"))
            return False
        odd = form and (form.get("type") != "object" or set(form) - {"type", "properties", "required", "x-order"})
        self.tell(odd, "no-schema", "form", N_("A form says type: object, its properties and which are required"))
        lacks = N_("The form has no field “%(name)s”")
        for name in form.get("required", ()):
            self.tell(name not in form.get("properties", {}), "unknown-field", "form.required", lacks, name=name)
        many = N_("There are more than %(most)s rows")
        self.tell(len(self.service.fields) > MAX_FIELDS, "too-many", "form", many, most=MAX_FIELDS)
        for place, field in enumerate(self.service.fields):
            self.field(field, f"form.{place}")
            self.expression(field.show, f"form.{place}.show")
            self.names[field.key] = field
        return True

    def field(self, field: Field, at: str) -> None:
        schema, pattern, options = field.schema, str(field.schema.get("pattern", "a")), field.schema.get("enum", ("-",))
        named = N_("A field is named by small letters, digits and _, and not kind, applicant or proxy")
        self.tell(not NAME.fullmatch(field.key) or field.key in CONTEXT, "unfit-name", f"{at}.key", named)
        for word in sorted(set(schema) - KEYWORDS):
            self.tell(True, "unknown-keyword", f"{at}.key", N_("A field cannot say “%(word)s”"), word=word)
        odd = schema.get("type") not in ("string", "number", "integer", "boolean")
        kinds = N_("A field is a text, a number, a whole number or yes and no")
        self.tell(odd, "unknown-type", f"{at}.kind", kinds)
        none = not options or not all(isinstance(each, str) and each for each in options)
        self.tell(none, "no-choices", f"{at}.options", N_("A choice has answers to choose from"))
        other = schema.get("format", "date") not in ("date", "point")
        self.tell(other, "unknown-format", f"{at}.kind", N_("A format is that of a day (date) or of a place (point)"))
        signs = N_("A pattern has signs, classes like [0-9] and counts like {16} alone")
        self.tell(not PATTERN.fullmatch(pattern) or len(pattern) > 60, "unfit-pattern", f"{at}.pattern", signs)
        for name in ("minimum", "maximum"):
            large = abs(schema.get(name, 0)) > 10**12
            self.tell(large, "too-large", f"{at}.{name}", N_("Numbers go up to %(most)s"), most=10**12)

    def requirements(self) -> None:
        seen = Counter[object]()
        for place, requirement in enumerate(self.service.requirements):
            said = (requirement.name.id.casefold(), requirement.when)
            sentence = N_("The requirement “%(name)s” stands here twice")
            again = seen[requirement.key] or seen[said]
            self.tell(again, "twice", f"requirements.{place}.name", sentence, name=requirement.name)
            self.expression(requirement.when, f"requirements.{place}.when")
            seen.update([requirement.key, said])

    def stages(self) -> None:
        stages = self.service.stages
        at = {stage.key: f"stages.{place}" for place, stage in enumerate(stages)}
        above, kinds = _above(self.service), Counter(stage.kind for stage in stages)
        for key, count in Counter(stage.key for stage in stages).items():
            self.tell(count > 1, "twice", f"{at[key]}.key", N_("Two stages have the key “%(key)s”"), key=key)
        begins = stages and (stages[0].kind is not StageKind.CHECK or stages[0].after)
        first = N_("The first stage is the check of completeness, and nothing is before it")
        self.tell(begins, "no-check", "stages.0.kind", first)
        once = N_("The check and the signature are done once each")
        self.tell(max(kinds[StageKind.CHECK], kinds[StageKind.SIGN]) > 1, "twice", "stages", once)
        for stage in stages:
            self.stage(stage, at, above[stage.key])
            self.expression(stage.when, f"{at[stage.key]}.when")

    def stage(self, stage: Stage, at: Mapping[str, str], above: set[str]) -> None:
        place, first = at[stage.key], next(iter(at))
        for name, keys in (("after", stage.after), ("returns", stage.returns), ("four_eyes", stage.four_eyes)):
            for key in keys:
                unknown = N_("There is no stage “%(key)s”")
                self.tell(key not in at, "unknown-stage", f"{place}.{name}", unknown, key=key)
        itself = N_("The stage waits for itself: a loop without end")
        self.tell(stage.key in above, "endless", f"{place}.after", itself)
        lost = stage.kind is not StageKind.CHECK and not above & {stage.key, first}
        self.tell(lost, "unreachable", f"{place}.after", N_("No way leads from the check to this stage"))
        for key in stage.returns:
            never = N_("A case that goes back to “%(key)s” never comes here again: a loop without end")
            self.tell(key in at and key not in above, "endless", f"{place}.returns", never, key=key)
        nobody = N_("Nobody has the role “%(role)s”")
        self.tell(stage.role not in OFFICERS, "unknown-role", f"{place}.role", nobody, role=stage.role)
        able = stage.role not in OFFICERS or OFFICERS[stage.role] in TABLE[BY_KIND[stage.kind]].roles
        other = N_("The desk “%(role)s” does no stage of the kind “%(kind)s”: choose another one")
        kind = translate(STAGE_KINDS[stage.kind])
        self.tell(not able, "unfit-role", f"{place}.role", other, role=role_text(stage.role), kind=kind)
        where = stage.role in ("technical", "surveyor") and not stage.office
        self.tell(where, "no-office", f"{place}.office", N_("Say which office does this"))
        self.tell(stage.limit is None, "missing-limit", f"{place}.limit", N_("The stage has no limit"))
        left_out = stage.when and stage.kind in (StageKind.CHECK, StageKind.DECIDE, StageKind.SIGN)
        self.tell(left_out, "always", f"{place}.when", N_("Check, decision and signature are never left out"))
        early = stage.kind is StageKind.SIGN and set(at) - {stage.key} - above
        self.tell(early, "sign-last", f"{place}.after", N_("The signature comes after all other stages"))

    def time(self) -> None:
        """Return whether the stages one after the other fit into the limit of the whole, where both are in the same
        unit."""
        for unit in ("days", "hours"):
            most, stages = getattr(self.service.limit, unit, None), self.service.stages
            if most is None or not all(getattr(stage.limit, unit, None) is not None for stage in stages):
                continue
            ends: dict[str, int] = {}
            for own in (stage for level in self.service.levels for stage in level):
                ends[own.key] = getattr(own.limit, unit) + max((ends[key] for key in own.after), default=0)
            sentence, longest = (
                N_("The stages take %(longest)s, the whole at most %(most)s"),
                max([0, *ends.values()]),
            )
            self.tell(longest > most, "limits-exceed", "limit", sentence, longest=longest, most=most)

    def money(self) -> None:
        fee = self.service.fee
        if fee is None or not fee.formula:
            return
        for name in fee.inputs:
            taken = N_("“%(name)s” is also the name of a field")
            self.tell(name in self.names, "twice", f"fee.inputs.{name}", taken, name=name)
        self.expression(fee.formula, "fee.formula", fee.inputs)
        stages = self.service.stages
        unpaid = stages and not any(stage.kind is StageKind.LEVY for stage in stages)
        self.tell(unpaid, "no-levy", "stages", N_("What costs something has a stage for its levy"))

    def validity(self) -> None:
        validity, asked = self.service.validity, self.names.get("cluster")
        if validity is None:
            return
        for part in (validity, *validity.cluster.values()):
            field = self.names.get(part.until)
            no_day = part.until and (field is None or field.kind != "day")
            self.tell(no_day, "unknown-field", "validity", N_("The form has no day “%(name)s”"), name=part.until)
        lacks = validity.cluster and (asked is None or not set(validity.cluster) >= set(asked.options))
        sentence = N_("The form asks for a cluster, and each has its validity")
        self.tell(lacks, "unknown-field", "validity", sentence)

    def expression(self, text: str, place: str, inputs: Collection[str] = ()) -> None:
        """Check a condition or formula that may use the fields known so far, and figures."""
        if not text:
            return
        try:
            expression = parse(text)
            unknown = sorted(expression.names - {*self.names, *inputs})
            for name in unknown:
                self.tell(True, "unknown-field", place, N_("“%(name)s” is no field that is known here"), name=name)
            for name, said in sorted(expression.compared):
                field, sentence = self.names.get(name), N_("“%(said)s” is no answer to “%(name)s”")
                odd = field is not None and field.options and said not in field.options
                self.tell(odd, "unknown-answer", place, sentence, said=said, name=name)
            if not unknown:
                kinds = {name: CONTEXT[name] if field is None else field.kind for name, field in self.names.items()}
                samples = {name: _SAMPLES.get(kind, "x") for name, kind in kinds.items()}
                expression.value({**samples, **dict.fromkeys(inputs, Decimal(1))})
        except Faults as error:
            self.faults += placed(error, place)


def _above(service: Service) -> dict[str, set[str]]:
    """Map each stage to all stages before it, including itself if it waits for itself."""
    after = {stage.key: set(stage.after) for stage in service.stages}
    above = {key: set(keys) for key, keys in after.items()}
    for _step in service.stages:
        above = {key: keys | {more for key in keys for more in after.get(key, ())} for key, keys in above.items()}
    return above
