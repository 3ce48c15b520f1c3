"""What stands in the way of publishing a definition: everything at once, each at its row."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from decimal import Decimal
from typing import Any

from jsonschema import Draft202012Validator, SchemaError

from pilar.permits.rules.expressions import parse, placed
from pilar.permits.rules.roles import OFFICERS
from pilar.permits.rules.services.definition import CONTEXT, Field, Service, Stage, StageKind, Validity
from pilar.permits.rules.services.reading import NAME
from pilar.platform.errors import Fault, Faults
from pilar.platform.language import mark

KEYWORDS = frozenset({
    "type", "title", "description", "enum", "format", "pattern", "minimum", "maximum", "maxLength",
    "x-title-en", "x-group", "x-group-en", "x-show", "x-labels", "x-once", "x-place",
})  # fmt: skip
"""What the schema of a field may say: what the form can draw and judge; ``x-once``: no other permit has this answer;
``x-place``: the register shows it as the place of the permit."""
PATTERN = re.compile(r"\^?((\[[\w -]+\]|[\w /.-])(\{\d{1,2}\})?)+\$?")
"""Signs and classes of signs, each as often as it says: nothing that takes long to match."""
MOST_FIELDS = 60
_SAMPLES: Mapping[str, Any] = {"number": Decimal(1), "whole": Decimal(1), "flag": True}


def check(service: Service, *, numbers: Collection[str]) -> tuple[Fault, ...]:
    """Everything that has to be mended before the definition is published; ``numbers`` are the known patterns."""
    found = [*_heading(service, numbers), *_form(service), *_requirements(service), *_stages(service), *_money(service)]
    return tuple(found)


def _heading(service: Service, numbers: Collection[str]) -> Iterator[Fault]:
    if not service.applicants:
        yield Fault("no-applicants", mark("Say who may apply: persons, businesses or both"), {}, "applicants")
    if not service.kinds:
        yield Fault("no-kinds", mark("Say what is applied for: new permits, renewals or both"), {}, "kinds")
    if service.number not in numbers:
        sentence = mark("There is no pattern of numbers “%(number)s”")
        yield Fault("unknown-number", sentence, {"number": service.number}, "number")


def _form(service: Service) -> Iterator[Fault]:
    form = service.form
    if not form:
        return
    try:
        Draft202012Validator.check_schema(form)
    except SchemaError as error:
        place = ".".join(["form", *(str(one) for one in error.absolute_path)])
        yield Fault("no-schema", mark("The form is no JSON Schema here"), {}, place)
        return
    if form.get("type") != "object" or set(form) - {"type", "properties", "required", "x-order"}:
        yield Fault("no-schema", mark("A form says type: object, its properties and which are required"), {}, "form")
    for name in form.get("required", ()):
        if name not in form.get("properties", {}):
            yield Fault("unknown-field", mark("The form has no field “%(name)s”"), {"name": name}, "form.required")
    if len(service.fields) > MOST_FIELDS:
        yield Fault("too-many", mark("There are more than %(most)s rows"), {"most": MOST_FIELDS}, "form")
    before: dict[str, Field | None] = dict.fromkeys(CONTEXT)
    for place, one in enumerate(service.fields):
        yield from _field(one, f"form.{place}")
        yield from _expression(one.show, f"form.{place}.show", before)
        before[one.key] = one


def _field(one: Field, place: str) -> Iterator[Fault]:
    def fault(code: str, sentence: str, part: str, **fields: Any) -> Fault:
        return Fault(code, sentence, fields, f"{place}.{part}")

    schema = one.schema
    if not NAME.fullmatch(one.key) or one.key in CONTEXT:
        yield fault(
            "unfit-name",
            mark("A field is named by small letters, digits and _, and not kind, applicant or proxy"),
            "key",
        )
    for word in sorted(set(schema) - KEYWORDS):
        yield fault("unknown-keyword", mark("A field cannot say “%(word)s”"), "key", word=word)
    if schema.get("type") not in ("string", "number", "integer", "boolean"):
        yield fault("unknown-type", mark("A field is a text, a number, a whole number or yes and no"), "kind")
    if one.kind == "choice" and not (schema["enum"] and all(isinstance(each, str) and each for each in schema["enum"])):
        yield fault("no-choices", mark("A choice has answers to choose from"), "options")
    if schema.get("format", "date") != "date":
        yield fault("unknown-format", mark("The only format is that of a day"), "kind")
    if not PATTERN.fullmatch(str(schema.get("pattern", "a"))) or len(str(schema.get("pattern", ""))) > 60:
        sentence = mark("A pattern has signs, classes like [0-9] and counts like {16} alone")
        yield fault("unfit-pattern", sentence, "pattern")
    for name in ("minimum", "maximum"):
        if abs(schema.get(name, 0)) > 10**12:
            yield fault("too-large", mark("Numbers go up to %(most)s"), name, most=10**12)


def _requirements(service: Service) -> Iterator[Fault]:
    names = dict.fromkeys(CONTEXT) | {one.key: one for one in service.fields}
    keys, said = Counter[str](), Counter[tuple[str, str]]()
    for place, one in enumerate(service.requirements):
        keys[one.key] += 1
        said[one.name.id.casefold(), one.when] += 1
        if keys[one.key] > 1 or said[one.name.id.casefold(), one.when] > 1:
            sentence = mark("The requirement “%(name)s” stands here twice")
            yield Fault("twice", sentence, {"name": one.name}, f"requirements.{place}.name")
        yield from _expression(one.when, f"requirements.{place}.when", names)


def _stages(service: Service) -> Iterator[Fault]:
    names = dict.fromkeys(CONTEXT) | {one.key: one for one in service.fields}
    at = {one.key: f"stages.{place}" for place, one in enumerate(service.stages)}
    kinds = Counter(one.kind for one in service.stages)
    above = _above(service)
    for key, count in Counter(one.key for one in service.stages).items():
        if count > 1:
            yield Fault("twice", mark("Two stages have the key “%(key)s”"), {"key": key}, f"{at[key]}.key")
    if service.stages and (service.stages[0].kind is not StageKind.CHECK or service.stages[0].after):
        yield Fault(
            "no-check",
            mark("The first stage is the check of completeness, and nothing is before it"),
            {},
            "stages.0.kind",
        )
    for kind in (StageKind.CHECK, StageKind.SIGN):
        if kinds[kind] > 1:
            yield Fault("twice", mark("The check and the signature are done once each"), {}, "stages")
    for one in service.stages:
        yield from _stage(one, at, above)
        yield from _expression(one.when, f"{at[one.key]}.when", names)
        if one.when and one.kind in (StageKind.CHECK, StageKind.DECIDE, StageKind.SIGN):
            yield Fault("always", mark("Check, decision and signature are never left out"), {}, f"{at[one.key]}.when")
    for one in service.stages:
        after_all = {other.key for other in service.stages} - {one.key} <= above[one.key]
        if one.kind is StageKind.SIGN and not after_all:
            yield Fault("sign-last", mark("The signature comes after all other stages"), {}, f"{at[one.key]}.after")
    yield from _time(service)


def _stage(one: Stage, at: Mapping[str, str], above: Mapping[str, set[str]]) -> Iterator[Fault]:
    place = at[one.key]
    for name, keys in (("after", one.after), ("returns", one.returns), ("four_eyes", one.four_eyes)):
        for key in keys:
            if key not in at:
                yield Fault("unknown-stage", mark("There is no stage “%(key)s”"), {"key": key}, f"{place}.{name}")
    if one.key in above[one.key]:
        sentence = mark("The stage waits for itself: a loop without end")
        yield Fault("endless", sentence, {}, f"{place}.after")
    elif one.kind is not StageKind.CHECK and not above[one.key] & set(list(at)[:1]):
        yield Fault("unreachable", mark("No way leads from the check to this stage"), {}, f"{place}.after")
    for key in one.returns:
        if key in at and key not in above[one.key]:
            sentence = mark("A case that goes back to “%(key)s” never comes here again: a loop without end")
            yield Fault("endless", sentence, {"key": key}, f"{place}.returns")
    if one.role not in OFFICERS:
        yield Fault("unknown-role", mark("Nobody has the role “%(role)s”"), {"role": one.role}, f"{place}.role")
    if one.role in ("technical", "surveyor") and not one.office:
        yield Fault("no-office", mark("Say which office does this"), {}, f"{place}.office")
    if one.limit is None:
        yield Fault("missing-limit", mark("The stage has no limit"), {}, f"{place}.limit")


def _time(service: Service) -> Iterator[Fault]:
    """Whether the stages one after the other fit into the limit of the whole, where both are in the same unit."""
    for unit in ("days", "hours"):
        most = getattr(service.limit, unit, None)
        if most is None or not all(getattr(one.limit, unit, None) is not None for one in service.stages):
            continue
        ends: dict[str, int] = {}
        for one in (stage for level in service.levels for stage in level):
            ends[one.key] = getattr(one.limit, unit) + max((ends[key] for key in one.after), default=0)
        if (longest := max(ends.values(), default=0)) > most:
            sentence = mark("The stages take %(longest)s, the whole at most %(most)s")
            yield Fault("limits-exceed", sentence, {"longest": longest, "most": most}, "limit")


def _money(service: Service) -> Iterator[Fault]:
    fields: dict[str, Field | None] = {one.key: one for one in service.fields}
    if service.fee is not None and service.fee.formula:
        for name in service.fee.inputs:
            if name in fields or name in CONTEXT:
                sentence = mark("“%(name)s” is also the name of a field")
                yield Fault("twice", sentence, {"name": name}, f"fee.inputs.{name}")
        names = {**dict.fromkeys(CONTEXT), **fields}
        yield from _expression(service.fee.formula, "fee.formula", names, service.fee.inputs)
        if service.stages and not any(one.kind is StageKind.LEVY for one in service.stages):
            yield Fault("no-levy", mark("What costs something has a stage for its levy"), {}, "stages")
    if service.validity is not None:
        yield from _validity(service.validity, fields)


def _validity(one: Validity, fields: Mapping[str, Field | None]) -> Iterator[Fault]:
    for part in (one, *one.cluster.values()):
        field = fields.get(part.until)
        if part.until and (field is None or field.kind != "day"):
            yield Fault("unknown-field", mark("The form has no day “%(name)s”"), {"name": part.until}, "validity")
    field = fields.get("cluster")
    if one.cluster and (field is None or not set(one.cluster) >= set(field.options)):
        yield Fault("unknown-field", mark("The form asks for a cluster, and each has its validity"), {}, "validity")


def _expression(
    text: str, place: str, names: Mapping[str, Field | None], inputs: Collection[str] = ()
) -> Iterator[Fault]:
    """What is wrong with a condition or formula that may see these fields (None: of the context) and figures."""
    if not text:
        return
    try:
        expression = parse(text)
        unknown = sorted(expression.names - {*names, *inputs})
        for name in unknown:
            sentence = mark("“%(name)s” is no field that is known here")
            yield Fault("unknown-field", sentence, {"name": name}, place)
        for name, said in sorted(expression.compared):
            field = names.get(name)
            if field is not None and field.options and said not in field.options:
                sentence = mark("“%(said)s” is no answer to “%(name)s”")
                yield Fault("unknown-answer", sentence, {"said": said, "name": name}, place)
        if not unknown:
            samples = {name: _sample(name, one) for name, one in names.items()}
            expression.value({**samples, **dict.fromkeys(inputs, Decimal(1))})
    except Faults as error:
        yield from placed(error, place)


def _sample(name: str, field: Field | None) -> Any:
    kind = CONTEXT[name] if field is None else field.kind
    return _SAMPLES.get(kind, "x")


def _above(service: Service) -> dict[str, set[str]]:
    """Of each stage all that come before it, itself among them where it waits for itself."""
    after = {one.key: set(one.after) for one in service.stages}
    above = {key: set(keys) for key, keys in after.items()}
    for _step in service.stages:
        above = {key: keys | {more for one in keys for more in after.get(one, ())} for key, keys in above.items()}
    return above
