"""A satisfaction index told whole: elements with grades, who answered, samples, and what is done about the lowest."""

from __future__ import annotations

import io
from collections import Counter, defaultdict
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from itertools import combinations, product

import pytest
from django.test import Client
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader

from kit.neighbours import own
from pilar.people.rules import PUBLIC, NotAllowed, NotFound
from pilar.platform import audit
from pilar.platform.errors import Faults
from pilar.reports.document import Facts
from pilar.surveys import operations, queries
from pilar.surveys.documents.satisfaction import satisfaction_document
from pilar.surveys.models import FollowUp
from pilar.surveys.reference import questionnaire
from pilar.surveys.rules.answers import Answered
from pilar.surveys.rules.questionnaire import Quota
from pilar.surveys.rules.satisfaction import NoIndex, elements_of, lowest_of, told_counts
from pilar.surveys.rules.surveys import NewCell, quotas_of, sample_of
from surveys.world import ELEMENTS, NO_PLAN, PROFILE, World, make_survey, satisfied, steps_for

# Krejcie and Morgan (1970), table 1.
TABLE = """
10 10 15 14 20 19 30 28 40 36 50 44 60 52 70 59 80 66 90 73 100 80 110 86 120 92 150 108 200 132 250 152 300 169 400 196
500 217 600 234 700 248 800 260 900 269 1000 278 1200 291 1500 306 2000 322 3000 341 5000 357 10000 370 20000 377
50000 381 75000 382 1000000 384
"""
IKM = questionnaire("ikm-2017")
MARKS = ((4, 4, 2, 4, 3, 4, 4, 3, 4), (3, 3, 2, 4, 3, 3, 4, 3, 3))


def test_a_sample_is_that_of_the_published_table() -> None:
    numbers = [int(number) for number in TABLE.split()]
    for population, sample in zip(numbers[::2], numbers[1::2], strict=True):
        assert sample_of(population) == sample, population
    with pytest.raises(ValueError, match="population"):
        sample_of(0)


def test_a_service_whose_population_is_known_needs_its_sample() -> None:
    cells = [NewCell("Satu", 1, 1, population=1000), NewCell("Dua", 1, 1)]
    assert quotas_of(cells, Quota(30, "assumption"), split=False) == [278, 30]


def test_each_element_has_its_mean_weight_and_grade() -> None:
    assert IKM.satisfaction is not None
    means = [
        Fraction(sum(marks), 29) for marks in ((105,), (101,), (100,), (116,), (102,), (105,), (106,), (105,), (115,))
    ]
    found = elements_of(IKM.scale_items, means, IKM.satisfaction)
    first, fourth = found[0], found[3]
    assert (first.mean, first.weighted, first.converted) == (Decimal("3.62"), Decimal("0.402"), Decimal("90.52"))
    assert (fourth.mean, fourth.weighted, fourth.converted) == (Decimal("4.00"), Decimal("0.444"), Decimal("100.00"))
    assert [one.band.code for one in found if one.band] == ["A", "B", "B", "A", "B", "A", "A", "A", "A"]
    assert [one.code for one in lowest_of(found)] == ["time", "procedure", "product"]
    assert str(first.title) == "Persyaratan"


def test_what_equals_the_third_lowest_is_among_the_lowest() -> None:
    assert IKM.satisfaction is not None
    found = elements_of(IKM.scale_items, [Fraction(n) for n in (1, 2, 3, 3, 4, 4, 4, 4, 4)], IKM.satisfaction)
    assert [one.code for one in lowest_of(found)] == ["requirements", "procedure", "time", "cost"]


@pytest.mark.parametrize(
    ("counts", "singles", "told", "hidden"),
    [
        ({"a": 20, "b": 10}, {}, [20, 10], 0),
        ({"a": 20, "b": 10, "c": 0}, {}, [20, 10, 0], 0),
        ({"a": 20, "b": 10, "c": 3}, {}, [None, 10, None], 23),
        ({"a": 20, "b": 10, "c": 3, "d": 0}, {}, [None, 10, None, None], 23),
        ({"a": 20, "b": 9, "c": 3, "d": 2}, {}, [20, 9, None, None], 5),
        ({"a": 20, "b": 10, "c": 9}, {"b": 7}, [None, None, 9], 30),
    ],
)
def test_a_count_of_few_hides_another_and_all_of_nobody(
    counts: dict[str, int], singles: dict[str, int], told: list[int | None], hidden: int
) -> None:
    found = told_counts(counts, singles)
    assert found is not None
    assert ([one.count for one in found.options], found.hidden) == (told, hidden)


def test_nothing_is_told_where_all_would_be_hidden() -> None:
    assert told_counts({"a": 4, "b": 3}, {}) is None
    assert told_counts({"a": 0, "b": 0}, {}) is None
    assert told_counts({"a": 8, "b": 2}, {}) is None


@pytest.mark.parametrize(("options", "most"), [(2, 30), (3, 18), (4, 11)])
def test_who_knows_the_rule_and_the_total_cannot_tell_a_count_of_few(options: int, most: int) -> None:
    """Every field of up to so many respondents: those that look alike once told differ in each hidden count of few."""
    alike = defaultdict(list)
    for counts in product(range(most + 1), repeat=options):
        found = told_counts({str(place): count for place, count in enumerate(counts)}, {})
        if sum(counts) <= most and found is not None and found.hidden:
            alike[found].append(counts)
    assert alike or options == 2
    for found, fields in alike.items():
        for place, one in enumerate(found.options):
            possible = {counts[place] for counts in fields} if one.count is None else set()
            assert len(possible) != 1 or possible.isdisjoint(range(1, 5)), (found, fields[:3])


@given(st.lists(st.tuples(st.integers(0, 12), st.integers(0, 12)), min_size=1, max_size=6))
def test_no_sum_or_difference_of_what_is_told_is_of_fewer_than_five(drawn: list[tuple[int, int]]) -> None:
    counts = {str(place): max(one) for place, one in enumerate(drawn)}
    # Single answers are told by five and more who are alike; of some options none is told.
    singles = {str(place): count for place, one in enumerate(drawn) if (count := min(one)) >= 5}
    found = told_counts(counts, singles)
    if found is None:
        return
    shown = {one.code: one.count for one in found.options if one.count}
    parts = [*shown.values(), *([found.hidden] if found.hidden else [])]
    assert sum(parts) == sum(counts.values())
    assert all(count >= 5 for count in parts)
    for size in range(1, len(shown) + 1):
        for chosen in combinations(shown, size):
            rest = sum(counts.values()) - sum(shown[code] for code in chosen)
            assert rest == 0 or rest >= 5
    alone = [count - singles.get(code, 0) for code, count in shown.items()]
    alone.append(found.hidden - sum(count for code, count in singles.items() if code not in shown))
    assert all(count == 0 or count >= 5 for count in alone)


def asked(world: World) -> None:
    """A closed satisfaction survey: eight women and five men of a programme, three answers about another."""
    world.survey = make_survey(world.cast, "ikm-2017")
    world.open()
    for number in range(13):
        profile = PROFILE | {
            "sex": "female" if number < 8 else "male", "age": "from_50" if number < 2 else "from_30",
            "occupation": ("farmer", "student", "employee")[number % 3],
        }  # fmt: skip
        world.answer(Answered(satisfied(*MARKS[number % 2]).answers, profile, consent=True))
    for _ in range(3):
        world.answer(satisfied(*[1] * 9), place=1)
    world.close()


def test_everybody_reads_the_result_of_a_closed_survey(world: World) -> None:
    asked(world)
    found = queries.satisfaction_result(world.survey, scope=PUBLIC)
    assert (found.count, [one.index is None for one in found.services]) == (13, [False, True])
    assert [element.code for element in found.elements] == list(ELEMENTS)
    assert [element.code for element in found.lowest] == ["time", "product", "complaints"]
    told = {
        field.code: ({str(one.title): one.count for one in field.options}, field.hidden) for field in found.respondents
    }
    assert told["sex"] == ({"Laki-laki": 5, "Perempuan": 8}, 0)
    work = {title: count for title, count in told["occupation"][0].items() if count is not None}
    assert (work, told["occupation"][1]) == ({"Petani atau nelayan": 5}, 8)
    assert told["age"] == ({}, 0), "the two of fifty and more would be told by the eleven others"
    assert "district" not in told
    page = Client().get(f"/survei/{world.survey}/").content.decode()
    assert all(str(element.title) in page for element in found.elements)
    assert "Puskesmas tanpa antre" in page
    assert page.count("kurang dari 5") >= 1
    english = Client().get(f"/en/survei/{world.survey}/").content.decode()
    assert "Grades by PermenPAN-RB 14/2017, since 2017" in " ".join(english.split())
    document = Client().get(f"/survei/{world.survey}/laporan.pdf")
    assert document.content.startswith(b"%PDF")
    assert PdfReader(io.BytesIO(document.content)).trailer["/Root"]["/MarkInfo"]["/Marked"]  # type: ignore[index]
    answer = Client().get(f"/api/v1/surveys/{world.survey}/satisfaction").json()
    assert (answer["lowest"], answer["count"], answer["services"][1]["score"]) == (
        ["time", "product", "complaints"], 13, None,
    )  # fmt: skip
    assert answer["elements"][0] == {
        "code": "requirements", "title": {"id": "Persyaratan", "en": "Requirements"}, "mean": "3.54",
        "weighted": "0.393", "converted": "88.46", "band": "A",
    }  # fmt: skip


def test_only_a_closed_satisfaction_survey_has_a_result(world: World) -> None:
    closed = world.survey
    world.open()
    world.close()
    world.survey = make_survey(world.cast, "ikm-2017")
    world.open()
    for _ in range(5):
        world.answer(satisfied(*MARKS[0]))
    for key in (closed, world.survey, 999_999):
        assert Client().get(f"/survei/{key}/").status_code == 404
        assert Client().get(f"/survei/{key}/laporan.pdf").status_code == 404
    with pytest.raises(NoIndex):
        operations.plan_follow_up(by=world.who("coordinator"), survey=closed, steps=steps_for("time"), seen=NO_PLAN)


def test_a_plan_says_what_is_done_about_the_three_lowest(world: World) -> None:
    asked(world)
    by = world.who("coordinator")
    for who, refused in (("verifier", NotAllowed), ("contributor", NotAllowed), ("neighbour", NotFound)):
        with pytest.raises(refused):
            operations.plan_follow_up(
                by=world.who(who), survey=world.survey, steps=steps_for("time", "product"), seen=NO_PLAN
            )
    with pytest.raises(Faults) as caught:
        operations.plan_follow_up(by=by, survey=world.survey, steps=steps_for("time", "product", "cost"), seen=NO_PLAN)
    assert [(fault.code, fault.place) for fault in caught.value.faults] == [("lowest-missing", "steps")]
    wrong = [
        replace(step, **changed)  # type: ignore[arg-type]
        for step, changed in zip(
            steps_for("time", "product", "complaints"),
            ({"element": "x"}, {"act": " ", "who": "x" * 201}, {"due_on": world.row().opens_at.date()}),
            strict=True,
        )
    ]
    with pytest.raises(Faults) as caught:
        operations.plan_follow_up(by=by, survey=world.survey, steps=wrong, seen=NO_PLAN)
    assert Counter(fault.place for fault in caught.value.faults) == Counter(
        ["steps", "0.element", "1.act", "1.who", "2.due_on"]
    )
    assert not own(FollowUp).exists()
    for steps in (steps_for("time", "product", "complaints"), steps_for("complaints", "time", "product", "cost")):
        operations.plan_follow_up(by=by, survey=world.survey, steps=steps, seen=seen_of(world))
    written = len(audit.events(target="surveys.survey", key=world.survey, action="follow-up"))
    operations.plan_follow_up(by=by, survey=world.survey, steps=steps, seen=NO_PLAN)
    again = audit.events(target="surveys.survey", key=world.survey, action="follow-up")
    assert (written, len(again)) == (2, 2), "what stands there already is no change"
    kept = queries.satisfaction_result(world.survey, scope=PUBLIC).steps
    assert [step.element for step in kept] == ["complaints", "time", "product", "cost"]
    page = Client().get(f"/survei/{world.survey}/").content.decode()
    assert ("Perbaiki complaints" in page, "belum menyatakan" in page) == (True, False)
    with translation.override("id"):
        found = queries.satisfaction_result(world.survey, scope=PUBLIC)
        blocks = satisfaction_document(found).blocks
        assert "Perbaiki cost" in repr(blocks)
        facts = next(block for block in blocks if isinstance(block, Facts))
        assert [(fact.value, fact.note) for fact in facts.items] == [("83,76", "B: Baik"), ("13", "")]


def seen_of(world: World) -> int:
    return queries.satisfaction_result(world.survey, scope=PUBLIC).seen


def rows(act: str, *, seen: int) -> dict[str, str]:
    """A plan as the page sends it."""
    sent = {"steps-rows": "3", "do": "save", "seen": str(seen)}
    for place, element in enumerate(("time", "product", "complaints")):
        sent |= {
            f"steps-{place}-element": element, f"steps-{place}-act": f"{act} {place}",
            f"steps-{place}-who": "Kepala bidang pelayanan", f"steps-{place}-due_on": "2026-12-31",
        }  # fmt: skip
    return sent


def test_the_plan_is_written_on_a_page(world: World) -> None:
    asked(world)
    client, page = world.client("coordinator"), f"/kerja/survei/{world.survey}/tindak-lanjut/"
    first = client.get(page).content.decode()
    assert (first.count("<fieldset"), 'value="product" selected' in first) == (3, True)
    sent = rows("Tambah loket", seen=seen_of(world))
    wrong = client.post(page, sent | {"steps-1-element": "cost"})
    assert (wrong.status_code, "Tambah loket 2" in wrong.content.decode()) == (422, True)
    assert client.post(page, sent).status_code == 302
    assert own(FollowUp).count() == 3
    assert "Tambah loket 1" in Client().get(f"/survei/{world.survey}/").content.decode()
    assert 'value="Kepala bidang pelayanan"' in client.get(page).content.decode()


def test_who_has_not_seen_the_plan_of_another_does_not_write_over_it(world: World) -> None:
    asked(world)
    client, page = world.client("coordinator"), f"/kerja/survei/{world.survey}/tindak-lanjut/"
    nothing = seen_of(world)
    assert f'name="seen" value="{nothing}"' in client.get(page).content.decode()
    for _again in range(2):
        assert client.post(page, rows("Tambah loket", seen=nothing)).status_code == 302
    refused = client.post(page, rows("Pasang papan", seen=nothing))
    text = refused.content.decode()
    assert refused.status_code == 409
    assert all(f"{said} {place}" in text for said in ("Tambah loket", "Pasang papan") for place in range(3))
    assert "Tambah loket 2" in Client().get(f"/survei/{world.survey}/").content.decode()
    assert f'name="seen" value="{seen_of(world)}"' in text
    added = client.post(page, rows("Pasang papan", seen=nothing) | {"do": "add"}).content.decode()
    assert f'name="seen" value="{nothing}"' in added, "a row more has not shown the plan of another"
    assert client.post(page, rows("Pasang papan", seen=seen_of(world))).status_code == 302
    assert [step.act for step in queries.satisfaction_result(world.survey, scope=PUBLIC).steps] == [
        f"Pasang papan {place}" for place in range(3)
    ]


def test_the_plan_is_written_by_the_api(world: World) -> None:
    asked(world)
    steps = [
        {"element": step.element, "act": step.act, "who": step.who, "due_on": step.due_on.isoformat()}
        for step in steps_for("time", "product", "complaints")
    ]
    client, path = world.client("coordinator"), f"/api/v1/surveys/{world.survey}/follow-up"
    refused = client.put(path, {"steps": steps[:2], "seen": seen_of(world)}, content_type="application/json")
    assert (refused.status_code, refused.json()["faults"][0]["place"]) == (422, "steps")
    nothing = seen_of(world)
    kept = client.put(path, {"steps": steps, "seen": nothing}, content_type="application/json")
    assert (kept.status_code, kept.json()["steps"], kept.json()["seen"]) == (200, steps, seen_of(world))
    late = client.put(path, {"steps": steps[::-1], "seen": nothing}, content_type="application/json")
    assert (late.status_code, late.json()["code"], late.json()["version"]) == (409, "outdated", seen_of(world))
