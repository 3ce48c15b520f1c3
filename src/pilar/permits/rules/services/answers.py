"""Evaluate the answers of an application: fields and papers needed, fee, validity of the permit."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker

from pilar.permits.rules.expressions import amount, literal, parse
from pilar.permits.rules.places import read_point
from pilar.permits.rules.services.definition import CONTEXT, Field, Requirement, Service, Validity
from pilar.platform.errors import Fault, Faults, PilarError
from pilar.platform.language import N_, reader_language, translate
from pilar.platform.writing import in_words

MAX_ANSWER, MAX_NUMBER = 500, 10**12
_NUMERAL = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,6})?")
_TYPES: Mapping[str, Any] = {
    "text": str, "choice": str, "day": str, "point": str, "flag": bool, "number": int | Decimal, "whole": int | Decimal,
}  # fmt: skip
_SENTENCES = {
    "required": N_("Please answer this"),
    "type": N_("This is no answer to the question"),
    "enum": N_("Please choose one of the answers"),
    "minimum": N_("At least %(limit)s"),
    "maximum": N_("At most %(limit)s"),
    "maxLength": N_("At most %(limit)s characters"),
    "date": N_("This is no day such as 13 March 2026"),
    "point": N_("This is no place such as -6.1701, 106.6403"),
    "pattern": N_("This is not written as it has to be"),
    "additionalProperties": N_("The form does not ask for this"),
}

FORMATS = FormatChecker(formats=("date",))
FORMATS.checks("point")(lambda given: not isinstance(given, str) or read_point(given) is not None)


class NotSet(PilarError):
    """Raised if the service does not define what is needed."""

    code = "service-not-set"
    status = 409
    sentence = N_("The office has not set this for the service yet, so it takes no applications")


@dataclass(frozen=True, slots=True)
class Levy:
    """The price of a permit, with all inputs of the formula, each written as in an expression."""

    amount: Decimal
    inputs: Mapping[str, str] = field(default_factory=dict)
    formula: str = ""


def shown(service: Service, answers: Mapping[str, Any]) -> tuple[Field, ...]:
    """The fields that are asked, given these answers; a condition only uses fields before its own."""
    return tuple(field for field, asked in _walk(service, answers) if asked)


def known_answers(service: Service, answers: Mapping[str, Any]) -> dict[str, Any]:
    """Collect the values for conditions and formulas: the answers to fields that are asked, with exact numbers, and the
    context."""
    known: dict[str, Any] = {}
    for _field, _asked in _walk(service, answers, known):
        pass
    return known


def required(service: Service, answers: Mapping[str, Any]) -> tuple[Requirement, ...]:
    """The papers that an application with these answers needs."""
    known = known_answers(service, answers)
    return tuple(
        requirement
        for requirement in service.requirements
        if not requirement.when or parse(requirement.when).holds(known)
    )


def judge(service: Service, answers: Mapping[str, Any], *, today: date | None = None) -> tuple[Fault, ...]:
    """List the faults in the answers, each at its field; answers to questions that are not asked are ignored, but
    unknown names are faults. ``today``: also check that a permit issued today would not end before it begins."""
    asked = shown(service, answers)
    given = {
        name: exact(field, answers[name])
        for field in service.fields
        for name in (field.key,)
        if field in asked and answers.get(name) not in (None, "")
    }
    given |= {
        name: value
        for name, value in answers.items()
        if name not in {*CONTEXT, *(field.key for field in service.fields)}
    }
    schema = {
        "type": "object",
        "properties": {field.key: _bounded(field) for field in asked},
        "required": [field.key for field in asked if field.required],
        "additionalProperties": False,
    }
    validator = Draft202012Validator(schema, format_checker=FORMATS)
    faults = [fault for error in validator.iter_errors(given) for fault in _said(error)]
    if today is not None and service.validity is not None and not faults:
        try:
            valid_until(service, answers, today)
        except Faults as refused:
            faults += refused.faults
    return tuple(faults)


def fee_of(service: Service, answers: Mapping[str, Any]) -> Levy:
    """Compute the fee, in whole rupiah; raises :class:`NotSet`, or Faults if an answer for the formula is missing."""
    if service.fee is None:
        raise NotSet
    if not service.fee.formula:
        return Levy(Decimal(0))
    known = {**known_answers(service, answers), **{name: tariff.value for name, tariff in service.fee.inputs.items()}}
    names = sorted(parse(service.fee.formula).names)
    levy = Levy(
        amount(service.fee.formula, known), {name: literal(known.get(name)) for name in names}, service.fee.formula
    )
    assert recomputed(levy) == levy.amount, "what is stored gives the amount again"
    return levy


def recomputed(levy: Levy) -> Decimal:
    """Compute the amount again, only from what is stored with it."""
    if not levy.formula:
        return Decimal(0)
    return amount(levy.formula, {name: parse(text).value({}) for name, text in levy.inputs.items()})


def valid_until(service: Service, answers: Mapping[str, Any], issued_on: date, *, over: bool = False) -> date:
    """The last day of a permit; raises :class:`NotSet`, or Faults if the answer that gives it is missing or names a day
    before the issue (``over``: return such a day all the same)."""
    known = known_answers(service, answers)
    validity: Validity | None = service.validity
    if validity is not None and validity.cluster:
        validity = validity.cluster.get(str(known.get("cluster")))
        if validity is None:
            raise Faults([Fault("no-cluster", N_("The validity of this cluster is not known"), {}, "cluster")])
    if validity is None:
        raise NotSet
    if validity.until:
        try:
            last = date.fromisoformat(str(known.get(validity.until)))
        except ValueError:
            raise Faults([Fault("required", _SENTENCES["required"], {}, validity.until)]) from None
        if last < issued_on and not over:
            sentence = N_("The permit would hold until %(day)s, which is over: it needs a later day")
            raise Faults([Fault("over", sentence, {"day": last}, validity.until)])
        return last
    year = issued_on.year + (validity.years or 0)
    leap = (issued_on.month, issued_on.day) == (2, 29) and not (year % 4 == 0 and (year % 100 != 0 or year % 400 == 0))
    return issued_on.replace(year=year, day=28 if leap else issued_on.day)


def _walk(
    service: Service, answers: Mapping[str, Any], known: dict[str, Any] | None = None
) -> Iterator[tuple[Field, bool]]:
    """Each field and whether it is asked, given only the answers to earlier fields; answers of the right kind are added
    to ``known``."""
    known = {} if known is None else known
    known |= {name: answers[name] for name, kind in CONTEXT.items() if isinstance(answers.get(name), _TYPES[kind])}
    for question in service.fields:
        asked = not question.show or parse(question.show).holds(known)
        yield question, asked
        answer = exact(question, answers.get(question.key)) if asked else None
        if isinstance(answer, _TYPES[question.kind]) and (question.kind == "flag") == isinstance(answer, bool):
            known[question.key] = answer


def exact(field: Field, answer: Any) -> Any:
    """An answer for validation: numbers are exact, even if stored as text; invalid values stay invalid."""
    if field.kind not in ("number", "whole") or isinstance(answer, bool):
        return answer
    if isinstance(answer, str) and _NUMERAL.fullmatch(answer):
        answer = Decimal(answer)
    elif isinstance(answer, float):
        answer = Decimal(repr(answer))
    if isinstance(answer, Fraction):
        answer = Decimal(answer.numerator) / answer.denominator
    if isinstance(answer, Decimal):
        if not answer.is_finite() or abs(answer.adjusted()) > 20:
            return str(answer)
        return int(answer) if answer == answer.to_integral_value() else answer
    return answer


def in_text(field: Field, answer: Any) -> str:
    """Write a stored answer for its reader: the name of a choice, yes or no, a number, a day with its month."""
    if answer in (None, ""):
        return ""
    if isinstance(answer, bool):
        return translate(N_("yes") if answer else N_("no"))
    if (option := field.options.get(str(answer))) is not None:
        return str(option)
    try:
        answer = {"day": date.fromisoformat, "number": Decimal}.get(field.kind, str)(str(answer))
    except (ValueError, ArithmeticError):
        return str(answer)
    return str(in_words(answer, reader_language()))


def _bounded(field: Field) -> dict[str, Any]:
    """The schema of a field with the limits that apply to every answer."""
    if field.kind in ("number", "whole"):
        return {"minimum": 0, "maximum": MAX_NUMBER, **field.schema}
    return {"maxLength": MAX_ANSWER, **field.schema} if field.kind in ("text", "point") else dict(field.schema)


def _said(error: Any) -> Iterator[Fault]:
    """An error of jsonschema as a sentence of Pilar."""
    kind = str(error.validator)
    sentence = _SENTENCES.get(error.validator_value if kind == "format" else kind, _SENTENCES["type"])
    if kind == "required":
        places = [name for name in error.validator_value if error.message.startswith(f"{name!r} ")]
    elif kind == "additionalProperties":
        places = sorted(str(name) for name in set(error.instance) - set(error.schema["properties"]))
    else:
        places = [str(error.absolute_path[0])] if error.absolute_path else [""]
    for place in places:
        yield Fault(kind, sentence, {"limit": error.validator_value} if "%(limit)s" in sentence else {}, place)
