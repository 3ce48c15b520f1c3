"""Speed of surveys: 300 answers that arrive at once, each sent twice; scores of all regions, 300 answers each; the
files that are handed in with one survey."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

from django.db import connection, connections

from pilar.areas import queries as areas
from pilar.areas.operations import add_office
from pilar.index.benchmark import Measure, measure
from pilar.people.rules import OPERATOR
from pilar.platform.benchmark import spent
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
_BARE_SUMS = "SELECT survey_id, cell_id, count(*), sum(weight) FROM surveys_response GROUP BY survey_id, cell_id"
_BARE_ANSWER = """
    INSERT INTO bare_responses SELECT * FROM jsonb_populate_record(NULL::surveys_response, %s::jsonb)
    ON CONFLICT DO NOTHING
"""


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
    """Make an open survey of a region with three programmes of each pillar."""
    office = add_office(by=OPERATOR, region=region, name="Tolok survei")
    given = NewSurvey(FORM, "Tolok", 2026, OPENS, CLOSES, synthetic=True)
    key = operations.create_survey(by=OPERATOR, region=region, given=given, now=OPENS)
    cells = [NewCell(part.code, office, 17, pillar.code, part.code) for pillar in pillars() for part in pillar.parts]
    operations.set_cells(by=OPERATOR, survey=key, cells=cells)
    operations.open_survey(by=OPERATOR, survey=key)
    return key


def _arriving(survey: int) -> Measure:
    """Measure answers from several senders, each sent twice, against as many bare inserts from as many senders.

    The floor stores the same rows, each in a transaction of its own, in a table with the same indexes and checks.
    """
    cells = queries.cells(queries.survey(survey, scope=OPERATOR), scope=OPERATOR)
    sent = [(cells[number % len(cells)].token, uuid4(), _answer(number)) for number in range(RESPONDENTS)]

    def send(token: str, key: UUID, given: Answered) -> bool:
        return operations.answer(
            token=token, key=key, given=given, began_at=NOW - timedelta(minutes=4),
            source=Source(str(key), str(key)), now=NOW,
        )  # fmt: skip

    new: list[bool] = []
    rows: list[str] = []

    def arriving() -> None:
        new.extend(_from_senders([lambda asked=asked: send(*asked) for asked in sent for _ in range(2)]))
        with connection.cursor() as cursor:
            cursor.execute("CREATE TABLE bare_responses (LIKE surveys_response INCLUDING ALL)")
            cursor.execute("SELECT to_jsonb(r) FROM surveys_response AS r WHERE survey_id = %s", [survey])
            rows.extend(row for (row,) in cursor.fetchall())

    def insert(row: str) -> None:
        with connection.cursor() as cursor:
            cursor.execute(_BARE_ANSWER, [row])

    def inserting() -> None:
        _from_senders([lambda row=row: insert(row) for row in rows for _ in range(2)])

    measured = measure(f"{RESPONDENTS} answers, each sent twice, stored once", arriving, inserting, 15, 0, clock=spent)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM bare_responses")
        (stored,) = cursor.fetchone()
        cursor.execute("DROP TABLE bare_responses")
    if not len(rows) == sum(new) == stored == RESPONDENTS:
        raise AssertionError(f"{RESPONDENTS} answers were sent twice, {len(rows)} and {stored} are stored")
    return measured


def _from_senders(work: Sequence[Callable[[], bool | None]]) -> list[bool]:
    """Do the work in several threads, each with its own connection."""

    def part(first: int) -> list[bool]:
        try:
            return [bool(act()) for act in work[first::SENDERS]]
        finally:
            connections.close_all()

    with ThreadPoolExecutor(SENDERS) as senders:
        return [sent_anew for sent_by in senders.map(part, range(SENDERS)) for sent_anew in sent_by]


def _scoring(surveys: list[int]) -> Measure:
    """Measure scores with intervals of every region, against counts and weights of every programme, summed by the
    database."""

    def score() -> None:
        rows = queries.surveys(scope=OPERATOR)
        cells, sums = queries.cells_of(surveys, scope=OPERATOR), queries.sums_of(surveys)
        for row in rows:
            queries.scores_of(row, cells[row.key], sums[row.key])

    def bare() -> None:
        with connection.cursor() as cursor:
            cursor.execute(_BARE_SUMS)
            cursor.fetchall()

    name = f"score {len(surveys)} surveys of {RESPONDENTS} answers"
    return measure(name, score, bare, 50, REPEATS, clock=spent)


def _handing_in(survey: int) -> Measure:
    """Measure recap as PDF and XLSX and the single answers, made while somebody waits, against drawing and typesetting
    the PDF alone."""
    operations.close_survey(by=OPERATOR, survey=survey, now=CLOSES + GRACE)
    row = queries.survey(survey, scope=OPERATOR)
    recap = queries.recap(row, scope=OPERATOR)
    name = f"files of a survey of {RESPONDENTS} answers"
    return measure(
        name, lambda: handed_in(row, scope=OPERATOR), lambda: typeset(recap_document(recap)), 2.5, REPEATS, clock=spent
    )


def _answer(number: int) -> Answered:
    form = questionnaire(FORM)
    answers = {
        item.code: item.options[0].code if item.kind is ItemKind.CHOICE else str(1 + (number * 7 + place) % 4)
        for place, item in enumerate(form.items())
        if item.required
    }
    profile = {field.code: field.options[number % len(field.options)].code for field in form.profile}
    return Answered(answers, profile, form.groups[0].code, consent=True)
