"""What a figure of a survey rests on, as JSON."""

from __future__ import annotations

from ninja import Schema

from pilar.evaluation.rules.survey_words import SurveyView


class SurveyFactOut(Schema):
    """A line of what a figure rests on, in the reader's language."""

    name: str
    text: str


class SurveyProgrammeOut(Schema):
    """A programme with the answers that count and those that were wanted."""

    title: str
    counting: int
    quota: int


class SurveyFlagOut(Schema):
    """Why answers are doubted, how many are, and what one of them counts, per cent."""

    name: str
    count: int
    weight: int


class SurveyDifferenceOut(Schema):
    name: str
    before: str
    now: str


class SurveyFigureOut(Schema):
    """``survey`` is its key; ``missed`` programmes have fewer answers than wanted, ``doubted`` answers have a flag;
    ``stated``: the head of region answers for it. ``differences`` lie between what was taken and what is said now."""

    survey: int
    facts: list[SurveyFactOut]
    programmes: list[SurveyProgrammeOut]
    missed: int
    flags: list[SurveyFlagOut]
    doubted: int
    stated: bool
    synthetic: bool
    differences: list[SurveyDifferenceOut]


def survey_out(view: SurveyView | None) -> SurveyFigureOut | None:
    if view is None:
        return None
    return SurveyFigureOut(
        survey=view.survey,
        facts=[SurveyFactOut(name=one.name, text=one.text) for one in view.facts],
        programmes=[
            SurveyProgrammeOut(title=one.title, counting=one.counting, quota=one.quota) for one in view.programmes
        ],
        missed=view.missed,
        flags=[SurveyFlagOut(name=one.name, count=one.count, weight=one.weight) for one in view.flags],
        doubted=view.doubted,
        stated=view.stated,
        synthetic=view.synthetic,
        differences=[SurveyDifferenceOut(name=one.name, before=one.before, now=one.now) for one in view.differences],
    )
