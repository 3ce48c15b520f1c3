"""A survey compared with others of its region: the line over the years, the year before, the services of the year."""

from __future__ import annotations

import io
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from pilar.areas.operations import add_office
from pilar.people.rules import OPERATOR
from pilar.surveys import operations, queries
from pilar.surveys.drawings import changes, courses, services_charts
from pilar.surveys.models import Form, Survey
from pilar.surveys.queries import Recap
from pilar.surveys.rules.surveys import NewCell
from surveys.test_pages import said
from surveys.world import AFTER, CLOSES, NOW, OTHER, OWN, World, impact, satisfied

pytestmark = pytest.mark.django_db
GOVERNANCE, LIVING = "Tata kelola (smart governance)", "Kehidupan (smart living)"
GOOD, FAIR = (4, 4, 4, 4, 4, 4, 4, 4, 3), (3, 3, 3, 3, 3, 3, 3, 3, 2)


def closed(world: World, form: str, year: int, given: Any, title: str = "Survei", region: str = OWN) -> int:
    """A closed survey of a year; ``given``: answers by programme, of the coordinator's offices."""
    new = operations.NewSurvey(form, title, year, NOW, CLOSES)
    key = operations.create_survey(by=OPERATOR, region=region, given=new, now=NOW)
    offices = [world.cast.office, world.cast.colleagues_office]
    if region != OWN:
        offices = [add_office(by=OPERATOR, region=region, name=f"Dinas {number}") for number in range(2)]
    parts = [("governance", "governance_public_service"), ("living", "living_health")]
    cells = [
        NewCell(f"Layanan {place + 1}", offices[place], 5, *parts[place]) for place in range(len(given))
    ]  # fmt: skip
    operations.set_cells(by=OPERATOR, survey=key, cells=cells)
    operations.open_survey(by=OPERATOR, survey=key)
    for place, answers in enumerate(given):
        for one in answers:
            replace(world, survey=key).answer(one, place=place)
    operations.close_survey(by=OPERATOR, survey=key, now=AFTER)
    return key


def told(world: World, key: int, who: str = "coordinator") -> Recap:
    by = world.who(who)
    return queries.recap(queries.survey(key, scope=by), scope=by)


def marked(value: int, count: int = 6) -> list[Any]:
    """Answers around a value, that differ a little."""
    return [impact(answers={"easier": value, "quicker": max(1, value - number % 2)}) for number in range(count)]


def test_years_that_asked_the_same_are_a_line_and_others_are_told(world: World) -> None:
    first = closed(world, "impact-2023", 2023, [marked(2), marked(2)])
    later = closed(world, "impact-2023", 2025, [marked(3), marked(4)])
    own = closed(world, "impact-2023", 2026, [marked(4), marked(4)])
    closed(world, "ikm-2017", 2025, [[satisfied(*GOOD)] * 5], "IKM")
    closed(world, "impact-2023", 2024, [marked(4), marked(4)], region=OTHER)
    text = Form.objects.get(code="impact-2023").text.replace("code: wanted", "code: kept")
    other = Form.objects.create(code="impact-2023", version="0.9", fingerprint="0" * 64, text=text)
    Survey.objects.create(
        region_id=OWN, form=other, title="Lama", year=2022, opens_at=NOW, closes_at=CLOSES, created_at=NOW,
        state="closed",
    )  # fmt: skip
    found = told(world, own)
    assert [one.survey.key for one in found.years.points] == [first, later, own]
    assert [one.title for one in found.years.others] == ["Lama"]
    assert found.before is found.years.points[1]
    governance = courses(found)[0]
    assert [(one.year, one.survey) for one in governance.years] == [
        (2023, "Survei"),
        (2025, "Survei"),
        (2026, "Survei"),
    ]
    assert [row.label for row in governance.chart.rows] == ["2023", "2024", "2025", "2026"]
    assert governance.chart.rows[1].values == (None, None, None)
    page = said(world.client("coordinator").get(f"/kerja/survei/{own}/grafik/"))
    assert "Tidak masuk garis karena pertanyaan atau skalanya berbeda: 2022: Lama." in page


def test_a_change_is_told_with_its_interval_and_whether_it_is_chance(world: World) -> None:
    closed(world, "impact-2023", 2025, [marked(2), marked(4)])
    own = closed(world, "impact-2023", 2026, [marked(4), marked(4)])
    rows = {one.title: one for one in changes(told(world, own))}
    easier = rows["Program ini memudahkan urusan saya."]
    assert (easier.before, easier.now, easier.change) == (Decimal("3.00"), Decimal("4.00"), Decimal("1.00"))
    assert easier.lower is not None
    assert Decimal(0) < easier.lower < Decimal(1)
    assert (easier.told, easier.sign) == ("Ya: naik", 1)
    unchanged = rows["Informasi tentang program ini jelas."]
    assert (unchanged.change, unchanged.told, unchanged.sign) == (Decimal("0.00"), "Mungkin tidak bermakna", 0)
    assert {GOVERNANCE, LIVING} <= set(rows)
    page = said(world.client("coordinator").get(f"/kerja/survei/{own}/grafik/"))
    assert ("Dibandingkan dengan 2025" in page, "Ya: naik" in page, "metode Welch" in page) == (True, True, True)


def test_a_figure_of_few_answers_is_compared_with_nothing(world: World) -> None:
    closed(world, "impact-2023", 2025, [marked(2), marked(4, count=4)])
    own = closed(world, "impact-2023", 2026, [marked(4), marked(4)])
    found = told(world, own)
    assert LIVING not in {one.title for one in changes(found)}
    assert [one.title for one in courses(found)] == [GOVERNANCE]


def test_the_index_has_a_line_a_change_and_a_bar_for_each_service(world: World) -> None:
    closed(world, "ikm-2017", 2025, [[satisfied(*FAIR)] * 5, [satisfied(*FAIR)] * 6])
    own = closed(world, "ikm-2017", 2026, [[satisfied(*GOOD)] * 5, [satisfied(*FAIR)] * 6], "Survei 2026")
    closed(
        world,
        "ikm-2017",
        2026,
        [
            [satisfied(*GOOD)] * 4,
        ],
        "Puskesmas",
    )
    closed(
        world,
        "ikm-2017",
        2026,
        [
            [satisfied(*GOOD)] * 7,
        ],
        "Dukcapil",
    )
    found = told(world, own)
    (line,) = courses(found)
    assert [one.value for one in line.years] == [Decimal("72.22"), Decimal("83.59")]
    index = changes(found)[0]
    assert (index.before, index.now, index.change) == (Decimal("72.22"), Decimal("83.59"), Decimal("11.37"))
    (chart,) = services_charts(found)
    assert [(row.label, row.values[0], row.values[-1]) for row in chart.rows] == [
        ("Layanan 1 (Survei 2026)", Decimal("97.22"), "A"),
        ("Layanan 1 (Dukcapil)", Decimal("97.22"), "A"),
        ("Layanan 2 (Survei 2026)", Decimal("72.22"), "C"),
    ]
    book = CalamineWorkbook.from_filelike(
        io.BytesIO(world.client("coordinator").get(f"/kerja/survei/{own}/rekap.xlsx").content)
    )
    assert {"Perbandingan", "Tahun", "Layanan"} <= set(book.sheet_names)
    assert book.get_sheet_by_name("Tahun").to_python()[1][:3] == [
        "Indeks Kepuasan Masyarakat (IKM)", 2025.0, pytest.approx(72.22),
    ]  # fmt: skip


def test_of_several_surveys_of_a_year_the_one_of_the_same_name_is_compared(world: World) -> None:
    wanted = closed(world, "ikm-2017", 2025, [[satisfied(*FAIR)] * 5], "IKM Puskesmas 2025")
    closed(world, "ikm-2017", 2025, [[satisfied(*GOOD)] * 5], "IKM Dukcapil 2025")
    own = closed(world, "ikm-2017", 2026, [[satisfied(*GOOD)] * 5], "IKM Puskesmas 2026")
    before = told(world, own).before
    assert before is not None
    assert before.survey.key == wanted
    assert len(services_charts(told(world, wanted), 1)) == 2
    assert services_charts(told(world, own)) == []


def test_an_office_is_compared_by_its_own_programmes(world: World) -> None:
    closed(world, "impact-2023", 2025, [marked(2), marked(4)])
    own = closed(world, "impact-2023", 2026, [marked(4), marked(4)])
    titles = {one.title for one in changes(told(world, own, "colleague"))}
    assert (LIVING in titles, GOVERNANCE in titles) == (True, False)


def test_a_first_survey_says_that_there_is_nothing_to_compare(world: World) -> None:
    own = closed(world, "impact-2023", 2026, [marked(4), marked(3)])
    page = said(world.client("coordinator").get(f"/kerja/survei/{own}/grafik/"))
    assert "Grafik antartahun muncul di sini" in page
    assert "Jawaban setiap pertanyaan, semua program" in page


def test_charts_cost_the_same_for_many_surveys(world: World, django_assert_max_num_queries: Any) -> None:
    own = closed(world, "ikm-2017", 2026, [[satisfied(*GOOD)] * 5])
    client = world.client("coordinator")
    address = f"/kerja/survei/{own}/grafik/"
    said(client.get(address))
    for year in range(2019, 2026):
        closed(world, "ikm-2017", year, [[satisfied(*FAIR)] * 5])
    with django_assert_max_num_queries(14):
        said(client.get(address))
