"""Investment as JSON: areas for investment, what is known about a KBLI code in the region, and the mirror of the
national OSS."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

from django.core.paginator import Page
from ninja import Path, Schema
from pydantic import Field, StringConstraints

from pilar.people.routes import Routes
from pilar.people.rules import PUBLIC, Standing
from pilar.permits import operations
from pilar.permits.queries import investment as queries
from pilar.permits.queries.investment import Answer, KnownRisk, OssRow, PotentialRow
from pilar.permits.rules.investment import OssEntry
from pilar.platform.api import NO_NUL, PageNumber, PageOut, RowSchema, TextOrNull, Trimmed, problem_of, refusals

public = Routes(tags=["permits"])
mirror = Routes(tags=["permits"])
PermitProblem = problem_of("Permit", __name__)

Region = Annotated[str, Path(pattern=r"^\d\d\.\d\d$")]
Code = Annotated[str, Path(pattern=r"^\d{5}$")]
Text = Annotated[str, StringConstraints(max_length=200, pattern=NO_NUL)]


class PotentialOut(RowSchema, of=PotentialRow, fields="code kind name district area kbli note source"):
    """A zoning note, plot or estate; ``area`` in hectares, ``kbli``: the codes that it is meant for, each with all
    below it; ``source``: an address, or ``assumption``."""

    district: TextOrNull
    area: Trimmed | None


class RiskOut(RowSchema, of=KnownRisk, fields="level=risk.key needs=risk.needs.id businesses=count as_of"):
    """A risk level, and how many businesses of the code in the region the OSS has given it to."""


class KbliAnswer(RowSchema, of=Answer, fields="code=kbli.code title=kbli.title risks places"):
    """The answer to whether business under a KBLI code is allowed.

    Without ``risks`` the level is not known; only the OSS sets it.
    """


class OssRecordOut(RowSchema, of=OssRow, fields="nib business kbli title risk status as_of"):
    """The newest statement of the OSS about a business and one of its codes."""

    risk: TextOrNull


class OssRecordPage(PageOut):
    records: list[OssRecordOut]


class OssRecordIn(Schema):
    """A statement of the OSS about a business and one of its codes on a day."""

    nib: Annotated[str, StringConstraints(pattern=r"^\d{13}$")]
    kbli: Annotated[str, StringConstraints(pattern=r"^\d{5}$")]
    business: Text
    status: Annotated[str, StringConstraints(max_length=100, pattern=NO_NUL)]
    as_of: date
    risk: Annotated[str, StringConstraints(max_length=11, pattern=NO_NUL)] = ""


class OssRecordsIn(Schema):
    records: Annotated[list[OssRecordIn], Field(min_length=1, max_length=2_000)]


class OssRecordsKept(Schema):
    """``changed``: how many were new, or newer than what was known."""

    changed: int


@public.get("/regions/{code}/investment-potentials", response={200: list[PotentialOut], **refusals(PermitProblem, 404)},
            summary="Where one may invest in a region")  # fmt: skip
def potentials(code: Region) -> tuple[PotentialRow, ...]:
    return queries.potentials(code, scope=PUBLIC)


@public.get("/regions/{code}/kbli/{kbli}", response={200: KbliAnswer, **refusals(PermitProblem, 404, 422)},
            summary="What is known of doing business of a KBLI 2020 code in a region")  # fmt: skip
def kbli_answer(code: Region, kbli: Code) -> Answer:
    return queries.answer(code, kbli, scope=PUBLIC)


@mirror.get("/regions/{code}/oss-records", response={200: OssRecordPage, **refusals(PermitProblem, 404, 422)},
            summary="The mirror of the national OSS")  # fmt: skip
def oss_records(by: Standing, code: Region, page: PageNumber = 1) -> Page[OssRow]:
    return queries.oss_records(code, scope=by, page=page)


@mirror.post("/regions/{code}/oss-records", response={200: OssRecordsKept, **refusals(PermitProblem, 403, 404, 422)},
             summary="Keep what the national OSS says of businesses")  # fmt: skip
def mirror_oss(by: Standing, now: datetime, code: Region, given: OssRecordsIn) -> OssRecordsKept:
    """Take in statements of the OSS; one that is older than the stored one changes nothing. No interface of the OSS is
    known: this shape is Pilar's own."""
    entries = [OssEntry(**record.model_dump()) for record in given.records]
    return OssRecordsKept(changed=operations.mirror_oss(by=by, region=code, given=entries, now=now))
