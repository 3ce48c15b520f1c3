"""How fast surveys are: 300 answers that arrive at once, each sent twice; scores of all regions, 300 answers each; the
files that one survey is handed in with."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from statistics import median
from uuid import UUID, uuid4

from django.db import connection, connections

from pilar.areas import queries as areas
from pilar.areas.operations import add_office
from pilar.people.rules import OPERATOR
from pilar.reports.pdf import typeset
from pilar.surveys import operations, queries
from pilar.surveys.documents import handed_in, recap_document
from pilar.surveys.operations import NewSurvey, Source
from pilar.surveys.reference import pillars, questionnaire
from pilar.surveys.rules.answers import Answered
from pilar.surveys.rules.questionnaire import ItemKind
from pilar.surveys.rules.surveys import GRACE, NewCell

FORM, RESPONDENTS, SENDERS, REPEATS = "impact-2023", 300, 8, 5
OPENS, NOW, CLOSES = (datetime(2026, month, 1, tzinfo=UTC) for month in (1, 2, 3))

_COPY = """
    INSERT INTO surveys_response (survey_id, cell_id, key, mode, "group", profile, answers, marks, flags, weight,
                                  ended_on, received_at)
    SELECT c.survey_id, c.id, gen_random_uuid(), r.mode, r."group", r.profile, r.answers, r.marks, r.flags, r.weight,
           r.ended_on, r.received_at
    FROM surveys_response AS r
    JOIN surveys_cell AS first ON first.id = r.cell_id
    JOIN surveys_cell AS c ON c.place = first.place AND c.survey_id <> first.survey_id
    WHERE r.survey_id = %s AND c.survey_id = ANY(%s)
"""
_BARE_MARKS = "SELECT survey_id, cell_id, weight, marks FROM surveys_response"


@dataclass(frozen=True)
class Measure:
    """Wall time in seconds beside that of a floor, and what is aimed at."""

    name: str
    seconds: float
    floor_seconds: float
    aim: str


def benchmark() -> Iterator[Measure]:
    """Answer and score in the database of this process, which holds all regions."""
    surveys = [_survey(row.code) for row in areas.regions()]
    yield _arriving(surveys[0])
    with connection.cursor() as cursor:
        cursor.execute(_COPY, [surveys[0], surveys[1:]])
        cursor.execute("ANALYZE surveys_response")
    yield _scoring(surveys)
    yield _handing_in(surveys[0])


def _survey(region: str) -> int:
    """An open survey of a region about three programmes of each pillar."""
    office = add_office(by=OPERATOR, region=region, name="Tolok survei")
    given = NewSurvey(FORM, "Tolok", 2026, OPENS, CLOSES, synthetic=True)
    key = operations.create_survey(by=OPERATOR, region=region, given=given, now=OPENS)
    cells = [NewCell(part.code, office, 17, one.code, part.code) for one in pillars() for part in one.parts]
    operations.set_cells(by=OPERATOR, survey=key, cells=cells)
    operations.open_survey(by=OPERATOR, survey=key)
    return key


def _arriving(survey: int) -> Measure:
    """Answers from several senders, each sent twice, beside bare inserts of the stored rows, each for itself."""
    cells = queries.cells(queries.survey(survey, scope=OPERATOR), scope=OPERATOR)
    sent = [(cells[number % len(cells)].token, uuid4(), _answer(number)) for number in range(RESPONDENTS)]

    def send(part: Sequence[tuple[str, UUID, Answered]]) -> int:
        try:
            return sum(
                operations.answer(
                    token=token, key=key, given=given, began_at=NOW - timedelta(minutes=4),
                    source=Source(str(key), str(key)), now=NOW,
                )
                for token, key, given in part
                for _ in range(2)
            )  # fmt: skip
        finally:
            connections.close_all()

    start = time.perf_counter()
    with ThreadPoolExecutor(SENDERS) as senders:
        new = sum(senders.map(send, [sent[first::SENDERS] for first in range(SENDERS)]))
    seconds = time.perf_counter() - start
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE bare_responses (LIKE surveys_response)")
        cursor.execute("SELECT id FROM surveys_response WHERE survey_id = %s", [survey])
        keys = [key for (key,) in cursor.fetchall()]
        if not len(keys) == new == RESPONDENTS:
            raise AssertionError(f"{RESPONDENTS} answers were sent twice, {len(keys)} are stored, {new} were new")
        start = time.perf_counter()
        for key in keys:
            cursor.execute("INSERT INTO bare_responses SELECT * FROM surveys_response WHERE id = %s", [key])
        floor = time.perf_counter() - start
        cursor.execute("DROP TABLE bare_responses")
    return Measure(
        f"{RESPONDENTS} answers, each sent twice, stored once", seconds, floor, f"{new / seconds:,.0f} a second, ≥ 5"
    )


def _scoring(surveys: list[int]) -> Measure:
    """Scores with intervals of every region, beside the bare marks."""

    def score() -> None:
        rows = queries.surveys(scope=OPERATOR)
        cells, sums = queries.cells_of(surveys, scope=OPERATOR), queries.sums_of(surveys)
        for row in rows:
            queries.scores_of(row, cells[row.key], sums[row.key])

    def bare() -> None:
        with connection.cursor() as cursor:
            cursor.execute(_BARE_MARKS)
            cursor.fetchall()

    taken: dict[str, list[float]] = {"score": [], "bare": []}
    for _ in range(REPEATS):
        for name, work in (("score", score), ("bare", bare)):
            start = time.perf_counter()
            work()
            taken[name].append(time.perf_counter() - start)
    return Measure(
        f"score {len(surveys)} surveys of {RESPONDENTS} answers", median(taken["score"]), median(taken["bare"]), "≤ 5 s"
    )


def _handing_in(survey: int) -> Measure:
    """Recap as PDF and XLSX and the single answers, made while somebody waits, beside setting the PDF in type alone."""
    operations.close_survey(by=OPERATOR, survey=survey, now=CLOSES + GRACE)
    row = queries.survey(survey, scope=OPERATOR)
    document = recap_document(queries.recap(row, scope=OPERATOR))
    taken: dict[str, list[float]] = {"files": [], "bare": []}
    for _ in range(REPEATS):
        for name, work in (("files", lambda: handed_in(row, scope=OPERATOR)), ("bare", lambda: typeset(document))):
            start = time.perf_counter()
            work()
            taken[name].append(time.perf_counter() - start)
    return Measure(
        f"files of a survey of {RESPONDENTS} answers", median(taken["files"]), median(taken["bare"]), "≤ 3 s"
    )


def _answer(number: int) -> Answered:
    form = questionnaire(FORM)
    answers = {
        item.code: item.options[0].code if item.kind is ItemKind.CHOICE else str(1 + (number * 7 + place) % 4)
        for place, item in enumerate(form.items())
        if item.required
    }
    profile = {one.code: one.options[number % len(one.options)].code for one in form.profile}
    return Answered(answers, profile, form.groups[0].code, consent=True)
