"""The index of a closed satisfaction survey becomes measures: once, exactly, and up to the indicator of a plan."""

from __future__ import annotations

import html
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction
from django.utils import timezone

from kit.neighbours import own
from masterplan.reporting import IN_TIME, bound, in_force
from masterplan.world import SECOND_QUARTER
from masterplan.world import World as PlanWorld
from people.team import account
from pilar.areas.operations import close_office
from pilar.masterplan import queries as plans
from pilar.masterplan.operations import NewPlan, start_plan
from pilar.masterplan.queries.progress import measured_figures
from pilar.measures import operations as measures
from pilar.measures import queries as figures
from pilar.measures.models import Measure, Value
from pilar.people.queries import standing_of_key
from pilar.people.rules import OPERATOR, PUBLIC, Role
from pilar.platform.models import AuditEvent
from pilar.surveys import operations
from pilar.surveys.models import Measured, Response
from pilar.surveys.operations import Entered, NewSurvey
from pilar.surveys.queries import satisfaction
from pilar.surveys.reference import questionnaire
from pilar.surveys.rules.answers import Mode
from pilar.surveys.rules.authority import WrongSurveyState
from pilar.surveys.rules.satisfaction import LATER_SURVEY, code_of, definition_of, period_of_survey, title_of
from pilar.surveys.rules.surveys import NewCell
from surveys.questionnaires import with_basis
from surveys.world import AFTER, CLOSES, NOW, OWN, World, make_survey, satisfied

pytestmark = pytest.mark.django_db

WHOLE = (105, 101, 100, 116, 102, 105, 106, 105, 115)
"""Sums of the check case: 29 answers that make 91.48 exactly."""
FORM = questionnaire("ikm-2017")


def check_case() -> list[tuple[int, ...]]:
    """29 answers with these sums; shifted against each other, so that nobody gives the same mark nine times."""
    columns = []
    for place, total in enumerate(WHOLE):
        low, more = divmod(total, 29)
        column = [low + (number < more) for number in range(29)]
        columns.append(column[3 * place :] + column[: 3 * place])
    return list(zip(*columns, strict=True))


def ikm(world: World) -> World:
    """An open satisfaction survey of two services of two offices."""
    asked = replace(world, survey=make_survey(world.cast, "ikm-2017"))
    asked.open()
    return asked


def fill(asked: World, place: int, answers: list[tuple[int, ...]], now: datetime = NOW) -> None:
    by = asked.who("coordinator")
    entered = [Entered(uuid4(), satisfied(*one), None, now) for one in answers]
    operations.enter_answers(by=by, cell=asked.cell(place), mode=Mode.PAPER, entered=entered, now=now)
    assert own(Response).filter(cell=asked.cell(place), weight=100).count() == len(answers)


def closed(asked: World, now: datetime = AFTER) -> None:
    operations.close_survey(by=asked.who("coordinator"), survey=asked.survey, now=now)


def stored() -> dict[str, list[tuple[date, int, Decimal]]]:
    rows = own(Value).order_by("measure__code", "starts_on", "number")
    found: dict[str, list[tuple[date, int, Decimal]]] = {}
    for row in rows.select_related("measure"):
        found.setdefault(row.measure.code, []).append((row.starts_on, row.number, row.value))
    return found


def test_each_service_and_all_together_become_a_measure(world: World) -> None:
    asked = ikm(world)
    fill(asked, 0, check_case())
    fill(asked, 1, [(3, 4, 3, 4, 3, 4, 3, 4, 3)] * 6)
    closed(asked)
    second = date(2026, 4, 1)
    assert stored() == {
        "ikm-layanan-desa-daring": [(second, 1, Decimal("91.48"))],
        "ikm-puskesmas-tanpa-antre": [(second, 1, Decimal("86.11"))],
        "ikm-kabupaten-tangerang": [(second, 1, Decimal("90.56"))],
    }
    row = figures.measure(OWN, "ikm-layanan-desa-daring", scope=asked.who("verifier"), now=AFTER)
    assert (row.title, row.office, row.source_code, row.built_in) == (
        "IKM Layanan desa daring", asked.cast.office, "pilar-surveys", True,
    )  # fmt: skip
    assert (row.definition.decimals, row.definition.lowest, row.definition.highest) == (2, Decimal(25), Decimal(100))
    assert not row.public
    assert not row.synthetic
    assert [(one.key, one.count, one.score) for one in own(Measured).order_by("pk")] == [
        (f"survey-{asked.survey}-0", 29, Decimal("91.48")),
        (f"survey-{asked.survey}-1", 6, Decimal("86.11")),
        (f"survey-{asked.survey}-all", 35, Decimal("90.56")),
    ]


def test_closing_again_writes_nothing_more(world: World) -> None:
    asked = ikm(world)
    fill(asked, 0, check_case())
    closed(asked)
    before = stored()
    with pytest.raises(WrongSurveyState):
        closed(asked)
    assert stored() == before


def test_fewer_than_five_are_no_figure(world: World) -> None:
    asked = ikm(world)
    fill(asked, 0, [(3, 4, 3, 4, 3, 4, 3, 4, 3)] * 4)
    fill(asked, 1, [(3, 4, 3, 4, 3, 4, 3, 4, 4)] * 5)
    closed(asked)
    assert {*stored()} == {"ikm-puskesmas-tanpa-antre", "ikm-kabupaten-tangerang"}
    assert {one.count for one in own(Measured)} == {5}
    page = shown(asked, "coordinator")
    assert "IKM Puskesmas tanpa antre" in page
    assert "Tidak termasuk, karena kurang dari lima jawaban yang dihitung" in page


def test_without_enough_answers_the_page_says_why(world: World) -> None:
    asked = ikm(world)
    closed(asked)
    assert not own(Measure).exists()
    assert "Indeksnya tidak menjadi ukuran" in shown(asked, "coordinator")


def ikm_again(asked: World, title: str, year: int, opens: datetime, closes: datetime) -> World:
    by = asked.who("coordinator")
    given = NewSurvey("ikm-2017", title, year, opens, closes)
    key = operations.create_survey(by=by, region=OWN, given=given, now=opens)
    cells = [NewCell("Layanan Desa Daring", asked.cast.office, 5)]
    operations.set_cells(by=by, survey=key, cells=cells)
    operations.open_survey(by=by, survey=key)
    return replace(asked, survey=key)


def test_the_next_survey_of_a_service_feeds_the_same_measure(world: World) -> None:
    asked = ikm(world)
    fill(asked, 0, check_case())
    closed(asked)
    later = ikm_again(asked, "SKM semester II", 2026, NOW + timedelta(days=120), CLOSES + timedelta(days=120))
    fill(later, 0, [(4, 3, 4, 3, 4, 3, 4, 3, 4)] * 7, NOW + timedelta(days=125))
    closed(later, AFTER + timedelta(days=120))
    assert stored()["ikm-layanan-desa-daring"] == [
        (date(2026, 4, 1), 1, Decimal("91.48")), (date(2026, 7, 1), 1, Decimal("88.89")),
    ]  # fmt: skip
    assert {*stored()} == {"ikm-layanan-desa-daring", "ikm-kabupaten-tangerang"}
    same = ikm_again(asked, "SKM tambahan", 2026, NOW + timedelta(days=120), CLOSES + timedelta(days=121))
    fill(same, 0, [(3, 3, 3, 3, 3, 3, 3, 3, 4)] * 7, NOW + timedelta(days=125))
    closed(same, AFTER + timedelta(days=121))
    rows = own(Value).filter(measure__code="ikm-layanan-desa-daring", starts_on=date(2026, 7, 1))
    newest = rows.latest("number")
    assert (newest.number, newest.value) == (2, Decimal("77.78"))
    assert newest.reason == LATER_SURVEY.format(title="SKM tambahan")


def test_an_index_on_another_scale_begins_a_measure_of_its_own(world: World) -> None:
    asked = ikm(world)
    fill(asked, 0, check_case())
    closed(asked)
    best = "    - {value: 4, title: {id: Sangat baik, en: Very good}}"
    text = with_basis(
        "ikm-2017", "9", (best, f"{best}\n    - {{value: 5, title: {{id: Istimewa, en: Best}}}}"),
        ("factor: 25", "factor: 20"), ('from: "25.00"', 'from: "20.00"'), ("law: PermenPAN-RB 14/2017\n", ""),
    )  # fmt: skip
    by = asked.who("secretariat")
    draft = operations.send_questionnaire(by=by, document=text, file="k.yaml", now=NOW)
    operations.release_questionnaire(
        by=standing_of_key(account("b@x.invalid", Role.SECRETARIAT), NOW), draft=draft, now=NOW
    )
    later = ikm_again(asked, "SKM semester II", 2026, NOW + timedelta(days=120), CLOSES + timedelta(days=120))
    fill(later, 0, [(1, 1, 1, 1, 1, 1, 1, 1, 2)] * 7, NOW + timedelta(days=125))
    closed(later, AFTER + timedelta(days=120))
    assert stored()["ikm-layanan-desa-daring"] == [(date(2026, 4, 1), 1, Decimal("91.48"))]
    assert stored()["ikm-layanan-desa-daring-2"] == [(date(2026, 7, 1), 1, Decimal("22.22"))]
    told = figures.measure(OWN, "ikm-layanan-desa-daring-2", scope=asked.who("verifier"), now=AFTER).definition
    assert (told.lowest, told.highest) == (Decimal(20), Decimal(100))
    assert told.title.id.endswith("Desa Daring (skala 20–100)"), "which of the two it is"
    assert told.title.en.endswith("Desa Daring (scale 20–100)")
    assert "20 × jumlah" in told.text.id
    assert "PermenPAN" not in told.text.id
    assert (
        "by PermenPAN-RB 14/2017 of nine elements of the service: 25 ×"
        in definition_of("x", FORM, synthetic=False).text.en
    )


def test_what_the_measures_do_not_take_keeps_no_survey_open(world: World) -> None:
    asked = ikm(world)
    fill(asked, 0, check_case())
    fill(asked, 1, check_case())
    close_office(by=asked.who("coordinator"), office=asked.cast.colleagues_office, now=timezone.now())
    closed(asked)
    assert {*stored()} == {"ikm-layanan-desa-daring", "ikm-kabupaten-tangerang"}
    event = AuditEvent.objects.get(action="not-measured")
    assert [*event.after] == ["Puskesmas tanpa antre"]


def test_a_region_can_shut_the_source_off(world: World) -> None:
    by = world.who("coordinator")
    measures.built_in_source(by=by, region=OWN, code="pilar-surveys", title="Survei Pilar", now=NOW)
    measures.switch_source(by=by, region=OWN, source="pilar-surveys", active=False)
    asked = ikm(world)
    fill(asked, 0, check_case())
    closed(asked)
    assert stored() == {}
    assert AuditEvent.objects.get(action="not-measured").after == {"pilar-surveys": "source-off"}


def test_other_surveys_become_none(world: World) -> None:
    world.open()
    world.close()
    assert not own(Measure).exists()
    assert "ukuran" not in shown(world, "coordinator").split("<main", 1)[1].split("</main>", 1)[0].lower()


def test_what_pages_tell(world: World) -> None:
    asked = ikm(world)
    fill(asked, 0, check_case())
    closed(asked)
    for who in ("coordinator", "secretariat", "verifier", "contributor"):
        page = shown(asked, who)
        assert f'href="/ukuran/{OWN}/nilai/ikm-layanan-desa-daring/"' in page
        assert "91,48" in page
    address = f"/ukuran/{OWN}/nilai/ikm-layanan-desa-daring/"
    told = html.unescape(asked.client("verifier").get(address).content.decode())
    assert f'href="/kerja/survei/{asked.survey}/nilai/"' in told
    assert "29 jawaban" in told
    own(Measure).update(public=True)
    public = asked.client("visitor").get(address).content.decode()
    assert "91,48" in public
    assert "kerja/survei" not in public


def test_a_survey_is_told_only_to_who_sees_it(world: World) -> None:
    asked = ikm(world)
    fill(asked, 0, check_case())
    closed(asked)
    row = figures.measure(OWN, "ikm-layanan-desa-daring", scope=OPERATOR, now=AFTER)
    assert row.latest is not None
    value = figures.value_of(row, row.latest, scope=asked.who("coordinator"))
    assert value is not None
    assert value.origin is not None
    outsider = figures.value_of(row, row.latest, scope=PUBLIC)
    assert outsider is not None
    assert outsider.origin is None


def test_the_indicator_of_a_plan_takes_the_index(world: World) -> None:
    by = world.who("coordinator")
    version = start_plan(by=by, region=OWN, given=NewPlan("Rencana induk kota cerdas", 2026, 2030), now=NOW)
    planned = PlanWorld(world.cast, version)
    asked = ikm(world)
    fill(asked, 0, check_case())
    closed(asked)
    (line,) = in_force(planned, 1, targets=(bound("ikm-layanan-desa-daring", yearly=90),))
    row = plans.programmes(planned.row())[0]
    assert row.key == line
    found = measured_figures(
        OWN, [row.content], [SECOND_QUARTER], scope=planned.who("verifier"), now=IN_TIME
    )[("ikm-layanan-desa-daring", SECOND_QUARTER)]  # fmt: skip
    assert (found.figure.value, found.figure.present, found.figure.expected) == (Decimal("91.48"), 1, 1)


# The database


def test_what_the_table_refuses(world: World) -> None:
    asked = ikm(world)
    fill(asked, 0, check_case())
    closed(asked)
    kept = own(Measured).get(cell=asked.cell(0))
    given = {
        "survey_id": asked.survey, "cell_id": asked.cell(1), "measure": kept.measure, "key": "lain",
        "starts_on": date(2026, 4, 1), "score": Decimal(80), "count": 9,
    }  # fmt: skip
    other = Measure.objects.create(
        region_id=OWN, code="rekaan", office_id=asked.cast.office, period="quarter", starts_on=date(2026, 1, 1),
        due_days=0, synthetic=True, created_at=NOW,
    )  # fmt: skip
    world.open()
    for changed, name in (
        ({"cell_id": kept.cell_id}, "measured_once"),
        ({"cell_id": None}, "measured_once"),
        ({"key": kept.key}, "key"),
        ({"key": ""}, "measured_has_a_key"),
        ({"survey_id": world.survey, "cell_id": world.cell()}, "measured_when_closed"),
        ({"cell_id": world.cell()}, "measured_cell_of_survey"),
        ({"measure": other}, "measured_by_measure_alike"),
    ):
        with pytest.raises(IntegrityError, match=name), transaction.atomic():
            Measured.objects.create(**given | changed)
    assert Measured.objects.create(**given).pk
    for statement in ("UPDATE surveys_measured SET count = 1", "DELETE FROM surveys_measured"):
        with pytest.raises(ProgrammingError, match="annot"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


# Names and periods


@pytest.mark.parametrize(
    ("year", "day", "wanted"),
    [
        (2026, date(2026, 4, 10), "2026-Q2"),
        (2026, date(2027, 1, 20), "2026-Q4"),
        (2027, date(2026, 12, 20), "2027-Q1"),
    ],
)
def test_the_quarter_of_a_survey(year: int, day: date, wanted: str) -> None:
    assert str(period_of_survey(year, day)) == wanted


def test_names() -> None:
    assert code_of("SIPINTER: perizinan & investasi", ()) == "ikm-sipinter-perizinan-investasi"
    assert code_of("Layanan é", ("ikm-layanan-e", "ikm-layanan-e-2")) == "ikm-layanan-e-3"
    assert code_of("漢字", ()) == "ikm"
    long = code_of("x" * 300, ())
    assert len(long) <= 60
    assert code_of("x" * 300, (long,)) == f"{long}-2"
    assert title_of("Dua\n  baris\x00").id == "IKM Dua baris"
    assert len(title_of("x" * 200).id) == 200
    assert definition_of("x", FORM, synthetic=True).text.id.endswith("Data contoh untuk peragaan.")


def shown(asked: World, who: str) -> str:
    answer = asked.client(who).get(f"/kerja/survei/{asked.survey}/")
    assert answer.status_code == 200
    return html.unescape(answer.content.decode())


def test_everybody_reads_the_index_of_the_services_of_an_office(world: World) -> None:
    asked = ikm(world)
    fill(asked, 0, check_case())
    asked.close()
    (one,) = satisfaction(OWN, "komunikasi", scope=PUBLIC)
    assert (one.programme, one.score, one.count, one.synthetic) == ("Layanan desa daring", Decimal("91.48"), 29, False)
    assert satisfaction(OWN, "penanaman modal", scope=PUBLIC) == ()
    assert satisfaction("32.01", "komunikasi", scope=PUBLIC) == ()


def test_services_of_two_offices_with_one_name_are_told_apart(world: World) -> None:
    by, cast = world.who("coordinator"), world.cast
    key = operations.create_survey(by=by, region=OWN, given=NewSurvey("ikm-2017", "SKM", 2026, NOW, CLOSES), now=NOW)
    cells = [NewCell("Layanan konsultasi", office, 5) for office in (cast.office, cast.colleagues_office)]
    operations.set_cells(by=by, survey=key, cells=cells)
    asked = replace(world, survey=key)
    asked.open()
    fill(asked, 0, check_case())
    fill(asked, 1, [(4, 3, 4, 3, 4, 3, 4, 3, 4)] * 7)
    asked.close()
    found = {one.title: (one.programme, one.score) for one in satisfaction(OWN, "", scope=PUBLIC)}
    assert found == {
        "Layanan konsultasi (Dinas Komunikasi dan Informatika)": ("Layanan konsultasi", Decimal("91.48")),
        "Layanan konsultasi (Dinas Kesehatan)": ("Layanan konsultasi", Decimal("88.89")),
    }
    (alone,) = satisfaction(OWN, "komunikasi", scope=PUBLIC)
    assert alone.title == "Layanan konsultasi", "among those of one office the name is enough"
