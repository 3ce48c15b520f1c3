"""All that is told of a closed survey, for its page and its documents; its single answers, told by nobody; what people
wrote; and where they want to be told the result."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from pilar.people.rules import Standing
from pilar.platform.language import Bilingual
from pilar.surveys.models import Cell, Contact, Response
from pilar.surveys.queries.districts import Districts, districts
from pilar.surveys.queries.rows import Distribution, Doubts, SurveyRow, SurveyScores
from pilar.surveys.queries.showing import distributions, doubts
from pilar.surveys.queries.surveys import cells
from pilar.surveys.queries.years import Years, years
from pilar.surveys.rules.anonymous import Single, anonymised
from pilar.surveys.rules.answers import Flag, Mode
from pilar.surveys.rules.authority import Action, require
from pilar.surveys.rules.questionnaire import ItemKind
from pilar.surveys.rules.scores import SMALLEST_SHOWN


@dataclass(frozen=True, slots=True)
class Recap:
    """Scores with those of the year before, if it asked the same; how answers are spread, and which are doubted.

    ``whole``: the reader sees all programmes. ``districts``: None if not, or if the survey did not ask for them.
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
    """What people wrote about a programme in answer to a question."""

    programme: str
    question: Bilingual
    texts: tuple[str, ...]


def recap(row: SurveyRow, *, scope: Standing) -> Recap:
    """What is told of a survey, as far as ``scope`` sees its cells."""
    beside = years(row, scope=scope)
    asked = [one.cell for one in beside.own.cells]
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
    """The single answers of a closed survey without anything that tells who gave them; needs ``see-answers``.

    Answers in words and numbers are left out: they may name persons. So is the district: with it hardly five would be
    alike.
    """
    require(scope, Action.SEE_ANSWERS, row.case, known=True)
    form = row.questionnaire
    told = {one.code for one in form.items() if one.kind in (ItemKind.SCALE, ItemKind.CHOICE)}
    rows = Response.objects.filter(survey=row.key).order_by()
    return anonymised(
        Single(
            cell=one.cell_id,
            mode=Mode(one.mode),
            about=(one.group, *(one.profile.get(field.code, "") for field in form.told_profile)),
            answers={code: value for code, value in one.answers.items() if code in told},
            flags=tuple(Flag(flag) for flag in one.flags),
            weight=one.weight,
        )
        for one in rows
    )


def words(row: SurveyRow, *, scope: Standing) -> tuple[Words, ...]:
    """What people wrote in a closed survey, by programme and question; needs ``see-words``.

    In the order of the alphabet, which tells nothing of the time. Programmes of which fewer than five answers count are
    left out. Two queries.
    """
    require(scope, Action.SEE_WORDS, row.case, known=True)
    written: dict[tuple[int, str], list[str]] = defaultdict(list)
    asked = [one for one in row.questionnaire.items() if one.kind is ItemKind.TEXT]
    codes = [one.code for one in asked]
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
        if cell.counting >= SMALLEST_SHOWN and written[cell.key, item.code]
    )


def contacts(row: SurveyRow, *, scope: Standing) -> tuple[str, ...]:
    """Where respondents want to be told the result of a closed survey, each address once, in the order of the alphabet,
    which tells nothing of the answers; needs ``see-contacts``. Those that are erased are not there."""
    require(scope, Action.SEE_CONTACTS, row.case, known=True)
    return tuple(sorted(set(Contact.objects.filter(survey=row.key).values_list("address", flat=True))))
