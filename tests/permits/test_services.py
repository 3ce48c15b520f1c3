"""A service as data: read and written, checked, compared, and what an application of it needs, costs and gets."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given as drawn
from hypothesis import strategies as st

from permits.definitions import ANSWERS, GIVEN, fields, given, stages
from pilar.permits.rules.services import (
    Gap,
    Levy,
    NotSet,
    check,
    differences,
    fee_of,
    filled,
    gaps,
    is_open,
    judge,
    read,
    recomputed,
    required,
    shown,
    valid_until,
    written,
)
from pilar.platform.errors import Faults

NUMBERS = {"permits.permit"}


def paper(when: str) -> list[dict[str, Any]]:
    return [{"key": "a", "name": {"id": "A"}, "when": when}]


def faults(**changed: Any) -> list[tuple[str, str]]:
    found = check(read(given(**changed)), numbers=NUMBERS)
    assert all(one.said() for one in found)
    return [(one.code, one.place) for one in found]


def test_what_is_written_is_read_again() -> None:
    service = read(GIVEN)

    assert read(json.loads(json.dumps(written(service)))) == service
    assert written(read(written(service))) == written(service)
    assert check(service, numbers=NUMBERS) == ()
    assert gaps(service) == ()
    assert is_open(service)


@pytest.mark.parametrize(
    ("changed", "code", "place"),
    [
        ({"name": {"en": "only"}}, "unfit-value", "name"),
        ({"name": None}, "no-key", "name"),
        ({"region": "3603"}, "unfit-value", "region"),
        ({"nobody": 1}, "unknown-key", "nobody"),
        ({"status": "sure"}, "unfit-value", "status"),
        ({"requirements": [{"key": "Ktp!", "name": {"id": "KTP"}}]}, "unfit-value", "requirements.0.key"),
        ({"requirements": ["KTP"]}, "no-mapping", "requirements.0"),
        ({"requirements": 7}, "unfit-value", "requirements"),
        ({"requirements": [{"key": "ktp", "name": {"id": "KTP"}}] * 101}, "unfit-value", "requirements"),
        ({"stages": stages(visit={"kind": "look"})}, "unfit-value", "stages.2.kind"),
        ({"stages": stages(visit={"limit": {"days": 2, "hours": 3}})}, "unfit-value", "stages.2.limit"),
        ({"limit": {"days": 0}}, "unfit-value", "limit"),
        ({"limit": {"days": 1.5}}, "unfit-value", "limit.days"),
        ({"limit": {"days": True}}, "unfit-value", "limit.days"),
        ({"fee": {"free": True, "formula": "1"}}, "unfit-value", "fee"),
        ({"fee": {}}, "unfit-value", "fee"),
        (
            {"fee": {"formula": "a", "inputs": {"a": {"value": "-1", "source": "x"}}}},
            "unfit-value",
            "fee.inputs.a.value",
        ),
        (
            {"fee": {"formula": "a", "inputs": {"a": {"value": "NaN", "source": "x"}}}},
            "unfit-value",
            "fee.inputs.a.value",
        ),
        ({"fee": {"formula": "a", "inputs": {"a": {"value": "1"}}}}, "no-key", "fee.inputs.a.source"),
        ({"validity": {"years": 5, "until": "until"}}, "unfit-value", "validity"),
        ({"form": {"properties": {"a": {"minimum": 0.1}}}}, "unfit-value", "form"),
        ({"form": [1]}, "unfit-value", "form"),
        ({"form": {"properties": [1]}}, "unfit-value", "form"),
        ({"form": {"properties": {"a": True}}}, "unfit-value", "form"),
        ({"form": {"properties": {"a": {"x-show": 7}}}}, "unfit-value", "form"),
        ({"form": {"properties": {"a": {"x-labels": {"b": "B"}}}}}, "unfit-value", "form"),
        ({"form": {"properties": {"a": {"enum": "abc"}}}}, "unfit-value", "form"),
    ],
)
def test_what_cannot_be_read(changed: dict[str, Any], code: str, place: str) -> None:
    with pytest.raises(Faults) as refused:
        read(given(**changed))

    assert (code, place) in [(one.code, one.place) for one in refused.value.faults]
    assert all(one.said() for one in refused.value.faults)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=8,
)


FIELDS = st.dictionaries(
    st.sampled_from(["size", "lit", "new"]),
    st.dictionaries(
        st.sampled_from(["type", "enum", "x-labels", "x-show", "pattern", "minimum", "format"]), JSON, max_size=4
    ),
)
FORM = st.fixed_dictionaries({"properties": FIELDS | JSON}, optional={"required": JSON, "x-order": JSON, "type": JSON})


@drawn(st.sampled_from(sorted(GIVEN)), JSON | FORM)
def test_whatever_stands_in_a_part_is_read_or_refused(part: str, value: Any) -> None:
    try:
        service = read(given(**{part: value}))
    except Faults as error:
        service, said = None, error.text()
    else:
        said = "".join(one.text() for one in check(service, numbers=NUMBERS)) + "read"
    assert said


@pytest.mark.parametrize(
    ("changed", "code", "place"),
    [
        ({"applicants": []}, "no-applicants", "applicants"),
        ({"number": "permits.none"}, "unknown-number", "number"),
        ({"stages": stages(visit={"after": []})}, "unreachable", "stages.2.after"),
        ({"stages": stages(visit={"after": ["nobody"]})}, "unknown-stage", "stages.2.after"),
        ({"stages": stages(visit={"after": ["decide"]})}, "endless", "stages.2.after"),
        ({"stages": stages(advice={"returns": ["visit"]})}, "endless", "stages.1.returns"),
        ({"stages": stages(visit={"limit": None})}, "missing-limit", "stages.2.limit"),
        ({"stages": stages(visit={"role": "mayor"})}, "unknown-role", "stages.2.role"),
        ({"stages": stages(levy={"role": "head"})}, "unfit-role", "stages.3.role"),
        ({"stages": stages(visit={"role": "front_office"})}, "unfit-role", "stages.2.role"),
        ({"stages": stages(visit={"office": ""})}, "no-office", "stages.2.office"),
        ({"stages": stages(visit={"key": "advice"})}, "twice", "stages.2.key"),
        ({"stages": stages(visit={"when": "height > 3"})}, "unknown-field", "stages.2.when"),
        ({"stages": stages(decide={"when": "size > 3"})}, "always", "stages.4.when"),
        ({"stages": stages(sign={"after": ["levy"]})}, "sign-last", "stages.5.after"),
        ({"stages": stages()[1:]}, "no-check", "stages.0.kind"),
        ({"stages": stages(visit={"kind": "check"})}, "twice", "stages"),
        ({"stages": stages(advice={"limit": {"days": 9}})}, "limits-exceed", "limit"),
        ({"stages": stages(levy={"kind": "recommend"})}, "no-levy", "stages"),
        ({"fee": {"formula": "height * 2"}}, "unknown-field", "fee.formula"),
        ({"fee": {"formula": "zone * 2"}}, "mixed-kinds", "fee.formula"),
        ({"fee": {"formula": "(1).real"}}, "not-allowed", "fee.formula"),
        ({"fee": {"formula": "size", "inputs": {"size": {"value": "1", "source": "x"}}}}, "twice", "fee.inputs.size"),
        ({"requirements": [*GIVEN["requirements"], GIVEN["requirements"][0]]}, "twice", "requirements.4.name"),
        ({"requirements": paper("kind == 'renew")}, "unreadable", "requirements.0.when"),
        ({"requirements": paper("zone == 'C'")}, "unknown-answer", "requirements.0.when"),
        ({"form": fields(kind={"type": "string"})}, "unfit-name", "form.8.key"),
        ({"form": fields(a={"type": "string", "x-show": "b"}, b={"type": "boolean"})}, "unknown-field", "form.8.show"),
        ({"form": fields(web={"type": "string", "format": "uri"})}, "unknown-format", "form.8.kind"),
        ({"form": fields(bad={"type": "string", "pattern": "(a+)+$"})}, "unfit-pattern", "form.8.pattern"),
        ({"form": fields(bad={"type": "array"})}, "unknown-type", "form.8.kind"),
        ({"form": fields(bad={"type": "string", "$ref": "https://example.org/x"})}, "unknown-keyword", "form.8.key"),
        ({"form": fields(bad={"type": "string", "enum": []})}, "no-choices", "form.8.options"),
        ({"form": fields(bad={"type": "thing"})}, "no-schema", "form.properties.bad.type"),
        ({"form": {"type": "object", "required": ["none"]}}, "unknown-field", "form.required"),
        ({"validity": {"until": "zone"}}, "unknown-field", "validity"),
        ({"validity": {"cluster": {"A": {"years": 5}}}}, "unknown-field", "validity"),
        ({"document": {"body": ["Luas {height} m2"]}}, "unknown-name", "document.body"),
        ({"document": {"opening": ["Kepada {holder", "{Holder}"]}}, "stray-brace", "document.opening"),
        ({"document": {"title": "Izin {number}"}}, "stray-brace", "document.title"),
        ({"document": {"title": "x" * 201}}, "long-title", "document.title"),
        ({"document": {"answers": ["height"]}}, "unknown-field", "document.answers"),
    ],
)  # fmt: skip
def test_what_stands_in_the_way_of_publishing(changed: dict[str, Any], code: str, place: str) -> None:
    assert (code, place) in faults(**changed)


def test_what_is_not_set_is_a_gap_and_takes_no_applications() -> None:
    service = read(given(limit=None, fee=None, validity=None, stages=stages()[:2]))

    assert gaps(service) == (Gap.STAGES, Gap.LIMIT, Gap.FEE, Gap.VALIDITY)
    assert not is_open(service)
    assert not is_open(read(given(closed="no longer a local permit")))
    assert check(service, numbers=NUMBERS) == ()
    with pytest.raises(NotSet):
        fee_of(service, ANSWERS)
    with pytest.raises(NotSet):
        valid_until(service, ANSWERS, date(2026, 11, 30))


def test_stages_side_by_side() -> None:
    levels = [[one.key for one in level] for level in read(GIVEN).levels]

    assert levels == [["check"], ["advice", "visit"], ["levy"], ["decide"], ["sign"]]


@pytest.mark.parametrize(
    ("changed", "keys"),
    [
        ({}, {"ktp"}),
        ({"proxy": True, "kind": "renewal"}, {"ktp", "letter", "old"}),
        ({"size": 15}, {"ktp", "structure"}),
        ({"size": "18.5"}, {"ktp"}),
        ({"size": None}, {"ktp"}),
    ],
)
def test_the_papers_that_an_application_needs(changed: dict[str, Any], keys: set[str]) -> None:
    assert {one.key for one in required(read(GIVEN), {**ANSWERS, **changed})} == keys


def test_a_field_is_asked_where_its_condition_holds() -> None:
    service = read(GIVEN)

    assert "power" in {one.key for one in shown(service, ANSWERS)}
    assert "power" not in {one.key for one in shown(service, {**ANSWERS, "lit": False})}


@pytest.mark.parametrize(
    ("changed", "found"),
    [
        ({}, []),
        ({"size": None}, [("required", "size")]),
        ({"size": "big"}, [("type", "size")]),
        ({"size": 501}, [("maximum", "size")]),
        ({"size": -1}, [("minimum", "size")]),
        ({"size": float("inf")}, [("type", "size")]),
        ({"size": Decimal("NaN")}, [("type", "size")]),
        ({"size": Decimal("1e999")}, [("type", "size")]),
        ({"size": True}, [("type", "size")]),
        ({"sides": "1.5"}, [("type", "sides")]),
        ({"zone": "C"}, [("enum", "zone")]),
        ({"until": "31-12-2027"}, [("format", "until")]),
        ({"text": "x" * 41}, [("maxLength", "text")]),
        ({"text": 7}, [("type", "text")]),
        ({"plot": "12345"}, [("pattern", "plot")]),
        ({"power": None}, [("required", "power")]),
        ({"power": None, "lit": False}, []),
        ({"power": "x", "lit": False}, []),
        ({"more": 1}, [("additionalProperties", "more")]),
        ({"size": None, "zone": None}, [("required", "size"), ("required", "zone")]),
    ],
)
def test_answers_are_judged(changed: dict[str, Any], found: list[tuple[str, str]]) -> None:
    faults = judge(read(GIVEN), {**ANSWERS, **changed})

    assert [(one.code, one.place) for one in faults] == found
    assert all(one.said() for one in faults)


@drawn(st.dictionaries(st.sampled_from([*GIVEN["form"]["properties"], "kind", "proxy", "other"]), JSON))
def test_any_answers_are_judged_and_what_passes_has_its_cost(answers: dict[str, Any]) -> None:
    service = read(GIVEN)
    found = judge(service, answers)
    required(service, answers)

    assert all(one.said() for one in found)
    if not found:
        levy = fee_of(service, answers)
        assert recomputed(levy) == levy.amount >= 0
        assert valid_until(service, answers, date(2026, 1, 1))


def test_the_fee_is_recomputed_from_what_is_stored() -> None:
    levy = fee_of(read(GIVEN), ANSWERS)

    assert levy.amount == Decimal(62925)  # 12.5 m² * 2 sides * 1250.50 * 2 = 62525, and 40 * 10
    assert levy.inputs == {
        "lit": "True", "power": "40", "rate": "1250.5", "sides": "2", "size": "12.5", "zone": '"A"',
    }  # fmt: skip
    assert recomputed(Levy(Decimal(0), json.loads(json.dumps(dict(levy.inputs))), levy.formula)) == levy.amount


def test_what_is_not_asked_costs_nothing() -> None:
    assert fee_of(read(GIVEN), {**ANSWERS, "lit": False}).amount == Decimal(62525)
    assert fee_of(read(given(fee={"free": True})), {}).amount == 0
    with pytest.raises(Faults) as refused:
        fee_of(read(GIVEN), {**ANSWERS, "size": None})
    assert refused.value.faults[0].fields == {"names": "size"}


CLUSTER = {"type": "string", "enum": ["A", "B"]}


@pytest.mark.parametrize(
    ("validity", "issued", "until"),
    [
        ({"years": 5}, date(2026, 11, 30), date(2031, 11, 30)),
        ({"years": 1}, date(2028, 2, 29), date(2029, 2, 28)),
        ({"years": 4}, date(2028, 2, 29), date(2032, 2, 29)),
        ({"until": "until"}, date(2026, 11, 30), date(2027, 12, 31)),
        ({"cluster": {"A": {"until": "until"}, "B": {"years": 5}}}, date(2026, 11, 30), date(2027, 12, 31)),
    ],
)
def test_how_long_a_permit_holds(validity: dict[str, Any], issued: date, until: date) -> None:
    service = read(given(validity=validity, form=fields(cluster=CLUSTER)))

    assert check(service, numbers=NUMBERS) == ()
    assert valid_until(service, {**ANSWERS, "cluster": "A"}, issued) == until


def test_a_validity_that_an_answer_says_needs_the_answer() -> None:
    for answers, place in (({}, "until"), ({"until": "soon"}, "until")):
        with pytest.raises(Faults) as refused:
            valid_until(read(GIVEN), answers, date(2026, 11, 30))
        assert refused.value.faults[0].place == place


def test_the_same_service_has_no_differences() -> None:
    assert differences(read(GIVEN), read(written(read(GIVEN)))) == ()


def test_differences_are_said_in_words(settings: Any) -> None:
    from django.utils.translation import override

    old = read(GIVEN)
    new = read(
        given(
            name={"id": "Izin reklame", "en": "Permit to advertise"},
            limit={"days": 5},
            leave="off",
            fee={"free": True},
            requirements=[*GIVEN["requirements"][1:3], {"key": "photo", "name": {"id": "Foto"}}],
            stages=stages(visit={"limit": {"hours": 10}}),
            form=fields(lit={"type": "boolean", "title": "Menyala"}),
            document={**GIVEN["document"], "title": "Izin", "body": ["Seluas {size} m2."], "answers": []},
        )
    )

    with override("en"):
        said = [(one.part, one.text) for one in differences(old, new)]

    assert said[:5] == [
        ("name", "Name: Advertising permit → Permit to advertise"),
        ("limit", "Time: 7 working days → 5 working days"),
        ("leave", "Joint leave: worked → off"),
        ("fee", f"Cost: {GIVEN['fee']['formula']} (synthetic) → free of charge"),
        ("form", "Menyala, Name: Berlampu → Menyala"),
    ]
    assert ("requirements", "New requirement: Foto") in said
    assert ("requirements", "The requirement falls away: KTP") in said
    assert ("stages", "Tinjau, Time: 2 working days → 10 office hours") in said
    assert ("fee", "The figure of the formula falls away: rate") in said
    assert [text for part, text in said if part == "document"] == [
        "Title: Izin Reklame → Izin",
        "Answers shown in a table: size, zone → –",
        "Paragraphs of what is permitted, new: Seluas {size} m2.",
        "Paragraphs of what is permitted, falls away: Reklame seluas {size} m2 di {place}.",
    ]


def test_a_paragraph_that_says_nothing_is_left_out() -> None:
    text = ("Tanpa nama.", "Di {place}.", "Seluas {size} m2 di {place}.")

    assert filled(text, {"size": "12,5", "place": ""}) == ("Tanpa nama.", "Seluas 12,5 m2 di .")
    assert filled(text, {"size": "{place}", "place": "Balaraja"})[1:] == (
        "Di Balaraja.",
        "Seluas {place} m2 di Balaraja.",
    ), "what an applicant answered is not filled once more"
