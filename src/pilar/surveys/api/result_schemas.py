"""What surveys and their results look like as JSON. Figures are text, rounded to two decimals as on the pages."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from ninja import Schema
from pydantic import Field, StringConstraints

from pilar.surveys.api.schemas import LARGEST, NO_NUL, Code, Moment
from pilar.surveys.rules.surveys import LONGEST_TITLE

Flag = Literal["fast", "straight", "repeated", "bot"]
Title = Annotated[str, StringConstraints(max_length=LONGEST_TITLE, pattern=NO_NUL)]
Whole = Annotated[int, Field(ge=0, le=LARGEST)]


class SurveyOut(Schema):
    """A survey; ``stated_*`` is the statement of the head of region. ``synthetic``: its answers are made up."""

    key: int
    region: str
    region_name: str
    form: str
    form_version: str
    kind: Literal["impact", "satisfaction", "other"]
    title: str
    year: int
    split: bool
    opens_at: datetime
    closes_at: datetime
    state: Literal["draft", "open", "closed"]
    stated_by: str
    stated_on: date | None
    stated_file: UUID | None
    synthetic: bool


class SurveyCell(Schema):
    """A programme that is asked about. ``count`` are all answers, ``counting`` those that weigh something, ``missing``
    what the quota still wants; ``token`` is the end of the public link."""

    key: int
    pillar: str
    part: str
    programme: str
    office: int
    office_name: str
    quota: int
    count: int
    counting: int
    missing: int
    token: str


class SurveyDetail(SurveyOut):
    """A survey with those of its programmes that the caller sees."""

    cells: list[SurveyCell]


class SurveyIn(Schema):
    """A survey to draw up; ``form`` is the code of a questionnaire."""

    form: Code
    title: Title
    year: Annotated[int, Field(ge=2017, le=2100)]
    opens_at: Moment
    closes_at: Moment
    split: bool = False


class SurveyKey(Schema):
    """The key of the survey that was drawn up."""

    key: int


class SurveyCellIn(Schema):
    """A programme to ask about: ``office`` is a key, ``pillar`` and ``part`` are codes of the framework or empty."""

    programme: Title
    office: Whole
    quota: Whole
    pillar: Code = ""
    part: Code = ""


class SurveyCellsIn(Schema):
    """All programmes, in the place of those there are; each gets a new link."""

    cells: Annotated[list[SurveyCellIn], Field(max_length=200)]


class SurveyStatementIn(Schema):
    """The statement that the survey is valid: by whom, when, and its file in the evidence room."""

    stated_by: Title
    stated_on: date
    file: UUID | None = None


class SurveyFigure(Schema):
    """A mean with its interval of 95 % and the answers that it is made of; all null for fewer than five."""

    mean: str | None
    lower: str | None
    upper: str | None
    count: int | None


class SurveyItemFigure(SurveyFigure):
    """Of a scale item of the questionnaire."""

    item: str


class SurveyGroupFigure(SurveyFigure):
    """Of a pillar or sub-dimension: the mean of its programmes that are shown."""

    code: str


class SurveyProgrammeFigure(SurveyFigure):
    """Of a programme: the mean of its items. ``below_quota``: fewer answers count than were wanted."""

    cell: int
    programme: str
    pillar: str
    part: str
    below_quota: bool
    items: list[SurveyItemFigure]


class SurveyIndexFigure(Schema):
    """A satisfaction index with exactly 1/9, and ``printed`` with the commonly printed ``printed_weight``."""

    score: str
    band: str | None
    printed: str
    printed_weight: str


class SurveyScoresOut(Schema):
    """The scores of a closed survey, as far as the caller sees its programmes."""

    survey: SurveyOut
    pillars: list[SurveyGroupFigure]
    parts: list[SurveyGroupFigure]
    programmes: list[SurveyProgrammeFigure]
    items: list[SurveyItemFigure]
    index: SurveyIndexFigure | None


class SurveySpread(Schema):
    """How often each value of the scale was chosen, from the lowest on; cells of fewer than five are left out."""

    item: str
    counts: list[int]


class SurveyFlagCount(Schema):
    """Answers with a flag, and what one of them counts, per cent."""

    flag: Flag
    count: int
    weight: int


class SurveyDoubts(Schema):
    """All answers, those without a flag, what all weigh together in whole answers, and the flags."""

    count: int
    clean: int
    weight: str
    flags: list[SurveyFlagCount]


class SurveyRecap(Schema):
    """Scores, those of the year before if it asked the same, how answers are spread, and which are doubted."""

    scores: SurveyScoresOut
    before: SurveyScoresOut | None
    spread: list[SurveySpread]
    doubts: SurveyDoubts


class SurveySingle(Schema):
    """An answer of nobody in particular. ``group`` and ``profile`` are empty, and ``mode`` is null, unless five of the
    programme are alike in them."""

    cell: int
    mode: Literal["web", "enumerator", "paper", "import"] | None
    group: str
    profile: dict[str, str]
    answers: dict[str, str | int]
    flags: list[Flag]
    weight: int
