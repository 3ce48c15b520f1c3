"""All that is told of a closed survey, for its page and its documents; its single answers, told by nobody; and where
people want to be told the result."""

from __future__ import annotations

from dataclasses import dataclass

from pilar.people.rules import Standing
from pilar.surveys.models import Cell, Contact, Response
from pilar.surveys.queries.districts import Districts, districts
from pilar.surveys.queries.rows import Distribution, Doubts, SurveyRow, SurveyScores
from pilar.surveys.queries.showing import distributions, doubts
from pilar.surveys.queries.years import Years, years
from pilar.surveys.rules.anonymous import Single, anonymised
from pilar.surveys.rules.answers import Flag, Mode
from pilar.surveys.rules.authority import Action, require
from pilar.surveys.rules.questionnaire import ItemKind


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


def contacts(row: SurveyRow, *, scope: Standing) -> tuple[str, ...]:
    """Where respondents want to be told the result of a closed survey, each address once, in the order of the alphabet,
    which tells nothing of the answers; needs ``see-contacts``. Those that are erased are not there."""
    require(scope, Action.SEE_CONTACTS, row.case, known=True)
    return tuple(sorted(set(Contact.objects.filter(survey=row.key).values_list("address", flat=True))))
