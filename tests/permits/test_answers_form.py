"""The form of a service: what it asks, how it judges, and that nothing that is typed breaks it."""

from __future__ import annotations

from contextlib import suppress
from datetime import date
from typing import Any

import pytest
from django.http import QueryDict
from django.utils.translation import override
from hypothesis import HealthCheck, settings
from hypothesis import given as drawn
from hypothesis import strategies as st

from kit.selection import examples
from permits.definitions import ANSWERS, GIVEN, fields, given
from permits.world import NOW, World
from pilar.permits.forms.answers import answers_form, of_conditions
from pilar.permits.operations import save_answers
from pilar.permits.queries import cases
from pilar.permits.reference.services import demonstrated
from pilar.permits.rules.services import Service, fee_of, judge, known_answers, read, required, valid_until
from pilar.permits.rules.services.definition import Field
from pilar.permits.rules.workflow import applying
from pilar.platform.errors import Faults, PilarError

TYPED = {"size": "12,5", "sides": "2", "zone": "A", "lit": "on", "power": "40", "until": "2027-12-31"}
TODAY = date(2028, 2, 29)
CONTEXT = {"kind": "new", "applicant": "person"}


def sent(**typed: str) -> QueryDict:
    found = QueryDict(mutable=True)
    for name, value in typed.items():
        found[name] = value
    return found


def test_answers_are_kept_exactly_and_as_json_can() -> None:
    form = answers_form(read(GIVEN), sent(**TYPED, text=""), initial=CONTEXT)

    assert form.is_valid(), form.errors
    assert form.answers == {
        "size": "12.5", "sides": 2, "zone": "A", "lit": True, "power": 40, "until": "2027-12-31",
    }  # fmt: skip
    assert judge(read(GIVEN), {**CONTEXT, **form.answers}) == ()


def test_what_was_kept_is_shown_as_it_was_typed() -> None:
    with override("id"):
        form = answers_form(read(GIVEN), initial=ANSWERS)

    assert form["size"].value() == "12,5"
    assert form["sides"].value() == "2"
    assert [title for title, _fields in form.groups] == ["Media", ""]


def test_a_field_comes_and_goes_with_the_answer_before_it() -> None:
    without = {name: value for name, value in TYPED.items() if name not in ("lit", "power")}

    assert "power" not in answers_form(read(GIVEN), sent(**without), initial=CONTEXT).fields
    form = answers_form(read(GIVEN), sent(**without, power="7"), initial=CONTEXT)
    assert form.is_valid(), form.errors
    assert "power" not in form.answers
    form = answers_form(read(GIVEN), sent(**without, lit="on"), initial=CONTEXT)
    assert [*form.errors] == ["power"]


def test_asking_what_else_is_asked_judges_nothing() -> None:
    form = answers_form(read(GIVEN), sent(do="look", size="12,5", lit="on"), initial=CONTEXT)

    assert not form.errors
    assert "power" in form.fields
    assert form["size"].value() == "12,5"


@pytest.mark.parametrize(
    ("changed", "wrong"),
    [
        ({"size": "501"}, "size"),
        ({"size": "-1"}, "size"),
        ({"size": "besar"}, "size"),
        ({"sides": "1,5"}, "sides"),
        ({"zone": "C"}, "zone"),
        ({"until": "31 Februari 2027"}, "until"),
        ({"text": "x" * 41}, "text"),
        ({"plot": "12a4"}, "plot"),
        ({"plot": "1234\x00"}, "plot"),
        ({"size": "9" * 40}, "size"),
    ],
)
def test_a_fault_stands_at_its_field(changed: dict[str, str], wrong: str) -> None:
    form = answers_form(read(GIVEN), sent(**{**TYPED, **changed}), initial=CONTEXT)

    assert not form.is_valid()
    assert [*form.errors] == [wrong]


def test_the_finder_asks_what_conditions_name_and_nothing_else() -> None:
    service = read(given(form=fields(deep={"type": "boolean", "x-show": "zone == 'A'"})))
    found = [one.key for one in of_conditions(service).fields]

    assert found == ["size", "sides", "zone", "lit", "power"]
    assert not any(one.required for one in of_conditions(service).fields)


ANY = st.text(max_size=30) | st.sampled_from(
    ["", "0", "-1", "1e9", "NaN", "Infinity", "12,5", "1.000.000", "２", "on", "2026-02-30", "2026-02-28", "\x00", "A"]
)


@pytest.mark.parametrize("service", [one for one in demonstrated() if one.fields], ids=lambda one: one.key)
@settings(max_examples=examples(40), deadline=None)
@drawn(data=st.data())
def test_whatever_is_typed_is_kept_or_refused_with_a_sentence(service: Service, data: Any) -> None:
    names = [one.key for one in service.fields]
    typed = data.draw(st.dictionaries(st.sampled_from([*names, "do", "more"]), ANY, max_size=len(names)))
    for one in service.fields:
        if one.kind == "choice" and data.draw(st.booleans()):
            typed[one.key] = data.draw(st.sampled_from([*one.options]))

    form = answers_form(service, sent(**typed), initial=CONTEXT)

    if form.is_bound and form.is_valid():
        assert judge(service, {**CONTEXT, **form.answers}) == ()
    else:
        assert all(str(error) for errors in form.errors.values() for error in errors)
    assert str(form.as_p())


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20)
    | st.sampled_from([10**40, -1, 0, "1e9", "2026-02-30", "2028-02-29", "9" * 30, "\x00", "A", "__class__"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)  # fmt: skip
SERVICES = {one.key: one for one in demonstrated()}


def fitting(field: Field) -> st.SearchStrategy[Any]:
    """Answers as the form lets them be."""
    match field.kind:
        case "choice":
            return st.sampled_from([*field.options])
        case "flag":
            return st.booleans()
        case "day":
            return st.dates().map(str)
        case "number" | "whole":
            most = field.schema.get("maximum", 10**6)
            return st.integers(field.schema.get("minimum", 0), most) | st.decimals(0, most, places=2).map(str)
        case _:
            return st.text(min_size=1, max_size=field.schema.get("maxLength", 500))


@pytest.mark.parametrize("key", SERVICES)
@settings(deadline=None, max_examples=examples(50))
@drawn(data=st.data())
def test_any_json_is_an_answer_or_refused_with_sentences(key: str, data: Any) -> None:
    service = SERVICES[key]
    typed = {one.key: fitting(one) | JSON for one in service.fields}
    more = st.dictionaries(st.sampled_from(["kind", "applicant", "proxy", "size"]) | st.text(), JSON, max_size=2)
    answers = data.draw(st.fixed_dictionaries({}, optional=typed)) | data.draw(more)

    faults = judge(service, answers)

    with override("id"):
        assert all(str(one) and one.place is not None for one in faults)
        str(answers_form(service, initial=answers).as_p())
    asked = {*required(service, answers)}
    assert asked <= {*service.requirements}
    assert {*applying(service.stages, known_answers(service, answers))} <= {*service.stages}
    for act in (lambda: fee_of(service, answers).amount, lambda: valid_until(service, answers, TODAY).year):
        with suppress(PilarError):
            assert act() >= 0


@pytest.mark.django_db
@settings(deadline=None, max_examples=examples(60), suppress_health_check=[HealthCheck.function_scoped_fixture])
@drawn(answers=st.dictionaries(st.sampled_from(["str_number", "str_until", "place", "beds", "kind", "?"]), JSON))
def test_a_draft_keeps_any_json_or_refuses_it(world: World, answers: dict[str, Any]) -> None:
    if not world.case:
        world.begin()
    row = world.row()
    try:
        save_answers(by=world.who("nurse"), case=row.pk, seen=row.edition, answers=answers, now=NOW)
    except Faults:
        assert world.row().answers == row.answers
    else:
        kept = world.row()
        assert {name: kept.answers[name] for name in ("kind", "applicant")} == {"kind": "new", "applicant": "person"}
        assert cases.own_case(row.pk, scope=world.who("nurse"), now=NOW).given == kept.answers
