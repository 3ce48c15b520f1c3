"""The form of a service: what it asks, how it judges, and that nothing that is typed breaks it."""

from __future__ import annotations

from typing import Any

import pytest
from django.http import QueryDict
from django.utils.translation import override
from hypothesis import given as drawn
from hypothesis import settings
from hypothesis import strategies as st

from permits.definitions import ANSWERS, GIVEN, fields, given
from pilar.permits.forms.answers import answers_form, of_conditions
from pilar.permits.reference.services import demonstrated
from pilar.permits.rules.services import Service, judge, read

TYPED = {"size": "12,5", "sides": "2", "zone": "A", "lit": "on", "power": "40", "until": "2027-12-31"}
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
@settings(max_examples=40, deadline=None)
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
