"""The statements of an answer by link, which thousands send within a minute: planned once by each connection."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from pilar.platform.kept import Kept
from pilar.platform.statements import planned
from pilar.surveys.models import Cell, Response, Survey
from pilar.surveys.operations.surveys import form_of
from pilar.surveys.rules.questionnaire import Questionnaire

KEPT_FORMS = 100
"""The number of questionnaires that a process caches in their final form: one for each region that asks for the
district."""

_LED_TO = """
    SELECT c.id, c.token, surveys_survey.id, region_id, state, opens_at, closes_at, districts, f.id, f.fingerprint
    FROM surveys_survey
    JOIN surveys_cell AS c ON c.survey_id = surveys_survey.id
    JOIN surveys_form AS f ON f.id = surveys_survey.form_id
    WHERE c.id IN (
        SELECT id FROM surveys_cell WHERE token = %(token)s
        UNION SELECT cell_id FROM surveys_invitation WHERE token = %(token)s
    )
    FOR SHARE OF "surveys_survey"
""".strip()
_STORED = 'SELECT cell_id, "group", profile, answers FROM surveys_response WHERE key = %s'
_LATELY = "SELECT count(*) FROM surveys_trace WHERE origin = %s AND at > %s"
_SEEN = """
    SELECT EXISTS (
        SELECT FROM surveys_trace AS t JOIN surveys_response AS r ON r.id = t.response_id
        WHERE t.survey_id = %s AND t.device = %s AND r.cell_id = %s
    )
"""
_STORE = """
    WITH made AS (
        INSERT INTO surveys_response (survey_id, cell_id, key, mode, "group", profile, answers, marks, flags, weight,
            ended_on, received_at)
        VALUES (%(survey)s, %(cell)s, %(key)s, %(mode)s, %(group)s, %(profile)s, %(answers)s, %(marks)s::smallint[],
            %(flags)s::varchar[], %(weight)s, %(ended_on)s, %(received_at)s)
        ON CONFLICT (key) DO NOTHING
        RETURNING id
    ), begun AS (
        DELETE FROM surveys_unfinished WHERE key = %(key)s AND EXISTS (SELECT FROM made)
    )
    INSERT INTO surveys_trace (response_id, survey_id, device, origin, at, erase_on)
    SELECT id, %(survey)s, %(device)s, %(origin)s, %(now)s, %(erase_on)s FROM made
    RETURNING response_id
"""

_forms: Kept[Questionnaire] = Kept(KEPT_FORMS)


@dataclass(frozen=True, slots=True)
class Source:
    """The source of an answer by link: a mark in the browser, the network address. Kept as keyed hashes."""

    device: str = ""
    origin: str = ""


def led_to(token: str) -> tuple[Cell, Questionnaire] | None:
    """Return the cell of a link with the needed columns of its survey, and the questionnaire as it is asked there.

    The survey cannot be closed before the answer is stored; answers do not wait for each other.
    """
    with planned() as cursor:
        cursor.execute(_LED_TO, {"token": token})
        row = cursor.fetchone()
    if row is None:
        return None
    cell, everybody, survey, region, state, opens_at, closes_at, districts, form, fingerprint = row
    held = Survey(
        pk=survey, region_id=region, state=state, opens_at=opens_at, closes_at=closes_at,
        districts=json.loads(districts), form_id=form,
    )  # fmt: skip
    return Cell(pk=cell, survey=held, token=everybody), _forms.get((fingerprint, districts), lambda: form_of(held))


def stored(key: UUID) -> Response | None:
    """Return the stored answer with a key, with only the columns of the respondent's content."""
    with planned() as cursor:
        cursor.execute(_STORED, [key])
        row = cursor.fetchone()
    if row is None:
        return None
    cell, group, profile, answers = row
    return Response(cell_id=cell, group=group, profile=json.loads(profile), answers=json.loads(answers))


def sent_since(origin: str, moment: datetime) -> int:
    """Count the answers that came from a network after a moment."""
    with planned() as cursor:
        cursor.execute(_LATELY, [origin, moment])
        return int(cursor.fetchone()[0])


def seen(cell: Cell, device: str) -> bool:
    """Return whether the device has answered about the cell before."""
    with planned() as cursor:
        cursor.execute(_SEEN, [cell.survey_id, device, cell.pk])
        return bool(cursor.fetchone()[0])


def store(made: Response, traced: Source, *, erase_on: date, now: datetime) -> bool:
    """Store an answer with its trace and delete its unfinished copy; return False if the key is stored already."""
    given = {
        "survey": made.survey_id, "cell": made.cell_id, "key": made.key, "mode": str(made.mode), "group": made.group,
        "profile": json.dumps(made.profile), "answers": json.dumps(made.answers), "marks": made.marks,
        "flags": [str(flag) for flag in made.flags], "weight": made.weight, "ended_on": made.ended_on,
        "received_at": made.received_at, "device": traced.device, "origin": traced.origin, "erase_on": erase_on,
        "now": now,
    }  # fmt: skip
    with planned() as cursor:
        cursor.execute(_STORE, given)
        return cursor.fetchone() is not None
