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
from pilar.config import scenario
from pilar.config.drawn.surveys import answers
from pilar.config.scenario.playing import Player
from pilar.config.scenario.reading import read
from pilar.evidence.queries import evidence_list
from pilar.measures import queries as measures
from pilar.measures.models import Value
from pilar.people import loaders as people
from pilar.people.models import User
from pilar.people.rules import OPERATOR
from pilar.platform.folders import data_folder
from pilar.reports.document import Picture
from pilar.surveys import queries
from pilar.surveys.documents import recap_document
from pilar.surveys.models import Cell, Measured, Response, Survey
from pilar.surveys.reference import pillars
from pilar.surveys.rules.answers import faults_of

pytestmark = [pytest.mark.django_db, pytest.mark.thorough]

IMPACT, SATISFACTION = "impact-2023", "ikm-2017"
FILE = data_folder() / "demonstration" / "surveys.yaml"
PROGRAMMES = {
    name: read(data_folder() / "demonstration" / f"{name}.yaml").given["tables"]["programmes"]
    for name in ("surveys", "plans")
}

TEAM = {role: email for role, (email, _name) in people.ACCOUNTS.items()}
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@once
def made() -> datetime:
    load(PLACES)
    people.load_demo_accounts(by=OPERATOR, password_of=lambda _email: "kata-sandi-contoh-2023")
    there = {row.abbreviation for row in offices("36.03", scope=OPERATOR)}
    for name in {one["office"].split(".")[1] for one in PROGRAMMES["surveys"][IMPACT]} - there:
        add_office(by=OPERATOR, region="36.03", name=f"{name} (contoh)", abbreviation=name)
    now = timezone.now()
    assert scenario.play("surveys", now=now)
    return now


def test_it_is_made_once(made: datetime, django_assert_max_num_queries: Any) -> None:
    before = Response.objects.count()
    with django_assert_max_num_queries(5):
        assert not scenario.play("surveys", now=made)
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


def test_answers_are_in_order_and_the_same_each_time(made: datetime) -> None:
    for row in queries.surveys(scope=OPERATOR, region="36.03"):
        cell = queries.cells(row, scope=OPERATOR)[0]
        asked = {"survey": row, "cell": cell, "level": 0.1, "until": min(row.closes_at, made), "whole": True}
        found = answers(**asked)  # type: ignore[arg-type]
        assert found == answers(**asked)  # type: ignore[arg-type]
        every = [one for drawn in found.values() for one in drawn]
        assert [fault for one in every for fault in faults_of(one.given, row.questionnaire)] == []
        assert len({one.key for one in every}) == len(every)
        assert all(row.opens_at <= one.began_at < one.ended_at <= asked["until"] for one in every)


@pytest.mark.parametrize("days", [0, 32, 33, 40, 41, 91, 459])
def test_years_follow_each_other_whatever_the_day(days: int) -> None:
    """Among them the turn of a year and a 29 February."""
    now = datetime(2026, 11, 27, 20, tzinfo=UTC) + timedelta(days=days)
    player = Player(read(FILE), now)
    found = [player.value(row, player.top.inner({"round": row})) for row in read(FILE).given["tables"]["rounds"]]
    for form in (IMPACT, SATISFACTION):
        first, second = [one for one in found if one["form"] == form and one["closed"]]
        assert second["year"].year == first["year"].year + 1
        assert second["closes"] + timedelta(hours=24) < now
    assert found[-1]["until"] < now < found[-1]["closes"]


def test_they_ask_about_programmes_of_the_plan() -> None:
    titles = {one["title"]: one for one in PROGRAMMES["plans"]}
    asked = PROGRAMMES["surveys"][IMPACT]
    assert [one["part"] for one in asked] == [part.code for pillar in pillars() for part in pillar.parts]
    for one in (*asked, *PROGRAMMES["surveys"][SATISFACTION]):
        planned = titles[one["programme"]]
        assert one["office"] == f"$offices.{planned['office']}.key"
        assert one.get("part", planned["part"]) == planned["part"]
