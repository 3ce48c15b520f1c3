"""The district of a respondent: asked by the list that the survey was drawn up with, and told of nobody alone."""

from __future__ import annotations

import csv
import io
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from kit.neighbours import own
from pilar.areas.models import District
from pilar.platform.errors import Faults
from pilar.surveys import queries
from pilar.surveys.documents import answers_csv
from pilar.surveys.drawings import district_estimates
from pilar.surveys.forms.answering import StartForm
from pilar.surveys.models import Form, Response, Survey
from pilar.surveys.operations.surveys import form_of
from pilar.surveys.reference import questionnaire
from pilar.surveys.rules.anonymous import NOT_TOLD, WHOLE, told_blocks
from pilar.surveys.rules.answers import Answered
from pilar.surveys.rules.questionnaire import Option
from surveys.world import CLOSES, NOW, OWN, PROFILE, World, impact, make_survey, satisfied

pytestmark = pytest.mark.django_db
BALARAJA, JAYANTI = "36.03.01", "36.03.02"


def living(code: str, **more: Any) -> Any:
    """An answer of somebody who lives in a district."""
    return impact(profile={**PROFILE, "district": code}, **more)


def test_a_survey_keeps_the_districts_of_the_day_it_was_drawn_up(world: World) -> None:
    District.objects.filter(code=JAYANTI).update(name="Jayanti Baru")
    District.objects.create(code="36.03.99", region_id=OWN, name="Sesudahnya")
    field = world.row().questionnaire.district
    assert field is not None
    assert [(one.code, str(one.title)) for one in field.options] == [
        (BALARAJA, "Balaraja"), (JAYANTI, "Jayanti"), ("outside", "Di luar daerah ini"),
    ]  # fmt: skip
    assert form_of(Survey.objects.get(pk=world.survey)) == world.row().questionnaire


def test_a_district_is_stored_and_an_unknown_one_refused(world: World) -> None:
    world.open()
    for code in (BALARAJA, "outside", ""):
        world.answer(living(code))
    with pytest.raises(Faults) as caught:
        world.answer(living("36.71.01"))
    assert [(one.code, one.place) for one in caught.value.faults] == [("no-profile", "district")]
    stored = [one.profile for one in own(Response).order_by("pk")]
    assert stored == [{**PROFILE, "district": BALARAJA}, {**PROFILE, "district": "outside"}, PROFILE]


def test_a_survey_without_districts_does_not_ask(world: World) -> None:
    old = Survey.objects.create(
        region_id=OWN,
        form=Form.objects.get(code="impact-2023"),
        title="Lama",
        year=2025,
        opens_at=NOW,
        closes_at=CLOSES,
        created_at=NOW,
    )
    form = queries.survey(old.pk, scope=world.who("coordinator")).questionnaire
    assert (form.district, len(form.profile)) == (None, 4)
    assert questionnaire("impact-2023").district is not None


def test_the_start_page_has_a_list_for_many_districts(world: World) -> None:
    token = world.token()
    world.open()
    few = queries.open_form(token).survey.questionnaire
    assert len(few.profile[-1].options) == 3
    title = few.title
    many = questionnaire("impact-2023").within([Option(str(number), title) for number in range(29)])
    drawn = str(StartForm(None, questionnaire=many)["district"])
    assert drawn.count("<option") == 31
    assert str(StartForm(None, questionnaire=few)["district"]).count('type="radio"') == 3


def test_single_answers_tell_no_district(world: World) -> None:
    world.open()
    for _ in range(5):
        world.answer(living(BALARAJA))
    world.close()
    by = world.who("coordinator")
    given = queries.answers(world.row(), scope=by)
    assert {one.about for one in given} == {("public", *PROFILE.values())}
    text = answers_csv(world.row(), queries.cells(world.row(), scope=by), given).decode("utf-8-sig")
    assert "district" not in next(csv.reader(io.StringIO(text)))
    assert BALARAJA not in text


def lived(world: World, given: dict[str, tuple[int, int]], place: int = 0, **answers: int) -> None:
    """Answers of a programme by district: how many, and the mark of ``clearer``."""
    for code, (count, value) in given.items():
        for _ in range(count):
            world.answer(living(code, answers={"clearer": value, **answers}), place=place)


def districts(world: World, who: str = "coordinator") -> Any:
    return queries.recap(world.row(), scope=world.who(who)).districts


def test_scores_by_district_are_means_of_what_everybody_is_asked(world: World) -> None:
    world.open()
    lived(world, {BALARAJA: (6, 4), JAYANTI: (5, 2), "outside": (7, 3)}, easier=1)
    world.close()
    found = districts(world)
    # clearer with heard 3, involved 2, lasting 4, wanted 4; easier is not asked of everybody.
    assert [(one.code, one.mean.count, one.mean.mean) for one in found.rows] == [
        (BALARAJA, 6, Fraction(17, 5)), ("outside", 7, Fraction(16, 5)), (JAYANTI, 5, Fraction(3)),
    ]  # fmt: skip
    assert [one.code for one in found.items] == ["clearer", "heard", "involved", "lasting", "wanted"]
    assert (found.others, found.rows[0].pillars["governance"].mean) == (0, Fraction(17, 5))
    assert found.rows[0].mean.lower == pytest.approx(3.4)


def test_what_few_answered_hides_the_next_smallest(world: World) -> None:
    world.open()
    lived(world, {BALARAJA: (9, 4), JAYANTI: (6, 3), "outside": (3, 1)})
    world.close()
    found = districts(world)
    assert ([one.code for one in found.rows], found.others) == ([BALARAJA], 9)


def test_who_told_no_district_is_not_told_by_subtraction_either(world: World) -> None:
    world.open()
    lived(world, {BALARAJA: (9, 4), JAYANTI: (6, 3), "": (2, 1)})
    world.close()
    assert ([one.code for one in districts(world).rows], districts(world).others) == ([BALARAJA], 8)


def test_a_programme_of_nearly_one_district_is_not_told_apart_from_it(world: World) -> None:
    world.open()
    lived(world, {BALARAJA: (9, 4), JAYANTI: (2, 3)})
    lived(world, {JAYANTI: (9, 2), "outside": (9, 2)}, place=1)
    world.close()
    found = districts(world)
    # Of Balaraja alone: the first programme without it would be the two of Jayanti.
    assert BALARAJA not in {one.code for one in found.rows}
    assert all(one.mean.count >= 5 for one in found.rows)


def test_of_the_blocks_at_a_small_cut_the_smallest_is_hidden() -> None:
    """One answer from B is in the programme of C: without B (6) and C (7) both would tell of it, and B goes first."""
    counts = {(1, "a"): 7, (1, "b"): 5, (1, NOT_TOLD): 7, (2, "b"): 1, (2, "c"): 7}
    assert told_blocks(counts, {1: "economy", 2: "living"}) == {(WHOLE, "a"), ("economy", "a")}


def test_programmes_of_few_and_doubted_answers_go_into_no_district(world: World) -> None:
    world.open()
    lived(world, {BALARAJA: (6, 4)})
    lived(world, {BALARAJA: (4, 1)}, place=1)
    for _ in range(5):
        world.answer(living(BALARAJA, trap="http://", answers={"clearer": 1}))
    world.close()
    (only,) = districts(world).rows
    assert (only.mean.count, only.mean.mean) == (6, Fraction(17, 5))


def test_a_satisfaction_survey_tells_the_converted_score_of_each_district(world: World) -> None:
    world.survey = make_survey(world.cast, "ikm-2017")
    world.open()
    for code, marks in ((BALARAJA, [4] * 9), (JAYANTI, [3] * 9)):
        for _ in range(5):
            world.answer(Answered(satisfied(*marks).answers, {**PROFILE, "district": code}, consent=True))
    world.close()
    by = world.who("coordinator")
    given = district_estimates(queries.recap(world.row(), scope=by))
    assert [(one.label, one.value, one.count) for one in given] == [
        ("Balaraja", Decimal("100.00"), 5), ("Jayanti", Decimal("75.00"), 5),
    ]  # fmt: skip


def test_who_sees_a_part_of_the_survey_is_told_of_no_district(world: World) -> None:
    world.open()
    lived(world, {BALARAJA: (6, 4)})
    lived(world, {BALARAJA: (6, 4)}, place=1)
    world.close()
    assert districts(world, "contributor") is None
    assert districts(world, "verifier") is not None
    page = world.client("contributor").get(f"/kerja/survei/{world.survey}/grafik/").content.decode()
    assert "Nilai kecamatan ditampilkan kepada yang melihat seluruh survei" in page
    assert "Balaraja" not in page


def test_the_page_and_the_recap_tell_the_districts(world: World) -> None:
    world.open()
    lived(world, {BALARAJA: (9, 4), JAYANTI: (6, 3), "outside": (3, 1)})
    lived(world, {BALARAJA: (9, 4), JAYANTI: (9, 1)}, place=1)
    world.close()
    client = world.client("coordinator")
    page = client.get(f"/kerja/survei/{world.survey}/grafik/").content.decode()
    assert ("Balaraja (18)" in page, "Di luar daerah ini" in page) == (True, False)
    book = client.get(f"/kerja/survei/{world.survey}/rekap.xlsx").content
    rows = CalamineWorkbook.from_filelike(io.BytesIO(book)).get_sheet_by_name("Kecamatan").to_python()
    assert [row[0] for row in rows] == ["Kecamatan", *[one.title.id for one in districts(world).rows]]
    assert client.get(f"/kerja/survei/{world.survey}/rekap.pdf").content.startswith(b"%PDF")
