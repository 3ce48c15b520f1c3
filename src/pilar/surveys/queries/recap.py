"""Read a closed survey: the figures of its page and documents, its anonymous answers, free texts, and the addresses for
the result."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from django.db import connection

from pilar.people.rules import Standing
from pilar.platform.language import Bilingual
from pilar.surveys.models import Cell, Contact, Response
from pilar.surveys.queries.districts import Districts, districts
from pilar.surveys.queries.rows import CellRow, Distribution, Doubts, FlagCount, SurveyRow, SurveyScores
from pilar.surveys.queries.surveys import cells
from pilar.surveys.queries.years import Years, years
from pilar.surveys.rules.anonymous import Single, anonymised
from pilar.surveys.rules.answers import Flag, Mode
from pilar.surveys.rules.authority import Action, require
from pilar.surveys.rules.questionnaire import ItemKind
from pilar.surveys.rules.scores import MIN_SHOWN


@dataclass(frozen=True, slots=True)
class Recap:
    """Scores with those of the year before, if it asked the same; distributions of answers, and doubtful ones.

    ``whole``: the reader sees all programmes. ``districts``: None otherwise, or if the survey did not ask for them.
    """

    scores: SurveyScores
    before: SurveyScores | None
    distributions: tuple[Distribution, ...]
    doubts: Doubts
    years: Years
    districts: Districts | None
    whole: bool


@dataclass(frozen=True, slots=True)
class Words:
    """Free-text answers about a programme to a question."""

    programme: str
    question: Bilingual
    texts: tuple[str, ...]


def recap(row: SurveyRow, *, scope: Standing) -> Recap:
    """Return the recap of a survey, as far as ``scope`` sees its cells."""
    beside = years(row, scope=scope)
    asked = [cell.cell for cell in beside.own.cells]
    whole = Cell.objects.filter(survey=row.key).count() == len(asked)
    return Recap(
        scores=beside.own,
        before=beside.before,
        distributions=distributions(row, asked),
        doubts=doubts(row, asked),
        years=beside,
        districts=districts(row, asked) if whole else None,
        whole=whole,
    )


def answers(row: SurveyRow, *, scope: Standing) -> tuple[Single, ...]:
    """Read the single answers of a closed survey without anything that identifies respondents; needs ``see-answers``.

    Free texts and numbers are left out because they may name persons; so is the district, because hardly five answers
    would then be alike.
    """
    require(scope, Action.SEE_ANSWERS, row.case, known=True)
    form = row.questionnaire
    told = {item.code for item in form.items() if item.kind in (ItemKind.SCALE, ItemKind.CHOICE)}
    rows = Response.objects.filter(survey=row.key).order_by()
    return anonymised(
        Single(
            cell=response.cell_id,
            mode=Mode(response.mode),
            about=(response.group, *(response.profile.get(field.code, "") for field in form.told_profile)),
            answers={code: value for code, value in response.answers.items() if code in told},
            flags=tuple(Flag(flag) for flag in response.flags),
            weight=response.weight,
        )
        for response in rows
    )


def words(row: SurveyRow, *, scope: Standing) -> tuple[Words, ...]:
    """Read the free texts of a closed survey, by programme and question; needs ``see-words``.

    In alphabetical order, which does not show the time. Programmes with fewer than five answers that count are left
    out. Two queries.
    """
    require(scope, Action.SEE_WORDS, row.case, known=True)
    written: dict[tuple[int, str], list[str]] = defaultdict(list)
    asked = [item for item in row.questionnaire.items() if item.kind is ItemKind.TEXT]
    codes = [item.code for item in asked]
    for cell, answers in Response.objects.filter(survey=row.key, answers__has_any_keys=codes).values_list(
        "cell", "answers"
    ):
        for code in codes:
            if code in answers:
                written[cell, code].append(answers[code])
    return tuple(
        Words(cell.programme, item.title, tuple(sorted(written[cell.key, item.code], key=str.casefold)))
        for cell in cells(row, scope=scope)
        for item in asked
        if cell.counting >= MIN_SHOWN and written[cell.key, item.code]
    )


def contacts(row: SurveyRow, *, scope: Standing) -> tuple[str, ...]:
    """Read the addresses for the result of a closed survey, each once, in alphabetical order, which shows nothing about
    the answers; needs ``see-contacts``. Erased ones are gone."""
    require(scope, Action.SEE_CONTACTS, row.case, known=True)
    return tuple(sorted(set(Contact.objects.filter(survey=row.key).values_list("address", flat=True))))


_SPREAD = """
    SELECT r.cell_id, m.place, m.mark, count(*)
    FROM surveys_response AS r, unnest(r.marks) WITH ORDINALITY AS m(mark, place)
    WHERE r.survey_id = %(survey)s AND r.cell_id = ANY(%(cells)s) AND m.mark IS NOT NULL AND r.weight > 0
    GROUP BY 1, 2, 3
"""


def distributions(row: SurveyRow, asked: Sequence[CellRow]) -> tuple[Distribution, ...]:
    """Return the distribution of the answers that count, by scale item; items with fewer than five answers in a cell
    are left out."""
    by_cell: dict[tuple[int, int], Counter[int]] = defaultdict(Counter)
    with connection.cursor() as cursor:
        cursor.execute(_SPREAD, {"survey": row.key, "cells": [cell_row.key for cell_row in asked]})
        for cell, place, value, count in cursor.fetchall():
            by_cell[cell, place - 1][value] = count
    total: dict[int, Counter[int]] = defaultdict(Counter)
    for (_cell, place), counts in by_cell.items():
        if counts.total() >= MIN_SHOWN:
            total[place].update(counts)
    form = row.questionnaire
    return tuple(
        Distribution(item.code, tuple(total[place][value] for value in form.scale))
        for place, item in enumerate(form.scale_items)
    )


def doubts(row: SurveyRow, asked: Sequence[CellRow]) -> Doubts:
    """Return the numbers of doubtful answers, and their weights."""
    weights, count, clean, weight = row.questionnaire.quality.weights, 0, 0, 0
    counted_flags: Counter[str] = Counter()
    rows = Response.objects.filter(survey=row.key, cell__in=[cell.key for cell in asked])
    for flags, counted in rows.order_by().values_list("flags", "weight"):
        count, clean, weight = count + 1, clean + (not flags), weight + counted
        counted_flags.update(flags)
    return Doubts(
        tuple(FlagCount(flag, counted_flags[flag], weights[flag]) for flag in Flag if flag in weights),
        count,
        clean,
        Fraction(weight, 100),
    )
