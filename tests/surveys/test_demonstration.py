"""The made-up surveys: there once, marked everywhere, the same each time, and what there is to show is shown."""

from __future__ import annotations

import html
from collections import Counter
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from areas.places import PLACES, load
from kit.worlds import once
from pilar.areas.operations import add_office
from pilar.areas.queries import offices
from pilar.evidence.queries import evidence_list
from pilar.measures import queries as measures
from pilar.measures.models import Value
from pilar.people import loaders as people
from pilar.people.models import User
from pilar.people.rules import OPERATOR
from pilar.reports.document import Picture
from pilar.surveys import operations, queries
from pilar.surveys.documents import recap_document
from pilar.surveys.models import Cell, Measured, Response, Survey
from pilar.surveys.reference import demonstrated, pillars, questionnaire
from pilar.surveys.rules.answers import faults_of
from pilar.surveys.rules.demonstration import IMPACT, SATISFACTION, answers, rounds

pytestmark = pytest.mark.django_db

TEAM = {role: email for role, (email, _name) in people.ACCOUNTS.items()}
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@once
def made() -> datetime:
    load(PLACES)
    people.load_demo_accounts(by=OPERATOR, password_of=lambda _email: "kata-sandi-contoh-2023")
    there = {row.abbreviation for row in offices("36.03", scope=OPERATOR)}
    for name in {one.office for one in demonstrated(IMPACT)} - there:
        add_office(by=OPERATOR, region="36.03", name=f"{name} (contoh)", abbreviation=name)
    now = timezone.now()
    assert operations.load_demo_surveys(by=OPERATOR, team=TEAM, now=now)
    return now


def test_it_is_made_once(made: datetime, django_assert_num_queries: Any) -> None:
    before = Response.objects.count()
    with django_assert_num_queries(1):
        assert not operations.load_demo_surveys(by=OPERATOR, team=TEAM, now=made)
    assert Response.objects.count() == before


def test_two_years_of_each_and_the_next_half_full(made: datetime) -> None:
    rows = queries.surveys(scope=OPERATOR, region="36.03")
    assert Counter((row.questionnaire.code, row.state.value) for row in rows) == {
        (IMPACT, "closed"): 2, (SATISFACTION, "closed"): 2, (IMPACT, "open"): 1,
    }  # fmt: skip
    for row in rows:
        cells = queries.cells(row, scope=OPERATOR)
        count, wanted = sum(one.count for one in cells), sum(one.quota for one in cells)
        below = [one.place for one in cells if one.missing]
        if row.state == "open":
            assert 0.3 < count / wanted < 0.7
        elif row.questionnaire.code == IMPACT:
            assert (len(cells), wanted) == (18, 300)
            assert count >= 300
            assert 7 in below
            assert len(below) <= 4
        else:
            assert len(cells) == 3


def test_everything_says_that_it_is_made_up(made: datetime) -> None:
    assert Survey.objects.count() == Survey.objects.filter(synthetic=True, title__endswith="(data contoh)").count()
    assert all(one.measure.synthetic for one in Measured.objects.select_related("measure"))
    client = Client()
    client.force_login(User.objects.get(email=TEAM[people.Role.COORDINATOR]), BACKEND)
    for row in queries.surveys(scope=OPERATOR, region="36.03"):
        names = ["survey", "links"] + (["scores", "statement"] if row.state == "closed" else [])
        pages = {"survey": "", "links": "tautan/", "scores": "nilai/", "statement": "pernyataan/"}
        for name in names:
            page = client.get(f"/kerja/survei/{row.key}/{pages[name]}")
            assert "Data contoh" in html.unescape(page.content.decode()), (row.title, name)
        token = Cell.objects.filter(survey=row.key)[0].token
        assert "data contoh" in client.get(f"/s/{token}/").content.decode().lower()
    assert "data contoh" in client.get("/kerja/survei/daerah/36.03/").content.decode()


def test_closed_impact_surveys_have_a_statement(made: datetime) -> None:
    for row in queries.surveys(scope=OPERATOR, region="36.03"):
        if row.questionnaire.code == IMPACT and row.state == "closed":
            assert "data contoh" in row.stated_by
            assert row.stated_file is not None
            (file,) = evidence_list([row.stated_file], scope=OPERATOR)
            assert f"survei {row.year}" in file.title
            assert row.stated_on is not None
            assert row.stated_on > row.closes_at.date()


def test_the_printed_radar_says_which_line_is_which_year(made: datetime) -> None:
    captions = {}
    for row in queries.surveys(scope=OPERATOR, region="36.03"):
        if row.questionnaire.code == IMPACT and row.state == "closed":
            blocks = recap_document(queries.recap(row, scope=OPERATOR)).blocks
            captions[row.year] = next(one.caption for one in blocks if isinstance(one, Picture))
    earlier, later = sorted(captions)
    assert captions == {earlier: "", later: f"Garis utuh: {later}; garis putus-putus: {earlier}"}


def test_answers_look_like_answers(made: datetime) -> None:
    later, earlier = (
        queries.recap(row, scope=OPERATOR)
        for row in queries.surveys(scope=OPERATOR, region="36.03")
        if row.questionnaire.code == IMPACT and row.state == "closed"
    )
    assert later.before is not None
    assert later.before.survey.key == earlier.scores.survey.key
    for found in (later, earlier):
        means = [mean for mean in found.scores.pillars.values() if mean is not None]
        assert len(means) == 6
        assert all(2 < mean < 4 for mean in means)
        assert max(means) - min(means) > Decimal("0.1")
        flagged = {one.flag.value for one in found.doubts.flags if one.count}
        assert flagged == {"fast", "straight", "repeated", "bot"}
        assert 0.75 < found.doubts.clean / found.doubts.count < 0.99
        assert all(all(one.counts) for one in found.distributions)
    modes = Counter(Response.objects.values_list("mode", flat=True))
    assert min(modes["web"], modes["enumerator"], modes["paper"]) > 100
    districts = Response.objects.values_list("profile__district", flat=True)
    assert {*districts} == {"36.03.01", "36.03.02", "outside", None}
    groups = Counter(Response.objects.filter(survey=later.scores.survey.key).values_list("group", flat=True))
    assert groups["public"] > groups["owner"] > 0


def test_the_index_of_two_years_is_a_measure(made: datetime) -> None:
    rows = [row for row in measures.measures("36.03", scope=OPERATOR, now=made) if row.built_in]
    assert {row.title for row in rows} == {
        "IKM SIKD: keuangan desa daring", "IKM SIPINTER: perizinan dan investasi",
        "IKM SIJEMPOL: layanan rumah sakit daring", "IKM Kabupaten Tangerang",
    }  # fmt: skip
    assert [row.late_since for row in rows] == [None] * 4
    for row in rows:
        assert Value.objects.filter(measure=row.key).count() == 2
        assert row.definition.text.id.endswith("Data contoh untuk peragaan.")


NOW = datetime(2026, 11, 27, 6, tzinfo=UTC)


@pytest.mark.parametrize("place", range(5))
def test_answers_are_in_order_and_the_same_each_time(place: int) -> None:
    one = rounds(NOW)[place]
    form = questionnaire(one.form).within(())
    found = list(answers(one, form, "Program contoh", 0, 17))
    assert found == list(answers(one, form, "Program contoh", 0, 17))
    assert [fault for item in found for fault in faults_of(item.given, form)] == []
    assert len({item.key for item in found}) == len(found)
    for item in found:
        assert one.opens_at <= item.began_at < item.ended_at <= min(one.closes_at, NOW)


def test_years_follow_each_other_whatever_the_day() -> None:
    for days in range(0, 730, 13):
        now = NOW + timedelta(days=days)
        found = rounds(now)
        for form in (IMPACT, SATISFACTION):
            first, second = [one for one in found if one.form == form and one.closed]
            assert second.year == first.year + 1
            assert second.closes_at + timedelta(hours=24) < now
        assert found[-1].opens_at < now < found[-1].closes_at


def test_a_programme_of_each_sub_dimension() -> None:
    found = demonstrated(IMPACT)
    assert [one.part for one in found] == [part.code for pillar in pillars() for part in pillar.parts]
